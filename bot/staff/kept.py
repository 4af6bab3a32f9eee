"""Which revisions of the files can be gone back to? Copies of the last good ones, in the cache folder.

They outlive the process, so that going back works after a restart too, and so that a start finds something to answer
with when somebody left the files broken. Copies are written aside and moved into place.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from bot.answering.assistant import Assistant
from bot.errors import BotError, CatalogError, KnowledgeError
from bot.files import ReadCache
from bot.staff.building import Load, Wanted
from bot.staff.files import fingerprint, state_of
from bot.staff.outcome import Faults, listed

MOST = 3  # revisions; those that are needed now besides

_log = structlog.get_logger(__name__)

_REVISION = re.compile(r"[0-9a-f]{8,64}")
_MARK = "pinned"  # file that holds the fingerprint of the files that a pin replaced


class Kept:
    """Copies of the folders of knowledge and catalogs.

    Args:
        cache_dir: Where they are kept, besides other things.
        folders: Which are copied; copies of other folders are not mixed up with theirs.
    """

    def __init__(self, cache_dir: Path, folders: Sequence[Path]) -> None:
        self._sources = tuple(folders)
        place = "\n".join(str(folder.resolve()) for folder in folders)
        self._root = cache_dir / "revisions" / hashlib.sha256(place.encode()).hexdigest()[:12]
        self._fit = ReadCache(cache_dir)

    def find(self, revision: str) -> tuple[Path, ...] | None:
        """Find the copies of the folders at a revision."""
        found = self._root / revision
        return self._folders(found) if _REVISION.fullmatch(revision) and found.is_dir() else None

    def all(self) -> tuple[str, ...]:
        """Name the revisions that are kept, the one that was good last at the end."""
        with suppress(OSError):
            found = [path for path in self._root.iterdir() if _REVISION.fullmatch(path.name)]
            return tuple(path.name for path in sorted(found, key=lambda path: path.stat().st_mtime_ns))
        return ()

    def before(self, revision: str) -> str | None:
        """Name the revision to go back to from another; None when there is none."""
        known = self.all()
        earlier = known[: known.index(revision)] if revision in known else known
        return earlier[-1] if earlier else None

    def keep(self, revision: str, needed: Collection[str] = ()) -> bool:
        """Copy the folders as they are now, and forget the oldest copies.

        Args:
            revision: What the folders hold.
            needed: Revisions that must not be forgotten.

        Returns:
            False when files changed while they were copied, so that nothing was kept.

        Raises:
            OSError: Nothing can be written there.
        """
        place = self._root / revision
        if not place.is_dir():
            self._root.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(dir=self._root, prefix=".copy-"))
            try:
                before = state_of(self._sources)
                for source, copy in zip(self._sources, self._folders(aside), strict=True):
                    _copy(source, copy, before)
                if state_of(self._sources) != before:
                    return False
                with suppress(FileExistsError, OSError):  # another process may have been first
                    aside.rename(place)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        os.utime(place)
        for old in [name for name in self.all() if name not in {*needed, revision}][: -MOST + 1]:
            shutil.rmtree(self._root / old, ignore_errors=True)
        return True

    def known_fit(self, revision: str) -> bool:
        """Whether this very program has found nothing wrong with a revision before."""
        return self._fit.find("fit", revision.encode()) is not None

    def note_fit(self, revision: str) -> None:
        """Note that nothing is wrong with a revision."""
        self._fit.keep("fit", revision.encode(), revision)

    def unchanged_since_pinned(self, revision: str) -> bool:
        """Say whether the files are still those that were there when a revision was pinned.

        Whoever asks first notes what is there. A pin of which nothing can be noted holds.
        """
        now, note = fingerprint(self._sources), self._root / _MARK
        with suppress(OSError):
            pinned, _, was = note.read_text("ascii").partition(" ")
            if pinned == revision:
                return was == now
        with suppress(OSError):
            self._root.mkdir(parents=True, exist_ok=True)
            note.write_text(f"{revision} {now}", "ascii")
        return True

    def released(self) -> None:
        """Forget what was there when a revision was pinned."""
        with suppress(OSError):
            (self._root / _MARK).unlink()

    def _folders(self, at: Path) -> tuple[Path, ...]:
        return tuple(at / str(number) / folder.name for number, folder in enumerate(self._sources, 1))


def _copy(source: Path, copy: Path, files: Collection[str]) -> None:
    copy.mkdir(parents=True)
    for name in files:
        if Path(name).is_relative_to(source):
            to = copy / Path(name).relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, to)


def last_good(load: Load, wanted: Wanted, kept: Kept) -> tuple[Assistant, Faults]:
    """Load the files or, when they cannot be used, the last revision of them that could.

    Returns:
        A snapshot, and what is wrong with the files.

    Raises:
        KnowledgeError: The knowledge has errors, and no revision is kept.
        CatalogError: The same of the catalogs.
    """
    try:
        return load(wanted), ()
    except (KnowledgeError, CatalogError) as exc:
        for revision in reversed(kept.all()):
            if (found := _loaded(load, revision, kept)) is not None:
                _log.error("started_with_last_good", revision=revision)
                return found, listed(exc)
        raise


def _loaded(load: Load, revision: str, kept: Kept) -> Assistant | None:
    copies = kept.find(revision)
    if copies is None:
        return None
    knowledge, locales = copies
    try:
        found = load(Wanted(knowledge_dir=knowledge, locales_dir=locales))
    except BotError:
        return None
    return found if found.files == revision else None

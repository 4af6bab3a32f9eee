"""From which files is a snapshot built: those that are there, or those of a revision that staff went back to?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.staff.building import Wanted
from bot.staff.kept import Kept
from bot.types import Overlay

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """From what a snapshot is built, and what that means for a pin."""

    wanted: Wanted
    pin: str | None = None  # it is built from the copies of this revision
    ends: str | None = None  # the pin that is over once it answers


class Pins:
    """Knows which revision is pinned, and whether that still holds.

    Args:
        folders: Where the files are: knowledge and catalogs.
        kept: Copies of earlier revisions; without any nothing can be gone back to.
    """

    def __init__(self, folders: tuple[Path, Path], kept: Kept | None) -> None:
        self._folders = folders
        self._kept = kept
        self._overlay = Overlay()
        self._over: str | None = None  # a pin that ended here, though the store may still have it
        self.answering: str | None = None  # the pinned revision that answers
        self.missing: str | None = None  # a pinned revision of which there is no copy here

    @property
    def wished(self) -> str | None:
        """Name the revision that ought to answer; None: what the files hold."""
        return None if self._overlay.pinned == self._over else self._overlay.pinned

    def heed(self, overlay: Overlay) -> None:
        """Note what staff changed."""
        self._overlay = overlay
        if self._over != overlay.pinned:
            self._over = None

    def known_fit(self, revision: str) -> bool:
        """Whether this program has found nothing wrong with a revision before."""
        return self._kept is not None and self._kept.known_fit(revision)

    def note_fit(self, revision: str) -> None:
        """Note that nothing is wrong with a revision."""
        if self._kept is not None:
            self._kept.note_fit(revision)

    def plan(self, *, release: bool) -> Plan:
        """Choose between the files and the copies of the pinned revision.

        Args:
            release: Whether staff want the files to count again.
        """
        pin, known_to_miss = self.wished, self.missing
        self.missing = None
        knowledge, locales = self._folders
        present = Wanted(knowledge_dir=knowledge, locales_dir=locales, overlay=self._overlay)
        if pin is None:
            return Plan(wanted=present)
        if release or (self._kept is not None and not self._kept.unchanged_since_pinned(pin)):
            return Plan(wanted=present, ends=pin)
        copies = self._kept.find(pin) if self._kept is not None else None
        if copies is None:
            self.missing = pin
            if known_to_miss != pin:
                _log.error("pinned_not_kept", pinned=pin, advice="the files go on answering here")
            return Plan(wanted=present)
        knowledge, locales = copies
        return Plan(
            wanted=Wanted(knowledge_dir=knowledge, locales_dir=locales, overlay=self._overlay), pin=pin
        )

    def end(self, pin: str) -> None:
        """Let the files count again in this process."""
        self._over, self.answering = pin, None

    def forget(self) -> None:
        """Forget which files a pin replaced, once the store knows that it is over; sooner it would hold again."""
        if self._kept is not None:
            self._kept.released()

    def previous(self, files: str) -> str | None:
        """Name the revision to go back to from another."""
        return self._kept.before(files) if self._kept is not None else None

    def keep(self, files: str) -> None:
        """Copy the files, which are this revision and fit to answer."""
        if self._kept is None:
            return
        needed = {each for each in (self._overlay.pinned, self.answering) if each}
        try:
            self._kept.keep(files, needed)
        except OSError as exc:
            _log.warning("revision_not_kept", revision=files, reason=exc.strerror or str(exc))

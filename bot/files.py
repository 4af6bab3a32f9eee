"""How does a file come to be whole or not at all, and what need not be worked out again from the same text?"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import IO, TypeVar, cast

T = TypeVar("T")

_HASH = 12  # bytes; two texts of one hash will not be met


@contextmanager
def replacing(path: Path, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """Open a new file that takes the place of `path` when the block ends; what stood there stays if it fails.

    Args:
        path: In a folder that exists.
        mode: Who may read and write the new file; by default the present user alone.

    Raises:
        OSError: It cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        if mode != 0o600:  # that is how it was made
            os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def forget_old(folder: Path, pattern: str, kept: int) -> None:
    """Remove all but the newest files, or folders, of a folder that a pattern names."""
    files = sorted(folder.glob(pattern), key=_changed, reverse=True)
    for path in files[kept:]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def hashed(parts: Iterable[bytes]) -> str:
    """Hash several texts, so that none can pass into the next."""
    digest = blake2b(digest_size=_HASH)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def program(*folders: Path) -> bytes:
    """Give the text of some packages: whoever changes them need not remember to raise a number."""
    return b"\0".join(path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py")))


class Recent:
    """What was read from each file last, for a process that reads the same files again and again.

    What is read must be immutable: it is shared by whatever was built from it.
    """

    def __init__(self) -> None:
        self._read: dict[Path, tuple[str, object]] = {}  # hash of the text, and what it was read as
        self._asked: set[Path] = set()

    def same(self, path: Path, text: bytes, read: Callable[[], T]) -> T:
        """Give what was read from a file last, if it holds the same text; else read it."""
        made_of = hashed((text,))
        known = self._read.get(path)
        if known is None or known[0] != made_of:
            known = self._read[path] = made_of, read()
        self._asked.add(path)
        return cast(T, known[1])

    def forget(self) -> None:
        """Forget the files that nobody asked for since the last time."""
        self._read = {path: known for path, known in self._read.items() if path in self._asked}
        self._asked.clear()


@dataclass(frozen=True, slots=True)
class ReadCache:
    """What was read from files before, by the text that it was read from and the program that read it.

    Only what JSON can say, and only of files without a fault: those are read again, for their faults.
    """

    folder: Path | None = None  # None keeps nothing
    recent: Recent | None = None  # what this very process read, as it is

    def same(self, path: Path, text: bytes, read: Callable[[], T]) -> T:
        """Give what this process read from a file last, if it holds the same text; else read it.

        Args:
            path: By which a file is known; one reader a file.
            text: The whole content of the file.
            read: Reads it, perhaps with `find` and `keep`.
        """
        return read() if self.recent is None else self.recent.same(path, text, read)

    def find(self, name: str, text: bytes) -> object:
        """Find what was read from a text; None when it is not known, or what was kept is damaged.

        Args:
            name: Of the file among others, such as "phrasings-fr"; letters, digits, `-` and `_`.
            text: The whole content of the file.
        """
        with suppress(OSError, ValueError):
            if self.folder is not None:
                return json.loads(self._path(self.folder, name, text).read_bytes())
        return None

    def keep(self, name: str, text: bytes, content: object) -> None:
        """Keep what was read; where nothing can be written, the next start is slower."""
        if self.folder is None:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._path(self.folder, name, text)) as file:
                file.write(json.dumps(content, separators=(",", ":")).encode("ascii"))
            forget_old(self.folder, f"read-{name}-{'?' * 2 * _HASH}.json", _VERSIONS)

    @staticmethod
    def _path(folder: Path, name: str, text: bytes) -> Path:
        return folder / f"read-{name}-{hashed((_readers(), text))}.json"


NO_CACHE = ReadCache()
_VERSIONS = 4  # of one file: other knowledge bases and earlier versions of this one


@cache
def _readers() -> bytes:
    """Whatever may read a file otherwise than before."""
    from importlib.metadata import version  # it brings half of the standard library along

    here = Path(__file__).parent
    libraries = " ".join(version(name) for name in ("Babel", "polib", "pydantic", "PyYAML"))
    return program(here, here / "knowledge", here / "language") + libraries.encode()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has removed it
        return 0.0

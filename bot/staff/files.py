"""In which state are the files of the content, and how is it told that they changed?"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

CONTENT = (".yaml", ".yml", ".po")
LOOK_SECONDS = 2.0  # between two looks at the files when nothing was told

Files = Mapping[str, tuple[int, int, int]]  # path → time of the last change, size, identity
Told = Callable[[Sequence[Path]], AsyncGenerator[bool, None]]


def state_of(folders: Sequence[Path]) -> Files:
    """Take down the state of all files that hold content; links are followed."""
    return dict(_states(folders))


def changed_between(before: Files | None, after: Files, folders: Sequence[Path]) -> Iterator[str]:
    """Name the files that are new, gone or different; none when those before are not known."""
    if before is None:
        return
    roots = [folder.parent for folder in folders]
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            path = Path(name)
            root = next((root for root in roots if path.is_relative_to(root)), None)
            yield (path.relative_to(root) if root else path).as_posix()


def fingerprint(folders: Sequence[Path]) -> str:
    """Hash what the files hold, wherever the folders are; files that go away meanwhile are left out."""
    digest = hashlib.sha256()
    for number, folder in enumerate(folders):
        for name in sorted(state_of([folder])):
            try:
                content = Path(name).read_bytes()
            except OSError:
                continue
            head = f"{number} {os.path.relpath(name, folder)} {len(content)}\n"
            digest.update(head.encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


async def told_by_system(folders: Sequence[Path]) -> AsyncGenerator[bool, None]:
    """Tell of changes as the operating system does; empty-handed every few seconds."""
    from watchfiles import awatch  # 30 ms, and only a running bot needs it

    changes = awatch(
        *folders,
        watch_filter=None,  # what is looked at is decided elsewhere
        debounce=200,
        step=25,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
    )
    async with aclosing(changes):
        async for change in changes:
            yield bool(change)


def _states(folders: Sequence[Path]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    entered: set[tuple[int, int]] = set()
    for folder in folders:
        for where, below, names in os.walk(folder, followlinks=True):
            status = _status(where)
            if status is None or (status.st_dev, status.st_ino) in entered:  # links may lead in circles
                below.clear()
                continue
            entered.add((status.st_dev, status.st_ino))
            for path in (os.path.join(where, name) for name in names if name.endswith(CONTENT)):
                found = _status(path)
                yield path, (found.st_mtime_ns, found.st_size, found.st_ino) if found else (0, 0, 0)


def _status(path: str) -> os.stat_result | None:
    """Look at a file; None when it went away meanwhile or its link leads nowhere: loading will say so."""
    try:
        return os.stat(path)
    except OSError:
        return None

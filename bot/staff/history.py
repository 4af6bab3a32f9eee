"""What did the content say at another revision of the repository? Read with git, into a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import BotError

_SECONDS = 60.0  # git answers in a tenth of one


class HistoryError(BotError):
    """A revision cannot be read."""


@contextmanager
def checked_out(folders: Sequence[Path], revision: str) -> Iterator[tuple[Path, ...]]:
    """Lay out folders of a repository as they were at a revision.

    Args:
        folders: Inside one git repository.
        revision: Whatever git understands: `HEAD`, `main~3`, a tag, a hash.

    Yields:
        The same folders, in the same order, as they were; they are gone when the context ends.

    Raises:
        HistoryError: There is no repository, no such revision, or a folder did not exist then.
    """
    root = Path(_git(folders[0], "rev-parse", "--show-toplevel").decode().strip())
    names = [folder.resolve().relative_to(root.resolve()).as_posix() for folder in folders]
    commit = commit_of(folders[0], revision)
    archive = _git(root, "archive", "--format=tar", commit, "--", *names)
    with TemporaryDirectory(prefix="alliance-bot-") as target:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(target, filter="data")
        yield tuple(Path(target) / name for name in names)


def commit_of(folder: Path, revision: str) -> str:
    """Name the commit that a revision means.

    Raises:
        HistoryError: There is no repository or no such revision.
    """
    return (
        _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )


def _git(folder: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise HistoryError(f"git cannot be run: {exc}") from exc
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise HistoryError(f"git {arguments[0]} in {folder}: {said[0]}")
    return done.stdout

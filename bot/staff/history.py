"""What did the content say at another revision of the repository? Read with git, into a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import BotError

_SECONDS = 60.0  # git answers in a tenth of one


class HistoryError(BotError):
    """A revision cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A state of the repository."""

    id: str  # whole hash
    at: datetime  # when it was committed


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
    for folder, name in zip(folders, names, strict=True):
        if not _git(root, "ls-tree", "--name-only", commit, "--", name).strip():
            raise HistoryError(
                f"{folder} is not in the repository {root} at {revision}; name your folders with --knowledge and --locales"
            )
    archive = _git(root, "archive", "--format=tar", commit, "--", *names)
    with TemporaryDirectory(prefix="alliance-bot-") as target:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            if hasattr(
                tarfile, "data_filter"
            ):  # since 3.11.4; git's own archives hold nothing that it refuses
                tar.extractall(target, filter="data")
            else:
                tar.extractall(target)
        yield tuple(Path(target) / name for name in names)


def commit_of(folder: Path, revision: str) -> str:
    """Name the commit that a revision means.

    Raises:
        HistoryError: There is no repository or no such revision.
    """
    return (
        _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )


def last_commit(folders: Sequence[Path], at: datetime) -> Commit:
    """Find the commit that last changed some folders before a moment, on the present branch.

    Of a merge, what counts is when it was merged.

    Raises:
        HistoryError: There is no repository, or it holds no commit of these folders that is so old.
    """
    found = next(_commits(folders, f"--before={at.isoformat(timespec='seconds')}"), None)
    if found is not None:
        return found
    names = " and ".join(folder.name for folder in folders)
    moment = _moment(at)
    if _git(folders[0], "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise HistoryError(
            f"this repository is a shallow clone, and what it holds of {names} is younger than {moment}; "
            "run: git fetch --unshallow"
        )
    oldest = next(_commits(folders, "--reverse", most=None), None)
    if oldest is None:
        raise HistoryError(
            f"no commit of this branch holds {names}; commit them, then their history can be read"
        )
    raise HistoryError(
        f"no commit of {names} is older than {moment}; the first is {oldest.id[:10]} of {_moment(oldest.at)}"
    )


def earlier_commits(folders: Sequence[Path], commit: Commit, most: int) -> Iterator[Commit]:
    """List a commit and those before it that changed some folders, on its branch, the youngest first."""
    return _commits(folders, revision=commit.id, most=most)


def _commits(
    folders: Sequence[Path], *arguments: str, revision: str = "HEAD", most: int | None = 1
) -> Iterator[Commit]:
    bound = () if most is None else (f"--max-count={most}",)
    paths = [str(folder.resolve()) for folder in folders]
    written = _git(
        folders[0], "log", "--first-parent", "--format=%H %ct", *bound, *arguments, revision, "--", *paths
    )
    for line in written.decode("ascii").splitlines():
        name, _, seconds = line.partition(" ")
        yield Commit(id=name, at=datetime.fromtimestamp(int(seconds), UTC))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


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

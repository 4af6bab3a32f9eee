"""How does an edit become what the bot says, without a restart and without a risk?

The folders of knowledge and catalogs are watched. When files change, a whole new snapshot is built beside the
running one; only one without errors takes its place, in one step, so that no question is answered by half of
each. Whatever is wrong keeps the last good one and is told with its file and line.

What tells that something changed only wakes; what counts is the state of the files. So an edit that the
operating system did not tell of (a folder that was replaced, a mounted volume) is found too, a little later.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.answering.assistant import Assistant
from bot.errors import CatalogError, KnowledgeError
from bot.ops.memory import settle
from bot.types import Problem

_QUIET_SECONDS = 0.3  # so long nothing may have changed; editors and git write many files one by one
_LONGEST_WAIT = 1.5  # for that; then what is there is read
_LOOK_SECONDS = 2.0  # between two looks at the files when nothing was told
_POLL_SECONDS = 1.0  # the same when nothing can be told
_WATCH_AGAIN_SECONDS = 60.0  # until watching is tried again after it failed
_BUILD_AGAIN_SECONDS = 30.0  # after a failure that is not the content's
_ROUNDS = 3  # builds during which files changed; then the next look tries again
_MOST_TOLD = 50  # problems in the log; `alliance-bot check` lists them all
_CONTENT = (".yaml", ".yml", ".po")

_log = structlog.get_logger(__name__)

Files = Mapping[str, tuple[int, int, int]]  # path → time of the last change, size, identity
Told = Callable[[Sequence[Path]], AsyncGenerator[bool, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What came of building a new snapshot."""

    revision: str  # that answers from now on
    previous: str  # that answered before; the same when nothing was replaced
    changed: tuple[
        str, ...
    ]  # files that differ from those of the snapshot before, such as knowledge/facts.yaml
    problems: tuple[Problem | str, ...] = ()  # why the last good snapshot is kept; empty when none is wrong

    @property
    def replaced(self) -> bool:
        """Whether another knowledge answers now."""
        return self.revision != self.previous


def state_of(folders: Sequence[Path]) -> Files:
    """Take down the state of all files that hold content; links are followed."""
    return dict(_states(folders))


class Snapshots:
    """Holds the snapshot that answers, and replaces it when its files change.

    Args:
        first: What answers at the start.
        load: Builds a snapshot from the files, as `first` was built; called in a thread.
        folders: Where the files are: knowledge and catalogs.
        files: What `state_of(folders)` said before `first` was built, so that an edit made meanwhile is not
            missed; None when nobody asked, then a snapshot is built once more to find out.
        prepare: Awaited before each build, to do its hard work elsewhere; such as `train_aside`.
        on_replaced: Called after another snapshot took the place of the present one; must not raise.
        told: Tells of changes in folders; True for a change, False when nothing came for a while.
    """

    def __init__(
        self,
        first: Assistant,
        load: Callable[[], Assistant],
        *,
        folders: Sequence[Path],
        files: Files | None = None,
        prepare: Callable[[], Awaitable[None]] | None = None,
        on_replaced: Callable[[Reload], None] | None = None,
        told: Told | None = None,
    ) -> None:
        self._current = first
        self._load = load
        self._folders = tuple(folders)
        self._prepare = prepare
        self._on_replaced = on_replaced
        self._told = told or _told
        self._seen = files  # those last built from, well or not; None: they are not known
        self._good = files  # those that the present snapshot was built from
        self._again_at: float | None = None  # by the loop's clock
        self._trouble: tuple[Problem | str, ...] = ()
        self._building = asyncio.Lock()
        self._asked: set[asyncio.Task[Reload]] = set()

    def current(self) -> Assistant:
        """Return the snapshot that answers now; one question uses one."""
        return self._current

    def trouble(self) -> str | None:
        """Say why the files are not what answers; None when they are."""
        if not self._trouble:
            return None
        more = f" (and {len(self._trouble) - 1} more)" if len(self._trouble) > 1 else ""
        return f"the files cannot be used, the last good ones answer: {self._trouble[0]}{more}"

    async def reload(self) -> Reload:
        """Build a snapshot now, whether files have changed or not, and say what came of it."""
        reload = await self._replace(await self._scan())
        if not reload.replaced and not reload.problems:
            _log.info("knowledge_unchanged", revision=reload.revision)
        return reload

    def ask(self) -> None:
        """Have a snapshot built soon; for a signal, which cannot wait."""
        task = asyncio.get_running_loop().create_task(self.reload(), name="reload")
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def watch(self) -> None:
        """Replace the snapshot whenever files change, until cancelled."""
        await self._look()
        while True:
            try:
                await self._watch()
            except (OSError, RuntimeError) as exc:  # no such folder, too many watches, an unknown file system
                reason = str(exc) or type(exc).__name__
                _log.warning("watching_failed", reason=reason, instead=f"looking every {_POLL_SECONDS:g} s")
                await self._poll(_WATCH_AGAIN_SECONDS)

    # --- when to build --------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Look whenever a change is told, and now and then; end when a change was not told."""
        async with aclosing(self._told(self._folders)) as changes:
            async for change in changes:
                if await self._look() and not change:
                    return

    async def _poll(self, seconds: float) -> None:
        until = _time() + seconds
        while _time() < until:
            await asyncio.sleep(_POLL_SECONDS)
            await self._look()

    async def _look(self) -> bool:
        """Build a snapshot if the files are not those seen last; whether they were not."""
        files = await self._scan()
        if self._is_seen(files):
            return False
        files = await self._settled(files)
        if self._is_seen(files):
            return False
        await self._replace(files)
        return True

    def _is_seen(self, files: Files) -> bool:
        due = self._again_at is not None and _time() >= self._again_at
        return files == self._seen and not due

    async def _settled(self, files: Files) -> Files:
        """Wait until nothing has changed for a moment."""
        until = _time() + _LONGEST_WAIT
        while _time() < until:
            await asyncio.sleep(_QUIET_SECONDS)
            later = await self._scan()
            if later == files:
                break
            files = later
        return files

    async def _scan(self) -> Files:
        return await asyncio.to_thread(state_of, self._folders)

    # --- building -------------------------------------------------------------------------------------

    async def _replace(self, files: Files) -> Reload:
        async with self._building:
            for _ in range(_ROUNDS):
                if self._prepare is not None:
                    await self._prepare()
                built = await asyncio.to_thread(self._build)
                after = await self._scan()
                if after == files:
                    reload = self._take(built, files)
                    del built
                    await asyncio.to_thread(settle)
                    return reload
                files = await self._settled(after)  # it may be half of one state and half of another
        _log.warning("knowledge_changing", advice="the files change all the time; another look follows")
        return Reload(revision=self._current.revision, previous=self._current.revision, changed=())

    def _build(self) -> Assistant | Exception:
        try:
            return self._load()
        except Exception as exc:  # whatever it is, the last good snapshot goes on answering
            return exc

    def _take(self, built: Assistant | Exception, files: Files) -> Reload:
        previous = self._current.revision
        changed = tuple(_changed(self._good, files, self._folders))
        recovered = bool(self._trouble)
        self._seen, self._again_at, self._trouble = files, None, ()
        if isinstance(built, Exception):
            self._trouble = self._problems(built)
            _log.error(
                "knowledge_kept", revision=previous, problems=len(self._trouble), changed=list(changed)
            )
            return Reload(revision=previous, previous=previous, changed=changed, problems=self._trouble)
        self._good = files
        reload = Reload(revision=built.revision, previous=previous, changed=changed)
        if reload.replaced:
            self._current = built
            _log.info("knowledge_reloaded", revision=built.revision, previous=previous, changed=list(changed))
            if self._on_replaced is not None:
                self._on_replaced(reload)
        elif recovered:
            _log.info("knowledge_well_again", revision=previous)
        return reload

    def _problems(self, error: Exception) -> tuple[Problem | str, ...]:
        """Tell each thing that is wrong, and list them."""
        if not isinstance(error, KnowledgeError | CatalogError):
            self._again_at = _time() + _BUILD_AGAIN_SECONDS
            _log.error("knowledge_not_built", error=type(error).__name__, exc_info=error)
            return (f"{type(error).__name__}: {error}",)
        for problem in error.problems[:_MOST_TOLD]:
            _log.error("knowledge_problem", problem=str(problem))
        return error.problems


async def _told(folders: Sequence[Path]) -> AsyncGenerator[bool, None]:
    """Tell of changes as the operating system does; empty-handed every few seconds."""
    from watchfiles import awatch  # 30 ms, and only a running bot needs it

    changes = awatch(
        *folders,
        watch_filter=None,  # what is looked at is decided elsewhere
        debounce=200,
        rust_timeout=int(_LOOK_SECONDS * 1000),
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
            for path in (os.path.join(where, name) for name in names if name.endswith(_CONTENT)):
                found = _status(path)
                yield path, (found.st_mtime_ns, found.st_size, found.st_ino) if found else (0, 0, 0)


def _status(path: str) -> os.stat_result | None:
    """Look at a file; None when it went away meanwhile or its link leads nowhere: loading will say so."""
    try:
        return os.stat(path)
    except OSError:
        return None


def _changed(before: Files | None, after: Files, folders: Sequence[Path]) -> Iterator[str]:
    """Name the files that are new, gone or different; none when those before are not known."""
    if before is None:
        return
    roots = [folder.parent for folder in folders]
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            path = Path(name)
            root = next((root for root in roots if path.is_relative_to(root)), None)
            yield (path.relative_to(root) if root else path).as_posix()


def _time() -> float:
    return asyncio.get_running_loop().time()

"""How does an edit become what the bot says, without a restart and without a risk?

The folders of knowledge and catalogs are watched, and so is what staff change in the store. When something changed, a
whole new snapshot is built beside the running one; only one that is fit to answer takes its place, in one step, so that
no question is answered by half of each. Whatever is wrong keeps the last good one and is told with its file and line.

What tells that something changed only wakes; what counts is the state of the files. So an edit that the
operating system did not tell of (a folder that was replaced, a mounted volume) is found too, a little later.

Staff may go back to an earlier revision of the files: it is pinned, and every process that keeps a copy answers from
it. The pin ends when staff ask for a reload, or when the files become something that was not there when it was set and
is fit to answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from pathlib import Path

import structlog

from bot.answering.assistant import Assistant, withdrawing
from bot.errors import CatalogError, KnowledgeError
from bot.ops.memory import give_back, settle
from bot.staff.building import Load, Prepare, Present, build, faults, golden_faults, preparing
from bot.staff.files import Files, Told, changed_between
from bot.staff.impact import difference
from bot.staff.kept import Kept
from bot.staff.outcome import Faults, Reload, Why, listed, tell
from bot.staff.overlays import Overlays
from bot.staff.pins import Pins, Plan
from bot.staff.watching import Watch, scan, settled
from bot.types import Overlay, Problem

_STAFF_SECONDS = 1.0  # between two looks at what staff changed: it must hold on every process within five
_BUILD_AGAIN_SECONDS = 30.0  # after a failure that is not the content's
_ROUNDS = 3  # builds during which files changed; then the next look tries again

_log = structlog.get_logger(__name__)

__all__ = ["Reload", "Snapshots"]


class Snapshots:
    """Holds the snapshot that answers, and replaces it when its files change or staff change something.

    Args:
        first: What answers at the start.
        load: Builds a snapshot, as `first` was built; called in a thread where nothing else prepares one.
        folders: Where the files are: knowledge and catalogs.
        files: What `state_of(folders)` said before `first` was built, so that an edit made meanwhile is not
            missed; None when nobody asked, then a snapshot is built once more to find out.
        prepare: Reads and judges what is wanted, and has it learnt elsewhere; None does all with `load`, in a thread.
        at_hand: Entered with the names of changed files as long as they are dealt with, to be ready for them.
        judge: Lists what misleads in the first snapshot, elsewhere; where it gives None, and None itself: a thread does.
        kept: Copies of earlier revisions.
        overlays: What staff change in the store.
        problems: Why `first` was not built from the files but from an earlier revision of them.
        on_replaced: Called after another snapshot took the place of the present one; must not raise.
        on_kept: Called when something is wrong, so that the present one stays; must not raise.
        told: Tells of changes in folders; True for a change, False when nothing came for a while.
    """

    def __init__(
        self,
        first: Assistant,
        load: Load,
        *,
        folders: tuple[Path, Path],
        files: Files | None = None,
        prepare: Prepare | None = None,
        at_hand: Callable[[Sequence[str]], AbstractAsyncContextManager[None]] | None = None,
        judge: Callable[[Assistant], Awaitable[tuple[Problem, ...] | None]] | None = None,
        kept: Kept | None = None,
        overlays: Overlays | None = None,
        problems: Faults = (),
        on_replaced: Callable[[Reload], None] | None = None,
        on_kept: Callable[[Reload], None] | None = None,
        told: Told | None = None,
    ) -> None:
        self._current = first
        self._folders = folders
        self._prepare = prepare or preparing(load)
        self._at_hand = at_hand or (lambda _: nullcontext())
        self._judge = judge
        self._pins = Pins(folders, kept)
        self._overlays = overlays
        self.on_replaced, self.on_kept = on_replaced, on_kept
        self._watching = Watch(folders, self._look, told)
        self._seen = files  # those last built from, well or not; None: they are not known
        self._good = None if problems else files  # those that the present snapshot was built from
        self._again_at: float | None = None  # by the loop's clock
        self._trouble = problems
        self._doubts: Faults = ()  # about the first snapshot, which answers for want of another
        self._sound = False  # whether nothing that misleads was found in the present snapshot
        self._overlay = Overlay()
        self._behind = asyncio.Event()  # whether staff changed what has to be built
        self._building = asyncio.Lock()
        self._asked: set[asyncio.Task[Reload]] = set()
        self._who: str | None = None  # asked for what is being built

    def current(self) -> Assistant:
        """Return the snapshot that answers now; one question uses one."""
        return self._current

    @property
    def pinned(self) -> str | None:
        """Name the revision of the files that answers because staff went back to it."""
        return self._pins.answering

    def previous(self) -> str | None:
        """Name the revision of the files that staff can go back to; None when there is none."""
        return self._pins.previous(self._current.files)

    def trouble(self) -> str | None:
        """Say why the files are not what answers; None when they are, or when staff went back on purpose."""
        if self._trouble:
            more = f" (and {len(self._trouble) - 1} more)" if len(self._trouble) > 1 else ""
            return f"the files cannot be used, the last good ones answer: {self._trouble[0]}{more}"
        if self._doubts:
            return (
                f"the files have {len(self._doubts)} faults and answer for want of others: {self._doubts[0]}"
            )
        if self._pins.missing:
            return f"revision {self._pins.missing} is pinned but not kept here, {self._current.files} answers"
        return None

    async def reload(self, who: str = "reload") -> Reload:
        """Build a snapshot from the files now, whether they have changed or not, and say what came of it.

        Args:
            who: Who asked, for the record when a pin ends by it.
        """
        reload = await self._replace(await scan(self._folders), why="request", release=who)
        if not reload.replaced and not reload.problems:
            _log.info("knowledge_unchanged", revision=reload.revision)
        return reload

    def ask(self) -> None:
        """Have a snapshot built soon; for a signal, which cannot wait."""
        task = asyncio.get_running_loop().create_task(self.reload("signal"), name="reload")
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def heed_staff(self) -> None:
        """Take over what staff changed in the store: withdrawn answers at once, the rest is built by `watch`."""
        if self._overlays is None:
            return
        found = await self._overlays.newer(self._overlay.version)
        if found is None:
            return
        self._overlay = found
        self._pins.heed(found)
        self._withdraw()
        if self._is_behind():
            self._behind.set()

    async def watch(self) -> None:
        """Replace the snapshot whenever files or what staff changed call for it, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._examine())
            group.create_task(self._watching.run())
            group.create_task(self._watch_staff())
            group.create_task(self._catch_up())

    # --- when to build --------------------------------------------------------------------------------

    async def _watch_staff(self) -> None:
        while self._overlays is not None:
            await self.heed_staff()
            await asyncio.sleep(_STAFF_SECONDS)

    async def _catch_up(self) -> None:
        while True:
            await self._behind.wait()
            self._behind.clear()
            if self._is_behind():
                await self._replace(await scan(self._folders), why="staff")

    def _is_behind(self) -> bool:
        """Whether staff changed what has to be built."""
        return self._overlay.learned != self._current.learned or self._pins.wished != self._pins.answering

    async def _examine(self) -> None:
        """Judge the first snapshot as every later one, though nothing else could answer; keep it if it is fit."""
        if self._trouble or self._good is None:
            return
        first = self._current
        found = await self._found_in(first)
        if self._current.files != first.files:
            return  # it was replaced meanwhile, by one that was judged
        self._doubts = listed(KnowledgeError(found)) if found else ()
        self._sound = not found
        if not found and await scan(self._folders) == self._good:
            await asyncio.to_thread(self._pins.keep, first.files)

    async def _found_in(self, first: Assistant) -> Sequence[Problem]:
        """List what makes the first snapshot unfit; what this program has found fit before is not looked at again."""
        known = await asyncio.to_thread(self._pins.known_fit, first.files)
        found = () if known else await self._misled_by(first)
        found += await asyncio.to_thread(golden_faults, first, self._folders[0])
        if not found:
            await asyncio.to_thread(self._pins.note_fit, first.files)
        await asyncio.to_thread(give_back)
        return found

    async def _misled_by(self, first: Assistant) -> tuple[Problem, ...]:
        found = await self._judge(first) if self._judge is not None else None
        return await asyncio.to_thread(faults, first) if found is None else found

    async def _look(self) -> bool:
        """Build a snapshot if the files are not those seen last; whether they were not."""
        files = await scan(self._folders)
        if self._is_seen(files):
            return False
        async with self._at_hand(tuple(changed_between(self._good, files, self._folders))):
            files = await settled(self._folders, files)
            if self._is_seen(files):
                return False
            await self._replace(files, why="files")
        return True

    def _is_seen(self, files: Files) -> bool:
        due = self._again_at is not None and _time() >= self._again_at
        return files == self._seen and not due

    # --- building -------------------------------------------------------------------------------------

    async def _replace(self, files: Files, *, why: Why, release: str | None = None) -> Reload:
        async with self._building:
            self._who = release
            for _ in range(_ROUNDS):
                plan = await asyncio.to_thread(partial(self._pins.plan, release=release is not None))
                built = await self._build(plan)
                after = await scan(self._folders)
                if after == files:
                    well = not isinstance(built, Exception)
                    reload = self._take(built, plan, files, why)
                    del built
                    if well:
                        await self._settle_pin(plan, files, release or why)
                    await asyncio.to_thread(settle)
                    return reload
                files = await settled(self._folders, after)  # it may be half of one state and half of another
        _log.warning("knowledge_changing", advice="the files change all the time; another look follows")
        return Reload(revision=self._current.revision, previous=self._current.revision, why=why)

    async def _build(self, plan: Plan) -> Assistant | Exception:
        # Going back is meant: what the present snapshot would make of old phrasings does not matter.
        present = Present(assistant=self._current, sound=self._sound, trusted=plan.pin is None)
        try:
            prepared = await self._prepare(plan.wanted, present)
        except Exception as exc:  # whatever it is, the last good snapshot goes on answering
            return exc
        built = await asyncio.to_thread(build, prepared, plan.wanted.knowledge_dir)
        if isinstance(built, Assistant) and plan.pin not in (None, built.files):
            return KnowledgeError([f"the kept copy of revision {plan.pin} is damaged: it is {built.files}"])
        return built

    async def _settle_pin(self, plan: Plan, files: Files, who: str) -> None:
        """Keep copies of files that are fit to answer; end a pin that they replace."""
        await asyncio.to_thread(self._pins.note_fit, self._current.files)
        if plan.pin is None and await scan(self._folders) == files:
            await asyncio.to_thread(self._pins.keep, self._current.files)
        if plan.ends is not None:
            self._pins.end(plan.ends)
            _log.warning("pin_ended", pinned=plan.ends, revision=self._current.revision, by=who)
            if self._overlays is not None and await self._overlays.unpin(who):
                await asyncio.to_thread(self._pins.forget)

    def _take(self, built: Assistant | Exception, plan: Plan, files: Files, why: Why) -> Reload:
        changed = () if plan.pin else tuple(changed_between(self._good, files, self._folders))
        told, self._trouble = self._trouble, ()
        self._seen, self._again_at = files, None
        if isinstance(built, Exception):
            self._trouble = listed(built)
            if not isinstance(built, KnowledgeError | CatalogError):
                self._again_at = _time() + _BUILD_AGAIN_SECONDS
            return self._stay(changed, why, new=self._trouble != told)
        self._doubts, self._sound = (), True
        if plan.pin is None:
            self._good = files
        if why == "staff" and plan.pin != self._pins.answering:
            why = "pin"
        self._pins.answering = plan.pin
        built = withdrawing(built, self._overlay.withdrawn)  # what staff withdrew while it was built
        return self._swap(built, why, changed, well_again=bool(told))

    # --- taking its place -----------------------------------------------------------------------------

    def _withdraw(self) -> None:
        """Take answers out of service, or give them again, without building anything."""
        self._swap(withdrawing(self._current, self._overlay.withdrawn), "staff", ())

    def _swap(
        self, built: Assistant, why: Why, changed: tuple[str, ...], *, well_again: bool = False
    ) -> Reload:
        """Let a snapshot answer; nothing happens when it is the same knowledge."""
        before = self._current
        replaced = built.revision != before.revision
        reload = Reload(
            revision=built.revision,
            previous=before.revision,
            changed=changed,
            why=why,
            who=self._who,
            difference=difference(before, built) if replaced else None,
            withdrawn=tuple(sorted(built.withdrawn)),
            pinned=self.pinned,
        )
        if replaced or built.learned != before.learned:
            self._current = built
        if replaced:
            tell(reload, built, before)
            if self.on_replaced is not None:
                self.on_replaced(reload)
        elif well_again:
            _log.info("knowledge_well_again", revision=built.revision)
        return reload

    def _stay(self, changed: tuple[str, ...], why: Why, *, new: bool) -> Reload:
        """Go on with the present snapshot, and say so."""
        revision = self._current.revision
        _log.error("knowledge_kept", revision=revision, problems=len(self._trouble), changed=list(changed))
        reload = Reload(
            revision=revision,
            previous=revision,
            changed=changed,
            problems=self._trouble,
            why=why,
            who=self._who,
            withdrawn=tuple(sorted(self._current.withdrawn)),
            pinned=self.pinned,
        )
        if new and self.on_kept is not None:
            self.on_kept(reload)
        return reload


def _time() -> float:
    return asyncio.get_running_loop().time()

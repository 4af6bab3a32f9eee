"""Who is served when? Within a chat in order of arrival, different chats side by side."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.errors import StorageUnavailable
from bot.ops.metrics import Metrics
from bot.storage.store import LEASE_SECONDS, MAINTENANCE, ChatState, InboxEntry, Store
from bot.types import ChatRef, OutgoingMessage
from bot.worker.rows import Apologise, Handle, Observer, Report, Row, Rows, Send, WorkerSettings

_SWEEP_SECONDS = 1.0  # how often rows that nobody holds are looked for
_RENEW_SECONDS = 10.0
_SAFE_SECONDS = LEASE_SECONDS - 5.0  # after so long without renewal another process may have taken over

Pause = Callable[[InboxEntry, ChatState, str], Sequence[OutgoingMessage]]

_log = structlog.get_logger(__name__)


class Worker:
    """Works off the inbox.

    Args:
        store: Where the rows are.
        handle: Decides what to reply; neither sends nor writes.
        send: Sends one message.
        apologise: Writes the message that says that something went wrong.
        pause: Writes the message that says that work rests.
        now: The time, for records.
        settings: How hard to work.
        observer: Is told of each answer.
        metrics: What is counted.
        report: Writes the messages that tell staff of a row that was given up.
    """

    def __init__(
        self,
        store: Store,
        *,
        handle: Handle,
        send: Send,
        apologise: Apologise,
        now: Callable[[], datetime],
        pause: Pause | None = None,
        settings: WorkerSettings | None = None,
        observer: Observer | None = None,
        metrics: Metrics | None = None,
        report: Report | None = None,
    ) -> None:
        self._store = store
        self._settings = settings or WorkerSettings()
        self._pause = pause
        self._rows = Rows(
            store,
            handle=handle,
            send=send,
            apologise=apologise,
            now=now,
            settings=self._settings,
            observer=observer,
            metrics=metrics or Metrics(),
            report=report or _nobody,
            following=self.accept,
        )
        self._chats: dict[ChatRef, deque[Row]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._held: dict[int, Row] = {}  # by seq: each row that waits or is in hand
        self._in_hand = asyncio.Semaphore(self._settings.rows)
        self._stopping = asyncio.Event()
        self._broken = asyncio.Event()
        self._error: Exception | None = None
        self._maintenance: str | None = None
        self._told: set[ChatRef] = set()  # chats that know that work rests
        self._renewed = 0.0  # by the loop's clock: since then what is in memory is surely ours
        self._resumed = asyncio.Event()  # set while work may go on
        self._resumed.set()

    @property
    def maintenance(self) -> str | None:
        """What people are told while work rests; None while it does not."""
        return self._maintenance

    async def start(self) -> int:
        """Take up what is not finished, the oldest of each chat first, and return how many rows that is."""
        self._renewed = asyncio.get_running_loop().time()
        await self._look_after_maintenance()
        return await self._claim()

    async def run(self) -> None:
        """Look for rows that nobody holds and renew what is held, until cancelled.

        Raises:
            StorageUnavailable: The store stayed away.
        """
        broken = asyncio.create_task(self._broken.wait(), name="broken")
        try:
            while not self._broken.is_set():
                # Several processes would otherwise sweep in step.
                await asyncio.wait([broken], timeout=_SWEEP_SECONDS * random.uniform(0.8, 1.2))
                await self._sweep()
        finally:
            broken.cancel()
        if self._error is not None:
            raise self._error

    def accept(self, entries: Sequence[InboxEntry]) -> None:
        """Take rows that this process holds; those already in hand are left alone."""
        accepted = asyncio.get_running_loop().time()
        for entry in entries:
            if entry.seq in self._held or self._stopping.is_set():
                continue
            row = Row(
                entry=entry,
                again=entry.again,
                accepted=accepted,
                sent=list(entry.sent),
                attempts=entry.attempts,
            )
            self._held[entry.seq] = row
            self._queue(row)

    def has_room(self) -> bool:
        """Whether more rows may be taken in hand; others wait in the store, and are found there."""
        return len(self._held) < self._settings.waiting and not self._stopping.is_set()

    async def idle(self) -> None:
        """Wait until nothing is waiting or in hand."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand, for at most so many seconds, and give back what was not begun."""
        self._stopping.set()
        self._resumed.set()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        left = [seq for seq, row in self._held.items() if not row.begun]
        if left:
            try:
                await self._store.release(left)
            except StorageUnavailable as exc:  # their leases end by themselves
                _log.warning("rows_not_released", rows=len(left), reason=str(exc))

    # --- rows that nobody holds -----------------------------------------------------------------------

    async def _sweep(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            await self._look_after_maintenance()
            if clock() - self._renewed > _RENEW_SECONDS:
                await self._renew()
            await self._claim()
        except StorageUnavailable as exc:
            _log.warning("sweep_failed", reason=str(exc))
        if clock() - self._renewed > _SAFE_SECONDS and self._resumed.is_set():
            _log.warning("work_paused", reason="the store could not be asked whether the rows are still ours")
            self._resumed.clear()

    async def _claim(self) -> int:
        room = self._settings.waiting - len(self._held)
        if room <= 0 or self._stopping.is_set():
            return 0
        entries = await self._store.claim(room)
        self.accept(entries)
        return len(entries)

    async def _renew(self) -> None:
        """Hold what is held for longer, and let go of chats that another process has taken over."""
        began = asyncio.get_running_loop().time()
        before = {seq: row.entry.chat for seq, row in self._held.items()}
        held = await self._store.renew()
        lost = {chat for seq, chat in before.items() if seq in self._held and seq not in held}
        given_back = []
        for seq, chat in before.items():
            row = self._held.get(seq)
            if row is not None and chat in lost:
                row.lost = True
                given_back += [seq] if seq in held else []
        if lost:
            _log.warning("chats_taken_over", chats=len(lost))
            await self._store.release(given_back)  # whoever has the earlier rows gets these too
        self._renewed = began
        self._let_work()

    async def _look_after_maintenance(self) -> None:
        text = await self._store.note(MAINTENANCE)
        if text == self._maintenance:
            return
        self._maintenance = text
        self._told.clear()
        _log.info("maintenance", on=text is not None)
        self._let_work()

    def _let_work(self) -> None:
        if self._maintenance is None or self._stopping.is_set():
            self._resumed.set()
        else:
            self._resumed.clear()

    # --- chats ----------------------------------------------------------------------------------------

    def _queue(self, row: Row) -> None:
        chat = row.entry.chat
        if chat in self._chats:
            self._chats[chat].append(row)
            return
        self._chats[chat] = deque([row])
        task = asyncio.create_task(self._serve(chat), name=f"chat of row {row.entry.seq}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, chat: ChatRef) -> None:
        """Work off one chat, in order."""
        waiting = self._chats[chat]
        try:
            while waiting and not self._stopping.is_set():
                row = waiting[0]
                with structlog.contextvars.bound_contextvars(question=row.entry.seq):
                    finished = row.lost or await self._finish(row)
                if finished:
                    self._held.pop(waiting.popleft().entry.seq, None)
        except Exception as exc:
            _log.exception("worker_broken")
            self._error = self._error or exc
            self._broken.set()
        finally:
            del self._chats[chat]

    async def _finish(self, row: Row) -> bool:
        """Try until the row is finished or lost; False when the worker was stopped before."""
        while True:
            if not self._resumed.is_set():
                await self._rest(row)
            async with self._in_hand:
                if self._stopping.is_set():
                    return False
                if row.lost:
                    return True
                delay = await self._rows.attempt(row)
            if delay is None:
                return True
            if await self._stopped_within(delay):
                return False

    async def _rest(self, row: Row) -> None:
        """Say once in a chat that work rests, and wait until it goes on."""
        chat = row.entry.chat
        if self._maintenance is not None and self._pause is not None and chat not in self._told:
            state = await self._rows.state_of(row.entry)
            messages = self._pause(row.entry, state, self._maintenance)
            if messages:  # nobody is told by what cannot be told, such as an inline question
                self._told.add(chat)
            await self._rows.tell(messages)
        await self._resumed.wait()

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return self._stopping.is_set()
        return True


async def _nobody(_entry: InboxEntry, _why: str) -> Sequence[OutgoingMessage]:
    return ()

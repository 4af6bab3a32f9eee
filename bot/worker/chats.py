"""Who is served when? Within a chat in order of arrival, different chats side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.storage.store import InboxEntry, Store
from bot.types import ChatRef
from bot.worker.rows import Apologise, Handle, Observer, Row, Rows, Send, WorkerSettings

_log = structlog.get_logger(__name__)


class Worker:
    """Works off the inbox.

    Args:
        store: Where the rows are.
        handle: Decides what to reply; neither sends nor writes.
        send: Sends one message.
        apologise: Writes the message that says that something went wrong.
        now: The time, for records.
        settings: How hard to work.
        observer: Is told of each answer.
    """

    def __init__(
        self,
        store: Store,
        *,
        handle: Handle,
        send: Send,
        apologise: Apologise,
        now: Callable[[], datetime],
        settings: WorkerSettings | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._store = store
        self._settings = settings or WorkerSettings()
        self._rows = Rows(
            store,
            handle=handle,
            send=send,
            apologise=apologise,
            now=now,
            settings=self._settings,
            observer=observer,
        )
        self._chats: dict[ChatRef, deque[Row]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._held: set[int] = set()  # seq of each row that waits or is in hand
        self._in_hand = asyncio.Semaphore(self._settings.rows)
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = asyncio.Event()
        self._broken = asyncio.Event()
        self._error: Exception | None = None

    async def start(self) -> int:
        """Take up everything that is not finished, and return how many rows that is."""
        entries = await self._store.open_entries()
        self._take(entries, again=True)  # whoever had them in hand may have sent something
        return len(entries)

    def accept(self, entries: Sequence[InboxEntry]) -> None:
        """Take rows that were just stored; those already in hand are left alone."""
        self._take(entries, again=False)

    async def room(self) -> None:
        """Wait while too much is waiting."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing is waiting or in hand."""
        while self._running:
            await asyncio.wait(self._running)

    async def failure(self) -> None:
        """Wait for ever, unless the worker cannot go on.

        Raises:
            StorageUnavailable: The store stayed away.
        """
        await self._broken.wait()
        if self._error is not None:
            raise self._error

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand, for at most so many seconds; the rest stays in the store."""
        self._stopping.set()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _take(self, entries: Sequence[InboxEntry], *, again: bool) -> None:
        accepted = asyncio.get_running_loop().time()
        for entry in entries:
            if entry.seq in self._held or self._stopping.is_set():
                continue
            self._held.add(entry.seq)
            self._queue(
                Row(
                    entry=entry,
                    again=again,
                    accepted=accepted,
                    sent=list(entry.sent),
                    attempts=entry.attempts,
                )
            )
        self._update_room()

    def _queue(self, row: Row) -> None:
        chat = row.entry.chat
        if chat in self._chats:
            self._chats[chat].append(row)
            return
        self._chats[chat] = deque([row])
        task = asyncio.create_task(self._serve(chat), name=f"chat of row {row.entry.seq}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _update_room(self) -> None:
        if len(self._held) < self._settings.waiting:
            self._room.set()
        else:
            self._room.clear()

    async def _serve(self, chat: ChatRef) -> None:
        """Work off one chat, in order."""
        waiting = self._chats[chat]
        try:
            while waiting and not self._stopping.is_set():
                with structlog.contextvars.bound_contextvars(question=waiting[0].entry.seq):
                    finished = await self._finish(waiting[0])
                if finished:
                    self._held.discard(waiting.popleft().entry.seq)
                    self._update_room()
        except Exception as exc:
            _log.exception("worker_broken")
            self._error = self._error or exc
            self._broken.set()
        finally:
            del self._chats[chat]

    async def _finish(self, row: Row) -> bool:
        """Try until the row is finished; False when the worker was stopped before."""
        while True:
            async with self._in_hand:
                if self._stopping.is_set():
                    return False
                delay = await self._rows.attempt(row)
            if delay is None:
                return True
            if await self._stopped_within(delay):
                return False

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return self._stopping.is_set()
        return True

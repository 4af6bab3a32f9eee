"""How do staff learn that another knowledge answers, or why the last good one goes on?

Every process that shares a store finds the same; only the first one tells it. What was told stands in a note of the
store for a while, and a lease sees to it that two processes do not look at the same moment.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

import structlog

from bot.answering.assistant import Assistant
from bot.errors import DeliveryDelayed, DeliveryError, DeliveryUnsent, StorageError
from bot.staff.outcome import Reload
from bot.storage.store import LEASE_SECONDS, Store
from bot.telegram.changes import reload_text
from bot.telegram.intake import CHANNEL
from bot.telegram.pages import page
from bot.telegram.queued import Reader
from bot.telegram.render import Target, render
from bot.telegram.staff_languages import language_of
from bot.types import ChatRef, OutgoingMessage

_LEASE, _NOTE = "reload-report", "reload-reported"
_TOLD_SECONDS = 60.0  # so long the same is not told again; every process finds it within five seconds
_TRIES = 3  # to send one message
_LONGEST_WAIT = 30.0  # seconds between two of them

_log = structlog.get_logger(__name__)

Send = Callable[[OutgoingMessage], Awaitable[str | None]]


class ReloadReports:
    """Tells staff what came of an edit.

    What staff themselves change row by row is not told: they saw it happen, and it would be many messages.

    Args:
        store: Shared by the processes that find the same.
        send: Sends one message.
        staff: Who is told.
        assistant: Gives the present snapshot, for words and languages.
        now: The time.
        staff_here: Whether somebody of the staff can be written to at all.
    """

    def __init__(
        self,
        store: Store,
        send: Send,
        *,
        staff: Collection[int],
        assistant: Callable[[], Assistant],
        now: Callable[[], datetime],
        staff_here: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._store = store
        self._send = send
        self._staff = tuple(sorted(staff))
        self._assistant = assistant
        self._now = now
        self._staff_here = staff_here
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking = asyncio.Lock()  # the lease keeps other processes out, not this one

    def tell(self, reload: Reload) -> None:
        """Have staff told soon, unless another process does."""
        if not self._staff or (reload.why == "staff" and not reload.problems):
            return
        task = asyncio.get_running_loop().create_task(self._tell(reload), name="reload report")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, reload: Reload) -> None:
        try:
            async with self._looking:
                if not await self._is_mine(reload):
                    return
        except StorageError as exc:  # rather told twice than not at all
            _log.warning("reload_report_not_shared", reason=str(exc))
        assistant = self._assistant()
        others = (each for each in self._staff if str(each) != reload.who)
        for staff in filter(self._staff_here, others):
            chat = ChatRef(channel=CHANNEL, chat_id=str(staff))
            locale = await language_of(chat, self._store, assistant, self._now())
            reader = Reader(assistant=assistant, locale=locale)
            told = page(reload_text(reload, reader), reader.locale)
            for message in render([told], Target(chat=chat)):
                await self._deliver(message)

    async def _is_mine(self, reload: Reload) -> bool:
        """Whether no other process has told it; from then on this one has."""
        for _ in range(int(LEASE_SECONDS) + 1):
            if await self._store.lease(_LEASE) is None:
                break
            await asyncio.sleep(1.0)
        try:
            key, now = _key(reload), self._now()
            since = now - timedelta(seconds=_TOLD_SECONDS)
            told = {
                each: at
                for each, at in json.loads(await self._store.note(_NOTE) or "{}").items()
                if datetime.fromisoformat(at) > since
            }
            if key in told:
                return False
            await self._store.set_note(_NOTE, json.dumps({**told, key: now.isoformat()}))
        finally:
            await self._store.unlease(_LEASE)
        return True

    async def _deliver(self, message: OutgoingMessage) -> None:
        for left in reversed(range(_TRIES)):
            try:
                await self._send(message)
            except (DeliveryDelayed, DeliveryUnsent) as exc:
                wait = exc.retry_after if isinstance(exc, DeliveryDelayed) else 1.0
                if left and wait <= _LONGEST_WAIT:
                    await asyncio.sleep(wait)
                    continue
                _log.warning("reload_report_not_sent", reason=str(exc))
            except DeliveryError as exc:
                _log.warning("reload_report_not_sent", reason=str(exc))
            return


def _key(reload: Reload) -> str:
    """Name what came of it, the same in every process."""
    said = (
        [reload.revision, *map(str, reload.problems)]
        if reload.problems
        else [reload.previous, reload.revision]
    )
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogateescape")).hexdigest()[:16]

"""When can people be told what they wanted to know? Looked at whenever another knowledge answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.errors import StorageUnavailable
from bot.storage.store import InboxEntry, Store, WishRecord
from bot.telegram.wishes import answered, asked_again, row_of, waited_of

LEASE = "wishes"  # of the one process that looks; what the inbox takes would be right without it

_LOOK_SECONDS = 1.0  # how often the revision is compared
_AGAIN_SECONDS = 60.0  # until wishes are looked for that came while another revision was looked at
_BATCH = 50  # wishes that become rows at once; they are asked in far less than a lease lasts
_BREATH_SECONDS = 0.005  # after each question: those of the public come first

_log = structlog.get_logger(__name__)


class Fulfilment:
    """Turns wishes into rows of the inbox as soon as they can be answered.

    Args:
        store: Where the wishes are.
        assistant: Gives the present snapshot.
        accept: Takes the rows that this process now holds.
        now: The time.
    """

    def __init__(
        self,
        store: Store,
        *,
        assistant: Callable[[], Assistant],
        accept: Callable[[Sequence[InboxEntry]], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._assistant = assistant
        self._accept = accept
        self._now = now
        self._revision: str | None = (
            None  # that was looked at last; None after a start, so that nothing is missed
        )
        self._last = 0  # number of the last wish that was asked of it
        self._next = 0.0  # by the loop's clock

    async def keep(self) -> None:
        """Look whenever there is a reason to, until cancelled."""
        while True:
            try:
                await self.look()
            except StorageUnavailable as exc:
                _log.warning("wishes_not_seen", reason=str(exc))
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Look now, if another knowledge answers than the last time or a minute has passed."""
        clock = asyncio.get_running_loop().time
        assistant = self._assistant()
        fresh = assistant.revision != self._revision
        if not fresh and clock() < self._next:
            return
        if await self._store.lease(LEASE) is not None:
            return  # another process looks; what it leaves is looked at in a second
        try:
            after = 0 if fresh else self._last
            wishes = [wish for wish in await self._store.wishes() if wish.id > after]
            for start in range(0, len(wishes), _BATCH):
                await self._fulfil(wishes[start : start + _BATCH], assistant)
                await self._store.lease(LEASE)
        finally:
            await self._store.unlease(LEASE)
        self._revision = assistant.revision
        self._last = max((wish.id for wish in wishes), default=after)
        self._next = clock() + _AGAIN_SECONDS

    async def _fulfil(self, wishes: Sequence[WishRecord], assistant: Assistant) -> None:
        at = self._now()
        ready = []
        for wish in wishes:
            question = asked_again(waited_of(wish), assistant, at=at)
            if answered(explain(question, assistant), assistant):
                ready.append(wish)
            await asyncio.sleep(_BREATH_SECONDS)
        if ready:
            held = await self._store.fulfil({wish.id: row_of(wish, at) for wish in ready})
            _log.info("wishes_fulfilled", wishes=len(ready))
            self._accept(held)

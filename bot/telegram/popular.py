"""Which entries are asked most? Counted now and then, for people who have not typed a question yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.errors import StorageUnavailable

_DAYS = 30
_MOST = 20  # some of them may be gone from the knowledge base
_SECONDS = 300.0

_log = structlog.get_logger(__name__)


class Popular:
    """What was asked most in the last month.

    Args:
        most_asked: Counts the answers since a moment and names the entries, the most frequent first.
        now: The time.
    """

    def __init__(
        self,
        most_asked: Callable[[datetime, int], Awaitable[tuple[str, ...]]],
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._most_asked = most_asked
        self._now = now
        self._found: tuple[str, ...] = ()

    def __call__(self) -> tuple[str, ...]:
        """Name the entries, the most asked first; empty until they are counted."""
        return self._found

    async def refresh(self) -> None:
        """Count anew; when the store is away, the last count stays."""
        try:
            self._found = await self._most_asked(self._now() - timedelta(days=_DAYS), _MOST)
        except StorageUnavailable as exc:
            _log.warning("most_asked_not_counted", reason=str(exc))

    async def keep(self) -> None:
        """Count now and then, until cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(_SECONDS)

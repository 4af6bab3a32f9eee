"""What did staff change in the store since the last look? Asked every second, by every process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import structlog

from bot.effects import Pin, StaffEffect
from bot.errors import StorageUnavailable
from bot.types import Overlay

_log = structlog.get_logger(__name__)


class _Store(Protocol):
    """The part of a store that holds what staff change."""

    async def overlay_version(self) -> int: ...

    async def overlay(self, at: datetime | None = None) -> Overlay: ...

    async def apply(self, who: str, effects: Sequence[StaffEffect]) -> None: ...


class Overlays:
    """Follows what staff change in a store.

    Args:
        store: May be away for a while; then what was seen last holds, and it is told once.
    """

    def __init__(self, store: _Store) -> None:
        self._store = store
        self._away = False

    async def newer(self, than: int) -> Overlay | None:
        """Load what staff changed; None when nothing has changed since a version, or the store is away."""
        try:
            found = None if await self._store.overlay_version() == than else await self._store.overlay()
        except StorageUnavailable as exc:
            if not self._away:
                _log.warning("overlay_not_read", reason=str(exc), advice="what was read last holds")
            self._away = True
            return None
        if self._away:
            _log.info("overlay_read_again")
        self._away = False
        return found

    async def unpin(self, who: str) -> bool:
        """Let the files count again on every process; False while the store is away, then only here."""
        try:
            await self._store.apply(who, [Pin(revision=None, at=datetime.now(UTC))])
        except StorageUnavailable as exc:
            _log.warning("unpin_not_stored", reason=str(exc))
            return False
        return True

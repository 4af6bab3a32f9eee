"""Who is the one process that may do a thing, such as polling?"""

from __future__ import annotations

import asyncio

import structlog

from bot.errors import LeaseLost, StorageUnavailable
from bot.storage.owner import described
from bot.storage.store import LEASE_SECONDS, Store

_ASK_SECONDS = 2.0  # how often a process that waits asks for the lease
_RENEW_SECONDS = LEASE_SECONDS / 3

_log = structlog.get_logger(__name__)


class Lease:
    """A named lease: one process of all that share a store has it.

    Args:
        store: Where it is kept.
        name: Of the lease.
    """

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self.holder: str | None = None  # who has it while this process waits for it
        self.held = False

    async def acquire(self) -> None:
        """Wait until this process has the lease."""
        while not self.held:
            try:
                holder = await self._store.lease(self._name)
            except StorageUnavailable as exc:
                _log.warning("lease_unknown", lease=self._name, reason=str(exc))
                await asyncio.sleep(_ASK_SECONDS)
                continue
            if holder is None:
                self.held, self.holder = True, None
                return
            if holder != self.holder:
                _log.warning("standing_by", lease=self._name, held_by=described(holder))
            self.holder = holder
            await asyncio.sleep(_ASK_SECONDS)

    async def keep(self) -> None:
        """Renew the lease until cancelled.

        Raises:
            LeaseLost: Another process has it: this one was away for too long.
        """
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                holder = await self._store.lease(self._name)
            except StorageUnavailable as exc:  # nobody else can take it then
                _log.warning("lease_not_renewed", lease=self._name, reason=str(exc))
                continue
            if holder is not None:
                self.held, self.holder = False, holder
                raise LeaseLost(self._name, described(holder))

    async def give_up(self) -> None:
        """Let another process have it at once."""
        if not self.held:
            return
        self.held = False
        try:
            await self._store.unlease(self._name)
        except StorageUnavailable as exc:
            _log.warning("lease_not_returned", lease=self._name, reason=str(exc))

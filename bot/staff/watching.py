"""When is it time to look at the files?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import structlog

from bot.staff.files import Files, Told, state_of, told_by_system

# So long nothing may have changed; editors and git write many files one by one. What changes later is found after the
# build, which is then made again.
_QUIET_SECONDS = 0.1
_LONGEST_WAIT = 1.5  # for that; then what is there is read
_POLL_SECONDS = 1.0  # between two looks at the files when nothing can be told
_AGAIN_SECONDS = 60.0  # until watching is tried again after it failed

_log = structlog.get_logger(__name__)


class Watch:
    """Wakes somebody who looks at the files.

    Args:
        folders: Where the files are.
        look: Looks, and says whether there was something new.
        told: Tells of changes in folders; True for a change, False when nothing came for a while.
    """

    def __init__(
        self, folders: Sequence[Path], look: Callable[[], Awaitable[bool]], told: Told | None = None
    ) -> None:
        self._folders = folders
        self._look = look
        self._told = told or told_by_system

    async def run(self) -> None:
        """Look whenever it is time, until cancelled."""
        await self._look()
        while True:
            try:
                await self._heed()
            except (OSError, RuntimeError) as exc:  # no such folder, too many watches, an unknown file system
                reason = str(exc) or type(exc).__name__
                _log.warning("watching_failed", reason=reason, instead=f"looking every {_POLL_SECONDS:g} s")
                await self._poll(_AGAIN_SECONDS)

    async def _heed(self) -> None:
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


async def scan(folders: Sequence[Path]) -> Files:
    """Take down the state of the files, without holding anybody up."""
    return await asyncio.to_thread(state_of, folders)


async def settled(folders: Sequence[Path], files: Files) -> Files:
    """Wait until nothing has changed for a moment, and give the state then."""
    until = _time() + _LONGEST_WAIT
    while _time() < until:
        await asyncio.sleep(_QUIET_SECONDS)
        later = await scan(folders)
        if later == files:
            break
        files = later
    return files


def _time() -> float:
    return asyncio.get_running_loop().time()

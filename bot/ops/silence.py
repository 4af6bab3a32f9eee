"""Has polling been silent for too long, and what was the last thing heard?

A process that cannot reach Telegram for many minutes, or hangs somewhere nobody thought of, is better ended
with a reason: whoever supervises it starts it anew, and somebody is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.errors import PollingSilent

_LOOKS = 20.0  # in the longest silence that is allowed
_SLOWEST_LOOK = 15.0  # seconds
_FASTEST_LOOK = 0.05


def silent_for(now: float, last_success: float | None, started: float) -> float:
    """Tell how long polling has been silent: since its last success, or since it began.

    Args:
        now: Seconds by a clock that only goes forward, as the others.
        last_success: When the server last answered; None: not yet.
        started: When polling began, the last time it did.
    """
    return max(0.0, now - max(started, started if last_success is None else last_success))


class Silence:
    """Watches that polling succeeds now and then, while it is meant to.

    It is not meant to before `begin`, and not between `pause` and the next `begin`: on standby, in
    maintenance, or while there is no room for more.

    Args:
        limit: Seconds of silence after which it is over.
        clock: Seconds that only go forward.
    """

    def __init__(self, limit: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._started: float | None = None
        self._last_success: float | None = None
        self._failure: str | None = None

    def begin(self) -> None:
        """Polling begins, or goes on after a pause."""
        if self._started is None:
            self._started = self._clock()

    def pause(self) -> None:
        """Polling is not meant to go on for now."""
        self._started = None

    def heard(self) -> None:
        """A poll succeeded."""
        self._last_success = self._clock()
        self._failure = None

    def failed(self, reason: str) -> None:
        """A poll failed."""
        self._failure = reason

    def seconds(self) -> float | None:
        """How long it has been silent; None while polling is not meant to go on."""
        if self._started is None:
            return None
        return silent_for(self._clock(), self._last_success, self._started)

    def check(self) -> None:
        """See whether it has been silent for too long.

        Raises:
            PollingSilent: It has; says why.
        """
        seconds = self.seconds()
        if seconds is not None and seconds > self._limit:
            raise PollingSilent(seconds, self._failure)

    async def watch(self) -> None:
        """Look again and again, until cancelled.

        Raises:
            PollingSilent: It has been silent for too long; says why.
        """
        pause = max(_FASTEST_LOOK, min(self._limit / _LOOKS, _SLOWEST_LOOK))
        while True:
            await asyncio.sleep(pause)
            self.check()

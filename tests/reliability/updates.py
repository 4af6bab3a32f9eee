"""Which updates wait for the bot, when it polls?

As the real queue: an update stays until an offset above its id is asked for, a second poller ends the first one's
wait with a 409, and an offset far beyond the newest id counts as none.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from tests.reliability.sockets import Answer, as_json

Json = dict[str, Any]

_NEAR_FUTURE = 10  # an offset this far beyond the newest id still confirms all
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


class Updates:
    """Updates in order, until they are confirmed."""

    def __init__(self) -> None:
        self.next_id = 500_000_000
        self.conflicts = 0
        self.polls = 0
        self._waiting: deque[Json] = deque()
        self._taken = asyncio.Event()  # set whenever something was confirmed
        self._poll: asyncio.Future[bool] | None = None  # whether the wait ends by a conflict

    def __len__(self) -> int:
        return len(self._waiting)

    def number(self) -> int:
        """Draw the next id."""
        self.next_id += 1
        return self.next_id - 1

    def put(self, *updates: Json) -> None:
        """Let updates wait."""
        self._waiting.extend(updates)
        self._wake(conflict=False)

    async def confirmed(self, *, within: float) -> None:
        """Wait until the bot has confirmed everything."""
        async with asyncio.timeout(within):
            while self._waiting:
                self._taken.clear()
                await self._taken.wait()

    async def get(self, offset: int, limit: int, timeout: float) -> Answer:  # noqa: ASYNC109 (the Bot API's name)
        """Answer one getUpdates."""
        self.polls += 1
        offset = offset if offset <= self.next_id + _NEAR_FUTURE else 0
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
            self._taken.set()
        if not self._waiting and timeout > 0 and await self._wait(timeout):
            self.conflicts += 1
            return as_json({"ok": False, "error_code": 409, "description": _CONFLICT}, 409)
        count = min(len(self._waiting), limit)
        return as_json({"ok": True, "result": [self._waiting[position] for position in range(count)]})

    async def _wait(self, seconds: float) -> bool:
        self._wake(conflict=True)
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(poll, seconds)
        except TimeoutError:
            return False
        finally:
            if self._poll is poll:
                self._poll = None

    def _wake(self, *, conflict: bool) -> None:
        poll, self._poll = self._poll, None
        if poll is not None and not poll.done():
            poll.set_result(conflict)

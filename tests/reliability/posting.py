"""How does Telegram deliver by webhook?

One update of a chat at a time and in order, different chats side by side; again, after a growing delay, when the
answer is not 2xx or does not come. Several replicas take turns.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

import aiohttp

Json = dict[str, Any]

_CONNECTIONS = 40  # Bot API, setWebhook: max_connections, by default
_FIRST_DELAY, _GROWTH, _LONGEST_DELAY = 0.1, 1.6, 2.0  # seconds; the real ones are longer
_SECONDS = 15.0  # for one post


class Poster:
    """Posts updates until each one is accepted.

    Args:
        targets: Addresses of the replicas.
        secret: Sent in the header that proves who posts.
        lost: Share (0-1) of acknowledgements that get lost, so that the update comes once more.
        rng: Decides which ones.
    """

    def __init__(self, targets: Sequence[str], *, secret: str, lost: float, rng: random.Random) -> None:
        self._targets = itertools.cycle(targets)
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        self._lost = lost
        self._rng = rng
        self._chats: dict[int, deque[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_CONNECTIONS)
        self._session: aiohttp.ClientSession | None = None
        self.outcomes: Counter[str] = Counter()  # "200", "503", "broken", "acknowledgement lost"

    def __len__(self) -> int:
        return sum(map(len, self._chats.values()))

    def put(self, chat: int, update: Json) -> None:
        """Let an update be posted."""
        if chat in self._chats:
            self._chats[chat].append(update)
            return
        self._chats[chat] = deque([update])
        task = asyncio.create_task(self._serve(chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop posting."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _serve(self, chat: int) -> None:
        waiting = self._chats[chat]
        while waiting:
            delay = _FIRST_DELAY
            while not await self._accepted(waiting[0]):
                await asyncio.sleep(delay)
                delay = min(delay * _GROWTH, _LONGEST_DELAY)
            waiting.popleft()
        del self._chats[chat]

    async def _accepted(self, update: Json) -> bool:
        async with self._room:
            status = await self._post(update)
        accepted = status is not None and 200 <= status < 300
        if accepted and self._rng.random() < self._lost:
            self.outcomes["acknowledgement lost"] += 1
            return False
        self.outcomes["broken" if status is None else str(status)] += 1
        return accepted

    async def _post(self, update: Json) -> int | None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=self._headers)
        try:
            async with self._session.post(next(self._targets), json=update) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None

"""How does an open page learn what happens?

By server-sent events: each page has a queue, and whoever lags too far behind is sent away and loads
everything again when the browser reconnects.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from bot.preview.arguments import JsonObject

_QUEUE = 1000  # events that a page may lag behind
_HEARTBEAT = 15.0  # seconds between signs of life on a silent stream


class Streams:
    """The open pages, by conversation; all end when `closed` is set."""

    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed
        self._queues: dict[int, set[asyncio.Queue[JsonObject]]] = {}

    def tell(self, chat_id: int, content: JsonObject) -> None:
        """Send an event to every page that shows a conversation."""
        for queue in self._queues.get(chat_id, ()):
            if not queue.full():  # a full one makes its stream end
                queue.put_nowait(content)

    async def follow(self, chat_id: int, first: Callable[[], JsonObject]) -> AsyncIterator[str]:
        """Yield the events of a conversation as the protocol wants them, first what `first` returns."""
        queue: asyncio.Queue[JsonObject] = asyncio.Queue(_QUEUE)
        queues = self._queues.setdefault(chat_id, set())
        queues.add(queue)
        queue.put_nowait(first())
        try:
            yield "retry: 1000\n\n"
            while not self._closed.is_set() and not queue.full():
                content = await self._next(queue)
                yield ": still here\n\n" if content is None else f"data: {json.dumps(content)}\n\n"
        finally:
            queues.discard(queue)

    async def _next(self, queue: asyncio.Queue[JsonObject]) -> JsonObject | None:
        """Return the next event, None after a while without one or when everything ends."""
        arrival = asyncio.ensure_future(queue.get())
        end = asyncio.ensure_future(self._closed.wait())
        try:
            done, _ = await asyncio.wait(
                (arrival, end), timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
            )
            return arrival.result() if arrival in done else None
        finally:
            arrival.cancel()
            end.cancel()

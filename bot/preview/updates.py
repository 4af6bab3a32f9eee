"""Which updates wait for the bot?

The queue behind `getUpdates`, after the real server's: an update stays until an offset above it is asked
for; a second poller ends the first one's wait with a 409.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.errors import ApiError

_MAX_TIMEOUT = 50  # seconds; longer ones are shortened
_LIFETIME = 24 * 3600.0  # seconds; Bot API, getUpdates: kept for 24 hours
_NEAR_FUTURE = 10  # an offset this far beyond the last update still confirms all
_BY_DEFAULT_OFF = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Updates:
    """Updates in order, until they are confirmed."""

    def __init__(self, *, rng: random.Random, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: list[tuple[float, JsonObject]] = []
        self._next_id = rng.randint(100_000_000, 999_999_999)
        self._allowed: frozenset[str] | None = None  # None: all but those off by default
        self._poll: asyncio.Future[None] | None = None  # resolved to wake the poller
        self._closed = False
        self.webhook_url = ""
        self.webhook_options: JsonObject = {}
        self.conflicts = 0  # how many polls ended with a 409

    def pending(self) -> tuple[JsonObject, ...]:
        """Return the updates that no offset has confirmed yet."""
        return tuple(update for _, update in self._waiting)

    def push(self, kind: str, content: JsonObject) -> int | None:
        """Queue an update and return its id; None when the bot does not want this kind."""
        if not self._wanted(kind):
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append((self._now(), {"update_id": update_id, kind: content}))
        self._wake()
        return update_id

    async def get(self, arguments: Arguments) -> list[JsonObject]:
        """Answer one `getUpdates`, waiting as long as it asks for.

        Raises:
            ApiError: 409, when another poller takes over or a webhook is set.
        """
        if self.webhook_url:
            raise ApiError(409, _WEBHOOK)
        self.allow(arguments)
        limit = arguments.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        timeout = min(max(arguments.integer("timeout"), 0), _MAX_TIMEOUT)
        offset = self._confirm(arguments.integer("offset"))
        found = self._from(offset, limit)
        if found or not timeout or self._closed:
            return found
        await self._wait(timeout)
        return self._from(offset, limit)

    def allow(self, arguments: Arguments) -> None:
        """Remember `allowed_updates`; an empty list means the default again."""
        value = arguments.json("allowed_updates", "Can't parse allowed updates JSON object")
        if isinstance(value, list):
            self._allowed = frozenset(str(kind).lower() for kind in value) or None

    def allowed(self) -> list[str] | None:
        """Return the kinds of update that the bot asked for, None for the default."""
        return None if self._allowed is None else sorted(self._allowed)

    def drop(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()

    def interrupt(self, reason: str | None = None) -> None:
        """End a wait: with a 409 that gives the reason, or without an error."""
        poll, self._poll = self._poll, None
        if poll is None or poll.done():
            return
        if reason is None:
            poll.set_result(None)
        else:
            self.conflicts += 1
            poll.set_exception(ApiError(409, reason))

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self.interrupt()

    def _wanted(self, kind: str) -> bool:
        return kind not in _BY_DEFAULT_OFF if self._allowed is None else kind in self._allowed

    def _wake(self) -> None:
        self.interrupt()

    def _confirm(self, offset: int) -> int:
        """Forget what an offset confirms, and return the id from which to answer."""
        oldest = self._now() - _LIFETIME
        self._waiting = [item for item in self._waiting if item[0] > oldest]
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset <= self._next_id + _NEAR_FUTURE:
            self._waiting = [item for item in self._waiting if item[1]["update_id"] >= offset]
        return max(offset, 0) if offset <= self._next_id + _NEAR_FUTURE else 0

    def _from(self, offset: int, limit: int) -> list[JsonObject]:
        return [update for _, update in self._waiting if update["update_id"] >= offset][:limit]

    async def _wait(self, seconds: float) -> None:
        self.interrupt(_CONFLICT)
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poll, seconds)
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

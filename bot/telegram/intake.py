"""How do updates come in? Stored as they are, committed, and only then acknowledged.

Polling tells Telegram with its next call that everything before the offset has arrived, so the offset moves
only after the commit. The offset is not stored: after an idle week ids are drawn anew and may be lower.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.errors import ConfigError, StorageUnavailable
from bot.ops.metrics import Metrics
from bot.ops.silence import Silence
from bot.storage.store import InboxEntry, Received, Store
from bot.telegram.transport import Flooded, RawBot
from bot.types import ChatRef

CHANNEL = "telegram"
# Each kind has its line in `bot.telegram.handlers.HANDLERS`. `my_chat_member` tells that the bot was taken out of a
# group: nothing else does in a supergroup.
ALLOWED_UPDATES = [
    *("message", "edited_message", "guest_message", "callback_query"),
    *("inline_query", "chosen_inline_result", "my_chat_member"),
]

# How long the server may wait for the next update before it answers. When a poll gets no answer at all, nobody is
# answered until it is given up: that must not take long, and asking more often costs next to nothing.
_POLL_SECONDS = 8
_SLACK_SECONDS = 2.0  # more than that for the answer itself
_CONNECT_SECONDS = 2.0
_BATCH = 100  # Bot API, getUpdates: 1-100
_DELAYS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # seconds after the first, second, … failure in a row
_REVOKED = "ALLIANCE_BOT_TOKEN was refused by the Bot API; ask @BotFather for the current one"

_log = structlog.get_logger(__name__)


class Intake:
    """Stores updates, and counts them once they are committed.

    Args:
        store: Where they are committed.
        metrics: Where they are counted.
    """

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Store updates, all or none, and return those that this process now holds."""
        entries = await self._store.receive(updates, hold=hold)
        for update in updates:
            self._metrics.update_received(update.kind)
        return entries


class Polling:
    """Fetches updates until it is cancelled.

    Args:
        bot: Whose updates.
        intake: Where they are committed.
        accept: Gets the open ones, in order, once they are committed.
        has_room: Whether more may be taken in hand; what may not waits in the store.
        now: The time.
        seconds: How long the server may wait for the next update.
        silence: Is told of each success and failure.
    """

    def __init__(
        self,
        bot: RawBot,
        intake: Intake,
        *,
        accept: Callable[[Sequence[InboxEntry]], None],
        has_room: Callable[[], bool],
        now: Callable[[], datetime],
        seconds: int = _POLL_SECONDS,
        silence: Silence | None = None,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._accept = accept
        self._has_room = has_room
        self._now = now
        self._seconds = seconds
        self.silence = silence or Silence(math.inf)

    async def run(self) -> None:
        """Fetch, store, acknowledge; again and again.

        Raises:
            ConfigError: The token is not valid (any more).
        """
        offset: int | None = None
        failures = 0
        self.silence.begin()
        while True:
            try:
                offset = await self._poll(offset)
                failures = 0
            except InvalidToken:
                raise ConfigError([_REVOKED]) from None  # the library's message may hold the token
            except (TelegramError, StorageUnavailable) as exc:
                delay = _delay(exc, failures)
                failures += 1
                self.silence.failed(_explained(exc))
                _log.warning("poll_failed", reason=_explained(exc), failures=failures, retry_in=delay)
                await asyncio.sleep(delay)

    async def _poll(self, offset: int | None) -> int | None:
        """Fetch and store one batch; return the offset that acknowledges it."""
        body: dict[str, object] = {"timeout": self._seconds, "limit": _BATCH}
        body["allowed_updates"] = ALLOWED_UPDATES
        if offset is not None:
            body["offset"] = offset
        result = await self._bot.call(
            "getUpdates", body, seconds=self._seconds + _SLACK_SECONDS, connect=_CONNECT_SECONDS
        )
        if not isinstance(result, list):
            raise TelegramError("the answer to getUpdates is not a list")
        self.silence.heard()
        updates = tuple(received(_objects(result), self._now()))
        if not updates:
            return None  # everything is acknowledged; ids may start anew
        self._accept(await self._intake.receive(updates, hold=self._has_room()))
        return max(int(update.event_id) for update in updates) + 1


def received(updates: Iterable[dict[str, Any]], now: datetime) -> tuple[Received, ...]:
    """Prepare raw updates for the store; those without an id, which Telegram never sends, are left out."""
    return tuple(
        Received(
            chat=ChatRef(channel=CHANNEL, chat_id=_chat_id(update)),
            user_id=_user_id(update),
            event_id=str(update["update_id"]),
            payload=json.dumps(update, separators=(",", ":")),
            received_at=now,
            kind=next((name for name in update if name != "update_id"), ""),
        )
        for update in updates
        if type(update.get("update_id")) is int  # true is an int too, to Python
    )


def _chat_id(update: dict[str, Any]) -> str:
    """The chat that decides about order: a press and a message of one chat do not overtake each other."""
    content = next(_objects(update.values()), {})
    message = content.get("message") if "data" in content or "chat" not in content else content
    for holder in _objects((message, content)):
        chat = holder.get("chat")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            # A chat that the bot is not in may have the id of one that it knows.
            return f"guest:{chat['id']}" if "guest_message" in update else str(chat["id"])
    return _user_id(update)


def _user_id(update: dict[str, Any]) -> str:
    """Who wrote or pressed: for anonymous administrators and channels, that chat."""
    content = next(_objects(update.values()), {})
    for holder in _objects((content.get("sender_chat"), content.get("from"), content.get("chat"))):
        if isinstance(holder.get("id"), int):
            return str(holder["id"])
    return ""


def _objects(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict))


def _delay(exc: Exception, failures: int) -> float:
    grown = _DELAYS[min(failures, len(_DELAYS) - 1)]
    return max(grown, exc.retry_after) if isinstance(exc, Flooded) else grown


def _explained(exc: Exception) -> str:
    if not isinstance(exc, Conflict):
        return str(exc)
    if "webhook" in exc.message.lower():
        return "a webhook is set for this token, so nothing can be polled; remove it with `alliance-bot webhook delete`"
    return "another program polls with this token; stop it, or give each its own token"

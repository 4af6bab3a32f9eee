"""How do updates come in when Telegram calls? Stored and committed, and only then acknowledged.

Telegram repeats whatever is not answered with 200, for up to a day and before it delivers anything newer of
the same chat. So 200 means that the update is on the disk. The one exception is a body with no update in it:
it would be the same on every repetition and only hold up what comes after it, so it is logged and taken.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import ConfigError, StorageError
from bot.storage.store import InboxEntry, Received
from bot.telegram.intake import received

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE = 2_097_152  # bytes; updates are a few kilobytes, the largest ones seen stay below 1 MB

_QUIET = timedelta(minutes=1)  # between two lines about refused posts
_RETRY_SECONDS = "1"  # Telegram has its own rhythm; proxies and tests read this

_log = structlog.get_logger(__name__)


class Inbox(Protocol):
    """The part of a store that takes updates in."""

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Store updates, all or none, and return those that this process now holds."""


def webhook_route(
    path: str,
    *,
    secret: str,
    store: Inbox,
    accept: Callable[[Sequence[InboxEntry]], None],
    now: Callable[[], datetime],
    max_bytes: int = LARGEST_UPDATE,
    hold: Callable[[], bool] = lambda: True,
) -> Route:
    """Make the route that Telegram posts updates to.

    Args:
        path: Where, such as /telegram.
        secret: What was given to setWebhook as secret_token; without it nothing is read.
        store: Where updates are committed.
        accept: Gets the rows that this process holds, once they are committed.
        now: The time.
        max_bytes: Largest body that is read.
        hold: Whether there is room to take rows in hand; what is not is stored all the same.

    Raises:
        ConfigError: There is no secret, so that anybody could post.
    """
    if not secret:
        raise ConfigError(["ALLIANCE_BOT_WEBHOOK_SECRET: not set; without it anybody could post updates"])
    webhook = _Webhook(secret, store, accept=accept, now=now, max_bytes=max_bytes, hold=hold)
    return Route(path, webhook.post, methods=["POST"], name="webhook")


class _TooLarge(Exception):
    """A body beyond the limit."""


class _Webhook:
    def __init__(
        self,
        secret: str,
        store: Inbox,
        *,
        accept: Callable[[Sequence[InboxEntry]], None],
        now: Callable[[], datetime],
        max_bytes: int,
        hold: Callable[[], bool],
    ) -> None:
        self._secret = secret.encode()
        self._store = store
        self._accept = accept
        self._now = now
        self._max_bytes = max_bytes
        self._hold = hold
        self._refused = 0  # since it was last told
        self._told_at: datetime | None = None

    async def post(self, request: Request) -> Response:
        """Take one update."""
        if not self._knows_secret(request):
            self._note_refusal()
            return Response(status_code=403)
        try:
            body = await self._body(request)
        except _TooLarge:
            _log.error("webhook_too_large", limit=self._max_bytes)
            return Response(status_code=413)
        except ClientDisconnect:  # nobody is left to be answered; it will be sent again
            return Response(status_code=400)
        updates = self._read(body)
        if updates:
            try:
                self._accept(await self._store.receive(updates, hold=self._hold()))
            except StorageError as exc:
                _log.warning("webhook_not_stored", reason=str(exc))
                return Response(status_code=503, headers={"Retry-After": _RETRY_SECONDS})
        return Response()

    def _knows_secret(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret)

    def _note_refusal(self) -> None:
        """Tell of refused posts now and then; whoever sends many must not be able to fill the log."""
        self._refused += 1
        now = self._now()
        if self._told_at is None or abs(now - self._told_at) >= _QUIET:
            _log.warning("webhook_refused", posts=self._refused, reason="not the secret given to setWebhook")
            self._refused, self._told_at = 0, now

    async def _body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced[:20]) > self._max_bytes:
            raise _TooLarge
        chunks, size = [], 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > self._max_bytes:
                raise _TooLarge
            chunks.append(chunk)
        return b"".join(chunks)

    def _read(self, body: bytes) -> tuple[Received, ...]:
        """Prepare the update for the store; nothing when there is none in the body."""
        try:
            update: Any = json.loads(body.decode("utf-8", "replace"))
            updates = received([update] if isinstance(update, dict) else [], self._now())
        except (ValueError, RecursionError) as exc:
            _log.error("webhook_unreadable", bytes=len(body), reason=type(exc).__name__)
            return ()
        if not updates:
            _log.error("webhook_unreadable", bytes=len(body), reason="no object with an update_id")
        return updates

"""Where does Telegram post updates, and how does that go?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

from bot.errors import BotError, ConfigError
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.transport import RawBot

PORTS = (443, 80, 88, 8443)  # Bot API, setWebhook: the ports to which Telegram posts
MAX_CONNECTIONS = 40  # Bot API, setWebhook: 1-100, by default 40

_SECONDS = 10.0
_REFUSED = "ALLIANCE_BOT_TOKEN: ***; the Bot API refuses it, ask @BotFather for the current one"
_MEANINGS = (
    (r"\b(401|403)\b", "the bot was shown another secret than its own; run `alliance-bot webhook set` again"),
    (r"\b404\b", "nothing is served under this path; compare it with that of `alliance-bot run --webhook`"),
    (r"\b413\b", "a proxy or the bot found an update too large"),
    (r"\b(502|504)\b", "the proxy in front does not reach the bot"),
    (r"\b503\b", "the bot could not store; look at its storage with `alliance-bot doctor`"),
    (r"\b(3\d\d)\b", "the address leads somewhere else; set the one it leads to"),
    (r"(?i)ssl|certificate", "the certificate is not one that Telegram trusts, or its chain is incomplete"),
    (r"(?i)refused|unreachable", "nothing listens there, or a firewall is in the way"),
    (r"(?i)timed? ?out|timeout", "no answer in time; a firewall is in the way, or the machine is overloaded"),
    (r"(?i)resolve|host", "the name cannot be found in the DNS"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What Telegram says about the webhook."""

    url: str  # empty: there is none, updates are polled
    waiting: int  # updates that were not taken yet
    kinds: tuple[str, ...] | None  # of updates that are sent; None: nearly all, Telegram's default
    connections: int | None  # at most so many posts at once
    failed_at: datetime | None  # when a post last failed
    failure: str  # as Telegram words it; empty when nothing failed

    @property
    def missing(self) -> tuple[str, ...]:
        """The kinds of update that the bot needs and does not get."""
        return tuple(kind for kind in ALLOWED_UPDATES if self.kinds is not None and kind not in self.kinds)


async def set_webhook(
    bot: RawBot, url: str, *, secret: str | None, api_url: str, connections: int = MAX_CONNECTIONS
) -> None:
    """Let Telegram post updates to an address; those that wait already are kept.

    Args:
        bot: Whose updates.
        url: Where to, as the public reaches it.
        secret: What Telegram shall show with each post.
        api_url: Of the Bot API server; only one on the same machine may post without encryption.
        connections: At most so many posts at once (1-100).

    Raises:
        ConfigError: The address or the secret cannot be used.
        BotError: The Bot API refused, or was not reached.
    """
    problems = [*_url_problems(url, api_url=api_url)]
    if not secret:
        problems.append("ALLIANCE_BOT_WEBHOOK_SECRET: not set; without it anybody could post updates")
    if problems:
        raise ConfigError(problems)
    body = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES}
    await _call(bot, "setWebhook", {**body, "max_connections": connections})


async def delete_webhook(bot: RawBot) -> None:
    """Let Telegram keep updates until they are polled; those that wait already are kept.

    Raises:
        BotError: The Bot API refused, or was not reached.
    """
    await _call(bot, "deleteWebhook", {})


async def account(bot: RawBot) -> Mapping[str, Any]:
    """Ask Telegram who the bot is and what it may do.

    Raises:
        ConfigError: The token is refused.
        BotError: The Bot API was not reached.
    """
    found: Mapping[str, Any] = await _call(bot, "getMe", {})
    return found


async def registration(bot: RawBot) -> Registration:
    """Ask Telegram how things stand.

    Raises:
        BotError: The Bot API refused, or was not reached.
    """
    return read_registration(await _call(bot, "getWebhookInfo", {}))


def read_registration(found: Mapping[str, Any]) -> Registration:
    """Read what getWebhookInfo answers."""
    failed = found.get("last_error_date")
    kinds = found.get("allowed_updates")
    return Registration(
        url=str(found.get("url", "")),
        waiting=int(found.get("pending_update_count", 0)),
        kinds=tuple(map(str, kinds)) if kinds else None,
        connections=found.get("max_connections"),
        failed_at=datetime.fromtimestamp(failed, UTC) if failed else None,
        failure=str(found.get("last_error_message", "")),
    )


def described(state: Registration, now: datetime) -> Iterator[str]:
    """Say in plain words how things stand, a line for each thing."""
    if state.url:
        yield f"webhook      {state.url}, at most {state.connections or MAX_CONNECTIONS} posts at once"
    else:
        yield "webhook      none; updates are polled"
    yield f"waiting      {counted(state.waiting, 'update')}"
    if failure := failed(state, now):
        yield f"last error   {failure}"
    elif state.url:
        yield "last error   none"
    yield f"updates      {', '.join(state.kinds) if state.kinds else 'all kinds that Telegram sends by default'}"
    if state.missing:
        yield f"not sent     {', '.join(state.missing)}; run `alliance-bot webhook set` again"


def failed(state: Registration, now: datetime) -> str:
    """Say when a post last failed, why, and what that means; empty when none did."""
    if state.failed_at is None:
        return ""
    meaning = next((text for pattern, text in _MEANINGS if re.search(pattern, state.failure)), "")
    said = f"{_ago(now - state.failed_at)}: {state.failure or 'no reason given'}"
    return f"{said} ({meaning})" if meaning else said


def counted(count: int, thing: str) -> str:
    """Write a number of things."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def refusal(error: TelegramError) -> BotError:
    """Say what a failed call means to whoever runs the bot."""
    if isinstance(error, InvalidToken):
        return ConfigError([_REFUSED])  # the library's message holds the token
    unreached = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return BotError(f"{'not reached' if unreached else 'refused'}: {error.message}")


def is_loopback(host: str) -> bool:
    """Whether a name or an address is that of this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _url_problems(url: str, *, api_url: str) -> Iterator[str]:
    local = urlsplit(api_url).scheme == "http" and is_loopback(urlsplit(api_url).hostname or "")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or re.search(r"\s", url):
        yield f"{url!r}: is no address; allowed is one such as https://bot.example.org/telegram"
    elif parts.username or parts.password:
        yield "the address of the webhook holds a name or a password; leave them out, the secret protects it"
    elif parts.scheme == "http" and not local:
        yield f"{url!r}: Telegram posts to https:// only; a proxy with a certificate can stand in front"
    elif parts.scheme == "https" and not local and port not in PORTS:
        yield f"{url!r}: Telegram posts to the ports {', '.join(map(str, PORTS))} only"


async def _call(bot: RawBot, method: str, body: Mapping[str, object]) -> Any:
    try:
        return await bot.call(method, body, seconds=_SECONDS)
    except TelegramError as exc:
        raise refusal(exc) from (None if isinstance(exc, InvalidToken) else exc)


def _ago(past: timedelta) -> str:
    seconds = max(int(past.total_seconds()), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(seconds // size, unit)} ago"
    return f"{counted(seconds, 'second')} ago"

"""How is everything checked? First the facts are gathered, then each check looks at them.

Nothing is changed, and a bot that runs meanwhile is not disturbed: updates are not polled.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from telegram.request import BaseRequest

from bot.answering.assistant import Assistant
from bot.config import Config, require_token, secrets_of
from bot.doctor.connection import (
    allowed_updates,
    clock,
    guest_mode,
    inline_mode,
    privacy_mode,
    settings,
    token,
    webhook,
)
from bot.doctor.content import knowledge, languages, lengths
from bot.doctor.facts import Facts, Finding
from bot.doctor.machine import disk, schema
from bot.errors import BotError
from bot.telegram.registration import account, registration
from bot.telegram.transport import BotApiRequest, connect_bot

CHECKS: Mapping[str, Callable[[Facts], Finding]] = {
    "settings": settings,
    "token": token,
    "webhook": webhook,
    "privacy mode": privacy_mode,
    "inline mode": inline_mode,
    "guest mode": guest_mode,
    "allowed updates": allowed_updates,
    "clock": clock,
    "disk": disk,
    "schema": schema,
    "knowledge": knowledge,
    "languages": languages,
    "lengths": lengths,
}

_SECONDS = 10.0


async def diagnose(
    config: Config,
    *,
    load: Callable[[], Assistant],
    request: BaseRequest | None = None,
    server_date: Callable[[str], Awaitable[datetime | None]] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> tuple[Finding, ...]:
    """Run all checks.

    Args:
        config: All settings.
        load: Loads what answers, as `run` does.
        request: Carries calls to the Bot API; over aiohttp when None.
        server_date: Tells the time at an address; asks for its Date header when None.
        now: The time here.
    """
    facts = Facts(config=config, now=now())
    try:
        facts = await _asked(facts, request or BotApiRequest(connections=1))
    except BotError as exc:
        facts = replace(facts, silence=str(exc))
    else:
        date = await (server_date or date_of)(config.telegram.api_url)
        facts = replace(facts, server_date=date, now=now())
    try:
        facts = replace(facts, assistant=load())
    except BotError as exc:
        first, *more = str(exc).splitlines()
        facts = replace(facts, unloaded=f"{first}{f' (and {len(more)} more)' if more else ''}")
    return tuple(_censored(replace(look(facts), check=name), config) for name, look in CHECKS.items())


async def date_of(address: str) -> datetime | None:
    """Ask a server for the time, without saying who asks; None when it does not tell."""
    limits = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits) as session,
            session.head(address, allow_redirects=False) as answer,
        ):
            return read_date(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


def read_date(header: str) -> datetime | None:
    """Read a Date header; None when there is none."""
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def _asked(facts: Facts, request: BaseRequest) -> Facts:
    bot = connect_bot(require_token(facts.config), api_url=facts.config.telegram.api_url, request=request)
    async with request:
        return replace(facts, account=await account(bot), webhook=await registration(bot))


def _censored(finding: Finding, config: Config) -> Finding:
    """Take secrets out, should a text of somebody else hold one."""
    text, advice = finding.text, finding.advice
    for secret in secrets_of(config):
        text, advice = text.replace(secret, "***"), advice.replace(secret, "***")
    return replace(finding, text=text, advice=advice)

"""Where does the profile that Telegram keeps differ from the catalogs, and how is it brought in line?

Calls that change a profile are strictly limited: what is right already is not written again, a language that falls back
to the right text is left alone, and when Telegram asks to wait, that is respected within a bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.errors import BotError
from bot.telegram.profile import Item, Presented, command_items
from bot.telegram.registration import refusal
from bot.telegram.transport import Flooded, RawBot

_SECONDS = 10.0  # for one answer of the Bot API

_log = structlog.get_logger(__name__)

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """An item and what stands in its place."""

    item: Item
    found: str | list[dict[str, str]] | None  # None: it cannot be asked for, see `reason`
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of an attempt to bring the profile in line."""

    changed: tuple[Drift, ...] = ()
    left: tuple[Drift, ...] = ()  # in their order; not even tried after Telegram asked to wait too long
    retry_after: float | None = None  # seconds that Telegram asked to wait beyond the bound


class _Patience:
    """Calls, and waits when Telegram asks for it, but not longer than so many seconds in all."""

    def __init__(self, bot: RawBot, seconds: float, sleep: Sleep) -> None:
        self._bot, self._left, self._sleep = bot, seconds, sleep

    async def call(self, method: str, body: Mapping[str, object]) -> Any:
        while True:
            try:
                return await self._bot.call(method, body, seconds=_SECONDS)
            except Flooded as exc:
                if exc.retry_after > self._left:
                    raise
                self._left -= exc.retry_after
                _log.info("profile_waits", seconds=exc.retry_after)
                await self._sleep(exc.retry_after)
            except TelegramError as exc:
                raise refusal(exc) from (None if isinstance(exc, InvalidToken) else exc)


async def drifted(
    bot: RawBot, items: Iterable[Item], *, wait: float = 0, sleep: Sleep = asyncio.sleep
) -> tuple[Drift, ...]:
    """Compare what Telegram keeps with what is wanted.

    Args:
        bot: Whose profile.
        items: What is wanted.
        wait: For how many seconds in all Telegram may ask to wait.
        sleep: Waits.

    Raises:
        BotError: The Bot API refused, was not reached, or asks to wait longer.
    """
    patience = _Patience(bot, wait, sleep)
    try:
        found = [await _drift(patience, item) for item in items]
    except Flooded as exc:
        raise BotError(f"Telegram asks to wait {exc.retry_after:g} seconds; try again then") from None
    return tuple(drift for drift in found if drift is not None)


async def sync(
    bot: RawBot, drifts: Sequence[Drift], *, wait: float = 0, sleep: Sleep = asyncio.sleep
) -> Synced:
    """Write what differs, one call after the other.

    Args:
        bot: Whose profile.
        drifts: What `drifted` found; each is looked at again, since a text may have become right with the one it
            falls back to.
        wait: For how many seconds in all Telegram may ask to wait.
        sleep: Waits.

    Raises:
        BotError: The Bot API refused, or was not reached.
    """
    patience, changed = _Patience(bot, wait, sleep), []
    for position, drift in enumerate(drifts):
        try:
            if drift.found is not None and await _drift(patience, drift.item) is not None:
                item = drift.item
                await patience.call(f"set{item.method}", {item.key: item.wanted, **item.selector})
                changed.append(drift)
        except Flooded as exc:
            left = tuple(drifts[position:])
            return Synced(changed=tuple(changed), left=left, retry_after=exc.retry_after)
    return Synced(changed=tuple(changed), left=tuple(drift for drift in drifts if drift.found is None))


async def sync_commands(bot: RawBot, presented: Presented) -> int:
    """Bring the menus of commands up to date and return how many had to be changed; a failure is only logged.

    Names and descriptions are left to `alliance-bot profile sync`: an operator may have written them elsewhere.
    """
    try:
        synced = await sync(bot, await drifted(bot, command_items(presented)))
    except BotError as exc:
        _log.warning("commands_not_synced", reason=str(exc))
        return 0
    if synced.left:
        _log.warning("commands_not_synced", left=len(synced.left), retry_after=synced.retry_after)
    return len(synced.changed)


async def _drift(patience: _Patience, item: Item) -> Drift | None:
    try:
        answer = await patience.call(f"get{item.method}", item.selector)
    except BotError as exc:
        if "chat not found" not in str(exc).lower():
            raise
        return Drift(item=item, found=None, reason="has not written to the bot yet")
    found = answer if isinstance(answer, list) else str(answer.get(item.key, ""))
    return None if found == item.wanted else Drift(item=item, found=found)

"""Which trouble do the bot's calls meet, until somebody switches it off?

One kind at a time, for a number of calls or without end; fetching updates is spared, so that the bot goes on
hearing what people write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.errors import ApiError, forbidden, too_many_requests

TroubleKind = Literal["busy", "blocked", "slow", "down", "cut"]
KINDS: tuple[TroubleKind, ...] = get_args(TroubleKind)
_SPARED = frozenset({"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo", "getme"})
_MOST_SECONDS = 60
_MOST_MILLISECONDS = 20_000
_MOST_CALLS = 1000


class ConnectionCut(Exception):
    """The answer is to break off in the middle."""


@dataclass(slots=True, kw_only=True)
class Trouble:
    """What is switched on."""

    kind: TroubleKind
    amount: int  # busy: seconds to wait; slow: milliseconds; else unused
    left: int | None  # calls that will still meet it; None: until it is switched off
    met: int = 0  # calls that have met it


class Troubles:
    """The switch.

    Args:
        changed: Called whenever there is something new to show.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.current: Trouble | None = None

    def switch(self, content: JsonObject) -> None:
        """Switch on what a request names, or off when it names nothing.

        Raises:
            ValueError: When there is no such trouble, or its size makes no sense.
        """
        kind = content.get("kind")
        if kind is None:
            self.current = None
        else:
            found = next((known for known in KINDS if known == kind), None)
            if found is None:
                raise ValueError("there is no such trouble")
            most = _MOST_MILLISECONDS if found == "slow" else _MOST_SECONDS
            amount = _whole(content.get("amount", 1), most)
            times = content.get("times")
            left = None if times is None else _whole(times, _MOST_CALLS)
            self.current = Trouble(kind=found, amount=amount, left=left)
        self._changed()

    async def meet(self, method: str, arguments: Arguments) -> None:
        """Let a call run into what is switched on.

        Raises:
            ApiError: When the call is refused.
            ConnectionCut: When its answer is to break off.
        """
        trouble = self.current
        if trouble is None or method in _SPARED:
            return
        writes = bool(arguments.text("chat_id"))
        if trouble.kind == "blocked" and not writes:
            return
        trouble.met += 1
        if trouble.left is not None:
            trouble.left -= 1
            if trouble.left <= 0:
                self.current = None
        self._changed()
        if trouble.kind == "slow":
            await asyncio.sleep(trouble.amount / 1000)
        elif trouble.kind == "cut":
            raise ConnectionCut
        else:
            raise _refusal(trouble, arguments)

    def json(self) -> JsonObject | None:
        """Return what is on, None when nothing is."""
        now = self.current
        if now is None:
            return None
        return {"kind": now.kind, "amount": now.amount, "left": now.left, "met": now.met}


def _refusal(trouble: Trouble, arguments: Arguments) -> ApiError:
    if trouble.kind == "busy":
        return too_many_requests(trouble.amount)
    if trouble.kind == "blocked":
        private = arguments.integer("chat_id") > 0
        return forbidden(
            "bot was blocked by the user" if private else "bot was kicked from the supergroup chat"
        )
    return ApiError(502, "Bad Gateway")


def _whole(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"a whole number from 1 to {most} is needed")
    return value

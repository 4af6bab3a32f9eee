"""Which troubles can a call to the Bot API meet?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "status",  # refused with a status, no effect
    "reset-before",  # the connection breaks, no effect
    "reset-after",  # the connection breaks after the effect
    "hang-before",  # nothing comes, no effect
    "hang-after",  # nothing comes after the effect
    "slow-bytes",  # the effect, then an answer of one byte per 50 ms
    "unreadable-before",  # 200 with something that is not JSON, no effect
    "unreadable-after",  # the same after the effect
    "late",  # some seconds, then the effect
    "slow",  # the effect, then some seconds
]
BEFORE: frozenset[Kind] = frozenset({"status", "reset-before", "hang-before", "unreadable-before"})


@dataclass(slots=True, kw_only=True)
class Fault:
    """A trouble that some of the next calls meet."""

    method: str  # such as sendMessage
    kind: Kind
    times: int  # how many calls are left
    every: int = 1  # only each n-th of them
    seconds: float = 0.0
    status: int = 502
    retry_after: int | None = None
    chats: frozenset[int] | None = None  # only calls for these chats
    met: int = 0  # how many calls met it
    _seen: int = 0

    def meets(self, method: str, chat: int | None) -> bool:
        """Whether a call meets this trouble, which then counts."""
        if self.times <= 0 or method != self.method or (self.chats is not None and chat not in self.chats):
            return False
        self._seen += 1
        if self._seen % self.every:
            return False
        self.times -= 1
        self.met += 1
        return True

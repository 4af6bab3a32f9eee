"""Which inline questions and guest questions wait for the bot?

Both live outside the chats that the bot knows: an inline question is asked while somebody types in any chat,
a guest question is a mention in a chat that the bot is not in. Each may be answered once, and not late.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from bot.preview.arguments import JsonObject
from bot.preview.errors import ApiError, bad_request

_SECONDS = 15.0  # an inline question waits about this long for its answer
_GUEST_SECONDS = 24 * 3600.0  # no limit is documented; updates themselves are kept for a day


@dataclass(slots=True, kw_only=True)
class InlineQuery:
    """What somebody typed after the bot's name, and what the bot offers."""

    id: str
    user_id: int
    text: str
    at: float
    update_id: int | None = None  # None: from the cache, or the bot does not take such updates
    answer: JsonObject | None = None  # results, button, cache_time, is_personal, next_offset; None: not yet

    @property
    def results(self) -> tuple[JsonObject, ...]:
        """What may be chosen, in the order in which it is shown."""
        return tuple(self.answer["results"]) if self.answer else ()


@dataclass(slots=True, kw_only=True)
class GuestQuery:
    """A mention of the bot in a chat that it is not in."""

    id: str
    chat_id: int
    user_id: int
    message_id: int
    at: float
    inline_message_id: str | None = None  # of the answer


class Queries:
    """All questions of these two kinds."""

    def __init__(self, *, rng: random.Random, now: Callable[[], float]) -> None:
        self._rng = rng
        self._now = now
        self._inline: dict[str, InlineQuery] = {}
        self._guests: dict[str, GuestQuery] = {}
        self.sent: dict[str, JsonObject] = {}  # by the id that the bot knows it by, what was sent through it

    def ask_inline(self, user_id: int, text: str) -> InlineQuery:
        """Note that somebody has typed a question; an answer that is still valid is there at once."""
        query = InlineQuery(id=self._new_id(), user_id=user_id, text=text, at=self._now())
        query.answer = self._cached(query)
        self._inline[query.id] = query
        return query

    def ask_guest(self, chat_id: int, user_id: int, message_id: int) -> GuestQuery:
        """Note that somebody has mentioned the bot where it is no member."""
        query = GuestQuery(
            id=self._new_id(), chat_id=chat_id, user_id=user_id, message_id=message_id, at=self._now()
        )
        self._guests[query.id] = query
        return query

    def answer_inline(self, identity: str, answer: JsonObject) -> InlineQuery:
        """Give an inline question its answer.

        Raises:
            ApiError: When nobody asked, or long ago, or it was answered before.
        """
        query = self._inline.get(identity)
        if query is None or query.answer is not None or self._now() - query.at > _SECONDS:
            raise _too_old()
        query.answer = answer
        return query

    def answer_guest(self, identity: str) -> GuestQuery:
        """Take the one answer to a guest question.

        Raises:
            ApiError: When nobody asked, or long ago, or it was answered before.
        """
        query = self._guests.get(identity)
        late = query is not None and self._now() - query.at > _GUEST_SECONDS
        if query is None or late or query.inline_message_id is not None:
            raise _too_old()
        query.inline_message_id = self.new_message_id()
        return query

    def new_message_id(self) -> str:
        """Draw an id for a message that the bot sees only from outside."""
        return f"AgAAA{self._rng.randint(10**15, 10**16 - 1)}"

    def _cached(self, query: InlineQuery) -> JsonObject | None:
        """Find what the server would answer without asking the bot."""
        for known in reversed(self._inline.values()):
            answer = known.answer
            if answer is None or known.text != query.text or known.update_id is None:
                continue
            fresh = query.at - known.at < answer["cache_time"]
            if fresh and (known.user_id == query.user_id or not answer["is_personal"]):
                return answer
        return None

    def _new_id(self) -> str:
        return str(self._rng.randint(10**17, 10**18 - 1))


def _too_old() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")

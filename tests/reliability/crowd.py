"""Who asks, and what?"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.content import TOPICS, Topic
from tests.reliability.ledger import Asked
from tests.reliability.standin import BOT_NAME, Standin

Json = dict[str, Any]

_FIRST_PERSON = 700_000_000
_FIRST_GROUP = -1_001_000_000_000


@dataclass(slots=True, kw_only=True)
class Talker:
    """A chat in which somebody asks one question after the other."""

    chat: int  # below zero for groups
    person: int
    topics: list[Topic]  # still to be asked; in private chats each one comes once
    asked: int = 0
    messages: int = 0
    recent: list[Json] = field(default_factory=list)


class Crowd:
    """People in private chats and in groups, half of each.

    Args:
        standin: Takes the updates to the bot.
        chats: How many.
        rng: Decides who asks what.
    """

    def __init__(self, standin: Standin, *, chats: int, rng: random.Random) -> None:
        self._standin = standin
        self._rng = rng
        self._people = 0
        self.talkers = [self._new(group=number % 2 == 1) for number in range(chats)]

    def ask(self, talker: Talker | None = None, *, wrap: Callable[[Json], None] | None = None) -> Json:
        """Let somebody ask the next question.

        Args:
            talker: Who; anybody when None.
            wrap: Changes the update before it is delivered.

        Returns:
            The update.
        """
        if talker is None:
            position = self._rng.randrange(len(self.talkers))
            talker = self.talkers[position]
            if not talker.topics:
                talker = self.talkers[position] = self._new(group=False)
        topic = talker.topics.pop() if talker.chat > 0 else self._rng.choice(TOPICS)
        return self._ask(talker, topic, wrap)

    async def ask_at(self, rate: float, count: int) -> None:
        """Let many ask, so many a second; all at once when the rate is 0."""
        clock = asyncio.get_running_loop().time
        started = clock()
        for number in range(count):
            self.ask()
            if rate:
                await asyncio.sleep(max(0.0, started + number / rate - clock()))

    def _ask(self, talker: Talker, topic: Topic, wrap: Callable[[Json], None] | None) -> Json:
        talker.messages += 1
        asked = Asked(
            chat=talker.chat,
            position=talker.asked,
            topic=topic,
            at=asyncio.get_running_loop().time(),
            sent=[[] for _ in range(topic.parts)],
        )
        talker.asked += 1
        self._standin.ledger.ask(asked, talker.messages)
        message = _message(talker, topic.question)
        update: Json = {"update_id": self._standin.updates.number(), "message": message}
        if wrap is not None:
            wrap(update)
        self._standin.push(talker.chat, update)
        return update

    def _new(self, *, group: bool) -> Talker:
        self._people += 1
        person = _FIRST_PERSON + self._people
        topics = [] if group else self._rng.sample(TOPICS, len(TOPICS))
        chat = _FIRST_GROUP - self._people if group else person
        return Talker(chat=chat, person=person, topics=topics)


def update_of(talker: Talker, update_id: int, text: str) -> Json:
    """Write a message that is no question of the ledger."""
    talker.messages += 1
    return {"update_id": update_id, "message": _message(talker, text)}


def _message(talker: Talker, text: str) -> Json:
    person = {"id": talker.person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    message: Json = {"message_id": talker.messages, "date": int(time.time()), "from": person}
    if talker.chat > 0:
        return {**message, "chat": {"id": talker.chat, "type": "private", "first_name": "Ana"}, "text": text}
    name = f"@{BOT_NAME}"
    mention = {"type": "mention", "offset": 0, "length": len(name)}
    chat = {"id": talker.chat, "type": "supergroup", "title": "Gardeners"}
    return {**message, "chat": chat, "text": f"{name} {text}", "entities": [mention]}

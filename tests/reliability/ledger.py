"""What was asked, what came back, and is it right: once, in order, nothing lost?

Counted from outside, per message of each answer: 0 times is lost, once is right, more often is doubled. In groups
the bot quotes the question, which identifies it; in private chats every question is about another entry.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.reliability.content import Topic, marked

_UNRECORDED = 5.0  # seconds; what went out longer before a kill must have been written down


@dataclass(slots=True, kw_only=True)
class Sending:
    """One message that went out."""

    at: float  # by the loop's clock
    via: str  # which life of which process sent it


@dataclass(slots=True, kw_only=True)
class Asked:
    """One question and the messages that answered it."""

    chat: int
    position: int  # of the question in its chat, from 0
    topic: Topic
    at: float
    sent: list[list[Sending]]  # of each part

    @property
    def answered(self) -> bool:
        """Whether every message has arrived at least once."""
        return all(self.sent)

    @property
    def seconds(self) -> float:
        """From the question to the first message of its answer; endless when there is none."""
        return self.sent[0][0].at - self.at if self.sent[0] else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """A life of a process came to a violent end."""

    at: float
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run came to."""

    questions: int
    messages: int  # that should have come
    lost: int  # questions that were not answered in full
    doubled: int  # messages that came once more than they should, each time counted
    disordered: int  # messages that came after a later one of their chat
    strange: int  # messages that answer nothing that was asked
    kills: int
    per_kill: tuple[int, ...]  # doubled messages that were on their way at each kill
    unexplained: int  # doubled messages whose first sender was not killed soon afterwards
    seconds: tuple[float, ...]  # from question to answer, sorted

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answered questions was answered."""
        finite = [value for value in self.seconds if math.isfinite(value)]
        return finite[min(int(len(finite) * share), len(finite) - 1)] if finite else math.inf


@dataclass(slots=True)
class Ledger:
    """The books of one run."""

    asked: list[Asked] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)
    disordered: int = 0
    first_sent: float | None = None  # since it was last set to None
    excused: set[int] = field(default_factory=set)  # chats that need no answer
    _by_quote: dict[tuple[int, int], Asked] = field(default_factory=dict)
    _by_name: dict[tuple[int, str], Asked] = field(default_factory=dict)
    _reached: dict[int, tuple[int, int]] = field(default_factory=dict)  # newest (question, part) of each chat
    _open: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def open(self) -> int:
        """How many questions are not answered in full yet."""
        return self._open

    def ask(self, asked: Asked, message_id: int) -> None:
        """Write down a question."""
        self.asked.append(asked)
        self._by_quote[asked.chat, message_id] = asked
        if asked.chat > 0:
            self._by_name[asked.chat, asked.topic.name] = asked
        self._open += asked.chat not in self.excused

    def send(self, chat: int, text: str, quoted: int | None, sending: Sending) -> None:
        """Write down a message of the bot."""
        self.first_sent = self.first_sent or sending.at
        mark = marked(text)
        asked = self._found(chat, quoted, mark)
        if asked is None or mark is None:
            self.strange[text[:60]] += 1
            return
        part = mark[1]
        place = (asked.position, part)
        reached = self._reached.get(chat, place)
        self.disordered += place < reached
        self._reached[chat] = max(place, reached)
        before = asked.answered
        asked.sent[part - 1].append(sending)
        if asked.answered and not before and chat not in self.excused:
            self._open -= 1
            self._changed.set()

    async def until_open(self, most: int, *, within: float) -> bool:
        """Wait until at most so many questions are open; False when that takes too long."""
        try:
            async with asyncio.timeout(within):
                while self._open > most:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def forget_answered(self) -> None:
        """Drop what is right and finished, so that a long run stays small."""
        self.asked = [each for each in self.asked if not each.answered]
        kept = {id(each) for each in self.asked}
        self._by_quote = {key: each for key, each in self._by_quote.items() if id(each) in kept}
        self._by_name = {key: each for key, each in self._by_name.items() if id(each) in kept}

    def tally(self, *, without: Iterable[int] = ()) -> Tally:
        """Count; the answers of some chats may be left out of the times."""
        left_out = set(without)
        counted = [each for each in self.asked if each.chat not in self.excused]
        by_kill, unexplained, doubled = self._doubled(counted)
        return Tally(
            questions=len(counted),
            messages=sum(each.topic.parts for each in counted),
            lost=sum(not each.answered for each in counted),
            doubled=doubled,
            disordered=self.disordered,
            strange=sum(self.strange.values()),
            kills=len(self.kills),
            per_kill=by_kill,
            unexplained=unexplained,
            seconds=tuple(sorted(each.seconds for each in counted if each.chat not in left_out)),
        )

    def _found(self, chat: int, quoted: int | None, mark: tuple[str, int] | None) -> Asked | None:
        if mark is None:
            return None
        asked = self._by_quote.get((chat, quoted)) if quoted else self._by_name.get((chat, mark[0]))
        return asked if asked and asked.topic.name == mark[0] else None

    def _doubled(self, counted: list[Asked]) -> tuple[tuple[int, ...], int, int]:
        """Assign each surplus message to the kill that ended the life in which the one before was sent."""
        by_kill, unexplained, doubled = Counter[int](), 0, 0
        for each in counted:
            for copies in each.sent:
                for earlier in copies[:-1]:
                    doubled += 1
                    number = self._killed_after(earlier)
                    if number is None:
                        unexplained += 1
                    else:
                        by_kill[number] += 1
        return tuple(by_kill[number] for number in range(len(self.kills))), unexplained, doubled

    def _killed_after(self, sending: Sending) -> int | None:
        for number, kill in enumerate(self.kills):
            if kill.via == sending.via:  # what it sent may have arrived after its end
                return number if kill.at - sending.at < _UNRECORDED else None
        return None

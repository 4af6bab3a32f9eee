"""How are many questions decided on for less work than one by one? What they are made of is heard all at once.

What a question has to be heard as, in whole and in pieces, shows only while it is decided on. So it is decided on again
each time that something more of it was heard: what is repeated is little beside the hearing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, assert_never

from bot.answering.answer import decisions
from bot.answering.assistant import Assistant
from bot.matching.hearing import Hearing
from bot.matching.index import Matcher
from bot.matching.together import Together
from bot.types import Abstain, Answer, Clarify, Decision, NormalizedText, Question, Ranking

Decided = tuple[tuple[str, tuple[str, ...]], ...]  # (decision, entries) of each part
Heard = tuple[NormalizedText, str | None]  # a text, and the language that is preferred for it

_AT_ONCE = 250  # questions; what was heard of one takes up to 100 kB while it is decided on


class Put(NamedTuple):
    """A question as it is put to a snapshot."""

    text: str
    locale: str  # of the asker's application


class Settled(NamedTuple):
    """What became of a question, and what it was heard as."""

    put: Put
    decided: Decided
    heard: tuple[Heard, ...]
    looked_up: tuple[NormalizedText, ...]  # only whether they are phrasings, word for word


def decide_all(puts: Sequence[Put], assistant: Assistant, *, asked_at: datetime) -> Iterator[Settled]:
    """Decide on many questions; what is said of each differs from what it is told alone by no more than rounding.

    Args:
        puts: Each is asked alone, not after another one.
        assistant: Who is asked.
        asked_at: When they are asked.
    """
    together = Together()
    for start in range(0, len(puts), _AT_ONCE):
        yield from _decide(puts[start : start + _AT_ONCE], assistant, asked_at, together)


def decide_alone(put: Put, assistant: Assistant, *, asked_at: datetime) -> Decided:
    """Decide on one question, exactly as somebody who asks it is answered."""
    known = put.locale if put.locale in assistant.catalogs.locales else assistant.default_locale
    question = Question(text=put.text, asked_at=asked_at, client=put.locale, default=known)
    return tuple(_told(decision) for decision in decisions(question, assistant))


class _NotHeard(Exception):
    """Stops deciding on a question of which something has to be heard first."""

    def __init__(self, text: NormalizedText, prefer: str | None) -> None:
        super().__init__()
        self.wanted: Heard = (text, prefer)


@dataclass(frozen=True, slots=True)
class _Ahead(Matcher):
    """A matcher that was told beforehand what to hear, and says what it was not told."""

    told: dict[Heard, Hearing] = field(default_factory=dict)
    used: list[Heard] = field(default_factory=list)  # since somebody emptied it
    looked_up: list[NormalizedText] = field(default_factory=list)  # the same

    def hear(self, text: NormalizedText, *, prefer: str | None = None) -> Hearing:
        found = self.told.get((text, prefer))
        if found is None:
            raise _NotHeard(text, prefer)
        self.used.append((text, prefer))
        return found

    def known(self, text: NormalizedText, *, prefer: str | None = None) -> Ranking | None:
        found = Matcher.known(self, text, prefer=prefer)
        if found is not None:  # else it is heard
            self.used.append((text, prefer))
        return found

    def phrased(self, text: NormalizedText) -> frozenset[str]:
        self.looked_up.append(text)
        return Matcher.phrased(self, text)


def _decide(
    puts: Sequence[Put], assistant: Assistant, asked_at: datetime, together: Together
) -> list[Settled]:
    ahead = _Ahead(assistant.matcher.speakers, assistant.matcher.names)
    asked = replace(assistant, matcher=ahead)
    found: dict[Put, Settled] = {}
    open_ones: Sequence[Put] = puts
    while open_ones:
        wanted: dict[Heard, None] = {}
        left: list[Put] = []
        for put in open_ones:
            ahead.used.clear()
            ahead.looked_up.clear()
            try:
                decided = decide_alone(put, asked, asked_at=asked_at)
            except _NotHeard as missing:
                wanted[missing.wanted] = None
                left.append(put)
            else:
                found[put] = Settled(put, decided, tuple(ahead.used), tuple(ahead.looked_up))
        ahead.told.update(zip(wanted, assistant.matcher.hear_all([*wanted], together), strict=True))
        open_ones = left
    return [found[put] for put in puts]


def _told(decision: Decision) -> tuple[str, tuple[str, ...]]:
    match decision:
        case Answer(match=match):
            return "answer", (match.entry_id,)
        case Clarify(matches=matches):
            return "clarify", tuple(match.entry_id for match in matches)
        case Abstain():
            return "abstain", ()
        case _:
            assert_never(decision)

"""What did people ask in a period, and how did the bot do?

Counts the figures of `bot.staff.figures` from the records. Nothing here asks a store, a file or the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from math import ceil
from typing import TypeVar

from bot.answering.assistant import Assistant
from bot.effects import VoteReason
from bot.knowledge.content import Content
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.staff.figures import (
    AGES,
    WAITS,
    WHYS,
    Due,
    Ending,
    Given,
    Insights,
    Period,
    Stale,
    Trust,
    Unanswered,
    Voted,
    Why,
)
from bot.staff.reliability import Guess
from bot.storage.store import DecisionRecord, VoteRecord

Key = TypeVar("Key")

_NO_ENTRY = "?"  # an answer whose record names none
_BY_HAND = (None, 1.0)  # probabilities of what a person chose: an inline result, a button or a link
_ENDED: Mapping[str, Ending] = {"answer": "answered", "clarify": "clarified", "abstain": "unanswered"}


def insights(
    records: Iterable[DecisionRecord],
    votes: Iterable[VoteRecord],
    assistant: Assistant,
    *,
    period: Period,
    today: date,
    clusters: Sequence[Unanswered] = (),
) -> Insights:
    """Count what was decided and voted on the days of a period; records and votes of other days are left out.

    Translations and review dates are those of the assistant, looked at on the day `today`. `clusters` are the
    unanswered questions of the period, as they may be shown.
    """
    inside = [record for record in records if period.holds(record.asked_at)]
    said = [vote for vote in votes if period.holds(vote.at)]
    waits = sorted((record.answered_at - record.asked_at).total_seconds() for record in inside)
    knowledge = assistant.knowledge
    given = _given(inside, knowledge)
    return Insights(
        period=period,
        today=today,
        cells=_cells(inside),
        given=given,
        unused=_unused(given, knowledge),
        topics={topic.id: len(topic.entries) for topic in knowledge.topics},
        votes=len(said),
        voted=_voted(said, knowledge),
        unavailable=_ranked(record.unavailable for record in inside if record.unavailable),
        untranslated=_ranked((record.locale, record.written_in) for record in inside if record.written_in),
        stale=_stale(assistant, today),
        due=_due(knowledge, today),
        trust=Trust(guesses=paired_with_votes(inside, said, knowledge), source="votes"),
        waits=_classes(waits, WAITS),
        quantiles=_quantiles(waits),
        clusters=tuple(clusters),
    )


def ending_of(record: DecisionRecord) -> Ending:
    """Say how a record ended; what a person opened by hand has no probability, or that of a certainty."""
    if record.decision == "answer" and record.probability in _BY_HAND:
        return "opened"
    return _ENDED[record.decision]


def paired_with_votes(
    records: Sequence[DecisionRecord], votes: Iterable[VoteRecord], knowledge: KnowledgeBase
) -> tuple[Guess, ...]:
    """Find what probability an answer had that somebody voted on.

    A vote goes with the last question that was answered with its entry before it, for the same pseudonym. "Helpful"
    counts as right and "not helpful" as wrong; a vote that something is out of date says nothing of the matcher
    and is left out. Nobody votes on what was not answered, and not everybody votes at all: this is what people
    say of answers, not a measurement of all questions.
    """
    asked: dict[tuple[str, str], list[DecisionRecord]] = {}
    for record in records:
        if record.asker and record.entry_id and ending_of(record) == "answered":
            asked.setdefault((record.asker, _present(record.entry_id, knowledge)), []).append(record)
    found = []
    for vote in votes:
        before = [
            record
            for record in asked.get((vote.voter, _present(vote.entry_id, knowledge)), ())
            if record.asked_at <= vote.at
        ]
        if before and vote.reason != "outdated":
            last = max(before, key=lambda record: record.asked_at)
            found.append(Guess(probability=last.probability or 0.0, right=vote.helpful))
    return tuple(found)


# --- entries and votes ----------------------------------------------------------------------------


def _given(records: Iterable[DecisionRecord], knowledge: KnowledgeBase) -> tuple[Given, ...]:
    counts = Counter(
        (_present(record.entry_id or _NO_ENTRY, knowledge), ending_of(record))
        for record in records
        if record.decision == "answer"
    )
    ids = {entry_id for entry_id, _ in counts}
    given = [
        Given(entry_id=each, answered=counts[each, "answered"], opened=counts[each, "opened"]) for each in ids
    ]
    return tuple(sorted(given, key=lambda one: (-one.count, one.entry_id)))


def _unused(given: Iterable[Given], knowledge: KnowledgeBase) -> tuple[tuple[str, tuple[str, ...]], ...]:
    used = {one.entry_id for one in given}
    return tuple(
        (topic.id, tuple(entry_id for entry_id in topic.entries if entry_id not in used))
        for topic in knowledge.topics
    )


def _voted(votes: Iterable[VoteRecord], knowledge: KnowledgeBase) -> tuple[Voted, ...]:
    helpful: Counter[str] = Counter()
    why: dict[str, Counter[Why]] = {}
    for vote in votes:
        entry_id = _present(vote.entry_id, knowledge)
        reasons = why.setdefault(entry_id, Counter())
        if vote.helpful:
            helpful[entry_id] += 1
        else:
            reasons[_why(vote.reason)] += 1
    voted = [
        Voted(entry_id=entry_id, helpful=helpful[entry_id], why={each: reasons[each] for each in WHYS})
        for entry_id, reasons in why.items()
    ]
    return tuple(sorted(voted, key=lambda one: (-one.not_helpful, -one.helpful, one.entry_id)))


def _why(reason: VoteReason | None) -> Why:
    return reason or "not-said"


def _present(entry_id: str, knowledge: KnowledgeBase) -> str:
    entry = knowledge.resolve(entry_id)
    return entry.id if entry else entry_id


# --- the content as it is now ---------------------------------------------------------------------


def _due(knowledge: KnowledgeBase, today: date) -> tuple[Due, ...]:
    days = ((entry.id, _review_by(entry, knowledge)) for entry in knowledge.entries.values())
    due = [Due(entry_id=entry_id, review_by=day) for entry_id, day in days if day and day < today]
    return tuple(sorted(due, key=lambda one: (one.review_by, one.entry_id)))


def _review_by(entry: Entry, knowledge: KnowledgeBase) -> date | None:
    facts = (knowledge.facts[fact].review_by for fact in entry.facts if fact in knowledge.facts)
    return min((day for day in (entry.review_by, *facts) if day), default=None)


def _stale(assistant: Assistant, today: date) -> tuple[Stale, ...]:
    content = Content(assistant.knowledge, assistant.catalogs)
    rows = []
    for locale in assistant.catalogs.locales[1:]:
        found = [content.translation(locale, text) for text in content.translatable_into(locale)]
        states = Counter(translation.state if translation else "missing" for translation in found)
        since = [one.stale_since for one in found if one is not None and one.state == "stale"]
        ages = _classes(((today - day).days for day in since if day), [days + 1 for days in AGES])
        rows.append(
            Stale(
                locale=locale,
                current=states["current"],
                ages=(*ages, since.count(None)),
                missing=states["missing"],
            )
        )
    return tuple(rows)


# --- counting -------------------------------------------------------------------------------------


def _cells(records: Iterable[DecisionRecord]) -> dict[tuple[date, str, Ending], int]:
    counts = Counter((_day(record), record.locale, ending_of(record)) for record in records)
    return dict(sorted(counts.items()))


def _day(record: DecisionRecord) -> date:
    return record.asked_at.astimezone(UTC).date()


def _ranked(things: Iterable[Key]) -> dict[Key, int]:
    counts = Counter(things)
    return {key: counts[key] for key in sorted(counts, key=lambda key: (-counts[key], str(key)))}


def _classes(values: Iterable[float], ends: Sequence[float]) -> tuple[int, ...]:
    """Count values in classes: below the first end, from there below the second, and so on; the last is open."""
    counts = [0] * (len(ends) + 1)
    for value in values:
        counts[sum(value >= end for end in ends)] += 1
    return tuple(counts)


def _quantiles(ordered: Sequence[float]) -> tuple[float, float, float]:
    """Give the smallest values within which half, 90 % and 99 % lie; 0 when there are none, or clocks disagree."""

    def within(share: float) -> float:
        return max(0.0, ordered[ceil(share * len(ordered)) - 1]) if ordered else 0.0

    return within(0.5), within(0.9), within(0.99)

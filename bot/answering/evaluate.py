"""How good are the answers? Labelled questions against the very path that answers the public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt
from typing import Literal

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.answering.understand import matches_of, topic_of
from bot.knowledge.entries import EvaluationItem
from bot.types import Abstain, Answer, Explanation, Match, PartExplanation, Question

Verdict = Literal["right", "wrong", "clarified", "abstained", "declined", "leaked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled question and what became of it."""

    item: EvaluationItem
    verdict: Verdict
    first: bool  # the best match is a right one, whatever was decided
    first_three: bool  # a right one is among the three best
    got: tuple[str, ...]  # entries answered, offered or nearest, best first
    probability: float | None  # of the best match


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A count with its 95 % interval (Wilson's score interval)."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """The share, 0-1; 0 when there is nothing to count."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end of the 95 % interval, 0-1."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.share
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.count}/{self.total} = {self.share:.1%} [{low:.1%}, {high:.1%}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The figures of one locale."""

    locale: str
    first: Rate  # answerable: right entry in first place
    first_three: Rate  # answerable: right entry among the first three
    wrong: Rate  # answered among answerable: with a wrong entry
    abstained: Rate  # answerable: neither answered nor offered
    clarified: Rate  # answerable: choices were offered
    leaked: Rate  # must be declined: answered with a piece of knowledge
    declined: Rate  # must be declined: not answered with a piece of knowledge


def judge(item: EvaluationItem, assistant: Assistant, *, asked_at: datetime) -> Judged:
    """Ask one labelled question and compare."""
    question = Question(text=item.question, asked_at=asked_at, client=item.locale, default=item.locale)
    if item.after:
        before = explain(replace(question, text=item.after), assistant)
        question = replace(question, previous_entry=topic_of(before.parts))
    explanation = explain(question, assistant)
    got = tuple(match.entry_id for part in explanation.parts for match in _nearest(part))
    best = _nearest(explanation.parts[0])
    probability = best[0].probability if best else None
    first, first_three = _places(item, explanation)
    verdict = _verdict(item, explanation, assistant)
    return Judged(
        item=item, verdict=verdict, first=first, first_three=first_three, got=got, probability=probability
    )


def score(locale: str, judged: Sequence[Judged]) -> Scores:
    """Count the verdicts of one locale."""
    answerable = [one for one in judged if not one.item.decline]
    declinable = [one for one in judged if one.item.decline]
    answered = [one for one in answerable if one.verdict in ("right", "wrong")]
    return Scores(
        locale=locale,
        first=_rate(answerable, (one.first for one in answerable)),
        first_three=_rate(answerable, (one.first_three for one in answerable)),
        wrong=_rate(answered, (one.verdict == "wrong" for one in answered)),
        abstained=_rate(answerable, (one.verdict == "abstained" for one in answerable)),
        clarified=_rate(answerable, (one.verdict == "clarified" for one in answerable)),
        leaked=_rate(declinable, (one.verdict == "leaked" for one in declinable)),
        declined=_rate(declinable, (one.verdict == "declined" for one in declinable)),
    )


def _rate(of: Sequence[Judged], hits: Iterable[bool]) -> Rate:
    return Rate(count=sum(hits), total=len(of))


def _answered(explanation: Explanation) -> list[str]:
    return [part.decision.match.entry_id for part in explanation.parts if isinstance(part.decision, Answer)]


def _nearest(part: PartExplanation) -> tuple[Match, ...]:
    if isinstance(part.decision, Answer):
        rest = tuple(m for m in part.ranking.matches if m.entry_id != part.decision.match.entry_id)
        return (part.decision.match, *rest)[:3]
    if isinstance(part.decision, Abstain):
        return part.ranking.matches[:3]
    return matches_of(part.decision)[:3]


def _places(item: EvaluationItem, explanation: Explanation) -> tuple[bool, bool]:
    if item.both:  # each among what one part says first, or among its first three
        said = [[match.entry_id for match in _nearest(part)] for part in explanation.parts]
        tops = {entry_id for places in said for entry_id in places[:1]}
        return set(item.both) <= tops, set(item.both) <= {entry_id for places in said for entry_id in places}
    wanted = set(item.entries)
    places = [match.entry_id for match in _nearest(explanation.parts[0])]
    return bool(places) and places[0] in wanted, bool(wanted & set(places))


def _verdict(item: EvaluationItem, explanation: Explanation, assistant: Assistant) -> Verdict:
    answered = _answered(explanation)
    if item.decline:
        kinds = {assistant.knowledge.entries[entry_id].kind for entry_id in answered}
        return "leaked" if "knowledge" in kinds else "declined"
    if not answered:
        abstained = all(isinstance(part.decision, Abstain) for part in explanation.parts)
        return "abstained" if abstained else "clarified"
    matters = [each for each in answered if assistant.knowledge.entries[each].kind != "conversation"]
    answered = matters or answered  # that something is beside the subject may be said besides
    if item.both:
        return "right" if set(answered) <= set(item.both) else "wrong"
    return "right" if set(answered) <= set(item.entries) else "wrong"

"""What does the last answer say about a short question? That it is likelier about something near it.

"How many came?" after an answer on the conference of 2025 is about that one. Of 121 labelled questions that follow
another, 96 instead of 88 have the right entry first and 79 instead of 63 are answered rightly. Of 1,344 short ones
asked after an answer that they have nothing to do with, 759 instead of 760 are answered rightly, 7 instead of 6 wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.knowledge.entries import Entry, KnowledgeBase
from bot.matching.features import is_dense
from bot.types import NormalizedText, Ranking

_SHORT, _SHORTEST = 8, 4  # words; a longer question names what it is about, a fragment hardly ever does
# Times likelier: what the last answer leads to, or what leads to it. At 8 for all short ones more is answered that must
# not be.
_NEAR, _NEAR_IN_FRAGMENTS = 4.0, 8.0
_SAME_TOPIC = 2.0  # times likelier, as is the last answer itself


def in_context(
    ranking: Ranking, text: NormalizedText, previous: Entry | None, knowledge: KnowledgeBase
) -> Ranking:
    """Weigh what may answer a short question by how near it is to the last answer.

    Args:
        ranking: Of the question by itself.
        text: The question.
        previous: What was answered last; None leaves everything as it is.
        knowledge: Where it is said what leads to what.

    Returns:
        The same entries, in another order; their chances add up to what they did.
    """
    length = sum(map(_words, text.tokens))
    if previous is None or not ranking.matches or length > _SHORT:
        return ranking
    near = _NEAR_IN_FRAGMENTS if length <= _SHORTEST else _NEAR
    entries = (knowledge.entries[match.entry_id] for match in ranking.matches)
    weighed = [
        match.probability * _weight(entry, previous, near)
        for match, entry in zip(ranking.matches, entries, strict=True)
    ]
    total = sum(weighed)
    if not total:
        return ranking
    scale = sum(match.probability for match in ranking.matches) / total
    matches = (
        replace(match, probability=round(min(chance * scale, 1.0), 6))
        for match, chance in zip(ranking.matches, weighed, strict=True)
    )
    return replace(ranking, matches=tuple(sorted(matches, key=lambda match: -match.probability)))


def _words(token: str) -> int:
    return (len(token) + 1) // 2 if is_dense(token) else 1


def _weight(entry: Entry, previous: Entry, near: float) -> float:
    if _leads(previous, entry) or _leads(entry, previous):
        return near
    if entry is previous or (entry.topic is not None and entry.topic == previous.topic):
        return _SAME_TOPIC
    return 1.0


def _leads(entry: Entry, other: Entry) -> bool:
    leads: Iterable[str] = (*entry.related, *entry.follow_ups.values())
    return entry is not other and other.id in leads

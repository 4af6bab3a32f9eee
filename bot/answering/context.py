"""What does the conversation say about a question? A short one is likelier about something near the last answer.

"How many came?" after an answer on the conference of 2025 is about that one. Of 121 labelled questions that follow
another, 99 instead of 90 have the right entry first, and 72 instead of 64 are answered rightly. Of 1,344 short ones
asked after an answer that they have nothing to do with, 749 instead of 760 are answered rightly; 12 instead of 17 wrongly.

Read together with the question of the last answer, "who chairs it?" is about that very committee. Of 576 questions that
people wrote as the second one of a conversation, in eight languages, 522 instead of 501 have the right entry first, 431
instead of 394 are answered rightly, 19 instead of 24 wrongly. Of 1,342 short ones after an answer that they have nothing
to do with, 1,199 instead of 1,203 have it first; of 658 more that must be declined, 22 instead of 17 are answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.knowledge.entries import Entry, KnowledgeBase
from bot.matching.features import is_dense
from bot.types import Match, NormalizedText, Ranking

_SHORT, _SHORTEST = 8, 4  # words; a longer question names what it is about, a fragment hardly ever does
# Times likelier: what the last answer leads to, or what leads to it. At 8 for all short ones more is answered that must
# not be.
_NEAR, _NEAR_IN_FRAGMENTS = 4.0, 8.0
# Times likelier in a piece of a message: what the whole message is surely about. 5 and 50 answer 62 and 64 of 100, 20 answers 63.
_HINTED = 20.0
_SAME_TOPIC = 2.0  # times likelier, as is the last answer itself
# What is added to each chance of the question by itself, and of both questions together, before they are multiplied: the
# smaller, the more one of them can rule out. 0.005 and 0.03 for the first, 0.01 and 0.2 for the second answer more, and
# more wrongly.
_BY_ITSELF, _TOGETHER = 0.01, 0.1
_ITSELF = 0.6  # of the best chance, for the last answer: its own question says nothing of it; 1 moves nothing
_SURE = 0.99  # probability from which a question needs no other one to be understood; 0.98 answers two of 576 more wrongly
_MOST = 10  # matches


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
        The same entries, in another order; their chances add up to what they did, or to 1 if that was more.
    """
    length = length_of(text)
    if previous is None or not ranking.matches or length > _SHORT:
        return ranking
    near = _NEAR_IN_FRAGMENTS if length <= _SHORTEST else _NEAR
    entries = (knowledge.entries[match.entry_id] for match in ranking.matches)
    weights = (_weight(entry, previous, near) for entry in entries)
    return _times(ranking, weights)


def leans_on(ranking: Ranking, text: NormalizedText) -> bool:
    """Whether a question may be about what another one was about: short, not sure by itself, and nothing in it unknown.

    A word that no phrasing has names something of its own, most often: "who is the head of SEAMEO?".
    """
    sure = bool(ranking.matches) and ranking.matches[0].probability >= _SURE
    return length_of(text) <= _SHORT and not sure and not ranking.evidence.unknown


def as_said_after(ranking: Ranking, together: Ranking, previous: Entry) -> Ranking:
    """Weigh what may answer a question by what would answer it together with the question before it.

    Args:
        ranking: Of the question by itself.
        together: Of both questions in one text, without the last answer.
        previous: What was answered last.

    Returns:
        The entries of both, in another order; their chances add up to what those of the first did, or to 1 if that was
        more.
    """
    chances = {match.entry_id: match.probability for match in together.matches}
    chances[previous.id] = _ITSELF * max(chances.values(), default=0.0)
    known = {match.entry_id for match in ranking.matches}
    others = [replace(match, probability=0.0) for match in together.matches if match.entry_id not in known]
    weighed = [
        (match, (match.probability + _BY_ITSELF) * (chances.get(match.entry_id, 0.0) + _TOGETHER))
        for match in (*ranking.matches, *others)
    ]
    return _weighed(ranking, weighed)


def as_part_of(ranking: Ranking, whole: Ranking) -> Ranking:
    """Weigh what may answer a piece of a message by what the whole message may be about.

    Returns:
        The same entries, in another order; their chances add up to what they did, or to 1 if that was more.
    """
    hints = {match.entry_id: match.probability for match in whole.matches}
    weights = (1 + _HINTED * hints.get(match.entry_id, 0.0) for match in ranking.matches)
    return _times(ranking, weights)


def _times(ranking: Ranking, weights: Iterable[float]) -> Ranking:
    pairs = zip(ranking.matches, weights, strict=True)
    return _weighed(ranking, [(match, match.probability * weight) for match, weight in pairs])


def _weighed(ranking: Ranking, weighed: Sequence[tuple[Match, float]]) -> Ranking:
    total = sum(chance for _, chance in weighed)
    if not total:
        return ranking
    # Each chance was estimated by itself; together they may be more than 1, and only one entry is right.
    scale = min(sum(match.probability for match in ranking.matches), 1.0) / total
    matches = (replace(match, probability=round(chance * scale, 6)) for match, chance in weighed)
    return replace(ranking, matches=tuple(sorted(matches, key=lambda match: -match.probability)[:_MOST]))


def length_of(text: NormalizedText) -> int:
    """Count the words of a text; of a script without spaces, two letters count as one."""
    return sum(map(_words, text.tokens))


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

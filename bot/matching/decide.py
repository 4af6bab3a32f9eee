"""Answer, offer choices, or say that it is not known? The ranking's probabilities against its bounds."""

from __future__ import annotations

from collections.abc import Collection

from bot.types import Abstain, AbstainReason, Answer, Clarify, Decision, Match, Ranking

_CAREFUL_SHARE = 0.5  # of the risk otherwise allowed, for entries marked careful
_MOST_CHOICES = 4
_NEAREST = 3
_PLAUSIBLE = 0.15  # of the best match's probability; what is less likely is no choice


def decide(ranking: Ranking, *, careful: Collection[str] = frozenset()) -> Decision:
    """Decide what a ranking is good for.

    Args:
        ranking: What the matcher says about one text.
        careful: Entries that need more certainty than others to be given as the answer.
    """
    if not ranking.matches:
        return Abstain(reason=AbstainReason.UNSURE)
    best = ranking.matches[0]
    needed = ranking.bounds.answer
    if best.entry_id in careful:
        needed = 1 - (1 - needed) * _CAREFUL_SHARE
    if best.probability >= needed:
        return Answer(match=best)
    choices = _choices(ranking)
    if ranking.answerable >= ranking.bounds.clarify and len(choices) > 1:
        return Clarify(matches=choices)
    return Abstain(reason=AbstainReason.UNSURE, nearest=ranking.matches[:_NEAREST])


def _choices(ranking: Ranking) -> tuple[Match, ...]:
    """The best two, and up to two more that are not far behind."""
    least = ranking.matches[0].probability * _PLAUSIBLE
    return tuple(
        match
        for place, match in enumerate(ranking.matches[:_MOST_CHOICES])
        if place < 2 or match.probability >= least
    )

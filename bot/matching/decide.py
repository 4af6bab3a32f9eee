"""Answer, offer choices, or say that it is not known? The ranking's probabilities against its bounds."""

from __future__ import annotations

from collections.abc import Collection

from bot.types import Abstain, AbstainReason, Answer, Clarify, Decision, Match, Ranking

_CAREFUL_SHARE = 0.5  # of the risk otherwise allowed, for entries marked careful
_TALK_FROM = (
    0.5  # probability from which small talk is answered: a polite refusal does no harm where it is wrong
)
_LIKELY_FROM = 0.5  # probability from which the best match is worth showing, whatever is known of the rest
# What is known must have this part of the chance of small talk before it, and together be likelier than not, to be offered:
# of 3,883 questions 12 more are offered choices instead of none, and 14 of 1,278 that must be declined.
_BESIDE_TALK = 0.7
_NEAREST = 3
# Part of the best match's probability that each choice must have. A third one from .07 in place of .15 has 8 more of 4,917
# answerable questions among its choices, of which there are then 2.6 on average in place of 2.4.
_PLAUSIBLE = (0.0, 0.0, 0.07, 0.15)


def decide(
    ranking: Ranking, *, careful: Collection[str] = frozenset(), talk: Collection[str] = frozenset()
) -> Decision:
    """Decide what a ranking is good for.

    Args:
        ranking: What the matcher says about one text.
        careful: Entries that need more certainty than others to be given as the answer.
        talk: Small talk: never a choice, and more likely than not is enough for it.
    """
    if not ranking.matches:
        return Abstain(reason=AbstainReason.UNSURE)
    best = ranking.matches[0]
    needed = min(ranking.bounds.answer, _TALK_FROM) if best.entry_id in talk else ranking.bounds.answer
    if best.entry_id in careful:
        needed = 1 - (1 - needed) * _CAREFUL_SHARE
    if best.probability >= needed:
        return Answer(match=best)
    matter = tuple(match for match in ranking.matches if match.entry_id not in talk)
    choices = _choices(matter)
    likely = _is_beside_talk(ranking, matter) if best.entry_id in talk else _is_likely(ranking)
    if likely and len(choices) > 1:
        return Clarify(matches=choices)
    return Abstain(reason=AbstainReason.UNSURE, nearest=matter[:_NEAREST])


def _is_likely(ranking: Ranking) -> bool:
    """Whether one of the entries probably answers, so that they are worth showing."""
    return ranking.answerable >= ranking.bounds.clarify or ranking.matches[0].probability >= _LIKELY_FROM


def _is_beside_talk(ranking: Ranking, matter: tuple[Match, ...]) -> bool:
    """Whether what was first taken for small talk is nearly as likely a question that somebody knows something of."""
    known = sum(match.probability for match in matter)
    near = known > 0 and matter[0].probability >= _BESIDE_TALK * ranking.matches[0].probability
    return near and known >= _LIKELY_FROM and ranking.answerable >= ranking.bounds.clarify


def _choices(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The best two, and up to two more that are not far behind."""
    return tuple(
        match
        for match, share in zip(matches, _PLAUSIBLE, strict=False)
        if match.probability >= matches[0].probability * share
    )

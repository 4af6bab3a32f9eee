"""What is offered for a message that asks several things, but is not taken apart?

Where its pieces are not sure enough to be answered one by one, the message as a whole is often about only one of them,
and the rest would be passed over in silence. So that each is at least offered, the likeliest of each piece is a choice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.types import Answer, Clarify, Match, PartExplanation

# Chance that an entry must have in its piece to be a choice.
_LIKELY = 0.2
# Chance that the answer to the message has in a piece, from which on that piece is likely answered, too.
_ANSWERED = 0.2
# The same beside a sure answer, and in the whole message: of 384 pairs 9 more are offered what was left out, of 384 single
# questions that look like two 7 more get choices besides their answer, and 11 of 2,651 others. From .3 on: 13, 9 and 22.
_LIKELY_BESIDE_SURE, _HINT_BESIDE_SURE = 0.5, 0.005
_MOST_CHOICES, _MOST_BESIDE_SURE = 4, 3


def beside(
    whole: PartExplanation, parts: Sequence[PartExplanation], talk: Collection[str]
) -> tuple[PartExplanation, ...] | None:
    """Offer the likeliest of each piece, with what the message as a whole gets; None when that adds nothing.

    Args:
        whole: The message in one piece.
        parts: Its pieces, each of which asks.
        talk: Entries that are small talk: never offered.
    """
    matters = [[match for match in part.ranking.matches if match.entry_id not in talk] for part in parts]
    match whole.decision:
        case Answer(match=answered):
            return _beside_answer(whole, answered, parts, matters)
        case Clarify(matches=matches):
            return _among_choices(whole, matches, matters)
        case _:
            return None


def _beside_answer(
    whole: PartExplanation,
    answered: Match,
    parts: Sequence[PartExplanation],
    matters: Sequence[Sequence[Match]],
) -> tuple[PartExplanation, ...] | None:
    """Offer choices for a piece that the answer is not about, where another piece is."""
    if not any(matter and matter[0].entry_id == answered.entry_id for matter in matters):
        return None
    hints = {match.entry_id: match.probability for match in whole.ranking.matches}
    for part, matter in zip(parts, matters, strict=True):
        choices = tuple(match for match in matter if match.entry_id != answered.entry_id)[:_MOST_BESIDE_SURE]
        if len(choices) < 2 or choices[0] is not matter[0]:
            continue
        if any(match.entry_id == answered.entry_id and match.probability >= _ANSWERED for match in matter):
            continue
        hint = hints.get(choices[0].entry_id, 0.0)
        if choices[0].probability >= _LIKELY_BESIDE_SURE and hint >= _HINT_BESIDE_SURE:
            return whole, replace(part, decision=Clarify(matches=choices))
    return None


def _among_choices(
    whole: PartExplanation, matches: Sequence[Match], matters: Sequence[Sequence[Match]]
) -> tuple[PartExplanation, ...] | None:
    """Let the likeliest of each piece be among the choices, after the likeliest of the whole message."""
    likely = {
        matter[0].entry_id: matter[0] for matter in matters if matter and matter[0].probability >= _LIKELY
    }
    if len(likely) < 2:
        return None
    choices = {match.entry_id: match for match in (matches[0], *likely.values(), *matches)}
    return (replace(whole, decision=Clarify(matches=tuple(choices.values())[:_MOST_CHOICES])),)

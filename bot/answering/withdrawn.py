"""What becomes of a decision for an answer that is out of service? It is neither given nor offered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.types import Abstain, AbstainReason, Answer, Clarify, Decision, Match, PartExplanation


def in_service(part: PartExplanation, withdrawn: Collection[str]) -> PartExplanation:
    """Decide anew about a question without the answers that are out of service.

    How sure the matcher is stays as it is: a question that asks for a withdrawn answer is told so, instead of being
    given the next likely one.

    Args:
        part: A question as it was understood.
        withdrawn: Ids of entries.
    """
    decision = _decided(part.decision, withdrawn) if withdrawn else part.decision
    return part if decision is part.decision else replace(part, decision=decision)


def _decided(decision: Decision, withdrawn: Collection[str]) -> Decision:
    match decision:
        case Answer(match=match):
            return _checked(match) if match.entry_id in withdrawn else decision
        case Clarify(matches=matches):
            left = _left(matches, withdrawn)
            if len(left) == len(matches):
                return decision
            if len(left) > 1:
                return Clarify(matches=left)
            # One choice is no choice; where the likeliest one is gone, its question was probably meant.
            gone = matches[0] if matches[0].entry_id in withdrawn or not left else None
            reason = AbstainReason.WITHDRAWN if gone else AbstainReason.UNSURE
            return Abstain(reason=reason, nearest=left, withdrawn=gone)
        case Abstain(nearest=nearest):
            left = _left(nearest, withdrawn)
            return decision if len(left) == len(nearest) else replace(decision, nearest=left)


def _checked(match: Match) -> Abstain:
    return Abstain(reason=AbstainReason.WITHDRAWN, withdrawn=match)


def _left(matches: tuple[Match, ...], withdrawn: Collection[str]) -> tuple[Match, ...]:
    return tuple(match for match in matches if match.entry_id not in withdrawn)

"""How does an explanation look as JSON?

The form is the one that the page's drawer reads: plain values, probabilities from 0 to 1, the five best
matches, and languages as CLDR ids, which the drawer names in the language it speaks.
"""

from __future__ import annotations

from typing import assert_never

from bot.language.formats import direction, own_name
from bot.preview.arguments import JsonObject
from bot.types import Abstain, Answer, Clarify, Decision, Explanation, LocaleDecision, Match, PartExplanation

BEST = 5  # matches shown


def explanation_json(explanation: Explanation) -> JsonObject:
    """Return everything the drawer shows about one answer."""
    return {
        "locale": _locale(explanation.locale),
        "revision": explanation.revision,
        "truncated": explanation.read is not None,
        "parts": [_part(part) for part in explanation.parts],
    }


def _locale(decision: LocaleDecision) -> JsonObject:
    return {
        "locale": decision.locale,
        "own_name": own_name(decision.locale),
        "reason": decision.reason,
        "unavailable": decision.unavailable,
    }


def _part(part: PartExplanation) -> JsonObject:
    ranking = part.ranking
    return {
        "text": part.text.original,
        "folded": part.text.folded,
        "follow_up": part.follow_up,
        "decision": _decision(part.decision),
        "bounds": {"answer": ranking.bounds.answer, "clarify": ranking.bounds.clarify},
        "answerable": ranking.answerable,
        "matches": [_match(match) for match in ranking.matches[:BEST]],
        "language": ranking.locale,
        "language_sure": ranking.locale_sure,
        "known": list(ranking.evidence.matched),
        "repaired": [{"typed": typed, "taken_for": taken} for typed, taken in ranking.evidence.repaired],
        "borrowed": [{"word": word, "locale": locale} for word, locale in ranking.evidence.borrowed],
        "unknown": list(ranking.evidence.unknown),
        "unasked": list(ranking.evidence.unasked),
        "read_as": ranking.evidence.read_as,
    }


def _decision(decision: Decision) -> JsonObject:
    match decision:
        case Answer(match=best):
            return {"kind": "answer", "entries": [best.entry_id], "probability": best.probability}
        case Clarify(matches=matches):
            return {"kind": "clarify", "entries": [match.entry_id for match in matches]}
        case Abstain(reason=reason, nearest=nearest):
            entries = [match.entry_id for match in nearest]
            return {"kind": "abstain", "reason": reason.value, "entries": entries}
        case _:
            assert_never(decision)


def _match(match: Match) -> JsonObject:
    return {
        "entry_id": match.entry_id,
        "phrasing": match.phrasing,
        "locale": match.locale,
        "direction": direction(match.locale),
        "score": match.score,
        "probability": match.probability,
    }

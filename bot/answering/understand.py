"""How is one question understood? By itself, and as what it is when it follows the last answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.assistant import Assistant, title_of
from bot.answering.context import as_said_after, in_context, leans_on, length_of
from bot.knowledge.entries import FOLLOW_UP_PREFIX, Entry
from bot.language.normalize import normalize
from bot.matching.decide import decide
from bot.matching.hearing import Hearing
from bot.types import (
    Abstain,
    Answer,
    Clarify,
    Decision,
    Match,
    NormalizedText,
    PartExplanation,
    Question,
    Ranking,
)

_LOOKED_AT = 4  # entries among which a follow-up is looked for
# What a follow-up behind the first place must have: a chance of its own, and this part of the first one's. That it leads
# somewhere from the last answer speaks for it.
_LEAST, _LED = 0.2, 2.5
# What one must have, and every word of it known, to be told what the last answer has said already: "who?", but not "who was
# the other winner?". Of 20 of those that people asked, 12 asked for something else; 3 are still told the same.
_SAID = 0.52
_FOLLOW_UP_WORDS = 6  # a longer text names its own topic


def understand(
    text: NormalizedText, question: Question, assistant: Assistant, prefer: str
) -> PartExplanation:
    """Decide what a text is answered with: as a follow-up where it is one, else as it is asked."""
    known = _known(text, assistant, prefer)
    if known is not None:
        return known
    hearing = assistant.matcher.hear(text, prefer=prefer)
    previous = assistant.knowledge.resolve(question.previous_entry) if question.previous_entry else None
    followed = _follow_up(text, hearing, previous, assistant)
    if followed is not None:
        return followed
    ranking = hearing.ranking(exclude=assistant.follow_ups)
    ranking = said_after(ranking, text, previous, assistant, prefer)
    decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
    return PartExplanation(text=text, ranking=ranking, decision=decision)


def _known(text: NormalizedText, assistant: Assistant, prefer: str) -> PartExplanation | None:
    """Answer a text that is a phrasing, word for word: nothing is to be compared, and nothing said before it matters."""
    ranking = assistant.matcher.known(text, prefer=prefer)
    if ranking is None or ranking.matches[0].entry_id in assistant.follow_ups:
        return None
    decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
    if not isinstance(decision, Answer):  # the operator wants more certainty than there is
        return None
    return PartExplanation(text=text, ranking=ranking, decision=decision)


def _follow_up(
    text: NormalizedText, hearing: Hearing, previous: Entry | None, assistant: Assistant
) -> PartExplanation | None:
    """Read a short text as a follow-up to the last answer, when its topic knows where that leads."""
    if previous is None or length_of(text) > _FOLLOW_UP_WORDS:
        return None
    ranking = hearing.ranking(most=_LOOKED_AT)
    for match in ranking.matches:
        entry = _led_to(match, previous, assistant)
        if entry is None:
            continue
        first = ranking.matches[0]
        if first.entry_id in assistant.talk:
            return None
        enough = ranking.bounds.clarify if match is first else max(_LEAST, first.probability / _LED)
        kind = match.entry_id.removeprefix(FOLLOW_UP_PREFIX)
        if entry is previous and not _repeats(kind):
            enough = max(enough, _SAID)
            if ranking.evidence.unknown:
                return None
        if match.probability < enough:
            return None
        decision = Answer(match=replace(match, entry_id=entry.id))
        return PartExplanation(text=text, ranking=ranking, decision=decision, follow_up=kind)
    return None


def said_after(
    ranking: Ranking, text: NormalizedText, previous: Entry | None, assistant: Assistant, prefer: str
) -> Ranking:
    """Weigh what may answer a text by what was spoken of before it; None leaves everything as it is."""
    if previous is not None and leans_on(ranking, text):
        ranking = _together(ranking, text, previous, assistant, prefer)
    return in_context(ranking, text, previous, assistant.knowledge)


def _together(
    ranking: Ranking, text: NormalizedText, previous: Entry, assistant: Assistant, prefer: str
) -> Ranking:
    """Rank a short text anew, as it is meant after the question of the last answer: "who chairs it?"."""
    title = title_of(previous, ranking.locale or prefer, assistant.catalogs)
    if title is None:
        return ranking
    hearing = assistant.matcher.hear(normalize(f"{text.original} {title}"), prefer=prefer)
    together = hearing.ranking(exclude=(*assistant.follow_ups, previous.id))
    return as_said_after(ranking, together, previous)


def _led_to(match: Match, previous: Entry, assistant: Assistant) -> Entry | None:
    """Find where a kind of follow-up leads from the last answer; None for other entries, and where it leads nowhere."""
    if match.entry_id not in assistant.follow_ups:
        return None
    kind = match.entry_id.removeprefix(FOLLOW_UP_PREFIX)
    target = previous.follow_ups.get(kind, previous.id if _repeats(kind) else None)
    return assistant.knowledge.resolve(target) if target else None


def _repeats(kind: str) -> bool:
    """Whether a kind of follow-up is about the last answer itself."""
    return kind in {"source", "more", "shorter"} or kind.startswith("language-")


def topic_of(parts: Sequence[PartExplanation]) -> str | None:
    """Name the entry that a conversation is about after a reply: the one answered last, else the first one offered."""
    answered = [part.decision.match.entry_id for part in parts if isinstance(part.decision, Answer)]
    offered = [part.decision.matches[0].entry_id for part in parts if isinstance(part.decision, Clarify)]
    return answered[-1] if answered else offered[0] if offered else None


def matches_of(decision: Decision) -> tuple[Match, ...]:
    """List the entries a decision speaks of, best first."""
    match decision:
        case Answer(match=only):
            return (only,)
        case Clarify(matches=matches):
            return matches
        case Abstain(nearest=nearest):
            return nearest

"""How does a decision become text?

Words come from the catalogs, values are formatted for the reply's locale, and each answer ends with its sources.
Nothing here decides what is said, only how.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never
from weakref import WeakKeyDictionary

from bot.answering.assistant import Assistant
from bot.answering.cite import citations_of
from bot.answering.wording import formatted, translation_notices
from bot.knowledge.entries import Entry
from bot.language import texts
from bot.language.formats import format_date, format_list, isolate, language_name, own_name
from bot.language.texts import Text
from bot.types import (
    Abstain,
    AbstainReason,
    Answer,
    Choice,
    Citation,
    Clarify,
    DecisionName,
    Explanation,
    Match,
    Outcome,
    Part,
    PartExplanation,
    Question,
    Reply,
    RichText,
)

_ABOUT_LAST = {"source": texts.SOURCES_OF, "shorter": texts.SHORTEST, "more": texts.MORE}
MAX_QUOTED = 120  # characters of a question that are repeated to the person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What an entry says in a locale."""

    text: str
    locale: str  # of the text; another one when it is not translated
    notices: tuple[str, ...]
    citations: tuple[Citation, ...]


_WRITTEN: WeakKeyDictionary[Assistant, dict[tuple[str, str], _Written]] = WeakKeyDictionary()


def compose(explanation: Explanation, question: Question, assistant: Assistant) -> Reply:
    """Write the reply to a question that has been understood."""
    locale = explanation.locale.locale
    several = len(explanation.parts) > 1
    notices: list[str] = []
    if explanation.read is not None:
        notices.append(_say(assistant, locale, texts.TRUNCATED, count=explanation.read))
    if explanation.locale.unavailable:
        notices.append(_unavailable(explanation.locale.unavailable, locale, assistant))
    parts = []
    for part in explanation.parts:
        composed, more = _part(part, question, assistant, locale, several=several)
        parts.append(_recorded(composed, unavailable=explanation.locale.unavailable))
        notices.extend(notice for notice in more if notice not in notices)
    return Reply(locale=locale, parts=tuple(parts), notices=tuple(notices))


def compose_entry(entry: Entry, question: Question, assistant: Assistant, *, locale: str) -> Reply:
    """Write the reply that shows one entry, however it was chosen; one that is out of service is not shown."""
    if entry.id in assistant.withdrawn:
        text = _say(assistant, locale, texts.WITHDRAWN)
        return Reply(locale=locale, parts=(_checked(text, entry.id, 1.0, question, assistant, locale),))
    part, notices = _entry_part(entry, question, assistant, locale, probability=1.0)
    return Reply(locale=locale, parts=(part,), notices=notices)


def question_of(entry: Entry, assistant: Assistant, locale: str) -> str:
    """Write an entry's question in a locale, or in the source locale when it is not translated."""
    return formatted(entry, "question", entry.question, assistant, locale)[0]


def written_answer(entry: Entry, assistant: Assistant, locale: str) -> str:
    """Write an entry's answer in a locale, without its sources."""
    return _written(entry, assistant, locale).text


def starters(assistant: Assistant, count: int) -> tuple[Entry, ...]:
    """Choose entries to show to someone who has not asked yet: the first of each of the first topics."""
    found = []
    given = [entry for entry in assistant.knowledge.entries.values() if entry.id not in assistant.withdrawn]
    for topic in assistant.knowledge.topics:
        entry = next((entry for entry in given if entry.topic == topic.id), None)
        if entry is not None:
            found.append(entry)
    return tuple(found[:count])


def choice_of(entry: Entry, assistant: Assistant, locale: str) -> Choice:
    """Offer an entry by its question."""
    return Choice(entry_id=entry.id, label=question_of(entry, assistant, locale), facts=entry.facts)


def plain(rich: RichText) -> str:
    """Drop styles, and write an address after the words that link to it."""
    return "".join(f"{span.text} <{span.url}>" if span.url else span.text for span in rich)


def plain_reply(reply: Reply) -> str:
    """Write a whole reply as plain text: notices, answers, sources, numbered choices."""
    paragraphs = list(reply.notices)
    number = 1
    for part in reply.parts:
        paragraphs.append(part.text)
        if part.choices:
            lines = [f"{n}. {choice.label}" for n, choice in enumerate(part.choices, number)]
            paragraphs.append("\n".join(lines))
            number += len(lines)
        if part.citations:
            paragraphs.append("\n".join(plain(citation.line) for citation in part.citations))
    return "\n\n".join(paragraphs)


# --- one part ---------------------------------------------------------------------------------------


def _part(
    part: PartExplanation, question: Question, assistant: Assistant, locale: str, *, several: bool
) -> tuple[Part, tuple[str, ...]]:
    match part.decision:
        case Answer(match=match):
            entry = assistant.knowledge.entries[match.entry_id]
            if part.follow_up in _ABOUT_LAST and entry is _last(question, assistant):
                return _about_last(part.follow_up, entry, match, question, assistant, locale), ()
            return _entry_part(entry, question, assistant, locale, probability=match.probability)
        case Clarify(matches=matches):
            text = _say(assistant, locale, texts.CLARIFY)
            if several:  # which half of the message is meant
                quoted = isolate(_shortened(part.text.original), locale)
                text = _say(assistant, locale, texts.CLARIFY_PART, question=quoted)
            return _offer("clarify", text, matches, question, assistant, locale), ()
        case Abstain(withdrawn=Match() as match):
            return _out_of_service(part, match, question, assistant, locale, several=several), ()
        case Abstain(reason=reason, nearest=nearest):
            return _abstain(part, reason, nearest, question, assistant, locale, several=several), ()
        case _:
            assert_never(part.decision)


def _entry_part(
    entry: Entry, question: Question, assistant: Assistant, locale: str, *, probability: float
) -> tuple[Part, tuple[str, ...]]:
    written = _written(entry, assistant, locale)
    notices = list(written.notices)
    due = assistant.knowledge.review_by(entry) if entry.kind != "conversation" else None
    if due and due < question.asked_at.date():
        notices.append(_say(assistant, locale, texts.REVIEW_DUE, date=format_date(due, locale)))
    kind = entry.kind if entry.kind != "follow-up" else None
    outcome = _outcome("answer", entry.id, probability, question, assistant, locale)
    part = Part(
        decision="answer",
        kind=kind,
        entry_id=entry.id,
        facts=entry.facts,
        probability=probability,
        text=written.text,
        citations=written.citations,
        outcome=replace(outcome, written_in=written.locale if written.locale != locale else None),
        whole=True,
    )
    return part, tuple(notices)


def _written(entry: Entry, assistant: Assistant, locale: str) -> _Written:
    """Write what an entry says in a locale, whoever asks and when; once for each snapshot."""
    known = _WRITTEN.setdefault(assistant, {})
    found = known.get((entry.id, locale))
    if found is None:
        text, translation = formatted(entry, "answer", entry.answer, assistant, locale)
        found = known[entry.id, locale] = _Written(
            text=text,
            locale=translation.locale,
            notices=tuple(translation_notices(translation, assistant, locale)),
            citations=citations_of(entry, assistant, locale),
        )
    return found


def _recorded(part: Part, *, unavailable: str | None) -> Part:
    """Note in the record of a part that its question was in a language without catalog."""
    if part.outcome is None or unavailable is None:
        return part
    return replace(part, outcome=replace(part.outcome, unavailable=unavailable))


def _last(question: Question, assistant: Assistant) -> Entry | None:
    return assistant.knowledge.resolve(question.previous_entry) if question.previous_entry else None


def _about_last(
    kind: str, entry: Entry, match: Match, question: Question, assistant: Assistant, locale: str
) -> Part:
    """Answer "says who?", "tell me more" and "shorter", which are about the last answer."""
    related = [assistant.knowledge.resolve(entry_id) for entry_id in entry.related] if kind == "more" else []
    choices = tuple(
        choice_of(other, assistant, locale)
        for other in related
        if other is not None and other.id not in assistant.withdrawn
    )
    message = texts.NO_MORE if kind == "more" and not choices else _ABOUT_LAST[kind]
    return Part(
        decision="answer",
        kind=entry.kind if entry.kind != "follow-up" else None,
        entry_id=entry.id,
        facts=entry.facts,
        probability=match.probability,
        text=_say(assistant, locale, message),
        citations=() if choices else citations_of(entry, assistant, locale),
        choices=choices,
        outcome=_outcome("answer", entry.id, match.probability, question, assistant, locale),
    )


def _abstain(
    part: PartExplanation,
    reason: AbstainReason,
    nearest: tuple[Match, ...],
    question: Question,
    assistant: Assistant,
    locale: str,
    *,
    several: bool,
) -> Part:
    if several:
        quoted = isolate(_shortened(part.text.original), locale)
        text = _say(assistant, locale, texts.ABSTAIN_PART, question=quoted)
        return _offer("abstain", text, (), question, assistant, locale)
    if reason is AbstainReason.EMPTY:
        choices = tuple(choice_of(entry, assistant, locale) for entry in starters(assistant, 3))
        text = _say(assistant, locale, texts.EMPTY)
        return _offer("abstain", text, (), question, assistant, locale, choices=choices)
    text = _say(assistant, locale, texts.ABSTAIN)
    if nearest:
        text += "\n\n" + _say(assistant, locale, texts.ABSTAIN_NEAREST)
    return _offer("abstain", text, nearest, question, assistant, locale)


def _out_of_service(
    part: PartExplanation,
    match: Match,
    question: Question,
    assistant: Assistant,
    locale: str,
    *,
    several: bool,
) -> Part:
    if several:
        quoted = isolate(_shortened(part.text.original), locale)
        text = _say(assistant, locale, texts.WITHDRAWN_PART, question=quoted)
    else:
        text = _say(assistant, locale, texts.WITHDRAWN)
    return _checked(text, match.entry_id, match.probability, question, assistant, locale)


def _checked(
    text: str, entry_id: str, probability: float, question: Question, assistant: Assistant, locale: str
) -> Part:
    """Say that an answer is being checked, and nothing of it; the record keeps which one was asked for."""
    return Part(
        decision="abstain",
        kind=None,
        entry_id=None,
        facts=(),
        probability=probability,
        text=text,
        outcome=_outcome("abstain", entry_id, probability, question, assistant, locale),
    )


def _offer(
    decision: DecisionName,
    text: str,
    matches: Iterable[Match],
    question: Question,
    assistant: Assistant,
    locale: str,
    *,
    choices: tuple[Choice, ...] = (),
) -> Part:
    listed = tuple(matches)
    offered = choices or tuple(
        choice_of(assistant.knowledge.entries[match.entry_id], assistant, locale) for match in listed
    )
    probability = listed[0].probability if listed else None
    return Part(
        decision=decision,
        kind=None,
        entry_id=None,
        facts=(),
        probability=probability,
        text=text,
        choices=offered,
        outcome=_outcome(decision, None, probability, question, assistant, locale),
    )


# --- words ------------------------------------------------------------------------------------------


def _say(assistant: Assistant, locale: str, text: Text, **values: object) -> str:
    return assistant.catalogs.text(locale, text, **values)


def _unavailable(language: str, locale: str, assistant: Assistant) -> str:
    names = [own_name(each) for each in assistant.catalogs.locales]
    return _say(
        assistant,
        locale,
        texts.UNKNOWN_LANGUAGE,
        language=language_name(language, locale),
        languages=format_list(names, locale),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1].rstrip() + "…"


def _outcome(
    decision: DecisionName,
    entry_id: str | None,
    probability: float | None,
    question: Question,
    assistant: Assistant,
    locale: str,
) -> Outcome:
    return Outcome(
        decision=decision,
        entry_id=entry_id,
        probability=probability,
        locale=locale,
        question_text=question.text,
        asked_at=question.asked_at,
        revision=assistant.revision,
    )


__all__ = [
    "choice_of",
    "compose",
    "compose_entry",
    "plain",
    "plain_reply",
    "question_of",
    "starters",
    "written_answer",
]

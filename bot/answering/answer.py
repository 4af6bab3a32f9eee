"""How is one question answered? Understand it, decide, and only then write.

`answer()` is the product in one call: the Telegram handlers, the preview, `alliance-bot ask`, the evaluation and the
tests all make it. It has no clock, no input or output and no memory; whatever it depends on is in its arguments.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answering.answer_types import fitting
from bot.answering.assistant import Assistant
from bot.answering.compose import compose, compose_entry
from bot.answering.introductions import without_introductions
from bot.answering.remarks import openings_of, without_opening, without_remarks
from bot.answering.reply_language import by_writing, preferred_locale, reply_locale
from bot.answering.several import is_remark, several
from bot.answering.understand import understand
from bot.answering.withdrawn import in_service
from bot.language.normalize import clean, normalize
from bot.language.word_texts import POLITE_WORDS
from bot.types import (
    Abstain,
    AbstainReason,
    Answer,
    Clarify,
    Decision,
    Explanation,
    NormalizedText,
    PartExplanation,
    Question,
    Reply,
)

MAX_CHARACTERS = 1_000  # of a message that are matched; nobody asks a question in more
_MAX_READ = (
    10_000  # of a message that are looked at at all; marks and invisible characters are dropped from these
)
_OFFERS = 1  # what choices say of a matter; an answer says more, small talk and "I do not know" nothing
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")  # markup that was pasted with a question says nothing about it


def answer(question: Question, assistant: Assistant) -> Reply:
    """Answer one question from one snapshot of the knowledge base."""
    return compose(explain(question, assistant), question, assistant)


def show(
    entry_id: str, question: Question, assistant: Assistant, *, locale: str | None = None
) -> Reply | None:
    """Show one entry, as for a tapped choice or a deep link.

    Args:
        entry_id: An entry's id, or one it had before.
        question: Who asks and when; its text is only recorded.
        assistant: The snapshot to answer from.
        locale: Language of the reply; None chooses by the user's settings.

    Returns:
        The reply, or None when there is no such entry (any more). For one that is out of service it says so.
    """
    entry = assistant.knowledge.resolve(entry_id)
    if entry is None or not entry.answer:
        return None
    available = assistant.catalogs.locales
    chosen = locale if locale in available else preferred_locale(question, assistant).locale
    return compose_entry(entry, question, assistant, locale=chosen)


def explain(question: Question, assistant: Assistant) -> Explanation:
    """Decide everything about a question, and keep the reasons; `answer()` composes exactly this."""
    text, read = _read(question)
    preferred = preferred_locale(question, assistant)
    parts = _parts(text, question, assistant, preferred.locale)
    if not any(char.isalnum() for char in text.folded):
        locale = by_writing(text, preferred, assistant.catalogs.locales) or preferred
        return Explanation(parts=parts, locale=locale, revision=assistant.revision)
    locale = reply_locale(text, parts, question, assistant)
    parts = tuple(in_service(part, assistant.withdrawn) for part in parts)
    if locale.unavailable and all(isinstance(part.decision, Abstain) for part in parts):
        parts = tuple(_in_unknown_language(part) for part in parts)
    return Explanation(parts=parts, locale=locale, revision=assistant.revision, read=read)


def decisions(question: Question, assistant: Assistant) -> tuple[Decision, ...]:
    """Decide what each part of a question is answered with, and nothing else: less work than `explain`.

    That no language is spoken which has a catalog is not found out; such a question is only declined.
    """
    text, _ = _read(question)
    preferred = preferred_locale(question, assistant)
    parts = _parts(text, question, assistant, preferred.locale)
    return tuple(in_service(part, assistant.withdrawn).decision for part in parts)


def _read(question: Question) -> tuple[NormalizedText, int | None]:
    """Read as much of a question as is matched; says how many characters that is, where there are more."""
    cleaned = clean(_TAG.sub(" ", question.text[:_MAX_READ]))
    more = len(cleaned) > MAX_CHARACTERS or len(question.text) > _MAX_READ
    return normalize(cleaned[:MAX_CHARACTERS]), min(len(cleaned), MAX_CHARACTERS) if more else None


def _parts(
    text: NormalizedText, question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...]:
    if not any(char.isalnum() for char in text.folded):
        return (_empty(text, assistant, prefer),)
    whole = _asked(understand(text, question, assistant, prefer), question, assistant, prefer)
    return fitting(several(whole, question, assistant, prefer) or (whole,), question, assistant, prefer)


def _asked(whole: PartExplanation, question: Question, assistant: Assistant, prefer: str) -> PartExplanation:
    """Understand a message without who asks, and without the remarks around what is asked, where that says more."""
    if whole.follow_up or _is_surely_talk(whole, assistant) or assistant.matcher.phrased(whole.text):
        return whole
    text = whole.text.original
    asked = without_introductions(text, assistant.names_in(text), assistant.matcher.is_known) or text
    rest = _bare(asked, assistant)
    if rest == text:
        return whole
    part = understand(normalize(rest), question, assistant, prefer)
    least = max(_said_of_matter(whole, assistant), _OFFERS)
    return part if _said_of_matter(part, assistant) >= least else whole


def _bare(text: str, assistant: Assistant) -> str:
    """Take away remarks and polite openings, one after the other: "hello, could you please tell me when …? thanks"."""
    openings = openings_of(
        tuple(assistant.catalogs.text(locale, POLITE_WORDS) for locale in assistant.catalogs.locales)
    )
    while True:
        rest = without_remarks(text, lambda said: is_remark(said, assistant)) or text
        shorter = without_opening(rest, openings)
        if shorter == text or not normalize(shorter).folded:
            return rest
        text = shorter


def _is_surely_talk(whole: PartExplanation, assistant: Assistant) -> bool:
    """Whether a message is surely nothing but small talk: "many thanks for the help" asks for none."""
    match whole.decision:
        case Answer(match=match):
            return match.entry_id in assistant.talk and match.probability >= whole.ranking.bounds.answer
        case _:
            return False


def _said_of_matter(part: PartExplanation, assistant: Assistant) -> int:
    """How much is said of what a text asks: by an answer, by choices, or nothing."""
    match part.decision:
        case Answer(match=match):
            return 0 if match.entry_id in assistant.talk else _OFFERS + 1
        case Clarify():
            return _OFFERS
        case _:
            return 0


def _empty(text: NormalizedText, assistant: Assistant, locale: str) -> PartExplanation:
    ranking = assistant.matcher.rank(text, prefer=locale)
    return PartExplanation(text=text, ranking=ranking, decision=Abstain(reason=AbstainReason.EMPTY))


def _in_unknown_language(part: PartExplanation) -> PartExplanation:
    assert isinstance(part.decision, Abstain)  # the caller looked
    if part.decision.withdrawn is not None:
        return part
    return replace(part, decision=replace(part.decision, reason=AbstainReason.UNKNOWN_LANGUAGE))

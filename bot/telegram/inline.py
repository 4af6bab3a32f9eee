"""What may somebody send who types the bot's name and a question in any chat?

An inline question is asked anew with nearly each letter. Its results are choices, not answers: a person sees the
questions and sends one. So less certainty is needed than for an answer, but what is off the topic gets none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from telegram import Update

from bot.answering.answer import explain, preferred_locale, show
from bot.answering.assistant import Assistant
from bot.answering.compose import question_of, starters
from bot.knowledge.entries import Entry
from bot.language import texts
from bot.language.formats import format_date, isolate
from bot.telegram.links import ASK_LINK, LANGUAGE_LINK
from bot.telegram.turn import Turn
from bot.types import (
    Abstain,
    Answer,
    Button,
    Citation,
    Handled,
    Ignored,
    IgnoreReason,
    InlineResult,
    LocaleDecision,
    Offer,
    Outcome,
    PartExplanation,
    Question,
    Reply,
)

MOST_RESULTS = 10
MAX_QUERY = 256  # Bot API, InlineQuery: query, up to 256 characters
MAX_ID_BYTES = 64  # Bot API, InlineQueryResult: id, 1-64 bytes
# Of 261 labelled questions that an entry answers, it is among the results of 98.9 % from this chance on; there are
# 2.1 results on average.
_LEAST_CHANCE = 0.02
_SHORT = 100  # characters of an answer that are shown before it is sent; applications show two or three lines
# Telegram keeps results per person and wording, not per language, and answers from them without asking. Who goes to
# the private chat to change the language must not find the old one on coming back; who has chosen one stays with it.
_SECONDS, _SECONDS_CHOSEN = 10, 60


def on_inline_query(update: Update, turn: Turn) -> Handled:
    """Offer what may answer an inline question; for an empty one, what is asked most."""
    query = update.inline_query
    assert query is not None  # the handler takes only these
    # What was said last in the private chat is not what is spoken of here.
    question = replace(turn.question(query.query[:MAX_QUERY], update), previous_entry=None)
    if any(character.isalnum() for character in question.text):
        explanation = explain(question, turn.assistant)
        locale, entries = explanation.locale, _likely(explanation.parts, turn.assistant)
    else:
        locale, entries = preferred_locale(question, turn.assistant), _most_asked(turn)
    found = list(dict.fromkeys(entry.id for entry in entries))[:MOST_RESULTS]
    results = tuple(result_of(entry_id, question, turn.assistant, locale.locale) for entry_id in found)
    return Handled(offer=_offer(tuple(result for result in results if result), locale, turn.assistant))


def on_inline_chosen(update: Update, turn: Turn) -> Handled | Ignored:
    """Record what was really sent; the questions on the way to it were half typed."""
    chosen = update.chosen_inline_result
    assert chosen is not None  # the handler takes only these
    entry_id, _, tag = chosen.result_id.partition(":")
    question = turn.question(chosen.query, update)
    entry = turn.assistant.knowledge.resolve(entry_id)
    if entry is None:
        return Ignored(reason=IgnoreReason.INLINE_UNKNOWN)
    known = tag in turn.assistant.catalogs.locales
    outcome = Outcome(
        decision="answer",
        entry_id=entry.id,
        probability=None,
        locale=tag if known else preferred_locale(question, turn.assistant).locale,
        question_text=chosen.query,
        asked_at=question.asked_at,
        revision=turn.assistant.revision,
    )
    return Handled(outcomes=(outcome,))


def _likely(parts: tuple[PartExplanation, ...], assistant: Assistant) -> Iterator[Entry]:
    """Yield what may answer a question, of several questions in turn."""
    told = [part.ranking.matches for part in parts if _on_topic(part, assistant)]
    out = assistant.talk | assistant.withdrawn
    for matches in zip_longest(*told):
        for match in matches:
            if match and match.probability >= _LEAST_CHANCE and match.entry_id not in out:
                yield assistant.knowledge.entries[match.entry_id]


def _on_topic(part: PartExplanation, assistant: Assistant) -> bool:
    """Whether there is something to choose from; nobody greets with somebody else's greeting."""
    if isinstance(part.decision, Answer):
        return part.decision.match.entry_id not in assistant.talk
    return not isinstance(part.decision, Abstain)


def _most_asked(turn: Turn) -> Iterator[Entry]:
    known: Iterable[Entry | None] = map(turn.assistant.knowledge.resolve, turn.popular)
    listed = (entry for entry in known if entry is not None and entry.kind == "knowledge")
    yield from (entry for entry in listed if entry.id not in turn.assistant.withdrawn)
    yield from starters(turn.assistant, MOST_RESULTS)


def result_of(entry_id: str, question: Question, assistant: Assistant, locale: str) -> InlineResult | None:
    """Write what is shown of an entry, and what is sent; None when there is none, or it is out of service."""
    reply = show(entry_id, question, assistant, locale=locale)
    if reply is None or reply.parts[0].entry_id is None:
        return None
    full = f"{entry_id}:{locale}"
    return InlineResult(
        result_id=full if len(full.encode()) <= MAX_ID_BYTES else entry_id,
        title=question_of(assistant.knowledge.entries[entry_id], assistant, locale),
        description=_described(reply, assistant),
        reply=reply,
    )


def _described(reply: Reply, assistant: Assistant) -> str:
    """Say shortly what a result says, and from where."""
    part = reply.parts[0]
    text = " ".join(part.text.split())
    if len(text) > _SHORT:
        text = text[:_SHORT].rsplit(" ", 1)[0].rstrip() + "…"
    opened = sum(map(text.count, "\u2066\u2067\u2068")) - text.count("\u2069")
    lines = [text + "\u2069" * max(opened, 0)]  # a cut must not leave an isolate open
    for citation in part.citations[:1]:
        lines.append(f"{isolate(citation.publisher, reply.locale)} · {_day_of(citation, reply, assistant)}")
    return "\n".join(lines)


def _day_of(citation: Citation, reply: Reply, assistant: Assistant) -> str:
    """Write when a source was published; where that is not known, when it was read, and that it was."""
    if citation.published is not None:
        return isolate(format_date(citation.published, reply.locale), reply.locale)
    day = format_date(citation.checked_on, reply.locale)
    return assistant.catalogs.text(reply.locale, texts.SOURCE_READ, date=day)


def _offer(results: tuple[InlineResult, ...], locale: LocaleDecision, assistant: Assistant) -> Offer:
    label, link = (texts.INLINE_LANGUAGE, LANGUAGE_LINK) if results else (texts.INLINE_NOTHING, ASK_LINK)
    return Offer(
        results=results,
        button=Button(label=assistant.catalogs.text(locale.locale, label), action=link),
        locale=locale.locale,
        seconds=_SECONDS_CHOSEN if locale.reason == "chosen" else _SECONDS,
    )

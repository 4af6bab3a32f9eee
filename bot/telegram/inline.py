"""What may somebody send who types the bot's name and a question in any chat?

An inline question is asked anew with nearly each letter. Its results are choices, not answers: a person sees the
questions and sends one. So less certainty is needed than for an answer, but what is off the topic gets none.

A list of results may stay open while staff withdraw an answer or correct a figure. So each result is stamped with what
it says; what was sent otherwise than the bot would say it now is put right in the chat that it was sent to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import zip_longest

from telegram import Update

from bot.answering.answer import explain, show
from bot.answering.assistant import Assistant
from bot.answering.compose import plain_reply, question_of, starters
from bot.answering.reply_language import preferred_locale
from bot.knowledge.entries import Entry
from bot.language import texts
from bot.language.formats import format_date, isolate
from bot.telegram.links import ASK_LINK, LANGUAGE_LINK, link_to
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
    Match,
    Offer,
    Outcome,
    PartExplanation,
    Question,
    Reply,
)

MOST_RESULTS = 10
MAX_QUERY = 256  # Bot API, InlineQuery: query, up to 256 characters
MAX_ID_BYTES = 64  # Bot API, InlineQueryResult: id, 1-64 bytes
_STAMP_BYTES = 3  # of an id
# Of 261 labelled questions that an entry answers, it is among the results of 98.9 % from this chance on; there are
# 2.1 results on average.
_LEAST_CHANCE = 0.02
_SHORT = 100  # characters of an answer that are shown before it is sent; applications show two or three lines


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
    results = tuple(result_of(each, question, turn.assistant, locale.locale, turn.bot_name) for each in found)
    return Handled(offer=_offer(tuple(result for result in results if result), locale, turn.assistant))


def on_inline_chosen(update: Update, turn: Turn) -> Handled | Ignored:
    """Record what was really sent, and put it right; the questions on the way to it were half typed."""
    chosen = update.chosen_inline_result
    assert chosen is not None  # the handler takes only these
    entry_id, tag, stamp = (*chosen.result_id.split(":"), "", "")[:3]
    question, assistant = turn.question(chosen.query, update), turn.assistant
    entry = assistant.knowledge.resolve(entry_id)
    if entry is None:
        return Ignored(reason=IgnoreReason.INLINE_UNKNOWN)
    locale = tag if tag in assistant.catalogs.locales else preferred_locale(question, assistant).locale
    now = result_of(entry.id, question, assistant, locale, turn.bot_name)
    if (
        now is None
        and chosen.inline_message_id
        and (checked := show(entry.id, question, assistant, locale=locale))
    ):
        return Handled(replies=(checked,))  # records that it was not answered
    outcome = Outcome(
        decision="answer",
        entry_id=entry.id,
        probability=None,
        locale=locale,
        question_text=chosen.query,
        asked_at=question.asked_at,
        revision=assistant.revision,
    )
    stale = now is not None and chosen.inline_message_id and stamp not in ("", _stamp(now.reply))
    return Handled(replies=(_unrecorded(now.reply),) if now and stale else (), outcomes=(outcome,))


def _unrecorded(reply: Reply) -> Reply:
    return replace(reply, parts=tuple(replace(part, outcome=None) for part in reply.parts))


def _likely(parts: tuple[PartExplanation, ...], assistant: Assistant) -> Iterator[Entry]:
    """Yield what may answer a question, of several questions in turn."""
    told = [_matches(part, assistant) for part in parts if _on_topic(part, assistant)]
    out = assistant.talk | assistant.withdrawn
    for matches in zip_longest(*told):
        for match in matches:
            if match and match.probability >= _LEAST_CHANCE and match.entry_id not in out:
                yield assistant.knowledge.entries[match.entry_id]


def _matches(part: PartExplanation, assistant: Assistant) -> tuple[Match, ...]:
    """List what may answer a part; also beside what is known, word for word, people like to have a choice."""
    if len(part.ranking.matches) > 1:
        return part.ranking.matches
    return assistant.matcher.rank(part.text, prefer=part.ranking.locale, exclude=assistant.follow_ups).matches


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


def result_of(
    entry_id: str, question: Question, assistant: Assistant, locale: str, bot_name: str
) -> InlineResult | None:
    """Write what is shown of an entry, and what is sent; None when there is none, or it is out of service."""
    reply = show(entry_id, question, assistant, locale=locale)
    if reply is None or reply.parts[0].entry_id is None:
        return None
    # Only what has a button can be put right once it was sent.
    label = assistant.catalogs.text(locale, texts.INLINE_OPEN)
    reply = replace(reply, buttons=((Button(label=label, action="", url=link_to(entry_id, bot_name)),),))
    full = f"{entry_id}:{locale}:{_stamp(reply)}"
    return InlineResult(
        result_id=full if len(full.encode()) <= MAX_ID_BYTES else entry_id,
        title=question_of(assistant.knowledge.entries[entry_id], assistant, locale),
        description=_described(reply, assistant),
        reply=reply,
    )


def _stamp(reply: Reply) -> str:
    """Name what a result says."""
    return blake2b(plain_reply(reply).encode(), digest_size=_STAMP_BYTES).hexdigest()


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
    )

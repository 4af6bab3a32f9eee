"""Who wants to be told once their question can be answered, and what are they told then?

The button under an abstention holds no question: 64 bytes are too few, and nothing is kept before somebody has agreed.
So the abstention answers the person's own message, visibly, and a press brings that message along, in its present
wording, after a restart and after weeks. Only private chats have the button. In a group the answer would come to
everybody, weeks later, in the name of one; where the bot is a guest, or was asked inline, it may not write at all.

What a person agrees to is kept whatever is set for the wording of questions: it is this one question, and the message
says so. Once it can be answered, the wish becomes a row of the inbox, with a payload of our own, and takes the way
that all questions take.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telegram import Message, Update

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.answering.compose import MAX_QUOTED, compose
from bot.effects import Wish
from bot.language import texts
from bot.language.formats import isolate
from bot.storage.store import WISHES_KEPT_DAYS, InboxEntry, Received, WishRecord
from bot.telegram import pages
from bot.telegram.answers import card_in, carded, choices_of, locale_of, topic_of, unanswered
from bot.telegram.card import as_card, unrecorded
from bot.telegram.render import Target, render
from bot.telegram.turn import Turn
from bot.types import Answer, Explanation, Handled, Handling, Ignored, IgnoreReason, Question, Replied, Reply

KIND = "wish"  # in the id of such a row, before the number of the wish, and in its payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A question that somebody has waited to see answered."""

    text: str
    locale: str  # in which they were told that it cannot be
    at: datetime


# --- the button -----------------------------------------------------------------------------------


def wished(_words: list[str], update: Update, turn: Turn) -> Handled | None:
    """Note what a person wants to be told; when it can be told already, do that."""
    text = _question_under(update)
    if text is None:
        alert = turn.assistant.catalogs.text(locale_of(update, turn), texts.WISH_GONE)
        return Handled(alert=alert)
    question = replace(turn.question(text, update), previous_entry=None)  # as if it were asked alone
    explanation = explain(question, turn.assistant)
    reply = unrecorded(compose(explanation, question, turn.assistant))
    effects = (*topic_of(reply, question), *choices_of(reply, question, turn))
    waiting = unanswered(explanation)
    if not waiting:
        return Handled(replies=(carded(reply, update, turn),), effects=effects, explanation=explanation)
    say, at = turn.assistant.catalogs.text, turn.entry.received_at
    noted = say(reply.locale, texts.WISH_NOTED, days=WISHES_KEPT_DAYS)
    rows = (pages.topics_row(turn.assistant, reply.locale),)
    return Handled(
        replies=(replace(reply, prompt=noted, buttons=(*reply.buttons, *rows)),),
        effects=(*effects, *(Wish(text=each, locale=reply.locale, at=at) for each in waiting)),
        toast=say(reply.locale, texts.WISH_TOAST),
        explanation=explanation,
    )


def _question_under(update: Update) -> str | None:
    """Read the question that the message with the pressed button answers; None when that is gone."""
    message = update.callback_query.message if update.callback_query else None
    asked = message.reply_to_message if isinstance(message, Message) else None
    return (asked.text or asked.caption) if asked is not None else None


# --- a wish that can be fulfilled -----------------------------------------------------------------


def answered(explanation: Explanation, assistant: Assistant) -> bool:
    """Whether somebody who waits for an answer would be told one, and not small talk."""
    return all(
        isinstance(part.decision, Answer) and part.decision.match.entry_id not in assistant.talk
        for part in explanation.parts
    )


def asked_again(waited: Waited, assistant: Assistant, *, at: datetime, chosen: str | None = None) -> Question:
    """Ask once more what a person asked then."""
    return Question(
        text=waited.text,
        asked_at=at,
        chosen=chosen,
        client=waited.locale,
        default=assistant.default_locale,
    )


def row_of(wish: WishRecord, at: datetime) -> Received:
    """Write a wish as what the inbox takes."""
    payload = {KIND: {"text": wish.text, "locale": wish.locale, "at": wish.at.timestamp()}}
    return Received(
        chat=wish.chat,
        user_id=wish.user_id,
        event_id=f"{KIND}:{wish.id}",
        payload=json.dumps(payload, separators=(",", ":")),
        received_at=at,
        kind=KIND,
    )


def waited_of(wish: WishRecord) -> Waited:
    """Say what a wish is for."""
    return Waited(text=wish.text, locale=wish.locale, at=wish.at)


def waited_in(entry: InboxEntry) -> Waited | None:
    """Read a row that `row_of` wrote; None for what Telegram sent."""
    if not entry.event_id.startswith(f"{KIND}:"):
        return None
    written = json.loads(entry.payload)[KIND]
    at = datetime.fromtimestamp(float(written["at"]), UTC)
    return Waited(text=str(written["text"]), locale=str(written["locale"]), at=at)


def told(waited: Waited, turn: Turn) -> Handling:
    """Tell somebody what they have waited for.

    Another process may have seen to it that knows more than this one, or the answer was withdrawn a moment ago: then
    the wish is kept again, as old as it was.
    """
    question = asked_again(waited, turn.assistant, at=turn.entry.received_at, chosen=turn.state.chosen)
    explanation = explain(question, turn.assistant)
    if not answered(explanation, turn.assistant):
        again = Wish(text=waited.text, locale=waited.locale, at=waited.at)
        return Ignored(reason=IgnoreReason.WISH_EARLY, effects=(again,))
    # It is recorded as unanswered on the day it was asked; a second record would count it twice.
    reply = unrecorded(compose(explanation, question, turn.assistant))
    reply = _introduced(reply, waited, turn.assistant)
    card = card_in(reply, turn, private=True)
    return Replied(
        messages=render([reply if card is None else as_card(reply, card)], Target(chat=turn.entry.chat)),
        effects=topic_of(reply, question),
        explanation=explanation,
    )


def _introduced(reply: Reply, waited: Waited, assistant: Assistant) -> Reply:
    text = waited.text if len(waited.text) <= MAX_QUOTED else waited.text[: MAX_QUOTED - 1].rstrip() + "…"
    quoted = isolate(" ".join(text.split()), reply.locale)
    first = assistant.catalogs.text(reply.locale, texts.WISH_FULFILLED, question=quoted)
    return replace(reply, notices=(first, *reply.notices))

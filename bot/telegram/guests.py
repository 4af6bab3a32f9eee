"""What does the bot say where it is a guest?

Mentioned in a chat that it is not in, it may send one message. It hears nothing of what follows, and presses of
buttons under that message belong to no chat it knows, so choices lead to the private chat.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update

from bot.answering.answer import answer
from bot.language import texts
from bot.telegram.addressed import without_mention
from bot.telegram.links import link_to
from bot.telegram.turn import Turn
from bot.types import Button, Handled, Ignored, IgnoreReason, Part, Reply


def on_guest(update: Update, turn: Turn) -> Handled | Ignored:
    """Answer once; a mention alone asks about the message it replies to."""
    message = update.guest_message
    assert message is not None  # the filter lets only guest messages in
    if not message.guest_query_id:
        return Ignored(reason=IgnoreReason.OTHER_KIND)
    question = turn.question(_asked(message, turn), update)
    return Handled(replies=(_for_guests(answer(question, turn.assistant), turn),))


def _asked(message: Message, turn: Turn) -> str:
    text = _said(message, turn)
    answered = message.reply_to_message
    return text if text.strip() or answered is None else _said(answered, turn)


def _said(message: Message, turn: Turn) -> str:
    text = message.text or message.caption or ""
    rest = without_mention(message, text, bot_id=turn.bot_id, bot_name=turn.bot_name)
    return text if rest is None else rest


def _for_guests(reply: Reply, turn: Turn) -> Reply:
    """Let choices lead to the private chat."""
    choices = [choice for part in reply.parts for choice in part.choices]
    rows = tuple(
        (Button(label=f"{number}. {choice.label}", action="", url=link_to(choice.entry_id, turn.bot_name)),)
        for number, choice in enumerate(choices, 1)
    )
    parts = tuple(_without_choices(part, reply.locale, turn) for part in reply.parts)
    return replace(reply, parts=parts, buttons=(*rows, *reply.buttons))


def _without_choices(part: Part, locale: str, turn: Turn) -> Part:
    said = turn.assistant.catalogs.text(locale, texts.GUEST_CLARIFY)
    return replace(part, choices=(), text=said if part.decision == "clarify" else part.text)

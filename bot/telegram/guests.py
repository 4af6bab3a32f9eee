"""What does the bot say where it is a guest?

Mentioned in a chat that it is not in, it may send one message. It hears nothing of what follows, and presses of
buttons under that message belong to no chat it knows, so choices lead to the private chat.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update

from bot.answering.answer import answer
from bot.answering.assistant import Assistant
from bot.language import texts
from bot.telegram.addressed import asked_in, said_in
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
    answered = answer(question, turn.assistant)
    return Handled(replies=(for_guests(answered, turn.assistant, bot_name=turn.bot_name),))


def _asked(message: Message, turn: Turn) -> str:
    text = said_in(message, bot_id=turn.bot_id, bot_name=turn.bot_name)
    return asked_in(message, text, bot_id=turn.bot_id, bot_name=turn.bot_name)


def for_guests(reply: Reply, assistant: Assistant, *, bot_name: str) -> Reply:
    """Let choices lead to the private chat; they stand in the text too, whole, for whoever sees no buttons."""
    parts: list[Part] = []
    rows: list[tuple[Button, ...]] = []
    for part in reply.parts:
        lines = [f"{number}. {choice.label}" for number, choice in enumerate(part.choices, len(rows) + 1)]
        rows += (
            (Button(label=line, action="", url=link_to(choice.entry_id, bot_name)),)
            for line, choice in zip(lines, part.choices, strict=True)
        )
        parts.append(_without_choices(part, lines, reply.locale, assistant))
    return replace(reply, parts=tuple(parts), buttons=(*rows, *reply.buttons))


def _without_choices(part: Part, lines: list[str], locale: str, assistant: Assistant) -> Part:
    said = assistant.catalogs.text(locale, texts.GUEST_CLARIFY)
    text = said if part.decision == "clarify" else part.text
    return replace(part, choices=(), text="\n\n".join((text, "\n".join(lines))) if lines else text)

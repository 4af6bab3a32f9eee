"""Who may use the commands for staff, and where?

Staff are people named in the settings, by the ids of their accounts, in their private chats with the bot. To everybody
else such a command is one that does not exist. In a group even staff are sent to the private chat: what stands in the
queue is not for everybody's eyes. An administrator who writes as the group itself is nobody in particular.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.language import staff_texts, texts
from bot.telegram.addressed import command_of
from bot.telegram.answers import line_of, locale_of
from bot.telegram.feedback import is_private
from bot.telegram.queued import ADD, AGAIN, ASK, CONFIRM, LATER, LIFT, NEW, NEXT, NOT_OURS, SEE, UNDO
from bot.telegram.reviewing import (
    press_add,
    press_ask,
    press_confirm,
    press_lift,
    press_next,
    press_see,
    press_undo,
    setting_aside,
)
from bot.telegram.staff_languages import note_language
from bot.telegram.staffroom import Staffroom
from bot.telegram.turn import Consulting, Turn
from bot.telegram.withdrawing import press_restore, press_withdraw
from bot.types import Handled, Ignored, IgnoreReason

ForStaff = Callable[[Update, Turn, Staffroom], Awaitable[Handled]]
PressedByStaff = Callable[[list[str], Update, Turn, Staffroom], Awaitable[Handled]]


def for_staff(handler: ForStaff) -> Consulting:
    """Let only staff in, and only in private."""

    async def guarded(update: Update, turn: Turn) -> Handled | Ignored:
        unknown = on_unknown_command(update, turn)
        if turn.staffroom is None or isinstance(unknown, Ignored):
            return unknown
        if not is_private(update):
            return Handled(replies=(line_of(staff_texts.PRIVATE_ONLY, update, turn),))
        await note_language(update, turn.entry.chat, turn.staffroom.store)
        return await handler(update, turn, turn.staffroom)

    guarded.__name__ = getattr(handler, "__name__", "handler")
    return guarded


def on_unknown_command(update: Update, turn: Turn) -> Handled | Ignored:
    """Say that there is no such command, unless it is for another bot."""
    message = update.message
    assert message is not None  # the filter lets only messages in
    _, bot_name = command_of(message)
    private = message.chat.type == message.chat.PRIVATE
    if bot_name != turn.bot_name.lower() and (bot_name is not None or not private):
        return Ignored(reason=IgnoreReason.OTHER_BOT)
    return Handled(replies=(line_of(texts.UNKNOWN_COMMAND, update, turn),))


async def on_staff_button(update: Update, turn: Turn) -> Handled | Ignored:
    """Do what a button under a message to staff says; to whoever is no longer one of them it does nothing."""
    query = update.callback_query
    assert query is not None  # the handler takes only these
    kind, *words = (query.data or "").split(":")
    words += [AGAIN] if kind.endswith(AGAIN) else []
    if turn.staffroom is None or query.message is None or not is_private(update):
        return Handled(alert=turn.assistant.catalogs.text(locale_of(update, turn), texts.BUTTON_OLD))
    await note_language(update, turn.entry.chat, turn.staffroom.store)
    turn.staffroom.leave(turn.entry.chat, str(query.message.message_id))
    return await _PRESSED[kind.removesuffix(AGAIN)](words, update, turn, turn.staffroom)


_PRESSED: dict[str, PressedByStaff] = {
    "withdraw": press_withdraw,
    "restore": press_restore,
    NEXT: press_next,
    SEE: press_see,
    ADD: press_add,
    CONFIRM: press_confirm,
    UNDO: press_undo,
    LIFT: press_lift,
    ASK: press_ask,
    NEW: setting_aside("new-entry", staff_texts.REVIEW_SAID_NEW),
    NOT_OURS: setting_aside("not-ours", staff_texts.REVIEW_SAID_NOT_OURS),
    LATER: setting_aside("later", staff_texts.REVIEW_SAID_LATER),
}
STAFF_BUTTONS = rf"^({'|'.join(_PRESSED)}){AGAIN}?:"

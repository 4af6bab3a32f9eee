"""What does the bot do with each kind of update?

`HANDLERS` is the list to read; the first that fits is taken. A handler reads and returns; it neither sends
nor writes, so that trying it again changes nothing.
"""

from __future__ import annotations

from typing import Any

from telegram import Message, Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.answering.answer import show
from bot.effects import Forget
from bot.language import texts
from bot.language.formats import language_name, own_name
from bot.language.negotiate import negotiate
from bot.telegram import groups, pages
from bot.telegram.addressed import addressed_text, asked_in
from bot.telegram.answers import answer_in_turn, language_chosen, line_of, locale_of, shown
from bot.telegram.buttons import on_button
from bot.telegram.feedback import remarked
from bot.telegram.guests import on_guest
from bot.telegram.inline import on_inline_chosen, on_inline_query
from bot.telegram.links import ASK_LINK, LANGUAGE_LINK
from bot.telegram.reviewing import named, on_review
from bot.telegram.revisions import on_reload, on_rollback
from bot.telegram.staffchat import STAFF_BUTTONS, for_staff, on_staff_button, on_unknown_command
from bot.telegram.turn import Turn, consulting, is_command, replying
from bot.telegram.withdrawing import on_restore, on_withdraw
from bot.types import Handled, Ignored, IgnoreReason

# --- commands -----------------------------------------------------------------------------------------


def on_start(update: Update, turn: Turn) -> Handled:
    """Greet, or open the entry that a deep link names."""
    words = _arguments(update)
    locale = locale_of(update, turn)
    if not words or words[0] == ASK_LINK:
        return Handled(replies=(pages.start_page(turn.assistant, locale),))
    if words[0] == LANGUAGE_LINK:
        return _languages_offered(update, turn)
    reply = show(words[0], turn.question("", update), turn.assistant)
    if reply is None:
        return Handled(replies=(pages.start_page(turn.assistant, locale, texts.LINK_GONE),))
    return shown(reply, update, turn)


def on_help(update: Update, turn: Turn) -> Handled:
    """Say how to ask."""
    return Handled(replies=(pages.help_page(turn.assistant, locale_of(update, turn)),))


def on_about(update: Update, turn: Turn) -> Handled:
    """Say what is known and who runs the bot."""
    return Handled(replies=(pages.about_page(turn.assistant, locale_of(update, turn)),))


def on_privacy(update: Update, turn: Turn) -> Handled:
    """Say what is stored."""
    locale = locale_of(update, turn)
    reply = pages.privacy_page(turn.assistant, locale, retention_days=turn.retention_days)
    return Handled(replies=(reply,))


def on_forget_me(update: Update, turn: Turn) -> Handled:
    """Erase what is kept about a person, and say how much that was."""
    forgotten = pages.forgotten_page(turn.assistant, locale_of(update, turn), count=turn.kept)
    return Handled(replies=(forgotten,), effects=(Forget(),))


def on_topics(update: Update, turn: Turn) -> Handled:
    """Open the topic browser."""
    return Handled(replies=(pages.topics_page(turn.assistant, locale_of(update, turn)),))


def on_language(update: Update, turn: Turn) -> Handled:
    """Offer the languages, or choose the one that is named; in a group only to its administrators."""
    if (refused := groups.refusal(update, turn)) is not None:
        return refused
    locale = locale_of(update, turn)
    tag = " ".join(_arguments(update))
    if not tag:
        return _languages_offered(update, turn)
    if tag.casefold() in {pages.AUTOMATIC, "automatic"}:
        return language_chosen(None, update, turn)
    available = turn.assistant.catalogs.locales
    named = next((each for each in available if tag.casefold() in _names(each)), None)
    found = named or negotiate(tag, available)
    if found is None:
        return Handled(replies=(pages.language_missing_page(tag[:40], turn.assistant, locale),))
    return language_chosen(found, update, turn)


# --- questions ----------------------------------------------------------------------------------------


def on_question(update: Update, turn: Turn) -> Handled | Ignored:
    """Answer a question."""
    message = update.message
    assert message is not None  # the filter lets only messages in
    text = addressed_text(message, bot_id=turn.bot_id, bot_name=turn.bot_name)
    if text is None:
        return Ignored(reason=IgnoreReason.NOT_ADDRESSED)
    locale = locale_of(update, turn)
    expected = named(message, text, locale, turn) or remarked(message, text, locale, turn)
    return expected or answer_in_turn(_asked(message, text, turn), update, turn)


def on_edited(update: Update, turn: Turn) -> Handled | Ignored:
    """Answer an edited question in the place of the earlier reply; anew when it had none and is just written.

    Such as a misspelt command that became a question, or a line in a group to which the mention was added.
    """
    message = update.edited_message
    assert message is not None  # the filter lets only edited messages in
    if not message.text or is_command(message):
        return Ignored(reason=IgnoreReason.EDIT_NOT_TEXT)
    text = addressed_text(message, bot_id=turn.bot_id, bot_name=turn.bot_name)
    if not turn.state.replies_to(str(message.message_id)):
        just_written = turn.recent(message.date, turn.asked_at(update))
        if text is None or not just_written:
            return Ignored(reason=IgnoreReason.EDIT_UNANSWERED)
    text = message.text if text is None else text
    remark = remarked(message, text, locale_of(update, turn), turn)
    return remark or answer_in_turn(_asked(message, text, turn), update, turn)


def _asked(message: Message, text: str, turn: Turn) -> str:
    return asked_in(message, text, bot_id=turn.bot_id, bot_name=turn.bot_name)


def on_not_text(update: Update, turn: Turn) -> Handled | Ignored:
    """Say that only text can be read."""
    message = update.message
    assert message is not None  # the filter lets only messages in
    if addressed_text(message, bot_id=turn.bot_id, bot_name=turn.bot_name) is None:
        return Ignored(reason=IgnoreReason.NOT_ADDRESSED)
    return Handled(replies=(line_of(texts.NOT_TEXT, update, turn),))


def on_anything_else(update: Update, turn: Turn) -> Ignored:
    """Say why an update gets no reply."""
    if update.channel_post or update.edited_channel_post:
        return Ignored(reason=IgnoreReason.CHANNEL_POST)
    return Ignored(reason=IgnoreReason.SERVICE if update.message else IgnoreReason.OTHER_KIND)


# --- the list -----------------------------------------------------------------------------------------


class _Guest(filters.UpdateFilter):
    """Messages from chats that the bot is not in; the library has no filter for them."""

    def filter(self, update: Update) -> bool:
        return update.guest_message is not None


PLAIN = filters.UpdateType.MESSAGE  # filters.TEXT alone matches edits, channel posts and guest messages too

JOINED = filters.StatusUpdate.NEW_CHAT_MEMBERS | filters.StatusUpdate.CHAT_CREATED

HANDLERS: tuple[BaseHandler[Update, Any, Any], ...] = (
    CommandHandler("start", replying(on_start), filters=PLAIN),
    CommandHandler("help", replying(on_help), filters=PLAIN),
    CommandHandler("topics", replying(on_topics), filters=PLAIN),
    CommandHandler("language", replying(on_language), filters=PLAIN),
    CommandHandler("about", replying(on_about), filters=PLAIN),
    CommandHandler("privacy", replying(on_privacy), filters=PLAIN),
    CommandHandler("forgetme", replying(on_forget_me), filters=PLAIN),
    CommandHandler("review", consulting(for_staff(on_review)), filters=PLAIN),
    CommandHandler("withdraw", consulting(for_staff(on_withdraw)), filters=PLAIN),
    CommandHandler("restore", consulting(for_staff(on_restore)), filters=PLAIN),
    CommandHandler("reload", consulting(for_staff(on_reload)), filters=PLAIN),
    CommandHandler("rollback", consulting(for_staff(on_rollback)), filters=PLAIN),
    CallbackQueryHandler(consulting(on_staff_button), pattern=STAFF_BUTTONS),
    CallbackQueryHandler(replying(on_button)),
    InlineQueryHandler(replying(on_inline_query)),
    ChosenInlineResultHandler(replying(on_inline_chosen)),
    MessageHandler(_Guest(), replying(on_guest)),
    MessageHandler(filters.COMMAND & PLAIN, replying(on_unknown_command)),
    MessageHandler(filters.TEXT & PLAIN, replying(on_question)),
    MessageHandler(filters.UpdateType.EDITED_MESSAGE, replying(on_edited)),
    MessageHandler(filters.ATTACHMENT & PLAIN, replying(on_not_text)),
    MessageHandler(JOINED & PLAIN, replying(groups.on_joined)),
    MessageHandler(filters.StatusUpdate.MIGRATE & PLAIN, replying(groups.on_migrated)),
    ChatMemberHandler(replying(groups.on_membership), ChatMemberHandler.MY_CHAT_MEMBER),
    TypeHandler(Update, replying(on_anything_else)),
)


def _languages_offered(update: Update, turn: Turn) -> Handled:
    if (refused := groups.refusal(update, turn)) is not None:
        return refused
    offered = groups.language_page(update, turn) if groups.in_group(update) else None
    return Handled(replies=(offered or pages.language_page(turn.assistant, locale_of(update, turn)),))


def _names(locale: str) -> set[str]:
    return {name.casefold() for name in (own_name(locale), language_name(locale, "en"))}


def _arguments(update: Update) -> list[str]:
    return (update.message.text or "").split()[1:] if update.message else []

"""What is special in a group: who may choose its language, what the bot says when it joins, and where it goes on?

The language of a group is its administrators' to choose, for all who have none of their own; people choose their own in
their private chat. A person is asked about with the one read that a handler cannot do without, before it is called.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Chat, Message, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.answering.reply_language import preferred_locale
from bot.effects import ForgetChat, Migrated, SetGroupLocale
from bot.errors import DeliveryDelayed, DeliveryUnsent
from bot.language import texts
from bot.telegram import pages
from bot.telegram.addressed import ANONYMOUS_ADMIN, command_of
from bot.telegram.links import LANGUAGE_LINK
from bot.telegram.transport import Flooded, RawBot
from bot.telegram.turn import Turn
from bot.types import Handled, Ignored, IgnoreReason, Reply

_GROUPS = (Chat.GROUP, Chat.SUPERGROUP)
_LEADING = ("creator", "administrator")
_OUTSIDE = ("left", "kicked")
_SECONDS = 10.0  # for the answer to who leads a group


def in_group(update: Update) -> bool:
    """Whether an update comes from a group."""
    chat = update.effective_chat
    return chat is not None and chat.type in _GROUPS


# --- its language -------------------------------------------------------------------------------------


async def leads(update: Update, bot: RawBot) -> bool:
    """Say whether whoever wants to see to a group's language may; False for every other update, without asking.

    Raises:
        DeliveryDelayed: Telegram cannot be asked before some time.
        DeliveryUnsent: Telegram could not be asked.
    """
    chat = update.effective_chat
    if chat is None or not in_group(update) or not _is_about_language(update):
        return False
    message = update.message
    if message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id  # an anonymous administrator, and not a channel
    user = update.effective_user
    if user is None:
        return False
    return user.id == ANONYMOUS_ADMIN or await _is_administrator(chat.id, user.id, bot)


async def _is_administrator(chat_id: int, user_id: int, bot: RawBot) -> bool:
    body = {"chat_id": chat_id, "user_id": user_id}
    try:
        member = await bot.call("getChatMember", body, seconds=_SECONDS)
    except ChatMigrated as moved:
        return await _is_administrator(moved.new_chat_id, user_id, bot)
    except (BadRequest, Forbidden):  # nobody there, or nobody who is shown to the bot
        return False
    except Flooded as exc:
        raise DeliveryDelayed(exc.retry_after) from exc
    except TelegramError as exc:  # to read once more does no harm
        raise DeliveryUnsent(exc.message) from exc
    return isinstance(member, dict) and member.get("status") in _LEADING


def _is_about_language(update: Update) -> bool:
    query, message = update.callback_query, update.message
    if query is not None:
        return (query.data or "").startswith("lang:")
    if message is None or not message.text:
        return False
    return command_of(message)[0] == "language" or message.text.split()[1:] == [LANGUAGE_LINK]


def refusal(update: Update, turn: Turn) -> Handled | None:
    """Tell somebody who does not lead the group that its language is not theirs to choose; None for all others."""
    if not in_group(update) or turn.leads:
        return None
    locale = preferred_locale(turn.question("", update), turn.assistant).locale
    text = turn.assistant.catalogs.text(locale, texts.GROUP_LANGUAGE_ADMINS, bot=f"@{turn.bot_name}")
    return Handled(alert=text) if update.callback_query else Handled(replies=(pages.page(text, locale),))


def language_page(update: Update, turn: Turn) -> Reply:
    """Offer the languages for the whole group."""
    locale = preferred_locale(turn.question("", update), turn.assistant).locale
    return pages.language_page(turn.assistant, locale, texts.GROUP_LANGUAGE_CHOOSE)


def language_chosen(chosen: str | None, update: Update, turn: Turn) -> Handled:
    """Follow a choice of language for the whole group, and say so in it; None follows each question again."""
    question = replace(turn.question("", update), chosen=chosen)
    locale = preferred_locale(question, turn.assistant).locale
    said = texts.GROUP_LANGUAGE_AUTOMATIC_CHOSEN if chosen is None else texts.GROUP_LANGUAGE_CHOSEN
    reply = pages.language_page(turn.assistant, locale, said)
    return Handled(replies=(reply,), effects=(SetGroupLocale(locale=chosen),))


# --- coming, moving, going ----------------------------------------------------------------------------


def on_joined(update: Update, turn: Turn) -> Handled | Ignored:
    """Say once how to ask, when the bot joins a group.

    The service message says so, and not `my_chat_member`: a group that becomes a supergroup brings the latter too.
    """
    message = update.message
    assert message is not None  # the filter lets only messages in
    if not _brings_bot(message, turn.bot_id):
        return Ignored(reason=IgnoreReason.SERVICE)
    locale = preferred_locale(turn.question("", update), turn.assistant).locale
    bot = f"@{turn.bot_name}"
    hello = turn.assistant.catalogs.text(locale, texts.GROUP_HELLO, bot=bot, command=f"/language{bot}")
    return Handled(replies=(pages.page(hello, locale, (pages.topics_row(turn.assistant, locale),)),))


def on_migrated(update: Update, turn: Turn) -> Ignored:
    """Let what is kept of a group follow it; the old chat and the new one both tell of it."""
    message = update.message
    assert message is not None  # the filter lets only messages in
    here, old, new = message.chat.id, message.migrate_from_chat_id, message.migrate_to_chat_id
    move = Migrated(
        old=str(here if old is None else old), new=str(here if new is None else new), last=old is None
    )
    return Ignored(reason=IgnoreReason.MIGRATED, effects=(move,))


def on_membership(update: Update, turn: Turn) -> Ignored:
    """Forget a group that the bot is no longer in; a person who blocks the bot keeps their language."""
    change = update.my_chat_member
    assert change is not None  # the handler takes only these
    if in_group(update) and change.new_chat_member.status in _OUTSIDE:
        return Ignored(reason=IgnoreReason.REMOVED, effects=(ForgetChat(),))
    return Ignored(reason=IgnoreReason.MEMBERSHIP)


def _brings_bot(message: Message, bot_id: int) -> bool:
    created = message.group_chat_created or message.supergroup_chat_created
    return bool(created) or any(member.id == bot_id for member in message.new_chat_members or ())

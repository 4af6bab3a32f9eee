"""Is this meant for us?

In a private chat everything is. In a group only a command, a mention or a reply to one of our messages is;
what people say to each other is not ours to read.
"""

from __future__ import annotations

from typing import Any

from telegram import Message, MessageEntity, Update

from bot.types import IgnoreReason

ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot stands for an administrator who does not show their name


def reason_to_ignore(update: Update) -> IgnoreReason | None:
    """Say why whoever wrote gets no answer, whatever it says; None when they may get one."""
    message = update.message or update.edited_message or update.guest_message
    if message is None:
        return None
    if message.is_automatic_forward:
        return IgnoreReason.CHANNEL_POST
    sender = message.from_user
    stands_for_chat = message.sender_chat is not None or (sender is not None and sender.id == ANONYMOUS_ADMIN)
    if message.via_bot is not None or (sender is not None and sender.is_bot and not stands_for_chat):
        return IgnoreReason.FROM_BOT
    return None


def addressed_text(message: Message, *, bot_id: int, bot_name: str) -> str | None:
    """Return what a message says to this bot, without the mention; None when it is not addressed to it."""
    text = message.text or message.caption or ""
    if message.chat.type == message.chat.PRIVATE:
        return text
    rest = without_mention(message, text, bot_id=bot_id, bot_name=bot_name)
    if rest is not None:
        return rest
    return text if is_reply_to(message, bot_id) else None


def asked_in(message: Message, text: str, *, bot_id: int, bot_name: str) -> str:
    """Return what a message asks: one without words asks what somebody's message says that it replies to.

    Args:
        message: As it was written.
        text: What it says, without the mention.
        bot_id: This bot's account.
        bot_name: Its name without @.
    """
    answered = message.reply_to_message
    if answered is None or any(character.isalnum() for character in text):
        return text
    if answered.from_user is not None and answered.from_user.id == bot_id:
        return text  # the bot is not asked what it says itself
    return said_in(answered, bot_id=bot_id, bot_name=bot_name)


def said_in(message: Message, *, bot_id: int, bot_name: str) -> str:
    """Return what a message says, whoever it is meant for, without the mentions of this bot."""
    text = message.text or message.caption or ""
    rest = without_mention(message, text, bot_id=bot_id, bot_name=bot_name)
    return text if rest is None else rest


def is_reply_to(message: Message, bot_id: int) -> bool:
    """Whether a message answers one of this bot's messages."""
    answered = message.reply_to_message
    if (
        answered is None or answered.forum_topic_created is not None
    ):  # in a topic every message answers its first
        return False
    return answered.from_user is not None and answered.from_user.id == bot_id


def command_of(message: Message) -> tuple[str, str | None]:
    """Split the command at the beginning of a message: its name, and the bot it names or None."""
    word = next(iter((message.text or "").split(maxsplit=1)), "")
    name, _, bot_name = word.removeprefix("/").partition("@")
    return name.lower(), bot_name.lower() or None


def wants_apology(message: dict[str, Any], *, bot_id: int, bot_name: str) -> bool:
    """Whether somebody waits for an answer to a raw message, as far as can be seen without parsing it."""
    chat = message.get("chat")
    if isinstance(chat, dict) and chat.get("type") == "private":
        return True
    answered = message.get("reply_to_message")
    author = answered.get("from") if isinstance(answered, dict) else None
    if isinstance(author, dict) and author.get("id") == bot_id:
        return True
    text = message.get("text")
    return isinstance(text, str) and f"@{bot_name}".lower() in text.lower()


def without_mention(message: Message, text: str, *, bot_id: int, bot_name: str) -> str | None:
    """Take the mentions of this bot out of a text; None when there are none."""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    entities = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    found = False
    for entity, mentioned in entities.items():
        by_name = mentioned.lower() == f"@{bot_name}".lower()
        by_account = entity.user is not None and entity.user.id == bot_id
        if by_name or by_account:
            text, found = text.replace(mentioned, " ", 1), True
    return " ".join(text.split()) if found else None

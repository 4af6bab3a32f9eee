"""Is a stored update what the library says it is?

The library builds objects without looking at the types of plain fields, so a number in place of a text would be
found only where the text is used. What handlers read is therefore looked at once, here; an update that is not
what it should be fails before any handler sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChosenInlineResult,
    InlineQuery,
    MaybeInaccessibleMessage,
    Message,
    MessageEntity,
    Update,
    User,
)

_NONE = type(None)


def parse(payload: str, bot: Bot) -> Update:
    """Read one raw update.

    Raises:
        Exception: Of whatever kind the library raises; a TypeError where a field is not what it should be.
    """
    update = Update.de_json(read_raw(payload), bot)
    if not isinstance(update, Update):
        raise TypeError("no update")
    for message in _messages(update):
        _check_message(message)
    _check_queries(update)
    for known in (update.effective_user, update.effective_chat):  # the library's dispatch looks at them
        if known is not None:
            _of(known.id, int)
    return update


def read_raw(payload: str) -> Any:
    """Read one raw update as it came; half a character, such as the first half of an emoji, cannot be sent back.

    Raises:
        ValueError: It is not JSON.
    """
    raw = json.loads(payload)
    return _whole(raw) if "\\ud" in payload else raw


def _messages(update: Update) -> Iterable[Message]:
    found = (update.message, update.edited_message, update.guest_message)
    return (message for message in found if message is not None)


def _check_queries(update: Update) -> None:
    if update.callback_query is not None:
        _check_press(update.callback_query)
    if update.inline_query is not None:
        query = _of(update.inline_query, InlineQuery)
        _of(query.id, str)
        _of(query.query, str)
        _check_user(query.from_user)
    if update.chosen_inline_result is not None:
        chosen = _of(update.chosen_inline_result, ChosenInlineResult)
        _of(chosen.result_id, str)
        _of(chosen.query, str)
        _of(chosen.inline_message_id, str, _NONE)
        _check_user(chosen.from_user)


def _check_press(query: CallbackQuery) -> None:
    _of(query, CallbackQuery)
    _of(query.id, str)
    _of(query.data, str, _NONE)
    _check_user(query.from_user)
    message = _of(query.message, MaybeInaccessibleMessage, _NONE)
    if isinstance(message, Message):
        _check_message(message)
    elif message is not None:
        _of(message.message_id, int)
        _check_chat(message.chat)


def _check_message(message: Message) -> None:
    _of(message, Message)
    _of(message.message_id, int)
    _of(message.date, datetime)
    _of(message.edit_date, datetime, _NONE)
    _of(message.text, str, _NONE)
    _of(message.caption, str, _NONE)
    _of(message.message_thread_id, int, _NONE)
    _of(message.guest_query_id, str, _NONE)
    _check_chat(message.chat)
    for user in (message.from_user, message.via_bot):
        if user is not None:
            _check_user(user)
    for entity in (*message.entities, *message.caption_entities):
        _check_entity(entity)
    if message.text:  # raises where a mark begins or ends within a character
        message.parse_entities()
    if message.caption:
        message.parse_caption_entities()
    if message.reply_to_message is not None:
        _check_message(message.reply_to_message)


def _check_entity(entity: MessageEntity) -> None:
    _of(entity, MessageEntity)
    _of(entity.offset, int)
    _of(entity.length, int)
    _of(entity.type, str)
    if entity.user is not None:
        _check_user(entity.user)


def _check_chat(chat: Chat) -> None:
    _of(chat, Chat)
    _of(chat.id, int)
    _of(chat.type, str)


def _check_user(user: User) -> None:
    _of(user, User)
    _of(user.id, int)
    _of(user.language_code, str, _NONE)


def _of(value: Any, *kinds: type) -> Any:
    """Return a value that is of one of these kinds."""
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise TypeError(f"{type(value).__name__} in place of {' or '.join(kind.__name__ for kind in kinds)}")
    return value


def _whole(value: Any) -> Any:
    """Replace half characters in every text."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return value

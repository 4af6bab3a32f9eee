"""What happens when the bot answers an inline question, or one as a guest?

The refusals follow the Bot API server's own source, field by field; what it does not check is refused by
Telegram behind it, with names in capitals. Of the kinds of result only articles are emulated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.errors import ApiError, bad_request
from bot.preview.keyboards import inline_keyboard
from bot.preview.markup import message_text
from bot.preview.server import Server

_MOST_RESULTS = 50  # Bot API, answerInlineQuery: no more than 50 results per query
_ID_BYTES = 64  # Bot API, InlineQueryResult.id: 1-64 bytes
_OFFSET_BYTES = 64  # Bot API, answerInlineQuery: next_offset, at most 64 bytes
_START_LENGTH = 64  # Bot API, InlineQueryResultsButton: start_parameter, 1-64 characters
_DAY = 24 * 60 * 60
_CACHE_SECONDS = 300  # Bot API, answerInlineQuery: cache_time, defaults to 300
# Kinds of result that there are at Telegram; all but the first are unknown here.
_KINDS = frozenset({
    "article", "audio", "contact", "document", "game", "gif", "location", "mpeg4_gif", "photo", "sticker",
    "venue", "video", "voice",
})  # fmt: skip
_PLAIN = ("text must be non-empty", "message is too long")  # found after the result was read


def answer_inline_query(server: Server, arguments: Arguments) -> bool:
    """What somebody who types may choose from."""
    button = _button(arguments.json("button", "Can't parse inline query results button JSON object"))
    results = _results(arguments.json("results", "Can't parse JSON encoded inline query results"))
    offset = arguments.text("next_offset")
    if len(offset.encode()) > _OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = server.queries.answer_inline(
        arguments.text("inline_query_id"),
        {
            "results": results,
            "button": button,
            "cache_time": min(max(arguments.integer("cache_time", _CACHE_SECONDS), 0), _DAY),
            "is_personal": arguments.boolean("is_personal"),
            "next_offset": offset,
        },
    )
    server.notify("inline", None, {"id": query.id, "user_id": query.user_id, **(query.answer or {})})
    return True


def answer_guest_query(server: Server, arguments: Arguments) -> JsonObject:
    """The one message of the bot in a chat that it is not in."""
    value = arguments.json("result", "Can't parse JSON encoded web view query results")
    if value is None:
        raise bad_request("Result isn't specified")
    result = _result(value)
    query = server.queries.answer_guest(arguments.text("guest_query_id"))
    chat = server.chats.by_id[query.chat_id]
    caller = server.chats.people[query.user_id]
    target = server.chats.reply_target(chat, query.message_id)
    content = {**({"reply_to_message": target} if target else {}), **result["message"]}
    content["guest_bot_caller_user"] = caller.json()
    message = server.chats.add(chat, server.chats.bot, content)
    server.notify("message", chat, message)
    return {"inline_message_id": query.inline_message_id}


METHODS: Mapping[str, Callable[[Server, Arguments], object]] = {
    "answerinlinequery": answer_inline_query,
    "answerguestquery": answer_guest_query,
}


def _results(value: object) -> list[JsonObject]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("Expected an Array of inline query results")
    if len(value) > _MOST_RESULTS:
        raise bad_request("Too many inline query results specified")
    results = [_result(item, prefix="Can't parse inline query result: ") for item in value]
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _result(value: object, *, prefix: str = "") -> JsonObject:
    """Read one result: what is shown of it, and the message that it becomes."""
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}Inline query result must be an object")
    kind, identity = _string(value, "type", prefix).lower(), _string(value, "id", prefix)
    if kind != "article":
        known = "is not known to this emulation" if kind in _KINDS else "is unsupported"
        raise bad_request(f'{prefix}type "{kind}" {known} for the inline query result')
    message = _message(value.get("input_message_content"), value.get("reply_markup"), prefix)
    title = _string(value, "title", prefix)
    description = value.get("description", "")
    if not isinstance(description, str):
        raise bad_request(f'{prefix}Field "description" must be of type String')
    if not 1 <= len(identity.encode()) <= _ID_BYTES:
        raise bad_request("RESULT_ID_INVALID" if identity else "RESULT_ID_EMPTY")
    if not title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    return {"id": identity, "title": title, "description": description, "message": message}


def _message(content: object, markup: object, prefix: str) -> JsonObject:
    """Read the message that a result becomes, by the rules for messages."""
    if content is None:
        raise bad_request(f'{prefix}Can\'t find field "message_text"')
    if not isinstance(content, dict):
        raise bad_request(f'{prefix}Field "input_message_content" must be of type Object')
    words = {
        "text": content.get("message_text"),
        **{key: content.get(key) for key in ("parse_mode", "entities")},
    }
    try:
        text, entities = message_text(Arguments(words))
        keyboard = inline_keyboard(Arguments({"reply_markup": markup}))
    except ApiError as exc:
        raise _inside(exc, prefix) from exc
    message: JsonObject = {"text": text, **({"entities": entities} if entities else {})}
    preview = content.get("link_preview_options")
    if isinstance(preview, dict) and preview.get("is_disabled"):
        message["link_preview_options"] = {"is_disabled": True}
    return {**message, **({"reply_markup": keyboard} if keyboard else {})}


def _inside(error: ApiError, prefix: str) -> ApiError:
    """Word a refusal of a message as that of the result which holds it."""
    reason = error.description.removeprefix("Bad Request: ")
    if reason in _PLAIN:
        return bad_request("MESSAGE_TOO_LONG" if reason == _PLAIN[1] else reason)
    if not prefix or reason == "BUTTON_DATA_INVALID":
        return error
    return bad_request(f"{prefix}{reason[:1].upper()}{reason[1:]}")


def _button(value: object) -> JsonObject | None:
    if value is None:
        return None
    prefix = "Can't parse inline query results button: "
    if not isinstance(value, dict):
        raise bad_request(f"{prefix}InlineQueryResultsButton must be an Object")
    text = _string(value, "text", prefix)
    if "start_parameter" not in value:
        if "web_app" in value:
            raise bad_request(f"{prefix}web applications are not known to this emulation")
        raise bad_request(f"{prefix}InlineQueryResultsButton must have exactly one optional field")
    start = _string(value, "start_parameter", prefix)
    if not start:
        raise bad_request("Can't use empty start_parameter")
    if len(start) > _START_LENGTH:
        raise bad_request("Too long start_parameter specified")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", start):
        raise bad_request("Unallowed characters in start_parameter are used")
    return {"text": text, "start_parameter": start}


def _string(value: JsonObject, name: str, prefix: str) -> str:
    """Read a required field; numbers are taken for text, as the server does."""
    found = value.get(name)
    if found is None:
        raise bad_request(f'{prefix}Can\'t find field "{name}"')
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise bad_request(f'{prefix}Field "{name}" must be of type String')
    return str(found)

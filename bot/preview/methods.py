"""What happens when the bot writes, edits, deletes or asks?

One function per method of the Bot API, from its arguments to its result; `METHODS` is what the emulation
can do. Anything else gets the 404 that an unknown method gets from Telegram.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from bot.preview import inline, profile
from bot.preview.arguments import Arguments, JsonObject
from bot.preview.chats import Chat
from bot.preview.entities import utf16_length
from bot.preview.errors import bad_request
from bot.preview.keyboards import forced_reply, inline_keyboard
from bot.preview.markup import message_text
from bot.preview.server import Server

Method = Callable[[Server, Arguments], object]

_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "record_audio",
    "upload_voice", "upload_audio", "upload_document", "choose_sticker", "find_location",
    "pick_up_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_ACTION_SECONDS = 5.0  # Bot API, sendChatAction: the status is set for 5 seconds or less
_CALLBACK_TEXT_LIMIT = 200  # Bot API, answerCallbackQuery: 0-200 characters
_DELETE_SECONDS = 48 * 3600  # Bot API, deleteMessage: sent less than 48 hours ago
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_PREVIEW_FLAGS = ("is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text")


def get_me(server: Server, arguments: Arguments) -> JsonObject:
    """The bot's own account, with what it is allowed to."""
    return {
        **server.chats.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": server.reads_groups,
        "supports_inline_queries": True,
        "supports_guest_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def send_message(server: Server, arguments: Arguments) -> JsonObject:
    """A new message of the bot."""
    text, entities = message_text(arguments)
    preview = _link_preview(arguments)
    keyboard = inline_keyboard(arguments)
    chat = server.chats.to_write(arguments)
    content: JsonObject = {**_answered(server, chat, arguments), **_thread(server, chat, arguments)}
    content |= _content(text, entities, preview, keyboard)
    message = server.chats.add(chat, server.chats.bot, content)
    chat.action = None
    server.notify("message", chat, message)
    if forced := forced_reply(arguments):
        server.notify("force_reply", chat, {**forced, "message_id": message["message_id"]})
    return message


def edit_message_text(server: Server, arguments: Arguments) -> JsonObject | bool:
    """Another text for a message of the bot; without a keyboard the old one goes."""
    text, entities = message_text(arguments)
    content = _content(text, entities, _link_preview(arguments), inline_keyboard(arguments))
    return _edit(server, arguments, content, ("text", "entities", "link_preview_options", "reply_markup"))


def edit_message_reply_markup(server: Server, arguments: Arguments) -> JsonObject | bool:
    """Other buttons, or none, under a message of the bot."""
    keyboard = inline_keyboard(arguments)
    return _edit(server, arguments, {"reply_markup": keyboard} if keyboard else {}, ("reply_markup",))


def delete_message(server: Server, arguments: Arguments) -> bool:
    """Take a message away for everyone."""
    if not arguments.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not arguments.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = server.chats.to_write(arguments)
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    own = message["from"]["id"] == server.chats.bot.id
    allowed = own or chat.type == "private" or chat.members.get(server.chats.bot.id) == "administrator"
    if not allowed or message["date"] < server.now() - _DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone" if allowed else "message can't be deleted")
    del chat.messages[message["message_id"]]
    chat.deleted.add(message["message_id"])
    server.notify("delete", chat, {"message_id": message["message_id"]})
    return True


def send_chat_action(server: Server, arguments: Arguments) -> bool:
    """The line “typing…”, for five seconds or until the next message."""
    action = arguments.text("action").lower()
    if action != "cancel" and action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = server.chats.to_write(arguments)
    chat.action = None if action == "cancel" else (action, server.now() + _ACTION_SECONDS)
    server.notify("action", chat, {"action": action})
    return True


def answer_callback_query(server: Server, arguments: Arguments) -> bool:
    """The answer to a pressed button: nothing, a short notice or an alert."""
    text = arguments.text("text")
    if utf16_length(text) > _CALLBACK_TEXT_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    server.answer_press(
        arguments.text("callback_query_id"),
        {"text": text, "show_alert": arguments.boolean("show_alert"), "url": arguments.text("url")},
    )
    return True


def get_chat(server: Server, arguments: Arguments) -> JsonObject:
    """What the bot may know of a chat."""
    return server.chats.to_read(arguments).full_json()


def get_chat_member(server: Server, arguments: Arguments) -> JsonObject:
    """One member of a chat."""
    user_id = arguments.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    return server.chats.member_json(server.chats.to_read(arguments), user_id)


def get_chat_administrators(server: Server, arguments: Arguments) -> list[JsonObject]:
    """Who looks after a group; bots are left out, as Telegram does."""
    chat = server.chats.to_read(arguments)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    leading = [who for who, status in chat.members.items() if status in {"creator", "administrator"}]
    return [server.chats.member_json(chat, who) for who in leading if not server.chats.people[who].is_bot]


def set_webhook(server: Server, arguments: Arguments) -> bool:
    """Remember an address; nothing is posted to it."""
    url = arguments.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = arguments.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
        raise bad_request("secret token contains unallowed characters")
    if url:
        server.updates.interrupt("Conflict: terminated by setWebhook request")
    server.updates.allow(arguments)
    server.updates.webhook_url = url
    server.updates.webhook_options = (
        {"max_connections": arguments.integer("max_connections", 40)} if url else {}
    )
    if arguments.boolean("drop_pending_updates"):
        server.updates.drop()
    return True


def delete_webhook(server: Server, arguments: Arguments) -> bool:
    """Forget the address."""
    kept = {"drop_pending_updates": arguments.boolean("drop_pending_updates")}
    return set_webhook(server, Arguments(kept))


def get_webhook_info(server: Server, arguments: Arguments) -> JsonObject:
    """The address, and how many updates wait."""
    queue = server.updates
    result: JsonObject = {"url": queue.webhook_url, "has_custom_certificate": False}
    result["pending_update_count"] = len(queue.pending())
    if queue.webhook_url:
        result |= {**queue.webhook_options, "ip_address": "127.0.0.1"}
    allowed = queue.allowed()
    return {**result, "allowed_updates": allowed} if allowed is not None else result


METHODS: Mapping[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "sendchataction": send_chat_action,
    "answercallbackquery": answer_callback_query,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    **profile.METHODS,
    **inline.METHODS,
}


def _content(
    text: str, entities: list[JsonObject], preview: JsonObject | None, keyboard: JsonObject | None
) -> JsonObject:
    content: JsonObject = {"text": text}
    for name, value in (
        ("entities", entities),
        ("link_preview_options", preview),
        ("reply_markup", keyboard),
    ):
        if value:
            content[name] = value
    return content


def _edit(
    server: Server, arguments: Arguments, content: JsonObject, names: tuple[str, ...]
) -> JsonObject | bool:
    """Change a message of the bot, or one that somebody sent through it: of that nothing is told but that it was done."""
    outside = arguments.text("inline_message_id") if not arguments.text("chat_id") else ""
    if outside:
        sent = server.queries.sent.get(outside)
        if sent is None:
            raise bad_request("MESSAGE_ID_INVALID")
        chat, message = server.chats.by_id[sent["chat"]["id"]], sent
    else:
        chat = server.chats.to_write(arguments)
        message = server.chats.own_message(chat, arguments.integer("message_id"), "edit")
    if {name: message.get(name) for name in names} == {name: content.get(name) for name in names}:
        raise bad_request(_NOT_MODIFIED)
    for name in names:
        message.pop(name, None)
    message |= {**content, "edit_date": int(server.now())}
    server.notify("edit", chat, message)
    return True if outside else message


def _answered(server: Server, chat: Chat, arguments: Arguments) -> JsonObject:
    value = arguments.json("reply_parameters", "Can't parse reply parameters JSON object")
    if value is None and arguments.integer("reply_to_message_id"):
        value = {
            "message_id": arguments.integer("reply_to_message_id"),
            "allow_sending_without_reply": arguments.boolean("allow_sending_without_reply"),
        }
    if not value:
        return {}
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply parameters")
    if not isinstance(value.get("message_id"), int):
        raise bad_request('Can\'t find field "message_id"')
    target = server.chats.reply_target(chat, value["message_id"])
    if target is None and not value.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return {"reply_to_message": target} if target else {}


def _thread(server: Server, chat: Chat, arguments: Arguments) -> JsonObject:
    thread = arguments.integer("message_thread_id")
    if not thread:
        return {}
    if not chat.forum or thread == 1 or thread not in chat.messages:
        raise bad_request("message thread not found")
    if thread in chat.closed_topics and chat.members.get(server.chats.bot.id) != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _link_preview(arguments: Arguments) -> JsonObject | None:
    value = arguments.json("link_preview_options", "Can't parse link preview options JSON object")
    if value is None:
        return {"is_disabled": True} if arguments.boolean("disable_web_page_preview") else None
    if not isinstance(value, dict):
        raise bad_request("Object expected as link preview options")
    return {name: copy.copy(value[name]) for name in _PREVIEW_FLAGS if value.get(name)} or None

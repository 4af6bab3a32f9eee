"""Every result and update is read by the library's own classes, which leave nothing over that they do not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from telegram import (
    BotCommand,
    BotDescription,
    BotName,
    BotShortDescription,
    ChatFullInfo,
    ChatMember,
    Message,
    SentGuestMessage,
    TelegramObject,
    Update,
    User,
    WebhookInfo,
)

from bot.preview.botapi import BotApi
from bot.preview.methods import METHODS
from tests.preview.conftest import Caller

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "A", "callback_data": "a"}, {"text": "B", "url": "https://example.org/"}],
        [{"text": "C", "copy_text": {"text": "c"}}, {"text": "D", "switch_inline_query": "d"}],
    ]
}
RESULT = {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "text"}}
TEXT = "<b>Bold</b> @somebody <blockquote expandable>quoted</blockquote>"
NAMES = {"from": "from_user"}  # fields that the library had to call otherwise
DONE = bool  # the method answers true


def unknown(value: object, path: str = "") -> list[str]:
    """List the fields that the library found but does not know, at any depth."""
    if isinstance(value, tuple | list):
        return [field for item in value for field in unknown(item, path)]
    if not isinstance(value, TelegramObject):
        return []
    here = [f"{path}{type(value).__name__}.{name}" for name in value.api_kwargs]
    inner = (getattr(value, NAMES.get(name, name), None) for name in value.to_dict(recursive=False))
    return here + [field for item in inner for field in unknown(item, f"{path}{type(value).__name__}.")]


async def calls_of(api: BotApi) -> Mapping[str, tuple[dict[str, Any], Any]]:
    """Give each method arguments and the class of its result, in a world where it can succeed."""
    ana, ben = api.user("Ana", username="ana_reads"), api.user("Ben")
    group = api.group("Study circle", ana, ben, forum=True)
    outside = api.group("Friends", ana, ben, with_bot=False)
    first = await ana.send("/start")
    topic = api.topic(group, ana, "Events")
    await ana.send("@alliance_preview_bot hello", group, thread=topic, reply_to=None)
    await ana.edit(first, "Bonjour")
    sent = [await ana.send(str(number)) for number in range(2)]
    assert sent
    server = api.server
    own = [
        server.chats.add(ana.chat, server.chats.bot, {"text": str(n), "reply_markup": KEYBOARD})
        for n in range(4)
    ]
    press = await ana.press(own[0], "a")
    query = await ana.type_inline("when")
    await ben.send("@alliance_preview_bot when?", outside)
    guest = next(u["guest_message"] for u in api.pending() if "guest_message" in u)
    chat, ids = {"chat_id": ana.id}, [message["message_id"] for message in own]
    styled = {"text": TEXT, "parse_mode": "HTML", "reply_markup": KEYBOARD}
    return {
        "getme": ({}, User),
        "sendmessage": ({**styled, "chat_id": group.id, "message_thread_id": topic}, Message),
        "editmessagetext": ({**chat, "message_id": ids[1], "text": "new"}, Message),
        "editmessagereplymarkup": ({**chat, "message_id": ids[2]}, Message),
        "deletemessage": ({**chat, "message_id": ids[3]}, DONE),
        "sendchataction": ({**chat, "action": "typing"}, DONE),
        "answercallbackquery": ({"callback_query_id": press.id, "text": "ok"}, DONE),
        "answerinlinequery": ({"inline_query_id": query.id, "results": [RESULT]}, DONE),
        "answerguestquery": ({"guest_query_id": guest["guest_query_id"], "result": RESULT}, SentGuestMessage),
        "getchat": ({"chat_id": group.id}, ChatFullInfo),
        "getchatmember": ({"chat_id": group.id, "user_id": ana.id}, ChatMember),
        "getchatadministrators": ({"chat_id": group.id}, [ChatMember]),
        "setwebhook": ({"url": "https://example.org/hook"}, DONE),
        "deletewebhook": ({}, DONE),
        "getwebhookinfo": ({}, WebhookInfo),
        "setmycommands": ({"commands": [{"command": "help", "description": "Help"}]}, DONE),
        "getmycommands": ({}, [BotCommand]),
        "deletemycommands": ({}, DONE),
        "setmyname": ({"name": "N"}, DONE),
        "getmyname": ({}, BotName),
        "setmydescription": ({"description": "D"}, DONE),
        "getmydescription": ({}, BotDescription),
        "setmyshortdescription": ({"short_description": "S"}, DONE),
        "getmyshortdescription": ({}, BotShortDescription),
    }  # fmt: skip


async def test_every_result_is_one_that_the_library_knows(api: BotApi, call: Caller) -> None:
    calls = await calls_of(api)
    assert set(calls) == set(METHODS)
    for method, (arguments, kind) in calls.items():
        result = await call(method, **arguments)
        if kind is DONE:
            assert result is True, method
        elif isinstance(kind, list):
            read = kind[0].de_list(result, None)
            assert (unknown(read), len(read)) == ([], len(result)), method
        else:
            assert unknown(kind.de_json(result, None)) == [], method


async def test_every_update_is_one_that_the_library_knows(api: BotApi) -> None:
    await calls_of(api)
    kinds = set()
    for raw in api.pending():
        update = Update.de_json(raw, None)
        assert unknown(update) == []
        kinds |= {name for name in raw if name != "update_id"}
    assert kinds >= {"message", "edited_message", "callback_query", "inline_query", "guest_message"}


@pytest.mark.parametrize("method", ["sendPhoto", "banChatMember", "noSuchMethod", "getMeNot"])
async def test_what_is_not_emulated_fails_loudly(call: Caller, method: str) -> None:
    assert await call.refused(method, chat_id=1) == (404, "Not Found: method not found")

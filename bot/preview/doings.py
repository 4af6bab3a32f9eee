"""What can the people on the page do?

One function per action of the page, from what the page sends to what it gets back; `DOINGS` lists them by
the last part of their address.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.preview.arguments import JsonObject
from bot.preview.botapi import BotApi
from bot.preview.scene import Scene

Doing = Callable[[BotApi, Scene, JsonObject], Awaitable[JsonObject]]

_TAG = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?")


async def write(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Send a message."""
    person = scene.person(content.get("person"))
    chat = scene.chat(content.get("chat"), person)
    thread = scene.thread(content.get("thread"), chat)
    reply_to = _number(content, "reply_to") if "reply_to" in content else None
    message = await person.send(str(content.get("text", "")), chat, reply_to=reply_to, thread=thread)
    return {"message_id": message["message_id"]}


async def edit(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Change an own message."""
    person = scene.person(content.get("person"))
    chat = scene.chat(content.get("chat"), person)
    message = await person.edit(_number(content, "message_id"), str(content.get("text", "")), chat)
    return {"message_id": message["message_id"]}


async def press(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Press a button."""
    person = scene.person(content.get("person"))
    chat = scene.chat(content.get("chat"), person)
    data = content.get("data")
    if not isinstance(data, str):
        raise ValueError("data is missing")
    identity = _number(content, "message_id")
    shown = chat.messages.get(identity, {"message_id": identity, "chat": chat.json()})
    return {"id": (await person.press(shown, data)).id}


async def type_inline(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Type a question after the bot's name; what is offered comes as an event unless it is there already."""
    person = scene.person(content.get("person"))
    chat = scene.chat(content.get("chat"), person)
    query = await person.type_inline(str(content.get("text", "")), chat)
    scene.queries[query.id] = query
    return {"id": query.id, **(query.answer or {})}


async def choose_inline(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Send one of the results that the bot offered."""
    person = scene.person(content.get("person"))
    chat = scene.chat(content.get("chat"), person)
    query = scene.queries.get(str(content.get("query")))
    if (
        query is None
        or query.user_id != person.id
        or all(item["id"] != content.get("result") for item in query.results)
    ):
        raise ValueError("there is no such result")
    thread = scene.thread(content.get("thread"), chat)
    message = await person.choose_inline(query, str(content["result"]), chat, thread=thread)
    return {"message_id": message["message_id"]}


async def set_language(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Change the language of a person's application."""
    person = scene.person(content.get("person"))
    person.person.language_code = language_of(content)
    return scene.describe_person(person)


async def switch_trouble(api: BotApi, scene: Scene, content: JsonObject) -> JsonObject:
    """Switch a trouble on or off; it meets the bot in every open page."""
    api.server.troubles.switch(content)
    return {"trouble": api.server.troubles.json()}


DOINGS: Mapping[str, Doing] = {
    "messages": write,
    "edits": edit,
    "presses": press,
    "queries": type_inline,
    "results": choose_inline,
    "language": set_language,
    "trouble": switch_trouble,
}


def language_of(content: JsonObject) -> str | None:
    """Read a language tag, None for "not sent".

    Raises:
        ValueError: When it is none.
    """
    tag = content.get("language") or ""
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        raise ValueError("no language tag")
    return tag or None


def _number(content: JsonObject, name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int):
        raise ValueError(f"{name} is missing")
    return value

"""How do people use the bot?

A `User` does what a person does in an application: writes, presses buttons, edits, leaves, blocks.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from typing import Literal

from bot.preview.arguments import JsonObject
from bot.preview.chats import Chat, MemberStatus, Person, in_name_of
from bot.preview.entities import TEXT_LIMIT, clean, entities_of, find_entities, utf16_length, utf16_slice
from bot.preview.queries import InlineQuery
from bot.preview.server import Press, Server

_QUERY_LIMIT = 256  # Bot API, InlineQuery.query: up to 256 characters

Attachment = Literal["photo", "sticker", "voice", "document", "location", "contact"]

_FILE = {"file_id": "AgACAgIAAxkBAAIB", "file_unique_id": "AQADAgAT"}
_ATTACHMENTS: Mapping[Attachment, Callable[[], object]] = {
    "photo": lambda: [{**_FILE, "width": 320, "height": 240, "file_size": 12_000}],
    "sticker": lambda: {
        **_FILE, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
    },
    "voice": lambda: {**_FILE, "duration": 3, "mime_type": "audio/ogg"},
    "document": lambda: {**_FILE, "file_name": "paper.pdf", "mime_type": "application/pdf"},
    "location": lambda: {"latitude": 31.23, "longitude": 121.47},
    "contact": lambda: {"phone_number": "+10000000000", "first_name": "Sam"},
}  # fmt: skip


class User:
    """A simulated person; what they do reaches the bot as updates."""

    def __init__(self, server: Server, person: Person) -> None:
        self._server = server
        self.person = person

    @property
    def id(self) -> int:
        """The id of the account, and of the private chat with the bot."""
        return self.person.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self._server.chats.private(self.person)

    async def send(
        self, text: str, chat: Chat | None = None, *, reply_to: int | None = None, thread: int | None = None,
        raw: bool = False, in_name: Chat | None = None,
    ) -> JsonObject:  # fmt: skip
        """Write a message and return it.

        Args:
            text: At most 4096 UTF-16 units; trimmed and cleaned as applications do.
            chat: Where; the private chat with the bot when missing.
            reply_to: Id of the message that is answered.
            thread: Id of the forum topic.
            raw: Deliver the text as it is, whatever it holds and however long it is.
            in_name: The group itself, for an anonymous administrator, or a channel.
        """
        content = _text_content(text, raw=raw)
        if in_name is not None and chat is not None:
            content |= in_name_of(in_name, chat)
        return await self._say(content, chat or self.chat, reply_to, thread)

    async def attach(self, kind: Attachment, chat: Chat | None = None, *, caption: str = "") -> JsonObject:
        """Send something that is not text and return the message."""
        content: JsonObject = {kind: _ATTACHMENTS[kind]()}
        if caption:
            content |= {"caption": caption, "caption_entities": find_entities(caption)}
        return await self._say(content, chat or self.chat, None, None)

    async def edit(
        self, message: Mapping[str, object] | int, text: str, chat: Chat | None = None
    ) -> JsonObject:
        """Change an own text message and return it as it is now."""
        where = chat or self.chat
        stored = where.messages[message if isinstance(message, int) else _message_id(message)]
        if stored["from"]["id"] != self.id:
            raise ValueError("people can edit only their own messages")
        stored.pop("entities", None)
        stored |= {**_text_content(text, raw=False), "edit_date": int(self._server.now())}
        self._server.notify("edit", where, stored)
        if self._bot_reads(where, stored):
            self._server.push("edited_message", where, stored)
        await asyncio.sleep(0)
        return copy.deepcopy(stored)

    async def press(self, message: Mapping[str, object] | int, button: str | tuple[int, int]) -> Press:
        """Press a button under a message of the bot.

        Args:
            message: The message or its id in the private chat; it may be deleted or older than its buttons.
            button: The label, the callback data, or row and column from 0. Callback data that no button
                carries (any more) is sent as well, the way a stale application does.

        Returns:
            The press; the bot's answer to it appears in its `answer`.
        """
        chat, shown = self._shown(message)
        data = _callback_data(shown, button)
        press = self._server.new_press(chat, self.id)
        stored = chat.messages.get(_message_id(shown))
        if (
            stored is not None and "reply_to_message" in stored
        ):  # the server shows it as it is now, if it still is
            answered = self._server.chats.reply_target(chat, _message_id(stored.pop("reply_to_message")))
            stored |= {"reply_to_message": answered} if answered else {}
        gone = {"chat": chat.json(), "message_id": _message_id(shown), "date": 0}
        content = {
            "id": press.id,
            "from": self.person.json(),
            "message": stored if stored is not None else gone,
            "chat_instance": str(-abs(chat.id) * 7919),
            "data": data,
        }
        press.update_id = self._server.push("callback_query", chat, content)
        await asyncio.sleep(0)
        return press

    async def type_inline(self, text: str, chat: Chat | None = None) -> InlineQuery:
        """Type a question after the bot's name, in any chat, without sending it.

        Args:
            text: At most 256 characters.
            chat: Where; the private chat with the bot when missing. The bot is told only of what type it is.

        Returns:
            The question; what the bot offers appears in its `answer`.
        """
        if len(text) > _QUERY_LIMIT:
            raise ValueError(f"applications send at most {_QUERY_LIMIT} characters as an inline question")
        query = self._server.queries.ask_inline(self.id, text)
        if query.answer is None:
            where = "sender" if chat is None or chat.id == self.id else chat.type
            content = {
                "id": query.id, "from": self.person.json(), "query": text, "offset": "", "chat_type": where,
            }  # fmt: skip
            query.update_id = self._server.push("inline_query", None, content)
        await asyncio.sleep(0)
        return query

    async def choose_inline(
        self,
        query: InlineQuery,
        result: str | int = 0,
        chat: Chat | None = None,
        *,
        thread: int | None = None,
    ) -> JsonObject:
        """Send one of the results of an inline question and return the message.

        Args:
            query: It must have been answered.
            result: The id of a result, or its place from 0.
            chat: Where; the private chat with the bot when missing.
            thread: Id of the forum topic.
        """
        found = next(item for place, item in enumerate(query.results) if result in (place, item["id"]))
        via = {"via_bot": self._server.chats.bot.json()}
        chosen = {"result_id": found["id"], "from": self.person.json(), "query": query.text}
        where, queries = chat or self.chat, self._server.queries
        if "reply_markup" in found["message"]:
            chosen["inline_message_id"] = queries.new_message_id()
        self._server.push("chosen_inline_result", None, chosen)
        said = await self._say({**copy.deepcopy(found["message"]), **via}, where, None, thread)
        if "inline_message_id" in chosen:
            queries.sent[chosen["inline_message_id"]] = where.messages[said["message_id"]]
        return said

    async def block(self) -> None:
        """Stop the bot from writing to the private chat."""
        self.chat.blocked = True
        self._membership(self.chat, "member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.chat.blocked = False
        self._membership(self.chat, "kicked", "member")

    async def set_bot_status(self, chat: Chat, status: MemberStatus) -> None:
        """Promote, restrict, remove or readmit the bot in a group, as one of its administrators."""
        old = chat.members.get(self._server.chats.bot.id, "left")
        chat.members[self._server.chats.bot.id] = status
        self._membership(chat, old, status)

    async def add_bot(self, chat: Chat, status: MemberStatus = "member") -> JsonObject:
        """Let the bot into a group and return the message that says so."""
        await self.set_bot_status(chat, status)
        bot = self._server.chats.bot.json()
        return self._service(chat, {"new_chat_members": [bot]})

    def migrate(self, chat: Chat) -> Chat:
        """Make a group a supergroup: the bot joins that one, and does not leave the other."""
        new = self._server.chats.group(chat.title or "", forum=False, basic=False)
        new.members.update(chat.members)
        self._service(chat, {"migrate_to_chat_id": new.id})
        self._membership(new, "left", "member")
        self._service(new, {**in_name_of(new, new), "migrate_from_chat_id": chat.id})
        chat.migrated_to = new.id
        return new

    def _service(self, chat: Chat, content: JsonObject) -> JsonObject:
        """Store a message that Telegram writes, and tell the bot, which gets all of these."""
        message = self._server.chats.add(chat, self.person, content)
        self._server.notify("message", chat, message)
        self._server.push("message", chat, message)
        return copy.deepcopy(message)

    async def _say(
        self, content: JsonObject, chat: Chat, reply_to: int | None, thread: int | None
    ) -> JsonObject:
        if not chat.admits(self.id):
            raise ValueError(f"{self.person.first_name} is not in this chat")
        if reply_to is not None:
            target = self._server.chats.reply_target(chat, reply_to)
            content = {**({"reply_to_message": target} if target else {}), **content}
        if thread is not None:
            content = {"message_thread_id": thread, "is_topic_message": True, **content}
        message = self._server.chats.add(chat, self.person, content)
        self._server.notify("message", chat, message)
        if self._bot_reads(chat, message):
            self._server.push("message", chat, message)
        elif self._bot_invited(chat, message):
            query = self._server.queries.ask_guest(chat.id, self.id, message["message_id"])
            self._server.push("guest_message", chat, {**message, "guest_query_id": query.id})
        await asyncio.sleep(0)
        return copy.deepcopy(message)

    def _bot_reads(self, chat: Chat, message: JsonObject) -> bool:
        """Say whether the bot gets a message: in groups only what is meant for it, unless it reads all."""
        bot = self._server.chats.bot
        status = chat.members.get(bot.id, "left")
        if status in {"left", "kicked"} or chat.blocked:
            return False
        if chat.type == "private" or self._server.reads_groups or status == "administrator":
            return True
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        if bot.id in (answered, message.get("via_bot", {}).get("id")):
            return True
        return any(_meant_for(bot, *each) for each in entities_of(message))

    def _bot_invited(self, chat: Chat, message: JsonObject) -> bool:
        """Say whether a message asks the bot in as a guest: a mention where it is no member."""
        bot = self._server.chats.bot
        if bot.id in chat.members or message.get("via_bot"):
            return False
        mentions = [each for each in entities_of(message) if each[1]["type"] == "mention"]
        return any(_meant_for(bot, *each) for each in mentions)

    def _shown(self, message: Mapping[str, object] | int) -> tuple[Chat, Mapping[str, object]]:
        if isinstance(message, int):
            return self.chat, self.chat.messages.get(message, {"message_id": message})
        chat = message["chat"]
        assert isinstance(chat, dict)
        return self._server.chats.by_id[chat["id"]], message

    def _membership(self, chat: Chat, old: MemberStatus, new: MemberStatus) -> None:
        bot = self._server.chats.bot.id
        members = self._server.chats
        content: JsonObject = {
            "chat": chat.json(),
            "from": self.person.json(),
            "date": int(self._server.now()),
            "old_chat_member": members.member_json(chat, bot, status=old),
            "new_chat_member": members.member_json(chat, bot, status=new),
        }
        self._server.push("my_chat_member", chat, content)


def _text_content(text: str, *, raw: bool) -> JsonObject:
    shown = text if raw else clean(text).strip()
    if not shown:
        raise ValueError("applications do not send empty messages")
    if not raw and utf16_length(shown) > TEXT_LIMIT:
        raise ValueError(f"applications send at most {TEXT_LIMIT} UTF-16 units at once")
    entities = find_entities(shown)
    return {"text": shown, **({"entities": entities} if entities else {})}


def _message_id(message: Mapping[str, object]) -> int:
    identity = message["message_id"]
    assert isinstance(identity, int)
    return identity


def _callback_data(message: Mapping[str, object], button: str | tuple[int, int]) -> str:
    markup = message.get("reply_markup")
    rows: list[list[JsonObject]] = markup["inline_keyboard"] if isinstance(markup, dict) else []
    if not isinstance(button, str):
        return str(rows[button[0]][button[1]]["callback_data"])
    buttons = [item for row in rows for item in row]
    found = next((item for item in buttons if button in (item["text"], item.get("callback_data"))), None)
    if found is not None and "callback_data" not in found:
        raise ValueError(f"“{button}” opens a page, it sends nothing to the bot")
    return button if found is None else str(found["callback_data"])


def _meant_for(bot: Person, text: str, entity: JsonObject) -> bool:
    covered = utf16_slice(text, entity["offset"], entity["length"])
    if entity["type"] == "mention":
        return covered.removeprefix("@").lower() == (bot.username or "").lower()
    _command, at, name = covered.partition("@")
    return entity["type"] == "bot_command" and (not at or name.lower() == (bot.username or "").lower())

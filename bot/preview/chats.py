"""Who talks where, and what was said?

The state behind the emulation: people, chats, members, messages, in the JSON form that the bot gets to see.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.errors import bad_request, forbidden, migrated

ChatType = Literal["private", "group", "supergroup", "channel"]
MemberStatus = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

_PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
_NAMES = ("first_name", "last_name", "username")
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages",
    "can_manage_topics", "can_react_to_messages", "can_edit_tag",
)  # fmt: skip
_RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users",
    "can_restrict_members", "can_pin_messages", "can_manage_topics", "can_promote_members",
    "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_manage_tags", "is_anonymous",
)  # fmt: skip
# Who stands in "from" when somebody writes in the name of a chat: of the group itself, or of a channel.
_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_NO_GIFTS = {
    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
    "gifts_from_channels": False,
}  # fmt: skip


@dataclass(slots=True)
class Person:
    """An account: a human, or the bot itself."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None  # of the application, IETF tag as Telegram passes it on
    is_bot: bool = False

    def json(self) -> JsonObject:
        """Return the account as a Bot API `User`."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        known = {name: value for name, value in optional.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **known}


def in_name_of(chat: Chat, group: Chat) -> JsonObject:
    """Return the sender of a message that somebody writes in a group in the name of a chat."""
    return {"from": dict(_ANONYMOUS if chat is group else _CHANNEL), "sender_chat": chat.json()}


@dataclass(slots=True)
class Chat:
    """A conversation; a private one has the id of its person."""

    id: int
    type: ChatType
    title: str | None = None
    person: Person | None = None  # of a private chat
    forum: bool = False
    members: dict[int, MemberStatus] = field(default_factory=dict)  # by account id, the bot among them
    migrated_to: int | None = None  # id of the supergroup that this group has become
    closed_topics: set[int] = field(default_factory=set)  # of a forum, by thread id
    blocked: bool = False  # the person of a private chat has blocked the bot
    messages: dict[int, JsonObject] = field(default_factory=dict)  # by id, oldest first
    deleted: set[int] = field(default_factory=set)
    last_id: int = 0
    action: tuple[str, float] | None = None  # what the bot is doing ("typing"), and until when

    def json(self) -> JsonObject:
        """Return the chat as a Bot API `Chat`."""
        if self.person is not None:
            person = self.person.json()
            names: JsonObject = {name: person[name] for name in _NAMES if name in person}
            return {"id": self.id, **names, "type": "private"}
        extra: JsonObject = {"is_forum": True} if self.forum else {}
        return {"id": self.id, "title": self.title, "type": self.type, **extra}

    def full_json(self) -> JsonObject:
        """Return the chat as a Bot API `ChatFullInfo`."""
        extra: JsonObject = {"permissions": dict.fromkeys(_PERMISSIONS, True)} if self.person is None else {}
        return {
            **self.json(), **extra, "accepted_gift_types": dict(_NO_GIFTS), "max_reaction_count": 11,
            "accent_color_id": abs(self.id) % 7,
        }  # fmt: skip

    def admits(self, account_id: int) -> bool:
        """Say whether an account takes part."""
        return self.members.get(account_id, "left") in _PRESENT


class Chats:
    """All people and chats that the bot's server knows."""

    def __init__(
        self, *, token: str, name: str, username: str, rng: random.Random, now: Callable[[], float]
    ) -> None:
        self.rng = rng
        self.now = now
        self.bot = Person(id=int(token.partition(":")[0]), first_name=name, username=username, is_bot=True)
        self.people: dict[int, Person] = {self.bot.id: self.bot}
        self.by_id: dict[int, Chat] = {}

    def new_id(self) -> int:
        """Draw an account id that is free."""
        while (drawn := self.rng.randint(100_000_000, 7_999_999_999)) in self.people:
            continue
        return drawn

    def private(self, person: Person) -> Chat:
        """Return the private chat with a person, opened when there is none yet."""
        chat = self.by_id.get(person.id)
        if chat is None:
            members: dict[int, MemberStatus] = {person.id: "member", self.bot.id: "member"}
            chat = self.by_id[person.id] = Chat(id=person.id, type="private", person=person, members=members)
        return chat

    def group(self, title: str, *, forum: bool, basic: bool, with_bot: bool = True) -> Chat:
        """Open a group with the bot in it, or one that it has never seen."""
        number = self.rng.randint(1_000_000_000, 2_999_999_999)
        identity = -number if basic else -1_000_000_000_000 - number
        chat = Chat(id=identity, type="group" if basic else "supergroup", title=title, forum=forum)
        chat.last_id = int(forum)  # message 1 of a forum is its General topic
        if with_bot:
            chat.members[self.bot.id] = "member"
        self.by_id[identity] = chat
        return chat

    def channel(self, title: str) -> Chat:
        """Open a channel without the bot."""
        identity = -1_000_000_000_000 - self.rng.randint(1_000_000_000, 2_999_999_999)
        chat = self.by_id[identity] = Chat(id=identity, type="channel", title=title)
        return chat

    def add(self, chat: Chat, sender: Person, content: JsonObject) -> JsonObject:
        """Store a message and return it."""
        chat.last_id += 1
        head = {
            "message_id": chat.last_id,
            "from": sender.json(),
            "chat": chat.json(),
            "date": int(self.now()),
        }
        message = chat.messages[chat.last_id] = {**head, **content}
        return message

    def reply_target(self, chat: Chat, message_id: int) -> JsonObject | None:
        """Return a message as it stands in the answer to it: without what it answers itself."""
        found = chat.messages.get(message_id)
        if found is None:
            return None
        return {name: copy.deepcopy(value) for name, value in found.items() if name != "reply_to_message"}

    def to_write(self, arguments: Arguments) -> Chat:
        """Return the chat that a call wants to write to.

        Raises:
            ApiError: When there is none, or the bot may not write there.
        """
        chat = self.to_read(arguments)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        status = chat.members.get(self.bot.id, "left")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        if status == "restricted":
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def to_read(self, arguments: Arguments) -> Chat:
        """Return the chat that a call names.

        Raises:
            ApiError: When it names none that the bot knows.
        """
        if not arguments.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat = self.by_id.get(arguments.integer("chat_id"))
        if chat is None or (chat.person is not None and not chat.last_id):  # nobody has written there yet
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        return chat

    def own_message(self, chat: Chat, message_id: int, purpose: str) -> JsonObject:
        """Return a message of the bot that it wants to change.

        Raises:
            ApiError: "message to edit not found", or "message can't be edited" when somebody else wrote it.
        """
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request(f"message to {purpose} not found")
        if message["from"]["id"] != self.bot.id:
            raise bad_request(f"message can't be {purpose}ed")
        return message

    def member_json(self, chat: Chat, account_id: int) -> JsonObject:
        """Return a Bot API `ChatMember`.

        Raises:
            ApiError: When nobody has that id.
        """
        person = self.people.get(account_id)
        if person is None:
            raise bad_request("member not found")
        status = chat.members.get(account_id, "left")
        extra: JsonObject = {}
        if status == "creator":
            extra = {"is_anonymous": False}
        elif status == "administrator":
            extra = {**dict.fromkeys(_RIGHTS, False), "can_manage_chat": True, "can_delete_messages": True}
        elif status == "restricted":
            extra = {**dict.fromkeys(_PERMISSIONS, False), "is_member": True, "until_date": 0}
        elif status == "kicked":
            extra = {"until_date": 0}
        return {"user": person.json(), "status": status, **extra}

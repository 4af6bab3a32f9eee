"""Who is there when the page opens, and in which chats?

Two people with a private chat each, a forum group with the bot and a topic, and a group that the bot is not
in. The first person owns the groups; the other one is an ordinary member, and one of the staff.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.preview.arguments import JsonObject
from bot.preview.botapi import BotApi, Chat, User
from bot.preview.profile import shown_commands, shown_texts
from bot.preview.queries import InlineQuery
from bot.preview.threads import Threads

# Ids of people who may use the commands for staff; each open page takes one, and later ones go without.
STAFF = tuple(range(700_000_001, 700_000_009))

_NAMES = ("Ana", "Ben")
_GROUP, _OUTSIDE, _TOPIC = "Study circle", "Friends", "Events"
_LEADING = ("creator", "administrator")


class Scene:
    """The people and chats of one open page.

    Args:
        api: Where the bot is connected.
        language: Of the applications of both, until it is changed.
    """

    def __init__(self, api: BotApi, language: str | None) -> None:
        self._server = api.server
        known = api.server.chats.people
        staff = next((identity for identity in STAFF if identity not in known), None)
        ids = dict(zip(_NAMES, (None, staff), strict=True))
        self.people = tuple(api.user(name, language_code=language, identity=ids[name]) for name in _NAMES)
        self.group = api.group(_GROUP, *self.people, forum=True)
        self.outside = api.group(_OUTSIDE, *self.people, with_bot=False)
        self.topic = self._old_topic()
        self.chats: Mapping[int, Chat] = {
            chat.id: chat for chat in (*(user.chat for user in self.people), self.group, self.outside)
        }
        self.threads = {identity: Threads() for identity in self.chats}
        self.queries: dict[str, InlineQuery] = {}  # by id, what was typed after the bot's name

    @property
    def id(self) -> int:
        """The id of the first person."""
        return self.people[0].id

    def person(self, identity: object) -> User:
        """Return one of the people; the first when none is named.

        Raises:
            ValueError: When there is nobody with that id.
        """
        if identity is None:
            return self.people[0]
        found = next((user for user in self.people if user.id == identity), None)
        if found is None:
            raise ValueError("there is nobody with this id")
        return found

    def chat(self, identity: object, person: User) -> Chat:
        """Return a chat in which a person can write; the private one when none is named.

        Raises:
            ValueError: When there is no such chat.
        """
        found = (
            person.chat if identity is None else self.chats.get(identity if isinstance(identity, int) else 0)
        )
        if found is None or not found.admits(person.id):
            raise ValueError("there is no such chat")
        return found

    def thread(self, identity: object, chat: Chat) -> int | None:
        """Return the topic of a message, None for the General one and outside of forums.

        Raises:
            ValueError: When the chat has no such topic.
        """
        if identity is None:
            return None
        if chat is not self.group or identity != self.topic:
            raise ValueError("there is no such topic")
        return self.topic

    def describe(self) -> JsonObject:
        """Return people and chats, without messages."""
        bot = self._server.chats.bot
        return {
            "bot": {"id": bot.id, "username": bot.username},
            "people": [self.describe_person(user) for user in self.people],
            "chats": [self._describe_chat(chat) for chat in self.chats.values()],
        }

    def describe_person(self, user: User) -> JsonObject:
        """Return a person, and how the bot presents itself to them."""
        language = user.person.language_code
        return {
            "id": user.id,
            "name": user.person.first_name,
            "language": language,
            "profile": shown_texts(self._server, language=language),
            "commands": shown_commands(self._server, chat=None, person=user.id, language=language),
            "group_commands": shown_commands(
                self._server, chat=self.group, person=user.id, language=language
            ),
            "leads": self.group.members.get(user.id) in _LEADING,
        }

    def _describe_chat(self, chat: Chat) -> JsonObject:
        action = chat.action
        kind = "private" if chat.person else "outside" if chat is self.outside else "group"
        topics = [{"id": self.topic, "name": _TOPIC}] if chat is self.group else []
        return {
            "id": chat.id,
            "kind": kind,
            "title": chat.title,
            "topics": topics,
            "typing": action is not None and action[1] > self._server.now(),
        }

    def _old_topic(self) -> int:
        """Open a topic that is older than the bot's membership, so that nothing tells the bot of it."""
        created = {"forum_topic_created": {"name": _TOPIC, "icon_color": 7322096}, "is_topic_message": True}
        message = self._server.chats.add(self.group, self.people[0].person, created)
        message["message_thread_id"] = message["message_id"]
        return int(message["message_id"])

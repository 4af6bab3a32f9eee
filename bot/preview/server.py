"""What does Telegram's side remember while the bot runs?

`Server` holds the chats, the waiting updates, the bot's profile and the pressed buttons, tells listeners what
changes, and can be told to refuse or delay calls, so that a bot can be seen coping with it.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.preview.arguments import JsonObject
from bot.preview.chats import Chat, Chats
from bot.preview.errors import ApiError, bad_request
from bot.preview.queries import Queries
from bot.preview.trouble import Troubles
from bot.preview.updates import Updates

EventKind = Literal[
    "message", "edit", "delete", "action", "callback", "inline", "profile", "update", "trouble", "force_reply"
]  # fmt: skip
_CALLS_KEPT = 1000
_CALLBACK_SECONDS = 15.0  # a pressed button waits about this long for its answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something changed."""

    kind: EventKind
    chat_id: int | None  # None: not about one chat
    content: Mapping[str, object]  # the message, or what happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that arrived."""

    method: str  # as it was written
    arguments: Mapping[str, object]
    error: ApiError | None = None  # None: it was done


@dataclass(slots=True, kw_only=True)
class Press:
    """A pressed button and what became of it."""

    id: str
    chat_id: int
    user_id: int
    at: float
    update_id: int | None  # None: the bot does not take such updates
    answer: JsonObject | None = None  # text, show_alert, url; None: not answered yet


@dataclass(slots=True, kw_only=True)
class Fault:
    """A trouble that the next calls meet."""

    method: str  # "" for every method
    error: ApiError | None  # None: only slow
    delay: float  # seconds before anything happens
    times: int  # how many calls are left


@dataclass(slots=True, kw_only=True)
class Profile:
    """What the bot shows of itself, per language ("" for all others)."""

    commands: dict[tuple[str, str], list[JsonObject]] = field(default_factory=dict)  # by (scope, language)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


class Server:
    """The state of one bot on Telegram's side."""

    def __init__(
        self, *, chats: Chats, rng: random.Random, now: Callable[[], float], reads_groups: bool
    ) -> None:
        self.chats = chats
        self.rng = rng
        self.now = now
        self.reads_groups = reads_groups
        self.updates = Updates(rng=rng, now=now)
        self.profile = Profile()
        self.presses: dict[str, Press] = {}
        self.queries = Queries(rng=rng, now=now)
        self.faults: list[Fault] = []
        self.troubles = Troubles(lambda: self.notify("trouble", None, {}))
        self.calls: deque[Call] = deque(maxlen=_CALLS_KEPT)
        self.listeners: list[Callable[[Event], None]] = []
        self.closed = asyncio.Event()

    def notify(self, kind: EventKind, chat: Chat | None, content: Mapping[str, object]) -> None:
        """Tell everybody who listens; they get a copy."""
        event = Event(kind=kind, chat_id=chat.id if chat else None, content=copy.deepcopy(dict(content)))
        for listener in tuple(self.listeners):
            listener(event)

    def push(self, kind: str, chat: Chat | None, content: JsonObject) -> int | None:
        """Queue an update for the bot and return its id, None when the bot does not want it."""
        update_id = self.updates.push(kind, copy.deepcopy(content))
        if update_id is not None:
            self.notify("update", chat, {"update_id": update_id, "kind": kind})
        return update_id

    def new_press(self, chat: Chat, user_id: int) -> Press:
        """Note that somebody presses a button."""
        identity = str(self.rng.randint(10**17, 10**18 - 1))
        press = Press(id=identity, chat_id=chat.id, user_id=user_id, at=self.now(), update_id=None)
        self.presses[identity] = press
        return press

    def answer_press(self, identity: str, answer: JsonObject) -> None:
        """Give a pressed button its answer.

        Raises:
            ApiError: When nobody pressed, or long ago.
        """
        press = self.presses.get(identity)
        if press is None or self.now() - press.at > _CALLBACK_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if press.answer is None:
            press.answer = answer
        chat = self.chats.by_id.get(press.chat_id)
        self.notify("callback", chat, {"id": identity, "user_id": press.user_id, **answer})

    async def trouble(self, method: str) -> None:
        """Meet the first fault that waits for this method.

        Raises:
            ApiError: When the fault is one.
        """
        fault = next((item for item in self.faults if item.method in {"", method.lower()}), None)
        if fault is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self.faults.remove(fault)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.error is not None:
            raise fault.error

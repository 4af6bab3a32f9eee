"""How can the bot be tried without Telegram?

`BotApi` is a local emulation of the Bot API: one small ASGI application that answers like Telegram's own
server, and a Python face for whoever plays the people on the other side. No threads, no network of its own;
with a seed and a clock handed in, every id and every date is the same on each run.

    api = BotApi("123:test", seed=1)
    ana = api.user("Ana", language_code="fr")
    await ana.send("Bonjour")                       # the bot, polling api.app, answers
    answer = await api.wait_for(lambda: api.last_answer(ana.chat))
"""

from __future__ import annotations

import asyncio
import copy
import json
import random
import time
from collections.abc import Callable
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.preview.arguments import Arguments, JsonObject, read_arguments
from bot.preview.chats import Chat, Chats, Person
from bot.preview.errors import ApiError, too_many_requests
from bot.preview.methods import METHODS
from bot.preview.people import User
from bot.preview.profile import shown_commands, shown_texts
from bot.preview.queries import InlineQuery
from bot.preview.server import Call, Event, Fault, Press, Server
from bot.preview.trouble import ConnectionCut

__all__ = ["BotApi", "Call", "Chat", "Event", "InlineQuery", "Press", "User"]

T = TypeVar("T")

DEFAULT_TOKEN = "1:preview"  # no secret: it opens nothing but this emulation


class BotApi:
    """One bot's Bot API server, on this machine, in this process.

    Args:
        token: What the bot has to show; its number is the bot's id.
        username: Name under which groups mention the bot.
        name: The bot's name for people.
        reads_groups: Whether privacy mode is off, so that the bot gets every message of its groups.
        seed: Makes all ids the same on each run; None draws them at random.
        now: Clock in seconds since 1970.
    """

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        *,
        username: str = "alliance_preview_bot",
        name: str = "Alliance Bot",
        reads_groups: bool = False,
        seed: int | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        rng = random.Random(seed)
        self.token = token
        chats = Chats(token=token, name=name, username=username, rng=rng, now=now)
        self.server = Server(chats=chats, rng=rng, now=now, reads_groups=reads_groups)
        methods = ["GET", "POST"]
        self.routes = [
            Route("/bot{token}/{method}", self._respond, methods=methods),
            Route("/bot{token}/", self._respond, methods=methods),
        ]
        self.app = Starlette(routes=self.routes)

    # --- people and chats -------------------------------------------------------------------------

    def user(
        self,
        first_name: str = "Ana",
        *,
        language_code: str | None = "en",
        username: str | None = None,
        identity: int | None = None,
    ) -> User:
        """Let a person appear; the private chat with the bot opens with the first message."""
        person = Person(
            id=identity if identity is not None else self.server.chats.new_id(),
            first_name=first_name,
            username=username,
            language_code=language_code,
        )
        self.server.chats.people[person.id] = person
        return User(self.server, person)

    def group(
        self, title: str, *members: User, forum: bool = False, basic: bool = False, with_bot: bool = True
    ) -> Chat:
        """Open a group with the bot and these people in it; the first one owns it."""
        chat = self.server.chats.group(title, forum=forum, basic=basic, with_bot=with_bot)
        for position, member in enumerate(members):
            chat.members[member.id] = "creator" if position == 0 else "member"
        return chat

    def topic(self, chat: Chat, creator: User, name: str) -> int:
        """Open a topic in a forum and return its thread id."""
        content: JsonObject = {
            "forum_topic_created": {"name": name, "icon_color": 7322096},
            "is_topic_message": True,
        }
        message = self.server.chats.add(chat, creator.person, content)
        message["message_thread_id"] = message["message_id"]
        self.server.push("message", chat, message)
        return int(message["message_id"])

    def close_topic(self, chat: Chat, thread: int) -> None:
        """Let only administrators write in a topic of a forum."""
        chat.closed_topics.add(thread)

    def delete_topic(self, chat: Chat, thread: int) -> None:
        """Take a topic of a forum away, with everything in it."""
        for message in tuple(chat.messages.values()):
            if message.get("message_thread_id") == thread:
                del chat.messages[message["message_id"]]

    def migrate(self, chat: Chat, user: User) -> Chat:
        """Let a group become a supergroup under another id, in the order in which Telegram tells of it."""
        return user.migrate(chat)

    def channel(self, title: str) -> Chat:
        """Open a channel, in whose name people can write in groups."""
        return self.server.chats.channel(title)

    def messages(self, chat: Chat | User | int, *, by_bot: bool | None = None) -> tuple[JsonObject, ...]:
        """Return what stands in a chat, oldest first: all, only the bot's (True) or only people's (False)."""
        found = self._chat(chat)
        stored = tuple(found.messages.values()) if found else ()
        bot = self.server.chats.bot.id
        return tuple(
            copy.deepcopy(message)
            for message in stored
            if by_bot is None or (message["from"]["id"] == bot) is by_bot
        )

    def last_answer(self, chat: Chat | User | int) -> JsonObject | None:
        """Return the bot's message if it is the last one in a chat, else None."""
        stored = self.messages(chat)
        return stored[-1] if stored and stored[-1]["from"]["id"] == self.server.chats.bot.id else None

    def commands(self, user: User, chat: Chat | None = None) -> tuple[JsonObject, ...]:
        """Return the commands that a person's menu shows in a chat."""
        language = user.person.language_code
        return tuple(shown_commands(self.server, chat=chat, person=user.id, language=language))

    def profile(self, user: User) -> JsonObject:
        """Return name, description and short description as a person sees them."""
        return shown_texts(self.server, language=user.person.language_code)

    # --- what happens -----------------------------------------------------------------------------

    @property
    def calls(self) -> tuple[Call, ...]:
        """The last thousand requests of the bot, oldest first, `getUpdates` aside."""
        return tuple(self.server.calls)

    def pending(self) -> tuple[JsonObject, ...]:
        """Return the updates that the bot has not confirmed yet."""
        return copy.deepcopy(self.server.updates.pending())

    def push(self, kind: str, content: JsonObject) -> int | None:
        """Queue any update, of any kind, true to life or not; return its id."""
        return self.server.push(kind, None, content)

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tell a listener everything that changes, until the returned function is called."""
        self.server.listeners.append(listener)
        return lambda: self.server.listeners.remove(listener)

    async def wait_for(self, found: Callable[[], T | None], within: float = 5.0) -> T:
        """Wait until something is there and return it; looks again whenever anything changes.

        Raises:
            TimeoutError: After `within` seconds; names the bot's last calls.
        """
        changed = asyncio.Event()
        stop = self.listen(lambda event: changed.set())
        try:
            async with asyncio.timeout(within):
                while not (result := found()):
                    await changed.wait()
                    changed.clear()
        except TimeoutError as exc:
            last = [f"{call.method}: {call.error or 'ok'}" for call in self.calls[-3:]]
            raise TimeoutError(f"nothing after {within:g} s; last calls: {last or 'none'}") from exc
        finally:
            stop()
        return result

    def fail(
        self, method: str, code: int, description: str, *, retry_after: int | None = None, delay: float = 0.0,
        times: int = 1,
    ) -> None:  # fmt: skip
        """Let the next calls of a method ("" for any) be refused, after a delay in seconds."""
        error = ApiError(code, description) if retry_after is None else too_many_requests(retry_after)
        self.server.faults.append(Fault(method=method.lower(), error=error, delay=delay, times=times))

    def slow(self, method: str, delay: float, *, times: int = 1) -> None:
        """Let the next calls of a method ("" for any) take longer, in seconds."""
        self.server.faults.append(Fault(method=method.lower(), error=None, delay=delay, times=times))

    @property
    def closed(self) -> bool:
        """Whether every wait has been ended, so that nothing more will come."""
        return self.server.closed.is_set()

    def close(self) -> None:
        """End every wait, so that a server can stop."""
        self.server.updates.close()
        self.server.closed.set()

    # --- the protocol -----------------------------------------------------------------------------

    async def call(self, method: str, arguments: Arguments) -> object:
        """Do what a method says and return its result.

        Raises:
            ApiError: When Telegram would refuse.
            ConnectionCut: When the answer is to break off.
        """
        name = method.lower()
        await self.server.trouble(name)
        await self.server.troubles.meet(name, arguments)
        if name == "getupdates":
            return await self.server.updates.get(arguments)
        if name not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        return METHODS[name](self.server, arguments)

    async def _respond(self, request: Request) -> Response:
        method = request.path_params.get("method", "")
        if request.path_params["token"] != self.token:
            return _json({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        error: ApiError | None = None
        arguments = Arguments({})
        try:
            body = await request.body()
            arguments = read_arguments(request.headers.get("content-type", ""), body, request.url.query)
            result = await self.call(method, arguments)
        except ApiError as exc:
            error = exc
        except ConnectionCut:
            return _BrokenOff("{", media_type="application/json")
        if method.lower() != "getupdates":
            self.server.calls.append(Call(method=method, arguments=arguments.values, error=error))
        if error is None:
            return _json({"ok": True, "result": result}, 200)
        wait = error.parameters.get("retry_after")
        return _json(error.body(), error.code, {"Retry-After": str(wait)} if wait else None)

    def _chat(self, chat: Chat | User | int) -> Chat | None:
        if isinstance(chat, Chat):
            return chat
        return self.server.chats.by_id.get(chat.id if isinstance(chat, User) else chat)


class _BrokenOff(Response):
    """An answer that promises more than it holds, upon which the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})


def _json(body: object, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body).encode(), status, headers, media_type="application/json")

"""How does a person chat with the bot without Telegram?

A chat page on top of the emulation: one simulated person per conversation, whose messages and presses reach
the bot as updates, and whose view follows the bot by server-sent events. Explanations that the bot's
observer hands in are shown beside the answers they belong to.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.language.formats import language_name, own_name
from bot.preview.arguments import JsonObject
from bot.preview.botapi import BotApi, Event, User
from bot.preview.explanations import explanation_json
from bot.preview.guard import LoopbackOnly
from bot.preview.profile import shown_texts
from bot.preview.streams import Streams
from bot.preview.threads import Threads
from bot.types import Explanation

_STATIC = Path(__file__).with_name("static")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_BODY_LIMIT = 1 << 16  # bytes of one request of the page
_KEPT = 500  # explanations, the oldest go first
_TAG = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?")
_OTHERS = ("de", "hi", "ja", "fa", "sw")  # languages of applications that no catalog may exist for

Handler = Callable[[User, JsonObject], Awaitable[JsonObject]]


def preview_app(bot_api: BotApi, locales: Sequence[str]) -> Starlette:
    """Put the page and the Bot API under one roof; the page is `app.state.page`."""
    return Page(bot_api, locales).app


class Page:
    """The chat page of one bot.

    Args:
        bot_api: Where the bot is connected.
        locales: CLDR ids that the bot can answer in, for the list of languages.
    """

    def __init__(self, bot_api: BotApi, locales: Sequence[str]) -> None:
        self._api = bot_api
        self._locales = tuple(locales)
        self._users: dict[int, User] = {}
        self._threads: dict[int, Threads] = {}
        self._explanations: OrderedDict[tuple[int, int], JsonObject] = OrderedDict()
        self.streams = Streams(bot_api.server.closed)
        bot_api.listen(self._on_event)
        files = {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.suffix in _TYPES}
        self._files: Mapping[str, bytes] = files
        middleware = [Middleware(LoopbackOnly)]
        self.app = Starlette(routes=[*self._routes(), *bot_api.routes], middleware=middleware)
        self.app.state.page = self

    def observe(self, chat_id: int | str, update_id: int, explanation: Explanation) -> None:
        """Show why the answer to an update is what it is; to be called when it is decided."""
        chat = int(chat_id)
        if chat not in self._users:
            return
        self._explanations[chat, update_id] = explanation_json(explanation)
        while len(self._explanations) > _KEPT:
            self._explanations.popitem(last=False)
        threads = self._threads[chat]
        threads.explained(update_id)
        for message_id in threads.answers_to(update_id):
            self.streams.tell(
                chat, {"type": "explained", "message_id": message_id, "locale": explanation.locale.locale}
            )

    # --- requests ---------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        base = "/api/conversations"
        actions = {
            "messages": self._write,
            "edits": self._edit,
            "presses": self._press,
            "language": self._language,
        }
        return [
            Route("/", self._file),
            Route("/static/{name}", self._file),
            Route("/api/languages", self._languages),
            Route(base, self._open, methods=["POST"]),
            Route(base + "/{chat:int}", self._show),
            Route(base + "/{chat:int}/events", self._events),
            Route(base + "/{chat:int}/explanations/{message:int}", self._explain),
            *(
                Route(f"{base}/{{chat:int}}/{name}", _posting(self, done), methods=["POST"])
                for name, done in actions.items()
            ),
        ]

    async def _file(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in self._files:
            raise HTTPException(404)
        return Response(self._files[name], media_type=_TYPES[Path(name).suffix])

    async def _languages(self, request: Request) -> Response:
        """The languages that the simulated person's application can be set to."""
        others = [code for code in _OTHERS if code not in self._locales]
        known = [
            {"tag": _tag(code), "name": own_name(code), "english": language_name(code, "en")}
            for code in self._locales
        ]
        more = [
            {"tag": code, "name": own_name(code), "english": language_name(code, "en")} for code in others
        ]
        return JSONResponse({"bot": known, "others": more})

    async def _open(self, request: Request) -> Response:
        content = await _body(request)
        user = self._api.user("You", language_code=_language_of(content))
        self._users[user.id] = user
        self._threads[user.id] = Threads()
        return JSONResponse({"chat_id": user.id}, 201)

    async def _show(self, request: Request) -> Response:
        return JSONResponse(self._state(self.user_of(request)))

    async def _explain(self, request: Request) -> Response:
        user = self.user_of(request)
        update_id = self._threads[user.id].update_of(request.path_params["message"])
        found = None if update_id is None else self._explanations.get((user.id, update_id))
        if found is None:
            raise HTTPException(404)
        return JSONResponse(found)

    async def _events(self, request: Request) -> Response:
        user = self.user_of(request)
        events = self.streams.follow(user.id, lambda: self._state(user))
        return StreamingResponse(events, media_type="text/event-stream")

    def user_of(self, request: Request) -> User:
        """Return the person of a request's conversation.

        Raises:
            HTTPException: 404, when there is no such conversation.
        """
        user = self._users.get(request.path_params["chat"])
        if user is None:
            raise HTTPException(404)
        return user

    # --- what the person does ---------------------------------------------------------------------

    async def _write(self, user: User, content: JsonObject) -> JsonObject:
        message = await user.send(str(content.get("text", "")))
        return {"message_id": message["message_id"]}

    async def _edit(self, user: User, content: JsonObject) -> JsonObject:
        message = await user.edit(_number(content, "message_id"), str(content.get("text", "")))
        return {"message_id": message["message_id"]}

    async def _press(self, user: User, content: JsonObject) -> JsonObject:
        data = content.get("data")
        if not isinstance(data, str):
            raise ValueError("data is missing")
        press = await user.press(_number(content, "message_id"), data)
        return {"id": press.id}

    async def _language(self, user: User, content: JsonObject) -> JsonObject:
        user.person.language_code = _language_of(content)
        return {"language": user.person.language_code, **self._profile(user)}

    # --- what the person sees ---------------------------------------------------------------------

    def _state(self, user: User) -> JsonObject:
        action = user.chat.action
        return {
            "type": "state",
            "chat_id": user.id,
            "language": user.person.language_code,
            "messages": [self._dressed(user.id, message) for message in self._api.messages(user)],
            "typing": action is not None and action[1] > self._api.server.now(),
            **self._profile(user),
        }

    def _profile(self, user: User) -> JsonObject:
        texts = shown_texts(self._api.server, language=user.person.language_code)
        username = self._api.server.chats.bot.username
        return {"commands": list(self._api.commands(user)), "username": username, **texts}

    def _dressed(self, chat_id: int, message: Mapping[str, object]) -> JsonObject:
        """Return a message with what the page needs beside it."""
        identity = message["message_id"]
        assert isinstance(identity, int)
        update_id = self._threads[chat_id].update_of(identity)
        found = None if update_id is None else self._explanations.get((chat_id, update_id))
        own = isinstance(sender := message["from"], dict) and sender["id"] == chat_id
        locale = None if found is None or own else found["locale"]["locale"]
        return {**message, "own": own, "explained": bool(found) and not own, "locale": locale}

    def _on_event(self, event: Event) -> None:
        chat_id = event.chat_id
        if event.kind == "profile":
            for known in self._users:
                self.streams.tell(known, {"type": "profile"})
        if chat_id not in self._users:
            return
        content = dict(event.content)
        threads = self._threads[chat_id]
        if event.kind == "update":
            threads.asked(int(str(content["update_id"])))
        elif event.kind in {"message", "edit"}:
            sender = content["from"]
            if isinstance(sender, dict) and sender["id"] != chat_id:
                threads.answered(int(str(content["message_id"])))
            self.streams.tell(chat_id, {"type": event.kind, "message": self._dressed(chat_id, content)})
        else:
            self.streams.tell(chat_id, {"type": event.kind, **content})


def _posting(page: Page, act: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Make a route of something that a person does."""

    async def respond(request: Request) -> Response:
        user = page.user_of(request)
        try:
            return JSONResponse(await act(user, await _body(request)))
        except (ValueError, KeyError) as exc:
            raise HTTPException(422, str(exc)) from exc

    return respond


async def _body(request: Request) -> JsonObject:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_LIMIT:
            raise HTTPException(413)
    try:
        parsed = json.loads(body)
    except ValueError as exc:
        raise HTTPException(400) from exc
    if not isinstance(parsed, dict):
        raise HTTPException(400)
    return parsed


def _language_of(content: JsonObject) -> str | None:
    tag = content.get("language") or ""
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        raise HTTPException(422, "no language tag")
    return tag or None


def _number(content: JsonObject, name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int):
        raise ValueError(f"{name} is missing")
    return value


def _tag(locale: str) -> str:
    """Return the tag that Telegram's applications send for a locale."""
    return locale.replace("_", "-").lower()

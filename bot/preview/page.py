"""How does a person chat with the bot without Telegram?

A chat page on top of the emulation: each open page has its own people and chats, whose messages and presses
reach the bot as updates, and follows the bot by server-sent events. Explanations that the bot's observer
hands in are shown beside the answers they belong to.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.language.catalogs import Catalogs
from bot.language.formats import language_name, own_name
from bot.preview.arguments import JsonObject
from bot.preview.botapi import BotApi, Event
from bot.preview.doings import DOINGS, Doing, language_of
from bot.preview.explanations import explanation_json
from bot.preview.guard import LoopbackOnly
from bot.preview.scene import Scene
from bot.preview.streams import Streams
from bot.preview.words import words_json
from bot.types import Explanation

_STATIC = Path(__file__).with_name("static")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_BODY_LIMIT = 1 << 16  # bytes of one request of the page
_KEPT = 500  # explanations, the oldest go first
_OTHERS = ("de", "hi", "ja", "fa", "sw")  # languages of applications that no catalog may exist for


def preview_app(bot_api: BotApi, locales: Sequence[str], catalogs: Catalogs | None = None) -> Starlette:
    """Put the page and the Bot API under one roof; the page is `app.state.page`."""
    return Page(bot_api, locales, catalogs).app


class Page:
    """The chat page of one bot.

    Args:
        bot_api: Where the bot is connected.
        locales: CLDR ids that the bot can answer in, for the list of languages.
        catalogs: What the page's own words are translated with; English when missing.
    """

    def __init__(self, bot_api: BotApi, locales: Sequence[str], catalogs: Catalogs | None = None) -> None:
        self._api = bot_api
        self._locales = tuple(locales)
        self._catalogs = catalogs or Catalogs()
        self._scenes: dict[int, Scene] = {}
        self._scene_of: dict[int, Scene] = {}  # by chat
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
        scene = self._scene_of.get(chat)
        if scene is None:
            return
        self._explanations[chat, update_id] = explanation_json(explanation)
        while len(self._explanations) > _KEPT:
            self._explanations.popitem(last=False)
        threads = scene.threads[chat]
        threads.explained(update_id)
        for message_id in threads.answers_to(update_id):
            locale = explanation.locale.locale
            told = {"type": "explained", "chat": chat, "message_id": message_id, "locale": locale}
            self.streams.tell(scene.id, told)

    # --- requests ---------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        base = "/api/conversations"
        one = base + "/{scene:int}"
        return [
            Route("/", self._file),
            Route("/static/{name}", self._file),
            Route("/api/languages", self._languages),
            Route("/api/words", self._words),
            Route(base, self._open, methods=["POST"]),
            Route(one, self._show),
            Route(one + "/events", self._events),
            Route(one + "/explanations/{chat:int}/{message:int}", self._explain),
            Route(one + "/explanations/-{chat:int}/{message:int}", self._explain_group),
            *(Route(f"{one}/{name}", self._posting(done), methods=["POST"]) for name, done in DOINGS.items()),
        ]

    async def _file(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in self._files:
            raise HTTPException(404)
        return Response(self._files[name], media_type=_TYPES[Path(name).suffix])

    async def _languages(self, request: Request) -> Response:
        """The languages that a person's application can be set to."""
        others = [code for code in _OTHERS if code not in self._locales]
        return JSONResponse({"bot": [*map(_language, self._locales)], "others": [*map(_language, others)]})

    async def _words(self, request: Request) -> Response:
        """The page's own words in a language."""
        return JSONResponse(words_json(self._catalogs, request.query_params.get("language", "")[:35]))

    async def _open(self, request: Request) -> Response:
        try:
            scene = Scene(self._api, language_of(await _body(request)))
        except ValueError as exc:
            raise HTTPException(422, str(exc)) from exc
        self._scenes[scene.id] = scene
        self._scene_of |= dict.fromkeys(scene.chats, scene)
        return JSONResponse({"id": scene.id}, 201)

    async def _show(self, request: Request) -> Response:
        return JSONResponse(self._state(self._scene(request)))

    async def _explain(self, request: Request) -> Response:
        return self._explanation(request, request.path_params["chat"])

    async def _explain_group(self, request: Request) -> Response:
        return self._explanation(request, -request.path_params["chat"])

    def _explanation(self, request: Request, chat: int) -> Response:
        threads = self._scene(request).threads.get(chat)
        update_id = threads.update_of(request.path_params["message"]) if threads else None
        found = None if update_id is None else self._explanations.get((chat, update_id))
        if found is None:
            raise HTTPException(404)
        return JSONResponse(found)

    async def _events(self, request: Request) -> Response:
        scene = self._scene(request)
        events = self.streams.follow(scene.id, lambda: self._state(scene))
        return StreamingResponse(events, media_type="text/event-stream")

    def _scene(self, request: Request) -> Scene:
        scene = self._scenes.get(request.path_params["scene"])
        if scene is None:
            raise HTTPException(404)
        return scene

    def _posting(self, done: Doing) -> Callable[[Request], Awaitable[Response]]:
        """Make a route of something that a person does."""

        async def respond(request: Request) -> Response:
            scene, content = self._scene(request), await _body(request)
            try:
                return JSONResponse(await done(self._api, scene, content))
            except (ValueError, KeyError) as exc:
                raise HTTPException(422, str(exc)) from exc

        return respond

    # --- what the people see ----------------------------------------------------------------------

    def _state(self, scene: Scene) -> JsonObject:
        stored = {chat: self._api.messages(chat) for chat in scene.chats}
        return {
            "type": "state",
            **scene.describe(),
            "messages": {
                chat: [self._dressed(scene, chat, message) for message in messages if _shown(message)]
                for chat, messages in stored.items()
            },
            "trouble": self._api.server.troubles.json(),
        }

    def _dressed(self, scene: Scene, chat: int, message: Mapping[str, object]) -> JsonObject:
        """Return a message with what the page needs beside it."""
        identity = message["message_id"]
        assert isinstance(identity, int)
        update_id = scene.threads[chat].update_of(identity)
        found = None if update_id is None else self._explanations.get((chat, update_id))
        return {**message, "explained": bool(found), "locale": found["locale"]["locale"] if found else None}

    def _on_event(self, event: Event) -> None:
        if event.chat_id is None:
            self._on_general_event(event)
            return
        scene = self._scene_of.get(event.chat_id)
        if scene is None:
            return
        content, threads = dict(event.content), scene.threads[event.chat_id]
        if event.kind == "update":
            threads.asked(int(str(content["update_id"])))
        elif event.kind in {"message", "edit"}:
            sender = content["from"]
            if isinstance(sender, dict) and sender["is_bot"]:
                threads.answered(int(str(content["message_id"])))
            dressed = self._dressed(scene, event.chat_id, content)
            self.streams.tell(scene.id, {"type": event.kind, "chat": event.chat_id, "message": dressed})
        else:
            self.streams.tell(scene.id, {"type": event.kind, "chat": event.chat_id, **content})

    def _on_general_event(self, event: Event) -> None:
        """Pass on what is not about one chat."""
        for scene in self._scenes.values():
            if event.kind == "trouble":
                trouble = self._api.server.troubles.json()
                self.streams.tell(scene.id, {"type": "trouble", "trouble": trouble})
            elif event.kind == "profile":
                people = [scene.describe_person(user) for user in scene.people]
                self.streams.tell(scene.id, {"type": "profile", "people": people})
            elif event.kind == "inline" and any(u.id == event.content["user_id"] for u in scene.people):
                self.streams.tell(scene.id, {"type": "inline", **event.content})


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


def _language(locale: str) -> JsonObject:
    """Return a language with its names and the tag that Telegram's applications send for it."""
    return {
        "tag": locale.replace("_", "-").lower(),
        "name": own_name(locale),
        "english": language_name(locale, "en"),
    }


def _shown(message: Mapping[str, object]) -> bool:
    """Say whether a message is one; a note that a topic was opened is not."""
    return "forum_topic_created" not in message

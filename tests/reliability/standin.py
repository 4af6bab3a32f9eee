"""What answers the bot in place of Telegram?

A stand-in for the Bot API over real sockets, made for load and for faults. It takes every message the moment the
call arrives and answers later: the worst case, since a process killed in between cannot know.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections import Counter, defaultdict
from typing import Any

from tests.reliability.faults import BEFORE, Fault
from tests.reliability.ledger import Ledger, Sending
from tests.reliability.posting import Poster
from tests.reliability.sockets import LOOPBACK, Answer, HttpServer, Request, as_json
from tests.reliability.updates import Updates

Json = dict[str, Any]

TOKEN = "4242:reliability-stand-in-000000000"  # no secret: it opens nothing but this stand-in
BOT_NAME = "reliability_bot"

_TARGET = re.compile(r"/(\w+)/bot([^/]+)/(\w+)")
_ENDLESS = 3600.0
_PACE = 0.05  # seconds between two bytes of a slow answer
_ME = {
    "id": 4242,
    "is_bot": True,
    "first_name": "Alliance Bot",
    "username": BOT_NAME,
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": True,
}


class Bucket:
    """A limit: so many calls a second, more only after a pause."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, 0.0

    def wait(self, now: float) -> float:
        """Take one call out; seconds to wait when there is none."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


class Standin:
    """One bot's Bot API.

    Args:
        ledger: Is told of each message.
        latency: Seconds from the effect of a call to its answer.
        limits: Whether Telegram's flood limits hold: 30 messages a second in all, one a second in a chat.
    """

    def __init__(self, ledger: Ledger, *, latency: float = 0.03, limits: bool = False) -> None:
        self.ledger = ledger
        self.latency = latency
        self.updates = Updates()
        self.poster: Poster | None = None
        self.faults: list[Fault] = []
        self.blocked: set[int] = set()  # chats of people who blocked the bot
        self.troubled: set[int] = set()  # chats of calls that met a fault
        self.calls: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()  # by status
        self._limits = limits
        self._overall = Bucket(30, 30)
        self._of_chat: defaultdict[int, Bucket] = defaultdict(lambda: Bucket(1, 3))
        self._commands: dict[str, object] = {}
        self._message_id = 1_000_000
        self._server = HttpServer(self._handle)

    async def start(self) -> None:
        """Listen."""
        await self._server.start()

    async def close(self) -> None:
        """End everything."""
        if self.poster is not None:
            await self.poster.close()
        await self._server.close()

    def address(self, via: str) -> str:
        """Where one process finds this server; the path tells which process calls."""
        return f"http://{LOOPBACK}:{self._server.port}/{via}"

    def push(self, chat: int, update: Json) -> None:
        """Give an update to the bot, by whichever way it gets them."""
        if self.poster is not None:
            self.poster.put(chat, update)
        else:
            self.updates.put(update)

    async def _handle(self, request: Request) -> Answer:
        found = _TARGET.match(request.target)
        if found is None or found[2] != TOKEN:
            return _no(401, "Unauthorized")
        via, method = found[1], found[3]
        body = json.loads(request.body) if request.body else {}
        self.calls[method] += 1
        chat = body.get("chat_id")
        fault = next((each for each in self.faults if each.meets(method, chat)), None)
        if fault is None:
            answer = await self._done(via, method, body)
        else:
            answer = await self._hindered(fault, via, method, body)
        if answer.status >= 400:
            self.refused[answer.status] += 1
        return answer

    async def _hindered(self, fault: Fault, via: str, method: str, body: Json) -> Answer:
        if "chat_id" in body:
            self.troubled.add(int(body["chat_id"]))
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        done = None if fault.kind in BEFORE else await self._done(via, method, body)
        match fault.kind:
            case "status":
                return _no(fault.status, "Trouble", retry_after=fault.retry_after)
            case "reset-before" | "reset-after":
                return Answer(reset=True)
            case "hang-before" | "hang-after":
                await asyncio.sleep(_ENDLESS)
            case "unreadable-before" | "unreadable-after":
                return Answer(body=b'{"ok": tru')
            case "slow-bytes":
                body_of = done.body if done else b""
                return Answer(body=body_of + b" " * 3000, pace=_PACE)
            case "slow":
                await asyncio.sleep(fault.seconds)
        return done or Answer(reset=True)

    async def _done(self, via: str, method: str, body: Json) -> Answer:
        match method:
            case "getUpdates":
                offset, limit = int(body.get("offset", 0)), int(body.get("limit", 100))
                return await self.updates.get(offset, limit, float(body.get("timeout", 0)))
            case "sendMessage":
                answer = self._send(via, body)
            case "getMe":
                return _yes(_ME)
            case "getMyCommands":
                return _yes(self._commands.get(str(body.get("language_code", "")), []))
            case "setMyCommands":
                self._commands[str(body.get("language_code", ""))] = body["commands"]
                return _yes(True)
            case "getWebhookInfo":
                return _yes(
                    {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.updates)}
                )
            case "setWebhook" | "deleteWebhook" | "sendChatAction" | "answerCallbackQuery":
                return _yes(True)
            case _:
                return _no(404, "Not Found: method not found")
        if self.latency:
            await asyncio.sleep(self.latency)
        return answer

    def _send(self, via: str, body: Json) -> Answer:
        chat = int(body["chat_id"])
        now = asyncio.get_running_loop().time()
        if chat in self.blocked:
            return _no(403, "Forbidden: bot was blocked by the user")
        if self._limits and (wait := self._of_chat[chat].wait(now) or self._overall.wait(now)):
            seconds = math.ceil(wait)
            return _no(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        quoted = (body.get("reply_parameters") or {}).get("message_id")
        self.ledger.send(chat, body["text"], quoted, Sending(at=now, via=via))
        self._message_id += 1
        kind = "private" if chat > 0 else "supergroup"
        message = {"message_id": self._message_id, "date": 1_800_000_000, "from": _ME, "text": body["text"]}
        return _yes({**message, "chat": {"id": chat, "type": kind}})


def _yes(result: object) -> Answer:
    return as_json({"ok": True, "result": result})


def _no(status: int, description: str, *, retry_after: int | None = None) -> Answer:
    content: Json = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        content["parameters"] = {"retry_after": retry_after}
    return as_json(content, status)

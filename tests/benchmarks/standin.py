"""What stands in for Telegram while bots are measured?

    python -m tests.benchmarks.standin PORT

A Bot API server that is faster than the bots: one HTTP parser of forty lines, updates encoded beforehand. `POST /load`
sends a crowd of questions through the bot that polls here, or through its webhook, and answers with what came back.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FIRST_USER = 1_000_000
_QUIET_SECONDS = 0.3  # after the last answer, for what the bot still has to write down
_BOT = {"id": 4242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_ME = _BOT | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
_RESULTS: dict[str, object] = {"getMe": _ME, "getMyCommands": [], "getWebhookInfo": {"url": ""}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked, and how."""

    texts: list[tuple[str, str]]  # each with the language of the asker's application
    users: int = 200
    delay: float = 0.0  # seconds that each call takes
    rate: float | None = None  # questions a second; None: all at once
    webhook: str | None = None  # where questions are posted; None: they are polled
    secret: str = ""
    connections: int = 40  # Telegram's default for webhooks
    limit: float = 120.0  # seconds after which a run is given up


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came back."""

    seconds: float = 0.0  # from the first question to the last answer
    answers: int = 0
    missing: int = 0  # questions without answer
    surplus: int = 0  # messages that nobody waits for
    disordered: int = 0  # answers that do not repeat the question whose turn it was; only echoes are meant to
    latencies: list[float] = field(default_factory=list)  # seconds from question to answer


class StandIn:
    """The server's side of one bot."""

    def __init__(self) -> None:
        self._updates: list[bytes] = []
        self._next = 0  # position of the first one not confirmed
        self._pollers: deque[tuple[Connection, int]] = deque()
        self._polled = asyncio.Event()
        self._waiting: dict[int, deque[tuple[str, float]]] = {}
        self._open = 0
        self._outcome = Outcome()
        self._finished = asyncio.Event()
        self._last = 0.0
        self._messages = 0
        self.delay = 0.0

    # --- the control side -------------------------------------------------------------------------------

    async def polled(self) -> None:
        """Wait until a bot asks for updates and there are none: it is ready."""
        await self._polled.wait()

    async def load(self, load: Load) -> Outcome:
        """Put the questions and wait for the answers."""
        base = len(self._updates)
        encoded = [_update(base + n, load, n) for n in range(len(load.texts))]
        self._outcome, self._open, self.delay = Outcome(), len(encoded), load.delay
        self._waiting = {FIRST_USER + n: deque() for n in range(load.users)}
        self._finished.clear()
        started = time.perf_counter()
        asking = asyncio.create_task(self._ask(load, encoded))
        try:
            async with asyncio.timeout(load.limit):
                await self._finished.wait()
        except TimeoutError:
            pass
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await asyncio.sleep(_QUIET_SECONDS)
        self._outcome.seconds = self._last - started
        self._outcome.missing = self._open
        self._updates, self._next = [b""] * len(self._updates), len(self._updates)
        return self._outcome

    async def _ask(self, load: Load, encoded: list[bytes]) -> None:
        if load.webhook is not None:
            self._updates += encoded
            self._next = len(self._updates)  # nothing of it is there to be polled
            await self._post_all(load, encoded)
            return
        if load.rate is None:
            self._expect(load, range(len(encoded)))
            self._updates += encoded
            self._serve()
            return
        for n, update in enumerate(encoded):
            self._expect(load, [n])
            self._updates.append(update)
            self._serve()
            await asyncio.sleep(1 / load.rate)

    def _expect(self, load: Load, numbers: Any) -> None:
        now = time.perf_counter()
        for n in numbers:
            self._waiting[FIRST_USER + n % load.users].append((load.texts[n][0], now))

    async def _post_all(self, load: Load, encoded: list[bytes]) -> None:
        """Post as Telegram does: over so many connections, each post again until it is taken."""
        address = urlsplit(load.webhook or "")
        waiting = deque(enumerate(encoded))
        if load.rate is None:
            self._expect(load, range(len(encoded)))
        head = (
            f"POST {address.path or '/'} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {load.secret}\r\nContent-Length: "
        ).encode()
        ready: asyncio.Queue[bytes] = asyncio.Queue()

        async def post() -> None:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            while True:
                body = await ready.get()
                writer.write(b"%s%d\r\n\r\n%s" % (head, len(body), body))
                answer = await reader.readuntil(b"\r\n\r\n")
                lower = answer.lower()
                if b"content-length:" in lower:
                    size = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])
                    await reader.readexactly(size)
                if b" 200 " not in answer[:20]:
                    ready.put_nowait(body)
                    await asyncio.sleep(0.1)
                if b"connection: close" in lower:
                    writer.close()
                    reader, writer = await asyncio.open_connection(address.hostname, address.port)

        async with asyncio.TaskGroup() as posts:
            for _ in range(load.connections):
                posts.create_task(post())
            for n, body in waiting:
                if load.rate is not None:
                    self._expect(load, [n])
                ready.put_nowait(body)
                if load.rate is not None:
                    await asyncio.sleep(1 / load.rate)

    # --- the bot's side -----------------------------------------------------------------------------------

    def called(self, connection: Connection, method: str, body: dict[str, Any]) -> None:
        """Answer one call, in time."""
        if method == "getUpdates":
            self._next = max(self._next, int(body.get("offset") or 0) - 1)
            poller = (connection, int(body.get("limit") or 100))
            self._pollers.append(poller)
            self._serve()
            if self._pollers:
                self._polled.set()
                seconds = float(body.get("timeout") or 0)
                asyncio.get_running_loop().call_later(seconds, self._hold_no_longer, poller)
            return
        answer = self._sent(body) if method == "sendMessage" else _result(_RESULTS.get(method, True))
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, connection.answer, answer)
        else:
            connection.answer(answer)

    def _serve(self) -> None:
        while self._pollers and self._next < len(self._updates):
            connection, limit = self._pollers.popleft()
            batch = self._updates[self._next : self._next + limit]
            answer = b'{"ok":true,"result":[%s]}' % b",".join(batch)
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, connection.answer, answer)
            else:
                connection.answer(answer)

    def _hold_no_longer(self, poller: tuple[Connection, int]) -> None:
        if any(each is poller for each in self._pollers):
            self._pollers.remove(poller)
            poller[0].answer(_result([]))

    def forget(self, connection: Connection) -> None:
        """Drop what a closed connection was waiting for."""
        self._pollers = deque(poller for poller in self._pollers if poller[0] is not connection)

    def _sent(self, body: dict[str, Any]) -> bytes:
        chat_id, text = int(body["chat_id"]), body["text"]
        outcome, waiting = self._outcome, self._waiting.get(chat_id)
        self._messages += 1
        if waiting:
            self._last = time.perf_counter()
            asked, at = waiting.popleft()
            outcome.answers += 1
            outcome.disordered += asked != text
            outcome.latencies.append(self._last - at)
            self._open -= 1
            if not self._open:
                self._finished.set()
        else:
            outcome.surplus += 1
        chat = {"id": chat_id, "type": "private", "first_name": "Ana"}
        written = {
            "message_id": 10_000_000 + self._messages,
            "from": _BOT,
            "chat": chat,
            "date": int(time.time()),
        }
        return _result(written | {"text": text})


class Connection(asyncio.Protocol):
    """One connection of HTTP/1.1; requests come with a length, one after the other."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._stand_in.forget(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            lower = head.lower()
            size = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < size:
                return
            self._buffer = rest[size:]
            path = head.split(b" ", 2)[1].decode()
            body: dict[str, Any] = {}
            if size:
                content = rest[:size]
                as_json = b"application/json" in lower
                body = json.loads(content) if as_json else dict(parse_qsl(content.decode()))
            if path.startswith("/bot"):
                self._stand_in.called(self, path.rpartition("/")[2], body)
            else:
                asyncio.get_running_loop().create_task(self._control(path, body))

    async def _control(self, path: str, body: dict[str, Any]) -> None:
        if path == "/ready":
            await self._stand_in.polled()
            self.answer(b"{}")
        else:
            outcome = await self._stand_in.load(Load(**body))
            self.answer(json.dumps(asdict(outcome)).encode())

    def answer(self, body: bytes) -> None:
        """Send the answer to the request that is in hand."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


def _update(position: int, load: Load, number: int) -> bytes:
    text, language = load.texts[number]
    user = FIRST_USER + number % load.users
    names = {"first_name": "Ana", "last_name": "Example", "username": f"ana_{user}"}
    message = {
        "message_id": 100 + position,
        "from": {"id": user, "is_bot": False, **names, "language_code": language},
        "chat": {"id": user, **names, "type": "private"},
        "date": int(time.time()),
        "text": text,
    }
    return json.dumps({"update_id": 1 + position, "message": message}).encode()


def _result(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    stand_in = StandIn()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(stand_in), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

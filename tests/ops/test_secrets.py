"""Whatever fails, the token is shown nowhere: over real sockets, with every kind of failure."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bot.errors import BotError, ConfigError, StorageUnavailable
from bot.ops.metrics import Metrics
from bot.ops.silence import Silence
from bot.ops.web import Check, Part, ops_app, polling_check
from bot.storage.sqlite import SqliteStore
from bot.storage.store import InboxEntry, Received
from bot.telegram import intake
from bot.telegram.dispatch import connect_handlers
from bot.telegram.intake import Intake, Polling
from bot.telegram.sender import Sender
from bot.telegram.transport import BotApiRequest, RawBot, connect_bot
from bot.telegram.webhook import webhook_route
from bot.types import ChatRef, OutgoingMessage
from tests.logs import real_logs

SECRET = "AAsecretsecretsecretsecretsecret"
TOKEN = f"4242424242:{SECRET}"

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def http(status: int, body: str, *, length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: "
    return f"{head}{len(body) if length is None else length}\r\n\r\n{body}".encode()


def says(status: int, description: str) -> Respond:
    body = json.dumps({"ok": False, "error_code": status, "description": description})
    return sends(http(status, body))


def sends(raw: bytes, *, then: float = 0.0) -> Respond:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(raw)
        await writer.drain()
        await asyncio.sleep(then)

    return respond


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(65536)
    writer.transport.abort()


FAILURES: dict[str, Respond | None] = {
    "refused": None,  # nobody listens
    "reset": resets,
    "401": says(401, "Unauthorized"),
    "404": says(404, "Not Found"),
    "400": says(400, f"Bad Request: no method for /bot{TOKEN}/x"),
    "403": says(403, "Forbidden: bot was blocked by the user"),
    "409": says(409, "Conflict: terminated by other getUpdates request"),
    "429": says(429, "Too Many Requests"),
    "500": sends(http(500, "Internal Server Error")),
    "500 quotes half": sends(http(500, f"no page 4242424242%3A{SECRET}/getMe")),
    "502 in HTML": sends(http(502, f"<html>/bot{TOKEN}/getMe: bad gateway</html>")),
    "not JSON": sends(http(200, f"{{{TOKEN}")),
    "not an object": sends(http(200, "[]")),
    "not a list": sends(http(200, '{"ok": true, "result": 7}')),
    "not HTTP": sends(b"SSH-2.0-OpenSSH\r\n\r\n"),
    "breaks off": sends(http(200, '{"ok": true', length=5_000)),
    "timeout": sends(b"", then=30),
    "redirect": sends(f"HTTP/1.1 302 Found\r\nLocation: /bot{TOKEN}/\r\nContent-Length: 0\r\n\r\n".encode()),
}


@asynccontextmanager
async def bot_before(respond: Respond | None) -> AsyncIterator[RawBot]:
    """A bot whose server does one thing only."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            assert respond is not None
            await respond(reader, writer)
        writer.close()

    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    server: asyncio.Server | None = None
    if respond is None:
        taken.close()
    else:
        server = await asyncio.start_server(closing, sock=taken)
    request, polling = (BotApiRequest(read_timeout=0.2), BotApiRequest(read_timeout=0.2))
    await request.initialize()
    await polling.initialize()
    try:
        yield connect_bot(TOKEN, api_url=f"http://127.0.0.1:{port}", request=request, polling=polling)
    finally:
        await request.shutdown()
        await polling.shutdown()
        if server is not None:
            server.close()


def shown(exc: BaseException) -> str:
    """Everything that a handler of an exception could print."""
    parts = ["".join(traceback.format_exception(exc)), str(exc), repr(exc), repr(exc.args), repr(vars(exc))]
    for inner in (exc.__cause__, exc.__context__):
        if inner is not None:
            parts.append(shown(inner))
    return "\n".join(parts)


async def trouble(bot: RawBot, folder: Path) -> str:
    """Let every part that talks to the Bot API fail, and return all that they raised and reported."""
    silence = Silence(0.0)
    store = SqliteStore(folder / "bot.sqlite3")
    await store.open()
    polling = Polling(
        bot,
        Intake(store, Metrics()),
        accept=lambda entries: None,
        has_room=lambda: True,
        now=lambda: datetime.now(UTC),
        seconds=0,
        silence=silence,
    )
    message = OutgoingMessage(
        chat=ChatRef(channel="telegram", chat_id="5"),
        method="sendMessage",
        body={"chat_id": 5, "text": "x"},
        question_id="1",
    )
    raised: list[BaseException] = []

    async def caught(call: Awaitable[object]) -> None:
        try:
            async with asyncio.timeout(0.3):
                await call
        except Exception as exc:
            raised.append(exc)

    await caught(polling.run())
    await caught(Sender(bot, deadline=0.4).send(message))
    await caught(Sender(bot, deadline=0.05).send(message, again=True))
    await caught(connect_handlers(bot).initialize())
    for method in ("getMe", "getWebhookInfo", "setMyCommands"):
        await caught(bot.call(method, {}))
    await caught(bot.get_me())
    await caught(silence.watch())
    await store.close()
    assert len(raised) > 5
    answers = await reported(raised, silence)
    names = [repr(bot), str(bot), repr(connect_handlers(bot)), repr(polling)]
    return "\n".join([*map(shown, raised), *answers, *names])


async def reported(raised: list[BaseException], silence: Silence) -> list[str]:
    """Return what readiness and metrics say about it."""

    def failing(exc: BaseException) -> Check:
        async def check() -> Part:
            raise exc

        return check

    async def refresh() -> None:
        raise next((exc for exc in raised if isinstance(exc, BotError)), ConfigError(["none"]))

    checks = {f"part{number}": failing(exc) for number, exc in enumerate(raised)}
    metrics = Metrics()
    for exc in raised:
        metrics.retried(str(exc))
        metrics.ignored(repr(exc))
    app = ops_app(
        {**checks, "updates": polling_check(silence.seconds, within=0)}, metrics=metrics, refresh=refresh
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ops") as client:
        answers = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics", f"/bot{TOKEN}/x")]
    return [f"{answer.headers} {answer.text}" for answer in answers]


@pytest.mark.parametrize("failure", FAILURES)
async def test_no_failure_shows_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(intake, "_DELAYS", (0.1,))
    monkeypatch.setattr(intake, "_SLACK_SECONDS", 0.2)
    with real_logs() as configure:
        written = configure(level="debug", secrets=[TOKEN])
        async with bot_before(FAILURES[failure]) as bot:
            told = await trouble(bot, tmp_path)
    text = "\n".join(written())
    assert text
    assert SECRET not in text
    assert SECRET not in told


@pytest.mark.parametrize("failure", FAILURES)
async def test_events_do_not_hold_the_token_even_before_it_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    monkeypatch.setattr(intake, "_DELAYS", (0.1,))
    monkeypatch.setattr(intake, "_SLACK_SECONDS", 0.2)
    with capture_logs() as logs:
        async with bot_before(FAILURES[failure]) as bot:
            await trouble(bot, tmp_path)
    assert SECRET not in repr(logs)


class _Refusing:
    """A store that is away."""

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        raise StorageUnavailable("the disk is full")


async def test_a_webhook_shows_neither_its_secret_nor_what_was_given_in_its_place() -> None:
    route = webhook_route(
        "/hook", secret=SECRET, store=_Refusing(), accept=lambda entries: None, now=lambda: datetime.now(UTC)
    )
    app = ops_app({}, metrics=Metrics(), routes=[route])
    header = "X-Telegram-Bot-Api-Secret-Token"
    with real_logs() as configure:
        written = configure(level="debug")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
            wrong = await client.post("/hook", headers={header: "wrongwrongwrong"}, content=b"{}")
            right = await client.post("/hook", headers={header: SECRET}, content=b'{"update_id": 7}')
            odd = await client.post("/hook", headers={header: SECRET}, content=b"{")
    assert [wrong.status_code, right.status_code, odd.status_code] == [403, 503, 200]
    text = "\n".join([*written(), *(f"{answer.headers} {answer.text}" for answer in (wrong, right, odd))])
    assert "webhook_not_stored" in text
    assert SECRET not in text
    assert "wrongwrong" not in text

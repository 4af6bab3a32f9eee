"""How calls reach the Bot API, over real sockets on this machine, and what is told of failures."""

from __future__ import annotations

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.telegram.transport import BotApiRequest, Flooded, NotSent, RawBot, connect_bot

TOKEN = "4242:AAsecretsecretsecretsecretsecret"

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Respond], Awaitable[RawBot]]


def http(status: int, body: bytes, *, length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length or len(body)}\r\n\r\n".encode() + body


def answering(status: int, body: bytes, seen: list[bytes] | None = None) -> Respond:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(65536)
        if seen is not None:
            seen.append(request)
        writer.write(http(status, body))
        await writer.drain()

    return respond


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server that does one thing, and a bot that talks to it."""
    servers: list[asyncio.Server] = []
    bots: list[RawBot] = []
    tasks: list[asyncio.Task[None]] = []

    async def start(respond: Respond) -> RawBot:
        async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.append(task)
            try:
                with suppress(OSError, asyncio.CancelledError):
                    await respond(reader, writer)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

        server = await asyncio.start_server(closing, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        request = BotApiRequest(read_timeout=0.3)
        await request.initialize()
        bot = connect_bot(TOKEN, api_url=f"http://127.0.0.1:{port}/", request=request)
        bots.append(bot)
        return bot

    yield start
    for bot in bots:
        await bot.request.shutdown()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for server in servers:
        server.close()
        await server.wait_closed()


async def failure(bot: RawBot) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await bot.call("sendMessage", {"chat_id": 1, "text": "x"})
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "secret" not in shown
    return caught.value


async def test_a_call_goes_out_as_json_and_its_result_comes_back_unparsed(serve: Serve) -> None:
    seen: list[bytes] = []
    result = b'{"ok":true,"result":{"message_id":5,"new_field":[1]}}'
    bot = await serve(answering(200, result, seen))
    sent = {"chat_id": 1, "text": "\u0639\ud83d", "reply_markup": {"inline_keyboard": [[]]}}
    assert await bot.call("sendMessage", sent) == {"message_id": 5, "new_field": [1]}
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1".encode())
    assert body == b'{"chat_id": 1, "text": "\\u0639\\ud83d", "reply_markup": {"inline_keyboard": [[]]}}'


async def test_a_server_that_is_not_there_surely_got_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        request = BotApiRequest()
        await request.initialize()
        bot = connect_bot(TOKEN, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}", request=request)
        assert type(await failure(bot)) is NotSent
        await request.shutdown()


async def test_a_closed_transport_surely_sent_nothing() -> None:
    bot = connect_bot(TOKEN, api_url="http://127.0.0.1:9")
    assert type(await failure(bot)) is NotSent


async def test_a_connection_that_breaks_may_have_carried_the_call(serve: Serve) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.transport.abort()

    assert type(await failure(await serve(respond))) is NetworkError


async def test_an_answer_that_breaks_off_may_mean_that_it_was_done(serve: Serve) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(http(200, b'{"ok":true', length=500))
        await writer.drain()
        writer.close()

    assert type(await failure(await serve(respond))) is NetworkError


async def test_a_server_that_never_answers_is_not_waited_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.transport._CONNECT_SECONDS", 0.1)

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        await asyncio.sleep(5)

    started = asyncio.get_running_loop().time()
    assert type(await failure(await serve(respond))) is TimedOut
    assert asyncio.get_running_loop().time() - started < 2


async def test_a_server_that_sends_a_byte_now_and_then_is_cut_off(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.transport._CONNECT_SECONDS", 0.1)

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        for byte in http(200, b'{"ok":true,"result":true}' + b" " * 500):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)

    started = asyncio.get_running_loop().time()
    assert type(await failure(await serve(respond))) is TimedOut
    assert asyncio.get_running_loop().time() - started < 2


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"[]", b'"x"', b'{"ok":true}', b"[" * 100_000, b""])
async def test_an_unreadable_answer_is_an_error_of_the_library(serve: Serve, body: bytes) -> None:
    assert isinstance(await failure(await serve(answering(200, body))), TelegramError)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (413, b"<html>too large</html>", BadRequest),
        (403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}', Forbidden),
        (401, b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
        (404, b'{"ok":false,"description":"Not Found"}', InvalidToken),
        (502, b"<html>Bad Gateway</html>", NetworkError),
        (500, b'{"ok":false,"description":"Internal"}', NetworkError),
    ],
)
async def test_each_refusal_is_told_apart(
    serve: Serve, status: int, body: bytes, kind: type[TelegramError]
) -> None:
    assert type(await failure(await serve(answering(status, body)))) is kind


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":7}}', 7),
        (b"<html>slow down</html>", 5),
        (b'{"ok":false,"parameters":{"retry_after":"soon"}}', 5),
    ],
)
async def test_flood_control_says_how_long_to_wait(serve: Serve, body: bytes, seconds: float) -> None:
    error = await failure(await serve(answering(429, body)))
    assert isinstance(error, Flooded)
    assert error.retry_after == seconds


async def test_an_address_that_makes_no_sense_does_not_show_the_token() -> None:
    request = BotApiRequest()
    await request.initialize()
    await failure(connect_bot(TOKEN, api_url="http://[bad", request=request))
    await failure(connect_bot(TOKEN, api_url="ftp://127.0.0.1", request=request))
    await request.shutdown()

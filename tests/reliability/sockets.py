"""How does a small server read requests, and misbehave when it is told to?

HTTP/1.1 over plain asyncio streams: cheaper than a framework, and every byte is under control, so that answers can
be late, broken, missing or endless.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

LOOPBACK = "127.0.0.1"

_HEAD_LIMIT = 1 << 16
_LOW_PORTS = (18000, 31000)  # below the range from which systems take ports of outgoing connections


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asks."""

    target: str  # path and query
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it gets."""

    status: int = 200
    body: bytes = b""
    pace: float = 0.0  # seconds between two bytes of the body; 0 sends it at once
    reset: bool = False  # break the connection instead


Handler = Callable[[Request], Awaitable[Answer]]


class HttpServer:
    """Serves one handler on 127.0.0.1.

    Args:
        handler: Answers requests, many at the same time.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        listener = listen_low()
        self.port = int(listener.getsockname()[1])
        self._server = await asyncio.start_server(self._connected, sock=listener, limit=_HEAD_LIMIT)

    async def close(self) -> None:
        """End everything that is still open."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # it is one
        self._serving.add(task)
        try:
            while (request := await _read(reader)) is not None:
                answer = await self._handler(request)
                if answer.reset:
                    _reset(writer)
                    return
                await _write(writer, answer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away
        except asyncio.CancelledError:
            pass  # this server ends; nobody waits for the task's result
        finally:
            self._serving.discard(task)
            with suppress(OSError):
                writer.close()


def listen_low() -> socket.socket:
    """Listen on a free low port; high ones may be taken by an outgoing connection while a server restarts."""
    for _ in range(200):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, random.randint(*_LOW_PORTS)))
        except OSError:
            listener.close()
            continue
        listener.listen(512)
        return listener
    raise RuntimeError("no free port")


def free_port() -> int:
    """Find a port that nobody listens on, for a process that is about to start."""
    with listen_low() as listener:
        return int(listener.getsockname()[1])


def as_json(content: object, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status=status, body=json.dumps(content).encode())


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(target=first.split(" ")[1], body=body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return body


async def _write(writer: asyncio.StreamWriter, answer: Answer) -> None:
    reason = HTTPStatus(answer.status).phrase
    head = (
        f"HTTP/1.1 {answer.status} {reason}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(answer.body)}\r\n\r\n"
    ).encode()
    if not answer.pace:
        writer.write(head + answer.body)
        await writer.drain()
        return
    writer.write(head)
    for byte in answer.body:
        await asyncio.sleep(answer.pace)
        writer.write(bytes([byte]))
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection so that the other side sees a reset, not an end."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

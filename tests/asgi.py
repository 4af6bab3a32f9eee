"""The emulation at the other end of the production transport: in this process, or behind a real socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import uvicorn
from starlette.types import ASGIApp

from bot.preview.botapi import BotApi
from bot.telegram.transport import BotApiRequest


class AsgiRequest(BotApiRequest):
    """Calls an application in this process; errors and timeouts are those of the real transport."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app))

    async def initialize(self) -> None:
        """Nothing has to be opened."""

    async def shutdown(self) -> None:
        await self._client.aclose()

    async def exchange(
        self, method: str, url: str, content: Mapping[str, Any], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        async with asyncio.timeout(limits.total):
            answer = await self._client.request(method, url, timeout=None, **content)
        return answer.status_code, answer.content


@asynccontextmanager
async def on_loopback(api: BotApi) -> AsyncIterator[str]:
    """Serve the emulation on a free port of this machine, and give its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api.app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    api.close()
    server.should_exit = True
    await serving

"""The production transport, with an ASGI application at its other end in place of a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import httpx
from starlette.types import ASGIApp

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

"""A Bot API that is the same on each run, and a way to call it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.preview.botapi import BotApi


class Caller:
    """Calls methods like a bot does and remembers nothing."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def __call__(self, method: str, **arguments: object) -> Any:
        answer = await self.client.post(f"/{method}", json=arguments)
        body = answer.json()
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **arguments: object) -> tuple[int, str]:
        answer = await self.client.post(f"/{method}", json=arguments)
        body = answer.json()
        assert not body["ok"], body
        assert body["error_code"] == answer.status_code
        return body["error_code"], body["description"]


@pytest.fixture
def clock() -> list[float]:
    """Seconds since 1970, to be moved by hand."""
    return [1_790_000_000.0]


@pytest.fixture
def api(clock: list[float]) -> BotApi:
    return BotApi("4242:test", seed=7, now=lambda: clock[0])


@pytest.fixture
async def call(api: BotApi) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(api.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://localhost/bot{api.token}") as client:
        yield Caller(client)

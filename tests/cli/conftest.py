"""The emulation behind a socket, and the command line that talks to it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.preview.botapi import BotApi
from tests.asgi import on_loopback
from tests.conftest import ROOT

TOKEN = "4242:AAabcdefghijklmnopqrstuvwxyz_-0123"

Called = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def api() -> BotApi:
    return BotApi(TOKEN, seed=7)


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    """The emulation behind a real socket."""
    async with on_loopback(api) as url:
        yield url


@pytest.fixture
def program(address: str) -> Called:
    """Run the command line as an operator does."""

    async def call(*words: str, **settings: str) -> tuple[int, str, str]:
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith("ALLIANCE_BOT_")
        }
        given = {"TOKEN": TOKEN, "API_URL": address, "WEBHOOK_SECRET": "s3cret", **settings}
        environment |= {f"ALLIANCE_BOT_{name}": value for name, value in given.items() if value}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env=environment,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 120)
        assert TOKEN.encode() not in out + err
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    return call

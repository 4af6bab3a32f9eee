"""The commands that ask the Bot API, as operators call them."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import uvicorn

from bot.preview.botapi import BotApi
from tests.conftest import ROOT

TOKEN = "4242:AAabcdefghijklmnopqrstuvwxyz_-0123"
URL = "https://bot.example.org/telegram"

Called = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def api() -> BotApi:
    return BotApi(TOKEN, seed=7)


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    """The emulation behind a real socket."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api.app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    api.close()
    server.should_exit = True
    await serving


@pytest.fixture
def called(address: str) -> Called:
    async def call(*words: str, command: str = "webhook", **settings: str) -> tuple[int, str, str]:
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith("ALLIANCE_BOT_")
        }
        given = {"TOKEN": TOKEN, "API_URL": address, "WEBHOOK_SECRET": "s3cret", **settings}
        environment |= {f"ALLIANCE_BOT_{name}": value for name, value in given.items() if value}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", command, *words),
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


async def test_a_webhook_is_set_looked_at_and_deleted(api: BotApi, called: Called) -> None:
    status, out, _ = await called("set", URL, "--connections", "8")
    assert (status, out.splitlines()[0]) == (0, f"webhook      {URL}, at most 8 posts at once")
    assert api.server.calls[0].arguments["secret_token"] == "s3cret"
    await api.user("Ana").send("a question")
    status, out, _ = await called("info")
    assert (status, out.splitlines()[1]) == (0, "waiting      1 update")
    status, out, _ = await called("delete")
    assert (status, out.splitlines()[0]) == (0, "webhook      none; updates are polled")


async def test_what_cannot_be_used_is_exit_status_2(called: Called) -> None:
    status, _, err = await called(
        "set", "http://bot.example.org", API_URL="http://api.example.org", WEBHOOK_SECRET=""
    )
    assert status == 2
    assert len(err.splitlines()) == 2
    assert (await called("info", TOKEN="4242:other_token"))[0] == 2


async def test_a_server_that_is_away_is_exit_status_1(called: Called) -> None:
    status, _, err = await called("info", API_URL="http://127.0.0.1:9")
    assert (status, err) == (1, "not reached: no connection to the Bot API (ClientConnectorError)\n")


async def test_links_carry_the_name_that_the_bot_api_says(called: Called, cache_dir: Path) -> None:
    status, out, _ = await called("--format", "csv", command="links", CACHE_DIR=str(cache_dir))
    assert (status, "https://t.me/alliance_preview_bot?start=launch-date" in out) == (0, True)

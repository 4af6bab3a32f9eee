"""The commands that ask the Bot API, as operators call them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.preview.botapi import BotApi
from tests.cli.conftest import Called

URL = "https://bot.example.org/telegram"


@pytest.fixture
def called(program: Called) -> Called:
    async def call(*words: str, command: str = "webhook", **settings: str) -> tuple[int, str, str]:
        return await program(command, *words, **settings)

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

"""Where Telegram posts updates, and what it says about that."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.errors import BotError, ConfigError
from bot.preview.botapi import BotApi
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.registration import (
    account,
    delete_webhook,
    described,
    failed,
    read_registration,
    registration,
    set_webhook,
)
from bot.telegram.transport import RawBot, connect_bot
from tests.asgi import AsgiRequest

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://bot.example.org/telegram"
SECRET = "s3cret_-"
PUBLIC = "https://api.telegram.org"


async def test_a_webhook_is_set_with_everything_that_it_needs(api: BotApi, bot: RawBot) -> None:
    await set_webhook(bot, URL, secret=SECRET, api_url=PUBLIC, connections=12)
    call = api.server.calls[-1]
    assert call.method == "setWebhook"
    assert call.arguments["url"] == URL
    assert call.arguments["secret_token"] == SECRET
    assert not call.arguments.get("drop_pending_updates")
    state = await registration(bot)
    assert (state.url, state.connections) == (URL, 12)
    assert sorted(state.kinds or ()) == sorted(ALLOWED_UPDATES)
    assert state.missing == ()


async def test_what_waits_is_kept_when_the_way_in_changes(api: BotApi, bot: RawBot) -> None:
    await api.user("Ana").send("a question")
    await set_webhook(bot, URL, secret=SECRET, api_url=PUBLIC)
    assert (await registration(bot)).waiting == 1
    await delete_webhook(bot)
    assert await registration(bot) == read_registration(
        {"url": "", "pending_update_count": 1, "allowed_updates": sorted(ALLOWED_UPDATES)}
    )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://bot.example.org/telegram", "posts to https:// only"),
        ("https://bot.example.org:8080/telegram", "ports 443, 80, 88, 8443 only"),
        ("https://bot.example.org:port/telegram", "is no address"),
        ("bot.example.org/telegram", "is no address"),
        ("https://", "is no address"),
        ("ftp://bot.example.org", "is no address"),
        ("https://bot.example.org/a b", "is no address"),
        ("https://ana:hunter2@bot.example.org/", "holds a name or a password"),
    ],
)
async def test_an_address_that_telegram_cannot_use_is_refused_here(
    api: BotApi, bot: RawBot, url: str, told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        await set_webhook(bot, url, secret=SECRET, api_url=PUBLIC)
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert not api.server.calls


@pytest.mark.parametrize("api_url", ["http://127.0.0.1:8081", "http://[::1]:8081", "http://localhost"])
async def test_a_server_on_this_machine_may_post_without_encryption(
    api: BotApi, bot: RawBot, api_url: str
) -> None:
    with suppress(BotError):  # it is asked; whether it agrees is its own affair
        await set_webhook(bot, "http://127.0.0.1:8443/telegram", secret=SECRET, api_url=api_url)
    assert api.server.calls[-1].method == "setWebhook"


async def test_all_faults_are_told_together(bot: RawBot) -> None:
    with pytest.raises(ConfigError) as caught:
        await set_webhook(bot, "nowhere", secret=None, api_url=PUBLIC)
    assert [str(problem).split(":")[0] for problem in caught.value.problems] == [
        "'nowhere'",
        "ALLIANCE_BOT_WEBHOOK_SECRET",
    ]


async def test_a_refused_token_is_told_without_showing_it(api: BotApi) -> None:
    stranger = connect_bot("4242:wrong", api_url="http://localhost", request=AsgiRequest(api.app))
    with pytest.raises(ConfigError, match=r"\*\*\*; the Bot API refuses it") as caught:
        await account(stranger)
    assert "wrong" not in str(caught.value)


async def test_a_flood_is_told(api: BotApi, bot: RawBot) -> None:
    api.fail("getWebhookInfo", 429, "Too Many Requests", retry_after=7)
    with pytest.raises(BotError, match="refused: flood control, retry after 7 s"):
        await registration(bot)


def test_how_things_stand_is_said_in_plain_words() -> None:
    state = read_registration(
        {
            "url": URL,
            "pending_update_count": 3,
            "max_connections": 12,
            "allowed_updates": ["message", "edited_message"],
            "last_error_date": NOW.timestamp() - 7300,
            "last_error_message": "Wrong response from the webhook: 503 Service Unavailable",
        }
    )
    assert list(described(state, NOW)) == [
        f"webhook      {URL}, at most 12 posts at once",
        "waiting      3 updates",
        "last error   2 hours ago: Wrong response from the webhook: 503 Service Unavailable "
        "(the bot could not store; look at its storage with `alliance-bot doctor`)",
        "updates      message, edited_message",
        "not sent     callback_query, inline_query, chosen_inline_result, guest_message, my_chat_member; "
        "run `alliance-bot webhook set` again",
    ]


def test_polling_is_said_in_plain_words() -> None:
    assert list(described(read_registration({"url": "", "pending_update_count": 1}), NOW)) == [
        "webhook      none; updates are polled",
        "waiting      1 update",
        "updates      all kinds that Telegram sends by default",
    ]


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "another secret"),
        ("Wrong response from the webhook: 404 Not Found", "under this path"),
        ("Wrong response from the webhook: 413 Payload Too Large", "too large"),
        ("Wrong response from the webhook: 502 Bad Gateway", "proxy"),
        ("Wrong response from the webhook: 302 Moved Temporarily", "somewhere else"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
        ("Connection refused", "nothing listens"),
        ("Connection timed out", "no answer in time"),
        ("Read timeout expired", "no answer in time"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("Something else altogether", "Something else altogether"),
    ],
)
def test_a_failure_is_explained(message: str, meaning: str) -> None:
    state = read_registration(
        {"url": URL, "last_error_date": NOW.timestamp() - 5, "last_error_message": message}
    )
    said = failed(state, NOW)
    assert said.startswith(f"5 seconds ago: {message}")
    assert meaning in said

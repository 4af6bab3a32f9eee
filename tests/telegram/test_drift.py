"""What differs on Telegram, and how carefully it is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant
from bot.errors import BotError, ConfigError
from bot.language import texts
from bot.preview.botapi import BotApi
from bot.telegram import profile
from bot.telegram.drift import drifted, sync, sync_commands
from bot.telegram.profile import Item, Presented, command_items, name_items, text_items
from bot.telegram.transport import RawBot, connect_bot
from tests.asgi import AsgiRequest


@pytest.fixture
def presented(garden: Assistant) -> Presented:
    return Presented(catalogs=garden.catalogs, default_locale="en", operator=garden.operator)


def everything(presented: Presented) -> tuple[Item, ...]:
    return (*command_items(presented), *text_items(presented), *name_items(presented))


def written(api: BotApi) -> list[str]:
    return [call.method for call in api.calls if call.method.lower().startswith("set")]


async def test_each_language_and_scope_gets_its_texts(api: BotApi, bot: RawBot, presented: Presented) -> None:
    drifts = await drifted(bot, everything(presented))
    assert not (await sync(bot, drifts)).left
    assert await drifted(bot, everything(presented)) == ()
    fr, de = api.user("Ana", language_code="fr"), api.user("Ben", language_code="de")
    say = presented.catalogs.text
    assert api.commands(fr)[0] == {"command": "start", "description": say("fr", texts.COMMAND_START)}
    assert api.commands(de)[1]["description"] == say("en", texts.COMMAND_HELP)
    group = api.group("Class", fr, de)
    assert "language" in [command["command"] for command in api.commands(fr, group)]
    assert "language" not in [command["command"] for command in api.commands(de, group)]
    assert api.profile(fr) == {
        "name": say("fr", texts.PROFILE_NAME),
        "description": profile.description(presented, "fr"),
        "short_description": say("fr", texts.PROFILE_SHORT),
    }


async def test_only_differences_are_written_and_what_falls_back_to_the_right_text_is_not(
    api: BotApi, bot: RawBot, presented: Presented
) -> None:
    items = everything(presented)
    await sync(bot, await drifted(bot, items))
    # three scopes and three texts in "", ar and fr; English texts fall back to those of all others
    assert len(written(api)) == 3 * 4 + 3 * 3
    await bot.call("setMyDescription", {"description": "Something else", "language_code": "fr"})
    before = len(written(api))
    drifts = await drifted(bot, items)
    assert [(drift.item.part, drift.item.language, drift.found) for drift in drifts] == [
        ("description", "fr", "Something else")
    ]
    assert len((await sync(bot, drifts)).changed) == 1
    assert written(api)[before:] == ["setMyDescription"]


async def test_a_short_wait_is_respected_and_a_long_one_leaves_the_rest(
    api: BotApi, bot: RawBot, presented: Presented
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    drifts = await drifted(bot, text_items(presented))
    api.fail("setMyDescription", 429, "Too Many Requests", retry_after=7)
    api.fail("setMyShortDescription", 429, "Too Many Requests", retry_after=4)
    synced = await sync(bot, drifts, wait=10, sleep=sleep)
    assert waited == [7]
    assert synced.retry_after == 4
    assert [drift.item.part for drift in synced.left] == ["short description"] * 4
    again = await sync(bot, synced.left, wait=10, sleep=sleep)
    assert not again.left


async def test_a_chat_that_was_never_opened_is_named(bot: RawBot, presented: Presented) -> None:
    items = [
        item for item in command_items(replace(presented, staff=(77,))) if item.audience.startswith("staff")
    ]
    drifts = await drifted(bot, items)
    assert {drift.reason for drift in drifts} == {"has not written to the bot yet"}
    synced = await sync(bot, drifts)
    assert (synced.changed, len(synced.left)) == ((), 4)


async def test_what_goes_wrong_is_one_clear_message(api: BotApi, bot: RawBot, presented: Presented) -> None:
    api.fail("getMyCommands", 429, "Too Many Requests", retry_after=100)
    with pytest.raises(BotError, match="asks to wait 100 seconds"):
        await drifted(bot, command_items(presented), wait=99)
    stranger = connect_bot("1:wrong", api_url="http://localhost", request=AsgiRequest(api.app))
    with pytest.raises(ConfigError, match="refuses it"):
        await drifted(stranger, command_items(presented))


async def test_the_start_brings_commands_up_to_date_and_nothing_else(
    api: BotApi, bot: RawBot, presented: Presented
) -> None:
    assert await sync_commands(bot, presented) == 12
    assert set(written(api)) == {"setMyCommands"}
    assert await sync_commands(bot, presented) == 0
    assert await sync_commands(bot, replace(presented, default_locale="fr")) == 3


async def test_a_refusal_at_the_start_is_told_and_does_no_harm(
    api: BotApi, bot: RawBot, presented: Presented
) -> None:
    api.fail("setMyCommands", 429, "Too Many Requests", retry_after=100)
    with capture_logs() as logs:
        assert await sync_commands(bot, presented) == 0
    assert [log["event"] for log in logs] == ["commands_not_synced"]
    assert logs[0]["retry_after"] == 100

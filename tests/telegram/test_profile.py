"""Which commands the application's menu shows, per language."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.answering.assistant import Assistant
from bot.language import texts
from bot.preview.botapi import BotApi
from bot.telegram.handlers import HANDLERS
from bot.telegram.profile import COMMANDS, menus, sync_commands
from bot.telegram.transport import RawBot


async def test_each_language_gets_its_menu(api: BotApi, bot: RawBot, garden: Assistant) -> None:
    assert await sync_commands(bot, garden.catalogs, "en") == 4
    shown = api.commands(api.user("Ana", language_code="fr"))
    assert shown[0] == {"command": "start", "description": garden.catalogs.text("fr", texts.COMMAND_START)}
    others = api.commands(api.user("Ben", language_code="de"))
    assert others[1]["description"] == garden.catalogs.text("en", texts.COMMAND_HELP)


async def test_what_is_right_already_is_not_written_again(
    api: BotApi, bot: RawBot, garden: Assistant
) -> None:
    await sync_commands(bot, garden.catalogs, "en")
    assert await sync_commands(bot, garden.catalogs, "en") == 0
    assert await sync_commands(bot, garden.catalogs, "fr") == 1


async def test_a_refusal_is_told_and_does_no_harm(api: BotApi, bot: RawBot, garden: Assistant) -> None:
    api.fail("setMyCommands", 429, "Too Many Requests", retry_after=100)
    with capture_logs() as logs:
        assert await sync_commands(bot, garden.catalogs, "en") == 0
    assert [log["event"] for log in logs] == ["commands_not_synced"]


def test_every_command_has_a_handler_and_a_short_enough_description(garden: Assistant) -> None:
    handled = {command for handler in HANDLERS for command in getattr(handler, "commands", ())}
    assert handled == set(COMMANDS)
    for menu in menus(garden.catalogs, "en").values():
        assert all(1 <= len(item["description"]) <= 256 for item in menu)

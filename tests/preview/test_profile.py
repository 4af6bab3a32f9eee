from __future__ import annotations

import pytest

from bot.preview.botapi import BotApi
from tests.preview.conftest import Caller

HELP = {"command": "help", "description": "How to ask"}
AIDE = {"command": "help", "description": "Comment demander"}


async def test_a_menu_shows_the_nearest_commands(api: BotApi, call: Caller) -> None:
    await call("setMyCommands", commands=[HELP])
    await call("setMyCommands", commands=[AIDE], language_code="fr")
    group_only = {"command": "topics", "description": "Topics"}
    await call("setMyCommands", commands=[group_only], scope={"type": "all_group_chats"})
    fr, de = api.user("Zoé", language_code="fr-CA"), api.user("Max", language_code="de")
    assert api.commands(fr) == (AIDE,)
    assert api.commands(de) == (HELP,)
    assert api.commands(fr, api.group("Classe", fr)) == (group_only,)
    await call("deleteMyCommands", language_code="fr")
    assert api.commands(fr) == (HELP,)


async def test_commands_are_kept_per_scope_and_language(call: Caller) -> None:
    await call("setMyCommands", commands=[AIDE], scope={"type": "all_private_chats"}, language_code="fr")
    assert await call("getMyCommands") == []
    assert await call("getMyCommands", scope={"type": "all_private_chats"}, language_code="fr") == [AIDE]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"commands": [HELP], "language_code": "zh-hans"}, "invalid language code specified"),
        ({"commands": [HELP], "language_code": "FR"}, "invalid language code specified"),
        ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "h" * 33, "description": "x"}]}, "command length must not exceed 32"),
        ({"commands": [{"command": "h", "description": ""}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "h", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "h"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ({"commands": [HELP] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "{}"}, "expected an Array of BotCommand"),
        (
            {"commands": [], "scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 9}}, "chat not found"),
    ],
)
async def test_commands_that_telegram_refuses(
    call: Caller, arguments: dict[str, object], reason: str
) -> None:
    assert await call.refused("setMyCommands", **arguments) == (400, f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("method", "argument", "limit"),
    [
        ("Name", "name", 64),
        ("Description", "description", 512),
        ("ShortDescription", "short_description", 120),
    ],
)
async def test_texts_of_the_profile(call: Caller, method: str, argument: str, limit: int) -> None:
    assert await call(f"setMy{method}", **{argument: "x" * limit})
    assert await call(f"setMy{method}", **{argument: "é"}, language_code="fr")
    assert await call(f"getMy{method}", language_code="fr") == {argument: "é"}
    assert await call(f"getMy{method}", language_code="de") == {argument: "x" * limit}
    await call(f"setMy{method}", language_code="fr")
    assert await call(f"getMy{method}", language_code="fr") == {argument: "x" * limit}
    assert (await call.refused(f"setMy{method}", **{argument: "x" * (limit + 1)}))[0] == 400

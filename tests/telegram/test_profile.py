"""How the bot presents itself, per language and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.assistant import Assistant, Operator
from bot.language import texts
from bot.language.catalogs import Catalogs, load_catalogs
from bot.telegram import profile
from bot.telegram.cutting import utf16_length
from bot.telegram.handlers import HANDLERS
from bot.telegram.profile import (
    COMMANDS,
    FOR_ADMINISTRATORS,
    IN_GROUPS,
    Presented,
    command_items,
    description,
    languages,
    name_items,
    text_items,
)
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(ROOT / "locales")[0]


def test_every_command_has_a_handler_and_only_commands_that_exist_are_shown() -> None:
    handled = {command for handler in HANDLERS for command in getattr(handler, "commands", ())}
    assert {*COMMANDS, *profile.FOR_STAFF} == handled
    assert {*IN_GROUPS, *FOR_ADMINISTRATORS} <= set(COMMANDS)
    assert "language" not in IN_GROUPS
    assert "language" in FOR_ADMINISTRATORS


def test_every_text_keeps_its_limit_in_every_language_with_the_longest_operator(catalogs: Catalogs) -> None:
    presented = Presented(
        catalogs=catalogs, default_locale="en", operator=Operator(name="Ü" * 400), staff=(77,)
    )
    limits = {
        "name": profile.MAX_NAME,
        "description": profile.MAX_DESCRIPTION,
        "short description": profile.MAX_SHORT_DESCRIPTION,
    }
    seen = set()
    for item in (*text_items(presented), *name_items(presented)):
        assert isinstance(item.wanted, str)
        assert 0 < utf16_length(item.wanted) <= limits[item.part], (item.part, item.language)
        seen.add((item.part, item.language))
    assert len(seen) == 3 * 9
    for item in command_items(presented):
        assert isinstance(item.wanted, list)
        assert len(item.wanted) <= profile.MAX_COMMANDS
        for command in item.wanted:
            assert 1 <= len(command["command"]) <= profile.MAX_COMMAND
            assert 1 <= utf16_length(command["description"]) <= profile.MAX_COMMAND_TEXT


def test_the_description_says_who_runs_the_bot_and_whether_the_alliance_speaks(garden: Assistant) -> None:
    presented = Presented(catalogs=garden.catalogs, default_locale="en", operator=garden.operator)
    said = description(presented, "en")
    assert "Run by: Garden <friends>" in said
    assert garden.catalogs.text("en", texts.ABOUT_UNOFFICIAL) in said
    official = replace(presented, operator=Operator(official=True))
    assert garden.catalogs.text("fr", texts.ABOUT_OFFICIAL) in description(official, "fr")


def test_regional_variants_share_their_language_and_that_is_said() -> None:
    found = languages(Catalogs(("en", "fil", "pt", "pt_BR", "zh_Hans")), "en")
    assert found.locales == {"": "en", "en": "en", "pt": "pt", "zh": "zh_Hans"}
    assert found.notes == (
        "fil: Telegram takes two-letter codes only; its readers see en",
        "pt_BR: pt stands for all of “pt”, because it comes first",
        "zh_Hans: written as “zh”, which all its regional variants share",
    )


def test_staff_have_lists_of_their_own(catalogs: Catalogs) -> None:
    presented = Presented(catalogs=catalogs, default_locale="en", staff=(77,))
    own = [item for item in command_items(presented) if item.audience == "staff 77"]
    assert [item.language for item in own] == ["", "en", "ar", "de", "es", "fr", "pt", "ru", "zh"]
    assert own[0].selector["scope"] == {"type": "chat", "chat_id": 77}
    assert isinstance(own[0].wanted, list)
    assert [each["command"] for each in own[0].wanted] == [
        *COMMANDS,
        "review",
        "withdraw",
        "restore",
        "reload",
        "rollback",
    ]

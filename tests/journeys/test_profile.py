"""What a person sees of the bot before the first message, and what the menu offers where."""

from __future__ import annotations

import pytest

from bot.language import texts
from bot.telegram.drift import drifted, sync
from bot.telegram.profile import Presented, command_items, name_items, text_items
from tests.journeys.conftest import World

LOCALES = {"en": "en", "ar": "ar", "zh-hans": "zh_Hans", "ru": "ru"}


@pytest.mark.parametrize(("client", "locale"), LOCALES.items())
async def test_menus_are_there_from_the_start_for_each_place(world: World, client: str, locale: str) -> None:
    ana, ben = (world.api.user(name, language_code=client) for name in ("Ana", "Ben"))
    group = world.api.group("Teachers", ana, ben)  # Ana owns it
    await world.api.wait_for(lambda: len(sets(world)) == 27 or None)
    say = world.service.assistant().catalogs.text
    alone = {each["command"]: each["description"] for each in world.api.commands(ana)}
    assert alone["privacy"] == say(locale, texts.COMMAND_PRIVACY)
    assert list(alone) == ["start", "help", "topics", "language", "about", "privacy", "forgetme"]
    leading = [each["command"] for each in world.api.commands(ana, group)]
    others = [each["command"] for each in world.api.commands(ben, group)]
    assert leading == ["help", "topics", "language", "about", "privacy", "forgetme"]
    assert others == ["help", "topics", "about", "privacy", "forgetme"]


@pytest.mark.parametrize(("client", "locale"), LOCALES.items())
async def test_the_profile_speaks_the_language_of_the_application(
    world: World, client: str, locale: str
) -> None:
    assistant = world.service.assistant()
    presented = Presented(catalogs=assistant.catalogs, default_locale="en", operator=assistant.operator)
    user = world.api.user("Ana", language_code=client)
    assert world.api.profile(user)["description"] == ""
    items = (*text_items(presented), *name_items(presented))
    await sync(world.service.bot, await drifted(world.service.bot, items))
    say = assistant.catalogs.text
    shown = world.api.profile(user)
    assert shown["name"] == say(locale, texts.PROFILE_NAME)
    assert shown["short_description"] == say(locale, texts.PROFILE_SHORT)
    assert say(locale, texts.PROFILE_DESCRIPTION) in shown["description"]
    assert "Test operators" in shown["description"]
    assert say(locale, texts.ABOUT_UNOFFICIAL) in shown["description"]


async def test_a_new_start_writes_nothing_that_is_right(world: World) -> None:
    await world.api.wait_for(lambda: len(sets(world)) == 27 or None)
    assistant = world.service.assistant()
    presented = Presented(catalogs=assistant.catalogs, default_locale="en", operator=assistant.operator)
    assert await drifted(world.service.bot, command_items(presented)) == ()


def sets(world: World) -> list[str]:
    """List the calls that changed the profile."""
    return [call.method for call in world.api.calls if call.method.lower().startswith("setmy")]

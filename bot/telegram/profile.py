"""Which commands does the application's menu show?

Telegram keeps one list per two-letter language. The lists are compared first and changed only where they
differ, because these calls are strictly limited.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from telegram.error import TelegramError

from bot.language import texts
from bot.language.catalogs import Catalogs
from bot.telegram.transport import RawBot

COMMANDS: Mapping[str, texts.Text] = {
    "start": texts.COMMAND_START,
    "help": texts.COMMAND_HELP,
    "topics": texts.COMMAND_TOPICS,
    "language": texts.COMMAND_LANGUAGE,
    "about": texts.COMMAND_ABOUT,
    "privacy": texts.COMMAND_PRIVACY,
    "forgetme": texts.COMMAND_FORGETME,
}

_log = structlog.get_logger(__name__)


async def sync_commands(bot: RawBot, catalogs: Catalogs, default_locale: str) -> int:
    """Bring the menus up to date and return how many had to be changed; a failure is only logged."""
    changed = 0
    try:
        for language, commands in menus(catalogs, default_locale).items():
            found = await bot.call("getMyCommands", {"language_code": language})
            if found != commands:
                await bot.call("setMyCommands", {"commands": commands, "language_code": language})
                changed += 1
    except TelegramError as exc:
        _log.warning("commands_not_synced", reason=exc.message)
    return changed


def menus(catalogs: Catalogs, default_locale: str) -> dict[str, list[dict[str, str]]]:
    """Write the menu of each language; "" is for all others.

    Regional variants share the menu of their language, since Telegram knows no others: the first one has it.
    """
    locales = {"": default_locale}
    for locale in catalogs.locales:
        locales.setdefault(locale.partition("_")[0], locale)
    return {
        language: _menu(catalogs, locale) for language, locale in locales.items() if len(language) in (0, 2)
    }


def _menu(catalogs: Catalogs, locale: str) -> list[dict[str, str]]:
    return [
        {"command": command, "description": catalogs.text(locale, text)} for command, text in COMMANDS.items()
    ]

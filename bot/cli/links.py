"""Which command lists the links that open answers?"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import ConfigOption, KnowledgeOption, LocalesOption, assistant_of, say

if TYPE_CHECKING:
    from bot.config import Config
    from bot.telegram.links import EntryLink


_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)


class LinksFormat(StrEnum):
    """How the list is written."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def links(
    locale: Annotated[str | None, typer.Option(help="Language of the questions; the default one.")] = None,
    format: Annotated[LinksFormat, typer.Option(help="How the list is written.")] = LinksFormat.TEXT,
    bot: Annotated[str | None, typer.Option(metavar="NAME", help="The bot's name, without a token.")] = None,
    group: Annotated[
        bool, typer.Option("--group", help="Links that add the bot to a group and open the answer there.")
    ] = False,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
    config: ConfigOption = None,
) -> None:
    """List every answer with the link that opens it.

    Exit status: 0 listed, 1 the Bot API refused or was not reached, 2 unusable settings or language.
    """
    from bot.config import load_config
    from bot.errors import ConfigError
    from bot.language.negotiate import negotiate
    from bot.telegram.links import links as links_of

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    name = bot.removeprefix("@") if bot else _name_of_the_bot(settings)
    if not _NAME.fullmatch(name):
        raise ConfigError(
            [f"--bot: {bot!r} is no name of a bot; allowed are letters, digits and underscores"]
        )
    assistant = assistant_of(settings, progress=say)
    there = assistant.catalogs.locales
    chosen = negotiate(locale, there) if locale else assistant.default_locale
    if chosen is None:
        raise ConfigError([f"--locale: {locale!r} has no catalog; there are: {', '.join(there)}"])
    _write(links_of(assistant, name, chosen, group=group), format)


def _write(listed: Sequence[EntryLink], format: LinksFormat) -> None:
    import csv
    import json

    rows = [{"entry": link.entry_id, "question": link.question, "link": link.url} for link in listed]
    match format:
        case LinksFormat.JSON:
            print(json.dumps(rows, ensure_ascii=False, indent=2))
        case LinksFormat.CSV:
            writer = csv.DictWriter(sys.stdout, ["entry", "question", "link"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        case LinksFormat.TEXT:
            for row in rows:
                print(f"{row['link']}\n    {row['question']}")


def _name_of_the_bot(settings: Config) -> str:
    import asyncio

    from bot.config import require_token
    from bot.telegram.registration import account
    from bot.telegram.transport import BotApiRequest, connect_bot

    token = require_token(settings)

    async def asked() -> str:
        async with BotApiRequest(connections=1) as request:
            bot = connect_bot(token, api_url=settings.telegram.api_url, request=request)
            return str((await account(bot))["username"])

    return asyncio.run(asked())

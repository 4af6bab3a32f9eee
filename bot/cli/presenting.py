"""Which commands keep the bot's profile on Telegram as the catalogs say?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import EXIT_ERROR, ConfigOption, LocalesOption, say
from bot.cli.webhook import with_bot

if TYPE_CHECKING:
    from bot.config import Config
    from bot.telegram.drift import Drift
    from bot.telegram.profile import Presented
    from bot.telegram.transport import RawBot

NameOption = Annotated[
    bool, typer.Option("--name", help="The name, too; Telegram takes only a few new ones a day.")
]
WaitOption = Annotated[
    float,
    typer.Option(min=0, max=3600, metavar="SECONDS", help="How long Telegram may make us wait, in all."),
]

_CELL = 120  # characters of a text that the table shows


def profile_check(
    name: NameOption = False,
    wait: WaitOption = 60,
    config: ConfigOption = None,
    locales: LocalesOption = None,
) -> None:
    """Compare name, descriptions and commands on Telegram with the catalogs; change nothing.

    A name that differs is shown, but counts only with --name.

    Exit status: 0 all as the catalogs say, 1 something differs or the Bot API was not reached, 2 unusable settings.
    """

    async def act(bot: RawBot, settings: Config) -> None:
        drifts = await _drifts(bot, _presented(settings, locales), wait)
        if _counted(drifts, name):
            raise typer.Exit(EXIT_ERROR)

    with_bot(config, act)


def profile_sync(
    name: NameOption = False,
    wait: WaitOption = 60,
    config: ConfigOption = None,
    locales: LocalesOption = None,
) -> None:
    """Change what differs from the catalogs, and nothing else; a name only with --name.

    Exit status: 0 all as the catalogs say, 1 something is left or the Bot API was not reached, 2 unusable settings.
    """

    async def act(bot: RawBot, settings: Config) -> None:
        from bot.telegram.drift import sync

        drifts = _counted(await _drifts(bot, _presented(settings, locales), wait), name)
        synced = await sync(bot, drifts, wait=wait)
        print(f"{len(synced.changed)} changed, {len(synced.left)} left")
        if synced.retry_after is not None:
            say(
                f"Telegram asks to wait {synced.retry_after:g} seconds, longer than --wait {wait:g}; "
                "run `alliance-bot profile sync` again after that: it goes on where it stopped"
            )
        if synced.left:
            raise typer.Exit(EXIT_ERROR)

    with_bot(config, act)


def _presented(settings: Config, locales: LocalesOption) -> Presented:
    from bot.answering.assistant import Operator
    from bot.errors import CatalogError
    from bot.language.catalogs import load_catalogs
    from bot.telegram.profile import Presented

    catalogs, problems = load_catalogs(locales or settings.content.locales_dir, domains=("bot",))
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise CatalogError(errors)
    operator = settings.operator
    return Presented(
        catalogs=catalogs,
        default_locale=settings.content.default_locale,
        operator=Operator(name=operator.name, contact=operator.contact, official=operator.official),
        staff=settings.staff.ids,
    )


async def _drifts(bot: RawBot, presented: Presented, wait: float) -> Sequence[Drift]:
    """Compare everything, and show what differs as a table."""
    from bot.telegram.drift import drifted
    from bot.telegram.profile import command_items, languages, name_items, text_items

    for note in languages(presented.catalogs, presented.default_locale).notes:
        print(note)
    items = (*command_items(presented), *text_items(presented), *name_items(presented))
    drifts = await drifted(bot, items, wait=wait)
    if drifts:
        _print(drifts)
    print(f"{len(items)} texts and lists compared, {len(drifts)} differ")
    return drifts


def _counted(drifts: Sequence[Drift], name: bool) -> list[Drift]:
    from bot.telegram.profile import NAME

    kept = [drift for drift in drifts if drift.item.part == NAME and not name]
    if kept:
        print(f"{len(kept)} of them are names, which stay as they are; --name changes them")
    return [drift for drift in drifts if drift not in kept]


def _print(drifts: Sequence[Drift]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "for whom", "language", "on Telegram", "in the catalogs")
    for drift in drifts:
        found, wanted = _difference(drift)
        item = drift.item
        table.add_row(item.part, item.audience or "everybody", item.language or "all others", found, wanted)
    Console().print(table)


def _difference(drift: Drift) -> tuple[str, str]:
    """Write what differs between what stands there and what is wanted."""
    found, wanted = drift.found, drift.item.wanted
    if found is None:
        return drift.reason, ""
    if isinstance(found, str) or isinstance(wanted, str):
        return _short(str(found)), _short(str(wanted))
    if [each["command"] for each in found] != [each["command"] for each in wanted]:
        return _commands(found), _commands(wanted)
    one, other = next((a, b) for a, b in zip(found, wanted, strict=True) if a != b)
    return _command(one), _command(other)


def _commands(listed: Sequence[dict[str, str]]) -> str:
    return " ".join(f"/{each['command']}" for each in listed) or "none"


def _command(listed: dict[str, str]) -> str:
    return f"/{listed['command']}: {_short(listed['description'])}"


def _short(text: str) -> str:
    return (text if len(text) <= _CELL else f"{text[: _CELL - 1]}…") or "empty"

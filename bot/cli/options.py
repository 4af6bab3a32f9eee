"""What do the commands share? Options, exit statuses, and a word to whoever typed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError, ConfigError

if TYPE_CHECKING:
    from bot.answering.assistant import Assistant, Unlearnt
    from bot.config import Config
    from bot.staff.building import Loading, Wanted

EXIT_ERROR, EXIT_UNUSABLE = 1, 2

KnowledgeOption = Annotated[
    Path | None, typer.Option("--knowledge", metavar="DIR", help="Folder of the knowledge base.")
]
LocalesOption = Annotated[
    Path | None, typer.Option("--locales", metavar="DIR", help="Folder of the catalogs.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings file (TOML).")]


def loader_of(settings: Config, *, progress: Callable[[str], None] | None = None) -> Loading:
    """Make what builds a snapshot again and again; files that have not changed since the last time are not read again."""
    from bot.answering.assistant import read_content
    from bot.files import ReadCache, Recent
    from bot.staff.building import Loading

    content = settings.content
    recent = Recent()

    def read(wanted: Wanted) -> Unlearnt:
        found = read_content(
            wanted.knowledge_dir,
            wanted.locales_dir,
            default_locale=content.default_locale,
            target_risk=settings.answering.target_risk,
            kept=ReadCache(content.cache_dir, recent),
            overlay=wanted.overlay,
        )
        recent.forget()
        return found

    _must_be_there(settings)
    return Loading(read, partial(_learnt, settings, progress=progress))


def assistant_of(
    settings: Config, wanted: Wanted | None = None, *, progress: Callable[[str], None] | None = None
) -> Assistant:
    """Load what answers, as the settings say.

    Args:
        settings: Of the bot.
        wanted: What it is built from; None: the files that the settings name, and nothing on top of them.
        progress: Called with a short line when something takes long.
    """
    from bot.staff.building import Wanted as Files

    content = settings.content
    files = Files(knowledge_dir=content.knowledge_dir, locales_dir=content.locales_dir)
    return loader_of(settings, progress=progress)(wanted or files)


def _learnt(
    settings: Config, content: Unlearnt, *, progress: Callable[[str], None] | None = None
) -> Assistant:
    from bot.answering.assistant import Operator, learnt
    from bot.staff.learning import side_by_side

    operator, cache_dir = settings.operator, settings.content.cache_dir
    return learnt(
        content,
        operator=Operator(name=operator.name, contact=operator.contact, official=operator.official),
        cache_dir=cache_dir,
        progress=progress,
        aside=side_by_side(
            cache_dir, target_risk=settings.answering.target_risk, progress=progress or (lambda _: None)
        ),
    )


def _must_be_there(settings: Config) -> None:
    """Name the settings that lead nowhere, before anything is read.

    Raises:
        ConfigError: Lists them.
    """
    content = settings.content
    folders = {"KNOWLEDGE_DIR": content.knowledge_dir, "LOCALES_DIR": content.locales_dir}
    problems = [
        f"ALLIANCE_BOT_{name}: {path}: no such folder" for name, path in folders.items() if not path.is_dir()
    ]
    known = sorted(path.name for path in content.locales_dir.glob("*") if (path / "LC_MESSAGES").is_dir())
    if known and content.default_locale not in {*known, "en"}:
        there = ", ".join(sorted({*known, "en"}))
        problems.append(
            f"ALLIANCE_BOT_DEFAULT_LOCALE: {content.default_locale!r} has no catalog; there are: {there}"
        )
    if problems:
        raise ConfigError(problems)


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """Tell whoever typed; what a command is asked for goes to standard output instead."""
    print(line, file=sys.stderr, flush=True)


def complain(error: BotError) -> None:
    """Tell what went wrong, line by line."""
    for line in str(error).splitlines() or [type(error).__name__]:
        say(line)

"""Which command makes the report on what people asked?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import ConfigOption, KnowledgeOption, LocalesOption, assistant_of, now, say
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.answering.assistant import Assistant
    from bot.config import Config
    from bot.staff.figures import Insights, Period

_NAME = "insights"


def insights(
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day, such as 2026-11-01.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Last day; today when left out.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page here.")] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write its tables here, a file each.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="Language of the page; the default one.")] = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
    config: ConfigOption = None,
) -> None:
    """Report on what people asked: a page to look at, tables to reckon with. Days in UTC; the last four weeks by default.

    Exit status: 0 written, 1 the store cannot be read, 2 unusable arguments or settings.
    """
    from bot.config import load_config
    from bot.language.negotiate import negotiate
    from bot.staff.insight_page import report_page, report_tables

    period = _period(first, last)
    _check(html, csv)
    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    assistant = assistant_of(settings, progress=say)
    there = assistant.catalogs.locales
    chosen = negotiate(locale, there) if locale else assistant.default_locale
    if chosen is None:
        raise ConfigError([f"--locale: {locale!r} has no catalog; there are: {', '.join(there)}"])
    found = _with_labelled(_read(settings, assistant, period), settings, assistant)
    say(f"{period.first} to {period.last}: {found.total} decisions, {found.questions} of them on questions")
    if html is not None:
        _write({html: report_page(found, assistant, chosen)}, "--html")
    if csv is not None:
        _write({csv / name: text for name, text in report_tables(found, assistant).items()}, "--csv")


def _period(first: str | None, last: str | None) -> Period:
    from bot.staff.figures import period_of

    try:
        return period_of(first, last, today=now().date())
    except ValueError as exc:
        raise ConfigError([f"{_NAME}: --{exc}"]) from None


def _check(html: Path | None, csv: Path | None) -> None:
    """Find what cannot be written before anything is read.

    Raises:
        ConfigError: Says what to give instead.
    """
    if html is None and csv is None:
        raise ConfigError([f"{_NAME}: give --html FILE, --csv DIR, or both"])
    problems = []
    if html is not None and html.is_dir():
        problems.append(f"--html: {html} is a folder; name a file in it")
    elif html is not None and not html.parent.is_dir():
        problems.append(f"--html: {html.parent}: no such folder")
    if csv is not None and csv.exists() and not csv.is_dir():
        problems.append(f"--csv: {csv} is a file; name a folder, which is made when it is missing")
    if problems:
        raise ConfigError(problems)


def _read(settings: Config, assistant: Assistant, period: Period) -> Insights:
    from bot.staff.insights import insights as count
    from bot.staff.reporting import figures_of
    from bot.storage.choice import database_file, open_store

    if settings.storage.database_url is None and not database_file(settings.storage).exists():
        say(f"{database_file(settings.storage)}: there is no store yet, so nobody has asked anything")
        return count((), (), assistant, period=period, today=now().date())
    store = open_store(settings.storage)

    async def read() -> Insights:
        try:
            await store.open()
            askers = settings.staff.askers
            return await figures_of(store, assistant, period=period, now=now(), askers=askers)
        finally:
            await store.close()

    return asyncio.run(read())


def _with_labelled(found: Insights, settings: Config, assistant: Assistant) -> Insights:
    """Where too few people voted, let the labelled questions say whether the probability can be believed."""
    from bot.staff.evaluation import evaluate_content, guesses_of
    from bot.staff.figures import FEWEST_VOTES, Trust

    if len(found.trust.guesses) >= FEWEST_VOTES:
        return found
    results = evaluate_content(settings.content.knowledge_dir, assistant, now=now())
    return replace(found, trust=Trust(guesses=guesses_of(results), source="evaluation"))


def _write(files: Mapping[Path, str], option: str) -> None:
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            say(f"wrote {path}")
    except OSError as exc:
        raise ConfigError([f"{option}: {exc.filename}: cannot be written: {exc.strerror}"]) from exc

"""Which commands say what has grown old: facts, answers, and the links of sources?"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    EXIT_ERROR,
    EXIT_UNUSABLE,
    ConfigOption,
    KnowledgeOption,
    complain,
    now,
    say,
)

if TYPE_CHECKING:
    from pathlib import Path

    from bot.knowledge.entries import KnowledgeBase


def stale(
    months: Annotated[int, typer.Option(min=1, max=1200, help="How old a source may be.")] = 12,
    published: Annotated[
        bool,
        typer.Option("--published", help="Count from a source's publication, not from its last reading."),
    ] = False,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As if this were today.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
) -> None:
    """List facts and answers that are past their day of review, or whose source is old.

    Exit status: 0 nothing is, 1 something is listed, 2 could not run.
    """
    from bot.staff.stale import stale as stale_of
    from bot.staff.stale import table, to_json

    today = (on or now()).date()
    found = stale_of(_content(config, knowledge), today=today, months=months, by_publication=published)
    if as_json:
        print(json.dumps([to_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for line in table(found, today):
            print(line)
    raise typer.Exit(EXIT_ERROR if found else 0)


def sources(
    timeout: Annotated[float, typer.Option(min=0.1, max=300, help="Seconds that a page may take.")] = 15.0,
    total: Annotated[float, typer.Option(min=1, max=3600, help="Seconds that all may take.")] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, of all links.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
) -> None:
    """Ask the link of each source, and list those that no longer answer or lead elsewhere, with their answers.

    Exit status: 0 all answer or refuse to be looked at by a program, 1 some do not, 2 could not run.
    """
    from bot.staff.sources import check_links, report, to_json

    content = _content(config, knowledge)
    found = asyncio.run(check_links(content, seconds=timeout, total=total))
    if as_json:
        print(json.dumps([to_json(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for line in report(found):
            print(line)
    raise typer.Exit(EXIT_ERROR if any(one.bad for one in found) else 0)


def _content(config: Path | None, knowledge: Path | None) -> KnowledgeBase:
    from bot.config import load_config
    from bot.errors import KnowledgeError
    from bot.knowledge.loader import load_knowledge

    folder = load_config(config, knowledge_dir=knowledge).content.knowledge_dir
    if not folder.is_dir():
        say(f"{folder}: no such folder")
        raise typer.Exit(EXIT_UNUSABLE)
    content, problems = load_knowledge(folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        complain(KnowledgeError(errors))
        raise typer.Exit(EXIT_UNUSABLE)
    return content

"""Which command says what an edit will change?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import ConfigOption, KnowledgeOption, LocalesOption, assistant_of, now, say
from bot.cli.stored import from_store

if TYPE_CHECKING:
    from bot.config import Config
    from bot.staff.impact import Asked


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    MARKDOWN = "markdown"


def diff(
    revision: Annotated[str, typer.Argument(metavar="REV", help="What git calls the state before.")] = "HEAD",
    form: Annotated[Format, typer.Option("--format", help="Markdown is for a pull request.")] = Format.TEXT,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Show what has changed since a revision of the repository, and which questions are answered otherwise.

    Asks the labelled questions of both states and, where a store is kept, what people have asked.
    """
    from dataclasses import replace

    from bot.config import load_config
    from bot.ops.memory import undisturbed
    from bot.staff.building import astray
    from bot.staff.history import checked_out
    from bot.staff.impact import impact, report

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    content = settings.content
    with undisturbed():
        after = assistant_of(settings, progress=say)
        with checked_out((content.knowledge_dir, content.locales_dir), revision) as (
            old_knowledge,
            old_locales,
        ):
            old = replace(content, knowledge_dir=old_knowledge, locales_dir=old_locales)
            before = assistant_of(replace(settings, content=old), progress=say)
            asked = [*_labelled(content.knowledge_dir), *_labelled(old_knowledge), *_recorded(settings)]
            found = impact(before, after, asked, asked_at=now(), cache_dir=content.cache_dir)
            refused = astray(after, before)
    for line in report(found, refused=refused, markdown=form is Format.MARKDOWN):
        print(line)


def _labelled(knowledge_dir: Path) -> Iterator[Asked]:
    from bot.knowledge.loader import load_evaluation
    from bot.staff.impact import Asked

    items, _ = load_evaluation(knowledge_dir)
    for locale in sorted(items):
        for item in items[locale]:
            if item.after is None:  # a follow-up alone is another question
                yield Asked(text=item.question, locale=locale)


def _recorded(settings: Config) -> Iterator[Asked]:
    """Read the questions whose wording is still kept; none where there is no store yet."""
    from bot.staff.impact import Asked

    for row in from_store(settings, lambda store: store.decisions()) or ():
        if row.question_text:
            yield Asked(text=row.question_text, locale=row.locale, recorded=True)

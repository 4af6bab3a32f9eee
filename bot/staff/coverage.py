"""How far is each language translated?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.knowledge.content import Content
from bot.knowledge.loader import load_knowledge
from bot.knowledge.translated import bad_formats, too_long
from bot.language.catalogs import Catalogs, load_catalogs
from bot.staff.glossary import load_glossary
from bot.staff.lint import lint
from bot.types import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A row of the table: messages of one locale."""

    locale: str
    messages: int
    translated: int  # after the last change of the English text
    stale: int
    missing: int
    too_long: int
    reviewed: int  # of the translated ones

    @property
    def share(self) -> float:
        """How much is translated and current, 0-1."""
        return self.translated / self.messages if self.messages else 1.0


def lint_content(knowledge_dir: Path, locales_dir: Path, *, only: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Read catalogs and glossary, and list what a reader of the translations would stumble over."""
    terms, faults = load_glossary(knowledge_dir / "glossary.yaml")
    knowledge, _ = load_knowledge(knowledge_dir)
    catalogs, problems = load_catalogs(locales_dir)
    found = [*faults, *problems, *lint(catalogs, terms), *_too_long(Content(knowledge, catalogs))]
    wanted = [problem for problem in found if not only or _locale_of(problem, locales_dir) in {*only, None}]
    unique = dict.fromkeys(wanted)
    return tuple(sorted(unique, key=lambda problem: (str(problem.location.path), problem.location)))


def coverage(knowledge_dir: Path, locales_dir: Path) -> tuple[Coverage, ...]:
    """Count the messages of each language but the source."""
    knowledge, _ = load_knowledge(knowledge_dir)
    catalogs, _ = load_catalogs(locales_dir)
    content = Content(knowledge, catalogs)
    long = _too_long(content)
    rows = []
    for locale in catalogs.locales[1:]:
        found = [content.translation(locale, text) for text in content.translatable]
        states = [translation.state if translation else "missing" for translation in found]
        rows.append(
            Coverage(
                locale=locale,
                messages=len(states),
                translated=states.count("current"),
                stale=states.count("stale"),
                missing=states.count("missing"),
                too_long=sum(_locale_of(problem, locales_dir) == locale for problem in long),
                reviewed=_reviewed(catalogs, locale),
            )
        )
    return tuple(rows)


def print_coverage(rows: Sequence[Coverage]) -> None:
    """Print the table."""
    table = Table("locale", "messages", "translated", "stale", "missing", "too long", "reviewed", "current")
    for row in rows:
        counts = (row.messages, row.translated, row.stale, row.missing, row.too_long, row.reviewed)
        table.add_row(row.locale, *map(str, counts), f"{row.share:.1%}")
    Console().print(table)


def _too_long(content: Content) -> list[Problem]:
    return [*too_long(content), *bad_formats(content)]


def _reviewed(catalogs: Catalogs, locale: str) -> int:
    return sum(
        entry.locale == locale and bool(entry.translation) and not entry.fuzzy and entry.reviewed
        for entry in catalogs.entries
    )


def _locale_of(problem: Problem, locales_dir: Path) -> str | None:
    path = problem.location.path
    return path.relative_to(locales_dir).parts[0] if path.is_relative_to(locales_dir) else None

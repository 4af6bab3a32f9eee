"""How far is each language translated?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.errors import CatalogError
from bot.knowledge.content import Content
from bot.knowledge.loader import load_knowledge
from bot.knowledge.translated import bad_formats, too_long
from bot.knowledge.validate import nearest
from bot.language.catalogs import Catalogs, load_catalogs
from bot.staff.glossary import load_glossary
from bot.staff.lint import lint
from bot.staff.pofiles import catalog_path
from bot.types import Location, Problem


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
    names = ("locale", "messages", "translated", "stale", "missing", "too long", "reviewed", "current")
    table = Table(*names, box=None, pad_edge=False)  # whole words in 80 columns
    for row in rows:
        counts = (row.messages, row.translated, row.stale, row.missing, row.too_long, row.reviewed)
        table.add_row(row.locale, *map(str, counts), f"{row.share:.1%}")
    Console().print(table)


def print_waiting(knowledge_dir: Path, locales_dir: Path, locale: str) -> None:
    """List what is stale or missing in a language: where it stands, and what it said when it was translated.

    Raises:
        CatalogError: There is no such language.
    """
    if not (locales_dir / locale).is_dir():
        known = sorted(path.name for path in locales_dir.glob("*") if path.is_dir())
        advice = nearest(locale, known) or f"there are {', '.join(known)}"
        raise CatalogError([f"{locales_dir / locale}: no such language; {advice}"])
    for line in waiting(knowledge_dir, locales_dir, locale):
        print(line)


def waiting(knowledge_dir: Path, locales_dir: Path, locale: str) -> Iterator[str]:
    """Write what a translator has to look at, a few lines for each message."""
    knowledge, _ = load_knowledge(knowledge_dir)
    catalogs, _ = load_catalogs(locales_dir)
    content = Content(knowledge, catalogs)
    for text in content.translatable_into(locale):
        item = content.in_catalogs.get((locale, text.domain, text.context))
        found = content.translation(locale, text)
        if item is None or not item.translation:
            place = item.location if item else Location(path=catalog_path(locales_dir, locale, text.domain))
            yield f"{place.path}:{place.line}: {text.context} is not translated"
            yield f"  now: {_quoted(text.message)}"
        elif found is not None and found.state == "stale":
            since = f" since {item.stale_since}" if item.stale_since else ""
            yield f"{item.location.path}:{item.location.line}: {text.context} is stale{since}"
            former = item.former or (item.message if item.message != text.message else None)
            if former:
                yield f"  was: {_quoted(former)}"
            yield f"  now: {_quoted(text.message)}"
            yield f"  {locale}: {_quoted(item.translation)}"


def _quoted(text: str) -> str:
    return text.replace("\n", "\n       ")


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

"""How do figures become words, tables and files, in the language of whoever reads them?

A table holds plain values, and each column says what they are. The page writes them as its language does, a CSV file
as numbers, ISO dates, locales and names of entries: so both say the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from io import StringIO
from typing import Literal

from bot.answering.assistant import Assistant
from bot.answering.compose import question_of
from bot.knowledge.content import KNOWLEDGE
from bot.language.formats import (
    direction,
    format_date,
    format_number,
    format_share,
    format_short_day,
    isolate,
    language_name,
)
from bot.language.texts import Text
from bot.staff.charts import About, Fill, swatch

Kind = Literal["text", "number", "share", "seconds", "day", "language", "entry", "topic"]
Cell = str | int | float | date | None  # None: does not apply

_NUMBERS: frozenset[Kind] = frozenset({"number", "share", "seconds"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins to calculate


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the cells of a column are."""

    name: str  # in a file: snake_case, English
    heading: Text
    kind: Kind = "number"
    values: Mapping[str, object] = field(default_factory=dict)  # of the heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures in rows."""

    name: str  # of its file, without extension
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page: a finding, its chart, and the table behind it."""

    heading: str
    note: str
    chart: str  # SVG; empty when there is nothing to show
    table: Table
    legend: tuple[tuple[Fill, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """The language of a page, and what is written in it."""

    assistant: Assistant
    locale: str

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""
        return direction(self.locale) == "rtl"

    def say(self, text: Text, **values: object) -> str:
        """Write a sentence."""
        return self.assistant.catalogs.text(self.locale, text, **values)

    def number(self, number: float) -> str:
        """Write a number."""
        return format_number(number, self.locale)

    def share(self, part: float, whole: float = 1.0) -> str:
        """Write a share in per cent; of nothing it is none."""
        return format_share(part / whole if whole else 0.0, self.locale)

    def seconds(self, seconds: float) -> str:
        """Write a number of seconds, with a tenth where it is small."""
        return format_number(round(seconds, 1 if seconds < 10 else None), self.locale)

    def day(self, day: date) -> str:
        """Write a date."""
        return format_date(day, self.locale)

    def short_day(self, day: date) -> str:
        """Write a date without its year."""
        return format_short_day(day, self.locale)

    def language(self, code: str) -> str:
        """Name a language as a label."""
        name = language_name(code, self.locale)
        return name[:1].upper() + name[1:]

    def question(self, entry_id: str) -> str:
        """Name an entry by its question, by its id when it is gone or has none."""
        entry = self.assistant.knowledge.resolve(entry_id)
        return (
            question_of(entry, self.assistant, self.locale) if entry and entry.question else ""
        ) or entry_id

    def topic(self, topic_id: str) -> str:
        """Name a topic."""
        title = next(topic.title for topic in self.assistant.knowledge.topics if topic.id == topic_id)
        return self.assistant.catalogs.lookup(self.locale, KNOWLEDGE, f"topic.{topic_id}.title", title).text

    @property
    def arrow(self) -> str:
        """What stands between two things of which the second follows; it points to where reading goes on."""
        return "←" if self.rtl else "→"

    def about(self, name: str, heading: str, note: str) -> About:
        """Describe a chart."""
        return About(name=name, title=heading, description=note, locale=self.locale, rtl=self.rtl)


def table_html(table: Table, reader: Reader, caption: str) -> str:
    """Write a table for the page."""
    head = "".join(
        f'<th scope="col"{_side(column)}>{escape(reader.say(column.heading, **column.values))}</th>'
        for column in table.columns
    )
    rows = "".join(f"<tr>{_row_html(row, table.columns, reader)}</tr>" for row in table.rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table_csv(table: Table) -> str:
    """Write a table as a file; a text that a spreadsheet would calculate begins with an apostrophe."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_raw(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def legend_html(legend: Iterable[tuple[Fill, str]]) -> str:
    """Say which colour is what."""
    items = "".join(f"<li>{swatch(fill)} {escape(word)}</li>" for fill, word in legend)
    return f'<ul class="legend">{items}</ul>' if items else ""


def _row_html(row: Sequence[Cell], columns: Sequence[Column], reader: Reader) -> str:
    cells = []
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        shown = escape(isolate(_shown(cell, column.kind, reader), reader.locale))
        tag = ("th", ' scope="row"') if place == 0 else ("td", "")
        cells.append(f"<{tag[0]}{tag[1]}{_side(column)}>{shown}</{tag[0]}>")
    return "".join(cells)


def _side(column: Column) -> str:
    return ' class="n"' if column.kind in _NUMBERS else ""


def _shown(cell: Cell, kind: Kind, reader: Reader) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return reader.day(cell)
    match cell, kind:
        case str(), "language":
            return reader.language(cell)
        case str(), "entry":
            return reader.question(cell)
        case str(), "topic":
            return reader.topic(cell)
        case str(), _:
            return cell
        case _, "share":
            return reader.share(cell)
        case _, "seconds":
            return reader.seconds(cell)
        case _:
            return reader.number(cell)


def _raw(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return cell

"""What does the bot know, once it is read and typed?

Reading order: Source -> Fact -> Entry -> KnowledgeBase. Placeholders in questions and answers are names of
values: the fact's id with underscores, alone (`launch_date`) or with the position among all values of the
fact, from 1, or with the value's own name (`wdec2024_dates.2`, `wdec2024_dates.opening`). A period may also be
written in two halves, with the sentence's own words between them (`wdec2024_dates.days.first`, `….last`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from bot.language.dates import Period, PeriodEnd
from bot.language.formats import Value
from bot.types import EntryKind, Location

ValueType = Literal["number", "year", "date", "money", "link", "phone", "org", "person", "place", "text"]
Confidence = Literal["high", "medium", "low"]
Kind = EntryKind | Literal["follow-up"]

NOTICE_LIMIT = 300  # characters of a notice: it stands above an answer
FOLLOW_UP_PREFIX = "follow-up-"  # id of the entry that holds the phrasings of a kind of follow-up


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that says what a fact states."""

    id: str
    title: str  # without brackets, also when it is only a description
    described: bool = False  # the title is our description: the page's own was not visible
    url: str | None = None
    publisher: str
    language: str  # CLDR id of the page's language
    published: date | None = None  # never guessed
    checked_on: date  # when somebody last read the page
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class FactValue:
    """One part of a fact that can be compared or formatted."""

    type: ValueType
    text: str  # as written in the file; money as "120 EUR"
    value: Value | None = None  # typed, when it may stand as a placeholder; else it stands in the sentence
    name: str | None = None  # for placeholders: {fact_id.name}
    unit: str | None = None
    role: str | None = None  # what a person was at that time

    @property
    def wording(self) -> str:
        """The value as translators see it; the role belongs to a person's name in a sentence."""
        return f"{self.text} ({self.role})" if self.role else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement and the source that makes it."""

    id: str
    topic: str
    statement: str
    values: tuple[FactValue, ...] = ()
    as_of: date  # the day for which the statement holds
    source: str  # id
    confidence: Confidence
    note: str | None = None
    review_by: date | None = None
    location: Location
    places: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A file of entries, and a page of the topic browser."""

    id: str
    title: str
    order: int
    entries: tuple[str, ...]  # ids in file order
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question that people ask and what the bot says to it."""

    id: str
    kind: Kind
    topic: str | None  # None outside entries/: conversation, unknown-by-design, follow-up
    question: str  # English message; empty for follow-ups
    answer: str  # English message; empty for follow-ups
    facts: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    follow_ups: Mapping[str, str] = field(default_factory=dict)  # kind ("where") -> entry id
    sources: tuple[str, ...] = ()  # as given, else those of the facts, in order, each once
    review_by: date | None = None
    careful: bool = False  # answer only when very sure
    remark: bool = False  # small talk that asks nothing ("thanks"): beside a question it is passed over
    aliases: tuple[str, ...] = ()  # ids this entry had before
    location: Location
    places: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)

    def place(self, *path: str | int) -> Location:
        """Where a part of the entry stands, such as ("facts", 0); the entry itself when that is not known."""
        return self.places.get(".".join(map(str, path)), self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An announcement that each person is told once, with the next answer that it fits."""

    id: str
    text: str  # English message without placeholders
    begins: date  # first day on which it is told, in UTC
    until: date  # last day
    topics: tuple[str, ...] = ()  # only with answers of these; empty: with any
    locales: tuple[str, ...] = ()  # only to readers of these; empty: to all
    location: Location
    places: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)

    def place(self, *path: str | int) -> Location:
        """Where a part of the notice stands; the notice itself when that is not known."""
        return self.places.get(".".join(map(str, path)), self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationItem:
    """A labelled question: what somebody asks, and what should become of it."""

    locale: str
    question: str
    entries: tuple[str, ...] = ()  # any of them is right
    decline: bool = False  # no knowledge answers it; `entries` may then name what may be said
    both: tuple[str, ...] = ()  # the two entries of two questions in one message
    after: str | None = None  # the question asked before it
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """Everything that was read, with all references resolvable unless problems were reported."""

    root: Path
    sources: Mapping[str, Source] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)  # topics in order, then conversation.yaml
    topics: tuple[Topic, ...] = ()  # by `order`, then id
    phrasings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict
    )  # locale -> entry -> texts
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]] = field(
        default_factory=dict
    )  # locale -> groups of words
    names: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict
    )  # name -> locale -> its forms
    phrasing_places: Mapping[tuple[str, str], tuple[Location, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )  # (locale, entry id) -> the entry's key, then one for each phrasing
    aliases: Mapping[str, str] = field(default_factory=dict)  # old entry id -> present id
    notices: tuple[Notice, ...] = ()  # in file order

    @property
    def people(self) -> frozenset[str]:
        """Tell which of the names are people's: those that a fact calls a person."""
        values = (value for fact in self.facts.values() for value in fact.values)
        persons = {value.text for value in values if value.type == "person"}
        return frozenset(
            name
            for name, forms in self.names.items()
            if any(form in persons for written in forms.values() for form in written)
        )

    def resolve(self, entry_id: str) -> Entry | None:
        """Find an entry by its present or a former id."""
        return self.entries.get(entry_id) or self.entries.get(self.aliases.get(entry_id, ""))

    def review_by(self, entry: Entry) -> date | None:
        """Tell by when what an entry says is to be looked at again: its own day, or the first of its facts'."""
        facts = (self.facts.get(fact_id) for fact_id in entry.facts)
        days = (entry.review_by, *(fact.review_by for fact in facts if fact is not None))
        return min((day for day in days if day is not None), default=None)

    def values_for(self, entry: Entry) -> dict[str, Value]:
        """Map each placeholder that the entry's messages may use to its value."""
        values: dict[str, Value] = {}
        for fact_id in entry.facts:
            if fact := self.facts.get(fact_id):
                values |= placeable(fact)
        return values


def placeable(fact: Fact) -> dict[str, Value]:
    """Name the values of a fact that may stand as placeholders.

    Every such value has its position, and its name if it was given one; the only one of a fact also
    answers to the fact's name alone. Each name of a period has its halves.
    """
    stem = fact.id.replace("-", "_")
    values = {f"{stem}.{n}": v.value for n, v in enumerate(fact.values, 1) if v.value is not None}
    if len(values) == 1:
        values[stem] = next(iter(values.values()))
    values |= {f"{stem}.{v.name}": v.value for v in fact.values if v.name and v.value is not None}
    for name, value in tuple(values.items()):
        if isinstance(value, Period):
            values[f"{name}.first"] = PeriodEnd(value, "first")
            values[f"{name}.last"] = PeriodEnd(value, "last")
    return values

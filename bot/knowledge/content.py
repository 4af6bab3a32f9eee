"""What do the checks look at? Knowledge and translations together, and where each part stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import polib

from bot.knowledge.entries import Entry, KnowledgeBase
from bot.language import insight_texts, page_texts, reload_texts, staff_texts, texts, word_texts
from bot.language.catalogs import SOURCE_LOCALE, Catalogs, Translation
from bot.language.normalize import normalize
from bot.language.pofile import INTERFACE, CatalogEntry
from bot.types import Location, NormalizedText, Problem, Severity

KNOWLEDGE = "knowledge"  # the domain of titles, questions and answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Translatable:
    """An English text that translators are given."""

    domain: str
    context: str
    message: str
    location: Location
    entry: Entry | None = None  # whose question or answer it is
    locales: tuple[str, ...] = ()  # the languages it is needed in; empty: all


@dataclass(frozen=True)
class Content:
    """A knowledge base with its translations."""

    knowledge: KnowledgeBase
    catalogs: Catalogs
    template: Path | None = None  # knowledge.pot, as translators last saw it
    today: date | None = None  # None: nothing is out of date
    sound: Content | None = None  # what is the same there need not be looked at for errors
    _folded: dict[str, Mapping[str, tuple[NormalizedText, ...]]] = field(default_factory=dict, init=False)

    def folded(self, locale: str) -> Mapping[str, tuple[NormalizedText, ...]]:
        """All phrasings of a language as they are matched: entry -> texts."""
        if locale not in self._folded:
            phrasings = self.knowledge.phrasings[locale]
            self._folded[locale] = {entry: tuple(map(normalize, found)) for entry, found in phrasings.items()}
        return self._folded[locale]

    def titles(self, locale: str) -> Iterator[tuple[str, str]]:
        """Give the canonical question of each entry that has one in a language."""
        for text in self.translatable:
            if (
                text.entry
                and text.context.endswith(".question")
                and (found := self.translation(locale, text))
            ):
                yield text.entry.id, found.text

    def asked(self, locale: str) -> tuple[Mapping[str, tuple[str, ...]], Sequence[tuple[str, str]]]:
        """Everything that people may ask in a language: phrasings and canonical questions."""
        return self.knowledge.phrasings.get(locale, {}), tuple(self.titles(locale))

    @cached_property
    def translatable(self) -> tuple[Translatable, ...]:
        """Everything that is translated: the interface, then titles, questions, answers and notices."""
        return (*_interface(), *_knowledge(self.knowledge))

    def translatable_into(self, locale: str) -> Iterator[Translatable]:
        """Give everything that a language needs."""
        return (text for text in self.translatable if not text.locales or locale in text.locales)

    @cached_property
    def in_catalogs(self) -> Mapping[tuple[str, str, str], CatalogEntry]:
        """Messages of the PO files: (locale, domain, context) -> message."""
        entries = self.catalogs.entries
        return {
            (entry.locale, entry.domain, entry.context): entry
            for entry in entries
            if entry.context is not None
        }

    @cached_property
    def extracted(self) -> tuple[polib.POEntry, ...]:
        """The messages of the template; none when there is no readable one."""
        if self.template is None or not self.template.exists():
            return ()
        try:
            return tuple(polib.pofile(self.template.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return ()

    def translation(self, locale: str, text: Translatable) -> Translation | None:
        """Find a text in a locale itself or one it inherits from; None when English would be served."""
        if locale not in self.catalogs.locales:
            return None
        found = self.catalogs.lookup(locale, text.domain, text.context, text.message)
        return found if locale == SOURCE_LOCALE or found.locale != SOURCE_LOCALE else None

    def place(self, locale: str, entry_id: str, position: int | None = None) -> Location:
        """Where a phrasing stands, or the entry's key, or else the file."""
        places = self.knowledge.phrasing_places.get((locale, entry_id))
        if places is None:
            return Location(path=self.knowledge.root / "phrasings" / f"{locale}.yaml")
        return places[0 if position is None else position + 1]


def problem(
    location: Location, code: str, message: str, advice: str = "", severity: Severity = "error"
) -> Problem:
    """Make a problem, in the order in which it is printed."""
    return Problem(location=location, code=code, message=message, advice=advice, severity=severity)


def _interface() -> Iterator[Translatable]:
    for module in (texts, word_texts, staff_texts, reload_texts, insight_texts, page_texts):
        location = Location(path=Path(module.__file__ or module.__name__))
        for text in (*vars(module).values(), *getattr(module, "PAGE_TEXTS", ())):
            if isinstance(text, texts.Text):
                yield Translatable(
                    domain=INTERFACE, context=text.context, message=text.message, location=location
                )


def _knowledge(knowledge: KnowledgeBase) -> Iterator[Translatable]:
    for topic in knowledge.topics:
        context = f"topic.{topic.id}.title"
        yield Translatable(domain=KNOWLEDGE, context=context, message=topic.title, location=topic.location)
    for entry in knowledge.entries.values():
        for key, message in (("question", entry.question), ("answer", entry.answer)):
            if message:
                yield Translatable(
                    domain=KNOWLEDGE,
                    context=f"{entry.id}.{key}",
                    message=message,
                    location=entry.place(key),
                    entry=entry,
                )
    for notice in knowledge.notices:
        yield Translatable(
            domain=KNOWLEDGE,
            context=f"notice.{notice.id}",
            message=notice.text,
            location=notice.place("text"),
            locales=notice.locales,
        )

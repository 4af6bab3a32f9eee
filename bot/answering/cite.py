"""Where does an answer come from? The source lines under it."""

from __future__ import annotations

import re

from bot.answering.assistant import Assistant
from bot.knowledge.entries import Entry, Fact, Source
from bot.language import texts
from bot.language.formats import format_date, isolate, language_name
from bot.types import Citation, RichText, Span

MAX_SOURCES = 3  # more than three source lines bury the answer
_TITLE_MARK = "\ue000"  # stands for the title while the line is formatted, so that it can become a link
_SEPARATOR = " · "


def citations_of(
    entry: Entry, assistant: Assistant, locale: str, *, most: int | None = MAX_SOURCES
) -> tuple[Citation, ...]:
    """List the sources of an entry, in the order of its facts, each with its line in `locale`; None lists all."""
    knowledge = assistant.knowledge
    facts = [knowledge.facts[fact_id] for fact_id in entry.facts]
    cited = []
    for source_id in list(dict.fromkeys(entry.sources))[:most]:
        own = [fact for fact in facts if fact.source == source_id]
        figures = [fact for fact in own if _is_figure(fact, entry)]
        cited.append(_citation(knowledge.sources[source_id], figures, assistant, locale))
    return tuple(cited)


def _is_figure(fact: Fact, entry: Entry) -> bool:
    """Whether an answer states a number or an amount of a fact, which holds for a day."""
    stated = re.search(rf"\{{{fact.id.replace('-', '_')}(?!\w)", entry.answer)
    return stated is not None and any(value.type in ("number", "money") for value in fact.values)


def _citation(source: Source, figures: list[Fact], assistant: Assistant, locale: str) -> Citation:
    as_of = format_date(max(fact.as_of for fact in figures), locale) if figures else None
    return Citation(
        source_id=source.id,
        title=source.title,
        url=source.url,
        publisher=source.publisher,
        language=source.language,
        published=source.published,
        checked_on=source.checked_on,
        as_of=as_of,
        line=_line(source, as_of, assistant, locale),
    )


def _line(source: Source, as_of: str | None, assistant: Assistant, locale: str) -> RichText:
    catalogs = assistant.catalogs
    message = texts.SOURCE_PUBLISHED if source.published else texts.SOURCE_CHECKED
    day = format_date(source.published or source.checked_on, locale)
    line = catalogs.text(locale, message, title=_TITLE_MARK, publisher=source.publisher, date=day)
    before, _, after = line.partition(_TITLE_MARK)
    if source.language.split("_")[0] != locale.split("_")[0]:
        language = language_name(source.language.split("_")[0], locale)
        after += _SEPARATOR + catalogs.text(locale, texts.SOURCE_LANGUAGE, language=language)
    if as_of:
        after += _SEPARATOR + catalogs.text(locale, texts.SOURCE_AS_OF, date=as_of)
    title = isolate(source.title, locale)
    return tuple(
        span for span in (Span(text=before), Span(text=title, url=source.url), Span(text=after)) if span.text
    )

"""What do the figures say about what people ask: when, in which language, and with what result?"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from bot.language import insight_texts as texts
from bot.staff.charts import Bar, Fill, Piece, Strip, bars, strips
from bot.staff.figures import ENDINGS, WAITS, Counts, Ending, Given, Insights, Period
from bot.staff.insight_tables import Cell, Column, Reader, Section, Table

_TICKS = 6  # names below a chart over time
_MOST_ROWS = 12  # in a chart; the table has all
_DECIDED: tuple[Ending, ...] = ("answered", "clarified", "unanswered")
_FILLS: dict[Ending, Fill] = {"answered": "blue", "clarified": "sky", "unanswered": "red", "opened": "grey"}
_WORDS = {
    "answered": texts.ANSWERED,
    "clarified": texts.CLARIFIED,
    "unanswered": texts.UNANSWERED,
    "opened": texts.OPENED,
}
_BY_ENDING = tuple(Column(name=ending, heading=_WORDS[ending]) for ending in ENDINGS)
_IN = Column(name="language", heading=texts.LANGUAGE, kind="language")
_OF = (
    Column(name="entry", heading=texts.ENTRY_ID, kind="text"),
    Column(name="question", heading=texts.ENTRY, kind="entry"),
)


def over_time(found: Insights, reader: Reader) -> Section:
    """Questions over time: a row of columns for all of them, and one for each locale."""
    time, locales = found.over_time(), found.locales
    note, heading = reader.say(texts.TIME_NOTE), reader.say(texts.NOTHING)
    if found.questions:
        most = found.count(*_DECIDED, locale=locales[0])
        heading = reader.say(
            texts.TIME,
            count=found.questions,
            language=reader.language(locales[0]),
            share=reader.share(most, found.questions),
        )
    rows = [_strip(time, None, reader), *(_strip(time, locale, reader) for locale in locales)]
    every = ceil(len(time) / _TICKS)
    ticks = [(place, reader.short_day(time[place][0].first)) for place in range(0, len(time), every)]
    chart = strips(rows, ticks, reader.about("time", heading, note)) if found.questions else ""
    cells: list[tuple[Cell, ...]] = [
        (span.first, locale, *(counts[locale, ending] for ending in ENDINGS))
        for span, counts in time
        for locale in locales
    ]
    table = Table(
        name="time",
        columns=(Column(name="from", heading=texts.FROM, kind="day"), _IN, *_BY_ENDING),
        rows=tuple(row for row in cells if any(row[2:])),
    )
    return Section(heading=heading, note=note, chart=chart, table=table)


def _strip(time: Sequence[tuple[Period, Counts]], locale: str | None, reader: Reader) -> Strip:
    values = tuple(
        sum(
            count
            for (spoken, ending), count in counts.items()
            if ending in _DECIDED and locale in (None, spoken)
        )
        for _, counts in time
    )
    hints = tuple(
        f"{reader.number(value)} · {reader.day(span.first)}"
        for (span, _), value in zip(time, values, strict=True)
    )
    label = reader.language(locale) if locale else reader.say(texts.ALL_LANGUAGES)
    return Strip(label=label, said=reader.number(sum(values)), values=values, hints=hints)


def endings(found: Insights, reader: Reader) -> Section:
    """What became of the questions, for all locales and for each."""
    note = reader.say(texts.ENDINGS_NOTE)
    heading = reader.say(texts.NOTHING)
    if found.questions:
        heading = reader.say(texts.ENDINGS, unanswered=found.count("unanswered"), count=found.questions)
    rows = []
    for locale in (None, *found.locales):
        counts = {ending: found.count(ending, locale=locale) for ending in _DECIDED}
        whole = sum(counts.values())
        label = reader.language(locale) if locale else reader.say(texts.ALL_LANGUAGES)
        pieces = tuple(
            Piece(
                value=count / whole if whole else 0,
                fill=_FILLS[ending],
                said=f"{reader.number(count)} · {reader.say(_WORDS[ending])}",
            )
            for ending, count in counts.items()
        )
        said = " · ".join(reader.share(count, whole) for count in counts.values())
        rows.append(Bar(label=f"{label} ({reader.number(whole)})", said=said, pieces=pieces))
    chart = bars(rows, reader.about("endings", heading, note), most=1) if found.questions else ""
    table = Table(
        name="endings",
        columns=(_IN, *_BY_ENDING),
        rows=tuple(
            (locale, *(found.count(ending, locale=locale) for ending in ENDINGS)) for locale in found.locales
        ),
    )
    legend = tuple((_FILLS[ending], reader.say(_WORDS[ending])) for ending in _DECIDED)
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


def most_given(found: Insights, reader: Reader) -> Section:
    """Which entries were the answer most often."""
    shown = found.given[:_MOST_ROWS]
    note = reader.say(texts.ENTRIES_NOTE, shown=len(shown), count=len(found.given))
    heading = reader.say(texts.NOTHING)
    if shown:
        heading = reader.say(texts.ENTRIES, question=reader.question(shown[0].entry_id))
    rows = [_given_bar(one, reader) for one in shown]
    table = Table(
        name="entries",
        columns=(
            *_OF,
            Column(name="answered", heading=texts.ANSWERED),
            Column(name="opened", heading=texts.OPENED),
        ),
        rows=tuple((one.entry_id, one.entry_id, one.answered, one.opened) for one in found.given),
    )
    given: tuple[Ending, ...] = ("answered", "opened")
    legend = tuple((_FILLS[ending], reader.say(_WORDS[ending])) for ending in given)
    chart = bars(rows, reader.about("entries", heading, note)) if rows else ""
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


def _given_bar(one: Given, reader: Reader) -> Bar:
    answered = f"{reader.number(one.answered)} · {reader.say(texts.ANSWERED)}"
    opened = f"{reader.number(one.opened)} · {reader.say(texts.OPENED)}"
    return Bar(
        label=reader.question(one.entry_id),
        said=reader.number(one.count),
        pieces=(
            Piece(value=one.answered, fill="blue", said=answered),
            Piece(value=one.opened, fill="grey", said=opened),
        ),
    )


def clusters(found: Insights, reader: Reader) -> Section:
    """Which questions go unanswered again and again."""
    heading = reader.say(texts.CLUSTERS, count=len(found.clusters))
    note = reader.say(texts.CLUSTERS_NOTE, people=found.people)
    rows = [
        Bar(
            label=one.text,
            said=reader.number(one.questions),
            pieces=(Piece(value=one.questions, fill="red", said=one.text),),
        )
        for one in found.clusters[:_MOST_ROWS]
    ]
    table = Table(
        name="unanswered",
        columns=(
            Column(name="question", heading=texts.QUESTIONS, kind="text"),
            _IN,
            Column(name="questions", heading=texts.COUNT),
            Column(name="people", heading=texts.PEOPLE),
        ),
        rows=tuple((one.text, one.locale, one.questions, one.people) for one in found.clusters),
    )
    chart = bars(rows, reader.about("clusters", heading, note)) if rows else ""
    return Section(heading=heading, note=note, chart=chart, table=table)


def fallbacks(found: Insights, reader: Reader) -> Section:
    """How often people were not answered in their language."""
    spoken, translated = sum(found.unavailable.values()), sum(found.untranslated.values())
    heading = reader.say(texts.FALLBACKS, unavailable=spoken, untranslated=translated)
    note = reader.say(texts.FALLBACKS_NOTE)
    missing, other = reader.say(texts.NOT_SPOKEN), reader.say(texts.NOT_TRANSLATED)
    rows = [
        *(
            _counted(reader.language(code), count, "red", missing, reader)
            for code, count in found.unavailable.items()
        ),
        *(
            _counted(
                f"{reader.language(one)} {reader.arrow} {reader.language(written)}",
                count,
                "orange",
                other,
                reader,
            )
            for (one, written), count in found.untranslated.items()
        ),
    ]
    table = Table(
        name="fallbacks",
        columns=(
            _IN,
            Column(name="written_in", heading=texts.WRITTEN_IN, kind="language"),
            Column(name="not_spoken", heading=texts.NOT_SPOKEN),
            Column(name="not_translated", heading=texts.NOT_TRANSLATED),
        ),
        rows=(
            *((code, None, count, 0) for code, count in found.unavailable.items()),
            *((one, written, 0, count) for (one, written), count in found.untranslated.items()),
        ),
    )
    chart = bars(rows[:_MOST_ROWS], reader.about("fallbacks", heading, note)) if rows else ""
    legend: tuple[tuple[Fill, str], ...] = (("red", missing), ("orange", other))
    return Section(heading=heading, note=note, chart=chart, table=table, legend=legend)


def waits(found: Insights, reader: Reader) -> Section:
    """How long people waited."""
    half, most, _ = (reader.seconds(each) for each in found.quantiles)
    heading = reader.say(texts.WAITS, half=half, most=most) if found.total else reader.say(texts.NOTHING)
    note = reader.say(texts.WAITS_NOTE)
    spans = (*zip((None, *WAITS), (*WAITS, None), strict=True),)
    rows = [
        _counted(_span(start, end, reader), count, "blue", reader.share(count, found.total), reader)
        for (start, end), count in zip(spans, found.waits, strict=True)
    ]
    table = Table(
        name="waits",
        columns=(
            Column(name="from_seconds", heading=texts.WAIT_FROM, kind="seconds"),
            Column(name="below_seconds", heading=texts.WAIT_TO, kind="seconds"),
            Column(name="records", heading=texts.COUNT),
        ),
        rows=tuple((start, end, count) for (start, end), count in zip(spans, found.waits, strict=True)),
    )
    chart = bars(rows, reader.about("waits", heading, note)) if found.total else ""
    return Section(heading=heading, note=note, chart=chart, table=table)


def _span(start: float | None, end: float | None, reader: Reader) -> str:
    if start is None:
        return reader.say(texts.WAIT_BELOW, seconds=reader.number(end or 0))
    if end is None:
        return reader.say(texts.WAIT_OVER, seconds=reader.number(start))
    return reader.say(texts.WAIT_BETWEEN, start=reader.number(start), end=reader.number(end))


def _counted(label: str, count: int, fill: Fill, what: str, reader: Reader) -> Bar:
    said = reader.number(count)
    return Bar(label=label, said=said, pieces=(Piece(value=count, fill=fill, said=f"{said} · {what}"),))

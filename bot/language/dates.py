"""How are days, months, periods and moments written in a locale?

Patterns are CLDR's. Babel writes a period with its months shortened, where CLDR asks to widen them like the
pattern they are put beside, so the pattern is widened here. A sentence often has its own words between two
days ("from 29 to 31 January 2024"): for it a period is also given in two halves, of which one leaves out what
it shares with the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_skeleton, parse_pattern
from babel.lists import format_list as _format_list

from bot.language.cldr import of_dates

# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A date to the day."""

    value: date


@dataclass(frozen=True, slots=True)
class Month:
    """A date of which only the month is known."""

    year: int
    month: int  # 1-12


@dataclass(frozen=True, slots=True)
class Period:
    """All days from one to another."""

    first: date
    last: date  # after the first


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """One half of a period that a sentence writes in two: "from 29", "to 31 January 2024"."""

    period: Period
    which: Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Days:
    """Several days, not all between the first and the last."""

    values: tuple[date, ...]  # at least two, in order


DateValue = Day | Month | Period | PeriodEnd | Days


def format_date_value(value: DateValue, locale: str) -> str:
    """Write a value that is a date or several."""
    match value:
        case Day():
            return format_date(value.value, locale)
        case Month():
            return format_month(value.year, value.month, locale)
        case Period():
            return format_period(value.first, value.last, locale)
        case PeriodEnd():
            return format_halves(value.period.first, value.period.last, locale)[value.which == "last"]
        case Days():
            return format_days(value.values, locale)


# --- days -----------------------------------------------------------------------------------------


def format_date(day: date, locale: str) -> str:
    """Write a day in full: "30 January 2024", "30 января 2024 года", "2024年1月30日"."""
    data = of_dates(locale)
    return _write(_long_pattern(data), day, data)


def format_moment(at: datetime, locale: str) -> str:
    """Write a moment with its time in UTC, for lists: "30 Jan 2024 14:05 UTC"."""
    utc = at.astimezone(UTC)
    return f"{_format_date(utc.date(), format='medium', locale=of_dates(locale))} {utc:%H:%M} UTC"


def format_month(year: int, month: int, locale: str) -> str:
    """Write a month on its own, in the form that stands alone: "January 2024", "январь 2024 года"."""
    data = of_dates(locale)
    return _with_year(str(format_skeleton("yMMMM", date(year, month, 1), locale=data)), data)


def format_short_day(day: date, locale: str) -> str:
    """Write a day without its year, as short as a chart needs it: "30 Jan", "30 янв."."""
    return str(format_skeleton("MMMd", day, locale=of_dates(locale)))


# --- several days ---------------------------------------------------------------------------------

_DAY_FIELD = re.compile(r"(?<![A-Za-z'])d+[.日일]?")  # with the sign that belongs to the figure
_SEPARATOR = re.compile(r"\s*[-–—~～至]\s*$")


def format_period(first: date, last: date, locale: str) -> str:
    """Write a period with CLDR's sign between its days: "13–14 February 2023", "2023年2月13日至14日"."""
    data = of_dates(locale)
    begin, end = _interval(data, _greatest_difference(first, last))
    return _write(begin, first, data) + _write(end, last, data)


def format_halves(first: date, last: date, locale: str) -> tuple[str, str]:
    """Write the two days of a period for a sentence that has its own words between them.

    What both share is said once, where the locale says it: ("29", "31 January 2024"), ("2024年1月29日", "31日").
    """
    data = of_dates(locale)
    begin, end = _interval(data, _greatest_difference(first, last))
    between = _separator(data)
    begin = begin.rstrip().removesuffix(between).rstrip() if between else _SEPARATOR.sub("", begin)
    return _write(begin, first, data), _write(end, last, data)


def format_days(days: Sequence[date], locale: str) -> str:
    """Write several days; days of one month name it once: "16, 17 and 19 September 2022"."""
    data = of_dates(locale)
    pattern = _long_pattern(data)
    field = _DAY_FIELD.search(pattern)
    if field is None or len({(day.year, day.month) for day in days}) > 1:
        return str(_format_list([format_date(day, locale) for day in days], locale=data))
    joined = str(_format_list([_write(field.group(), day, data) for day in days], locale=data))
    before, after = pattern[: field.start()], pattern[field.end() :]
    return _write(before, days[-1], data) + joined + _write(after, days[-1], data)


def _greatest_difference(first: date, last: date) -> Literal["y", "M", "d"]:
    if first.year != last.year:
        return "y"
    return "M" if first.month != last.month else "d"


@lru_cache(maxsize=256)
def _interval(data: Locale, difference: str) -> tuple[str, str]:
    """Find the patterns of the two halves of a period by the largest field in which they differ."""
    found = data.interval_formats.get("yMMMMd") or data.interval_formats.get("yMMMd") or {}
    halves = found.get(difference)
    if halves is None or len(halves) != 2:
        return f"{_long_pattern(data)} – ", _long_pattern(data)
    begin, end = (re.sub(r"(?<![ML])([ML])\1\1(?![ML])", r"\1\1\1\1", str(half)) for half in halves)
    return begin, end


def _separator(data: Locale) -> str:
    """Find what CLDR writes between two whole days; empty when its patterns do not show it."""
    begin, end = _interval(data, "y")
    return begin.removeprefix(end).strip() if begin.startswith(end) else ""


# --- what CLDR leaves to do ------------------------------------------------------------------------


# French, and Portuguese as it is written in Brazil, say "the first" of a month; CLDR has no pattern for it.
_FIRST_DAY = {"fr": "er", "fr_FR": "er", "pt": "º", "pt_BR": "º"}


def _long_pattern(data: Locale) -> str:
    return str(data.date_formats["long"].pattern)


def _write(pattern: str, day: date, data: Locale) -> str:
    sign = _FIRST_DAY.get("_".join(filter(None, (data.language, data.territory)))) if day.day == 1 else None
    if sign:
        pattern = re.sub(r"(?<![\w'])d(?![\w'])", f"d'{sign}'", pattern, count=1)
    return _with_year(str(parse_pattern(pattern).apply(day, data)), data)


def _with_year(written: str, data: Locale) -> str:
    """Spell out the year's abbreviation where it is written with one: at the end of a sentence it doubles the stop."""
    return re.sub(r"[\s\u202f]г\.", " года", written) if data.language == "ru" else written

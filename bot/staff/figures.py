"""Which figures does the report on a period hold?

The unit of every figure is one decision record: what was decided about one question of a message. A record that the
matcher decided is a *question*; an answer that somebody opened by a button, a link or an inline result is *opened*,
since nothing was decided about it. Days are those of `asked_at` in UTC. No figure holds a person, or the wording of a
question of fewer people than may be shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args

from bot.staff.reliability import Guess

Ending = Literal["answered", "clarified", "unanswered", "opened"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
Why = Literal["wrong", "outdated", "off-topic", "not-said"]
WHYS: tuple[Why, ...] = get_args(Why)
Counts = Counter[tuple[str, Ending]]  # records by locale and ending

# Upper ends of the classes of `Insights.waits` in seconds; the last class is open.
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
AGES = (7, 30, 90)  # days; upper ends of the classes of `Stale.ages`, then older, then unknown

FEWEST_VOTES = 30  # below, a share of helpful votes says little about a probability
FEWEST_PEOPLE = 3  # who asked about the same before it is shown
LONGEST = 3660  # days in a period

_FIRST_YEAR, _LAST_YEAR = 2000, 3000
_USUAL_DAYS = 28
_MOST_BARS = 35  # in a chart over time
_LONGEST_IN_WEEKS = 7 * _MOST_BARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in UTC, the first and the last included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def before(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in it."""
        return self.since <= moment < self.before

    def spans(self) -> tuple[Period, ...]:
        """Divide it without gaps into days, or weeks from Monday on, or months: at most about 35 or so many months."""
        starts = [day for day in _days(self) if day == self.first or _begins(day, self.days)]
        ends = [start - timedelta(days=1) for start in starts[1:]]
        return tuple(
            Period(first=first, last=last) for first, last in zip(starts, [*ends, self.last], strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How often an entry was the answer; over all entries the sum is that of the answered and the opened records."""

    entry_id: str  # the present one, for records under a former id too; "?" when a record names none
    answered: int  # questions
    opened: int

    @property
    def count(self) -> int:
        """How often in all."""
        return self.answered + self.opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """The votes on an entry; over all entries the sum is `Insights.votes`."""

    entry_id: str
    helpful: int
    why: Mapping[Why, int]  # votes that it did not help, by reason

    @property
    def not_helpful(self) -> int:
        """How many people it did not help."""
        return sum(self.why.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """The translations of a locale as they are now: current, stale and missing add up to all messages."""

    locale: str
    current: int
    ages: tuple[int, ...]  # stale ones by how long they are so: the classes of AGES, then older, then unknown
    missing: int

    @property
    def stale(self) -> int:
        """How many were made for an earlier wording."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An entry that should have been read again by now."""

    entry_id: str
    review_by: date  # its own, or the earliest of its facts

    def days(self, today: date) -> int:
        """For how many days it has been due."""
        return (today - self.review_by).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Unanswered questions that mean about the same, of several people, without what could name anybody."""

    text: str  # one of them, redacted
    locale: str
    questions: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What was said to be likely, and what turned out."""

    guesses: tuple[Guess, ...]
    source: Literal[
        "votes", "evaluation"
    ]  # votes on answers; or labelled questions, when there are too few votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """The figures of a period."""

    period: Period
    today: date  # for what is as it is now: translations and review dates
    cells: Mapping[
        tuple[date, str, Ending], int
    ]  # records by day, locale of the reply and ending; the sum is all
    given: tuple[Given, ...]  # entries that were an answer, the most frequent first
    unused: tuple[tuple[str, tuple[str, ...]], ...]  # topic -> its entries that were no answer, in file order
    topics: Mapping[str, int]  # topic -> number of its entries, in order
    votes: int  # votes whose last change was in the period
    voted: tuple[Voted, ...]  # the most votes that it did not help first
    unavailable: Mapping[
        str, int
    ]  # questions in a language without catalog, by its CLDR code, the most frequent first
    untranslated: Mapping[tuple[str, str], int]  # answers in another language than the reply's: (reply, text)
    stale: tuple[Stale, ...]
    due: tuple[Due, ...]  # the longest due first
    trust: Trust
    waits: tuple[
        int, ...
    ]  # records by `answered_at` minus `asked_at`, in the classes of WAITS; the sum is all
    quantiles: tuple[float, float, float]  # seconds within which half, 90 % and 99 % were answered
    clusters: tuple[Unanswered, ...] = ()  # the most questions first
    people: int = FEWEST_PEOPLE  # who asked at least before a cluster is shown

    def count(self, *endings: Ending, locale: str | None = None) -> int:
        """Count records.

        Args:
            endings: With one of these; all when none is given.
            locale: Answered in this locale.
        """
        return sum(
            count
            for (_, spoken, ending), count in self.cells.items()
            if (not endings or ending in endings) and (locale is None or spoken == locale)
        )

    def over_time(self) -> tuple[tuple[Period, Counts], ...]:
        """Count records by locale and ending for each part of the period; the sum of all is that of the cells."""
        spans = self.period.spans()
        starts = [span.first for span in spans]
        counts: list[Counts] = [Counter() for _ in spans]
        for (day, locale, ending), count in self.cells.items():
            counts[bisect_right(starts, day) - 1][locale, ending] += count
        return tuple(zip(spans, counts, strict=True))

    @property
    def total(self) -> int:
        """All records of the period."""
        return sum(self.cells.values())

    @property
    def questions(self) -> int:
        """Records that the matcher decided: all but the opened ones."""
        return self.total - self.count("opened")

    @property
    def locales(self) -> tuple[str, ...]:
        """Locales of the records, the one with the most questions first."""
        counts: Counter[str] = Counter()
        for (_, locale, ending), count in self.cells.items():
            counts[locale] += count if ending != "opened" else 0
        return tuple(sorted(counts, key=lambda locale: (-counts[locale], locale)))


def period_of(first: str | None, last: str | None, *, today: date) -> Period:
    """Read the days of a period; the last four weeks up to today where nothing is said.

    Raises:
        ValueError: Not a date, or the last day comes before the first, or there are too many days.
    """
    end = _read_day("to", last) if last else today
    begin = _read_day("from", first) if first else end - timedelta(days=_USUAL_DAYS - 1)
    if end < begin:
        raise ValueError(f"to: {end} comes before {begin}; exchange from and to")
    if (end - begin).days >= LONGEST:
        raise ValueError(f"from: {begin} to {end} are more than {LONGEST} days; choose a shorter period")
    return Period(first=begin, last=end)


def _read_day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise ValueError(f"{name}: {text!r} is no date; write it like 2026-11-30")
    return day


def _days(period: Period) -> Iterable[date]:
    return (period.first + timedelta(days=number) for number in range(period.days))


def _begins(day: date, days: int) -> bool:
    """Whether a bar of a chart over so many days begins with a day."""
    if days <= _MOST_BARS:
        return True
    return day.weekday() == 0 if days <= _LONGEST_IN_WEEKS else day.day == 1

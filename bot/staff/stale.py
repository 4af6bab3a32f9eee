"""What has to be looked at again? Facts and answers past their day of review, and what rests on an old source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.knowledge.entries import Entry, Fact, KnowledgeBase, Source
from bot.types import Location

Kind = Literal["fact", "entry"]
Why = Literal["review", "source"]

_WHY = {"review": "review was due on", "source": "its source is of"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """One fact or entry that has to be looked at."""

    kind: Kind
    id: str
    why: Why
    since: date  # the day of review, or the day that its source is of
    source: str | None = None  # the old source
    location: Location  # of the day of review; of the item when its source is old
    entries: tuple[str, ...]  # answers that rest on it; of an entry, itself


def stale(
    knowledge: KnowledgeBase, *, today: date, months: int, by_publication: bool = False
) -> tuple[Stale, ...]:
    """List what is past its day of review or rests on an old source, the longest overdue first.

    A source is of the day on which somebody last read it. An old one is listed with each fact that it states,
    and with entries that name it themselves. Small talk grows no older.

    Args:
        knowledge: Facts, entries and sources.
        today: The day of review itself is not past.
        months: How old a source may be.
        by_publication: Whether a source is of the day of its publication, where that is known.
    """
    oldest = months_before(today, months)

    def old(source: Source) -> date | None:
        day = (source.published if by_publication else None) or source.checked_on
        return day if day < oldest else None

    found = [*_facts(knowledge, today, old), *_entries(knowledge, today, old)]
    return tuple(
        sorted(found, key=lambda one: (one.why, one.since, one.location.path, one.location.line, one.id))
    )


def months_before(day: date, months: int) -> date:
    """Go back by whole months; a day that the month does not have becomes its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def table(found: Sequence[Stale], today: date) -> Iterator[str]:
    """Write the list down, a line for each with its place in the files, and how many there are."""
    for one in found:
        days = (today - one.since).days
        source = f" ({one.source})" if one.source else ""
        resting = [entry for entry in one.entries if (one.kind, entry) != ("entry", one.id)]
        answers = f"; answers: {', '.join(resting)}" if resting else ""
        since = f"{one.since.isoformat()}, {days} {'day' if days == 1 else 'days'} ago"
        yield f"{one.location}: {one.kind} {one.id}: {_WHY[one.why]} {since}{source}{answers}"
    facts, entries = (len({one.id for one in found if one.kind == kind}) for kind in ("fact", "entry"))
    yield f"{_counted(facts, 'fact', 'facts')} and {_counted(entries, 'entry', 'entries')} to look at"


def to_json(one: Stale) -> dict[str, object]:
    """Give an item the form that `stale --json` prints."""
    return {
        "kind": one.kind,
        "id": one.id,
        "why": one.why,
        "since": one.since.isoformat(),
        "source": one.source,
        "file": str(one.location.path),
        "line": one.location.line,
        "entries": list(one.entries),
    }


def _facts(knowledge: KnowledgeBase, today: date, old: Callable[[Source], date | None]) -> Iterator[Stale]:
    for fact in knowledge.facts.values():
        entries = tuple(entry.id for entry in knowledge.entries.values() if fact.id in entry.facts)
        if fact.review_by and fact.review_by < today:
            place = fact.places.get("review_by", fact.location)
            yield _stale(fact, "review", fact.review_by, place, entries)
        source = knowledge.sources.get(fact.source)
        if source and (day := old(source)):
            place = fact.places.get("source", fact.location)
            yield _stale(fact, "source", day, place, entries, source.id)


def _entries(knowledge: KnowledgeBase, today: date, old: Callable[[Source], date | None]) -> Iterator[Stale]:
    for entry in knowledge.entries.values():
        if entry.kind == "conversation":
            continue
        if entry.review_by and entry.review_by < today:
            yield _stale(entry, "review", entry.review_by, entry.place("review_by"), (entry.id,))
        stated = {fact.source for fact_id in entry.facts if (fact := knowledge.facts.get(fact_id))}
        for place, source_id in enumerate(entry.sources):
            source = knowledge.sources.get(source_id)
            if source_id not in stated and source and (day := old(source)):
                yield _stale(entry, "source", day, entry.place("sources", place), (entry.id,), source_id)


def _stale(
    item: Fact | Entry,
    why: Why,
    since: date,
    location: Location,
    entries: tuple[str, ...],
    source: str | None = None,
) -> Stale:
    return Stale(
        kind="fact" if isinstance(item, Fact) else "entry",
        id=item.id,
        why=why,
        since=since,
        source=source,
        location=location,
        entries=entries,
    )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"

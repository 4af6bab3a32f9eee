"""Which phrasings did staff accept while the bot ran, and what becomes of them when the files change?

They are rows of the store, kept apart from the files until somebody exports them. A row is a wish, not a fault of
the content: one that no longer fits is told and left out, and never keeps an edit of the files from going live.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.knowledge.content import KNOWLEDGE, problem
from bot.knowledge.entries import KnowledgeBase
from bot.language.catalogs import Catalogs
from bot.language.normalize import normalize
from bot.types import Learned, Location, Problem

ROWS = "store:learned"  # stands where a problem of a file names its folder

_Added = dict[str, dict[str, list[tuple[str, Location]]]]  # locale -> entry -> texts and places


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A knowledge base with what was learned on top of its files."""

    knowledge: KnowledgeBase
    left_out: tuple[Problem, ...] = ()  # rows that do not fit (any more); warnings


def teach(knowledge: KnowledgeBase, catalogs: Catalogs, learned: Iterable[Learned]) -> Taught:
    """Add learned phrasings to those of the files.

    A row of an entry that was renamed follows it; one that the files hold too is not doubled. Left out and told is
    one whose entry or language is gone, one of which no words are left, and one that asks another entry's question.

    Args:
        knowledge: As the files have it.
        catalogs: With the questions that stand above the answers: those are phrasings, too.
        learned: Rows, oldest first.
    """
    added: _Added = {}
    left_out: list[Problem] = []
    owners: dict[str, dict[str, str]] = {}  # locale -> folded text -> the entry that it belongs to
    for row, place in placed(learned):
        if row.locale not in owners:
            owners[row.locale] = dict(_owners(knowledge, catalogs, row.locale))
        entry, folded = knowledge.resolve(row.entry_id), normalize(row.text).folded
        owner = owners[row.locale].get(folded)
        if fault := _fault(row, knowledge, folded, owner):
            told = (("entry", owner or row.entry_id), ("locale", row.locale))
            left_out.append(replace(left_out_for(row, place, *fault), values=told))
        elif owner is None and entry is not None:
            owners[row.locale][folded] = entry.id
            added.setdefault(row.locale, {}).setdefault(entry.id, []).append((row.text, place))
    return Taught(knowledge=_with(knowledge, added), left_out=tuple(left_out))


def placed(learned: Iterable[Learned]) -> Iterator[tuple[Learned, Location]]:
    """Give each row a place: the store, the language, and which of its rows it is."""
    counts: dict[str, int] = {}
    for row in learned:
        counts[row.locale] = counts.get(row.locale, 0) + 1
        yield row, Location(path=Path(ROWS) / row.locale, line=counts[row.locale])


def left_out_for(row: Learned, place: Location, code: str, why: str) -> Problem:
    """Tell of a row that is left out, whose it is and what to do."""
    said = f'"{row.text}", learned for {row.entry_id} by {row.who} on {row.at:%Y-%m-%d}, is left out: {why}'
    return problem(place, code, said, "take it back, or accept it for another entry", "warning")


def _fault(row: Learned, knowledge: KnowledgeBase, folded: str, owner: str | None) -> tuple[str, str] | None:
    entry = knowledge.resolve(row.entry_id)
    if entry is None:
        return "learned-entry-gone", "there is no such entry any more"
    if row.locale not in knowledge.phrasings:
        return "learned-language-gone", f"there are no phrasings in {row.locale}"
    if not folded:
        return "learned-nothing", "nothing of it can be matched"
    if owner not in (None, entry.id):
        return "learned-elsewhere", f"it is a phrasing of {owner}"
    return None


def _owners(knowledge: KnowledgeBase, catalogs: Catalogs, locale: str) -> Iterator[tuple[str, str]]:
    """Name the entry of each text that stands in the files, folded."""
    for entry in knowledge.entries.values():
        if entry.question:
            found = catalogs.lookup(locale, KNOWLEDGE, f"{entry.id}.question", entry.question)
            yield normalize(found.text).folded, entry.id
    for entry_id, texts in knowledge.phrasings.get(locale, {}).items():
        for text in texts:
            yield normalize(text).folded, entry_id


def _with(knowledge: KnowledgeBase, added: _Added) -> KnowledgeBase:
    if not added:
        return knowledge
    phrasings: dict[str, Mapping[str, tuple[str, ...]]] = dict(knowledge.phrasings)
    places: dict[tuple[str, str], tuple[Location, ...]] = dict(knowledge.phrasing_places)
    for locale, entries in added.items():
        merged = dict(phrasings[locale])
        for entry_id, texts in entries.items():
            merged[entry_id] = (*merged.get(entry_id, ()), *(text for text, _ in texts))
            first: Sequence[Location] = places.get((locale, entry_id)) or (texts[0][1],)
            places[locale, entry_id] = (*first, *(place for _, place in texts))
        phrasings[locale] = merged
    return replace(knowledge, phrasings=phrasings, phrasing_places=places)

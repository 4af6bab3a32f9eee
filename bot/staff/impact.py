"""What does an edit change for the people who ask? Two snapshots, and the same questions to both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from bot.answering.assistant import Assistant
from bot.answering.compose import written_answer
from bot.knowledge.entries import Entry, Notice
from bot.staff.asking import Decided, Put
from bot.staff.counting import counted
from bot.staff.decided import Otherwise, decided_otherwise
from bot.types import Problem

Kind = Literal["elsewhere", "answered", "unanswered", "offered"]
Key = TypeVar("Key")

KINDS: Mapping[Kind, tuple[str, str]] = {  # one question, several
    "elsewhere": ("now goes elsewhere", "now go elsewhere"),
    "unanswered": ("became unanswered", "became unanswered"),
    "answered": ("became answered", "became answered"),
    "offered": ("is offered other choices", "are offered other choices"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that people ask, as evidence."""

    text: str
    locale: str
    recorded: bool = False  # asked by somebody; otherwise a labelled question


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A question that is dealt with otherwise than before."""

    asked: Asked
    kind: Kind
    before: tuple[str, ...]  # entries answered, or offered; none: it was declined
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of the things of one kind, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Everything that an edit changes."""

    revisions: tuple[str, str]  # of the content, before and after
    entries: Changed
    facts: Changed
    phrasings: Mapping[str, Changed]  # locale -> entries whose phrasings changed
    answers: Mapping[str, tuple[str, ...]]  # locale -> entries that are answered in other words
    questions: Mapping[str, int]  # locale -> how many were asked
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What two snapshots hold differently."""

    entries: Changed
    facts: Changed
    phrasings: Mapping[str, Changed]  # locale -> entries whose phrasings changed
    names: Changed = Changed()
    synonyms: Mapping[str, Changed] = field(default_factory=dict)  # locale -> groups, by their first word
    notices: Changed = Changed()


def impact(
    before: Assistant,
    after: Assistant,
    questions: Iterable[Asked],
    *,
    asked_at: datetime,
    cache_dir: Path | None = None,
) -> Impact:
    """Compare two snapshots: what they hold, and what they do with the same questions.

    Args:
        before: The one snapshot.
        after: The other one.
        questions: Each counts once; one that was asked is another than the same one among the labelled.
        asked_at: When they are asked.
        cache_dir: Where decisions are kept for another time; None keeps none.
    """
    asked = tuple(dict.fromkeys(questions))
    counts: dict[str, int] = {}
    for question in asked:
        counts[question.locale] = counts.get(question.locale, 0) + 1
    puts = dict.fromkeys(Put(question.text, question.locale) for question in asked)
    found = decided_otherwise(puts, before, after, asked_at=asked_at, cache_dir=cache_dir)
    differing = {each.put: each for each in found}
    held = difference(before, after)
    return Impact(
        revisions=(before.revision, after.revision),
        entries=held.entries,
        facts=held.facts,
        phrasings=held.phrasings,
        answers=_answers(before, after),
        questions=counts,
        moved=tuple(
            _moved(question, differing[put])
            for question in asked
            if (put := Put(question.text, question.locale)) in differing
        ),
    )


def difference(before: Assistant, after: Assistant) -> Difference:
    """Compare what two snapshots hold; nobody is asked."""
    was, now = before.knowledge, after.knowledge
    return Difference(
        entries=_changed(was.entries, now.entries, _entry),
        facts=_changed(was.facts, now.facts, _fact),
        phrasings=_by_locale(was.phrasings, now.phrasings),
        names=_changed(was.names, now.names, dict),
        synonyms=_by_locale(_first_words(was.synonyms), _first_words(now.synonyms)),
        notices=_changed(_by_id(was.notices), _by_id(now.notices), _notice),
    )


def _moved(question: Asked, found: Otherwise) -> Moved:
    was, now = found.before, found.after
    answered = tuple(any(kind == "answer" for kind, _ in decided) for decided in (was, now))
    kind: Kind
    match answered:
        case (True, True):
            kind = "elsewhere"
        case (True, False):
            kind = "unanswered"
        case (False, True):
            kind = "answered"
        case _:
            kind = "offered"
    return Moved(asked=question, kind=kind, before=_entries(was), after=_entries(now))


def _entries(decided: Decided) -> tuple[str, ...]:
    return tuple(entry for _, entries in decided for entry in entries)


# --- content ------------------------------------------------------------------------------------------


def _changed(
    before: Mapping[Key, object], after: Mapping[Key, object], write: Callable[..., object]
) -> Changed:
    both = [key for key in after if key in before]
    return Changed(
        added=tuple(str(key) for key in after if key not in before),
        changed=tuple(str(key) for key in both if write(before[key]) != write(after[key])),
        removed=tuple(str(key) for key in before if key not in after),
    )


def _entry(entry: object) -> object:
    names = (
        "kind",
        "topic",
        "question",
        "answer",
        "facts",
        "related",
        "follow_ups",
        "sources",
        "review_by",
        "careful",
        "remark",
        "aliases",
    )
    return tuple(getattr(entry, name) for name in names)


def _fact(fact: object) -> object:
    return tuple(getattr(fact, name) for name in ("statement", "values", "as_of", "source", "review_by"))


def _notice(notice: object) -> object:
    return tuple(getattr(notice, name) for name in ("text", "begins", "until", "topics", "locales"))


def _by_id(notices: Iterable[Notice]) -> Mapping[str, Notice]:
    return {notice.id: notice for notice in notices}


def _first_words(
    synonyms: Mapping[str, Iterable[tuple[str, ...]]],
) -> Mapping[str, Mapping[str, Iterable[str]]]:
    """Name each group of words by its first one; a word stands in one group only."""
    return {locale: {group[0]: group for group in groups if group} for locale, groups in synonyms.items()}


def _by_locale(
    before: Mapping[str, Mapping[str, Iterable[str]]], after: Mapping[str, Mapping[str, Iterable[str]]]
) -> Mapping[str, Changed]:
    found = {}
    for locale in sorted(before.keys() | after.keys()):
        changed = _changed(before.get(locale, {}), after.get(locale, {}), tuple)
        if changed:
            found[locale] = changed
    return found


def _answers(before: Assistant, after: Assistant) -> Mapping[str, tuple[str, ...]]:
    """Name the entries of both whose answer reads otherwise, language by language: a new figure counts."""
    both = [
        (was, entry, before.knowledge.values_for(was) == after.knowledge.values_for(entry))
        for entry in after.knowledge.entries.values()
        if entry.answer and (was := before.knowledge.entries.get(entry.id)) is not None
    ]
    found = {}
    for locale in after.catalogs.locales:
        if locale not in before.catalogs.locales:
            continue
        changed = tuple(
            entry.id
            for was, entry, same_values in both
            if not (same_values and _message(was, before, locale) == _message(entry, after, locale))
            and written_answer(was, before, locale) != written_answer(entry, after, locale)
        )
        if changed:
            found[locale] = changed
    return found


def _message(entry: Entry, assistant: Assistant, locale: str) -> tuple[str, str, str]:
    """Find what an answer is written from, besides its values; writing takes longer."""
    found = assistant.catalogs.lookup(locale, "knowledge", f"{entry.id}.answer", entry.answer)
    return found.text, found.locale, entry.answer


# --- telling ------------------------------------------------------------------------------------------


def summary(found: Impact) -> str:
    """Say in one sentence what becomes of the questions."""
    total = sum(found.questions.values())
    counts = {kind: sum(moved.kind == kind for moved in found.moved) for kind in KINDS}
    told = [f"{count} {KINDS[kind][count > 1]}" for kind, count in counts.items() if count]
    return f"of {counted(total, 'question')} {', '.join(told) if told else 'none is dealt with otherwise'}"


def report(found: Impact, *, refused: Sequence[Problem] = (), markdown: bool = False) -> Iterator[str]:
    """Write everything down, one line after the other; `refused` is why a bot that runs would not take it over."""
    head, item = ("### ", "- ") if markdown else ("", "  ")
    yield f"{head}Content {found.revisions[0]} → {found.revisions[1]}"
    groups: list[tuple[str, Changed]] = [("entries", found.entries), ("facts", found.facts)]
    groups += [(f"phrasings in {locale}", changed) for locale, changed in found.phrasings.items()]
    lines = [line for name, changed in groups for line in _told(name, changed, markdown=markdown)]
    lines += [
        f"answers in other words in {locale}: {_names(entries, markdown=markdown)}"
        for locale, entries in found.answers.items()
    ]
    yield from (f"{item}{line}" for line in lines or ["nothing is added, changed or removed"])
    yield ""
    yield f"{head}{summary(found)[0].upper()}{summary(found)[1:]}"
    for locale in found.questions:
        moved = [each for each in found.moved if each.asked.locale == locale]
        if moved:
            yield f"{item}{locale}: {len(moved)} of {found.questions[locale]}"
            yield from (f"  {item}{_line(each, markdown=markdown)}" for each in moved)
    if refused:
        yield ""
        yield f"{head}A bot that runs keeps its present knowledge until this is put right"
        yield from (f"{item}{problem}" for problem in refused)


def _told(name: str, changed: Changed, *, markdown: bool) -> Iterator[str]:
    for what in ("added", "changed", "removed"):
        ids: Sequence[str] = getattr(changed, what)
        if ids:
            yield f"{name} {what}: {_names(ids, markdown=markdown)}"


def _line(moved: Moved, *, markdown: bool) -> str:
    text = " ".join(moved.asked.text.split())
    quoted = f"“{text}”" + (" (asked)" if moved.asked.recorded else "")
    was, now = (_names(ids, markdown=markdown) or "nothing" for ids in (moved.before, moved.after))
    return f"{KINDS[moved.kind][0]}: {quoted}: {was} → {now}"


def _names(ids: Sequence[str], *, markdown: bool) -> str:
    return ", ".join(f"`{each}`" if markdown else each for each in ids)

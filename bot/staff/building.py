"""What is a snapshot built from, and is it fit to answer?

Loading refuses what cannot be read. What can be read but would mislead people is found here: everything that `check`
calls an error, golden questions that go wrong, and phrasings that lead astray.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.answering.assistant import Assistant, Unlearnt
from bot.answering.golden import ask_golden
from bot.errors import KnowledgeError
from bot.knowledge.checks import misleading
from bot.knowledge.golden import load_golden
from bot.language.normalize import normalize
from bot.types import Location, Overlay, Problem

# Chance of another entry from which a new phrasing counts as one of that entry. Of 790 labelled questions one is taken
# for a wrong entry with so much certainty, and of 730 by people who had seen no phrasing (tests/benchmarks/fresh.py)
# one: whoever corrects a wrong answer by a phrasing is hardly ever refused.
ASTRAY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a snapshot is to be built from."""

    knowledge_dir: Path
    locales_dir: Path
    overlay: Overlay = field(default_factory=Overlay)

    @property
    def folders(self) -> tuple[Path, Path]:
        """Both folders."""
        return self.knowledge_dir, self.locales_dir


Load = Callable[[Wanted], Assistant]


@dataclass(frozen=True, slots=True)
class Loading:
    """How a snapshot comes about, in two steps: what is read can be judged before anything is learnt from it."""

    read: Callable[[Wanted], Unlearnt]
    learn: Callable[[Unlearnt], Assistant]

    def __call__(self, wanted: Wanted) -> Assistant:
        """Take both."""
        return self.learn(self.read(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The snapshot that answers while another one is built."""

    assistant: Assistant
    sound: bool = (
        False  # whether nothing that misleads was found in it, so that only what differs need be judged
    )
    trusted: bool = True  # whether a new phrasing that it takes for another entry's is refused


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a snapshot before it is there."""

    problems: tuple[Problem, ...]  # that keep it from answering
    load: Callable[[], Assistant]  # builds it, in a thread


class Prepare(Protocol):
    """Does what takes long before a snapshot is built, beside the answers."""

    async def __call__(self, wanted: Wanted, present: Present) -> Prepared:
        """Read and judge what is wanted; raises what reading it raises."""
        ...


def preparing(load: Load) -> Prepare:
    """Make what prepares a snapshot by building it, in a thread."""

    async def prepare(wanted: Wanted, present: Present) -> Prepared:
        def built() -> Prepared:
            assistant = load(wanted)
            return Prepared(judged(assistant, present), lambda: assistant)

        return await asyncio.to_thread(built)

    return prepare


def build(prepared: Prepared, knowledge_dir: Path) -> Assistant | Exception:
    """Build a snapshot and ask it what must go right; whatever is wrong comes back as the exception that says so.

    Args:
        prepared: What was read, and judged.
        knowledge_dir: Where the golden questions are.
    """
    try:
        if prepared.problems:
            raise KnowledgeError(prepared.problems)
        built = prepared.load()
        if found := golden_faults(built, knowledge_dir):
            raise KnowledgeError(found)
        return built
    except Exception as exc:  # whatever it is, the last good snapshot goes on answering
        return exc


def judged(content: Unlearnt | Assistant, present: Present | None) -> tuple[Problem, ...]:
    """List what makes content unfit to answer, as far as that shows before anything is learnt from it.

    Args:
        content: What was read.
        present: What answers now; None: nothing to compare with.
    """
    found = faults(content, present.assistant if present and present.sound else None)
    return found + astray(content, present.assistant) if present and present.trusted else found


def faults(content: Unlearnt | Assistant, sound: Assistant | None = None) -> tuple[Problem, ...]:
    """List what `check` calls an error in the content of a snapshot.

    Args:
        content: What was read.
        sound: A snapshot in which no error was found: only what differs can have any.
    """
    known = (sound.knowledge, sound.catalogs) if sound else None
    return misleading(content.knowledge, content.catalogs, sound=known)


def golden_faults(assistant: Assistant, knowledge_dir: Path) -> tuple[Problem, ...]:
    """List the golden questions that go wrong.

    Args:
        assistant: What was built.
        knowledge_dir: Where the questions are.
    """
    questions, problems = load_golden(knowledge_dir, assistant.knowledge)
    return (*_errors(problems), *ask_golden(assistant, questions))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def astray(built: Unlearnt | Assistant, running: Assistant) -> tuple[Problem, ...]:
    """List new phrasings of the files that the running snapshot, which has not learnt them, takes for another entry's.

    What the matcher does with a phrasing once it has learnt it says nothing: a phrasing is always nearest to itself.
    One that was moved from one entry to another is no mistake, and what staff accepted they have seen the effect of.
    """
    return tuple(_astray(built, running))


def _astray(built: Unlearnt | Assistant, running: Assistant) -> Iterator[Problem]:
    spoken = {speaker.locale for speaker in running.matcher.speakers}
    for locale, entry_id, text, place in _new(built, running):
        entry = running.knowledge.resolve(entry_id)
        if locale not in spoken or entry is None:
            continue  # what a new language or entry is like nobody can say before it is learnt
        out = () if entry.kind == "follow-up" else running.follow_ups
        ranking = running.matcher.rank(normalize(text), prefer=locale, exclude=out)
        best = ranking.matches[0] if ranking.matches else None
        if (
            best is None
            or best.entry_id in (entry_id, entry.id)
            or best.probability < max(ASTRAY, ranking.bounds.answer)
        ):
            continue
        if _stands(built, locale, best.entry_id, text) or not _stands(running, locale, best.entry_id, text):
            yield Problem(
                location=place,
                code="phrasing-confusable",
                message=f'"{text}" of {entry_id} is taken for {best.entry_id} ({best.probability:.0%})',
                advice="word it differently, or move it to that entry",
            )


def _stands(assistant: Unlearnt | Assistant, locale: str, entry_id: str, text: str) -> bool:
    """Whether a text is a phrasing of an entry."""
    folded = normalize(text).folded
    texts = assistant.knowledge.phrasings.get(locale, {}).get(entry_id, ())
    return any(normalize(each).folded == folded for each in texts)


def _new(built: Unlearnt | Assistant, running: Assistant) -> Iterator[tuple[str, str, str, Location]]:
    learned = {(row.locale, row.text) for row in built.learned}
    for locale, entries in built.knowledge.phrasings.items():
        before = running.knowledge.phrasings.get(locale, {})
        for entry_id, texts in entries.items():
            known: Sequence[str] = before.get(entry_id, ())
            if texts == known:
                continue
            places = built.knowledge.phrasing_places[locale, entry_id]
            for text, place in zip(texts, places[1:], strict=True):
                if text not in known and (locale, text) not in learned:
                    yield locale, entry_id, text, place

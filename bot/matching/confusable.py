"""Which phrasings lead astray? Checks of the content that need the matcher itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bot.language.normalize import normalize
from bot.matching.names import NO_NAMES, Names
from bot.matching.postings import vectors
from bot.matching.ranker import Weights
from bot.matching.speaker import Example, Lesson, Speaker, learn, representatives
from bot.types import Location, Problem

_TOO_CLOSE = (
    0.5  # of an entry's phrasings that are taken for another entry's when they are held out, both ways
)
_FEWEST = 3  # phrasings that an entry must have before a share of them says anything


def confusable(
    examples: Iterable[Example],
    *,
    synonyms: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({}),
    names: Names = NO_NAMES,
) -> tuple[Problem, ...]:
    """List phrasings that the matcher sends to another entry, and entries too close to tell apart.

    Args:
        examples: All phrasings and titles, as for build_matcher(); a problem stands at an example's location.
        synonyms: For each locale, groups of words that mean the same.
        names: Every way of writing a name.

    Returns:
        Warnings, language by language: "phrasing-shared" for a text that belongs to several entries, in one
        language or in several; "phrasing-confusable" for one that is answered with another entry as things
        stand; and "entries-confusable" for two entries whose phrasings are taken for each other's when they
        are held out.
    """
    by_locale: dict[str, list[Example]] = {}
    for example in examples:
        if example.kind != "answer":
            by_locale.setdefault(example.locale, []).append(example)
    found = list(_shared([example for every in by_locale.values() for example in every]))
    for locale in sorted(by_locale):
        meant = representatives(synonyms.get(locale, ()), locale)
        lesson = learn(locale, by_locale[locale], meant, names=names, thorough=True)
        found.extend(_misled(by_locale[locale], lesson))
        found.extend(_close(by_locale[locale], lesson))
    return tuple(dict.fromkeys(found))


def _shared(examples: Sequence[Example]) -> Iterator[Problem]:
    """Find texts that stand under several entries."""
    owners: defaultdict[str, dict[str, Example]] = defaultdict(dict)
    for example in examples:
        folded = normalize(example.text).folded
        if folded:
            owners[folded].setdefault(example.entry_id, example)
    for folded in sorted(owners):
        first, *others = owners[folded].values()
        for other in others:
            yield Problem(
                location=_location(other),
                code="phrasing-shared",
                severity="warning",
                message=f'"{other.text}" of {other.entry_id} is also of {first.entry_id} ({first.locale})',
                advice="keep it under one entry, or say in it what makes the difference",
            )


def misled(examples: Sequence[Example], speaker: Speaker) -> tuple[Problem, ...]:
    """List phrasings of one language that are taken for another entry's although they are known.

    The quick part of `confusable`: nothing is trained. Empty for a language with more phrasings than are trained on.

    Args:
        examples: Of that language, as the speaker was trained on them.
        speaker: What was learnt from them.
    """
    if not isinstance(speaker.ranker, Weights):
        return ()
    every = np.arange(len(examples))
    kernel = speaker.blend.among(vectors(speaker.postings).among(every), every)
    best = speaker.ranker.score(kernel).order.argmax(axis=1)
    wrong = np.flatnonzero(best != speaker.owners)
    return tuple(_taken(examples[row], speaker.entries[best[row]]) for row in wrong.tolist())


def _misled(examples: Sequence[Example], lesson: Lesson) -> Iterator[Problem]:
    """Find phrasings that are answered with another entry although they are known."""
    rows = lesson.trained.rows
    best = lesson.trained.known.order.argmax(axis=1)
    for row, owner, taken in zip(rows.tolist(), lesson.owners[rows], best, strict=True):
        example = examples[row]
        if owner != taken and normalize(example.text).folded:
            yield _taken(example, lesson.entries[taken])


def _taken(example: Example, entry_id: str) -> Problem:
    return Problem(
        location=_location(example),
        code="phrasing-confusable",
        severity="warning",
        message=f'"{example.text}" of {example.entry_id} is taken for {entry_id}',
        advice="word it differently, or move it to that entry",
        values=(("wording", example.text), ("entry", example.entry_id), ("taken", entry_id)),
    )


def _close(examples: Sequence[Example], lesson: Lesson) -> Iterator[Problem]:
    """Find pairs of entries whose held-out phrasings are taken for each other's."""
    best = lesson.trained.withheld.order.argmax(axis=1)
    owners = lesson.owners[lesson.trained.rows]
    sizes = np.bincount(owners, minlength=len(lesson.entries))
    taken = Counter(zip(owners.tolist(), best.tolist(), strict=True))
    first = {
        int(owner): example for example, owner in zip(reversed(examples), lesson.owners[::-1], strict=True)
    }
    for (one, other), count in sorted(taken.items()):
        if one >= other or min(sizes[one], sizes[other]) < _FEWEST:
            continue
        back = taken.get((other, one), 0)
        if count >= _TOO_CLOSE * sizes[one] and back >= _TOO_CLOSE * sizes[other]:
            yield Problem(
                location=_location(first[one]),
                code="entries-confusable",
                severity="warning",
                message=(
                    f"{lesson.entries[one]} and {lesson.entries[other]} cannot be told apart in "
                    f"{examples[0].locale}: {count} and {back} of their phrasings are mistaken"
                ),
                advice="say in the phrasings what makes the difference, or join the entries",
            )


def _location(example: Example) -> Location:
    return example.location or Location(path=Path(f"knowledge/phrasings/{example.locale}.yaml"))

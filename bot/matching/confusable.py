"""Which phrasings lead astray? Checks of the content that need the matcher itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from bot.language.normalize import normalize
from bot.matching import cache
from bot.matching.cache import Arrays
from bot.matching.features import Synonyms
from bot.matching.names import NO_NAMES, Names
from bot.matching.postings import vectors
from bot.matching.ranker import Weights
from bot.matching.speaker import Example, Lesson, Speaker, everything_of, learn, representatives
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
    cache_dir: Path | None = None,
) -> tuple[Problem, ...]:
    """List phrasings that the matcher sends to another entry, and entries too close to tell apart.

    Args:
        examples: All phrasings and titles, as for build_matcher(); a problem stands at an example's location.
        synonyms: For each locale, groups of words that mean the same.
        names: Every way of writing a name.
        cache_dir: Where it is kept what was found in a language as it stands; None looks again.

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
        confused = _kept(locale, by_locale[locale], meant, names, cache_dir)
        found.extend(_misled(by_locale[locale], confused))
        found.extend(_close(by_locale[locale], confused))
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


def _kept(
    locale: str, examples: Sequence[Example], synonyms: Synonyms, names: Names, cache_dir: Path | None
) -> Arrays:
    """Find what is confused in one language, or read what was found the last time.

    Returns:
        "misled": row of each example that is taken for another entry's, and the place of that entry; "close": places of two
        entries, and how many of the phrasings of each are taken for the other's.
    """
    name = f"confused-{locale}"
    known = cache.fingerprint(everything_of(locale, examples, synonyms, names)) if cache_dir else ""
    kept = cache.load(cache_dir, name, known) if cache_dir else None
    if kept is not None and kept.keys() >= {"misled", "close"}:
        return kept
    lesson = learn(locale, examples, synonyms, names=names, thorough=True)
    found = {"misled": _taken_rows(lesson), "close": _close_pairs(lesson)}
    if cache_dir is not None:
        cache.save(cache_dir, name, known, found)
    return found


def _taken_rows(lesson: Lesson) -> NDArray[np.int64]:
    rows = lesson.trained.rows
    best = lesson.trained.known.order.argmax(axis=1)
    wrong = np.flatnonzero(best != lesson.owners[rows])
    return np.stack([rows[wrong], best[wrong]], axis=1).astype(np.int64)


def _close_pairs(lesson: Lesson) -> NDArray[np.int64]:
    best = lesson.trained.withheld.order.argmax(axis=1)
    owners = lesson.owners[lesson.trained.rows]
    sizes = np.bincount(owners, minlength=len(lesson.entries))
    taken = Counter(zip(owners.tolist(), best.tolist(), strict=True))
    pairs = []
    for (one, other), count in sorted(taken.items()):
        back = taken.get((other, one), 0)
        enough = one < other and min(sizes[one], sizes[other]) >= _FEWEST
        if enough and count >= _TOO_CLOSE * sizes[one] and back >= _TOO_CLOSE * sizes[other]:
            pairs.append((one, other, count, back))
    return np.array(pairs, dtype=np.int64).reshape(-1, 4)


def _misled(examples: Sequence[Example], confused: Arrays) -> Iterator[Problem]:
    """Name the phrasings that are answered with another entry although they are known."""
    entries = _entries(examples)
    for row, taken in confused["misled"].tolist():
        if normalize(examples[row].text).folded:
            yield _taken(examples[row], entries[taken])


def _taken(example: Example, entry_id: str) -> Problem:
    return Problem(
        location=_location(example),
        code="phrasing-confusable",
        severity="warning",
        message=f'"{example.text}" of {example.entry_id} is taken for {entry_id}',
        advice="word it differently, or move it to that entry",
        values=(("wording", example.text), ("entry", example.entry_id), ("taken", entry_id)),
    )


def _close(examples: Sequence[Example], confused: Arrays) -> Iterator[Problem]:
    """Name the pairs of entries whose held-out phrasings are taken for each other's."""
    entries = _entries(examples)
    for one, other, count, back in confused["close"].tolist():
        first = next(example for example in examples if example.entry_id == entries[one])
        yield Problem(
            location=_location(first),
            code="entries-confusable",
            severity="warning",
            message=(
                f"{entries[one]} and {entries[other]} cannot be told apart in {first.locale}: "
                f"{count} and {back} of their phrasings are mistaken"
            ),
            advice="say in the phrasings what makes the difference, or join the entries",
        )


def _entries(examples: Sequence[Example]) -> list[str]:
    return sorted({example.entry_id for example in examples})


def _location(example: Example) -> Location:
    return example.location or Location(path=Path(f"knowledge/phrasings/{example.locale}.yaml"))

"""Which texts ask the same? Near-duplicates within a language and across languages, in groups.

What two texts share in letters and words says little: questions about two years, two places or two bodies share
nearly all of it. So every text is also described by how much each phrasing of the knowledge base speaks for each
entry, the ranker's own numbers; entries are the same in all languages, and therefore the descriptions of a French
and a Chinese question can be compared, even when neither is near enough to any entry to be answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.matching.exact import text_key
from bot.matching.extracting import extract_all, grams_of
from bot.matching.features import Values, words
from bot.matching.index import Matcher
from bot.matching.ranker import Scores
from bot.matching.speaker import Speaker, scripts_of
from bot.matching.together import Together, weigh_texts
from bot.types import NormalizedText

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# (cosine of the letters and words, cosine of the descriptions), both at least: any of the pairs will do. Of the labelled
# questions that they join across languages 95 in 100 pairs are right; 0.75 in place of 0.8 gives 93 (and a quarter more
# pairs), 0.85 gives 94. How that was measured: tests/matching/test_alike.py.
_WITHIN = ((0.6, 0.4), (0.35, 0.6), (0.15, 0.8))
_ACROSS = ((0.0, 0.8), (0.2, 0.6))
_LEAST = 0.4  # of the cosine of the descriptions, for two texts of one language to be compared further
_NOTHING = 1e-3  # length of a description that says nothing, as of a text in an unknown language
_LIKELY = 0.4  # of the probability from which a text is answered; repaired words and other languages may add the rest
_ROWS = 512  # texts that are compared with all others at a time

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Described:
    """Texts as the knowledge base sees them."""

    locales: tuple[str, ...]  # of the language that knows most of each text, else the one that was thought of
    likely: NDArray[np.bool_]  # whether the text's own language alone comes near to answering it
    words: csr_array  # a row for each text, of length 1; a column for each feature of any of them
    entries: Values  # a row for each text, of length 1, or 0 where nothing is known; a column for each entry
    numbers: NDArray[np.int64]  # equal where the same numbers stand in two texts


def alike(texts: Described) -> Groups:
    """Group texts that ask the same.

    Args:
        texts: The most important first: a group gathers around its first text, so that a chain of small differences
            joins nothing.

    Returns:
        Places in `texts`, each in one group; groups in the order of their first text, which stands first in them.
    """
    count = len(texts.locales)
    if not count:
        return ()
    within = _stars(_near_within(texts), count)
    leaders = np.array([group[0] for group in within])
    middles = _unit(np.stack([texts.entries[list(group)].sum(axis=0) for group in within]))
    across = _stars(_near_across(texts, leaders, middles), len(within))
    return tuple(tuple(place for one in joined for place in within[one]) for joined in across)


# --- what texts say -----------------------------------------------------------------------------------


def describe(
    texts: Sequence[tuple[NormalizedText, str]], matcher: Matcher, together: Together | None = None
) -> Described:
    """Describe texts, each given with the language that it is thought to be in, all of a language at once."""
    together = together or Together()
    spoken = [words(text) for text, _ in texts]
    speakers = [
        _speaker(text, said, matcher, locale) for (text, locale), said in zip(texts, spoken, strict=True)
    ]
    stems = [
        speaker.stems_of(said) if speaker else [] for said, speaker in zip(spoken, speakers, strict=True)
    ]
    features = extract_all(grams_of([text for text, _ in texts]), stems)
    columns = {entry: place for place, entry in enumerate(_entries(matcher))}
    entries = np.zeros((len(texts), len(columns)), dtype=np.float32)
    likely = np.zeros(len(texts), dtype=np.bool_)
    values = [np.full(len(one.keys), max(len(one.keys), 1) ** -0.5, dtype=np.float32) for one in features]
    for speaker in matcher.speakers:
        rows = [row for row, one in enumerate(speakers) if one is speaker]
        if rows:
            own = [columns[entry] for entry in speaker.entries]
            weighed = weigh_texts(speaker.postings, [features[row] for row in rows])
            scores = together.scores(speaker, weighed)
            entries[np.ix_(rows, own)] = scores.ridge
            known = [text_key(texts[row][0]) in speaker.exact for row in rows]
            likely[rows] = _likely(speaker, scores) | np.array(known)
            for row, whole in zip(rows, weighed.whole(), strict=True):
                values[row] = whole
    locales = [one.locale if one else locale for one, (_, locale) in zip(speakers, texts, strict=True)]
    numbers = np.array([_numbers(text) for text, _ in texts], dtype=np.int64)
    shared = _sparse([one.keys for one in features], values)
    return Described(tuple(locales), likely, shared, _unit(entries), numbers)


def _numbers(text: NormalizedText) -> int:
    return hash(tuple(sorted(token for token in text.tokens if token.isdecimal())))


def _speaker(text: NormalizedText, said: Sequence[str], matcher: Matcher, locale: str) -> Speaker | None:
    """Find the language that knows most words of a text; None where none is known at all."""
    written = scripts_of(text)
    able = [one for one in matcher.speakers if one.scripts & written] or list(matcher.speakers)
    return max(
        able, key=lambda one: (sum(word in one.stems for word in said), one.locale == locale), default=None
    )


def _entries(matcher: Matcher) -> tuple[str, ...]:
    return tuple(sorted({entry for speaker in matcher.speakers for entry in speaker.entries}))


def _likely(speaker: Speaker, scores: Scores) -> NDArray[np.bool_]:
    return speaker.calibration.surest(scores) >= _LIKELY * speaker.calibration.bounds.answer


def _sparse(keys: Sequence[NDArray[np.uint64]], values: Sequence[Values]) -> csr_array:
    from scipy.sparse import csr_array

    none = np.zeros(0, dtype=np.uint64)
    every, places = np.unique(np.concatenate([none, *keys]), return_inverse=True)
    starts = np.cumsum([0, *map(len, keys)])
    held = np.concatenate([none.astype(np.float32), *values])
    return csr_array((held, places, starts), shape=(len(keys), max(len(every), 1)))


def _unit(rows: Values) -> Values:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > _NOTHING, rows / np.maximum(lengths, _NOTHING), 0).astype(np.float32)


# --- which are near -----------------------------------------------------------------------------------

Pairs = Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]


def _near_within(described: Described) -> Pairs:
    """List pairs of texts of one language that ask the same, a part of the texts at a time."""
    unknown = ~described.entries.any(axis=1)
    locales = np.array(described.locales)
    for locale in np.unique(locales):
        rows = np.flatnonzero((locales == locale) & ~unknown)
        for start in range(0, len(rows), _ROWS):
            some = rows[start : start + _ROWS]
            cosines = described.entries[some] @ described.entries[rows].T
            left, right = np.nonzero(cosines >= _LEAST)
            later = some[left] < rows[right]
            one, other, meant = some[left[later]], rows[right[later]], cosines[left[later], right[later]]
            near = _agree(_products(described.words, one, other), meant, _WITHIN)
            near &= described.numbers[one] == described.numbers[other]
            yield one[near], other[near]
    rows = np.flatnonzero(unknown)
    if len(rows) > 1:
        shared = (described.words[rows] @ described.words[rows].T).tocoo()
        near = (shared.data >= _WITHIN[0][0]) & (shared.row < shared.col)
        one, other = rows[shared.row[near]], rows[shared.col[near]]
        same = described.numbers[one] == described.numbers[other]
        yield one[same], other[same]


def _near_across(described: Described, leaders: NDArray[np.intp], middles: Values) -> Pairs:
    """List pairs of groups of different languages that ask the same."""
    locales = np.array(described.locales)
    least = min(meant for _, meant in _ACROSS)
    for start in range(0, len(leaders), _ROWS):
        cosines = middles[start : start + _ROWS] @ middles.T
        left, right = np.nonzero(cosines >= least)
        meant, left = cosines[left, right], left + start
        one, other = leaders[left], leaders[right]
        apart = (left < right) & (locales[one] != locales[other])
        apart &= described.numbers[one] == described.numbers[other]
        left, right, meant = left[apart], right[apart], meant[apart]
        near = _agree(_products(described.words, leaders[left], leaders[right]), meant, _ACROSS)
        yield left[near], right[near]


def _products(rows: csr_array, one: NDArray[np.intp], other: NDArray[np.intp]) -> Values:
    """Multiply rows pair by pair."""
    if not len(one):
        return np.zeros(0, dtype=np.float32)
    products: Values = np.asarray(rows[one].multiply(rows[other]).sum(axis=1)).ravel()
    return products


def _agree(shared: Values, meant: Values, bounds: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    near = np.zeros(len(shared), dtype=np.bool_)
    for least_shared, least_meant in bounds:
        near |= (shared >= least_shared) & (meant >= least_meant)
    return near


def _stars(pairs: Pairs, count: int) -> Groups:
    """Gather around each text, the first ones first, what is near to it and not yet in a group."""
    near: dict[int, list[int]] = {}
    for one, other in pairs:
        for left, right in zip(one.tolist(), other.tolist(), strict=True):
            near.setdefault(left, []).append(right)
    return tuple(_gathered(near, count))


def _gathered(near: Mapping[int, Sequence[int]], count: int) -> Iterator[tuple[int, ...]]:
    taken: set[int] = set()
    for place in range(count):
        if place not in taken:
            group = (place, *(other for other in sorted(near.get(place, ())) if other not in taken))
            taken.update(group)
            yield group

"""Which texts ask the same? Near-duplicates within a language and across languages, in groups.

What two texts share in letters and words says little: questions about two years, two places or two bodies share
nearly all of it. So every text is also described by how much each phrasing of the knowledge base speaks for each
entry, the ranker's own numbers; entries are the same in all languages, and therefore the descriptions of a French
and a Chinese question can be compared, even when neither is near enough to any entry to be answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bot.matching import postings as index
from bot.matching.features import Features, Values, gram_keys, words
from bot.matching.index import Matcher
from bot.matching.ranker import Weights
from bot.matching.speaker import Speaker, scripts_of
from bot.types import NormalizedText

# (cosine of the letters and words, cosine of the descriptions), both at least: any of the pairs will do. Of the labelled
# questions that they join across languages 95 in 100 pairs are right; 0.75 in place of 0.8 gives 93 (and a quarter more
# pairs), 0.85 gives 94. How that was measured: tests/matching/test_alike.py.
_WITHIN = ((0.6, 0.4), (0.35, 0.6), (0.15, 0.8))
_ACROSS = ((0.0, 0.8), (0.2, 0.6))
_LEAST = 0.4  # of the cosine of the descriptions, for two texts of one language to be compared further
_NOTHING = 1e-3  # length of a description that says nothing, as of a text in an unknown language
_ROWS = 512  # texts that are compared with all others at a time
_SHARES = np.sqrt(np.array([0.45, 0.25, 0.3]))  # of grams, stems and pairs, as the index weighs them

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Described:
    """Texts as the knowledge base sees them."""

    locales: NDArray[np.str_]
    words: csr_array  # a row for each text, of length 1; a column for each feature of any of them
    entries: Values  # a row for each text, of length 1, or 0 where nothing is known; a column for each entry
    numbers: NDArray[np.int64]  # equal where the same numbers stand in two texts


def spoken(text: NormalizedText, matcher: Matcher, locale: str) -> str:
    """Name the language of a text: the one that knows most of its words, else the one that was thought of."""
    return _speaker(text, words(text), matcher, locale).locale if matcher.speakers else locale


def alike(texts: Sequence[tuple[NormalizedText, str]], matcher: Matcher) -> Groups:
    """Group texts that ask the same.

    Args:
        texts: Each with the language that it is thought to be in; the most important first: a group gathers
            around its first text, so that a chain of small differences joins nothing.
        matcher: By whose knowledge they are compared.

    Returns:
        Places in `texts`, each in one group; groups in the order of their first text, which stands first in them.
    """
    if not texts or not matcher.speakers:
        return tuple((place,) for place in range(len(texts)))
    described = _describe(texts, matcher)
    within = _stars(_near_within(described), np.arange(len(texts)))
    leaders = np.array([group[0] for group in within])
    middles = _unit(np.stack([described.entries[list(group)].sum(axis=0) for group in within]))
    across = _stars(_near_across(described, leaders, middles), np.arange(len(within)))
    return tuple(tuple(place for one in joined for place in within[one]) for joined in across)


# --- what texts say -----------------------------------------------------------------------------------


def _describe(texts: Sequence[tuple[NormalizedText, str]], matcher: Matcher) -> _Described:
    spoken_words = [words(text) for text, _ in texts]
    speakers = [
        _speaker(text, said, matcher, locale)
        for (text, locale), said in zip(texts, spoken_words, strict=True)
    ]
    features = [
        speaker.features(gram_keys(text), said)
        for (text, _), said, speaker in zip(texts, spoken_words, speakers, strict=True)
    ]
    columns = {entry: place for place, entry in enumerate(_entries(matcher))}
    entries = np.zeros((len(texts), len(columns)), dtype=np.float32)
    values = [np.zeros(0, dtype=np.float32)] * len(texts)
    for speaker in matcher.speakers:
        rows = [row for row, one in enumerate(speakers) if one is speaker]
        if rows:
            own = [columns[entry] for entry in speaker.entries]
            entries[np.ix_(rows, own)] = _spoken_for(speaker, [features[row] for row in rows])
            for row in rows:
                values[row] = _weighed(speaker.postings, features[row])
    digits = [hash(tuple(sorted(t for t in text.tokens if t.isdecimal()))) for text, _ in texts]
    return _Described(
        np.array([speaker.locale for speaker in speakers]),
        _sparse([one.keys for one in features], values),
        _unit(entries),
        np.array(digits, dtype=np.int64),
    )


def _speaker(text: NormalizedText, said: Sequence[str], matcher: Matcher, locale: str) -> Speaker:
    written = scripts_of(text)
    able = [one for one in matcher.speakers if one.scripts & written] or list(matcher.speakers)
    return max(able, key=lambda one: (sum(word in one.stems for word in said), one.locale == locale))


def _entries(matcher: Matcher) -> tuple[str, ...]:
    return tuple(sorted({entry for speaker in matcher.speakers for entry in speaker.entries}))


def _spoken_for(speaker: Speaker, texts: Sequence[Features]) -> Values:
    """Say how much a language's phrasings speak for each of its entries, text by text."""
    weighed = [index.weigh(speaker.postings, text) for text in texts]
    ranker = speaker.ranker
    if not isinstance(ranker, Weights):  # very many phrasings: only the nearest have a say
        return np.stack([ranker.score(ranker.compare(speaker.postings, one)).ridge for one in weighed])
    postings = speaker.postings
    shape = (len(postings.keys), postings.count)
    phrasings = csr_array((postings.values, postings.rows, postings.starts), shape=shape)
    asked = csr_array(
        (
            np.concatenate([one.values for one in weighed]),
            np.concatenate([one.places for one in weighed]),
            np.cumsum([0, *(len(one.places) for one in weighed)]),
        ),
        shape=(len(weighed), shape[0]),
    )
    parts = range(0, len(weighed), _ROWS)
    return np.concatenate(
        [(asked[start : start + _ROWS] @ phrasings).toarray() @ ranker.ridge for start in parts]
    )


def _weighed(postings: index.Postings, text: Features) -> Values:
    """Weigh all features of a text, those that no phrasing has like the rarest that one has."""
    found = np.minimum(np.searchsorted(postings.keys, text.keys), len(postings.keys) - 1)
    known = postings.keys[found] == text.keys
    values = np.where(known, postings.weights[found], np.float32(postings.unknown)).astype(np.float32)
    edges = (0, *text.blocks, len(values))
    for block, share in enumerate(_SHARES):
        part = values[edges[block] : edges[block + 1]]
        if len(part):
            part *= np.float32(share / np.linalg.norm(part))
    return values / max(float(np.linalg.norm(values)), 1e-9)


def _sparse(keys: Sequence[NDArray[np.uint64]], values: Sequence[Values]) -> csr_array:
    every, places = np.unique(np.concatenate(keys), return_inverse=True)
    starts = np.cumsum([0, *map(len, keys)])
    return csr_array((np.concatenate(values), places, starts), shape=(len(keys), max(len(every), 1)))


def _unit(rows: Values) -> Values:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > _NOTHING, rows / np.maximum(lengths, _NOTHING), 0).astype(np.float32)


# --- which are near -----------------------------------------------------------------------------------

Pairs = Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]


def _near_within(described: _Described) -> Pairs:
    """List pairs of texts of one language that ask the same, a part of the texts at a time."""
    unknown = ~described.entries.any(axis=1)
    for locale in np.unique(described.locales):
        rows = np.flatnonzero((described.locales == locale) & ~unknown)
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


def _near_across(described: _Described, leaders: NDArray[np.intp], middles: Values) -> Pairs:
    """List pairs of groups of different languages that ask the same."""
    least = min(meant for _, meant in _ACROSS)
    for start in range(0, len(leaders), _ROWS):
        cosines = middles[start : start + _ROWS] @ middles.T
        left, right = np.nonzero(cosines >= least)
        meant, left = cosines[left, right], left + start
        one, other = leaders[left], leaders[right]
        apart = (left < right) & (described.locales[one] != described.locales[other])
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


def _stars(pairs: Pairs, places: NDArray[np.intp]) -> Groups:
    """Gather around each text, the first ones first, what is near to it and not yet in a group."""
    near: dict[int, list[int]] = {}
    for one, other in pairs:
        for left, right in zip(one.tolist(), other.tolist(), strict=True):
            near.setdefault(left, []).append(right)
    return tuple(_gathered(near, places))


def _gathered(near: Mapping[int, Sequence[int]], places: NDArray[np.intp]) -> Iterator[tuple[int, ...]]:
    taken: set[int] = set()
    for place in places.tolist():
        if place not in taken:
            group = (place, *(other for other in sorted(near.get(place, ())) if other not in taken))
            taken.update(group)
            yield group

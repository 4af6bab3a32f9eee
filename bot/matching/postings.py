"""How similar is a text to each phrasing? TF-IDF over the features of one language, as arrays.

Each block of features (grams, stems, pairs) is brought to the same length before the blocks are weighed, and
features that no phrasing has count in that length at the highest weight: a question that is mostly about
something else is far from everything, which TF-IDF libraries overlook because they drop unknown words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Features, Keys, Values

Places = NDArray[np.int32]

# Share of the squared length that grams, stems and pairs have; ten others were within 0.2 points.
_BLOCKS = (0.45, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text as a vector over the known features of a language."""

    places: Places  # of the features in Postings.keys
    values: Values
    known: float  # 0-1, share of the squared length that known features have


@dataclass(frozen=True, slots=True)
class Postings:
    """Which phrasings hold which feature, and how much it weighs there."""

    keys: Keys  # ascending
    weights: Values  # inverse document frequency of each key
    unknown: float  # weight of a feature that is not among the keys
    starts: Places  # of each key's run in `rows`; one more at the end
    rows: Places  # phrasings, key by key
    values: Values
    count: int  # phrasings

    @property
    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything needed to restore the postings, by name."""
        return {
            "keys": self.keys,
            "weights": self.weights,
            "starts": self.starts,
            "rows": self.rows,
            "values": self.values,
        }


def build_postings(texts: Sequence[Features], owners: NDArray[np.int32]) -> Postings:
    """Index the features of all phrasings of one language; `owners` is the entry of each.

    A feature weighs the more the fewer entries it occurs in; one that all phrasings of a single entry share
    is as telling as one that occurs once.
    """
    entries = int(owners.max()) + 1
    every = np.concatenate([text.keys for text in texts])
    keys, at, frequency = np.unique(every, return_inverse=True, return_counts=True)
    held_by = at.astype(np.int64) * entries + np.repeat(owners, [len(text.keys) for text in texts])
    spread = np.bincount(np.unique(held_by) // entries, minlength=len(keys))
    weights = (np.log((entries + 1) / (spread + 1)) + 1).astype(np.float32)
    unknown = float(weights.max())
    empty = np.zeros(0, dtype=np.int32)
    bare = Postings(keys, weights, unknown, empty, empty, np.zeros(0, dtype=np.float32), len(texts))
    vectors = [weigh(bare, text) for text in texts]
    places = np.concatenate([vector.places for vector in vectors])
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(vector.places) for vector in vectors])
    values = np.concatenate([vector.values for vector in vectors])
    order = np.argsort(places, kind="stable")
    starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int32)
    return Postings(keys, weights, unknown, starts, rows[order], values[order], len(texts))


def restore_postings(arrays: Mapping[str, NDArray[np.generic]], count: int) -> Postings:
    """Rebuild postings from `Postings.arrays`.

    Raises:
        KeyError: An array is missing.
        ValueError: The arrays do not fit each other.
    """
    keys, weights = arrays["keys"].astype(np.uint64), arrays["weights"].astype(np.float32)
    starts, rows = arrays["starts"].astype(np.int32), arrays["rows"].astype(np.int32)
    values = arrays["values"].astype(np.float32)
    if not (len(keys) == len(weights) == len(starts) - 1 and starts[-1] == len(rows) == len(values)):
        raise ValueError("postings that do not fit each other")
    return Postings(keys, weights, float(weights.max()), starts, rows, values, count)


def weigh(postings: Postings, text: Features) -> Weighed:
    """Turn features into a vector of length 1, of which only the known part is kept."""
    found = np.searchsorted(postings.keys, text.keys)
    found[found == len(postings.keys)] = 0
    known = postings.keys[found] == text.keys
    values = np.where(known, postings.weights[found], np.float32(postings.unknown))
    edges = (0, *text.blocks, len(values))
    for block, share in enumerate(_BLOCKS):
        part = values[edges[block] : edges[block + 1]]
        length = float(np.sqrt(part @ part))
        if length:
            part *= np.float32(np.sqrt(share) / length)
    kept = values[known]
    return Weighed(found[known].astype(np.int32), kept, float(kept @ kept))


def similarities(postings: Postings, text: Weighed) -> Values:
    """Compare a text with every phrasing: cosines, 0-1."""
    starts, ends = postings.starts[text.places], postings.starts[text.places + 1]
    lengths = ends - starts
    total = int(lengths.sum())
    if not total:
        return np.zeros(postings.count, dtype=np.float32)
    shift = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    at = shift + np.arange(total)
    weights = postings.values[at] * np.repeat(text.values, lengths)
    sums = np.bincount(postings.rows[at], weights=weights, minlength=postings.count)
    return sums.astype(np.float32)


def kernel(postings: Postings, texts: Sequence[Features]) -> Values:
    """Compare all phrasings with each other."""
    return np.stack([similarities(postings, weigh(postings, text)) for text in texts])

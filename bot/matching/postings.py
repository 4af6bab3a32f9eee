"""How similar is a text to each phrasing? TF-IDF over the features of one language, as arrays.

Each block of features (grams, stems, pairs) is brought to the same length before the blocks are weighed, and
features that no phrasing has count in that length at the highest weight: a question that is mostly about
something else is far from everything, which TF-IDF libraries overlook because they drop unknown words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import BLOCK_STARTS, Features, Keys, Values
from bot.matching.threads import in_halves

Places = NDArray[np.int32]
Rows = NDArray[np.unsignedinteger[Any]]  # as narrow as the number of phrasings allows

# Share of the squared length that grams, stems and pairs have; ten others were within 0.2 points.
BLOCK_SHARES = (0.45, 0.25, 0.3)
# Phrasings up to which every text is compared with all of them by all its features; beyond, features that more than
# this share has are looked at only for the nearest by the others: 98 of 100 of the sixty nearest were found.
_EXACT_UP_TO = 4_000
_COMMON = 0.02
_LOOKED_AT = 300
_FEW = 200  # phrasings that are compared with each other in a dense array


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text as a vector over the known features of a language."""

    places: Places  # of the features in Postings.keys, ascending
    values: Values
    known: float  # 0-1, share of the squared length that known features have


@dataclass(frozen=True, slots=True)
class Postings:
    """Which phrasings hold which feature.

    How much a feature weighs in a phrasing is not stored: it is the feature's weight times the phrasing's scale
    for that block.
    """

    keys: Keys  # ascending
    weights: Values  # inverse document frequency of each key
    unknown: float  # weight of a feature that is not among the keys
    starts: Places  # of each key's run in `rows`; one more at the end
    rows: Rows  # phrasings, key by key
    scales: Values  # a row for each block, a column for each phrasing
    edges: tuple[int, ...] = field(
        init=False, repr=False
    )  # where the blocks begin in `keys`, and the last ends

    def __post_init__(self) -> None:
        edges = (0, *np.searchsorted(self.keys, BLOCK_STARTS).tolist(), len(self.keys))
        object.__setattr__(self, "edges", edges)

    @property
    def count(self) -> int:
        """How many phrasings there are."""
        return int(self.scales.shape[1])

    @property
    def values(self) -> Values:
        """How much its feature weighs in each phrasing, run by run."""
        ends = self.starts[list(self.edges)].tolist()
        parts = [
            self.scales[block, self.rows[ends[block] : ends[block + 1]]] for block in range(len(BLOCK_SHARES))
        ]
        weighed: Values = np.repeat(self.weights, np.diff(self.starts)) * np.concatenate(parts)
        return weighed

    def added(self, features: Places, weights: NDArray[np.float64]) -> Values:
        """Add up, for each phrasing, the weights of those of some features that it has, each times its scale.

        Args:
            features: Places in `keys`, ascending.
            weights: Of each of them.
        """
        starts, ends = self.starts[features], self.starts[features + 1]
        lengths = ends - starts
        runs = [self.rows[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        cuts = [0, *np.searchsorted(features, self.edges[1:-1]).tolist(), len(runs)]
        total = np.zeros(self.count)
        for scale, (first, last) in zip(self.scales, pairwise(cuts), strict=True):
            if first < last:
                rows, each = (
                    np.concatenate(runs[first:last]),
                    np.repeat(weights[first:last], lengths[first:last]),
                )
                total += scale * np.bincount(rows, each, minlength=self.count)
        return total.astype(np.float32)

    def lengths(self, rows: NDArray[np.integer[Any]]) -> Values:
        """Give the squared length of some phrasings: the shares of the blocks that they have."""
        squares: Values = np.array(BLOCK_SHARES, dtype=np.float32) @ (self.scales[:, rows] > 0)
        return squares

    @property
    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything needed to restore the postings, by name."""
        return {
            "keys": self.keys,
            "weights": self.weights,
            "starts": self.starts,
            "rows": self.rows,
            "scales": self.scales,
        }


@dataclass(frozen=True, slots=True)
class Vectors:
    """The same seen from the other side: which features each phrasing holds."""

    postings: Postings
    starts: Places  # of each phrasing's run in `places`; one more at the end
    rare: Places  # where in that run the features begin that are not common; the common ones stand first
    places: Places  # features, phrasing by phrasing
    values: Values  # how much each of them weighs in its phrasing

    def compare(self, text: Weighed) -> Values:
        """Compare a text with the phrasings in two rounds: cosines, 0-1.

        Exact for the phrasings that come near; for others too low, by what the features add that very many
        phrasings have.
        """
        count = self.postings.count
        if count <= _EXACT_UP_TO:
            return similarities(self.postings, text)
        rough = similarities(self.postings, text, most=int(_COMMON * count))
        some = np.flatnonzero(rough)
        if len(some) <= _LOOKED_AT:  # by common features alone, any may be the nearest
            return similarities(self.postings, text)
        near = some[highest(rough.take(some), _LOOKED_AT)]
        starts, ends = self.starts[near], self.rare[near]
        runs = _runs(starts, ends)
        whole = np.zeros(len(self.postings.keys), dtype=np.float32)
        whole[text.places] = text.values
        gained = np.zeros(
            len(runs) + 1, dtype=np.float32
        )  # one more for phrasings that begin behind the last
        np.multiply(whole.take(self.places.take(runs)), self.values.take(runs), out=gained[:-1])
        lengths = ends - starts
        added = np.add.reduceat(gained, np.cumsum(lengths) - lengths)
        rough[near] += np.where(lengths > 0, added, np.float32(0))
        return rough

    def compare_row(self, row: int) -> Values:
        """Compare one phrasing with all of them, as `compare` does."""
        places, values, _ = self._held(np.array([row]))
        order = np.argsort(places)
        return self.compare(Weighed(places[order], values[order], 1.0))

    def among(self, rows: NDArray[np.integer[Any]]) -> Values:
        """Compare some phrasings with each other: cosines, 0-1."""
        places, values, lengths = self._held(rows)
        if len(rows) <= _FEW:
            products = _products(places, values, lengths, len(self.postings.keys))
            products.ravel()[:: len(rows) + 1] = self.postings.lengths(rows)
            return products
        from scipy.sparse import csr_array  # a language from the cache seldom needs it

        present, columns = np.unique(places, return_inverse=True)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        chosen = csr_array((values, columns, starts), shape=(len(rows), len(present)))
        others = chosen.T.tocsr()
        products = np.zeros((len(rows), len(rows)), dtype=np.float32)
        in_halves(len(rows), lambda half: (chosen[half] @ others).toarray(out=products[half]))
        return products

    def _held(self, rows: NDArray[np.integer[Any]]) -> tuple[Places, Values, NDArray[np.int64]]:
        """The features of some phrasings, one after the other, how much they weigh, and how many each has."""
        starts, ends = self.starts[rows], self.starts[rows + 1]
        runs = _runs(starts, ends)
        return self.places.take(runs), self.values.take(runs), (ends - starts).astype(np.int64)


def build_postings(texts: Iterable[Features], owners: NDArray[np.int32]) -> Postings:
    """Index the features of all phrasings of one language; `owners` is the entry of each.

    A feature weighs the more the fewer entries it occurs in; one that all phrasings of a single entry share
    is as telling as one that occurs once.
    """
    entries = int(owners.max()) + 1
    every, sizes = _joined(texts)
    count = len(sizes)
    keys, at, frequency = np.unique(every, return_inverse=True, return_counts=True)
    held_by = np.sort(
        at.astype(np.int64) * entries + np.repeat(owners, sizes)
    )  # np.unique takes 20 times as long
    distinct = held_by[np.append(True, held_by[1:] != held_by[:-1])]
    spread = np.bincount(distinct // entries, minlength=len(keys))
    weights = (np.log((entries + 1) / (spread + 1)) + 1).astype(np.float32)
    rows = np.repeat(np.arange(count, dtype=np.int32), sizes)
    block = np.searchsorted(BLOCK_STARTS, every, side="right")
    squares = np.bincount(
        block * count + rows, weights=weights[at] ** 2, minlength=len(BLOCK_SHARES) * count
    ).reshape(len(BLOCK_SHARES), count)
    shares = np.sqrt(np.array(BLOCK_SHARES))[:, None]
    scales = np.divide(shares, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
    order = np.argsort(at, kind="stable")
    starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int32)
    return Postings(
        keys, weights, float(weights.max()), starts, _narrow(rows[order], count), scales.astype(np.float32)
    )


def _joined(texts: Iterable[Features]) -> tuple[Keys, NDArray[np.int64]]:
    """Put the features of all texts into one array, a thousand texts at a time: small arrays are dear."""
    every: list[Keys] = []
    sizes: list[int] = []
    rest = iter(texts)
    while some := list(islice(rest, 1_000)):
        every.append(np.concatenate([text.keys for text in some]))
        sizes.extend(len(text.keys) for text in some)
    return np.concatenate(every), np.array(sizes)


def restore_postings(arrays: Mapping[str, NDArray[np.generic]]) -> Postings:
    """Rebuild postings from `Postings.arrays`.

    Raises:
        KeyError: An array is missing.
        ValueError: The arrays do not fit each other.
    """
    keys, weights = (
        arrays["keys"].astype(np.uint64, copy=False),
        arrays["weights"].astype(np.float32, copy=False),
    )
    starts, rows = arrays["starts"].astype(np.int32, copy=False), arrays["rows"]
    scales = arrays["scales"].astype(np.float32, copy=False)
    fit = len(keys) == len(weights) == len(starts) - 1 and starts[-1] == len(rows)
    if not (fit and scales.shape[:-1] == (len(BLOCK_SHARES),) and rows.max(initial=0) < scales.shape[1]):
        raise ValueError("postings that do not fit each other")
    return Postings(keys, weights, float(weights.max()), starts, _narrow(rows, scales.shape[1]), scales)


def _narrow(rows: NDArray[Any], count: int) -> Rows:
    """Take two bytes for a phrasing instead of four, where there are not too many phrasings for that."""
    return rows.astype(np.uint16 if count <= np.iinfo(np.uint16).max else np.uint32, copy=False)


def vectors(postings: Postings) -> Vectors:
    """Turn the postings around."""
    frequencies = np.diff(postings.starts)
    places = np.repeat(np.arange(len(postings.keys), dtype=np.int32), frequencies)
    common = np.repeat(frequencies > int(_COMMON * postings.count), frequencies)
    order = np.argsort(2 * postings.rows.astype(np.int64) + ~common, kind="stable")
    places, rows = places[order], postings.rows[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=postings.count))]).astype(np.int32)
    rare = starts[:-1] + np.bincount(postings.rows[common], minlength=postings.count).astype(np.int32)
    at = rows.astype(np.int64)
    for edge in postings.edges[1:-1]:
        at += postings.count * (places >= edge)
    return Vectors(postings, starts, rare, places, postings.weights[places] * postings.scales.ravel()[at])


def weigh(postings: Postings, text: Features) -> Weighed:
    """Turn features into a vector of length 1, of which only the known part is kept."""
    found = np.searchsorted(postings.keys, text.keys)
    found[found == len(postings.keys)] = 0
    known = postings.keys[found] == text.keys
    values = np.where(known, postings.weights[found], np.float32(postings.unknown))
    edges = (0, *text.blocks, len(values))
    for block, share in enumerate(BLOCK_SHARES):
        part = values[edges[block] : edges[block + 1]]
        length = float(np.sqrt(part @ part))
        if length:
            part *= np.float32(np.sqrt(share) / length)
    kept = values[known]
    return Weighed(found[known].astype(np.int32), kept, float(kept @ kept))


def similarities(postings: Postings, text: Weighed, *, most: int | None = None) -> Values:
    """Compare a text with every phrasing: cosines, 0-1.

    Args:
        postings: The phrasings.
        text: What they are compared with.
        most: Leave features out that more phrasings hold than this; then the cosines are too low.
    """
    places = text.places
    weights = (text.values * postings.weights[places]).astype(np.float64)
    if most is not None:
        rare = postings.starts[places + 1] - postings.starts[places] <= most
        places, weights = places[rare], weights[rare]
    return postings.added(places, weights)


def highest(values: Values, count: int) -> NDArray[np.intp]:
    """Find the places of the highest values, ascending; of equal ones the first."""
    if len(values) <= count:
        return np.arange(len(values))
    least = -np.partition(-values, count - 1)[count - 1]
    found = np.flatnonzero(values >= least)
    if len(found) > count:
        equal = values[found] == least
        found = found[~equal | (np.cumsum(equal) <= count - np.count_nonzero(~equal))]
    return found


def _products(places: Places, values: Values, lengths: NDArray[np.int64], known: int) -> Values:
    """Multiply a few sparse rows with each other, each the `lengths` next of `places` and `values`.

    Most features are in one row only and matter to its own length alone, which is left out; the others fill a
    small dense array.
    """
    last = np.empty(known, dtype=np.intp)  # looked at only where it was written
    last[places] = np.arange(len(places))
    alike = last.take(places)  # the last place where the same feature stands
    shared = np.bincount(alike, minlength=len(places)) > 1
    columns = np.cumsum(shared)
    kept = np.flatnonzero(shared.take(alike))
    at = np.repeat(np.arange(len(lengths)), lengths)
    width = int(columns[-1]) if len(columns) else 0
    dense = np.zeros(len(lengths) * width, dtype=np.float32)
    dense[at.take(kept) * width + columns.take(alike.take(kept)) - 1] = values.take(kept)
    rows = dense.reshape(len(lengths), width)
    products: Values = rows @ rows.T
    return products


def _runs(starts: Places, ends: Places) -> NDArray[np.int64]:
    """List the places of several runs, one after the other."""
    lengths = (ends - starts).astype(np.int64)
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())

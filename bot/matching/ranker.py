"""Which entry do the similarities speak for? What two small models say of a text, weighed by what they learnt.

Both weigh every phrasing for and against every entry, so that evidence is pooled over an entry's phrasings
and frames that many entries share ("how do I") count for nothing; the nearest phrasing alone ranks about
seven points worse. Kernel ridge regression is the better one on few and unbalanced entries, kernel softmax on
many balanced ones; their sum is never far below the better of the two (tests/benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Values
from bot.matching.postings import Postings, Weighed, similarities

IMPOSSIBLE = -30.0  # score of an entry that was held out
_ROWS = 256  # phrasings whose weights are multiplied at a time: 64 and 1,024 take 1.4 times as long
_RIDGE_SHARE = 1.0  # of the ridge in the order, against the logarithm of the softmax


@dataclass(frozen=True, slots=True)
class Scores:
    """What the models say of some texts: a row for each text, a column for each entry."""

    soft: Values  # logarithm of the softmax
    ridge: Values  # about 1 for a phrasing's own entry, about 0 for others

    @classmethod
    def all_of(cls, some: Sequence[Scores]) -> Scores:
        """Put the scores of several texts below each other."""
        return cls(np.vstack([one.soft for one in some]), np.vstack([one.ridge for one in some]))

    @property
    def order(self) -> Values:
        """The number by which entries are ordered."""
        total: Values = self.soft + np.float32(_RIDGE_SHARE) * self.ridge
        return total

    def of(self, entry: int) -> float:
        """The number by which one entry is ordered; the scores are those of one text."""
        return float(self.soft[entry] + np.float32(_RIDGE_SHARE) * self.ridge[entry])

    def without(self, entries: Collection[int]) -> Scores:
        """Score one text as if some entries did not exist."""
        soft, ridge = self.soft.copy(), self.ridge.copy()
        out = list(entries)
        soft[out] = IMPOSSIBLE
        ridge[out] = 0
        return Scores(log_softmax(soft), ridge)

    def between(self, other: Scores, share: float) -> Scores:
        """Score texts of which there are two readings; `share` (0-1) is that of the other one."""
        own, others = np.float32(1 - share), np.float32(share)
        return Scores(
            log_softmax(own * self.soft + others * other.soft), own * self.ridge + others * other.ridge
        )


class Ranker(Protocol):
    """What scores texts; there are two, for few and for very many phrasings."""

    def compare(self, postings: Postings, text: Weighed) -> Values:
        """Compare one text with the phrasings, as closely as scoring needs."""
        ...

    def score(self, similarities: Values) -> Scores:
        """Score one text by its similarities to all phrasings."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """A ranker trained on all phrasings: how much each speaks for each entry.

    What a phrasing says of entries that are not its own takes one byte: half the memory and half the file of two. What it
    says for its own one is up to ten times as much, and kept as it is, so that it does not coarsen the rest.
    """

    # One for each phrasing; first the softmax's columns, then the ridge's: one pass is quicker than two.
    rows: NDArray[np.int8]
    scales: Values  # what 1 stands for in each row, times that in each column
    steps: Values  # what it stands for in each column
    own: Values  # what each phrasing says for its own entry: by the softmax (first row) and by the ridge
    columns: NDArray[np.intp]  # where that belongs, in the same order, one after the other

    @classmethod
    def of(cls, soft: Values, ridge: Values, owners: NDArray[np.integer[Any]]) -> Weights:
        """Put both models side by side; `owners` is the entry of each phrasing."""
        both = np.hstack([soft, ridge])
        columns = _columns(owners, soft.shape[1])
        at = np.tile(np.arange(len(owners)), 2), columns
        own = both[at].reshape(2, len(owners))
        both[at] = 0
        scales = _or_one(np.abs(both).max(axis=1, initial=0))
        both /= scales[:, None]
        steps = _or_one(np.abs(both).max(axis=0, initial=0)) / np.float32(np.iinfo(np.int8).max)
        return cls(np.rint(both / steps).astype(np.int8), scales, steps, own, columns)

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[Any]], owners: NDArray[np.integer[Any]]) -> Weights:
        """Rebuild a ranker from its `arrays`.

        Raises:
            KeyError: An array is missing.
            ValueError: The arrays do not fit each other.
        """
        rows = arrays["ranker"].astype(np.int8, copy=False)
        scales, steps, own = (
            arrays[f"ranker_{name}"].astype(np.float32, copy=False) for name in ("scales", "steps", "own")
        )
        count, entries = len(owners), len(steps) // 2
        if (rows.shape, scales.shape, own.shape) != ((count, 2 * entries), (count,), (2, count)):
            raise ValueError("weights that do not fit each other")
        return cls(rows, scales, steps, own, _columns(owners, entries))

    @property
    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything needed to restore the ranker besides the owners, by name."""
        return {
            "ranker": self.rows,
            "ranker_scales": self.scales,
            "ranker_steps": self.steps,
            "ranker_own": self.own,
        }

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return len(self.steps) // 2

    def compare(self, postings: Postings, text: Weighed) -> Values:
        """Compare one text with every phrasing."""
        return similarities(postings, text)

    def score(self, similarities: Values) -> Scores:
        """Score texts by their similarities to the phrasings (one row for each text)."""
        scores = np.zeros((*similarities.shape[:-1], len(self.steps)), dtype=np.float32)
        part = np.empty((_ROWS, len(self.steps)), dtype=np.float32)
        scaled = similarities * self.scales
        for start in range(
            0, len(self.rows), _ROWS
        ):  # a part stays near the processor while it is multiplied
            rows = self.rows[start : start + _ROWS]
            np.copyto(part[: len(rows)], rows)
            scores += scaled[..., start : start + _ROWS] @ part[: len(rows)]
        scores *= self.steps
        for row, text in zip(np.atleast_2d(scores), np.atleast_2d(similarities), strict=True):
            row += np.bincount(self.columns, (self.own * text).ravel(), len(self.steps))
        return Scores(log_softmax(scores[..., : self.entries]), scores[..., self.entries :])


def _or_one(values: Values) -> Values:
    return np.where(values > 0, values, np.float32(1))


def _columns(owners: NDArray[np.integer[Any]], entries: int) -> NDArray[np.intp]:
    return np.concatenate([owners, owners + entries]).astype(np.intp)


def log_softmax(scores: Values) -> Values:
    """Turn scores (entries on the last axis) into logarithms of shares that sum to 1."""
    top = scores.max(axis=-1, keepdims=True)
    shifted = scores - top
    result: Values = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result

"""Which features do many texts have? The same as one text after the other has, in fewer and larger steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import (
    DENSE_GRAMS,
    GRAMS,
    HASH_BITS,
    MOST_PAIRED,
    STEM_BLOCK,
    Features,
    Keys,
    is_dense,
    packed,
    pairs,
)
from bot.types import NormalizedText

Owners = NDArray[np.intp]  # of keys: places of the texts that they are of


def grams_of(texts: Sequence[NormalizedText]) -> list[Keys]:
    """List the character grams of each text, ascending, each once."""
    spaced: list[tuple[str, int]] = []
    dense: list[tuple[str, int]] = []
    for place, text in enumerate(texts):
        plain = [token for token in text.tokens if not is_dense(token)]
        if plain:
            spaced.append((f" {' '.join(plain)} ", place))
        if len(plain) < len(text.tokens):
            dense.extend((token, place) for token in text.tokens if is_dense(token))
    found = [_windows(spaced, size) for size in GRAMS] + [_windows(dense, size) for size in DENSE_GRAMS]
    keys = np.concatenate([keys for keys, _ in found])
    return _apart(keys, np.concatenate([owners for _, owners in found]), len(texts))


def extract_all(grams: Sequence[Keys], stems: Sequence[Sequence[int]]) -> list[Features]:
    """Join the grams of each text (ascending, each once) and its stems to features, as `extract` does."""
    lengths = [len(each) for each in stems]
    flat = np.fromiter((stem for each in stems for stem in each), dtype=np.uint64, count=sum(lengths))
    distinct = _apart(flat & HASH_BITS, np.repeat(np.arange(len(stems)), lengths), len(stems))
    paired = _paired([each[:MOST_PAIRED] for each in distinct])
    return [
        Features(
            np.concatenate([letters, words | STEM_BLOCK, pair]),
            (len(letters), len(letters) + len(words)),
        )
        for letters, words, pair in zip(grams, distinct, paired, strict=True)
    ]


def _windows(runs: Sequence[tuple[str, int]], size: int) -> tuple[Keys, Owners]:
    """Pack every so many letters that follow each other in a run, and say whose they are."""
    lengths = np.array([len(run) for run, _ in runs], dtype=np.intp)
    keys = packed("".join(run for run, _ in runs), size)
    counts = np.maximum(lengths - size + 1, 0)  # the others reach across two runs
    starts = np.cumsum(lengths) - lengths
    places = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    owners = np.repeat(np.array([owner for _, owner in runs], dtype=np.intp), counts)
    return keys[places], owners


def _apart(keys: Keys, owners: Owners, count: int) -> list[Keys]:
    """Sort the keys of each text and drop repeated ones."""
    order = np.argsort(keys)
    # Few bytes are sorted by counting.
    whose = owners.astype(np.uint16 if count <= np.iinfo(np.uint16).max else np.int64)
    order = order[np.argsort(whose[order], kind="stable")]
    keys, owners = keys[order], owners[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    edges = np.cumsum(np.bincount(owners[first], minlength=count)).tolist()
    kept = keys[first]
    return [kept[start:end] for start, end in pairwise([0, *edges])]


def _paired(stems: Sequence[Keys]) -> Iterable[Keys]:
    """Hash the pairs of distinct stems of each text, those of texts with as many stems at once."""
    by_count: dict[int, list[int]] = {}
    for place, each in enumerate(stems):
        by_count.setdefault(len(each), []).append(place)
    found: dict[int, Keys] = {}
    for places in by_count.values():
        rows = np.sort(pairs(np.stack([stems[place] for place in places])), axis=1)
        found.update(zip(places, rows, strict=True))
    return (found[place] for place in range(len(stems)))

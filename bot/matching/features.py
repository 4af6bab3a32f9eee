"""Which features does a text have? Texts share them when they share letters, words, pairs of words.

Three blocks: character 3- and 4-grams across word boundaries (1- to 3-grams where a script writes no spaces),
stems, and unordered pairs of stems. A feature is a 64-bit key: grams of up to three letters are packed exactly
(code points of 21 bits), all others are hashed; the two highest bits name the kind. Nothing here depends on
the order of insertion or on the process, so that keys can be stored.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language.scripts import DENSE, script_of
from bot.types import NormalizedText

Keys = NDArray[np.uint64]
Values = NDArray[np.float32]

GRAMS = (3, 4)  # letters; 3 alone ranks 0.4 points worse, 5 adds nothing (tests/benchmarks/README.md)
DENSE_GRAMS = (1, 2, 3)
_EXACT = 3  # letters that fit into a key as they are
MOST_PAIRED = 32  # distinct stems of a text that are paired; more is chatter, and pairs grow with the square
_LONG_GRAM = np.uint64(1 << 62)
STEM_BLOCK = np.uint64(2 << 62)
_PAIR_BLOCK = np.uint64(3 << 62)
BLOCK_STARTS = np.array([STEM_BLOCK, _PAIR_BLOCK])  # keys below the first are grams
HASH_BITS = np.uint64((1 << 62) - 1)
_MIX_LOW, _MIX_HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # odd 64-bit constants

# CLDR language -> Snowball algorithm, where stems were measured to help (tests/benchmarks/README.md). Chinese ranks
# the same without, Turkish 1.2 points better: texts are folded before, which takes from some algorithms the letters that
# their rules look for, and grams do most of a stemmer's work.
_SNOWBALL: Mapping[str, str] = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "pt": "portuguese",
    "ru": "russian",
}


@dataclass(frozen=True, slots=True)
class Features:
    """The distinct features of one text."""

    keys: Keys  # ascending; grams first, then stems, then pairs
    blocks: tuple[int, int]  # where stems and where pairs begin in `keys`


def extract(grams: Keys, stems: Sequence[int]) -> Features:
    """Join the grams of a text and its stems (as hashed by `stem_key`) to features."""
    apart = _distinct(grams)
    distinct = _distinct(np.array(stems, dtype=np.uint64) & HASH_BITS)
    both = np.sort(pairs(distinct[:MOST_PAIRED]))
    keys = np.concatenate([apart, distinct | STEM_BLOCK, both])
    return Features(keys, (len(apart), len(apart) + len(distinct)))


def _distinct(keys: Keys) -> Keys:
    """Sort keys and drop repeated ones; np.unique takes five times as long for so few."""
    ordered = np.sort(keys)
    first = np.empty(len(ordered), dtype=np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def gram_keys(text: NormalizedText) -> Keys:
    """List the character grams of a text, packed to numbers; repeated ones stay repeated."""
    plain = [token for token in text.tokens if not is_dense(token)]
    spaced = f" {' '.join(plain)} "
    found = [packed(spaced, size) for size in GRAMS] if plain else []
    for token in text.tokens:
        if is_dense(token):
            found.extend(packed(token, size) for size in DENSE_GRAMS)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def words(text: NormalizedText) -> tuple[str, ...]:
    """List the words of a text; where a script writes no spaces, each two neighbouring letters are a word."""
    found: list[str] = []
    for token in text.tokens:
        found.extend(words_of(token))
    return tuple(found)


def words_of(token: str) -> Sequence[str]:
    """List the words of a token: itself, or each two neighbouring letters where a script writes no spaces."""
    if len(token) > 1 and is_dense(token):
        return [token[at : at + 2] for at in range(len(token) - 1)]
    return (token,)


@lru_cache(maxsize=20_000)
def is_dense(token: str) -> bool:
    """Whether a word is of a script that is written without spaces (normalize() never mixes the two)."""
    return script_of(token[0]) in DENSE


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Which word stands for each word that means the same, in one language."""

    words: Mapping[str, str]  # folded word -> key of its group
    stems: Mapping[str, str]  # the same for other forms of these words, by their stem


NO_SYNONYMS = Synonyms(MappingProxyType({}), MappingProxyType({}))


def stem_key(word: str, locale: str, synonyms: Synonyms = NO_SYNONYMS) -> int:
    """Hash the stem of a word in a language, or what stands for it and its synonyms."""
    meant = synonyms.words.get(word)
    if meant is None:
        own = stem(word, locale)
        meant = synonyms.stems.get(own, own)
    return _hash(meant)


def stem(word: str, locale: str) -> str:
    """Cut the ending off a folded word; words with digits and of languages without a stemmer stay whole."""
    algorithm = _SNOWBALL.get(locale.partition("_")[0])
    if algorithm is None or not word.isalpha() or is_dense(word):
        return word
    return _stem(word, algorithm)


@lru_cache(maxsize=50_000)
def _stem(word: str, algorithm: str) -> str:
    return sys.intern(str(_stemmer(algorithm).stemWord(word)))


@cache
def _stemmer(algorithm: str) -> Any:
    import Stemmer  # a known word's stem is stored: many questions never need it

    return Stemmer.Stemmer(algorithm)


@lru_cache(maxsize=50_000)
def _hash(stemmed: str) -> int:
    return int.from_bytes(blake2b(stemmed.encode(), digest_size=8).digest(), "little")


def packed(text: str, size: int) -> Keys:
    """Pack every so many letters that follow each other into a number."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < size:
        return np.zeros(0, dtype=np.uint64)
    windows = codes[: len(codes) - size + 1].copy()
    for place in range(1, min(size, _EXACT)):
        windows |= codes[place : len(codes) - size + 1 + place] << np.uint64(21 * place)
    for place in range(_EXACT, size):
        windows = (windows * _MIX_LOW + codes[place : len(codes) - size + 1 + place] * _MIX_HIGH) & HASH_BITS
        windows |= _LONG_GRAM
    return windows


@cache
def _places(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the pairs of so many things (at most MOST_PAIRED)."""
    return np.triu_indices(count, k=1)


def pairs(stems: Keys) -> Keys:
    """Hash each unordered pair of distinct stems (ascending, so that both orders give one key), along the last axis."""
    low, high = _places(stems.shape[-1])
    mixed = stems[..., low] * _MIX_LOW + stems[..., high] * _MIX_HIGH
    return (mixed >> np.uint64(2)) | _PAIR_BLOCK

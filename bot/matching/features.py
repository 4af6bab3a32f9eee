"""Which features does a text have? Texts share them when they share letters, words, pairs of words.

Three blocks: character 3-grams across word boundaries (1- to 3-grams where a script writes no spaces), stems,
and unordered pairs of stems. A feature is a 64-bit key: grams are packed exactly (three code points of 21
bits), stems and pairs are hashed; the two highest bits name the block. Nothing here depends on the order of
insertion or on the process, so that keys can be stored.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.language.scripts import DENSE, script_of
from bot.types import NormalizedText

FEATURES_VERSION = 1  # raise it with every change of what extract() returns: stored indexes depend on it

Keys = NDArray[np.uint64]
Values = NDArray[np.float32]

_GRAM = 3  # letters; 2-4 and 3-4 made no difference (tests/benchmarks/README.md)
_MOST_PAIRED = 32  # distinct stems of a text that are paired; more is chatter, and pairs grow with the square
_STEM_BLOCK = np.uint64(2 << 62)
_PAIR_BLOCK = np.uint64(3 << 62)
_HASH_BITS = np.uint64((1 << 62) - 1)
_MIX_LOW, _MIX_HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # odd 64-bit constants

# CLDR language -> Snowball algorithm; texts are folded before, in all languages alike.
_SNOWBALL: Mapping[str, str] = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}


@dataclass(frozen=True, slots=True)
class Features:
    """The distinct features of one text with the number of times each occurs."""

    keys: Keys  # ascending; grams first, then stems, then pairs
    counts: Values
    blocks: tuple[int, int]  # where stems and where pairs begin in `keys`


def extract(grams: Keys, stems: Sequence[int]) -> Features:
    """Join the grams of a text and its stems (as hashed by `stem_key`) to features."""
    words = np.array(stems, dtype=np.uint64) & _HASH_BITS
    distinct = np.unique(words)
    found = [np.unique(grams, return_counts=True)]
    found.append(np.unique(words | _STEM_BLOCK, return_counts=True))
    pairs = np.unique(_pairs(distinct[:_MOST_PAIRED]))
    found.append((pairs, np.ones(len(pairs), dtype=np.int64)))
    keys = np.concatenate([keys for keys, _ in found])
    counts = np.concatenate([counts for _, counts in found]).astype(np.float32)
    return Features(keys, counts, (len(found[0][0]), len(found[0][0]) + len(found[1][0])))


def gram_keys(text: NormalizedText) -> Keys:
    """List the character grams of a text, packed to numbers; repeated ones stay repeated."""
    plain = [token for token in text.tokens if not is_dense(token)]
    found = [_packed(f" {' '.join(plain)} ", _GRAM)] if plain else []
    for token in text.tokens:
        if is_dense(token):
            found.extend(_packed(token, size) for size in range(1, _GRAM + 1))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def words(text: NormalizedText) -> tuple[str, ...]:
    """List the words of a text; where a script writes no spaces, each two neighbouring letters are a word."""
    found: list[str] = []
    for token in text.tokens:
        if is_dense(token) and len(token) > 1:
            found.extend(token[at : at + 2] for at in range(len(token) - 1))
        else:
            found.append(token)
    return tuple(found)


@lru_cache(maxsize=20_000)
def is_dense(token: str) -> bool:
    """Whether a word is of a script that is written without spaces (normalize() never mixes the two)."""
    return script_of(token[0]) in DENSE


def stem_key(word: str, locale: str, synonyms: Mapping[str, str]) -> int:
    """Hash the stem of a word in a language, or the word that stands for it and its synonyms."""
    return _hash(synonyms.get(word) or stem(word, locale))


def stem(word: str, locale: str) -> str:
    """Cut the ending off a folded word; words with digits and of languages without a stemmer stay whole."""
    algorithm = _SNOWBALL.get(locale.partition("_")[0])
    if algorithm is None or not word.isalpha() or is_dense(word):
        return word
    return _stem(word, algorithm)


@lru_cache(maxsize=50_000)
def _stem(word: str, algorithm: str) -> str:
    import snowballstemmer  # a known word's stem is stored: many questions never need it

    return sys.intern(str(snowballstemmer.stemmer(algorithm).stemWord(word)))


@lru_cache(maxsize=50_000)
def _hash(stemmed: str) -> int:
    return int.from_bytes(blake2b(stemmed.encode(), digest_size=8).digest(), "little")


def _packed(text: str, size: int) -> Keys:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < size:
        return np.zeros(0, dtype=np.uint64)
    packed = codes[: len(codes) - size + 1].copy()
    for place in range(1, size):
        packed |= codes[place : len(codes) - size + 1 + place] << np.uint64(21 * place)
    return packed


def _pairs(stems: Keys) -> Keys:
    """Hash each unordered pair of distinct stems (ascending, so that both orders give one key)."""
    low, high = np.triu_indices(len(stems), k=1)
    mixed = stems[low] * _MIX_LOW + stems[high] * _MIX_HIGH
    return (mixed >> np.uint64(2)) | _PAIR_BLOCK

"""Where in a text does somebody say their own name? "My name is Fatou Diop", "меня зовут Айгерим", "我叫李明".

The words after which people give their name stand in the catalogs, so that a new language needs no Python; those of all
languages count in every text, since nobody knows for sure in which language it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from bot.language.catalogs import Catalogs
from bot.language.normalize import normalize
from bot.language.word_texts import JOINING_WORDS, NAME_WORDS, QUESTION_WORDS, listed

_DENSE = "\u3040-\u30ff\u3400-\u9fff"  # no space parts a name from the words of such a script
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’ʼ.\-]*(?:['’ʼ\-][^\W\d_]+)*\.?")
_DENSE_NAME = re.compile(f"[{_DENSE}]{{1,4}}")
_BETWEEN = re.compile(r"\s*[:：\-–—]?\s*")
_MOST_WORDS = 4  # of a name with capital letters; "de la" may stand among them
_PARTICLE_LETTERS = 4


class OwnName(NamedTuple):
    """A name that somebody gives as their own, with the words before it; places in the text."""

    words: int  # where the words begin that introduce it
    begin: int
    end: int


def own_names(catalogs: Catalogs) -> Callable[[str], Iterator[OwnName]]:
    """Prepare to find the names that people give as their own, from left to right, in many texts."""
    return partial(_found, *_words(catalogs))


def _found(said: _Said, stops: frozenset[str], text: str) -> Iterator[OwnName]:
    if not said.may_be_in(text):
        return
    start = 0
    for found in said.pattern.finditer(text):
        if found.start() < start:
            continue
        between = _BETWEEN.match(text, found.end())
        begin = between.end() if between else found.end()
        end = _end_of_name(text, begin, stops, capital=_key(found[0]) in said.loose)
        if end > begin:
            yield OwnName(found.start(), begin, end)
            start = end


def _end_of_name(text: str, begin: int, stops: frozenset[str], *, capital: bool) -> int:
    """Find where a name ends that begins here; where it begins when there is none.

    Words with capital letters belong to it as far as they go; of words without, the first two, unless the second
    asks or joins.
    """
    if not capital and (dense := _DENSE_NAME.match(text, begin)):
        return dense.end()
    end, place, count, small = begin, begin, 0, False
    while count < _MOST_WORDS and (word := _WORD.match(text, place)):
        titled = word[0][0].isupper() and not (capital and word[0].isupper())
        if count == 0:
            if capital and not titled:
                return begin
            small = not titled
        elif _stops(word[0], stops):
            break
        if small and (count == 2 or titled):
            break
        if titled or small:
            end = word.end()
        elif len(word[0]) > _PARTICLE_LETTERS:
            break
        if word[0].endswith(".") and len(word[0]) > 3:  # an initial goes on, a sentence ends
            end = word.end() - 1 if end == word.end() else end
            break
        count += 1
        space = re.compile(r"[ \t]+").match(text, word.end())
        if not space:
            break
        place = space.end()
    return end


def _stops(word: str, stops: frozenset[str]) -> bool:
    folded = normalize(word).folded
    return folded in stops or any(
        folded.startswith(stop[:-1]) and len(folded) > len(stop) for stop in stops if stop.endswith("-")
    )


def _words(catalogs: Catalogs) -> tuple[_Said, frozenset[str]]:
    """Collect the words of all languages: those after which a name is given, and those that end one."""
    said: list[str] = []
    stops: list[str] = []
    for locale in catalogs.locales:
        said += listed(catalogs.text(locale, NAME_WORDS))
        for words in (JOINING_WORDS, QUESTION_WORDS):
            stops += listed(catalogs.text(locale, words))
    return _said(tuple(dict.fromkeys(said))), _folded(tuple(dict.fromkeys(stops)))


@lru_cache(maxsize=4)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_folds(words))


def _folds(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        folded = normalize(word).folded
        if folded:
            yield f"{folded}-" if word.endswith("-") else folded


@dataclass(frozen=True, slots=True)
class _Said:
    """The words before a name."""

    pattern: re.Pattern[str]
    loose: frozenset[str]  # those that need a capital letter after them
    heads: frozenset[str]  # what the first word may be
    dense: tuple[str, ...]  # those of languages without spaces

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth a search, which takes a tenth of a millisecond."""
        lowered = text.lower()
        return not self.heads.isdisjoint(_LETTERS.findall(lowered)) or any(
            words in lowered for words in self.dense
        )


@lru_cache(maxsize=4)
def _said(words: tuple[str, ...]) -> _Said:
    """Match the words before a name, the longest first."""
    plain = sorted({word.removesuffix("*").strip() for word in words}, key=len, reverse=True)
    dense = tuple(word for word in plain if _DENSE_NAME.match(word))
    spaced = [word for word in plain if word not in dense]
    alternatives = [re.escape(word) for word in dense]
    if spaced:
        alternatives.append(rf"(?<![\w'’-])(?:{'|'.join(map(_written, spaced))})")
    return _Said(
        pattern=re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE),
        loose=frozenset(_key(word.removesuffix("*")) for word in words if word.endswith("*")),
        heads=frozenset(
            head
            for word in spaced
            for written in (word.lower(), re.sub(r"['’]", "", word.lower()))
            for head in _LETTERS.findall(written)[:1]
        ),
        dense=dense,
    )


def _written(words: str) -> str:
    """Match words however they are spaced, with any apostrophe, and in several words with none.

    A single word without its apostrophe may be another one in another language: "I'm" is not the German "im".
    """
    parts = words.split()
    pattern = r"\s+".join(re.escape(part) for part in parts)
    pattern = re.sub(r"['’]", "['’ʼ`´]" + ("?" if len(parts) > 1 else ""), pattern)
    return pattern + (r"(?![\w'’-])" if words[-1].isalnum() else "")


def _key(words: str) -> str:
    return normalize(words).folded

"""Which names does a text hold, however they are written? "Limin Liu", "刘利民" and "Лю Лимин" are one person.

A name is found by its forms in all languages, and the form usual in a language is written beside what stands there, in
phrasings and in questions alike. Phrasings lose nothing by it: a part of a name, or another sense of its words, is
found as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from rapidfuzz.distance import OSA

from bot.language.normalize import normalize
from bot.language.scripts import script_of
from bot.matching.features import is_dense, stem, words
from bot.types import NormalizedText

Form = TypeVar("Form", str, tuple[str, ...])
# id of a name -> locale -> its forms, the usual one first
Forms = Mapping[str, Mapping[str, Sequence[str]]]

# Names take endings where these scripts are written; the stemmer of their language finds the name under them.
_INFLECTED = {"Cyrl": "ru", "Arab": "ar"}
_ATTACHED = frozenset("وفبلك")  # Arabic: and, then, with, for, like are written onto the next word
_LEFT = 3  # letters that must be left of a word without what is attached
_MISSPELT = 5  # letters from which one error in a given name is forgiven
_CAPITALISED = re.compile(r"\b[^\W\d_]\w*")
NAME_WORD = re.compile(r"[^\W\d_]\w*(?:[-'’]\w+)*")
_SENTENCE = re.compile(r"[^.!?？؟\n]+[.!?？؟\n]*")
_QUESTION = re.compile(r"[?？؟]\s*$")
_HIDDEN = "ƿ"  # stands for each letter of a stranger's name: a letter that no phrasing has, and so unlike any


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a folded text."""

    name: str
    begin: int  # its first letter
    end: int  # the letter after its last


@dataclass(frozen=True, slots=True)
class Names:
    """The forms of all names, by what they begin with."""

    forms: Forms = field(default_factory=dict)
    people: frozenset[str] = frozenset()  # which of them are people's
    _usual: Mapping[tuple[str, str], str] = field(init=False, repr=False, compare=False)
    _spaced: Mapping[str, Mapping[tuple[str, ...], str]] = field(init=False, repr=False, compare=False)
    _dense: Mapping[str, Mapping[str, str]] = field(init=False, repr=False, compare=False)
    _given: Mapping[str, frozenset[str]] = field(
        init=False, repr=False, compare=False
    )  # by the word before them

    def __post_init__(self) -> None:
        usual: dict[tuple[str, str], str] = {}
        spaced: dict[str, dict[tuple[str, ...], str]] = {}
        dense: dict[str, dict[str, str]] = {}
        for name, by_locale in self.forms.items():
            for locale, forms in by_locale.items():
                for text in filter(None, map(_folded, forms)):
                    usual.setdefault((name, locale), text.folded)
                    if len(text.tokens) == 1 and is_dense(text.tokens[0]):
                        dense.setdefault(text.folded[:2], {}).setdefault(text.folded, name)
                    else:
                        heads = tuple(map(_head, text.tokens))
                        spaced.setdefault(heads[0], {}).setdefault(heads, name)
        given: dict[str, set[str]] = {}
        for (name, _), form in usual.items():
            first, *others = form.split()
            if name in self.people and others:
                given.setdefault(_head(first), set()).update(others)
        object.__setattr__(self, "_given", {first: frozenset(others) for first, others in given.items()})
        object.__setattr__(self, "_usual", usual)
        object.__setattr__(self, "_spaced", {first: _longest_first(found) for first, found in spaced.items()})
        object.__setattr__(self, "_dense", {first: _longest_first(found) for first, found in dense.items()})

    def find(self, text: NormalizedText) -> tuple[Found, ...]:
        """Find the names in a text, from left to right, the longest form at each place."""
        if not self.forms:
            return ()
        found: list[Found] = []
        begin = past = 0  # of the token, and of the last name
        for at, token in enumerate(text.tokens):
            if is_dense(token):
                found += self._within(token, begin)
            elif begin >= past and (one := self._from(text.tokens, at, begin)) is not None:
                found.append(one)
                past = one.end
            begin += len(token) + 1
        return tuple(found)

    def beside(
        self,
        text: NormalizedText,
        found: Iterable[Found],
        locale: str,
        known: Container[str] | None = None,
    ) -> NormalizedText:
        """Write the form usual in a language beside each name that was found.

        Args:
            text: In which they were found.
            found: From left to right.
            locale: Whose form is written; a name without one stays as it is.
            known: Words that mean something in that language: others of a name are left out. None leaves out none.

        Returns:
            The same text where there is nothing to write.
        """
        pieces: list[str] = []
        done = 0
        for one in found:
            usual, standing = self._usual.get((one.name, locale)), text.folded[one.begin : one.end]
            if usual is None or standing == usual:
                continue
            kept = (token for token in standing.split() if known is None or _is_known(token, known))
            pieces += [text.folded[done : one.begin], *kept, usual]
            done = one.end
        if not pieces:
            return text
        folded = " ".join(" ".join([*pieces, text.folded[done:]]).split())
        return NormalizedText(original=text.original, folded=folded, tokens=tuple(folded.split(" ")))

    def without_strangers(self, text: NormalizedText, is_known: Callable[[str], bool]) -> NormalizedText:
        """Hide the names of people who only share a part of theirs with somebody known: "Cai Qi" is not Cai Dafeng.

        Who they are is told by capital letters and by the word behind the part: one that no language knows, or a part of
        somebody else's name. A typing error in a given name is forgiven. Of 125 questions about strangers ("Who is Chen
        Yi?") 23 were answered with somebody else before.

        Args:
            text: A question.
            is_known: Whether a word means something in any language.

        Returns:
            The same text where there is no such name.
        """
        if not self._given or not any(_head(token) in self._given for token in text.tokens):
            return text
        capitals = {
            normalize(word).folded for word in _CAPITALISED.findall(text.original) if word[0].isupper()
        }
        named = self.find(text)
        hidden: set[int] = set()
        begin = 0
        for at, (token, behind) in enumerate(pairwise(text.tokens)):
            known = any(one.begin <= begin < one.end for one in named)
            given = self._given.get(_head(token), frozenset())
            if given and not known and {token, behind} <= capitals and not _is_one_of(behind, given):
                if _head(behind) in self._given or any(behind in others for others in self._given.values()):
                    hidden |= {at, at + 1}
                elif not is_known(behind):
                    hidden.add(at)
            begin += len(token) + 1
        if not hidden:
            return text
        tokens = tuple(
            _HIDDEN * len(token) if at in hidden else token for at, token in enumerate(text.tokens)
        )
        return NormalizedText(original=text.original, folded=" ".join(tokens), tokens=tokens)

    def strangers(self, text: NormalizedText, is_known: Callable[[str], bool]) -> tuple[str, ...]:
        """List who is asked about of whom nobody knows: two words with capital letters beside each other that mean nothing.

        Of 4,700 questions that are answered rightly none has such words where it asks; of 14 that were answered with
        somebody or something else four have. Towns and schools of those who ask are mostly one such word.

        Args:
            text: A question; only its sentences that ask are looked at, and names that are among `forms` are passed over.
            is_known: Whether a word means something in any language.
        """
        found: list[str] = []
        for sentence in _asking_sentences(text.original):
            words_of_it = list(NAME_WORD.finditer(sentence))
            if all(word[0][0].isupper() for word in words_of_it):
                continue  # capital letters tell nothing here
            for first, second in pairwise(words_of_it):
                between = sentence[first.end() : second.start()]
                name = f"{first[0]} {second[0]}"
                if (
                    between.strip(" .")
                    or not (first[0][0].isupper() and second[0][0].isupper())
                    or name.isupper()
                    or any(is_known(word) for word in words(normalize(name)))
                    or self.find(normalize(name))
                ):
                    continue
                found.append(name)
        return tuple(found)

    def vocabulary(self, locale: str) -> tuple[str, ...]:
        """List the words of the forms of a language, each once: a misspelt word may have been meant to be one."""
        folded = (_folded(form) for by_locale in self.forms.values() for form in by_locale.get(locale, ()))
        return tuple(dict.fromkeys(word for text in folded if text is not None for word in words(text)))

    def _from(self, tokens: Sequence[str], at: int, begin: int) -> Found | None:
        """Find the longest name that begins with a token."""
        for first in _firsts(tokens[at]):
            for heads, name in self._spaced.get(first, {}).items():
                written = tokens[at : at + len(heads)]
                if tuple(map(_head, written[1:])) == heads[1:]:
                    return Found(name, begin, begin + len(" ".join(written)))
        return None

    def _within(self, token: str, begin: int) -> list[Found]:
        """Find names in what is written without spaces."""
        found: list[Found] = []
        at = 0
        while at < len(token) - 1:
            forms = self._dense.get(token[at : at + 2], {})
            form = next((form for form in forms if token.startswith(form, at)), None)
            if form is not None:
                found.append(Found(forms[form], begin + at, begin + at + len(form)))
            at += len(form) if form is not None else 1
        return found


NO_NAMES = Names()


def is_hidden(word: str) -> bool:
    """Whether a word stands for a stranger's name."""
    return word.startswith(_HIDDEN)


def _asking_sentences(text: str) -> list[str]:
    """Cut a text into sentences: those with a question mark, or all where there is none."""
    sentences = _SENTENCE.findall(text)
    return [each for each in sentences if _QUESTION.search(each)] or sentences


@lru_cache(maxsize=10_000)  # many a form is the same in several languages, and asked for as a word
def _folded(form: str) -> NormalizedText | None:
    text = normalize(form)
    return text if text.tokens else None


@lru_cache(maxsize=20_000)
def _head(token: str) -> str:
    locale = _INFLECTED.get(script_of(token[0]))
    return stem(token, locale) if locale else token


@lru_cache(maxsize=20_000)
def _firsts(token: str) -> tuple[str, ...]:
    """Give what the first word of a name may be, if it is written like this."""
    if token[0] in _ATTACHED and len(token) > _LEFT:
        return _head(token), _head(token[1:])
    return (_head(token),)


def _is_one_of(word: str, given: Iterable[str]) -> bool:
    """Whether a word is one of some given names, or one of them with a typing error."""
    return any(
        word == name or (len(name) >= _MISSPELT and OSA.distance(word, name, score_cutoff=1) <= 1)
        for name in given
    )


def _is_known(token: str, known: Container[str]) -> bool:
    return all(word in known for word in words(NormalizedText(original=token, folded=token, tokens=(token,))))


def _longest_first(found: Mapping[Form, str]) -> dict[Form, str]:
    return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

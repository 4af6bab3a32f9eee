"""What are people, bodies and events officially called in each language?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.knowledge.nodes import ListNode
from bot.knowledge.scalars import LocaleId, Text
from bot.knowledge.validate import validate
from bot.knowledge.yamltext import read_yaml
from bot.language.catalogs import SOURCE_LOCALE
from bot.language.normalize import normalize
from bot.matching.features import is_dense, stem, words
from bot.types import Location, Problem

_POSSESSIVE = re.compile(r"['’]s\b")
_FILLERS = 2  # words that may stand inside a name: an article, a preposition, a declined adjective moved
_SHARED = 0.66  # of the letters of two stems that begin alike


class TermItem(BaseModel):
    """An item of glossary.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: Text = Field(description="The English name, as the sources write it.")
    also: tuple[Text, ...] = Field(default=(), description="Other English names of the same.")
    abbreviation: Text | None = None
    names: dict[LocaleId, tuple[Text, ...]] = Field(description="The names in each language; any is right.")
    own: tuple[LocaleId, ...] = Field(default=(), description="Languages whose name is our translation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A name and what it is called elsewhere."""

    english: tuple[str, ...]  # the first one is the official name
    abbreviation: str | None
    names: Mapping[str, tuple[str, ...]]  # locale -> names, any of which is right
    own: frozenset[str]  # locales whose names are translations of ours

    def named_in(self, text: str) -> bool:
        """Whether an English text holds the name in full."""
        return any(contains_name(text, name, SOURCE_LOCALE) for name in self.english)

    def translated_in(self, text: str, locale: str) -> bool:
        """Whether a text in a locale holds one of its names there, in whatever case or number."""
        return any(contains_name(text, name, locale) for name in self.names.get(locale, ()))


def load_glossary(path: Path) -> tuple[tuple[Term, ...], tuple[Problem, ...]]:
    """Read `glossary.yaml`; a knowledge base without one has no terms.

    Returns:
        The terms, and everything that is wrong with the file.
    """
    if not path.exists():
        return (), ()
    document, problems = read_yaml(path)
    found = list(problems)
    if document.root is not None and not isinstance(document.root, ListNode):
        message, advice = "a list is expected here", 'begin each item with "- "'
        found.append(
            Problem(location=Location(path=path), code="wrong-shape", message=message, advice=advice)
        )
    terms = []
    for node in document.root.items if isinstance(document.root, ListNode) else ():
        item, faults = validate(TermItem, node, document)
        found.extend(faults)
        if item is not None:
            terms.append(
                Term(
                    english=(item.term, *item.also),
                    abbreviation=item.abbreviation,
                    names=item.names,
                    own=frozenset(item.own),
                )
            )
    return tuple(terms), tuple(found)


def contains_name(text: str, name: str, locale: str) -> bool:
    """Whether a text holds a name: its words in their order, whatever their endings, with little between them."""
    if any(is_dense(token) for token in normalize(name).tokens):
        return normalize(name).folded.replace(" ", "") in normalize(text).folded.replace(" ", "")
    if locale == SOURCE_LOCALE:  # a name and not just its words: "Vice-Minister of Education" is no ministry
        bare = normalize(_POSSESSIVE.sub("", text)).folded
        return f" {normalize(name).folded} " in f" {bare} "
    wanted, given = _stems(name, locale), _stems(text, locale)
    return any(_follows(wanted, given[start:]) for start, word in enumerate(given) if _same(wanted[0], word))


def _stems(text: str, locale: str) -> list[str]:
    """Stem each word; Arabic ones without the particles that are written together with a word."""
    return [stem(_bare(word, locale), locale) for word in words(normalize(text))]


def _bare(word: str, locale: str) -> str:
    if not locale.startswith("ar"):
        return word
    for particle in ("وبال", "وال", "بال", "كال", "فال", "ولل", "لل", "ال"):
        if word.startswith(particle) and len(word) > len(particle) + 2:
            return word[len(particle) :]
    return word[1:] if len(word) > 4 and word[0] in "وبلف" else word


def _follows(wanted: list[str], given: list[str]) -> bool:
    position = 0
    for word in wanted:
        window = given[position : position + 1 + (_FILLERS if position else 0)]
        found = next((place for place, other in enumerate(window) if _same(word, other)), None)
        if found is None:
            return False
        position += found + 1
    return True


def _same(one: str, other: str) -> bool:
    """Whether two stems may be of one word; stemmers do not cut every form of a word at the same letter."""
    if one == other:
        return True
    pairs = zip(one, other, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared >= 4 and shared >= _SHARED * max(len(one), len(other))

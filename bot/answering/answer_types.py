"""Is an answer of the type that is asked for? "How many people work there?" is not answered by who runs it.

A question about something known that nobody wrote down ("how long was the speech?") shares its rare words with the entry
about that thing, and looks as sure as any. What tells it apart are its commonest words: those that ask for a number, a
sum, a duration, a time of day, an age, a language and the like. An entry is a fitting answer to them only where one of its
own phrasings, in whichever language, asks for the same kind. Of 46 near misses in eight languages that were answered with
something else, 13 are left; of 4,125 right answers to others 6 are lost (tests/benchmarks/README.md). In question answering
this is the expected answer type; here nothing has to be said of an entry besides how people ask for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.answering.assistant import Assistant, title_of
from bot.answering.several import asked_apart, is_talk
from bot.answering.understand import matches_of
from bot.language.catalogs import Catalogs
from bot.language.normalize import normalize
from bot.language.scripts import DENSE, script_of
from bot.language.texts import Text
from bot.language.word_texts import (
    AGE_WORDS,
    CAREER_WORDS,
    DEPUTY_WORDS,
    DURATION_WORDS,
    LANGUAGE_WORDS,
    MONEY_WORDS,
    NUMBER_WORDS,
    RECORDING_WORDS,
    ROOM_WORDS,
    SPONSOR_WORDS,
    TIME_OF_DAY_WORDS,
    WINNER_WORDS,
    listed,
)
from bot.types import Abstain, AbstainReason, Answer, NormalizedText, PartExplanation, Question

ANSWER_TYPES = (
    NUMBER_WORDS,
    MONEY_WORDS,
    DURATION_WORDS,
    TIME_OF_DAY_WORDS,
    AGE_WORDS,
    LANGUAGE_WORDS,
    DEPUTY_WORDS,
    CAREER_WORDS,
    ROOM_WORDS,
    RECORDING_WORDS,
    WINNER_WORDS,
    SPONSOR_WORDS,
)
_MEASURED = frozenset({MONEY_WORDS, DURATION_WORDS, TIME_OF_DAY_WORDS, AGE_WORDS})  # numbers of something
_NEAREST = 3


def fitting(
    parts: tuple[PartExplanation, ...], question: Question, assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...]:
    """Decline what would be answered with something of another kind than is asked for.

    Args:
        parts: A message as it was understood.
        question: The same as it was asked.
        assistant: The snapshot that is asked.
        prefer: The asker's locale.
    """
    checked = _checked(parts, assistant, prefer)
    if checked == parts or len(parts) > 1:
        return checked
    # "What was the theme, and how many came?": half of it fits.
    for apart in asked_apart(parts[0], question, assistant, prefer):
        pieces = _checked(apart, assistant, prefer)
        if any(isinstance(piece.decision, Answer) and not is_talk(piece, assistant) for piece in pieces):
            return pieces
    return checked


def asked_types(text: NormalizedText, locale: str, catalogs: Catalogs) -> Mapping[Text, str]:
    """Tell for which kinds of things a text asks, each with the first expression that was found."""
    if locale not in catalogs.locales:
        return {}
    found = dict(_asked(f" {text.folded} ", _lists(locale, catalogs)))
    if not found.keys().isdisjoint(_MEASURED):
        found.pop(NUMBER_WORDS, None)  # "Сколько длилась конференция?" asks for a duration alone
    return found


def types_of(entry_id: str, assistant: Assistant) -> frozenset[Text]:
    """Tell for which kinds of things the phrasings and the question of an entry ask, in any language."""
    entry = assistant.knowledge.entries[entry_id]
    found: set[Text] = set()
    for locale in assistant.catalogs.locales:
        phrasings = assistant.knowledge.phrasings.get(locale, {}).get(entry_id, ())
        title = title_of(entry, locale, assistant.catalogs)
        lists = _lists(locale, assistant.catalogs)
        found |= _types_of((*phrasings, title) if title else phrasings, lists)
    return frozenset(found)


def _checked(
    parts: tuple[PartExplanation, ...], assistant: Assistant, prefer: str
) -> tuple[PartExplanation, ...]:
    return tuple(_fitting(part, _said_of(part, parts), assistant, prefer) for part in parts)


def _said_of(part: PartExplanation, parts: Sequence[PartExplanation]) -> list[str]:
    """Name the entries that answer a part, or are offered for what is within it."""
    return [
        match.entry_id
        for other in parts
        if not isinstance(other.decision, Abstain) and other.text.folded in part.text.folded
        for match in matches_of(other.decision)
    ]


def _fitting(
    part: PartExplanation, given: Collection[str], assistant: Assistant, prefer: str
) -> PartExplanation:
    """Decline one part, where nothing that is said of it is of the kind that it asks for."""
    if part.follow_up or not isinstance(part.decision, Answer):
        return part
    entry = assistant.knowledge.entries[part.decision.match.entry_id]
    if entry.kind != "knowledge":
        return part  # what is not known is not known in any kind
    unasked = (*_types_missed(part, given, assistant, prefer), *assistant.matcher.strangers(part.text))
    if not unasked:
        return part
    nearest = tuple(match for match in part.ranking.matches if match.entry_id not in assistant.talk)
    evidence = replace(part.ranking.evidence, unasked=unasked)
    return replace(
        part,
        ranking=replace(part.ranking, evidence=evidence),
        decision=Abstain(reason=AbstainReason.UNSURE, nearest=nearest[:_NEAREST]),
    )


def _types_missed(
    part: PartExplanation, given: Collection[str], assistant: Assistant, prefer: str
) -> tuple[str, ...]:
    wanted = asked_types(part.text, part.ranking.locale or prefer, assistant.catalogs)
    if not wanted:
        return ()
    known = frozenset().union(*(types_of(entry_id, assistant) for entry_id in given))
    return tuple(words for kind, words in wanted.items() if kind not in known)


# --- words --------------------------------------------------------------------------------------------

_Lists = tuple[tuple[Text, str], ...]  # (kind, the words that ask for it in a language)


def _lists(locale: str, catalogs: Catalogs) -> _Lists:
    return tuple((kind, catalogs.text(locale, kind)) for kind in ANSWER_TYPES)


@lru_cache(maxsize=8_192)  # an entry in a language; an edit leaves most of them as they are
def _types_of(phrasings: tuple[str, ...], lists: _Lists) -> frozenset[Text]:
    padded = (f" {normalize(phrasing).folded} " for phrasing in phrasings)
    return frozenset(kind for text in padded for kind, _ in _asked(text, lists))


def _asked(padded: str, lists: _Lists) -> Iterator[tuple[Text, str]]:
    found: dict[Text, tuple[str, str]] = {}
    for kind, written in lists:
        one = next((one for one in _expressions(written) if one[1] in padded), None)
        if one is not None:
            found[kind] = one
    for kind, (words, within) in found.items():
        # "How many minutes" asks for a duration, not for a number too.
        if not any(within.strip() in other.strip() and other != within for _, other in found.values()):
            yield kind, words


@lru_cache(maxsize=128)  # twelve for each language
def _expressions(written: str) -> tuple[tuple[str, str], ...]:
    """List expressions as they are written, with what a folded text between two spaces holds where they stand in it."""
    return tuple((one.rstrip("*"), _within(one)) for one in listed(written))


def _within(expression: str) -> str:
    folded = normalize(expression.rstrip("*")).folded
    if any(script_of(letter) in DENSE for letter in folded):
        return folded  # there are no spaces
    return f" {folded}" if expression.endswith("*") else f" {folded} "

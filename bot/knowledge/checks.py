"""Is the knowledge base good, beyond being readable?

One function per rule, all listed in CHECKS; each yields its problems, with what to do. Errors would
mislead people, warnings are work that is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations, pairwise
from pathlib import Path

from bot.knowledge.content import Content, problem
from bot.knowledge.entries import EvaluationItem, KnowledgeBase
from bot.knowledge.notices import NOTICE_CHECKS, long_notices
from bot.knowledge.translated import TRANSLATION_CHECKS, bad_formats, millions, too_long, wrong_translations
from bot.knowledge.validate import nearest
from bot.language.catalogs import SOURCE_LOCALE, Catalogs
from bot.language.dates import Day, Period, PeriodEnd, format_halves
from bot.language.formats import Money, Number, Value, Year, format_value
from bot.language.normalize import normalize
from bot.language.scripts import DENSE, script_of
from bot.types import NormalizedText, Problem

ENOUGH_PHRASINGS = 6  # per entry and language
ALIKE = 0.6  # share of the shorter phrasing's words; more says nothing new to the matcher
FRAGMENT_WORDS = 3  # "launch date" may repeat words of a sentence
WORD_LETTERS = 3  # shorter ones are articles and prepositions in most languages ("de", "l", "la")
FRAGMENT_CHARACTERS = 6  # the same in a script without spaces

_HEADS = re.compile(r"\{\s*[\w.]+\s*(,\s*(plural|select)\s*,)?|=\d+")  # names and selectors of placeholders
_NUMERALS = re.compile(r"\d[\d.,]*")
# Of a figure; smaller ones are often written in words ("seven institutions"), larger ones in part ("36.7 billion").
_FIGURE_DIGITS, _MILLION_DIGITS = 2, 7
_NUMERAL = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?![\w]|[.,]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A row of the table that `check` prints."""

    locale: str
    entries: int  # that have an answer
    phrasings: int
    phrased: int  # entries with at least one phrasing
    translated: int  # messages of knowledge and interface
    stale: int
    missing: int


def check(
    knowledge: KnowledgeBase,
    catalogs: Catalogs,
    *,
    template: Path | None = None,
    today: date | None = None,
) -> tuple[Problem, ...]:
    """Find what is wrong with a knowledge base that could be read, and with its translations.

    Args:
        knowledge: As load_knowledge() gave it; what it reported is not reported again.
        catalogs: As load_catalogs() gave them.
        template: `knowledge.pot`, to notice English texts whose facts have changed since it was written.
        today: To notice what is out of date.
    """
    content = Content(knowledge, catalogs, template, today)
    found = chain.from_iterable(rule(content) for rule in CHECKS)
    return tuple(sorted(found, key=lambda problem: problem.location))


def misleading(
    knowledge: KnowledgeBase,
    catalogs: Catalogs,
    *,
    sound: tuple[KnowledgeBase, Catalogs] | None = None,
) -> tuple[Problem, ...]:
    """Find what would mislead people: the errors of `check`, without looking for work that is left.

    Args:
        knowledge: As for `check`.
        catalogs: As for `check`.
        sound: Content in which nothing misleads; what is the same there takes no time.
    """
    content = Content(knowledge, catalogs, sound=Content(*sound) if sound else None)
    found = chain.from_iterable(rule(content) for rule in MISLEADING)
    errors = (problem for problem in found if problem.severity == "error")
    return tuple(sorted(errors, key=lambda problem: problem.location))


def summary(knowledge: KnowledgeBase, catalogs: Catalogs) -> tuple[Summary, ...]:
    """Count what each language has; the source language first."""
    locales = [*catalogs.locales, *sorted(knowledge.phrasings.keys() - set(catalogs.locales))]
    content = Content(knowledge, catalogs)
    return tuple(_summary(content, locale) for locale in locales)


def check_evaluation(
    knowledge: KnowledgeBase, evaluation: Mapping[str, Sequence[EvaluationItem]]
) -> tuple[Problem, ...]:
    """Find labels that name no entry, and questions that the matcher has learnt, which measure nothing."""
    found: list[Problem] = []
    for locale, items in evaluation.items():
        texts = chain.from_iterable(knowledge.phrasings.get(locale, {}).values())
        learnt = {normalize(text).folded: text for text in texts}
        for item in items:
            for entry_id in (*item.entries, *item.both):
                if entry_id not in knowledge.entries:
                    advice = nearest(entry_id, knowledge.entries) or "correct the label"
                    message = f'there is no entry "{entry_id}"'
                    found.append(problem(item.location, "unknown-entry", message, advice))
            question = normalize(item.question).folded
            if text := next((text for known, text in learnt.items() if _one_edit(question, known)), None):
                message = f"“{item.question}” is the phrasing “{text}”, or nearly"
                found.append(problem(item.location, "learnt-question", message, "ask it in other words"))
    return tuple(sorted(found, key=lambda problem: problem.location))


# --- phrasings ------------------------------------------------------------------------------------


def few_phrasings(content: Content) -> Iterator[Problem]:
    """Every entry has enough phrasings in every language that has any."""
    for locale, phrasings in content.knowledge.phrasings.items():
        for entry_id in content.knowledge.entries:
            count = len(phrasings.get(entry_id, ()))
            if count < ENOUGH_PHRASINGS:
                message = f"{entry_id} has {count} of {ENOUGH_PHRASINGS} phrasings in {locale}"
                place = content.place(locale, entry_id)
                yield problem(place, "few-phrasings", message, "add ways to ask it", "warning")


def languages_without_phrasings(content: Content) -> Iterator[Problem]:
    """A language that can be answered in can be asked in."""
    for locale in content.catalogs.locales:
        if locale not in content.knowledge.phrasings:
            place = content.place(locale, "")
            yield problem(
                place, "no-phrasings", f"{locale} has a catalog but no phrasings", "write them", "warning"
            )


def duplicate_phrasings(content: Content) -> Iterator[Problem]:
    """No phrasing is empty once folded, and none stands twice or asks another entry's question."""
    for locale in content.knowledge.phrasings:
        if content.sound is not None and content.asked(locale) == content.sound.asked(locale):
            continue
        seen = {text: (entry, content.place(locale, entry)) for text, entry in _titles(content, locale)}
        for entry_id, texts in content.folded(locale).items():
            own: set[str] = set()
            for position, text in enumerate(texts):
                place = content.place(locale, entry_id, position)
                other, first = seen.setdefault(text.folded, (entry_id, place))
                if not text.folded:
                    yield problem(place, "empty-phrasing", "nothing is left of it to match", "write words")
                elif other != entry_id:
                    message = f"“{text.original}” asks {other}, too ({first.path.name}:{first.line})"
                    yield problem(place, "duplicate-phrasing", message, "keep it in one entry")
                elif text.folded in own:
                    yield problem(
                        place, "duplicate-phrasing", f"“{text.original}” stands here twice", "remove one"
                    )
                own.add(text.folded)


def similar_phrasings(content: Content) -> Iterator[Problem]:
    """Two phrasings of an entry differ in more than a word, unless one is a fragment."""
    for locale in content.knowledge.phrasings:
        for entry_id, texts in content.folded(locale).items():
            bags = [(n, text, words) for n, text in enumerate(texts) if (words := _words(text))]
            for (n, one, words), (m, other, more) in combinations(bags, 2):
                share = len(words & more) / min(len(words), len(more))
                if share > ALIKE and one.folded != other.folded:
                    line = content.place(locale, entry_id, n).line
                    first = f"“{one.original}” (line {line})"
                    message = f"“{other.original}” shares {share:.0%} of its words with {first}"
                    place = content.place(locale, entry_id, m)
                    yield problem(place, "similar-phrasing", message, "use other words", "warning")


# --- English texts --------------------------------------------------------------------------------


def literal_values(content: Content) -> Iterator[Problem]:
    """Numbers and dates of facts are placeholders, so that a changed fact changes every language."""
    for entry in content.knowledge.entries.values():
        values = content.knowledge.values_for(entry)
        for key, text in (("question", entry.question), ("answer", entry.answer)):
            for name, written in _literals(text, values):
                advice = f"write {{{name}}}"
                message = f"“{written}” is a value of a fact, typed out"
                yield problem(entry.place(key), "literal-value", message, advice, "warning")


def unstated_figures(content: Content) -> Iterator[Problem]:
    """A figure stands in the statement of its fact, too: else only one of the two was corrected."""
    for fact in content.knowledge.facts.values():
        stated = {_digits(numeral) for numeral in _NUMERALS.findall(fact.statement)}
        rounded = {digits.rstrip("0") for digits in stated}  # "36.7 billion"
        for value in fact.values:
            digits = _digits(value.text)
            if value.type not in ("number", "money") or len(digits) < _FIGURE_DIGITS:
                continue
            if digits in stated or (len(digits) >= _MILLION_DIGITS and digits.rstrip("0") in rounded):
                continue
            message = f"the statement of “{fact.id}” does not hold its value {value.text}"
            advice = "correct whichever is old; where the value is new, also as_of and the source"
            place = fact.places.get("statement", fact.location)
            yield problem(place, "unstated-figure", message, advice, "warning")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())


CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    few_phrasings,
    languages_without_phrasings,
    duplicate_phrasings,
    similar_phrasings,
    literal_values,
    unstated_figures,
    *NOTICE_CHECKS,
    *TRANSLATION_CHECKS,
)
# Those of them that find errors; the others find only work that is left.
MISLEADING: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    duplicate_phrasings,
    long_notices,
    wrong_translations,
    bad_formats,
    millions,
    too_long,
)


def _titles(content: Content, locale: str) -> Iterator[tuple[str, str]]:
    """Give the canonical questions of a locale, folded, with their entries."""
    for entry_id, text in content.titles(locale):
        yield normalize(text).folded, entry_id


def _words(text: NormalizedText) -> frozenset[str]:
    """The parts by which phrasings are compared; none for a fragment, which may repeat any."""
    solid = text.folded.replace(" ", "")
    if sum(script_of(character) in DENSE for character in solid) * 2 > len(solid):
        pairs = frozenset(first + second for first, second in pairwise(solid))
        return pairs if len(solid) > FRAGMENT_CHARACTERS else frozenset()
    words = frozenset(token for token in text.tokens if len(token) >= WORD_LETTERS)
    return words if len(words) > FRAGMENT_WORDS else frozenset()


def _one_edit(one: str, other: str) -> bool:
    """Whether at most one character was added, removed or replaced."""
    if abs(len(one) - len(other)) > 1 or not one:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[start:], other[start:]
    return rest[1:] == other_rest[1:] or rest == other_rest[1:] or rest[1:] == other_rest


def _literals(text: str, values: dict[str, Value]) -> Iterator[tuple[str, str]]:
    """Give placeholder and wording of each value that is typed out in a text; each wording once."""
    bare = _HEADS.sub(" ", text)
    numerals = {match.group().replace(",", ""): match.group() for match in _NUMERAL.finditer(bare)}
    reported: set[str] = set()
    for name, value in reversed(values.items()):  # names come after positions
        if isinstance(value, Number | Year | Money):
            amount = value.amount if isinstance(value, Money) else value.value
            written = numerals.get(str(amount), "")
            if written and re.search(rf"[A-Z]{{2,}}[ -]?{re.escape(written)}\b", bare):
                written = ""  # "SDG 4" is a name
            worded = format_value(value, SOURCE_LOCALE)  # "36.7 billion"
            if not written and not worded[-1].isdigit() and worded in bare:
                written = worded
        else:
            written = next((form for form in _dates(value) if form in bare), "")
        if written and written not in reported:
            reported.add(written)
            yield name, written


def _dates(value: Value) -> tuple[str, ...]:
    """The ways in which people write a value that is not a number in English."""
    written = format_value(value, SOURCE_LOCALE)
    if isinstance(value, Day):
        day, month, year = written.split()
        return f"{month} {day}, {year}", written, value.value.isoformat()
    if isinstance(value, Period):
        first, last = format_halves(value.first, value.last, SOURCE_LOCALE)
        return written, *(f"{first}{between}{last}" for between in ("-", " to ", " and "))
    return () if isinstance(value, PeriodEnd) else (written,)  # the first half is "13", which may be anything


def _summary(content: Content, locale: str) -> Summary:
    phrasings = content.knowledge.phrasings.get(locale, {})
    found = [content.translation(locale, text) for text in content.translatable_into(locale)]
    states = [translation.state if translation else "missing" for translation in found]
    return Summary(
        locale=locale,
        entries=sum(entry.kind != "follow-up" for entry in content.knowledge.entries.values()),
        phrasings=sum(len(texts) for texts in phrasings.values()),
        phrased=sum(bool(texts) for texts in phrasings.values()),
        translated=states.count("current"),
        stale=states.count("stale"),
        missing=states.count("missing"),
    )

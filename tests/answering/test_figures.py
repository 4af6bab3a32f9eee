"""No figure and no date is lost, altered or invented on the way from a fact to an answer, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel import Locale

from bot.answering.answer import show
from bot.answering.assistant import Assistant
from bot.answering.compose import plain
from bot.knowledge.entries import Entry
from bot.language.dates import format_date, format_month
from bot.language.formats import strip_isolates
from bot.language.messages import parse, placeholders
from bot.types import Question
from tests.conftest import ASKED_AT

LOCALES = ("ar", "de", "es", "fr", "pt", "ru", "zh_Hans")
# Numbers that a language writes as a word in a certain answer: "once", "forty-second".
AS_WORDS = {("ar", "miculescu"): {"42"}, ("ar", "executive-council"): {"1"}}
# How small figures are written in words where a language would not write them otherwise.
SPELT = {
    "es": {"una reunión": "1"},
    "fr": {"une fois": "1", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7"},
    "pt": {"uma vez": "1"},
    "ru": {"одного раза": "1", "семь": "7", "семи": "7"},
}
MONTHS = {str(month) for month in range(1, 13)}  # names in most languages, figures in Chinese
# Numbers that answers say of themselves, and no fact does: the sides of a comparison, counted from what the facts list.
COUNTED: dict[str, set[str]] = {}
_ARABIC = {0x660 + figure: str(figure) for figure in range(10)}
_GROUPED = re.compile(r"(?<=\d)[,.\u00a0\u202f\u2009 ](?=\d{3}(?!\d))")

# --- reading what a person reads, without the code that wrote it ------------------------------------

ZEROS = {
    **dict.fromkeys(("million", "Million", "Millionen", "millions", "millón", "millones"), 6),
    **dict.fromkeys(("milhão", "milhões", "миллион", "миллиона", "миллионов", "млн"), 6),
    **dict.fromkeys(("مليون", "ملايين"), 6),
    **dict.fromkeys(("billion", "Milliarde", "Milliarden", "milliard", "milliards", "mil millones"), 9),
    **dict.fromkeys(("bilhão", "bilhões", "миллиард", "миллиарда", "миллиардов", "млрд", "مليار"), 9),
    "万": 4,
    "亿": 8,
}
_WORDED = re.compile(
    rf"(\d+(?:[.,]\d+)?)\s?({'|'.join(sorted(ZEROS, key=len, reverse=True))})(?![^\W\d_万亿次人])"
)


def in_figures(text: str) -> str:
    """Write all numbers as plain digits: "36.7 billion" is 36700000000."""

    def whole(found: re.Match[str]) -> str:
        number = Decimal(found[1].replace(",", ".")) * 10 ** ZEROS[found[2]]
        return f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{int(number)}"

    return _WORDED.sub(whole, _GROUPED.sub("", strip_isolates(text).translate(_ARABIC)))


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+", in_figures(text)))


_DAY = r"(?<!\d)\d{1,2}(?!\d)(?:er|º)?"
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日((?:(?:至|、|和)\d{1,2}日)*)")
_JOINED = r"\s?(?:–|-|,|and|to|bis|und|et|au|y|al|e|a|и|по|إلى|و)\s?"


def days(text: str, locale: str) -> set[date]:
    """Read the days that a text names, those within its periods too."""
    text = strip_isolates(text)
    found: set[date] = set()
    for year, month, numbers in _chinese(text) if locale == "zh_Hans" else _alphabetic(text, locale):
        read = [date(year, month, int(number)) for number in re.findall(r"\d+", numbers)]
        between = re.search(r"–|-|\bto\b|\bbis\b|\bau\b|\bal\b|\ba\b|\bпо\b|إلى|至", numbers)
        if between and len(read) == 2:
            read = [read[0] + timedelta(days=n) for n in range((read[1] - read[0]).days + 1)]
        found.update(read)
    return found


def _alphabetic(text: str, locale: str) -> Iterator[tuple[int, int, str]]:
    names = {name: n for n, name in Locale.parse(locale).months["format"]["wide"].items()}
    pattern = rf"((?:{_DAY}\.?{_JOINED})*{_DAY})\.?\s(?:de )?({'|'.join(names)})\s(?:de )?(\d{{4}})"
    for found in re.finditer(pattern, text):
        yield int(found[3]), names[found[2]], found[1]


def _chinese(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _CHINESE.finditer(text):
        yield int(found[1]), int(found[2]), found[3] + found[4]


@pytest.mark.parametrize(
    ("text", "locale", "read"),
    [
        ("held on 13–14 February 2023.", "en", {(2023, 2, 13), (2023, 2, 14)}),
        ("from 29 to 31 January 2024", "en", {(2024, 1, 29), (2024, 1, 30), (2024, 1, 31)}),
        ("vom 13. bis 15. Mai 2026", "de", {(2026, 5, 13), (2026, 5, 14), (2026, 5, 15)}),
        ("am 16., 17. und 19. September 2022", "de", {(2022, 9, 16), (2022, 9, 17), (2022, 9, 19)}),
        ("du 1er au 2 mars 2025", "fr", {(2025, 3, 1), (2025, 3, 2)}),
        ("del 13 al 14 de febrero de 2023", "es", {(2023, 2, 13), (2023, 2, 14)}),
        ("в 2022 году, 13–14 февраля 2023 года", "ru", {(2023, 2, 13), (2023, 2, 14)}),
        ("يومي \u206813\u2069 و\u206814 فبراير 2023\u2069", "ar", {(2023, 2, 13), (2023, 2, 14)}),
        ("nos dias 16, 17 e 19 de setembro de 2022", "pt", {(2022, 9, 16), (2022, 9, 17), (2022, 9, 19)}),
        ("于2023年2月13日至14日", "zh_Hans", {(2023, 2, 13), (2023, 2, 14)}),
        ("in May 2025, 115 members", "en", set()),
    ],
)
def test_days_are_read(text: str, locale: str, read: set[tuple[int, int, int]]) -> None:
    assert days(text, locale) == {date(*day) for day in read}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("more than 36.7 billion views, 15,000 of 7", {"36700000000", "15000", "7"}),
        ("plus de 36,7\u00a0milliards de vues", {"36700000000"}),
        ("más de 36,7 mil millones y 100 millones", {"36700000000", "100000000"}),
        ("более 2 млн, 36,7 миллиарда", {"2000000", "36700000000"}),
        ("\u206836.7 مليار\u2069 مشاهدة", {"36700000000"}),
        ("超过1亿人，超过367亿次", {"100000000", "36700000000"}),
    ],
)
def test_figures_are_read(text: str, read: set[str]) -> None:
    assert figures(text) == read


# --- the answers ------------------------------------------------------------------------------------


def said(entry: Entry, locale: str, assistant: Assistant) -> str:
    question = Question(text="", asked_at=ASKED_AT, client=locale, default="en")
    reply = show(entry.id, question, assistant, locale=locale)
    return reply.parts[0].text if reply else ""


def spelt(text: str, locale: str) -> set[str]:
    """Read the small figures that a text has in words."""
    return {figure for words, figure in SPELT.get(locale, {}).items() if re.search(rf"\b{words}\b", text)}


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_says_the_figures_and_dates_of_the_english_answer(
    locale: str, assistant: Assistant
) -> None:
    differing = []
    for entry in assistant.knowledge.entries.values():
        english, own = figures(said(entry, "en", assistant)), figures(said(entry, locale, assistant))
        lost = (
            english
            - own
            - AS_WORDS.get((locale, entry.id), set())
            - spelt(said(entry, locale, assistant), locale)
        )
        added = own - english - (MONTHS if locale == "zh_Hans" else set())
        if lost or added:
            differing.append((entry.id, lost, added))
    assert differing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_says_the_days_of_the_english_answer(locale: str, assistant: Assistant) -> None:
    differing = []
    for entry in assistant.knowledge.entries.values():
        english, own = days(said(entry, "en", assistant), "en"), days(said(entry, locale, assistant), locale)
        if english != own:
            differing.append((entry.id, english ^ own))
    assert differing == []


def test_the_english_answer_says_the_days_of_its_facts(assistant: Assistant) -> None:
    facts = assistant.knowledge.facts
    wrong = []
    read = 0
    for entry in assistant.knowledge.entries.values():
        known: set[date] = set()
        for value in (value for fact_id in entry.facts for value in facts[fact_id].values):
            if value.type != "date":
                continue
            written = [date.fromisoformat(day) for day in re.findall(r"\d{4}-\d{2}-\d{2}", value.text)]
            known.update(written)
            if "/" in value.text:
                known.update(written[0] + timedelta(n) for n in range((written[1] - written[0]).days))
        stated = days(said(entry, "en", assistant), "en")
        read += len(stated)
        if stated - known:
            wrong.append((entry.id, stated - known))
    assert wrong == []
    assert read > 40  # the reader does read


# --- what stands after a value ----------------------------------------------------------------------

_STOPS = ".,;:!?…。，、；：！？،؛؟"
_CLOSING = '["”»’)\\]）》」]*\\s*'
_DOUBLED = re.compile(  # a title may end with a question mark before a comma
    rf"[.,;:。，、；：،؛]{_CLOSING}[{_STOPS}]|[!?！？؟]{_CLOSING}[.。]"
)
_ORDINALS = re.compile(r"(?<=\d)\.(?=, \d+\.)")  # German: "am 16., 17. und 19. September"


def doubled(text: str) -> list[str]:
    bare = _ORDINALS.sub("", strip_isolates(text))
    return [bare[max(found.start() - 20, 0) : found.end()] for found in _DOUBLED.finditer(bare)]


@pytest.mark.parametrize("locale", ["en", *LOCALES])
def test_no_answer_doubles_a_mark(locale: str, assistant: Assistant) -> None:
    found = []
    for entry in assistant.knowledge.entries.values():
        question = Question(text="", asked_at=ASKED_AT, client=locale, default="en")
        if reply := show(entry.id, question, assistant, locale=locale):
            (part,) = reply.parts
            lines = (plain(citation.line) for citation in part.citations)
            for text in (part.text, *lines, *(choice.label for choice in part.choices)):
                found += [(entry.id, mark) for mark in doubled(re.sub(r"<\S+>", "", text))]
    assert found == []


@pytest.mark.parametrize("locale", ["en", *LOCALES])
@pytest.mark.parametrize(
    "written",
    [lambda locale: format_date(ASKED_AT.date(), locale), lambda locale: format_month(2025, 5, locale)],
    ids=["day", "month"],
)
def test_no_sentence_of_the_interface_doubles_the_mark_of_a_date(
    locale: str, written: Callable[[str], str], assistant: Assistant
) -> None:
    found = []
    for item in assistant.catalogs.entries:
        text = item.message if locale == "en" else item.translation
        if item.domain != "bot" or not text or (locale != "en" and item.locale != locale):
            continue
        message = parse(text)
        kinds = placeholders(message)
        dated, bare = (
            doubled(message.format({n: 5 if kinds[n] == "plural" else value for n in kinds}, locale))
            for value in (written(locale), "x")
        )
        if len(dated) > len(bare):  # "См.:" is right, and stands there whatever the value
            found.append((item.context, dated))
    assert found == []


# --- more of the answers ----------------------------------------------------------------------------


def test_the_english_answer_says_no_figure_that_its_facts_do_not_have(assistant: Assistant) -> None:
    facts, sources = assistant.knowledge.facts, assistant.knowledge.sources
    invented = []
    for entry in assistant.knowledge.entries.values():
        if entry.kind != "knowledge":
            continue
        known = {"4"} if "SDG 4" in said(entry, "en", assistant) else set()
        for fact in (facts[fact_id] for fact_id in entry.facts):
            texts = [fact.statement, str(fact.as_of), fact.note or "", *(value.text for value in fact.values)]
            known |= figures(
                " ".join([*texts, sources[fact.source].title, str(sources[fact.source].published)])
            )
        more = {figure.lstrip("0") for figure in known}
        if new := figures(said(entry, "en", assistant)) - known - more:
            invented.append((entry.id, new))
    assert invented == []


def test_every_fact_is_said_in_some_answer(assistant: Assistant) -> None:
    said_somewhere = {fact for entry in assistant.knowledge.entries.values() for fact in entry.facts}
    # How often a page was looked at says nothing about the alliance, and changes every day.
    assert set(assistant.knowledge.facts) - said_somewhere == {"seed-visits"}


def test_every_answer_is_short(assistant: Assistant) -> None:
    long = [
        (entry.id, locale, len(text))
        for entry in assistant.knowledge.entries.values()
        for locale in (*LOCALES, "en")
        if len(text := said(entry, locale, assistant)) >= 600
    ]
    assert long == []

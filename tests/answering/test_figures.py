"""No figure and no date is lost, altered or invented on the way from a fact to an answer, in any language."""

from __future__ import annotations

import re

import pytest

from bot.answering.answer import show
from bot.answering.assistant import Assistant
from bot.knowledge.entries import Entry
from bot.types import Question
from tests.conftest import ASKED_AT

LOCALES = ("ar", "de", "es", "fr", "pt", "ru", "zh_Hans")
# Numbers that a language writes as a word in a certain answer: "once", "forty-second".
AS_WORDS = {("ar", "miculescu"): {"42"}, ("ar", "executive-council"): {"1"}}
MONTHS = {str(month) for month in range(1, 13)}  # names in most languages, figures in Chinese
# Numbers that answers say of themselves, and no fact does: the sides of a comparison, counted from what the facts list.
COUNTED: dict[str, set[str]] = {}
_ARABIC = {0x660 + figure: str(figure) for figure in range(10)}
_GROUPED = re.compile(r"(?<=\d)[,.\u00a0\u202f\u2009 ](?=\d{3}(?!\d))")


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d+", _GROUPED.sub("", text.translate(_ARABIC))))


def said(entry: Entry, locale: str, assistant: Assistant) -> str:
    question = Question(text="", asked_at=ASKED_AT, client=locale, default="en")
    reply = show(entry.id, question, assistant, locale=locale)
    return reply.parts[0].text if reply else ""


@pytest.mark.parametrize("locale", LOCALES)
def test_each_language_says_the_figures_and_dates_of_the_english_answer(
    locale: str, assistant: Assistant
) -> None:
    differing = []
    for entry in assistant.knowledge.entries.values():
        english, own = figures(said(entry, "en", assistant)), figures(said(entry, locale, assistant))
        lost = english - own - AS_WORDS.get((locale, entry.id), set())
        added = own - english - (MONTHS if locale == "zh_Hans" else set())
        if lost or added:
            differing.append((entry.id, lost, added))
    assert differing == []


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

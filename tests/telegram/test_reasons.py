"""Staff read in their language what speaks against a phrasing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.language.formats import strip_isolates
from bot.staff.considering import Candidate, consider
from bot.telegram.queued import Reader
from bot.telegram.reasons import reason
from bot.types import Location, Problem
from tests.telegram.conftest import NOW
from tests.telegram.spoken import refusals


@pytest.mark.parametrize("locale", ["ar", "de", "en", "es", "fr", "pt", "ru", "zh_Hans"])
def test_every_reason_is_said_in_the_language_of_the_reader(assistant: Assistant, locale: str) -> None:
    readers = (Reader(assistant=assistant, locale=locale), Reader(assistant=assistant, locale="en"))
    for problem in refusals("launch-date", "members-count"):
        said, english = (reason(problem, reader) for reader in readers)
        assert "in English" not in said, problem.code
        assert (said == english) == (locale == "en"), problem.code
        assert "{" not in said


def test_a_confusion_names_both_entries(garden: Assistant) -> None:
    reader = Reader(assistant=garden, locale="en")
    taken = refusals("spade", "founded-when")[12]
    assert strip_isolates(reason(taken, reader)) == (
        "It confuses: “Why?”, a way of asking “Which spade is best?” (spade), would be taken for "
        "“When was the club founded?” (founded-when)."
    )


def test_what_is_not_known_here_is_said_in_english(garden: Assistant) -> None:
    fault = Problem(location=Location(path=Path("x")), code="odd", message="It is odd", advice="change it")
    for problem in (fault, Problem(location=fault.location, code="phrasing-shared", message="It is odd")):
        assert strip_isolates(reason(problem, Reader(assistant=garden, locale="fr"))).startswith("It is odd")


def test_what_is_refused_brings_what_its_reason_names(garden: Assistant) -> None:
    reader = Reader(assistant=garden, locale="fr")
    for text in (
        "When was the club founded?",
        "42 ??",
        "ana@example.org spade",
        "a " * 400,
    ):
        candidate = Candidate(locale="fr", entry_id="spade", text=text)
        found = consider(candidate, garden, labelled=(), recorded=(), asked_at=NOW, target_risk=0.05)
        assert found.refused
        for problem in found.problems:
            assert problem.message not in reason(problem, reader)

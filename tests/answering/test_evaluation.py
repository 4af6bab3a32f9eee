from __future__ import annotations

from pathlib import Path

import pytest
from rapidfuzz.distance import OSA

from bot.answering.assistant import Assistant
from bot.answering.evaluate import Rate, Scores, judge, score
from bot.knowledge.entries import EvaluationItem
from bot.knowledge.loader import load_evaluation
from bot.language.normalize import normalize
from bot.types import Location
from tests.conftest import ASKED_AT, ROOT

ITEMS, PROBLEMS = load_evaluation(ROOT / "knowledge")
LOCALES = ("ar", "de", "en", "es", "fr", "pt", "ru", "zh_Hans")


@pytest.fixture(scope="module", params=LOCALES)
def scores(request: pytest.FixtureRequest, assistant: Assistant) -> Scores:
    locale: str = request.param
    return score(locale, [judge(item, assistant, asked_at=ASKED_AT) for item in ITEMS[locale]])


def test_labelled_questions_are_sound_and_many() -> None:
    assert PROBLEMS == ()
    for locale in LOCALES:
        assert sum(not item.decline for item in ITEMS[locale]) >= 70, locale
        assert sum(item.decline for item in ITEMS[locale]) >= 30, locale


@pytest.mark.parametrize("locale", LOCALES)
def test_no_labelled_question_is_a_phrasing_or_within_one_edit_of_one(
    locale: str, assistant: Assistant
) -> None:
    known = {
        normalize(text).folded: text
        for texts in assistant.knowledge.phrasings[locale].values()
        for text in texts
    }
    near = []
    for item in ITEMS[locale]:
        folded = normalize(item.question).folded
        near += [
            (item.question, text)
            for other, text in known.items()
            if abs(len(other) - len(folded)) <= 1 and OSA.distance(folded, other, score_cutoff=1) <= 1
        ]
    assert near == []


def test_the_right_entry_comes_first_or_among_three(scores: Scores) -> None:
    assert scores.first.share >= 0.85, str(scores.first)
    assert scores.first_three.share >= 0.93, str(scores.first_three)


def test_answers_are_rarely_wrong(scores: Scores) -> None:
    assert scores.wrong.share <= 0.05, str(scores.wrong)


def test_what_must_be_declined_is_declined(scores: Scores) -> None:
    assert scores.declined.share >= 0.90, str(scores.declined)


def test_most_answerable_questions_are_answered_or_offered(scores: Scores) -> None:
    assert scores.abstained.share <= 0.20, str(scores.abstained)


def test_wilson_interval_matches_a_published_value() -> None:
    low, high = Rate(count=81, total=263).interval  # Newcombe 1998, table I, method 3
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize(
    ("question", "both", "places"),
    [
        ("Who proposed the alliance? Where was it launched?", ("proposer", "launch-place"), (True, True)),
        ("Quels sont les objectifs ? Qui la dirige ?", ("objectives", "purpose"), (False, True)),
        ("Quels sont les objectifs ? Qui la dirige ?", ("objectives", "website"), (False, False)),
        ("What's BNU's job in all this and what is CEAIE's?", ("bnu-role", "ceaie-role"), (False, True)),
    ],
)
def test_each_of_two_entries_counts_where_its_part_of_the_reply_has_it(
    question: str, both: tuple[str, ...], places: tuple[bool, bool], assistant: Assistant
) -> None:
    locale = "fr" if question.startswith("Quels") else "en"
    item = EvaluationItem(
        locale=locale, question=question, both=both, location=Location(path=Path("questions"))
    )
    judged = judge(item, assistant, asked_at=ASKED_AT)
    assert (judged.first, judged.first_three) == places

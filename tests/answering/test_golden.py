"""Questions that must go right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.golden import ask_golden
from bot.knowledge.golden import GoldenQuestion, load_golden
from bot.knowledge.loader import load_knowledge
from bot.types import Location
from tests.conftest import ROOT
from tests.knowledge.conftest import MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

PLACE = Location(path=Path("golden.yaml"), line=3, column=3)


def golden(question: str, entry_id: str | None, locale: str = "en") -> GoldenQuestion:
    return GoldenQuestion(locale=locale, question=question, entry_id=entry_id, location=PLACE)


def test_the_golden_questions_of_this_project_go_right_in_every_language(assistant: Assistant) -> None:
    questions, problems = load_golden(ROOT / "knowledge", assistant.knowledge)
    assert problems == ()
    assert ask_golden(assistant, questions) == ()
    counts = {
        locale: sum(each.locale == locale for each in questions) for locale in assistant.catalogs.locales
    }
    assert all(5 <= count <= 8 for count in counts.values()), counts
    declined = {each.locale for each in questions if each.entry_id is None}
    assert declined == set(assistant.catalogs.locales)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            golden("When was the alliance founded?", "website"),
            "answered with website, but is answered with launch-date",
        ),
        (golden("When was the alliance founded?", None), "be declined, but is answered with launch-date"),
        (golden("zzzz qqqq wwww", "website"), "answered with website, but is declined"),
    ],
)
def test_one_that_goes_wrong_is_a_problem_with_its_place(
    assistant: Assistant, asked: GoldenQuestion, said: str
) -> None:
    (problem,) = ask_golden(assistant, [asked])
    assert (problem.location, problem.code, problem.severity) == (PLACE, "golden-question", "error")
    assert said in problem.message


def test_a_withdrawn_answer_is_still_found(assistant: Assistant) -> None:
    out = replace(assistant, withdrawn=frozenset({"launch-date"}))
    assert ask_golden(out, [golden("When was the alliance founded?", "launch-date")]) == ()


def test_what_a_question_names_must_exist(make_knowledge: MakeKnowledge) -> None:
    text = "en:\n  how many: member-counts\n  why: null\nxx_YY:\n  a: null\n"
    root = make_knowledge({"golden.yaml": text})
    knowledge, _ = load_knowledge(root)
    _, problems = load_golden(root, knowledge)
    assert [(each.code, each.location.line) for each in problems] == [("bad-locale", 4)]
    (root / "golden.yaml").write_text(text.replace("xx_YY", "fr"))
    questions, problems = load_golden(root, knowledge)
    assert [(each.code, each.location.line) for each in problems] == [
        ("unknown-entry", 2),
        ("unknown-locale", 5),
    ]
    assert "member-count" in problems[0].advice
    assert [each.entry_id for each in questions] == ["member-counts", None, None]


@pytest.mark.parametrize("text", ["- a\n", "en: [a]\n", "en:\n  q: [x]\n", "en: {\n"])
def test_a_file_of_another_shape_is_told_of(make_knowledge: MakeKnowledge, text: str) -> None:
    root = make_knowledge({"golden.yaml": text})
    questions, problems = load_golden(root, load_knowledge(root)[0])
    assert questions == ()
    assert problems


def test_there_may_be_none(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge()
    assert load_golden(root, load_knowledge(root)[0]) == ((), ())

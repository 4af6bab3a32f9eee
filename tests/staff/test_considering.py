from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant, load_assistant
from bot.knowledge.entries import EvaluationItem
from bot.knowledge.golden import GoldenQuestion
from bot.knowledge.loader import load_evaluation
from bot.staff.aside import Told, run_aside
from bot.staff.considering import (
    Candidate,
    Considered,
    Considering,
    NotConsidered,
    consider,
    consider_aside,
)
from bot.staff.impact import Asked
from bot.types import Location, Overlay
from tests.knowledge.conftest import FILES, MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TAKEN = FILES["phrasings/en.yaml"].replace(
    "  - number of members\n", "  - number of members\n  - headcount of the alliance\n"
)
EVALUATION = """\
- question: how many members does it have
  entry: member-count
- question: and how many
  entry: member-count
  after: when did it start
"""


@pytest.fixture
def folders(make_knowledge: MakeKnowledge, tmp_path: Path) -> tuple[Path, Path]:
    locales = tmp_path / "locales"
    locales.mkdir()
    knowledge = make_knowledge({"phrasings/en.yaml": TAKEN, "evaluation/en.yaml": EVALUATION})
    return knowledge, locales


@pytest.fixture
def small(folders: tuple[Path, Path]) -> Assistant:
    return load_assistant(knowledge_dir=folders[0], locales_dir=folders[1])


@pytest.fixture
def labelled(folders: tuple[Path, Path]) -> list[EvaluationItem]:
    return list(load_evaluation(folders[0])[0]["en"])


def looked_at(
    small: Assistant,
    labelled: list[EvaluationItem],
    recorded: tuple[Asked, ...] = (),
    golden: Sequence[GoldenQuestion] = (),
    **fields: Any,
) -> Considered:
    values: dict[str, Any] = {"locale": "en", "entry_id": "launch-when", "text": "birthday of the thing"}
    candidate = Candidate(**{**values, **fields})
    return consider(
        candidate,
        small,
        labelled=labelled,
        recorded=recorded,
        golden=golden,
        asked_at=NOW,
        target_risk=0.05,
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"entry_id": "lunch-when"}, "unknown-entry"),
        ({"locale": "tlh"}, "unknown-locale"),
        ({"text": "write to ana@example.org about the birthday"}, "personal"),
        ({"text": "birthday of [name]"}, "personal"),
        ({"text": "42 ??"}, "no-words"),
        ({"text": "birthday " * 50}, "too-long"),
        ({"text": "When did it start?"}, "phrasing-known"),
        ({"text": "Number of members?"}, "phrasing-shared"),
        ({"text": "number of the members"}, "phrasing-confusable"),
    ],
)
def test_what_cannot_be_a_phrasing_is_refused(
    small: Assistant, labelled: list[EvaluationItem], fields: dict[str, Any], code: str
) -> None:
    found = looked_at(small, labelled, **fields)
    assert found.refused
    assert code in {problem.code for problem in found.problems}
    assert found.summary == ""


def test_a_near_name_is_offered(small: Assistant, labelled: list[EvaluationItem]) -> None:
    (problem,) = looked_at(small, labelled, entry_id="launch-wen").problems
    assert "did you mean launch-when?" in str(problem)


def test_what_people_voted_against_is_no_reason_to_refuse(
    small: Assistant, labelled: list[EvaluationItem]
) -> None:
    text = "number of the members"
    assert looked_at(small, labelled, text=text).refused
    assert not looked_at(small, labelled, text=text, against=("member-count",)).refused


def test_says_what_becomes_of_the_questions(small: Assistant, labelled: list[EvaluationItem]) -> None:
    text = "birthday of the thing"
    recorded = (Asked(text=text, locale="en", recorded=True),)
    found = looked_at(small, labelled, recorded=recorded)
    assert not found.refused
    assert found.summary == "of 2 questions 1 became answered"
    (moved,) = found.moved
    assert (moved.asked.text, moved.kind, moved.after) == (text, "answered", ("launch-when",))


def test_a_labelled_question_that_would_be_answered_wrongly_refuses(
    small: Assistant, labelled: list[EvaluationItem]
) -> None:
    found = looked_at(small, labelled, text="how many members does it have", against=("member-count",))
    assert found.refused
    assert "question-led-astray" in {problem.code for problem in found.problems}


def test_a_golden_question_that_would_go_wrong_refuses(
    small: Assistant, labelled: list[EvaluationItem]
) -> None:
    place = Location(path=Path("golden.yaml"))
    text = "birthday of the thing"
    golden = [
        GoldenQuestion(locale="en", question="when did it start", entry_id="launch-when", location=place)
    ]
    assert not looked_at(small, labelled, text=text, golden=golden).refused
    golden = [GoldenQuestion(locale="en", question=f"{text}?", entry_id=None, location=place)]
    found = looked_at(small, labelled, text=text, golden=golden)
    assert found.refused
    assert [problem.code for problem in found.problems] == ["golden-question"]
    assert ("wording", f"{text}?") in found.problems[0].values
    golden = [
        GoldenQuestion(locale="en", question="when did it start", entry_id="member-count", location=place)
    ]
    assert not looked_at(small, labelled, text=text, golden=golden).refused  # it went wrong before


def test_a_question_that_was_declined_so_far_is_told(small: Assistant) -> None:
    text = "who sells the birthday cake"
    declined = EvaluationItem(
        locale="en", question=text, decline=True, location=Location(path=Path("evaluation/en.yaml"))
    )
    found = looked_at(small, [declined], text=f"{text} please")
    assert not found.refused
    assert [(one.code, one.severity) for one in found.problems] == [("question-led-astray", "warning")]


def order_in(folders: tuple[Path, Path], text: str = "birthday", **fields: Any) -> Considering:
    return Considering(
        candidate=Candidate(locale="en", entry_id="launch-when", text=text),
        recorded=fields.pop("recorded", ()),
        asked_at=NOW,
        overlay=Overlay(),
        knowledge_dir=folders[0],
        locales_dir=folders[1],
        default_locale="en",
        target_risk=0.05,
        cache_dir=fields.pop("cache_dir", None),
    )


async def test_another_process_comes_to_the_same_conclusion(
    small: Assistant, labelled: list[EvaluationItem], folders: tuple[Path, Path], tmp_path: Path
) -> None:
    text = "birthday of the thing"
    order = order_in(folders, text, recorded=((text, "en"),), cache_dir=tmp_path / "cache")
    recorded = (Asked(text=text, locale="en", recorded=True),)
    assert await consider_aside(order) == looked_at(small, labelled, recorded=recorded)


async def test_content_with_errors_is_told(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (folders[0] / "facts.yaml").write_text("- id: [\n", encoding="utf-8")
    with pytest.raises(NotConsidered, match="alliance-bot check"):
        await consider_aside(order_in(folders))


async def test_a_process_that_fails_is_not_said_to_have_found_errors_in_the_content(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(module: str, said: bytes, *, seconds: float) -> Told:
        return await run_aside(module, b"{", seconds=seconds)

    monkeypatch.setattr("bot.staff.considering.run_aside", broken)
    with pytest.raises(NotConsidered, match="ended with status 1"):
        await consider_aside(order_in(folders))

"""The questions of people who have never seen the knowledge base can be asked as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.loader import load_evaluation, load_knowledge
from tests.benchmarks.fresh import HERE, with_questions


@pytest.mark.parametrize("questions", ["questions", "conversations", "pairs"])
def test_each_question_is_labelled_with_what_the_knowledge_base_holds(tmp_path: Path, questions: str) -> None:
    folder = with_questions(tmp_path, questions)
    knowledge, _ = load_knowledge(folder)
    evaluation, problems = load_evaluation(folder)
    assert [str(problem) for problem in problems] == []
    items = [item for items in evaluation.values() for item in items]
    named = {entry for item in items for entry in (*item.entries, *item.both)}
    assert named <= set(knowledge.entries)


def test_each_set_is_large_enough_and_a_good_part_must_be_declined(tmp_path: Path) -> None:
    evaluation, _ = load_evaluation(with_questions(tmp_path))
    assert sorted(evaluation) == sorted(path.stem for path in (HERE / "questions").glob("*.yaml"))
    for items in evaluation.values():
        assert len(items) >= 150
        assert sum(item.decline for item in items) / len(items) >= 0.2


def test_each_conversation_has_a_question_before_it(tmp_path: Path) -> None:
    evaluation, _ = load_evaluation(with_questions(tmp_path, "conversations"))
    assert {locale: len(items) for locale, items in evaluation.items()} == dict.fromkeys(evaluation, 80)
    assert all(item.after for items in evaluation.values() for item in items)


def test_half_of_the_messages_that_may_hold_two_questions_do(tmp_path: Path) -> None:
    evaluation, _ = load_evaluation(with_questions(tmp_path, "pairs"))
    counted = {
        locale: (len(items), sum(bool(item.both) for item in items)) for locale, items in evaluation.items()
    }
    assert counted == dict.fromkeys(evaluation, (96, 48))
    assert len(counted) == 8

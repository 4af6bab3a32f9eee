"""Is no question heard twice while the same is known, and none recalled when something else is?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant, load_assistant, withdrawing
from bot.language.normalize import normalize
from bot.matching.hearing import Hearing
from bot.matching.index import Matcher
from bot.matching.together import Together
from bot.staff import recalled as module
from bot.staff.recalled import Folded, Recalled
from bot.staff.review import Queue, review
from bot.types import Learned, NormalizedText, Overlay, Withdrawn
from tests.knowledge.conftest import MakeKnowledge, make_knowledge
from tests.staff.test_review import NOW, STRANGE, asked

__all__ = ["make_knowledge"]

KNOWN = Folded(normalize("when was it launched, please"), "en")
UNKNOWN = Folded(normalize(STRANGE), "en")
AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were heard."""
    found: list[str] = []
    hear_all = Matcher.hear_all

    def noted(
        self: Matcher, texts: Collection[tuple[NormalizedText, str | None]], together: Together
    ) -> list[Hearing]:
        found.extend(text.folded for text, _ in texts)
        return hear_all(self, list(texts), together)

    monkeypatch.setattr(Matcher, "hear_all", noted)
    return found


@pytest.fixture
def small(make_knowledge: MakeKnowledge, tmp_path: Path) -> Assistant:
    (tmp_path / "locales").mkdir()
    return load_assistant(knowledge_dir=make_knowledge(), locales_dir=tmp_path / "locales")


def test_what_was_made_of_a_question_is_told_without_hearing_it_again(
    small: Assistant, heard: list[str]
) -> None:
    recalled = Recalled(small)
    first = recalled.hear([KNOWN], Together())
    both = recalled.hear([KNOWN, UNKNOWN, KNOWN], Together())
    assert heard == [KNOWN.text.folded, UNKNOWN.text.folded]
    assert both[KNOWN] == first[KNOWN]
    assert both[KNOWN].answered == "launch-when"
    assert both[UNKNOWN].answered is None


def test_another_process_finds_it_but_no_wording(small: Assistant, heard: list[str], tmp_path: Path) -> None:
    recalled = Recalled(small, tmp_path)
    made = recalled.hear([KNOWN, UNKNOWN], Together())
    recalled.save()
    heard.clear()
    assert Recalled(small, tmp_path).hear([KNOWN, UNKNOWN], Together()) == made
    assert heard == []
    (file,) = tmp_path.glob("recalled-*.json")
    assert not any(word in file.read_text() for word in ("colour", "roof", "office", "launched"))


@pytest.mark.parametrize("damage", ["", "[]", '{"a": 1}', '{"a": [1, []]}', '{"a": [null, [["b"]]]}'])
def test_a_damaged_file_is_as_if_it_were_not_there(small: Assistant, tmp_path: Path, damage: str) -> None:
    recalled = Recalled(small, tmp_path)
    made = recalled.hear([KNOWN], Together())
    recalled.save()
    (file,) = tmp_path.glob("recalled-*.json")
    file.write_text(damage)
    assert Recalled(small, tmp_path).hear([KNOWN], Together()) == made


def test_nothing_is_recalled_of_other_knowledge(small: Assistant, heard: list[str], tmp_path: Path) -> None:
    recalled = Recalled(small, tmp_path)
    recalled.hear([KNOWN], Together())
    recalled.save()
    row = Learned(locale="en", entry_id="launch-when", text="birthday of it", who="7", at=AT)
    for other in (replace(small, files="another"), replace(small, learned=(row,))):
        assert not recalled.fits(other)
        heard.clear()
        Recalled(other, tmp_path).hear([KNOWN], Together())
        assert heard == [KNOWN.text.folded]


def test_a_withdrawn_answer_makes_no_difference(small: Assistant) -> None:
    withdrawn = withdrawing(small, [Withdrawn(entry_id="launch-when", who="7", at=AT)])
    assert withdrawn.revision != small.revision
    assert Recalled(small).fits(withdrawn)


def test_only_so_many_are_kept(small: Assistant, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    recalled = Recalled(small)
    puts = [Folded(normalize(f"question {number}"), "en") for number in range(3)]
    recalled.hear(puts[:2], Together())
    assert set(recalled.hear(puts[1:], Together())) == set(puts[1:])  # the first one makes room
    heard.clear()
    recalled.hear(puts, Together())
    assert heard == [puts[0].text.folded]


def test_a_queue_is_the_same_when_its_questions_are_recalled(small: Assistant, heard: list[str]) -> None:
    rows = [
        asked(text, asker)
        for text in (STRANGE, "launch date, please", "how many members")
        for asker in ("ana", "bo")
    ]

    def gather(recalled: Recalled | None) -> Queue:
        return review(rows, (), verdicts=(), overlay=Overlay(), assistant=small, now=NOW, recalled=recalled)

    recalled = Recalled(small)
    first = gather(recalled)
    assert heard
    heard.clear()
    assert gather(recalled) == first
    assert heard == []
    assert gather(None) == first

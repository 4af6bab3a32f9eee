"""Where does a short question after an answer lead, in the knowledge as it is?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.answering.answer import answer
from bot.answering.assistant import Assistant
from bot.types import Question

MakeQuestion = Callable[..., Question]
CONFERENCES = ("conference-2023", "conference-2024", "conference-2025", "conference-2026")


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(CONFERENCES)))
def test_the_year_before_a_conference_and_the_year_after_lead_to_its_neighbours(
    assistant: Assistant, earlier: str, later: str
) -> None:
    entries = assistant.knowledge.entries
    assert entries[earlier].follow_ups["next"] == later
    assert entries[later].follow_ups["before"] == earlier


@pytest.mark.parametrize(
    ("entry_id", "before"),
    [
        ("outcomes-2025", "outcomes-2024"),
        ("outcomes-2024", "outcomes-2023"),
        ("attendance-2026", "attendance-2025"),
        ("attendance-2025", "conference-2024"),  # it says how many came
        ("members-now", "members-at-launch"),
    ],
)
def test_the_year_before_stays_with_the_subject(assistant: Assistant, entry_id: str, before: str) -> None:
    assert assistant.knowledge.entries[entry_id].follow_ups["before"] == before


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("And the year before that one?", "en"),
        ("und die Ausgabe davor?", "de"),
        ("et l’édition d’avant ?", "fr"),
        ("¿y la edición previa?", "es"),
        ("а предыдущий год?", "ru"),
        ("والسنة السابقة؟", "ar"),
        ("e o ano anterior?", "pt"),
        ("那上一届呢", "zh-hans"),
    ],
)
def test_the_year_before_is_understood_in_every_language(
    assistant: Assistant, make_question: MakeQuestion, text: str, client: str
) -> None:
    question = make_question(text, previous_entry="conference-2025", client=client)
    assert [part.entry_id for part in answer(question, assistant).parts] == ["conference-2024"]


def test_what_an_answer_says_itself_is_not_looked_for_elsewhere(assistant: Assistant) -> None:
    entries = assistant.knowledge.entries
    for kind, entry_id in (("theme", "conference-2025"), ("who", "cai-dafeng"), ("when", "members-now")):
        assert entries[entry_id].follow_ups[kind] == entry_id

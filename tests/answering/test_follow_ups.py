"""Where does a short question after an answer lead, in the knowledge as it is?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.answering.answer import answer, explain
from bot.answering.assistant import Assistant
from bot.types import Question
from tests.conftest import ASKED_AT

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


@pytest.mark.parametrize(
    ("previous", "text", "client", "wanted"),
    [
        ("charter", "кто его принял?", "ru", "charter-approval"),
        ("ceaie", "И какую роль она играет в альянсе?", "ru", "ceaie-role"),
        ("outcomes-2025", "et à Shanghai ?", "fr", "outcomes-2024"),
    ],
)
def test_a_short_question_is_about_what_the_last_answer_was_about(
    assistant: Assistant, make_question: MakeQuestion, previous: str, text: str, client: str, wanted: str
) -> None:
    understood = explain(make_question(text, previous_entry=previous, client=client), assistant)
    assert understood.parts[0].ranking.matches[0].entry_id == wanted


@pytest.mark.parametrize(
    ("previous", "text", "wanted"),
    [
        ("name-meaning", "and in Chinese?", "name-chinese"),
        ("name-variants", "and in French?", "name-french"),
        ("name-french", "and in Chinese?", "name-chinese"),
    ],
)
def test_after_a_name_another_language_asks_for_another_name_not_for_another_reply(
    assistant: Assistant, make_question: MakeQuestion, previous: str, text: str, wanted: str
) -> None:
    reply = answer(make_question(text, previous_entry=previous, client="en"), assistant)
    assert [part.entry_id for part in reply.parts] == [wanted]
    assert reply.locale == "en"


@pytest.mark.parametrize(
    ("previous", "text", "client"),
    [
        ("platform-prize", "and who was the other winner?", "en"),
        ("miculescu", "y quién la reemplazó?", "es"),
        ("launch-place", "具体在哪个会场", "zh-hans"),
    ],
)
def test_what_the_last_answer_does_not_say_is_not_answered_with_it_again(
    assistant: Assistant, make_question: MakeQuestion, previous: str, text: str, client: str
) -> None:
    reply = answer(make_question(text, previous_entry=previous, client=client), assistant)
    assert previous not in [part.entry_id for part in reply.parts if part.decision == "answer"]


def test_what_the_last_answer_says_is_repeated(assistant: Assistant, make_question: MakeQuestion) -> None:
    reply = answer(make_question("e desde quando existe?", previous_entry="ceaie", client="pt"), assistant)
    assert [part.entry_id for part in reply.parts] == ["ceaie"]


def test_a_long_chinese_message_names_its_own_topic(assistant: Assistant) -> None:
    """It has few spaces, but not few words."""
    text = "请问一下你刚才说的这件事情当时究竟是在什么地方什么城市举行的呢谢谢你告诉我"
    question = Question(text=text, asked_at=ASKED_AT, client="zh_Hans", previous_entry="launch-date")
    assert [part.follow_up for part in explain(question, assistant).parts] == [None]

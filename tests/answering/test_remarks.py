from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering.answer import answer
from bot.answering.assistant import Assistant
from bot.answering.remarks import openings_of, without_opening, without_remarks
from bot.language.normalize import normalize
from bot.types import Question, Reply

Ask = Callable[..., Reply]
REMARKS = {"hello", "good morning", "thanks", "many thanks in advance", "ok", "谢谢", "您好"}


def is_remark(text: str) -> bool:
    return normalize(text).folded in REMARKS


@pytest.fixture
def ask(assistant: Assistant, make_question: Callable[..., Question]) -> Ask:
    return lambda text, **fields: answer(make_question(text, **fields), assistant)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hello! When was it launched? Thanks", "When was it launched?"),
        ("hello, good morning, when was it launched", "when was it launched"),
        ("Hello when was it launched thanks", "when was it launched"),
        ("When was it launched? Many thanks in advance.", "When was it launched?"),
        ("ok - thanks: where is it?", "where is it?"),
        ("您好请问在哪里谢谢", "请问在哪里"),
    ],
)
def test_remarks_around_a_question_are_taken_away(text: str, rest: str) -> None:
    assert without_remarks(text, is_remark) == rest


@pytest.mark.parametrize(
    "text", ["When was it launched?", "hello", "Thanks!", "", "hello thanks", "hellos to all"]
)
def test_what_holds_no_remark_or_nothing_else_stays(text: str) -> None:
    rest = without_remarks(text, is_remark)
    assert rest is None or rest in ("thanks", "hello")  # of two remarks one is left


@pytest.mark.parametrize(
    ("text", "locale", "entry"),
    [
        ("Bonjour ! Quand l’alliance a-t-elle été lancée ? merci", "fr", "launch-date"),
        ("hi there, good morning! when was the alliance launched? thanks a lot", "en", "launch-date"),
        ("您好！世界数字教育联盟是什么时候成立的？谢谢", "zh_Hans", "launch-date"),
    ],
)
def test_a_question_among_remarks_is_answered(ask: Ask, text: str, locale: str, entry: str) -> None:
    reply = ask(text)
    assert (reply.locale, [part.entry_id for part in reply.parts]) == (locale, [entry])


@pytest.mark.parametrize(
    ("text", "entry"), [("muchas gracias por la ayuda", "thanks"), ("thanks a lot!", "thanks")]
)
def test_what_is_surely_a_remark_stays_one(ask: Ask, text: str, entry: str) -> None:
    assert [part.entry_id for part in ask(text).parts] == [entry]


def test_what_is_asked_beside_the_subject_is_not_passed_over_in_silence(ask: Ask) -> None:
    launched, aside = ask(
        "When was the alliance launched, and what's the weather like in Shanghai today?"
    ).parts
    assert (launched.decision, launched.entry_id) == ("answer", "launch-date")
    assert (aside.decision, aside.entry_id) == ("answer", "off-topic")


def test_a_question_that_leans_on_something_beside_the_subject_is_not_answered(ask: Ask) -> None:
    parts = ask("What is the capital of France and when was it founded?").parts
    assert [part.entry_id for part in parts] == ["off-topic"]


def test_choices_say_which_half_of_a_message_they_are_about_and_are_numbered_on(ask: Ask) -> None:
    reply = ask("Are the members only universities? Are new ones wanted?")
    answered, offered = reply.parts
    assert answered.entry_id == "not-104-universities"
    assert offered.text.startswith("About “Are new ones wanted”: did you mean one of these?")
    assert answered.entry_id not in [choice.entry_id for choice in offered.choices]


OPENINGS = openings_of(("could you tell me, i’d like to know, please", "请问, 我想知道"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Could you tell me when it began?", "when it began?"),
        ("I'd like to know: when did it begin?", "when did it begin?"),
        ("please, when did it begin", "when did it begin"),
        ("请问联盟在哪里", "联盟在哪里"),
        ("我想知道，联盟在哪里？", "联盟在哪里？"),
        ("Could you tell", "Could you tell"),
        ("please", "please"),  # nothing else is said
        ("pleased to meet you", "pleased to meet you"),
        ("", ""),
    ],
)
def test_polite_words_before_a_question_are_taken_away(text: str, rest: str) -> None:
    assert without_opening(text, OPENINGS) == rest


@pytest.mark.parametrize(
    ("locale", "text", "entry"),
    [
        ("en", "Hello, could you please tell me when the alliance was launched? Thanks", "launch-date"),
        ("en", "quick question - how many members does the alliance have?", "members-now"),
        ("de", "Ich habe eine Frage: Wer leitet die Allianz?", "chairperson"),
        ("pt", "Tenho uma pergunta: quantos membros tem a aliança?", "members-now"),
        ("ar", "عندي سؤال: كم عدد أعضاء التحالف؟", "members-now"),
        ("zh_Hans", "麻烦问下联盟有多少成员", "members-now"),
    ],
)
def test_a_question_that_begins_politely_is_answered(ask: Ask, locale: str, text: str, entry: str) -> None:
    assert [part.entry_id for part in ask(text, client=locale).parts] == [entry]

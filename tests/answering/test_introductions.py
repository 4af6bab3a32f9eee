from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering.answer import answer
from bot.answering.assistant import Assistant
from bot.answering.introductions import without_introductions
from bot.language.normalize import normalize
from bot.types import Question, Reply

Ask = Callable[..., Reply]
KNOWN = normalize(
    "when was it launched and who chairs is dear ms from thanks i would like to know journalist"
).tokens


@pytest.fixture
def ask(assistant: Assistant, make_question: Callable[..., Question]) -> Ask:
    return lambda text, **fields: answer(make_question(text, **fields), assistant)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("My name is Fatou Diop. When was it launched?", "When was it launched?"),
        ("My name is Fatou Diop from Thiès, when was it launched?", "when was it launched?"),
        ("I am Viktor Lomakin, journalist. When was it launched?", "When was it launched?"),
        ("Who chairs it? I am Viktor Lomakin", "Who chairs it?"),
        ("When was it launched? Thanks, Ingrid Halvorsen", "When was it launched? Thanks"),
        ("When was it launched?\nIngrid", "When was it launched?"),
        ("Dear Ms Halvorsen Okafor, when was it launched?", "when was it launched?"),
        ("我叫李明，联盟主席是谁", "联盟主席是谁"),
        ("меня зовут Айгерим Сулейменова, кто председатель?", "кто председатель?"),
    ],
)
def test_who_asks_and_who_is_spoken_to_is_taken_away(assistant: Assistant, text: str, rest: str) -> None:
    assert without_introductions(text, assistant.names_in(text), KNOWN.__contains__) == rest


@pytest.mark.parametrize(
    "text",
    [
        "When was it launched?",
        "My name is Fatou Diop",  # nothing else is said
        "Who is Fatou Diop?",
        "Who chairs it: Fatou Diop or Ingrid Halvorsen?",  # no name alone
        "Fatou Diop, who is it?",  # she is who is asked about
        "When was it launched? Thanks",
        "My name is Fatou Diop?",
        "",
    ],
)
def test_names_that_are_asked_about_stay(assistant: Assistant, text: str) -> None:
    assert without_introductions(text, assistant.names_in(text), KNOWN.__contains__) is None


@pytest.mark.parametrize(
    ("locale", "text", "entry"),
    [
        ("en", "When was the alliance launched? Thanks, Ingrid Halvorsen", "launch-date"),
        ("en", "Dear Ms Halvorsen Okafor, how many members does the alliance have?", "members-now"),
        (
            "fr",
            "Bonjour, je m\u2019appelle Aïssata Tounkara, quand a été lancée l\u2019alliance ?",
            "launch-date",
        ),
        ("es", "Hola, soy Jimena Ocaranza de Bolivia, ¿quién preside la alianza?", "chairperson"),
        ("pt", "Sou o Edvaldo Mbemba, quantos membros tem a aliança?", "members-now"),
        ("de", "Ich heiße Ansgar Brömmelkamp, wann wurde die Allianz gegründet?", "launch-date"),
        ("ru", "Здравствуйте, меня зовут Айгерим Сулейменова, когда основали альянс?", "launch-date"),
    ],
)
def test_who_says_their_name_is_answered_like_anybody(ask: Ask, locale: str, text: str, entry: str) -> None:
    assert [part.entry_id for part in ask(text, client=locale).parts] == [entry]

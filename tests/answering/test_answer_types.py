from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.answering.answer import answer, explain
from bot.answering.answer_types import ANSWER_TYPES, asked_types, types_of
from bot.answering.assistant import Assistant
from bot.language.normalize import normalize
from bot.language.word_texts import (
    DURATION_WORDS,
    LANGUAGE_WORDS,
    MONEY_WORDS,
    NUMBER_WORDS,
    TIME_OF_DAY_WORDS,
)
from bot.types import Abstain, Answer, Explanation, Question

Explain = Callable[..., Explanation]


@pytest.fixture
def explained(assistant: Assistant, make_question: Callable[..., Question]) -> Explain:
    return lambda text, **fields: explain(make_question(text, **fields), assistant)


@pytest.mark.parametrize(
    ("locale", "text", "kinds"),
    [
        ("en", "How many people work in the secretariat?", {NUMBER_WORDS}),
        ("en", "who works in the secretariat", set()),
        ("en", "Has it been translated?", {LANGUAGE_WORDS}),
        ("en", "What time is it?", {TIME_OF_DAY_WORDS}),
        ("en", "Somehow many people came", set()),  # whole words only
        ("fr", "Combien d\u2019argent ?", {MONEY_WORDS}),  # numbers of something are not numbers besides
        ("es", "¿Cuántos minutos habló?", {DURATION_WORDS}),  # and no number
        ("es", "cuantos minutos hablo", {DURATION_WORDS}),  # accents make no difference
        ("pt", "Quanto tempo durou?", {DURATION_WORDS}),
        ("de", "Wie viel Geld gab es?", {MONEY_WORDS}),
        ("ru", "Сколько длилась речь?", {DURATION_WORDS}),  # an asterisk stands for any ending
        ("ar", "كم دقيقة تحدث؟", {DURATION_WORDS}),
        ("zh_Hans", "秘书处有多少人？", {NUMBER_WORDS}),  # anywhere, where there are no spaces
        ("nl", "How many?", set()),  # no catalog
    ],
)
def test_words_tell_what_is_asked_for(
    assistant: Assistant, locale: str, text: str, kinds: set[object]
) -> None:
    assert set(asked_types(normalize(text), locale, assistant.catalogs)) == kinds


def test_each_language_has_words_of_its_own_for_each_kind(assistant: Assistant) -> None:
    for kind in ANSWER_TYPES:
        written = {locale: assistant.catalogs.text(locale, kind) for locale in assistant.catalogs.locales}
        english = written.pop("en")
        assert all(words and words != english for words in written.values()), kind.context


def test_what_one_language_asks_an_entry_for_fits_in_all(assistant: Assistant) -> None:
    assert NUMBER_WORDS in types_of("members-now", assistant)
    assert DURATION_WORDS in types_of("conference-2024", assistant)
    assert not types_of("speakers-2025", assistant) & {DURATION_WORDS, MONEY_WORDS}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "how many people work in the secretariat?"),
        ("en", "How many women are there on the expert advisory committee?"),
        ("en", "how many minutes did Huai Jinpeng's keynote in Wuhan last"),
        ("en", "Who is the vice-chair of WDEA?"),
        ("en", "Where did Huai Jinpeng go to university?"),
        ("fr", "Le discours de Ding Xuexiang à Wuhan a duré combien de temps ?"),
        ("fr", "La version internationale de la plateforme chinoise est-elle disponible en français ?"),
        ("fr", "Dans quelle salle s\u2019est tenue la conférence de Pékin en 2023 ?"),
        ("es", "¿A qué hora empezó la apertura en Shanghái?"),
        ("es", "hotel de la conferencia de Wuhan 2025"),
        ("pt", "que idade tem o Chen Xing?"),
        ("de", "Mit wie viel Dollar war der König-Hamad-Preis für die Plattform dotiert?"),
        ("ru", "Сколько денег получила китайская платформа вместе с премией короля Хамада?"),
        ("ru", "кто выиграл восьмой конкурс дизайна для образования будущего?"),
        ("ar", "هل النسخة الدولية من المنصة الصينية متاحة بالعربية؟"),
        ("zh_Hans", "于吉红是哪所大学毕业的？"),
    ],
)
def test_a_detail_that_nobody_wrote_down_is_not_answered_with_another(
    assistant: Assistant, explained: Explain, locale: str, text: str
) -> None:
    for part in explained(text, client=locale).parts:
        if isinstance(part.decision, Answer):
            assert assistant.knowledge.entries[part.decision.match.entry_id].kind != "knowledge"


def test_the_explanation_tells_what_was_asked_for(explained: Explain) -> None:
    (part,) = explained("How many women are there on the expert advisory committee?").parts
    assert isinstance(part.decision, Abstain)
    assert part.decision.nearest[0].entry_id == "expert-committee"  # offered all the same
    assert part.ranking.evidence.unasked == ("how many",)


@pytest.mark.parametrize(
    ("locale", "text", "entry"),
    [
        ("en", "How many members does the alliance have?", "members-now"),
        ("de", "Wie lange dauerte die Konferenz in Shanghai 2024?", "conference-2024"),
        (
            "en",
            "Has the alliance brought out any standard on large language models for education?",
            "first-standard",
        ),
        ("fr", "Quel est le nom de l\u2019alliance en chinois ?", "name-chinese"),
        ("zh_Hans", "CEAIE的电话号码是多少？", "ceaie-contact"),
    ],
)
def test_what_an_entry_is_asked_for_is_answered(
    explained: Explain, locale: str, text: str, entry: str
) -> None:
    (part,) = explained(text, client=locale).parts
    assert isinstance(part.decision, Answer)
    assert (part.decision.match.entry_id, part.ranking.evidence.unasked) == (entry, ())


def test_half_a_message_is_answered_where_half_of_it_fits(explained: Explain) -> None:
    parts = explained("qual foi o tema da conferência de Xangai e quantas pessoas foram?", client="pt").parts
    assert isinstance(parts[0].decision, Answer)
    assert parts[0].decision.match.entry_id == "theme-2024"
    assert not any(isinstance(part.decision, Answer) for part in parts[1:])
    assert len(parts) == 2


def test_another_answer_to_the_same_message_may_be_what_was_asked_for(explained: Explain) -> None:
    parts = explained("What is the alliance and how many members does it have?").parts
    found = {part.decision.match.entry_id for part in parts if isinstance(part.decision, Answer)}
    assert "members-now" in found


def test_a_phrasing_in_any_language_makes_an_answer_fit(
    assistant: Assistant, make_question: Callable[..., Question]
) -> None:
    question = make_question("How many women are there on the expert advisory committee?")
    phrasings: Mapping[str, Mapping[str, tuple[str, ...]]] = assistant.knowledge.phrasings
    more = {**phrasings["fr"], "expert-committee": ("Combien de femmes y siègent ?",)}
    taught = replace(assistant.knowledge, phrasings={**phrasings, "fr": more})
    assert not answer(question, assistant).parts[0].entry_id
    assert answer(question, replace(assistant, knowledge=taught)).parts[0].entry_id == "expert-committee"


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        (
            "Jean-Baptiste Delcourt-Nguema fait-il partie du comité d'experts ?",
            ("Jean-Baptiste Delcourt-Nguema",),
        ),
        ("Samaria Tovela discursou em Hangzhou?", ("Samaria Tovela",)),
        ("Кто такой Виктор Лупшаков?", ("Виктор Лупшаков",)),
        ("My head is Fatou Mbaye. How many members does the alliance have?", ()),  # not where it asks
        ("Who is Liu Limin?", ()),
        ("Wie viele Mitglieder hat die Allianz?", ()),
        ("IS SAMARIA TOVELA A MEMBER?", ()),  # capital letters tell nothing here
    ],
)
def test_people_whom_nobody_knows_are_told_by_capital_letters(
    assistant: Assistant, text: str, strangers: tuple[str, ...]
) -> None:
    assert assistant.matcher.strangers(normalize(text)) == strangers


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("fr", "Jean-Baptiste Delcourt-Nguema fait-il partie du comité d'experts ?"),
        ("pt", "Samaria Tovela discursou em Hangzhou?"),
    ],
)
def test_what_is_asked_about_somebody_whom_nobody_knows_is_declined(
    explained: Explain, locale: str, text: str
) -> None:
    (part,) = explained(text, client=locale).parts
    assert isinstance(part.decision, Abstain)
    assert part.ranking.evidence.unasked == tuple(text.split(" fait")[0].split(" discursou")[:1])

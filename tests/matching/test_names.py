"""A name is the same name however it is written, in whichever language."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.index import Matcher
from bot.matching.names import NO_NAMES, Names

FORMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "liu-limin": {
        "en": ("Liu Limin", "Limin Liu", "Liu Li Min"),
        "zh_Hans": ("刘利民", "刘立民"),
        "ru": ("Лю Лиминь", "Лю Лимин"),
        "ar": ("ليو ليمين", "ليو لي مين"),
    },
    "normal-university": {
        "en": ("BNU", "Beijing Normal University"),
        "zh_Hans": ("北师大", "北京师范大学"),
        "ru": ("ПНУ", "Пекинский педагогический университет"),
        "ar": ("جامعة بكين للمعلمين", "جامعة المعلمين في بكين"),
    },
}
NAMES = Names(FORMS)


def read(text: str, locale: str, known: set[str] | None = None, names: Names = NAMES) -> str:
    folded = normalize(text)
    return names.beside(folded, names.find(folded), locale, known).folded


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("Who is Limin Liu?", "en", "who is limin liu liu limin"),
        ("Who is Liu Limin?", "en", "who is liu limin"),  # written as usual: nothing to say
        ("Who is 刘利民?", "en", "who is 刘利民 liu limin"),
        ("请问刘立民是谁", "zh_Hans", "请问 刘立民 刘利民 是谁"),
        ("刘利民和北京师范大学是什么关系", "zh_Hans", "刘利民和 北京师范大学 北师大 是什么关系"),
        ("Кто такой Лю Лимин", "en", "кто такои лю лимин liu limin"),
        (
            "роль Пекинского педагогического университета",
            "ru",
            "роль пекинского педагогического университета пну",
        ),
        ("ماذا قال وليو لي مين", "ar", "ماذا قال وليو لي مين ليو ليمين"),
        ("BNU and Limin Liu", "ru", "bnu пну and limin liu лю лиминь"),
        ("Liu", "en", "liu"),  # part of a name is none
        ("", "en", ""),
    ],
)
def test_the_usual_form_is_written_beside(text: str, locale: str, expected: str) -> None:
    assert read(text, locale) == expected


def test_a_language_without_a_form_leaves_the_text() -> None:
    assert read("Who is Limin Liu?", "fr") == "who is limin liu"
    assert read("Who is Limin Liu?", "en", names=NO_NAMES) == "who is limin liu"


def test_words_of_a_name_that_mean_nothing_in_the_language_are_left_out() -> None:
    assert read("who is 刘立民", "en", {"who", "is", "liu", "limin"}) == "who is liu limin"
    assert (
        read("Beijing Normal University role", "en", {"beijing", "university"})
        == "beijing university bnu role"
    )
    assert read("北京师范大学的作用", "zh_Hans", {"北京"}) == "北师大 的作用"


def test_the_longest_form_is_found() -> None:
    names = Names({"city": {"en": ("Beijing",)}, "uni": {"en": ("BNU", "Beijing Normal University")}})
    assert read("Beijing Normal University in Beijing", "en", names=names) == (
        "beijing normal university bnu in beijing"
    )


def test_a_misspelt_word_may_have_been_meant_to_be_one_of_a_name() -> None:
    assert {"liu", "limin", "li", "min", "beijing", "normal"} <= set(NAMES.vocabulary("en"))
    assert NAMES.vocabulary("fr") == ()


def library(names: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Matcher:
    texts = {
        "liu-limin": (
            "Who is Liu Limin?",
            "Liu Limin",
            "What post does Liu Limin hold?",
            "the man called Liu Limin",
        ),
        "role": ("What does BNU do?", "role of BNU", "tasks of the university BNU", "Why is BNU named?"),
        "date": ("When did it begin?", "date of the start", "since when", "What day was it?"),
    }
    return build_matcher(
        (
            Example(locale="en", entry_id=entry_id, text=text)
            for entry_id, every in texts.items()
            for text in every
        ),
        names=names,
    )


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("谁是 刘立民", "liu-limin"),
        ("Лю Лимин", "liu-limin"),
        ("Limn Liu", "liu-limin"),  # a typing error in a form that no phrasing has
        ("Пекинский педагогический университет", "role"),
        ("Bejing Normal Univrsity", "role"),
    ],
)
def test_an_entry_is_found_by_every_form_of_its_name(question: str, entry: str) -> None:
    ranking = library(FORMS).rank(normalize(question))
    assert ranking.matches[0].entry_id == entry
    without = library({}).rank(normalize(question))
    assert not without.matches or without.matches[0].probability < ranking.matches[0].probability


PEOPLE = {
    "cai-dafeng": {"en": ["Cai Dafeng"], "ru": ["Цай Дафэн"], "zh_Hans": ["蔡达峰"]},
    "yang-jun": {"en": ["Yang Jun"]},
    "liu-limin": {"en": ["Liu Limin", "Limin Liu"]},
    "asean-china-alliance": {"en": ["China ASEAN Alliance"]},
}
KNOWN = {"who", "is", "what", "did", "president", "кто", "такои"}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Who is Cai Qi?", "who is ƿƿƿ qi"),
        ("Кто такой Цай Ци?", "кто такои ƿƿƿ ци"),
        ("Who is Liu Jun?", "who is ƿƿƿ ƿƿƿ"),  # a part of each of two names
        ("Who is Cai Dafeng?", None),
        ("Who is Limin Liu?", None),
        ("Who is Liu Limmin?", None),  # a typing error
        ("What did Liu say?", None),  # nobody else
        ("Is Liu President?", None),  # a word
        ("who is cai qi", None),  # no capitals tell where a name ends
        ("Who is China Qi?", None),  # no part of a person's name
        ("谁是蔡奇", None),
    ],
)
def test_who_shares_only_a_part_of_a_name_is_somebody_else(text: str, heard: str | None) -> None:
    names = Names(PEOPLE, frozenset({"cai-dafeng", "yang-jun", "liu-limin"}))
    question = normalize(text)
    assert names.without_strangers(question, KNOWN.__contains__).folded == (heard or question.folded)
    assert Names(PEOPLE).without_strangers(question, KNOWN.__contains__) is question

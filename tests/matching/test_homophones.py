"""Another character of the same sound is taken for the one that makes known words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.answering.answer import explain
from bot.answering.assistant import Assistant
from bot.language.normalize import normalize
from bot.language.pinyin import READINGS
from bot.matching.features import words
from bot.matching.homophones import Homophones
from bot.types import Question

MakeQuestion = Callable[..., Question]


def of(*texts: str, locale: str = "zh_Hans") -> Homophones:
    return Homophones(locale, dict.fromkeys((word for text in texts for word in words(normalize(text))), 4))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("秘书初设在哪里", "秘书处设在哪里"),
        ("米书处设在哪里", "秘书处设在哪里"),  # at the beginning
        ("秘书处设在那李", "秘书处设在哪里"),  # two, at the end
    ],
)
def test_a_character_that_sounds_the_same_is_taken_for_the_known_one(typed: str, meant: str) -> None:
    assert of("秘书处设在哪里").meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "秘书处设在哪里",  # all of it is known
        "秘书处设在北京",  # unknown, and nothing that is known sounds like it
        "蜜薯初摄在哪里",  # four are wrong: another text
        "处",
        "secretariat",
    ],
)
def test_anything_else_stays_as_it_is(typed: str) -> None:
    assert of("秘书处设在哪里").meant(typed) is None


def test_a_known_word_is_kept_where_another_would_do_as_well() -> None:
    assert of("联盟在武汉", "联盟在五汉").meant("连盟在五汉") == "联盟在五汉"


def test_what_few_phrasings_hold_changes_nothing_at_an_end() -> None:
    often, seldom = of("秘书处设在哪里"), Homophones("zh_Hans", {"处设": 1, "设在": 1})
    assert often.meant("处设再") == "处设在"
    assert seldom.meant("处设再") is None


def test_only_chinese_is_written_by_its_sounds() -> None:
    assert of("秘书处设在哪里", locale="ja").meant("秘书初设在哪里") is None


def test_readings_are_syllables_without_tones() -> None:
    assert len(READINGS) == 6_763
    assert {READINGS[one] for one in "是时事市"} == {"shi"}
    assert all(sound.isascii() and sound.isalpha() and sound.islower() for sound in READINGS.values())


def test_a_question_with_a_wrong_character_is_answered(
    assistant: Assistant, make_question: MakeQuestion
) -> None:
    (part,) = explain(make_question("连盟有多少个成园", client="zh-hans"), assistant).parts
    assert part.ranking.matches[0].entry_id == "members-now"
    assert part.ranking.evidence.repaired == (("连盟有多少个成园", "联盟有多少个成员"),)


def test_of_texts_that_are_worth_the_same_the_typed_one_is_meant() -> None:
    assert Homophones("zh_Hans", {"处设": 2}).meant("初设") is None

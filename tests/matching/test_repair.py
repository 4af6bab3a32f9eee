from __future__ import annotations

import pytest

from bot.matching.repair import Repairer

REPAIRER = Repairer(
    {
        "alliance": 9,
        "launched": 5,
        "make": 4,
        "what": 9,
        "when": 7,
        "member": 6,
        "members": 8,
        "когда": 3,
        "альянс": 2,
    }
    | {"التحالف": 2, "联盟": 3, "2024": 2, "a": 3}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aliance", "alliance"),
        ("alliiance", "alliance"),
        ("allinace", "alliance"),
        ("alaincce", None),  # three errors
        ("lanuchd", "launched"),  # two errors in a word of seven letters
        ("lanuch", None),  # and of six
        ("lanuchde", "launched"),
        ("waht", "what"),
        ("fake", None),  # a word of its own, not a wrong "make"
        ("mahe", "make"),  # known well
        ("xake", None),  # in a short word the first letter is rarely wrong
        ("xembers", "members"),
        ("membrs", "members"),
        ("коогда", "когда"),
        ("альян", "альянс"),
        ("التحلف", "التحالف"),
        ("联合", None),
        ("2025", None),
        ("b", None),
        ("unrelated", None),
    ],
)
def test_typing_errors_are_repaired_and_other_words_are_not(typed: str, meant: str | None) -> None:
    assert REPAIRER.repair(typed) == meant


def test_of_two_words_equally_near_the_more_frequent_is_meant() -> None:
    assert Repairer({"united": 1, "unites": 4}).repair("unitet") == "unites"
    assert Repairer({"united": 4, "unites": 1}).repair("unitet") == "united"


def test_a_word_is_not_taken_for_one_of_another_script() -> None:
    assert Repairer({"аллiанс": 3, "мост": 2}).repair("alliahc") is None

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.matching import speaker
from bot.matching.build import Example, build_matcher
from bot.matching.confusable import confusable, misled
from bot.types import Location
from tests.matching.conftest import library

# Two entries about the same.
TWINS = [
    Example(locale="en", entry_id=entry_id, text=text)
    for entry_id, texts in {
        "dues": ("what does it cost per year", "annual fee of a reader", "price of being a reader"),
        "fees": ("what does it cost a year", "annual fee for readers", "price for being a reader"),
    }.items()
    for text in texts
]


def test_distinct_phrasings_give_no_problem() -> None:
    assert confusable(library()) == ()


def test_a_text_under_two_entries_is_found_in_one_language_and_across() -> None:
    place = Location(path=Path("knowledge/phrasings/en.yaml"), line=7)
    twice = Example(locale="en", entry_id="renewal", text="Opening hours!", location=place)
    across = Example(locale="fr", entry_id="late-return", text="founder")
    found = [
        problem for problem in confusable([*library(), twice, across]) if problem.code == "phrasing-shared"
    ]
    assert [problem.location.line for problem in found] == [1, 7] or [p.location.line for p in found] == [
        7,
        1,
    ]
    assert {problem.severity for problem in found} == {"warning"}
    assert any("opening-hours" in problem.message and problem.location == place for problem in found)


def test_a_phrasing_in_the_wrong_place_is_found() -> None:
    text = next(one.text for one in library("en") if one.entry_id == "lost-card")
    strays = [Example(locale="en", entry_id="founder", text=f"{text} {end}") for end in ("", "!")]
    problems = confusable([*library("en"), *strays])
    near = [problem.message for problem in problems if problem.code == "phrasing-confusable"]
    assert near
    assert all("founder" in message and "lost-card" in message for message in near)


def test_two_entries_about_the_same_are_found() -> None:
    (found,) = [
        problem for problem in confusable([*library("en"), *TWINS]) if problem.code == "entries-confusable"
    ]
    assert "dues" in found.message
    assert "fees" in found.message


def test_what_a_trained_language_takes_for_another_entry_is_found_without_training() -> None:
    good = list(library("en"))
    text = next(example.text for example in good if example.entry_id == "lost-card")
    strays = [Example(locale="en", entry_id="founder", text=f"{text} {end}") for end in ("", "!")]
    assert misled(good, build_matcher(good).speakers[0]) == ()
    examples = [*good, *strays]
    found = misled(examples, build_matcher(examples).speakers[0])
    assert found
    assert {problem.code for problem in found} == {"phrasing-confusable"}
    assert all("lost-card" in problem.message and "founder" in problem.message for problem in found)


def test_what_was_found_is_kept_for_each_language_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [*library(), *TWINS]
    learnt: list[str] = []
    whole = speaker.learn

    def learn(locale: str, *rest: Any, **more: Any) -> Any:
        learnt.append(locale)
        return whole(locale, *rest, **more)

    monkeypatch.setattr("bot.matching.confusable.learn", learn)
    found = confusable(examples, cache_dir=tmp_path)
    languages = sorted({example.locale for example in examples})
    assert learnt == languages
    assert [problem.code for problem in found].count("entries-confusable") == 1
    assert confusable(examples, cache_dir=tmp_path) == found
    assert learnt == languages  # nothing was learnt again
    edited = [*examples, Example(locale="en", entry_id="fees", text="is there a price list")]
    confusable(edited, cache_dir=tmp_path)
    assert learnt == [*languages, "en"]
    confusable(edited, cache_dir=tmp_path, synonyms={"en": [["price", "cost"]]})
    assert learnt == [*languages, "en", "en"]

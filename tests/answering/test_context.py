"""A short question is likelier about what was answered last; a long one says what it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.context import as_said_after, in_context, leans_on
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.language.normalize import normalize
from bot.types import Bounds, Evidence, Location, Match, Ranking

PLACE = Location(path=Path("entries.yaml"), line=1, column=1)


def entry(entry_id: str, topic: str | None = None, **more: object) -> Entry:
    given = {
        "id": entry_id,
        "kind": "knowledge",
        "topic": topic,
        "question": "?",
        "answer": "!",
        "location": PLACE,
    }
    return Entry(**given | more)  # type: ignore[arg-type]


KNOWLEDGE = KnowledgeBase(
    root=Path(),
    entries={
        one.id: one
        for one in (
            entry("wuhan", "conferences", related=("wuhan-attendance",), follow_ups={"who": "speakers"}),
            entry("wuhan-attendance", "figures"),
            entry("beijing-attendance", "figures"),
            entry("speakers", "people"),
            entry("themes", "conferences"),
            entry("guests", "people", related=("wuhan",)),
        )
    },
)


def ranking(**chances: float) -> Ranking:
    matches = tuple(
        Match(entry_id=name.replace("_", "-"), phrasing="", locale="en", score=1.0, probability=chance)
        for name, chance in chances.items()
    )
    return Ranking(
        matches=matches, bounds=Bounds(answer=0.8, clarify=0.4), locale="en", locale_sure=True,
        evidence=Evidence(), answerable=0.9,
    )  # fmt: skip


def chances(text: str, previous: str | None, found: Ranking) -> dict[str, float]:
    last = KNOWLEDGE.entries[previous] if previous else None
    after = in_context(found, normalize(text), last, KNOWLEDGE)
    return {match.entry_id: match.probability for match in after.matches}


@pytest.mark.parametrize("near", ["wuhan-attendance", "speakers", "guests"])
def test_what_the_last_answer_leads_to_or_what_leads_to_it_is_likelier(near: str) -> None:
    found = ranking(beijing_attendance=0.4, **{near.replace("-", "_"): 0.3})
    after = chances("how many came", "wuhan", found)
    assert list(after) == [near, "beijing-attendance"]
    assert sum(after.values()) == pytest.approx(0.7, abs=1e-5)
    assert after[near] == pytest.approx(0.7 * 2.4 / 2.8, abs=1e-5)


def test_its_topic_and_itself_are_a_little_likelier() -> None:
    assert list(chances("and the theme", "wuhan", ranking(beijing_attendance=0.4, themes=0.3))) == [
        "themes",
        "beijing-attendance",
    ]
    assert list(chances("where is it", "wuhan", ranking(beijing_attendance=0.4, wuhan=0.3))) == [
        "wuhan",
        "beijing-attendance",
    ]
    assert list(chances("the theme", "wuhan", ranking(wuhan_attendance=0.3, themes=0.4))) == [
        "wuhan-attendance",
        "themes",
    ]


@pytest.mark.parametrize(
    ("text", "previous"),
    [
        ("how many came", None),
        ("how many came", "speakers"),
        ("how many people from all over the world came to Beijing", "wuhan"),
    ],
)
def test_nothing_changes_without_a_last_answer_far_from_it_and_for_long_questions(
    text: str, previous: str | None
) -> None:
    found = ranking(beijing_attendance=0.4, wuhan_attendance=0.3)
    assert chances(text, previous, found) == {"beijing-attendance": 0.4, "wuhan-attendance": 0.3}


def test_a_question_of_more_words_is_moved_less() -> None:
    found = ranking(beijing_attendance=0.4, wuhan_attendance=0.3)
    assert chances("and how many people came there", "wuhan", found)["wuhan-attendance"] == pytest.approx(
        0.7 * 1.2 / 1.6, abs=1e-5
    )
    assert chances("那么一共有多少人参加了呢", "wuhan", found) == chances(
        "and how many people came there", "wuhan", found
    )


def test_a_sure_answer_stays_sure() -> None:
    after = chances("attendance in Beijing", "wuhan", ranking(beijing_attendance=0.97, wuhan_attendance=0.01))
    assert after["beijing-attendance"] > 0.9


def test_nothing_found_stays_nothing() -> None:
    assert chances("hm", "wuhan", ranking()) == {}
    assert chances("hm", "wuhan", ranking(beijing_attendance=0.0)) == {"beijing-attendance": 0.0}


def said_after(by_itself: Ranking, together: Ranking) -> dict[str, float]:
    ranked = as_said_after(by_itself, together, KNOWLEDGE.entries["wuhan"])
    return {match.entry_id: match.probability for match in ranked.matches}


def test_what_also_answers_both_questions_together_comes_first() -> None:
    after = said_after(ranking(speakers=0.5, guests=0.3), ranking(guests=0.9))
    assert list(after) == ["guests", "speakers"]
    assert sum(after.values()) == pytest.approx(0.8, abs=1e-5)


def test_an_entry_that_only_both_questions_together_speak_for_is_considered() -> None:
    after = said_after(ranking(speakers=0.3), ranking(themes=0.95))
    assert "themes" in after
    assert after["themes"] < after["speakers"]


def test_the_last_answer_is_not_ruled_out_by_having_been_asked_for() -> None:
    after = said_after(ranking(wuhan=0.5, speakers=0.3), ranking(themes=0.9))
    assert next(iter(after)) == "wuhan"


def test_at_most_ten_entries_are_described() -> None:
    many = {f"themes-{number}": 0.05 for number in range(8)}
    assert len(said_after(ranking(speakers=0.2, guests=0.1, themes=0.1), ranking(**many)).keys()) == 10


@pytest.mark.parametrize(
    ("text", "chance", "unknown", "leans"),
    [
        ("who chairs it", 0.9, (), True),
        ("who chairs it", 0.995, (), False),  # surer than a phrasing, word for word
        ("who chairs seameo", 0.5, ("seameo",), False),  # that is about something else
        ("who is it that chairs the committee for standards", 0.5, (), False),
    ],
)
def test_a_short_question_with_nothing_of_its_own_leans_on_the_one_before(
    text: str, chance: float, unknown: tuple[str, ...], leans: bool
) -> None:
    found = replace(ranking(speakers=chance), evidence=Evidence(unknown=unknown))
    assert leans_on(found, normalize(text)) is leans

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.knowledge.entries import placeable
from bot.knowledge.loader import load_knowledge
from bot.language.dates import Period, PeriodEnd
from bot.language.formats import Day, Number
from tests.knowledge.conftest import FILES, MakeKnowledge


def test_the_only_value_answers_to_the_name_of_its_fact(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    day = Day(date(2024, 1, 30))
    assert placeable(knowledge.facts["launch-date"]) == {"launch_date": day, "launch_date.1": day}


def test_several_values_answer_to_position_and_name(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    assert placeable(knowledge.facts["members"]) == {
        "members.1": Number(104),
        "members.2": Number(41),
        "members.countries": Number(41),
    }


def test_a_period_answers_to_its_halves_too(make_knowledge: MakeKnowledge) -> None:
    facts = FILES["facts.yaml"].replace("value: 2024-01-30", "value: 2024-01-29/2024-01-31")
    knowledge, _ = load_knowledge(make_knowledge({"facts.yaml": facts}))
    period = Period(date(2024, 1, 29), date(2024, 1, 31))
    values = placeable(knowledge.facts["launch-date"])
    assert values["launch_date"] == period
    assert values["launch_date.first"] == PeriodEnd(period, "first")
    assert values["launch_date.last"] == PeriodEnd(period, "last")


def test_an_entry_has_the_values_of_its_facts_alone(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    assert set(knowledge.values_for(knowledge.entries["launch-when"])) == {"launch_date", "launch_date.1"}
    assert knowledge.values_for(knowledge.entries["greeting"]) == {}


def test_a_part_without_a_place_of_its_own_stands_where_the_entry_does(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    entry = knowledge.entries["launch-when"]
    assert (entry.place("facts", 0).line, entry.place("facts", 0).column) == (7, 13)
    assert entry.place("aliases", 3) == entry.location
    assert entry.location.line == 4


def test_an_entry_is_due_on_its_own_day_or_on_the_first_of_its_facts(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    launch, members = knowledge.entries["launch-when"], knowledge.entries["member-count"]
    assert knowledge.review_by(launch) is None
    assert knowledge.review_by(members) == date(2027, 5, 23)
    assert knowledge.review_by(replace(members, review_by=date(2027, 1, 1))) == date(2027, 1, 1)
    assert knowledge.review_by(replace(members, review_by=date(2028, 1, 1))) == date(2027, 5, 23)

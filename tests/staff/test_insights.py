"""The figures agree with the records, exactly."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.assistant import Assistant
from bot.staff.figures import AGES, ENDINGS, WAITS, Insights, Period, period_of
from bot.staff.insight_page import report_tables
from bot.staff.insights import ending_of, insights
from bot.storage.store import DecisionRecord, VoteRecord
from tests.staff.records import MONDAY, decision, november, unanswered, vote

NOVEMBER = Period(first=date(2026, 11, 1), last=date(2026, 11, 30))
TODAY = date(2026, 12, 1)


def figures(
    assistant: Assistant,
    records: list[DecisionRecord],
    votes: list[VoteRecord] | None = None,
    *,
    period: Period = NOVEMBER,
    today: date = TODAY,
) -> Insights:
    return insights(records, votes or [], assistant, period=period, today=today)


def rows(tables: Mapping[str, str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(tables[f"{name}.csv"])))


def added(table: list[dict[str, str]], *columns: str) -> int:
    return sum(int(row[column]) for row in table for column in columns)


# --- the invariant ------------------------------------------------------------------------------------

LOCALES = ("en", "fr", "ar", "zh_Hans", "xx")
MOMENTS = st.integers(-7 * 86_400, 35 * 86_400).map(lambda seconds: MONDAY + timedelta(seconds=seconds))
ENTRIES = st.sampled_from(("launch-date", "launch-place", "gone-for-good", "greeting"))
CHANCES = st.none() | st.just(1.0) | st.floats(0, 1)


@st.composite
def records(draw: st.DrawFn) -> DecisionRecord:
    made = draw(st.sampled_from(("answer", "clarify", "abstain")))
    at = draw(MOMENTS)
    return DecisionRecord(
        entry_id=draw(ENTRIES | st.none()) if made == "answer" else None,
        decision=made,
        probability=draw(CHANCES),
        locale=draw(st.sampled_from(LOCALES)),
        revision="abc123",
        question_text=draw(st.none() | st.text(max_size=5)),
        asker=draw(st.none() | st.sampled_from(("p1", "p2"))),
        asked_at=at,
        answered_at=at + timedelta(seconds=draw(st.floats(-5, 1e6))),
        unavailable=draw(st.none() | st.sampled_from(("sw", "de"))),
        written_in=draw(st.none() | st.just("en")),
    )


@st.composite
def all_votes(draw: st.DrawFn) -> list[VoteRecord]:
    keys = draw(st.lists(st.tuples(ENTRIES, st.sampled_from(("p1", "p2", "p3"))), unique=True, max_size=8))
    return [
        VoteRecord(
            entry_id=entry_id,
            voter=voter,
            helpful=(helpful := draw(st.booleans())),
            reason=None if helpful else draw(st.sampled_from((None, "wrong", "outdated", "off-topic"))),
            comment=None,
            locale="en",
            revision="abc123",
            at=draw(MOMENTS),
        )
        for entry_id, voter in keys
    ]


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(st.dates(date(2025, 10, 20), date(2026, 12, 10)))
    return Period(
        first=first, last=first + timedelta(days=draw(st.sampled_from((0, 1, 27, 34, 35, 244, 245, 700))))
    )


@given(decided=st.lists(records(), max_size=40), votes=all_votes(), period=periods())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_breakdown_sums_to_the_records(
    assistant: Assistant, decided: list[DecisionRecord], votes: list[VoteRecord], period: Period
) -> None:
    inside = [record for record in decided if period.first <= record.asked_at.date() <= period.last]
    said = [one for one in votes if period.first <= one.at.date() <= period.last]
    counted = Counter(ending_of(record) for record in inside)
    found = figures(assistant, decided, votes, period=period)

    assert found.total == len(inside)
    assert {ending: found.count(ending) for ending in ENDINGS} == {each: counted[each] for each in ENDINGS}
    assert sum(found.count(locale=locale) for locale in found.locales) == len(inside)
    assert found.questions + counted["opened"] == len(inside)
    assert sum(sum(counts.values()) for _, counts in found.over_time()) == len(inside)
    assert sum(found.waits) == len(inside)
    assert sum(one.answered for one in found.given) == counted["answered"]
    assert sum(one.opened for one in found.given) == counted["opened"]
    assert sum(found.unavailable.values()) == sum(record.unavailable is not None for record in inside)
    assert sum(found.untranslated.values()) == sum(record.written_in is not None for record in inside)
    assert found.votes == len(said) == sum(one.helpful + one.not_helpful for one in found.voted)
    assert sum(one.helpful for one in found.voted) == sum(one.helpful for one in said)
    unused = {entry_id for _, ids in found.unused for entry_id in ids}
    assert unused.isdisjoint(one.entry_id for one in found.given)
    used_of_topics = {one.entry_id for one in found.given} & {
        entry_id for topic in assistant.knowledge.topics for entry_id in topic.entries
    }
    assert len(unused) + len(used_of_topics) == sum(found.topics.values())

    tables = report_tables(found, assistant)
    assert added(rows(tables, "records"), "records") == len(inside)
    assert added(rows(tables, "time"), *ENDINGS) == added(rows(tables, "endings"), *ENDINGS) == len(inside)
    assert added(rows(tables, "entries"), "answered", "opened") == counted["answered"] + counted["opened"]
    assert added(rows(tables, "waits"), "records") == len(inside)
    assert added(rows(tables, "votes"), "helpful", "wrong", "outdated", "off_topic", "not_said") == len(said)
    assert added(rows(tables, "fallbacks"), "not_spoken") == sum(found.unavailable.values())
    assert added(rows(tables, "fallbacks"), "not_translated") == sum(found.untranslated.values())


@given(period=periods())
def test_the_parts_of_a_period_have_no_gaps_and_are_few(period: Period) -> None:
    spans = period.spans()
    assert spans[0].first == period.first
    assert spans[-1].last == period.last
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(spans))
    assert sum(span.days for span in spans) == period.days
    assert len(spans) <= 36


def test_each_part_of_the_period_counts_its_own_days(assistant: Assistant) -> None:
    period = Period(first=date(2026, 9, 30), last=date(2026, 11, 30))  # more than 35 days: weeks
    found = figures(assistant, [decision(-1), decision(0), decision(6), decision(7)], period=period)
    counted = {span.first: counts.total() for span, counts in found.over_time() if counts}
    assert counted == {date(2026, 10, 26): 1, date(2026, 11, 2): 2, date(2026, 11, 9): 1}


# --- what is counted as what --------------------------------------------------------------------------


def test_what_a_person_opened_by_hand_is_no_question(assistant: Assistant) -> None:
    opened = [decision(probability=1.0), decision(probability=None)]  # a button, an inline result
    found = figures(assistant, [*opened, decision(), unanswered()])
    assert (found.total, found.questions) == (4, 2)
    assert [found.count(ending) for ending in ENDINGS] == [1, 0, 1, 2]


def test_a_record_belongs_to_the_day_on_which_it_was_asked_in_utc(assistant: Assistant) -> None:
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    tokyo = (last + timedelta(seconds=1)).astimezone()
    found = figures(assistant, [decision(asked_at=last), decision(asked_at=tokyo)])
    assert found.cells == {(date(2026, 11, 30), "en", "answered"): 1}


def test_records_under_a_former_id_count_for_the_present_entry(assistant: Assistant) -> None:
    knowledge = replace(assistant.knowledge, aliases={"launched-when": "launch-date"})
    found = figures(replace(assistant, knowledge=knowledge), [decision(entry_id="launched-when"), decision()])
    assert [(one.entry_id, one.count) for one in found.given] == [("launch-date", 2)]


def test_entries_past_their_own_date_or_that_of_a_fact_are_due(assistant: Assistant) -> None:
    knowledge = assistant.knowledge
    one, other, *_ = (entry for entry in knowledge.entries.values() if entry.facts and not entry.review_by)
    facts = dict(knowledge.facts)
    facts[other.facts[0]] = replace(facts[other.facts[0]], review_by=date(2026, 11, 29))
    entries = {one.id: replace(one, facts=(), review_by=date(2026, 11, 30)), other.id: other}
    changed = replace(assistant, knowledge=replace(knowledge, entries=entries, facts=facts))
    found = figures(changed, [], today=TODAY)
    assert [(due.entry_id, due.days(TODAY)) for due in found.due] == [(other.id, 2), (one.id, 1)]
    assert figures(changed, [], today=date(2026, 11, 29)).due == ()  # the last day is still in time


def test_translations_are_counted_by_how_long_they_are_out_of_date(assistant: Assistant) -> None:
    (stale, *_) = figures(assistant, []).stale
    assert len(stale.ages) == len(AGES) + 2
    messages = {one.current + one.stale + one.missing for one in figures(assistant, []).stale}
    assert len(messages) == 1  # of all languages the same


# --- probability and votes ----------------------------------------------------------------------------


def test_a_vote_tells_whether_the_last_answer_before_it_was_right(assistant: Assistant) -> None:
    asked = [decision(0, probability=0.6), decision(1, probability=0.8), decision(3, probability=0.7)]
    (guess,) = figures(assistant, asked, [vote(1, helpful=False, reason="wrong")]).trust.guesses
    assert (guess.probability, guess.right) == (0.8, False)


@pytest.mark.parametrize(
    ("records", "votes"),
    [
        ([decision(asker="p2")], [vote()]),  # somebody else's
        ([decision(asker=None)], [vote()]),  # nobody knows whose any more
        ([decision(probability=1.0)], [vote()]),  # opened by hand: nothing was stated
        ([decision(1)], [vote(0)]),  # asked later
        ([decision()], [vote(helpful=False, reason="outdated")]),  # not the matcher's fault
    ],
)
def test_votes_that_say_nothing_about_the_probability_are_left_out(
    assistant: Assistant, records: list[DecisionRecord], votes: list[VoteRecord]
) -> None:
    found = figures(assistant, records, votes)
    assert found.trust.guesses == ()
    assert found.votes == 1


# --- waiting ------------------------------------------------------------------------------------------


def test_quantiles_are_times_that_somebody_waited(assistant: Assistant) -> None:
    waited = [decision(answered_at=MONDAY + timedelta(seconds=seconds)) for seconds in range(1, 11)]
    found = figures(assistant, waited)
    assert found.quantiles == (5.0, 9.0, 10.0)
    assert dict(zip((0.0, *WAITS), found.waits, strict=True))[5.0] == 5  # 5, 6, 7, 8 and 9 seconds


def test_clocks_that_disagree_are_no_negative_wait(assistant: Assistant) -> None:
    found = figures(assistant, [decision(answered_at=MONDAY - timedelta(seconds=1))])
    assert found.quantiles == (0.0, 0.0, 0.0)
    assert found.waits[0] == 1


# --- periods ------------------------------------------------------------------------------------------


def test_the_last_four_weeks_are_meant_when_nothing_is_said() -> None:
    assert period_of(None, None, today=TODAY) == Period(first=date(2026, 11, 4), last=TODAY)
    assert period_of(None, "2026-11-28", today=TODAY) == Period(
        first=date(2026, 11, 1), last=date(2026, 11, 28)
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-03", "2026-11-01", "to: 2026-11-01 comes before 2026-11-03"),
        ("3 November", None, "from: '3 November' is no date; write it like 2026-11-30"),
        (None, "0001-01-02", "to: '0001-01-02' is no date"),
        (None, "9999-12-31", "to: '9999-12-31' is no date"),
        ("2001-01-01", "2026-11-30", "choose a shorter period"),
    ],
)
def test_a_period_that_is_none_is_refused_with_advice(first: str | None, last: str | None, said: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        period_of(first, last, today=TODAY)
    assert said in str(refused.value)


# --- tables -------------------------------------------------------------------------------------------


def test_a_spreadsheet_calculates_nothing_that_somebody_asked(assistant: Assistant) -> None:
    from bot.staff.figures import Unanswered

    asked = Unanswered(text='=HYPERLINK("https://example.org")', locale="en", questions=4, people=3)
    found = insights([], [], assistant, period=NOVEMBER, today=TODAY, clusters=[asked])
    (row,) = rows(report_tables(found, assistant), "unanswered")
    assert row["question"].startswith("'=")


def test_the_files_are_the_same_whoever_reads_the_page(assistant: Assistant) -> None:
    decided, votes = november()
    tables = report_tables(figures(assistant, decided, votes), assistant)
    assert set(tables) == {
        f"{name}.csv"
        for name in (
            *("records", "time", "endings", "entries", "unanswered", "votes", "unused", "fallbacks"),
            *("translations", "review", "probability", "waits"),
        )
    }
    assert rows(tables, "records")[0] == {
        "day": "2026-11-02",
        "language": "ar",
        "ending": "opened",
        "records": "1",
    }

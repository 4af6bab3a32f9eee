from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant, load_assistant
from bot.staff.review import Cluster, Near, Queue, review
from bot.storage.store import DecisionRecord, SetAsideRecord, VoteRecord
from bot.types import Learned, Overlay
from tests.knowledge.conftest import FILES, MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STRANGE = "which colour has the roof of the office"


@pytest.fixture
def small(make_knowledge: MakeKnowledge, tmp_path: Path) -> Assistant:
    """A small knowledge base in which an entry was renamed."""
    locales = tmp_path / "locales"
    locales.mkdir()
    launch = FILES["entries/launch.yaml"].replace(
        "  - id: launch-when\n", "  - id: launch-when\n    aliases: [launched]\n"
    )
    return load_assistant(knowledge_dir=make_knowledge({"entries/launch.yaml": launch}), locales_dir=locales)


def asked(text: str | None, asker: str | None = "ana", **fields: Any) -> DecisionRecord:
    at = fields.pop("at", NOW - timedelta(hours=1))
    values: dict[str, Any] = {
        "entry_id": None, "decision": "abstain", "probability": None, "locale": "en", "revision": "an older one",
        "question_text": text, "asker": asker, "asked_at": at, "answered_at": at,
    }  # fmt: skip
    return DecisionRecord(**{**values, **fields})


def against(voter: str, entry_id: str, **fields: Any) -> VoteRecord:
    values: dict[str, Any] = {
        "entry_id": entry_id, "voter": voter, "helpful": False, "reason": "wrong", "comment": None,
        "locale": "en", "revision": "an older one", "at": NOW,
    }  # fmt: skip
    return VoteRecord(**{**values, **fields})


@pytest.fixture
def queue_of(small: Assistant) -> Callable[..., Queue]:
    def gather(decisions: Sequence[DecisionRecord], votes: Sequence[VoteRecord] = (), **fields: Any) -> Queue:
        values: dict[str, Any] = {"verdicts": (), "overlay": Overlay(), "assistant": small, "now": NOW}
        return review(decisions, votes, **{**values, **fields})

    return gather


QueueOf = Callable[..., Queue]


def only(queue: Queue) -> Cluster:
    assert len(queue.waiting) == 1
    return queue.waiting[0]


def aside(question: str, verdict: Any, at: datetime = NOW) -> SetAsideRecord:
    return SetAsideRecord(question=question, verdict=verdict, who="7", at=at)


# --- who asked ----------------------------------------------------------------------------------------


def test_a_question_is_shown_once_enough_people_asked(queue_of: QueueOf) -> None:
    one = [asked(STRANGE, "ana")]
    assert queue_of(one) == Queue(few=1)
    found = only(queue_of([*one, asked(STRANGE.upper() + "?", "ben", decision="clarify")]))
    assert (found.askers, found.times) == (2, 2)
    assert found.questions == (STRANGE,)
    assert found.reasons == {"unanswered": 1, "clarified": 1}
    assert {wording.text for wording in found.wordings} == {STRANGE, STRANGE.upper() + "?"}


def test_one_person_on_two_days_counts_once(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, at=NOW - timedelta(days=2)), asked(STRANGE, at=NOW)]
    assert queue_of(rows) == Queue(few=1)
    found = only(queue_of(rows, askers=1))
    assert (found.askers, found.times) == (1, 2)
    assert (found.first_asked, found.last_asked) == (NOW - timedelta(days=2), NOW)


def test_people_who_are_not_known_any_more_count_as_one(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, None), asked(STRANGE, None)]
    assert queue_of(rows).few == 1
    assert only(queue_of([*rows, asked(STRANGE, "ana")])).askers == 2


def test_the_most_asked_stand_first(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, who) for who in "ab"] + [
        asked("is there a canteen for dogs", who) for who in "abc"
    ]
    assert [cluster.askers for cluster in queue_of(rows).waiting] == [3, 2]


def test_what_has_no_words_and_what_is_not_kept_is_left_out(queue_of: QueueOf) -> None:
    assert queue_of([asked(None), asked("??"), asked("👍"), asked("42")], askers=1) == Queue()


def test_personal_data_is_shown_to_nobody_and_parts_no_question(queue_of: QueueOf) -> None:
    rows = [asked(f"{STRANGE}, write to {name}@example.org", name) for name in ("ana", "ben")]
    found = only(queue_of(rows))
    assert [(one.text, one.times) for one in found.wordings] == [(f"{STRANGE}, write to [e-mail]", 2)]
    assert "example" not in "".join(found.questions)


# --- what is settled ----------------------------------------------------------------------------------


def test_what_is_answered_by_now_is_not_shown(queue_of: QueueOf, small: Assistant) -> None:
    rows = [asked("When did it start?", who) for who in "ab"]
    assert queue_of(rows) == Queue()
    assert only(queue_of([asked("when did it start", who, revision=small.revision) for who in "ab"]))


def test_answers_that_helped_are_not_shown(queue_of: QueueOf) -> None:
    rows = [asked("when did it start", who, decision="answer", entry_id="launch-when") for who in "ab"]
    assert queue_of(rows, [against("a", "launch-when", helpful=True)], askers=1) == Queue()


def test_a_vote_against_an_answer_shows_its_question_with_what_was_said(queue_of: QueueOf) -> None:
    early = NOW - timedelta(days=3)
    rows = [
        asked("launch date please", "ana", decision="answer", entry_id="launch-when", at=early),
        asked("when did it start", "ana", decision="answer", entry_id="launched"),
        asked("when did it start", "ben", decision="answer", entry_id="launch-when"),
        asked(
            "when did it start", "eve", decision="answer", entry_id="launch-when", at=NOW + timedelta(days=1)
        ),
    ]
    votes = [
        against("ana", "launch-when", comment="it was later, ask me: ana@example.org"),
        against("ben", "launched", reason=None, at=NOW - timedelta(minutes=1)),
        against("zoe", "launch-when"),  # her question is not kept
    ]
    found = only(queue_of(rows, votes))
    assert found.questions == ("when did it start",)
    assert (found.askers, found.reasons) == (2, {"down-voted": 2})
    assert [(one.entry_id, one.reason, one.comment) for one in found.complaints] == [
        ("launch-when", "wrong", "it was later, ask me: [e-mail]"),
        ("launch-when", None, None),
    ]


def test_a_voted_down_question_is_settled_by_a_phrasing_that_was_accepted_since(queue_of: QueueOf) -> None:
    rows = [asked("when did it start", who, decision="answer", entry_id="member-count") for who in "ab"]
    votes = [against(who, "member-count") for who in "ab"]
    assert queue_of(rows, votes) == Queue()  # today it gets another answer
    rows = [asked("when did it start", who, decision="answer", entry_id="launch-when") for who in "ab"]
    votes = [against(who, "launch-when") for who in "ab"]
    learned = Learned(locale="en", entry_id="launch-when", text="When did it start", who="7", at=NOW)
    before, after = (
        Overlay(learned=(Learned(locale="en", entry_id=learned.entry_id, text=learned.text, who="7", at=at),))
        for at in (NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    )
    assert only(queue_of(rows, votes, overlay=before))
    assert queue_of(rows, votes, overlay=after) == Queue()


# --- what staff decided -------------------------------------------------------------------------------


def test_not_for_us_hides_for_good_and_later_for_a_week(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, who) for who in "ab"]
    year, week = timedelta(days=365), timedelta(days=7)
    assert queue_of(rows, verdicts=[aside(STRANGE, "not-ours", NOW - year)]) == Queue()
    assert queue_of(rows, verdicts=[aside(STRANGE, "later", NOW - week + timedelta(minutes=1))]) == Queue()
    assert only(queue_of(rows, verdicts=[aside(STRANGE, "later", NOW - week)]))


def test_what_is_to_be_written_stands_in_a_list_of_its_own(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, who) for who in "ab"] + [asked(f"{STRANGE} please", "eve")]
    found = queue_of(rows, verdicts=[aside(STRANGE, "new-entry")])
    assert not found.waiting
    (cluster,) = found.to_write
    assert cluster.askers == 3
    assert found.find(cluster.id) == cluster
    assert found.find("nothing") is None


def test_the_nearest_entries_are_named_with_their_probability(queue_of: QueueOf, small: Assistant) -> None:
    text = "how many members of what kind eat in the canteen"
    found = only(queue_of([asked(text, who, revision=small.revision) for who in "ab"]))
    assert found.nearest[0].entry_id == "member-count"
    assert all(isinstance(one, Near) and 0 <= one.probability <= 1 for one in found.nearest)
    assert not any(one.entry_id.startswith("follow-up") for one in found.nearest)


def test_a_cluster_keeps_its_id_when_more_people_ask(queue_of: QueueOf) -> None:
    rows = [asked(STRANGE, who) for who in "ab"]
    more = [asked(f"{STRANGE} please", who, at=NOW) for who in "cdef"]
    assert only(queue_of(rows)).id == only(queue_of([*rows, *more])).id


def test_of_very_many_clusters_some_wait(queue_of: QueueOf) -> None:
    letters = "bcdfghjklmnp"
    rows = [
        asked(f"{one}{other}{one}{other}u {other}{one}{one}a", who)
        for one in letters
        for other in letters
        if one != other
        for who in "ab"
    ]
    found = queue_of(rows)
    assert len(found.waiting) == 100
    assert found.more > 0

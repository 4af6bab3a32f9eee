"""Answers that are out of service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.answering.answer import answer, explain, show
from bot.answering.assistant import Assistant, withdrawing
from bot.answering.compose import plain_reply, starters
from bot.answering.withdrawn import in_service
from bot.types import (
    Abstain,
    AbstainReason,
    Bounds,
    Clarify,
    Decision,
    Evidence,
    Match,
    NormalizedText,
    PartExplanation,
    Question,
    Ranking,
    Withdrawn,
)
from tests.conftest import ASKED_AT

MakeQuestion = Callable[..., Question]


@pytest.fixture
def out(assistant: Assistant) -> Assistant:
    return withdrawing(assistant, [Withdrawn(entry_id="launch-date", who="7", at=ASKED_AT)])


def test_a_withdrawal_is_another_revision_and_is_undone_by_none(assistant: Assistant, out: Assistant) -> None:
    assert out.withdrawn == {"launch-date"}
    assert out.matcher is assistant.matcher  # nothing was trained
    assert out.revision != assistant.revision
    again = withdrawing(out, ())
    assert (again.revision, again.withdrawn) == (assistant.revision, frozenset())
    assert withdrawing(out, [Withdrawn(entry_id="launch-date", who="8", at=ASKED_AT)]) is out
    assert withdrawing(assistant, [Withdrawn(entry_id="no-such-entry", who="8", at=ASKED_AT)]) is assistant


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("When was the alliance launched?", "being checked"),
        ("Quand l’alliance a-t-elle été lancée ?", "en cours de vérification"),
        ("¿Cuándo se lanzó la alianza?", "se está revisando"),
        ("Quando a aliança foi lançada?", "sendo verificada"),
        ("Когда был создан альянс?", "проверяется"),
        ("متى أُطلق التحالف؟", "قيد المراجعة"),
        ("世界数字教育联盟是什么时候成立的？", "核查"),
    ],
)
def test_the_public_reads_that_it_is_being_checked_and_nothing_of_it(
    out: Assistant, make_question: MakeQuestion, asked: str, said: str
) -> None:
    reply = answer(make_question(asked), out)
    (part,) = reply.parts
    assert said in part.text
    assert "2024" not in plain_reply(reply)
    assert (part.decision, part.entry_id, part.citations, part.choices, part.facts) == (
        "abstain",
        None,
        (),
        (),
        (),
    )
    assert part.outcome is not None  # nothing was answered, but it is known what was asked for
    assert (part.outcome.decision, part.outcome.entry_id) == ("abstain", "launch-date")
    assert part.outcome.revision == out.revision


def test_however_it_is_opened(out: Assistant, make_question: MakeQuestion) -> None:
    reply = show("launch-date", make_question(""), out, locale="fr")
    assert reply is not None
    assert reply.parts[0].text.startswith("Cette réponse est en cours de vérification")
    assert reply.parts[0].entry_id is None


@pytest.mark.parametrize("follow_up", ["says who?", "shorter please", "en français"])
def test_a_follow_up_to_it_tells_nothing_either(
    out: Assistant, make_question: MakeQuestion, follow_up: str
) -> None:
    reply = answer(make_question(follow_up, previous_entry="launch-date"), out)
    assert "2024" not in plain_reply(reply)
    assert not any(part.citations or part.entry_id == "launch-date" for part in reply.parts)


def test_a_follow_up_that_leads_elsewhere_is_answered(out: Assistant, make_question: MakeQuestion) -> None:
    reply = answer(make_question("and where?", previous_entry="launch-date"), out)
    assert reply.parts[0].entry_id == "launch-place"


def test_of_two_questions_the_other_one_is_answered(out: Assistant, make_question: MakeQuestion) -> None:
    reply = answer(make_question("When was the alliance launched? What is the website of the alliance?"), out)
    assert [part.entry_id for part in reply.parts] == [None, "website"]
    assert "“When was the alliance launched”: this answer is being checked" in reply.parts[0].text.translate(
        dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
    )


def test_it_is_not_offered_beside_others(out: Assistant, make_question: MakeQuestion) -> None:
    whole = replace(out, withdrawn=frozenset())
    related = answer(make_question("tell me more", previous_entry="launch-event"), whole)
    offered = {choice.entry_id for choice in related.parts[0].choices}
    less = replace(out, withdrawn=frozenset(list(offered)[:1]))
    left = answer(make_question("tell me more", previous_entry="launch-event"), less)
    assert {choice.entry_id for choice in left.parts[0].choices} == offered - less.withdrawn
    first = starters(whole, 3)[0]
    assert first not in starters(replace(out, withdrawn=frozenset({first.id})), 3)


def test_what_is_unknown_is_declined_as_ever(out: Assistant, make_question: MakeQuestion) -> None:
    (part,) = explain(make_question("zzzz qqqq wwww"), out).parts
    assert isinstance(part.decision, Abstain)
    assert part.decision.withdrawn is None


def match(entry_id: str) -> Match:
    return Match(entry_id=entry_id, phrasing="p", locale="en", score=1.0, probability=0.5)


def part_of(decision: Decision) -> PartExplanation:
    ranking = Ranking(
        matches=(), bounds=Bounds(answer=1, clarify=1), locale="en", locale_sure=True, evidence=Evidence()
    )
    text = NormalizedText(original="a", folded="a", tokens=("a",))
    return PartExplanation(text=text, ranking=ranking, decision=decision)


def test_choices_lose_what_is_out_of_service() -> None:
    a, b, c = match("a"), match("b"), match("c")
    three = part_of(Clarify(matches=(a, b, c)))
    assert in_service(three, {"x"}) is three
    assert in_service(three, {"b"}).decision == Clarify(matches=(a, c))
    left = in_service(three, {"b", "c"}).decision
    assert left == Abstain(reason=AbstainReason.UNSURE, nearest=(a,))
    likeliest = in_service(three, {"a", "b"}).decision
    assert likeliest == Abstain(reason=AbstainReason.WITHDRAWN, nearest=(c,), withdrawn=a)
    assert in_service(three, {"a", "b", "c"}).decision == Abstain(reason=AbstainReason.WITHDRAWN, withdrawn=a)
    near = part_of(Abstain(reason=AbstainReason.UNSURE, nearest=(a, b)))
    assert in_service(near, {"a"}).decision == Abstain(reason=AbstainReason.UNSURE, nearest=(b,))

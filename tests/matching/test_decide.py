from __future__ import annotations

import pytest

from bot.matching.decide import decide
from bot.types import Abstain, AbstainReason, Answer, Bounds, Clarify, Evidence, Match, Ranking


def ranking(*chances: float, answerable: float = 1.0) -> Ranking:
    matches = tuple(
        Match(entry_id=f"e{place}", phrasing="", locale="en", score=chance, probability=chance)
        for place, chance in enumerate(chances)
    )
    return Ranking(
        matches=matches,
        bounds=Bounds(answer=0.8, clarify=0.4),
        locale="en",
        locale_sure=True,
        evidence=Evidence(),
        answerable=answerable,
    )


def test_a_likely_entry_is_the_answer() -> None:
    decision = decide(ranking(0.8, 0.3))
    assert isinstance(decision, Answer)
    assert decision.match.entry_id == "e0"


def test_a_careful_entry_needs_more() -> None:
    assert isinstance(decide(ranking(0.85, 0.3), careful={"e0"}), Clarify)
    assert isinstance(decide(ranking(0.9, 0.3), careful={"e0"}), Answer)
    assert isinstance(decide(ranking(0.85, 0.3), careful={"e1"}), Answer)


@pytest.mark.parametrize(
    ("chances", "offered"),
    [
        ((0.5, 0.4, 0.3, 0.2, 0.1), 4),
        ((0.7, 0.01, 0.01), 2),
        ((0.7, 0.2, 0.01), 2),
        ((0.6, 0.5, 0.4), 3),
        ((0.7, 0.06, 0.05, 0.04), 3),  # the third may be less likely than the fourth
    ],
)
def test_two_to_four_choices_are_offered(chances: tuple[float, ...], offered: int) -> None:
    decision = decide(ranking(*chances))
    assert isinstance(decision, Clarify)
    assert [match.entry_id for match in decision.matches] == [f"e{place}" for place in range(offered)]


def test_small_talk_is_answered_when_it_is_likelier_than_not() -> None:
    assert isinstance(decide(ranking(0.6, 0.5), talk={"e0"}), Answer)
    assert isinstance(decide(ranking(0.4, 0.3, 0.1), talk={"e0"}), Abstain)


@pytest.mark.parametrize(
    ("chances", "offered"),
    [
        ((0.4, 0.3, 0.2), ["e1", "e2"]),  # together likelier than not, the first nearly as likely as the talk
        ((0.4, 0.27, 0.25), None),  # none is nearly as likely as the talk
        ((0.4, 0.3, 0.19), None),  # together less likely than not
    ],
)
def test_what_may_be_small_talk_is_offered_as_a_question_when_that_is_as_likely(
    chances: tuple[float, ...], offered: list[str] | None
) -> None:
    decision = decide(ranking(*chances), talk={"e0"})
    found = [match.entry_id for match in decision.matches] if isinstance(decision, Clarify) else None
    assert found == offered
    assert isinstance(decide(ranking(*chances, answerable=0.39), talk={"e0"}), Abstain)


def test_small_talk_is_never_offered() -> None:
    decision = decide(ranking(0.5, 0.4, 0.3), talk={"e1"})
    assert isinstance(decision, Clarify)
    assert [match.entry_id for match in decision.matches] == ["e0", "e2"]
    decision = decide(ranking(0.3, 0.2, 0.1), talk={"e0"})
    assert isinstance(decision, Abstain)
    assert [match.entry_id for match in decision.nearest] == ["e1", "e2"]


def test_what_is_likelier_than_not_is_offered_whatever_else_is_unknown() -> None:
    assert isinstance(decide(ranking(0.5, 0.1, answerable=0.1)), Clarify)
    assert isinstance(decide(ranking(0.49, 0.1, answerable=0.1)), Abstain)


def test_what_is_hardly_a_known_question_is_declined() -> None:
    decision = decide(ranking(0.45, 0.4, 0.3, 0.2, answerable=0.39))
    assert isinstance(decision, Abstain)
    assert decision.reason is AbstainReason.UNSURE
    assert len(decision.nearest) == 3


def test_one_entry_alone_is_no_choice() -> None:
    assert isinstance(decide(ranking(0.6)), Abstain)


def test_no_match_is_declined() -> None:
    assert decide(ranking()) == Abstain(reason=AbstainReason.UNSURE)

from __future__ import annotations

import numpy as np
import pytest

from bot.answering.assistant import Assistant, examples
from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.calibrate import calibrate
from bot.matching.decide import decide
from bot.matching.fitting import train
from bot.matching.ranker import Scores
from bot.types import Abstain, Answer
from tests.matching.conftest import library
from tests.matching.test_ranker import problem

KERNEL, OWNERS = problem(entries=8, spread=1.2)
TRAINED = train(KERNEL, OWNERS, 8)
EVERY = np.arange(8)


def scores(order: list[float]) -> Scores:
    soft = np.array(order, dtype=np.float32)
    soft = soft - np.log(np.exp(soft).sum())
    return Scores(soft, np.exp(soft))


def test_a_greater_lead_is_more_likely_right() -> None:
    curve = calibrate(TRAINED, OWNERS, 0.05)
    narrow = curve.probabilities(scores([3, 2.9, 0, 0, 0, 0, 0, 0]), EVERY)
    wide = curve.probabilities(scores([3, 0, 0, 0, 0, 0, 0, 0]), EVERY)
    assert wide[0] > narrow[0]
    assert narrow[0] > narrow[1] > narrow[2]


def test_probabilities_are_probabilities() -> None:
    chances = calibrate(TRAINED, OWNERS, 0.05).probabilities(scores([40, -40, 3, 1, 0, 0, 0, 0]), EVERY)
    assert np.all((chances >= 0) & (chances <= 1))


@pytest.mark.parametrize(("strict", "lax"), [(0.01, 0.05), (0.05, 0.2)])
def test_less_risk_allowed_means_a_higher_bound(strict: float, lax: float) -> None:
    assert calibrate(TRAINED, OWNERS, strict).bounds.answer > calibrate(TRAINED, OWNERS, lax).bounds.answer


def test_no_slope_is_negative() -> None:
    curve = calibrate(TRAINED, OWNERS, 0.05)
    assert min(curve.right[1:]) >= 0
    assert min(curve.answerable[1:]) >= 0


def test_a_text_that_nothing_speaks_for_is_not_answerable() -> None:
    curve = calibrate(TRAINED, OWNERS, 0.05)
    nothing = Scores(np.full(8, -np.log(8), dtype=np.float32), np.zeros(8, dtype=np.float32))
    assert curve.chance(nothing) < curve.chance(scores([6, 0, 0, 0, 0, 0, 0, 0]))
    assert curve.chance(nothing) < curve.bounds.clarify


def test_a_single_entry_can_be_calibrated() -> None:
    kernel, owners = problem(entries=1)
    curve = calibrate(train(kernel, owners, 1), owners, 0.05)
    alone = Scores(np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32))
    assert curve.probabilities(alone, np.arange(1))[0] >= curve.bounds.answer
    strange = Scores(np.zeros(1, dtype=np.float32), np.full(1, 0.2, dtype=np.float32))
    assert curve.probabilities(strange, np.arange(1))[0] < 0.1


def test_a_language_with_one_entry_does_not_answer_everything_with_it() -> None:
    matcher = build_matcher([one for one in library("en") if one.entry_id == "opening-hours"])
    for text in ("who won the football match", "the and of", "can I keep a book longer?"):
        assert isinstance(decide(matcher.rank(normalize(text))), Abstain)
    for text in ("When does the library open?", "when does the library open on Sunday"):
        assert isinstance(decide(matcher.rank(normalize(text))), Answer)


def test_one_more_phrasing_hardly_moves_what_is_thought_of_all_others(assistant: Assistant) -> None:
    """It stands before them all, so that each is at another place: that must not matter."""
    own = [one for one in examples(assistant.knowledge, assistant.catalogs) if one.locale == "en"]
    more = Example(locale="en", entry_id=own[0].entry_id, text="Liu Limin quote, launch")
    knowledge = assistant.knowledge
    (after,) = build_matcher([more, *own], synonyms=knowledge.synonyms, names=knowledge.names).speakers
    before = next(speaker for speaker in assistant.matcher.speakers if speaker.locale == "en")
    assert after.calibration.bounds.answer == pytest.approx(before.calibration.bounds.answer, abs=0.005)
    assert after.calibration.bounds.clarify == pytest.approx(before.calibration.bounds.clarify, abs=0.005)

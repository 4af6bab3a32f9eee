from __future__ import annotations

import numpy as np
import pytest

from bot.matching.features import Values
from bot.matching.fitting import fit, train
from bot.matching.ranker import Scores, Weights, log_softmax


def problem(
    entries: int = 6, phrasings: int = 6, spread: float = 0.8
) -> tuple[Values, np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Phrasings as points around their entry's centre; the kernel is their cosine."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(entries, 40))
    points = np.repeat(centres, phrasings, axis=0) + spread * random.normal(size=(entries * phrasings, 40))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    owners = np.repeat(np.arange(entries, dtype=np.int32), phrasings)
    return (points @ points.T).astype(np.float32), owners


def test_phrasings_are_sent_to_their_own_entry() -> None:
    kernel, owners = problem()
    ranker = train(kernel, owners, 6).ranker
    assert np.array_equal(ranker.score(kernel).order.argmax(axis=1), owners)


def test_held_out_ridge_scores_equal_training_without() -> None:
    kernel, owners = problem()
    held_out = train(kernel, owners, 6).withheld.ridge
    rest = np.delete(np.arange(len(owners)), 3)
    penalty = 0.05 * np.eye(len(rest))  # for as few phrasings as these
    without = np.linalg.solve(kernel[np.ix_(rest, rest)] + penalty, np.eye(6)[owners[rest]])
    assert held_out[3] == pytest.approx(kernel[3, rest] @ without, abs=1e-4)


def test_the_nearest_phrasings_send_a_text_to_their_entry() -> None:
    kernel, owners = problem()
    fitted = fit(kernel, owners, 6)
    for weights in fitted:
        assert np.array_equal((kernel @ weights).argmax(axis=1), owners)


def test_a_held_out_entry_is_never_its_own_answer() -> None:
    kernel, owners = problem()
    assert not np.any(train(kernel, owners, 6).without_entry.order.argmax(axis=1) == owners)


def test_questions_on_diverse_phrasings_are_simulated_as_easier_than_held_out_ones() -> None:
    kernel, owners = problem(spread=3.0)
    trained = train(kernel, owners, 6)

    def right(scores: Scores) -> float:
        wanted = np.tile(owners, len(scores.soft) // len(owners))
        return float((scores.order.argmax(axis=1) == wanted).mean())

    assert right(trained.without_phrasing) > right(trained.withheld)


def test_questions_on_alike_phrasings_are_taken_as_held_out() -> None:
    kernel, owners = problem(spread=0.3)
    trained = train(kernel, owners, 6)
    draws = np.split(trained.without_phrasing.ridge, len(trained.without_phrasing.ridge) // len(owners))
    assert all(np.array_equal(draw, trained.withheld.ridge) for draw in draws)


def test_few_phrasings_are_held_out_several_times_in_other_folds() -> None:
    few, many = problem(spread=0.3), problem(entries=30, phrasings=40, spread=0.3)
    for (kernel, owners), times in ((few, 8), (many, 1)):
        soft = train(kernel, owners, int(owners.max()) + 1).without_phrasing.soft
        assert len(soft) == times * len(owners)
    kernel, owners = few
    draws = np.split(train(kernel, owners, 6).without_phrasing.soft, 8)
    assert len({draw.tobytes() for draw in draws}) == 8


def test_leaving_entries_out_of_a_text_moves_their_share_to_the_rest() -> None:
    kernel, owners = problem()
    scores = train(kernel, owners, 6).ranker.score(kernel[0])
    kept = scores.without([0, 4])
    assert np.exp(kept.soft).sum() == pytest.approx(1, abs=1e-5)
    assert kept.order[[0, 4]].max() < kept.order[[1, 2, 3, 5]].min()
    assert scores.order.argmax() == 0


def test_weights_of_one_byte_score_nearly_as_those_of_four() -> None:
    random = np.random.default_rng(3)
    owners = random.integers(0, 30, size=600)
    soft, ridge = (random.normal(size=(600, 30)).astype(np.float32) for _ in range(2))
    soft[7] *= 20  # a phrasing that says much more than the others
    soft[np.arange(600), owners] = 300  # what a phrasing says for its own entry does not coarsen the rest
    ridge[:, 4] = 0  # an entry for which nothing speaks
    texts = (random.random((5, 600)) / 20).astype(np.float32)
    weights = Weights.of(soft, ridge, owners)
    scores = weights.score(texts)
    assert scores.soft == pytest.approx(log_softmax(texts @ soft), abs=0.03)
    assert scores.ridge == pytest.approx(texts @ ridge, abs=0.02)
    assert np.allclose(weights.score(texts[2]).soft, scores.soft[2], atol=1e-4)
    again = Weights.restored(weights.arrays, owners)
    assert np.array_equal(again.score(texts).order, scores.order)


def test_kept_weights_that_do_not_fit_are_refused() -> None:
    kernel, owners = problem()
    weights = train(kernel, owners, 6).ranker
    assert isinstance(weights, Weights)
    with pytest.raises(ValueError, match="fit each other"):
        Weights.restored(weights.arrays | {"ranker": weights.rows[1:]}, owners)


def test_a_second_reading_has_its_share_in_the_scores() -> None:
    kernel, owners = problem()
    ranker = train(kernel, owners, 6).ranker
    one, other = ranker.score(kernel[0]), ranker.score(kernel[-1])
    assert np.allclose(one.between(other, 0).order, one.order, atol=1e-5)
    mixed = one.between(other, 0.3)
    assert np.exp(mixed.soft).sum() == pytest.approx(1, abs=1e-5)
    assert mixed.ridge == pytest.approx(0.7 * one.ridge + 0.3 * other.ridge, abs=1e-5)
    assert mixed.order.argmax() == owners[0]
    assert mixed.order[owners[-1]] > one.order[owners[-1]]

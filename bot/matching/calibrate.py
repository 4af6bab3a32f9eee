"""How likely is it that the best entry is the right one? A curve fitted on the knowledge base itself.

The examples are the phrasings, scored as if they had not been trained on: they are right or wrong; and scored
as if their entry did not exist: then every answer is wrong. No outside data and no threshold set by hand;
what an operator states is the share of wrong answers that may be expected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Values
from bot.matching.fitting import Trained
from bot.matching.ranker import Scores
from bot.types import Bounds

Numbers = NDArray[np.float64]

_ABSENT = 0.05  # weight of a question about an entry that does not exist; at 0.4 far too much is declined
_ABSENT_DOUBTED = 0.3  # the same where the question is whether there is any answer at all
# Slopes before anything is known of a knowledge base, about those of CLINC150, BANKING77 and HWU64, and
# what they weigh: with ten entries they decide, with a hundred they do not matter.
_SLOPES = (0.4, 0.1, 1.0)
_DOUBT_SLOPES = (1.0,)
_SLOPES_WEIGHT = 10.0
_STEPS = 50  # of Newton's method; it needs about eight
_OFFERED = 3  # entries


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves from scores to probabilities, and the bounds that follow from them."""

    right: tuple[float, ...]  # intercept and slopes of the chance that an entry is the right one
    answerable: tuple[float, ...]  # the same of the chance that one answers at all
    bounds: Bounds

    def probabilities(self, scores: Scores, entries: NDArray[np.intp]) -> Numbers:
        """Chance (0-1) of some of the entries to be the right one; the scores are those of one text."""
        order = scores.order
        best = int(order.argmax())
        rivals = np.where(entries == best, _second(order, best), order[best])
        level = _level(scores.soft[entries], scores.ridge[entries])
        return _curve(np.concatenate([level, (order[entries] - rivals)[:, None]], axis=1), self.right)

    def surest(self, scores: Scores) -> Numbers:
        """Chance (0-1) of the best entry of each of several texts to be the right one."""
        order = scores.order
        rows, best = np.arange(len(order)), order.argmax(axis=1)
        lead = np.zeros(len(order), dtype=order.dtype)
        if order.shape[1] > 1:
            lead = order[rows, best] - np.partition(order, -2, axis=1)[:, -2]
        level = _level(scores.soft[rows, best], scores.ridge[rows, best])
        return _curve(np.concatenate([level, lead[:, None]], axis=1), self.right)

    def chance(self, scores: Scores) -> float:
        """Chance (0-1) that one of the entries answers the text."""
        return float(_curve(_certainty(scores.soft)[None], self.answerable)[0])


# Where a language has one entry, there is nothing that it could be confused with, and nothing to be learnt from that: how
# like a phrasing a text is decides alone. Half as like as a phrasing itself is as likely as not.
_ALONE = Calibration((-5.0, 0.0, 1.0, 0.0), (-5.0, 0.0), Bounds(answer=1.0, clarify=1.0))


def calibrate(trained: Trained, owners: NDArray[np.int32], target_risk: float) -> Calibration:
    """Fit the curves on held-out phrasings and entries, and set the bounds for the risk allowed."""
    if trained.known.soft.shape[1] == 1:
        return replace(_ALONE, bounds=Bounds(answer=1 - target_risk, clarify=1.0))
    questions = len(trained.without_phrasing.soft) // len(owners)  # that stand for each phrasing
    seen, right, near = _outcomes(trained.without_phrasing, np.tile(owners, questions))
    absent, _, _ = _outcomes(trained.without_entry, owners)
    points = np.concatenate([seen, absent])
    truth = np.concatenate([right, np.zeros(len(absent))])
    weights = np.concatenate([np.full(len(seen), 1 / questions), np.full(len(absent), _ABSENT)])
    fitted = _fit(points, truth, weights, _SLOPES)
    answer = _bound(_curve(points, fitted), weights, target_risk)
    doubting = np.concatenate([np.full(len(seen), 1 / questions), np.full(len(absent), _ABSENT_DOUBTED)])
    certainty = np.concatenate(
        [_certainty(trained.without_phrasing.soft), _certainty(trained.without_entry.soft)]
    )
    answerable = _fit(certainty, truth, doubting, _DOUBT_SLOPES)
    offered = np.concatenate([near, np.zeros(len(absent))])
    clarify = _usable_from(_line(certainty) @ np.array(answerable), offered, doubting)
    return Calibration(fitted, answerable, Bounds(answer=round(answer, 4), clarify=round(clarify, 4)))


def _usable_from(logits: Numbers, truth: Numbers, weights: Numbers) -> float:
    """Find the chance from which on it is as likely as not that the right entry is among those offered."""
    intercept, slope = _fit(logits[:, None], truth, weights, (1.0,))
    return float(_logistic(np.array(-intercept / max(slope, 0.1))))


def _second(order: Values, best: int) -> float:
    """Find the highest number beside the best one."""
    if len(order) == 1:
        return float(order[0])
    return float(max(order[:best].max(initial=-np.inf), order[best + 1 :].max(initial=-np.inf)))


def _level(soft: Values, ridge: Values) -> Numbers:
    """How much speaks for an entry: the softmax as log odds, and the ridge; the last axis holds the two."""
    log_odds = soft - np.log(np.maximum(-np.expm1(soft), 1e-6))
    return np.stack([log_odds, 10 * ridge], axis=-1).astype(np.float64)


def _certainty(soft: Values) -> Numbers:
    """How little the softmax spreads over the entries: its entropy, negative, in nats; one number a text.

    Of all numbers tried it tells best whether any entry answers: a question about something else leaves
    many entries a little likely, one in other words two or three.
    """
    negative: Numbers = (np.exp(soft) * soft).sum(axis=-1, keepdims=True).astype(np.float64)
    return negative


def _outcomes(scores: Scores, owners: NDArray[np.int32]) -> tuple[Numbers, Numbers, Numbers]:
    """What speaks for the best entry of each phrasing; whether it, or one of the best three, is right."""
    order = scores.order
    rows = np.arange(len(owners))
    best = order.argmax(axis=1)
    margin = order[rows, best] - np.partition(order, -2, axis=1)[:, -2]
    better = (order > order[rows, owners][:, None]).sum(axis=1)
    points = np.concatenate(
        [_level(scores.soft[rows, best], scores.ridge[rows, best]), margin[:, None]], axis=1
    )
    return points, (best == owners).astype(np.float64), (better < _OFFERED).astype(np.float64)


def _bound(probability: Numbers, weights: Numbers, risk: float) -> float:
    """Find the lowest probability from which on the expected share of wrong answers is at most `risk`."""
    order = np.argsort(-probability, kind="stable")
    wrong = np.cumsum((1 - probability[order]) * weights[order]) / np.cumsum(weights[order])
    allowed = np.flatnonzero(wrong <= risk)
    return float(probability[order][allowed[-1]]) if len(allowed) else 1 - risk


def _fit(points: Numbers, truth: Numbers, weights: Numbers, expected: tuple[float, ...]) -> tuple[float, ...]:
    """Logistic regression whose slopes are not negative: more evidence never makes an entry less likely."""
    used = list(range(points.shape[1]))
    while True:
        fitted = _newton(points[:, used], truth, weights, np.array([0.0, *(expected[one] for one in used)]))
        least = int(fitted[1:].argmin()) if used else 0
        if not used or fitted[1 + least] >= 0:
            break
        del used[least]
    result = np.zeros(1 + points.shape[1])
    result[[0, *(1 + place for place in used)]] = fitted
    return tuple(result.tolist())


def _newton(points: Numbers, truth: Numbers, weights: Numbers, expected: Numbers) -> Numbers:
    """Logistic regression by Newton's method, drawn to what is expected: the intercept, then the slopes."""
    line = _line(points)
    penalty = np.diag([1e-3, *[_SLOPES_WEIGHT] * points.shape[1]])
    fitted = expected.copy()
    loss = _loss(line, truth, weights, penalty, fitted - expected, fitted)
    for _ in range(_STEPS):
        guess = _logistic(line @ fitted)
        slope = line.T @ (weights * (truth - guess)) - penalty @ (fitted - expected)
        bend = (line * (weights * np.maximum(guess * (1 - guess), 1e-9))[:, None]).T @ line + penalty
        step = np.linalg.solve(bend, slope)
        for _ in range(_STEPS):  # halved until it is a step forward
            after = fitted + step
            loss_after = _loss(line, truth, weights, penalty, after - expected, after)
            if loss_after <= loss:
                break
            step /= 2
        if not loss_after < loss - 1e-12:
            break
        fitted, loss = after, loss_after
    return fitted


def _loss(
    line: Numbers, truth: Numbers, weights: Numbers, penalty: Numbers, drift: Numbers, fitted: Numbers
) -> float:
    logits = line @ fitted
    return float(weights @ (np.logaddexp(0, logits) - truth * logits) + drift @ penalty @ drift / 2)


def _line(points: Numbers) -> Numbers:
    return np.concatenate([np.ones((len(points), 1)), points], axis=1)


def _curve(points: Numbers, fitted: tuple[float, ...]) -> Numbers:
    intercept, *slopes = fitted
    return _logistic(points @ np.array(slopes) + intercept)


def _logistic(values: Numbers) -> Numbers:
    result: Numbers = 1 / (1 + np.exp(np.minimum(-values, 50.0)))  # more would overflow
    return result

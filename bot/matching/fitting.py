"""How are the two models of a ranker trained, when a language loads?

What each model would say of a phrasing, or of a whole entry, that it had not been trained on follows in closed form, or
in a few steps from what it learnt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Values
from bot.matching.ranker import IMPOSSIBLE, Ranker, Scores, Weights, log_softmax
from bot.matching.threads import in_halves

Numbers = NDArray[np.float64]

_SOFT = 0.025  # penalty of the softmax; 0.1 ranks 0.2 points worse, 0.01 no better
_SMALL = 500  # phrasings up to which the shortest code inverts
# CLINC150, BANKING77, HWU64, SOFMattress, xSID: 1.3 to 2.5; 4,500 questions to our own phrasings, which are diverse: 1.4 to 1.6
# by language. At 1.5 these keep half of the stated risk.
_NEARER = 1.5
# Questions of held-out phrasings on which the curves rest at least: where there are fewer phrasings, each is held out
# several times, in other folds. SOFMattress has 328: its MCC is .655 to .674 by the draw, .663 with six.
_ENOUGH, _MOST_DRAWS = 2_000, 8
_QUESTIONS = 4  # that stand for a phrasing; 8 are no steadier
# Odd, and about the golden share of 2**32: places times it have bits that look like chance, as a hash of names has.
_SPREAD = 2_654_435_761
_GOLDEN = 0.6180339887498949  # multiples of it, less their whole part, are spread evenly


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effort:
    """How much work training is."""

    steps: int  # of the softmax
    held_out_steps: int  # of the softmax on a part of the phrasings; it begins near its end
    folds: int  # parts of the phrasings
    held_out: int  # how many of them are held out, one after the other
    curvature: float  # the second derivative of the softmax that steps reckon with

    @property
    def ridge(self) -> float:
        """Penalty of the ridge; 0.05-1.5 made little difference, and so one inverse serves both models."""
        return _SOFT / self.curvature


# No second derivative of the softmax is larger than 0.5 (Böhning 1992). 15 steps rank 0.2 points worse, more than 30
# gained nothing; 30 on parts of the phrasings give the same calibration within 0.5 points, 8 do not.
_EFFORT = _Effort(steps=30, held_out_steps=14, folds=4, held_out=4, curvature=0.5)
# Only where a phrasing is torn between just two entries is a second derivative near 0.5; half of it takes half the
# steps, and stays bounded on contradictory phrasings; 14 leave more to choices. A quarter of many phrasings tells as much
# about the probability as two thirds, in 3.8 s for 5.1 with 3,200 phrasings.
_EFFORT_FOR_MANY = _Effort(steps=20, held_out_steps=10, folds=4, held_out=1, curvature=0.25)
_MANY = 2_000  # phrasings
# Where the nearest phrasings are trained on while somebody waits: on the 15,000 of CLINC150 an AUROC of .951 as with 15 steps of
# the first kind, 92.3 % right for 92.4, in two thirds of the time.
_EFFORT_AT_ONCE = replace(_EFFORT_FOR_MANY, steps=10)


@dataclass(frozen=True, slots=True)
class Trained:
    """A ranker, and what it would say without having seen."""

    ranker: Ranker
    rows: NDArray[np.integer[Any]]  # phrasings that the following are about
    known: Scores  # of each phrasing, as things stand
    withheld: Scores  # of each phrasing, trained on others
    # The same, but of questions as near to the phrasings as people's are, once or several times for each.
    without_phrasing: Scores
    without_entry: Scores  # of each phrasing, trained without its entry


class Fitted(NamedTuple):
    """What both models learnt: how much each phrasing (a row) speaks for each entry (a column)."""

    soft: Values
    ridge: Values


def fit(kernel: Values, owners: NDArray[np.integer[Any]], entries: int) -> Fitted:
    """Train on the similarities between a few phrasings while somebody waits, and find out nothing else."""
    effort = _EFFORT_AT_ONCE
    inverse, wanted = _inverse(kernel, effort.ridge, often=True), _wanted(owners, entries)
    return Fitted(_softmax_weights(inverse, wanted, effort.steps, effort), inverse @ wanted)


def train(
    kernel: Values,
    owners: NDArray[np.int32],
    entries: int,
    *,
    offsets: NDArray[np.int64] | None = None,
    luck: Numbers | None = None,
    thorough: bool = False,
) -> Trained:
    """Train on the similarities between all phrasings; `owners` is the entry of each.

    Args:
        kernel: Similarity of each phrasing to each.
        owners: Place of the entry of each phrasing.
        entries: How many entries there are.
        offsets: For each entry, in which fold its first phrasing is (the others follow in turn); its place when None. Where
            it follows from the entry's name, an entry that comes or goes moves no other's phrasings between folds.
        luck: For each phrasing a number (0-1) by which a question that it stands for is more or less like it; even
            numbers when None. Where it follows from the wording, a phrasing that comes or goes moves no other's.
        thorough: Whether to hold out every phrasing, however many there are.
    """
    effort = _EFFORT if len(owners) <= _MANY else _EFFORT_FOR_MANY
    effort = replace(effort, held_out=effort.folds) if thorough else effort
    wanted = _wanted(owners, entries)
    inverse = _inverse(kernel, effort.ridge)
    soft_weights, ridge_weights = _softmax_weights(inverse, wanted, effort.steps, effort), inverse @ wanted
    # Where (K + rI) w = y, also K w = y - r w: the ridge's scores cost nothing.
    soft_known, ridge_known = kernel @ soft_weights, wanted - np.float32(effort.ridge) * ridge_weights
    places = (owners.astype(np.int64) * _SPREAD if offsets is None else offsets[owners]) % 2**32
    luck = _fractions(len(owners)) if luck is None else luck
    ridge = _held_out(ridge_known, inverse, ridge_weights, np.arange(len(owners)), effort.ridge)
    withheld: list[Scores] = []
    questions: list[Scores] = []
    for draw in range(min(max(1, _ENOUGH // len(owners)), _MOST_DRAWS)):
        parts = (_turns(owners) + places // effort.folds**draw) % effort.folds
        rows = np.flatnonzero(parts < effort.held_out)
        soft = _softmax_held_out(kernel, inverse, soft_weights, soft_known, wanted, parts, effort)[rows]
        withheld.append(Scores(log_softmax(soft), ridge[rows]))
        near = _questions_nearness(kernel, owners, (luck + draw * _GOLDEN) % 1)[:, rows]
        soft, linear = np.tile(soft, (len(near), 1)), np.tile(ridge[rows], (len(near), 1))
        far = np.flatnonzero(near.ravel() > 0)
        seen = rows[far % len(rows)]
        loss = (kernel[seen, seen] - near.ravel()[far])[:, None]
        soft[far] = soft_known[seen] - loss * soft_weights[seen]
        linear[far] = ridge_known[seen] - loss * ridge_weights[seen]
        questions.append(Scores(log_softmax(soft), linear))
    return Trained(
        ranker=Weights.of(soft_weights, ridge_weights, owners),
        rows=rows,
        known=Scores(log_softmax(soft_known[rows]), ridge_known[rows]),
        withheld=withheld[0],
        without_phrasing=Scores.all_of(questions),
        without_entry=Scores(
            log_softmax(
                _masked(_held_out(soft_known, inverse, soft_weights, owners, effort.ridge), owners)[rows]
            ),
            _masked(_held_out(ridge_known, inverse, ridge_weights, owners, effort.ridge), owners)[rows],
        ),
    )


def _fractions(count: int) -> Numbers:
    """List numbers from 0 to 1, spread evenly."""
    return np.arange(count, dtype=np.float64) * _GOLDEN % 1


def _questions_nearness(kernel: Values, owners: NDArray[np.int32], luck: Numbers) -> Values:
    """Estimate how near questions come to phrasings unlike the others of their entry; 0 for the rest.

    Several questions for each phrasing, a row each, or one where none is estimated.

    Editors write phrasings to differ, so that a held-out one is harder than people's questions: its own entry
    has nothing like it. In natural data a question is _NEARER times as similar to the nearest phrasing of its
    own entry as to the nearest of any other. Where held-out phrasings fall short of that on average, those
    that are far from their entry stand for questions that are as similar to them as it takes to make up for
    it, some more and some less by `luck` (0-1).
    """
    same = owners[:, None] == owners[None, :]
    other = np.where(same, 0, kernel).max(axis=1)
    np.fill_diagonal(same, False)
    own = np.where(same, kernel, 0).max(axis=1)
    wanted = _NEARER * float(other.mean())
    if float(own.mean()) >= wanted:
        return np.zeros((1, len(owners)), dtype=np.float32)
    spread = 2 * ((luck + np.arange(_QUESTIONS)[:, None] / _QUESTIONS) % 1)  # times as near: 1 on average
    low, high = 0.0, 1.0
    for _ in range(20):  # halves an interval of length 1
        middle = (low + high) / 2
        low, high = (
            (low, middle) if float(np.maximum(own, middle * spread).mean()) >= wanted else (middle, high)
        )
    nearness = np.minimum(high * spread, 1).astype(np.float32)
    return np.where(own < nearness, nearness, np.float32(0))


def _wanted(owners: NDArray[np.integer[Any]], entries: int) -> Values:
    """1 where a phrasing belongs to an entry, else 0."""
    wanted = np.zeros((len(owners), entries), dtype=np.float32)
    wanted[np.arange(len(owners)), owners] = 1
    return wanted


def _inverse(kernel: Values, ridge: float, *, often: bool = False) -> Values:
    """Invert the kernel plus the ridge's penalty on the diagonal; `often` where a small one is worth an import."""
    system = kernel.copy()
    system.ravel()[:: len(system) + 1] += np.float32(ridge)
    if len(system) <= _SMALL and not often:
        inverse: Values = np.linalg.inv(system)
        return inverse
    return _inverted(system) if len(system) <= _MANY else _inverted_by_blocks(system)


def _inverted_by_blocks(system: Values) -> Values:
    """Invert a symmetric, positive definite matrix by its four blocks, so that most of the work can be halved."""
    middle = len(system) // 2
    beside, whole = system[:middle, middle:], np.empty_like(system)
    first = _inverted(np.ascontiguousarray(system[:middle, :middle]))
    across = np.empty_like(beside)
    schur = np.ascontiguousarray(system[middle:, middle:])

    def reduce(at: slice) -> None:
        np.matmul(first, beside[:, at], out=across[:, at])
        schur[:, at] -= beside.T @ across[:, at]

    in_halves(len(schur), reduce)
    second = _inverted(schur)
    corner = whole[:middle, middle:]

    def expand(at: slice) -> None:
        np.matmul(across, second[:, at], out=corner[:, at])

    in_halves(len(second), expand)

    def complete(at: slice) -> None:
        np.matmul(corner, across.T[:, at], out=whole[:middle, at])
        whole[:middle, at] += first[:, at]

    in_halves(middle, complete)
    np.negative(corner, out=corner)
    whole[middle:, :middle] = corner.T
    whole[middle:, middle:] = second
    return whole


def _inverted(system: Values) -> Values:
    """Invert a symmetric, positive definite matrix."""
    from scipy.linalg.lapack import spotrf, spotri  # half the work, where there is much

    # A symmetric array is its own transpose, and the transposed view is what LAPACK works on without a copy.
    factor, fault = spotrf(system.T, lower=1, clean=1)
    lower, failed = spotri(factor, lower=1, overwrite_c=1) if not fault else (factor, fault)
    if failed:  # not positive definite by rounding
        inverse: Values = np.linalg.inv(system)
        return inverse
    diagonal = np.diagonal(lower).copy()
    whole: Values = lower + lower.T  # the upper half of `lower` is zero
    whole.ravel()[:: len(whole) + 1] = diagonal
    return whole


def _softmax_weights(
    inverse: Values,
    wanted: Values,
    steps: int,
    effort: _Effort,
    start: Values | None = None,
) -> Values:
    """Minimise the softmax's loss by majorisation with Nesterov's momentum.

    Each step is a ridge regression on what the scores ought to be; the weights themselves are therefore only
    needed at the end. Entries are the rows inside: sums over them are quicker so.

    Args:
        inverse: Of the kernel plus the ridge's penalty on the diagonal; symmetric. The kernel itself is not
            needed: where (K + rI) d = s, also K d = s - r d.
        wanted: 1 where a phrasing belongs to an entry, else 0.
        steps: How often the weights are improved.
        effort: With which curvature, and so with which penalty in the inverse.
        start: Scores to begin with; None begins with nothing.
    """
    pull = np.float32(1 / effort.curvature)
    pulled = np.ascontiguousarray(wanted.T) * pull
    scores = np.zeros_like(pulled) if start is None else np.ascontiguousarray(start.T)
    leading, weights = scores.copy(), scores.copy()
    target = np.empty_like(scores)

    def aim(at: slice) -> None:
        """Find what the scores of some phrasings ought to be."""
        led, aimed = leading[:, at], target[:, at]
        np.subtract(led, np.maximum.reduce(led, axis=0), out=aimed)
        np.exp(aimed, out=aimed)
        aimed *= -pull / np.add.reduce(aimed, axis=0)
        aimed += pulled[:, at]
        aimed += led

    def step(at: slice) -> None:
        """Find the weights that come nearest to that, and the scores that they give; lead on from there."""
        np.matmul(target, inverse[:, at], out=weights[:, at])
        given = target[:, at] - np.float32(effort.ridge) * weights[:, at]
        led = leading[:, at]
        np.subtract(given, scores[:, at], out=led)
        led *= np.float32((pace - 1) / pace_next)
        led += given
        scores[:, at] = given

    pace = 1.0
    for _ in range(steps):
        pace_next = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        in_halves(len(inverse), aim)
        in_halves(len(inverse), step)
        pace = pace_next
    return np.ascontiguousarray(weights.T)


def _softmax_held_out(
    kernel: Values,
    inverse: Values,
    weights: Values,
    known: Values,
    wanted: Values,
    parts: NDArray[np.integer[Any]],
    effort: _Effort,
) -> Values:
    """Score parts of the phrasings by a softmax that was trained on all others; 0 for parts that are not held out.

    It begins with the weights that were trained on all parts, and so needs few steps.
    """
    held_out = np.zeros_like(weights)
    for part in range(effort.held_out):
        out, rest = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        if not len(out) or not len(rest):
            continue
        across, between = inverse[np.ix_(rest, out)], kernel[np.ix_(rest, out)]
        smaller = inverse[np.ix_(rest, rest)]
        in_halves(len(rest), partial(_leave_out, smaller, across, inverse[np.ix_(out, out)]))
        start = known[rest] - between @ weights[out]
        held_out[out] = between.T @ _softmax_weights(
            smaller, wanted[rest], effort.held_out_steps, effort, start
        )
    return held_out


def _leave_out(whole: Values, across: Values, block: Values, at: slice) -> None:
    """Turn some columns of a part of an inverse into those of the inverse of that part."""
    whole[:, at] -= across @ np.linalg.solve(block, across[at].T)


def _held_out(
    known: Values, inverse: Values, weights: Values, parts: NDArray[np.integer[Any]], ridge: float
) -> Values:
    """Correct the scores of each part of the phrasings as if a model were trained on the other parts, in closed form.

    Exact for the ridge; for the softmax one step of its own minimisation, which is near enough where whole
    entries are left out, but not for single phrasings. With M the inverse of (K + pI), leaving out the rows B
    takes (I - p M[B, B]) M[B, B]^-1 w[B] from their scores.
    """
    held_out = known.copy()
    if len(np.unique(parts)) == len(parts):  # single phrasings, all at once
        own = np.diagonal(inverse)[:, None]
        single: Values = held_out - (1 - np.float32(ridge) * own) / own * weights
        return single
    for part in np.unique(parts):
        rows = np.flatnonzero(parts == part)
        block = inverse[np.ix_(rows, rows)].astype(np.float64)
        moved = np.eye(len(rows)) - ridge * block
        held_out[rows] -= (moved @ np.linalg.solve(block, weights[rows].astype(np.float64))).astype(
            np.float32
        )
    return held_out


def _turns(owners: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number the phrasings of each entry, from 0."""
    order = np.argsort(owners, kind="stable")
    sizes = np.bincount(owners)
    turns = np.empty(len(owners), dtype=np.int64)
    turns[order] = np.concatenate([np.arange(size) for size in sizes])
    return turns


def _masked(scores: Values, owners: NDArray[np.int32]) -> Values:
    scores[np.arange(len(owners)), owners] = IMPOSSIBLE
    return scores

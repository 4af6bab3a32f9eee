"""Is a question answered by one thread, and a language learnt by one or two to the same bit?"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from bot.matching import threads
from bot.matching.fitting import fit, train
from bot.matching.ranker import Weights

_ASK = """
import json
from threadpoolctl import threadpool_info
from bot.matching import build
from bot.matching.speaker import Example

def threads():
    return sorted({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})

found = []
train = build.train_speaker

def watched(*args):
    found.append(threads())
    return train(*args)

build.train_speaker = watched
texts = {"launch": ("when was it launched", "day of the launch"), "members": ("who is a member", "all members")}
examples = [Example(locale="en", entry_id=entry, text=text) for entry, asked in texts.items() for text in asked]
build.build_matcher(examples)
print(json.dumps([*found, threads()]))
"""


def _threads(**environment: str) -> list[list[int]]:
    chosen = {name: text for name, text in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run(
        [sys.executable, "-c", _ASK], check=True, capture_output=True, env=chosen | environment
    )
    found: list[list[int]] = json.loads(ran.stdout)
    return found


def test_learning_and_questions_take_one_thread() -> None:
    assert _threads() == [[1], [1]]


def test_whoever_chose_a_number_keeps_it() -> None:
    assert _threads(OPENBLAS_NUM_THREADS="2") == [[2], [2]]


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_halves_are_the_same_on_any_number_of_cores(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: cores)
    found: list[slice] = []
    threads.in_halves(701, found.append)
    assert sorted(found, key=lambda half: half.start) == [slice(0, 350), slice(350, 701)]


def test_a_little_is_not_halved() -> None:
    """A question that trains on its nearest phrasings would wait for the other thread again and again."""
    found: list[slice] = []
    threads.in_halves(60, found.append)
    assert found == [slice(0, 60)]


def test_what_goes_wrong_in_the_other_half_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(half: slice) -> None:
        if half.start:
            raise MemoryError

    monkeypatch.setattr(threads, "cores", lambda: 2)
    with pytest.raises(MemoryError):
        threads.in_halves(1_000, work)


def test_a_language_is_learnt_to_the_same_bit_by_one_thread_and_by_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With so many phrasings that the inverse is halved, too."""
    threads.use_one_thread()
    rng = np.random.default_rng(5)
    owners = np.repeat(np.arange(40, dtype=np.int32), 60)
    texts = rng.exponential(size=(len(owners), 300)) + rng.exponential(size=(40, 300))[owners]
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    kernel = (texts @ texts.T).astype(np.float32)
    learnt = []
    for count in (1, 2):
        monkeypatch.setattr(threads, "cores", lambda count=count: count)
        learnt.append(train(kernel, owners, 40))
    one, two = (ranker for each in learnt if isinstance(ranker := each.ranker, Weights))
    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(learnt[0].without_phrasing.soft, learnt[1].without_phrasing.soft)


def test_an_inverse_by_blocks_is_an_inverse() -> None:
    rng = np.random.default_rng(7)
    texts = rng.normal(size=(2_001, 400))
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    kernel = (texts @ texts.T).astype(np.float32)
    trained = fit(kernel, np.arange(2_001, dtype=np.int32) % 50, 50)
    wanted = np.eye(50)[np.arange(2_001) % 50]
    expected = np.linalg.solve(kernel.astype(np.float64) + 0.1 * np.eye(2_001), wanted)
    assert np.abs(trained.ridge - expected).max() < 1e-4 * np.abs(expected).max()

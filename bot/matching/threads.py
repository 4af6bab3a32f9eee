"""How many threads multiply matrices? One each, whether questions are answered or a language is learnt.

There is so little work in a question that the library's threads mostly wait for each other, and they do so without
resting: on two busy cores a question took up to ten times the CPU with them, and a language 6 to 14 s to learn in place
of 3. What is learnt must also be the same to the last bit wherever it is learnt, and several threads add up otherwise.
Where learning is shared by two threads it is therefore always cut in the same two halves, each for one of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from threadpoolctl import threadpool_limits

# Whoever sets one of them knows why: then nothing is changed here.
_CHOSEN = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")

# Phrasings: a question that trains on its nearest takes 3 to 4 ms of CPU with two threads, 1 ms with one.
_WORTH_HALVING = 500


def use_one_thread() -> None:
    """Multiply matrices in one thread from now on, in this whole process."""
    if not any(os.environ.get(name) for name in _CHOSEN):
        threadpool_limits(1, user_api="blas")


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_halves(length: int, work: Callable[[slice], object]) -> None:
    """Do work on two halves of something, side by side where there are two cores; on all of it where there is little.

    Args:
        length: Of what is halved.
        work: Does a half (or all of it), whatever becomes of the other, mostly in libraries that let other threads run
            meanwhile. It must not halve anything itself: it would wait for the thread that it is in.
    """
    if length < _WORTH_HALVING:
        work(slice(0, length))
        return
    middle = length // 2
    halves = slice(0, middle), slice(middle, length)
    if cores() < 2:
        for half in halves:
            work(half)
        return
    other = _second().submit(work, halves[1])
    try:
        work(halves[0])
    finally:
        other.result()


@lru_cache(maxsize=1)
def _second() -> ThreadPoolExecutor:
    """The other thread; it costs nothing while there is nothing to do."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="half")

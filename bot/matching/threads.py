"""How many threads multiply matrices? One while questions are answered, one for each core while a language is learnt.

There is so little work in a question that the library's threads mostly wait for each other, and they do so without
resting: on two busy cores a question took up to ten times the CPU with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

# Whoever sets one of them knows why: then nothing is changed here.
_CHOSEN = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def use_one_thread() -> None:
    """Multiply matrices in one thread from now on, in this whole process."""
    _limit(1)


@contextmanager
def all_cores() -> Iterator[None]:
    """Multiply matrices on all cores meanwhile, and in one thread afterwards."""
    _limit(cores())
    try:
        yield
    finally:
        use_one_thread()


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _limit(count: int) -> None:
    if not any(os.environ.get(name) for name in _CHOSEN):
        threadpool_limits(count, user_api="blas")

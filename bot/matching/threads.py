"""How many threads multiply matrices? One, whether questions are answered or a language is learnt.

There is so little work in a question that the library's threads mostly wait for each other, and they do so without
resting: on two busy cores a question took up to ten times the CPU with them, and a language 6 to 14 s to learn in place
of 3. What is learnt must also be the same to the last bit wherever it is learnt, and several threads add up otherwise.
"""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits

# Whoever sets one of them knows why: then nothing is changed here.
_CHOSEN = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def use_one_thread() -> None:
    """Multiply matrices in one thread from now on, in this whole process."""
    if not any(os.environ.get(name) for name in _CHOSEN):
        threadpool_limits(1, user_api="blas")


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

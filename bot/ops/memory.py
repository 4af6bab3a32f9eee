"""How does a process that runs for weeks stay small, and what must it not look through again and again?

Loading takes more than what remains of it, and the C library keeps the difference for later. What remains is
some 150,000 objects that live as long as the snapshot: Python's collector need not visit them with every
full collection.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_arena() -> None:
    """Let all threads take memory from one pool; with one each, what one has freed is no use to the others.

    Only before there are other threads. They hold Python's lock in turn, so they do not wait for the pool.
    """
    with suppress(AttributeError, OSError, TypeError):  # only glibc has this call
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Say that what was loaded stays, and give back what loading took; again after it was replaced."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Read without Python's collector, which would look through what was read again and again: a twelfth of the time.

    For a command that ends soon; what was read stays until then.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def give_back() -> None:
    """Return unused memory to the operating system; the C library would keep it."""
    with suppress(AttributeError, OSError, TypeError):  # only glibc has this call
        ctypes.CDLL(None).malloc_trim(0)

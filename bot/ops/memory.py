"""How does a process that runs for weeks stay small, and what must it not look through again and again?

Loading takes more than what remains of it, and the C library keeps the difference for later. What remains is
some 150,000 objects that live as long as the snapshot: Python's collector need not visit them with every
full collection.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def settle() -> None:
    """Say that what was loaded stays, and give back what loading took; again after it was replaced."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Return unused memory to the operating system; the C library would keep it."""
    with suppress(AttributeError, OSError, TypeError):  # only glibc has this call
        ctypes.CDLL(None).malloc_trim(0)

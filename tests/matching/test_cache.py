"""A damaged file of arrays counts as absent, whatever is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.matching import cache

ARRAYS: dict[str, NDArray[np.generic]] = {"one": np.arange(50), "other": np.ones(20, dtype=np.float32)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    cache.save(tmp_path, "en", "made-of-this", ARRAYS)
    (found,) = tmp_path.glob("matcher-en-*.npz")
    return found


def test_what_is_kept_comes_back(file: Path) -> None:
    kept = cache.load(file.parent, "en", "made-of-this")
    assert kept is not None
    assert {name: array.tolist() for name, array in kept.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }
    assert cache.load(file.parent, "en", "made-of-that") is None


def test_a_file_with_one_wrong_bit_is_read_or_counts_as_absent(file: Path) -> None:
    whole = file.read_bytes()
    absent = 0
    for at in range(len(whole)):
        for bit in (0, 3, 6):
            damaged = bytearray(whole)
            damaged[at] ^= 1 << bit
            file.write_bytes(damaged)
            absent += cache.load(file.parent, "en", "made-of-this") is None
    assert absent > len(whole)


@pytest.mark.parametrize("part", [0, 10, 0.5, -1])
def test_a_file_that_was_cut_off_counts_as_absent(file: Path, part: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(part * len(whole)) if isinstance(part, float) else part])
    assert cache.load(file.parent, "en", "made-of-this") is None

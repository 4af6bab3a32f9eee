"""Of which entry is a text a phrasing, word for word? Hashes of phrasings in order, found by halving."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.types import NormalizedText


@dataclass(frozen=True, slots=True)
class Exact:
    """The phrasings of one language that only one entry has; a tenth of the memory of a dictionary."""

    keys: NDArray[np.int64]  # hashes of folded phrasings, ascending
    owners: NDArray[np.int32]  # place of the entry of each

    @classmethod
    def of(cls, held: Mapping[int, Collection[int]]) -> Exact:
        """Keep the texts that one entry holds; those of several say nothing."""
        single = sorted((key, next(iter(owned))) for key, owned in held.items() if len(owned) == 1)
        found = np.array(single, dtype=np.int64).reshape(-1, 2)
        return cls(np.ascontiguousarray(found[:, 0]), found[:, 1].astype(np.int32))

    def get(self, key: int) -> int | None:
        """Find the place of the entry that has a text, given by its hash."""
        at = int(self.keys.searchsorted(key))
        return int(self.owners[at]) if at < len(self.keys) and self.keys[at] == key else None

    def __contains__(self, key: int) -> bool:
        """Whether a text, given by its hash, is a phrasing of one entry."""
        return self.get(key) is not None


def text_key(text: NormalizedText) -> int:
    """Hash a folded text."""
    return int.from_bytes(blake2b(text.folded.encode(), digest_size=7).digest(), "little")

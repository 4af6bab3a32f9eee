"""What else, besides letters and words, says how alike two texts are?

A source of evidence turns texts into vectors. Its cosines join the similarities by letters and words with a
weight for each language; ranker, calibration and decisions are trained on the blend and need not know of what
it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import Values


class Source(Protocol):
    """A judge of likeness, such as a sentence encoder."""

    @property
    def name(self) -> str:
        """Name and version: what was trained with another one is not taken from the cache."""
        ...

    def vectors(self, texts: Sequence[str], locale: str) -> Values:
        """Give a row of length 1 for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Weighted:
    """A source and how much it counts."""

    source: Source
    weights: Mapping[str, float]  # by locale: share (0-1) of the similarity; 0 where a locale is not named


@dataclass(frozen=True, slots=True)
class Part:
    """A source in one language, with the vectors of that language's phrasings."""

    source: Source
    weight: float
    vectors: Values


@dataclass(frozen=True, slots=True)
class Blend:
    """All sources that count in one language; without any, similarities stay as they are."""

    locale: str
    parts: tuple[Part, ...] = ()

    def of_text(self, lexical: Values, text: str) -> Values:
        """Blend the similarities of a text to all phrasings."""
        return self._blended(
            lexical,
            lambda part: part.vectors @ part.source.vectors([text], self.locale)[0],
        )

    def of_row(self, lexical: Values, row: int) -> Values:
        """Blend the similarities of a phrasing to all phrasings."""
        return self._blended(lexical, lambda part: part.vectors @ part.vectors[row])

    def among(self, lexical: Values, rows: NDArray[np.integer[Any]]) -> Values:
        """Blend the similarities of some phrasings to each other."""
        return self._blended(lexical, lambda part: part.vectors[rows] @ part.vectors[rows].T)

    def _blended(self, lexical: Values, cosines: Any) -> Values:
        if not self.parts:
            return lexical
        total: Values = np.float32(1 - sum(part.weight for part in self.parts)) * lexical
        for part in self.parts:
            total = total + np.float32(part.weight) * np.maximum(cosines(part), 0).astype(np.float32)
        return total


def blend(locale: str, texts: Sequence[str], sources: Sequence[Weighted]) -> Blend:
    """Prepare the sources that count in a language for its phrasings."""
    counted = [(one.source, one.weights.get(locale, 0.0)) for one in sources]
    return Blend(
        locale,
        tuple(
            Part(source, weight, source.vectors(texts, locale)) for source, weight in counted if weight > 0
        ),
    )

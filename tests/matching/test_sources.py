from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.language.normalize import normalize
from bot.matching import speaker
from bot.matching.build import build_matcher
from bot.matching.features import Values
from bot.matching.sources import Weighted
from tests.matching.conftest import library

MEANINGS = (
    ("open", "hours", "close"),
    ("lost", "stolen", "missing", "vanished"),
    ("renew", "extend", "longer"),
)


class Dictionary:
    """Knows of some words which ones mean about the same, and of "vanished" what no phrasing shows."""

    def __init__(self, name: str = "dictionary 1") -> None:
        self.name = name

    def vectors(self, texts: Sequence[str], locale: str) -> Values:
        rows = np.full((len(texts), len(MEANINGS) + 1), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place, words in enumerate(MEANINGS):
                row[place] += sum(word in text for word in words)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


QUESTION = normalize("it vanished")


@pytest.mark.parametrize("most_trained", [4_000, 5])  # both rankers
def test_another_source_finds_what_letters_cannot(monkeypatch: pytest.MonkeyPatch, most_trained: int) -> None:
    monkeypatch.setattr(speaker, "MOST_TRAINED", most_trained)
    without = build_matcher(library("en")).rank(QUESTION)
    with_it = build_matcher(library("en"), sources=[Weighted(Dictionary(), {"en": 0.5})]).rank(QUESTION)
    assert with_it.matches[0].entry_id == "lost-card"
    lost = [match.probability for match in without.matches if match.entry_id == "lost-card"]
    assert with_it.matches[0].probability > max(lost, default=0.0)


def test_a_source_without_weight_in_a_language_changes_nothing() -> None:
    asked = normalize("I lost my card")
    plain = build_matcher(library("en")).rank(asked)
    assert build_matcher(library("en"), sources=[Weighted(Dictionary(), {"fr": 0.5})]).rank(asked) == plain


def test_what_was_trained_with_another_source_is_not_read_from_the_cache(tmp_path: Path) -> None:
    trained: list[str] = []
    for name in ("dictionary 1", "dictionary 1", "dictionary 2"):
        sources = [Weighted(Dictionary(name), {"en": 0.5})]
        matcher = build_matcher(library("en"), sources=sources, cache_dir=tmp_path, progress=trained.append)
        assert matcher.rank(QUESTION).matches[0].entry_id == "lost-card"
    assert len(trained) == 2

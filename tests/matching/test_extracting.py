"""Have many texts the features that each has alone?"""

from __future__ import annotations

import numpy as np
import pytest

from bot.language.normalize import normalize
from bot.matching.extracting import extract_all, grams_of
from bot.matching.features import MOST_PAIRED, extract, gram_keys, stem_key, words

TEXTS = (
    "When was the World Digital Education Alliance launched?",
    "Ha ha ha ha",
    "a",
    "",
    "?!",
    "ab",
    "世界数字教育联盟什么时候成立",
    "中",
    "WDEA 什么时候 launched 2024年",
    "متى أُطلق التحالف؟",
    " ".join(f"word{number}" for number in range(MOST_PAIRED + 9)),
    "🙂 x",
)


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[::-1], TEXTS[:1], TEXTS[3:5], (), TEXTS * 2])
def test_many_texts_have_the_features_that_each_has_alone(texts: tuple[str, ...]) -> None:
    folded = [normalize(text) for text in texts]
    stems = [[stem_key(word, "en") for word in words(text)] for text in folded]
    alone = [extract(gram_keys(text), own) for text, own in zip(folded, stems, strict=True)]
    together = extract_all(grams_of(folded), stems)
    assert len(together) == len(alone)
    for one, other in zip(together, alone, strict=True):
        assert one.blocks == other.blocks
        assert one.keys.dtype == other.keys.dtype
        assert np.array_equal(one.keys, other.keys)


def test_more_texts_than_two_bytes_can_count_are_kept_apart() -> None:
    folded = [normalize(f"a{number}") for number in range(70_000)]
    grams = grams_of(folded)
    assert all(
        np.array_equal(grams[place], np.unique(gram_keys(folded[place])))
        for place in (0, 65_535, 65_536, 69_999)
    )

from __future__ import annotations

import numpy as np
import pytest

from bot.language.normalize import normalize
from bot.matching import postings as index
from bot.matching.features import Features, extract, gram_keys, stem_key, words


def features(text: str) -> Features:
    folded = normalize(text)
    return extract(gram_keys(folded), [stem_key(word, "en") for word in words(folded)])


TEXTS = ("when do you open", "opening hours of the library", "I lost my card")
POSTINGS = index.build_postings([features(text) for text in TEXTS], np.array([0, 0, 1], dtype=np.int32))


def similar(text: str) -> list[float]:
    return [float(value) for value in index.similarities(POSTINGS, index.weigh(POSTINGS, features(text)))]


def test_a_phrasing_is_wholly_similar_to_itself() -> None:
    for place, text in enumerate(TEXTS):
        assert similar(text)[place] == pytest.approx(1, abs=1e-5)


def test_unknown_words_lengthen_a_question() -> None:
    assert similar("I lost my umbrella")[2] < similar("I lost my")[2] < 1
    assert similar("zzz yyy xxx") == [0, 0, 0]


def test_the_known_share_is_of_the_whole_length() -> None:
    whole = index.weigh(POSTINGS, features("I lost my card")).known
    half = index.weigh(POSTINGS, features("I lost my card qqqq wwww vvvv jjjj")).known
    assert whole == pytest.approx(1, abs=1e-5)
    assert 0 < half < 0.5


def test_a_feature_of_one_entry_weighs_more_than_one_of_all() -> None:
    texts = ["the red card", "the blue card", "the green book", "the brown book"]
    found = [features(text) for text in texts]
    postings = index.build_postings(found, np.array([0, 0, 1, 1], dtype=np.int32))
    weight = dict(zip(postings.keys.tolist(), postings.weights.tolist(), strict=True))

    def of(word: str) -> float:
        stems = features(word)
        return float(weight[int(stems.keys[stems.blocks[0]])])

    assert of("card") == pytest.approx(of("red"))  # in all phrasings of one entry, or in one of them
    assert of("the") < of("card")


def test_postings_are_restored_from_their_arrays() -> None:
    again = index.restore_postings(POSTINGS.arrays)
    text = features("lost card hours")
    assert np.array_equal(
        index.similarities(again, index.weigh(again, text)),
        index.similarities(POSTINGS, index.weigh(POSTINGS, text)),
    )


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        index.restore_postings({**POSTINGS.arrays, "rows": POSTINGS.rows[:-1]})


def test_few_phrasings_are_compared_with_each_other_as_each_is_with_all() -> None:
    vectors = index.vectors(POSTINGS)
    rows = np.array([2, 0, 1])
    each = np.stack([vectors.compare_row(row)[rows] for row in rows.tolist()])
    assert vectors.among(rows) == pytest.approx(each, abs=1e-6)


def test_the_highest_values_are_found_and_of_equal_ones_the_first() -> None:
    values = np.array([1, 3, 2, 2, 5, 2], dtype=np.float32)
    assert index.highest(values, 3).tolist() == [1, 2, 4]
    assert index.highest(values, 9).tolist() == [0, 1, 2, 3, 4, 5]


def test_among_many_phrasings_a_question_of_common_words_alone_is_compared_exactly() -> None:
    texts = [f"what is thing{number}" for number in range(4_100)]
    many = index.build_postings([features(text) for text in texts], np.arange(4_100, dtype=np.int32))
    vectors = index.vectors(many)
    for question in ("what is", "what is thing77"):
        text = index.weigh(many, features(question))
        exact, found = index.similarities(many, text), vectors.compare(text)
        nearest = index.highest(exact, 10)
        assert found[nearest] == pytest.approx(exact[nearest], abs=1e-5)

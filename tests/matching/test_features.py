from __future__ import annotations

import numpy as np

from bot.language.normalize import normalize
from bot.matching.features import Features, extract, gram_keys, stem, stem_key, words
from bot.matching.speaker import representatives


def features(text: str, locale: str = "en") -> Features:
    folded = normalize(text)
    return extract(gram_keys(folded), [stem_key(word, locale) for word in words(folded)])


def test_word_order_changes_grams_but_neither_stems_nor_pairs() -> None:
    one, other = features("lost the card"), features("card the lost")
    start = one.blocks[0]
    assert not np.array_equal(one.keys[:start], other.keys[: other.blocks[0]])
    assert np.array_equal(one.keys[start:], other.keys[other.blocks[0] :])


def test_every_pair_of_distinct_stems_is_a_feature() -> None:
    found = features("one two three four two")
    assert found.blocks[1] - found.blocks[0] == 4
    assert len(found.keys) - found.blocks[1] == 6


def test_keys_ascend_and_blocks_never_meet() -> None:
    keys = features("when was the alliance launched").keys
    assert np.all(keys[1:] > keys[:-1])


def test_repeated_features_stand_once() -> None:
    found = features("ha ha ha ha")
    assert len(set(found.keys.tolist())) == len(found.keys)


def test_keys_are_the_same_in_every_process() -> None:
    assert stem_key("launched", "en") == 18031446080701281849
    assert gram_keys(normalize("ab")).tolist() == [
        ord(" ") | ord("a") << 21 | ord("b") << 42,
        ord("a") | ord("b") << 21 | ord(" ") << 42,
        6083393281730604160,  # " ab ", hashed
    ]


def test_stems_join_forms_of_a_word_in_their_own_language() -> None:
    assert stem("launched", "en") == stem("launching", "en")
    assert stem("конференции", "ru") == stem("конференция", "ru")
    assert stem("miembros", "es") == stem("miembro", "es")
    assert stem("launched", "zh_Hans") == "launched"
    assert stem("2024", "en") == "2024"


def test_synonyms_have_one_key_in_all_their_forms() -> None:
    meant = representatives([["company", "firm"]], "en")
    keys = {stem_key(word, "en", meant) for word in ("company", "firm", "firms", "companies")}
    assert len(keys) == 1


def test_a_stem_of_two_groups_joins_neither() -> None:
    meant = representatives([["found", "locate"], ["founded", "launched"]], "en")
    assert stem_key("founded", "en", meant) == stem_key("launched", "en", meant)
    assert stem_key("found", "en", meant) == stem_key("locate", "en", meant)
    assert stem_key("founding", "en", meant) not in {
        stem_key("locate", "en", meant),
        stem_key("launched", "en", meant),
    }


def test_chinese_is_cut_into_short_grams_without_spaces() -> None:
    folded = normalize("教育联盟")
    assert words(folded) == ("教育", "育联", "联盟")
    assert len(gram_keys(folded)) == 4 + 3 + 2


def test_a_text_without_words_has_no_features() -> None:
    assert len(features("").keys) == 0
    assert features("").blocks == (0, 0)


def test_long_chatter_does_not_grow_with_the_square() -> None:
    found = features(" ".join(f"word{n}" for n in range(1_000)))
    assert len(found.keys) - found.blocks[1] < 1_000

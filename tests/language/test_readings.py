from __future__ import annotations

import pytest

from bot.language.normalize import normalize
from bot.language.readings import native_key, retyped, spoken_key, words_as_spoken


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("rjulf ,sk cjplfy fkmzyc", "ru", "когда был создан альянс"),
        ("GHBDTN", "ru", "привет"),
        ("црщ сршкы еру фддшфтсу", "ru", "who chirs the alliance"),  # as it was typed, with its error
        ("ljd hgjphgt", "ar", "متي التحالف"),
        ("bonjour", "fr", None),
    ],
)
def test_a_text_is_read_as_typed_on_the_other_keyboard(typed: str, language: str, meant: str | None) -> None:
    read = retyped(typed, language)
    assert (read if read is None else normalize(read).folded) == meant


@pytest.mark.parametrize(
    ("language", "native", "spellings"),
    [
        ("ru", "когда", ("kogda", "Kogda")),
        ("ru", "альянс", ("alyans", "aljans", "al'yans")),
        ("ru", "учреждений", ("uchrezhdeniy", "uchrezhdenij", "uchrezhdenii")),
        ("ru", "хартия", ("khartiya", "hartija", "xartiya")),
        ("ru", "ещё", ("eshche", "eshe", "esche")),
        ("ar", "متى", ("mata", "mta", "meta")),
        ("ar", "التحالف", ("altahaluf", "elta7alof", "al-tahaluf", "al tahalof")),
        ("ar", "مؤسسة", ("mo2assasa", "muassasah")),
        ("ar", "العالمي", ("al3alami", "el alamy")),
        ("ar", "قمة", ("qimma", "kemma", "qima")),
    ],
)
def test_all_spellings_of_a_word_meet_in_one_key(
    language: str, native: str, spellings: tuple[str, ...]
) -> None:
    key = native_key(normalize(native).folded, language)
    assert key
    for spelt in spellings:
        (word,) = words_as_spoken(spelt, language)
        assert spoken_key(word, language) == key


def test_words_in_other_letters_have_no_key() -> None:
    assert native_key("wdea", "ru") == ""
    assert native_key("2024", "ar") == ""

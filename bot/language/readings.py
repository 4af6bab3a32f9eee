"""Which words may have been meant by letters of another script?

Two habits bring Russian and Arabic questions in Latin letters: the keyboard was left on the other layout
("rjulf" is "когда"), or there is no such keyboard and the words are spelt as they sound ("kogda", "mata",
with 3 and 7 for letters that Latin does not have). The first is exact; the second is written by everyone in
another way, and so words are compared by a key that both spellings lead to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

# What the keys of a QWERTY keyboard give on the standard layouts of Russian (ЙЦУКЕН) and Arabic (101 keys).
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_LAYOUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ru": tuple("йцукенгшщзхъфывапролджэячсмитьбюё"),
        "ar": (*tuple("ضصثقفغعهخحجدشسيبلاتنمكطئءؤر"), "لا", "ى", "ة", "و", "ز", "ذ"),
    }
)

# With the shift key; elsewhere it only makes letters large.
_SHIFTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ar": dict(zip("HYNQWERASXK~P", "أإآ\u064e\u064b\u064f\u064c\u0650\u064d\u0652،\u0651؛", strict=True))
        | {"G": "لأ", "T": "لإ", "B": "لآ"}
    }
)

# Latin spellings of one sound, longest first; each key is a letter or nothing.
_RUSSIAN = (
    ("shch", "s"), ("sch", "s"), ("sh", "s"), ("zh", "z"), ("ch", "c"), ("kh", "h"), ("ts", "c"), ("ck", "k"),
    ("ya", "a"), ("ja", "a"), ("yu", "u"), ("ju", "u"), ("yo", "o"), ("jo", "o"), ("ye", "e"), ("je", "e"),
    ("x", "h"), ("w", "v"), ("q", "k"), ("y", "i"), ("j", "i"), ("'", ""),
)  # fmt: skip
# "_" stands for nothing, "ё" is folded to "е".
_RUSSIAN_LETTERS = dict(
    zip("абвгдежзийклмнопрстуфхцчшщъыьэюя", "abvgdezziiklmnoprstufhccss_i_eua", strict=True)
)
# Short vowels are not written in Arabic, long ones in several ways: only consonants count.
_ARABIC = (
    ("kh", "h"), ("gh", "g"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("2", ""), ("3", ""), ("4", "d"), ("5", "h"), ("6", "t"), ("7", "h"), ("8", "k"), ("9", "s"), ("'", ""),
    ("q", "k"), ("c", "k"), ("j", "g"), ("p", "b"), ("v", "f"), ("x", "ks"), ("z", "d"),
    ("a", ""), ("e", ""), ("i", ""), ("o", ""), ("u", ""), ("y", ""), ("w", ""),
)  # fmt: skip
_ARABIC_LETTERS = {
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttghhddrdssstddgfkklmnh", strict=True)),
    **dict.fromkeys("اأإآىيوؤئءعة", ""),
}
_ARABIC_VOWELS = {"ا": "a", "ى": "a", "ي": "i", "و": "u"}
_ARTICLE = re.compile(r"\b([ae]l)[ -]+(?=\w)")  # written apart as often as not
_DOUBLE = re.compile(r"(.)\1+")

READABLE = frozenset(_LAYOUTS)  # languages for which there are other readings


def retyped(text: str, language: str) -> str | None:
    """Write a text as the same keys give it on the other layout: Latin to the language's, or back.

    Returns:
        None for languages whose layout is not known.
    """
    keys = _LAYOUTS.get(language)
    if keys is None:
        return None
    there = {**dict(zip(_LATIN_KEYS, keys, strict=True)), **_SHIFTED.get(language, {})}
    if any(letter.isalpha() and letter in there for letter in text.lower()):
        return "".join(there.get(letter, there.get(letter.lower(), letter)) for letter in text)
    back = {typed: key for key, typed in there.items()}
    pairs = [typed for typed in back if len(typed) > 1]  # one key, two letters
    for pair in pairs:
        text = text.replace(pair, back[pair])
    return "".join(back.get(letter.lower(), letter) for letter in text)


def words_as_spoken(text: str, language: str) -> list[str]:
    """Cut a text in Latin letters into words as their spelling by sound has them."""
    if language == "ar":
        text = _ARTICLE.sub(r"\1", text.lower())
    return re.findall(r"[a-z0-9'’]+", text.lower().replace("’", "'"))


def spoken_key(word: str, language: str) -> str:
    """Key of a word that is spelt in Latin letters."""
    key = word.lower()
    for spelling, sound in _RUSSIAN if language == "ru" else _ARABIC:
        key = key.replace(spelling, sound)
    return _ending(_DOUBLE.sub(r"\1", key), language)


def spelling(word: str, language: str) -> str:
    """Write a folded word roughly in Latin letters, vowels as far as they are written, to tell likely words apart."""
    letters = _RUSSIAN_LETTERS if language == "ru" else {**_ARABIC_LETTERS, **_ARABIC_VOWELS}
    return "".join(letters.get(letter, "") for letter in word).replace("_", "")


def native_key(word: str, language: str) -> str:
    """Key of a folded word in the language's own letters; empty when it has others."""
    letters = _RUSSIAN_LETTERS if language == "ru" else _ARABIC_LETTERS
    if any(letter not in letters for letter in word):
        return ""
    key = "".join(letters[letter] for letter in word).replace("_", "")
    return _ending(_DOUBLE.sub(r"\1", key), language)


def _ending(key: str, language: str) -> str:
    """Drop an "h" at the end of an Arabic word, which is written or not as one likes."""
    return key.removesuffix("h") if language == "ar" and len(key) > 1 else key

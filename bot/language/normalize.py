"""Under which form are texts compared, and which characters are never let in?

One fold for the index and for questions: whatever is folded on one side only can never match. Every step maps
one character on its own (a table that fills itself), then a few rules look at neighbours; the whole is
idempotent. Why each fold is there was measured (accents 0.79 to 1.00 on Vietnamese typed without them,
Turkish i, traditional Chinese 0.59 to 0.99; the others are cheap insurance).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from bot.language.scripts import DENSE, SCRIPT_RANGES, script_of
from bot.types import NormalizedText

FOLD_VERSION = (
    2  # raise it with every change of what normalize() returns: the revision of the knowledge depends on it
)

MAX_MARKS = 8  # combining marks in a row; Burmese, the longest in honest use, needs about six

_CACHED_CHARACTERS = 20_000  # so that random input cannot fill the memory


class _Table(dict[int, str]):
    """What str.translate() asks for: computed at the first sight of a character, then remembered."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, code: int) -> str:
        result = self._compute(chr(code))
        if len(self) < _CACHED_CHARACTERS:
            self[code] = result
        return result


# --- what is let in -------------------------------------------------------------------------------

# Invisible, but not of category Cf (format): joiner, fillers of Hangul and Khmer, variation selectors.
_INVISIBLE = frozenset(
    (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    )
)
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


def _clean_character(character: str) -> str:
    code = ord(character)
    if character in _LINE_BREAKS:
        return "\n"
    if character == "\t":
        return " "
    if code in _INVISIBLE or (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return ""
    # Controls, format characters (bidi, zero width, soft hyphen, tags), lone surrogates, private use.
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} else character


_CLEAN = _Table(_clean_character)


def clean(text: str) -> str:
    """Remove what can deceive, hide or break: the text as it may be stored and shown.

    Gone are bidi controls, zero-width and other invisible characters, controls, lone surrogates, private use,
    and floods of combining marks (a run of more than MAX_MARKS is dropped as a whole). Line breaks of any
    kind are U+000A, tabs are spaces. HTML stays what it is: text. The result is in NFC, without
    white space at its ends.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").translate(_CLEAN)
    # Before NFC: ordering a flood of marks takes time quadratic in its length.
    return unicodedata.normalize("NFC", _without_floods(text)).strip()


def _without_floods(text: str) -> str:
    """Drop every run of more than MAX_MARKS combining marks.

    Accents and repetitions of one mark go first, so that the vowel signs in front of them stay.
    """
    flood, repeated = _flood_patterns(0xFFFF if max(text, default="") <= "\uffff" else 0x1E94A)
    return flood.sub("", repeated.sub("", text)) if flood.search(text) else text


@lru_cache(maxsize=2)
def _flood_patterns(last: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Find floods of the marks up to a character; built when first needed (5 to 10 ms).

    A pattern without characters above U+FFFF searches fifteen times as fast. Behind U+1E94A stand only
    variation selectors, which are removed before.
    """
    found = (chr(code) for code in range(0x0300, last + 1))
    marks = f"[{''.join(mark for mark in found if unicodedata.category(mark)[0] == 'M')}]"
    accents = f"[{''.join(map(chr, sorted(_DROPPED_MARKS)))}]"
    more = MAX_MARKS + 1
    return re.compile(f"{marks}{{{more},}}"), re.compile(f"{accents}{{{more},}}|({marks})\\1{{{MAX_MARKS},}}")


# --- the fold -------------------------------------------------------------------------------------

# Marks that are dropped: those of Latin, Greek and Cyrillic letters and of symbols, and the vowel points of
# Arabic and Hebrew. Not "every combining mark": that would take the vowels from Hindi and Thai.
_DROPPED_MARKS = frozenset(
    (
        *(*range(0x0300, 0x0370), *range(0x0483, 0x048A), *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00)),
        *(*range(0x20D0, 0x2100), *range(0xFE20, 0xFE30)),
        *(*range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7),
        *(*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD)),
        *(*range(0x06DF, 0x06E5), 0x06E7, 0x06E8, *range(0x06EA, 0x06EE)),
    )
)

_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        # Latin letters that do not decompose; ß and ſ are the work of casefold().
        **{
            "ı": "i",
            "ȷ": "j",
            "đ": "d",
            "ð": "d",
            "þ": "th",
            "ł": "l",
            "ø": "o",
            "æ": "ae",
            "œ": "oe",
            "ħ": "h",
        },
        **{
            "ŧ": "t",
            "ŋ": "ng",
            "ĸ": "k",
            "ɓ": "b",
            "ɗ": "d",
            "ƙ": "k",
            "ƴ": "y",
            "ə": "e",
            "ǝ": "e",
            "ɛ": "e",
        },
        **{"ɔ": "o", "ƒ": "f", "ɨ": "i", "ʉ": "u"},
        # Arabic script: what Arabic, Persian and Urdu keyboards write differently, or people leave out.
        **{
            "ٱ": "ا",
            "ى": "ي",
            "ی": "ي",
            "ې": "ي",
            "ے": "ي",
            "ۍ": "ي",
            "ک": "ك",
            "ڪ": "ك",
            "ة": "ه",
            "ۃ": "ه",
        },
        **{"ہ": "ه", "ھ": "ه", "ە": "ه", "ڤ": "ف", "ـ": ""},
    }
)

# Typewriter, typographic and modifier apostrophes, prime, backtick, acute; geresh and gershayim of Hebrew.
_APOSTROPHES = frozenset("'’‘‛ʼʻʽʹˈ′`´՚＇׳״ꞌ")

_STEPS = 4  # at most so many rounds until a fold is stable; two are usual


def _fold_character(character: str) -> str:
    """Fold one character to a fixed point: letters, marks, digits, an apostrophe, or a space for all else."""
    result = character
    for _ in range(_STEPS):
        decomposed = unicodedata.normalize("NFKD", result)
        folded = "".join(map(_fold_decomposed, decomposed.casefold() if _cased(decomposed) else decomposed))
        if folded == result:
            break
        result = folded
    return result


def _cased(text: str) -> bool:
    return not all(ord(character) in _DROPPED_MARKS for character in text)


def _fold_decomposed(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if ord(character) in _DROPPED_MARKS:
        return ""
    if character in _LETTERS:
        return _LETTERS[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LMN" else " "


_FOLD = _Table(_fold_character)

# French, Italian, Catalan elision is a word of its own (l’alliance, dell’alleanza); in all other places an
# apostrophe stands inside a word (what’s, п’ять, ng’ombe).
_ELISION = re.compile(
    r"(?<![^ ])(?:[cdjlmnst]|(?:jus|lors|puis|quoi|pres|quel)?qu|(?:de|ne|su|da|que|co)?ll|all|gl|un|quest)"
    r"(?='[aeiouyh])"
)
_INNER_APOSTROPHE = re.compile(r"(?<=[^ '])'+(?=[^ '])")


def _dense_class() -> str:
    ranges = [(first, last) for first, last, script in SCRIPT_RANGES if script in DENSE]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# Letters of one shape in capitals or small letters. "аlliance" with a Cyrillic а is typed by people who switch
# keyboards, and by those who want to slip past a filter.
_CYRILLIC_LOOKS, _LATIN_LOOKS = "авекмнорстухіјѕ", "abekmhopctyxijs"
_TO_LATIN = str.maketrans(_CYRILLIC_LOOKS, _LATIN_LOOKS)
_TO_CYRILLIC = str.maketrans(_LATIN_LOOKS, _CYRILLIC_LOOKS)
_CYRILLIC_ONLY = frozenset(map(chr, range(0x0430, 0x0530))) - set(_CYRILLIC_LOOKS)
_LATIN_ONLY = frozenset("abcdefghijklmnopqrstuvwxyz") - set(_LATIN_LOOKS)
_MIXED_WORD = re.compile(r"(?<![^ ])(?=[^ ]*[a-z])(?=[^ ]*[\u0430-\u052f])[^ ]+")

_DENSE_RUN = re.compile(f"[{_dense_class()}]+")
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def normalize(text: str) -> NormalizedText:
    """Fold a text for matching; the same function for phrasings and for questions.

    Case, accents, width, digits of any script, Arabic and Persian letter variants, traditional Chinese
    (unless there is kana, then it is Japanese), punctuation and apostrophes make no difference any more.
    Hostile characters make none either: a text folds as it would without them. Words are separated by one
    space; a run of a script that is written without spaces (Chinese, Japanese, Thai, ...) is one token.
    """
    original = clean(text)
    folded = _fold(original)
    return NormalizedText(original=original, folded=folded, tokens=tuple(folded.split()))


def _fold(text: str) -> str:
    text = text.translate(_FOLD)
    if "'" in text:
        text = _INNER_APOSTROPHE.sub("", _ELISION.sub(r"\g<0> ", text)).replace("'", " ")
    if not text.isascii():
        text = unicodedata.normalize("NFC", _without_floods(text))
        text = _MIXED_WORD.sub(_in_one_script, text)
        if _HAN.search(text) and not _KANA.search(text):
            text = _simplified(text)
        text = _DENSE_RUN.sub(r" \g<0> ", text)
    return " ".join(text.split())


def _in_one_script(word: re.Match[str]) -> str:
    """Undo Cyrillic letters that stand for Latin ones of the same shape, or the other way round."""
    letters = set(word.group())
    if not letters & _CYRILLIC_ONLY:
        return word.group().translate(_TO_LATIN)
    if not letters & _LATIN_ONLY:
        return word.group().translate(_TO_CYRILLIC)
    return word.group()


def _simplified(text: str) -> str:
    """Replace traditional Chinese characters; the table is loaded with the first Chinese text."""
    from bot.language.han import SIMPLIFIED

    return text.translate(SIMPLIFIED)


# --- what a text consists of ----------------------------------------------------------------------


def contains_words(text: NormalizedText) -> bool:
    """Tell whether there is anything to match: one letter of any script is enough, digits alone are not."""
    return any(character.isalpha() for character in text.folded)


def scripts(text: str) -> Mapping[str, int]:
    """Count the letters of each script, by its ISO 15924 code (`Latn`, `Hani`, ...); most frequent first."""
    counts: dict[str, int] = {}
    for character in unicodedata.normalize("NFKC", text):
        if character.isalpha():
            script = script_of(character)
            counts[script] = counts.get(script, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

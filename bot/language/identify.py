"""In which language is a text, when no phrasing tells?

Evidence, not a verdict: it is asked for texts that the matcher does not know, to name a language that has no catalog,
and for those of whose language it is not sure, where both must agree. The script decides where one language (or one
that is far more frequent) owns it; for Latin, Cyrillic and Arabic letters py3langid decides (macro accuracy 0.996 on
5,527 short questions in sixteen languages, the best of ten that were tried). Its model takes half a second to load and
20 MB, so it is loaded with the first such text; what has been loaded once can be kept for the next start.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.language.normalize import clean, scripts
from bot.language.scripts import DENSE, script_of

if TYPE_CHECKING:
    from bot.language.letters import LetterModel

# Scripts of one language, or of one that is meant nearly always.
_BY_SCRIPT = {
    **{"Hani": "zh", "Hira": "ja", "Kana": "ja", "Hang": "ko", "Thai": "th", "Laoo": "lo", "Khmr": "km"},
    **{"Hebr": "he", "Grek": "el", "Armn": "hy", "Geor": "ka", "Mymr": "my", "Tibt": "bo", "Mong": "mn"},
    **{"Deva": "hi", "Beng": "bn", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te"},
    **{"Knda": "kn", "Mlym": "ml", "Sinh": "si", "Ethi": "am", "Thaa": "dv", "Nkoo": "nqo", "Tfng": "zgh"},
    **{"Cher": "chr", "Syrc": "syr", "Adlm": "ff_Adlm"},
}

# Languages of py3langid that CLDR names and that people write to a public service in; the very small ones are
# left out because short English or French texts are taken for them.
_LATIN = (
    "af az ca cs cy da de en es et eu fi fr ga gl ha hr hu id ig is it lt lv mg ms mt nl no pl pt ro rw sk "
    "sl so sq st sv sw tl tr uz vi xh yo zu"
)
_CYRILLIC = "be bg kk ky mk mn ru sr tg tt uk"
_ARABIC = "ar fa ps ug ur"
_BY_LETTERS = {
    "Latn": frozenset(_LATIN.split()),
    "Cyrl": frozenset(_CYRILLIC.split()),
    "Arab": frozenset(_ARABIC.split()),
}
_CLDR = {"no": "nb", "tl": "fil"}

# Marks that only one script has; full-width ones come from the keyboards of East Asia.
_MARKS = {frozenset("؟؛،"): "Arab", frozenset("？！。，、"): "Hani"}
_SPANISH_MARKS = frozenset("¿¡")

_MIN_LETTERS = 8  # of Latin, Cyrillic or Arabic script; shorter texts are names as often as not
_MIN_WORDS = 2
_MIN_PROBABILITY = 0.6  # of py3langid, among the languages of the script
_DENSE_WEIGHT = 2.5  # a Chinese character says as much as two or three letters

_FOLDER: list[Path | None] = []  # where the model is kept
_NOT_WORDS = re.compile(r"https?://\S+|\S+@\S+|[@/#]\w+|\d+")


def identify(text: str, among: Collection[str] | None = None) -> str | None:
    """Name the language of a text by its CLDR code.

    Args:
        text: What a person wrote; addresses, mentions, commands and digits are left out.
        among: CLDR language codes that come into question; None means all that are known.

    Returns:
        None when there is too little text, when no language is likely enough, or when it is not in `among`.
    """
    words = _words(text)
    script = _main_script(words)
    shared = script in _BY_LETTERS
    language = _by_letters(_only(script, words), script) if shared else _BY_SCRIPT.get(script)
    return language if among is None or language in among else None


def language_of_script(text: str) -> str | None:
    """Name the language whose script a text is written in, or None where several languages share it.

    Never loads a model: Latin, Cyrillic and Arabic letters give None.
    """
    return _BY_SCRIPT.get(_main_script(_words(text)))


def script_of_words(text: str) -> str | None:
    """Name the script other than Latin that at least half of the words are in; None where there is none.

    Names in Latin letters stand in questions of every language ("Что такое Coursera?"), but hardly a word in other
    letters in those of a language that is written in Latin ones. Where there are no letters, marks may tell ("41؟").
    """
    found = [script for script in map(_main_script, _words(text).split()) if script != "Zzzz"]
    if not found:
        return next((script for marks, script in _MARKS.items() if not marks.isdisjoint(text)), None)
    others = [script for script in found if script != "Latn"]
    best = max(sorted(set(others)), key=others.count, default=None)
    return best if best is not None and 2 * others.count(best) >= len(found) else None


def language_of_marks(text: str) -> str | None:
    """Name the language that alone has a mark of a text: “¿” and “¡” are Spanish."""
    return None if _SPANISH_MARKS.isdisjoint(text) else "es"


def prepare() -> None:
    """Load the model before the first text needs it; that takes half a second, unless it is kept."""
    _model()


def keep_in(folder: Path | None) -> None:
    """Say where the model is kept between starts; None keeps it nowhere. Without effect once it is loaded."""
    _FOLDER[:] = [folder]


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", clean(text))


def _main_script(text: str) -> str:
    """Choose the script that decides: kana before Han, else the most letters, dense scripts counting more.

    "Zzzz" when there are no letters.
    """
    counts = scripts(text)
    if not counts:
        return "Zzzz"
    kana = counts.get("Hira", 0) + counts.get("Kana", 0)
    weights = {
        script: count * (_DENSE_WEIGHT if script in DENSE else 1.0) for script, count in counts.items()
    }
    best = max(weights, key=lambda script: (weights[script], script))
    if best == "Hani" and kana:
        return "Hira"
    return best


def _only(script: str, text: str) -> str:
    """Keep the words that have letters of one script only."""
    kept = [word for word in text.split() if all(script_of(c) == script for c in word if c.isalpha())]
    return " ".join(kept)


def _by_letters(text: str, script: str) -> str | None:
    letters = sum(character.isalpha() for character in text)
    if letters < _MIN_LETTERS or len(text.split()) < _MIN_WORDS:
        return None
    names = _BY_LETTERS[script]
    scores = [item for item in _model().shares(text).items() if item[0] in names]
    best, score = scores[0]
    if score < _MIN_PROBABILITY * sum(other for _, other in scores):
        return None
    return _CLDR.get(best, best)


@lru_cache(maxsize=1)
def _model() -> LetterModel:
    from bot.language.letters import load_letter_model

    return load_letter_model(frozenset[str]().union(*_BY_LETTERS.values()), *_FOLDER)

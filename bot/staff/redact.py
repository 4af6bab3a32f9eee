"""What in a question says who asked it? Addresses, numbers, links and names, replaced before anybody reads it.

Marks such as "[e-mail]" stand in their place, the same in all languages: a question is known again by its wording,
and that must not depend on who reads it. Figures, years and dates stay. The words after which people give their name
stand in the catalogs, so that a new language needs no Python; those of all languages count in every question, since
nobody knows for sure in which language a question is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.language.catalogs import Catalogs
from bot.language.normalize import clean, normalize
from bot.language.texts import JOINING_WORDS, NAME_WORDS, QUESTION_WORDS

EMAIL, PHONE, LINK, NAME = "[e-mail]", "[phone]", "[link]", "[name]"
_MARKS = (EMAIL, PHONE, LINK, NAME)

_ADDRESS = re.compile(
    r"[@＠]|[\[(]at[\])]|\w[.:]\w|://|www\.|:", re.I
)  # without one of these there is no address
_SCHEME = re.compile(
    r"(?<![^\W_])(?:[a-z][a-z0-9+.-]{1,20}://|www\.|(?:mailto|tel|sms):)[^\s<>\"“”«»、。，]+", re.I
)
_DENSE = "\u3040-\u30ff\u3400-\u9fff"  # no space parts an address from the words of such a script
_EMAIL = re.compile(
    rf"[^\W_{_DENSE}](?:(?![{_DENSE}])[\w.+%-]){{0,63}}(?<![.])\s?(?:[@＠]|[\[(]at[\])])\s?[^\W_{_DENSE}](?:[\w-]*\w)?"
    rf"(?:\s?(?:\.|[\[(](?:dot|point)[\])])\s?[^\W\d_{_DENSE}]{{2,}}|(?:\.[\w-]+)+\.[^\W\d_{_DENSE}]{{2,}})+",
    re.I,
)
# Without "www." a name with a dot may also be the end of a sentence ("alliance.Who"): only what ends like most
# addresses, or goes on with a path.
_ENDINGS = "com|org|net|edu|gov|int|info|biz|io|me|app|dev|eu|cn|ru|fr|de|es|br|pt|uk|ua|in|sa|ae|eg|tv|ly|рф"
_BARE = re.compile(
    rf"(?<![a-zа-я0-9@._-])(?:[a-z0-9а-я](?:[\w-]*[^\W_])?\.)+(?:(?:{_ENDINGS})(?![a-zа-я0-9_-])(?:[/?#][^\s、。，]*)?"
    r"|[a-z]{2,12}/[^\s、。，]*)",
    re.I,
)
_HANDLE = re.compile(
    r"(?<![A-Za-z0-9_.])[@＠][A-Za-z][A-Za-z0-9_]{3,31}(?![A-Za-z0-9_])"
)  # Telegram: 5-32, some 4
_NUMBER = re.compile(r"(?<![\dA-Za-z])(?:\+\s?|\(\s?)?\d[\d\s().\-/‐‑–]{4,30}\d(?!\d)")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # ITU-T E.164: at most 15
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’ʼ.\-]*(?:['’ʼ\-][^\W\d_]+)*\.?")
_DENSE_NAME = re.compile(f"[{_DENSE}]{{1,4}}")
_BETWEEN = re.compile(r"\s*[:：\-–—]?\s*")
_MOST_WORDS = 4  # of a name with capital letters; "de la" may stand among them
_PARTICLE_LETTERS = 4


def redact(text: str, catalogs: Catalogs) -> str:
    """Replace what says who asked: e-mail addresses, phone numbers, links, names of accounts and of people."""
    return redactor(catalogs)(text)


def redactor(catalogs: Catalogs) -> Callable[[str], str]:
    """Prepare `redact` for many texts."""
    said, stops = _words(catalogs)

    def redacted(text: str) -> str:
        text = clean(text)
        if _ADDRESS.search(text):
            for pattern, mark in ((_SCHEME, LINK), (_EMAIL, EMAIL), (_BARE, LINK), (_HANDLE, NAME)):
                text = pattern.sub(partial(_replaced, mark=mark), text)
        text = _NUMBER.sub(_number, text)
        return " ".join(_without_names(text, said, stops).split())

    return redacted


def marked(text: str) -> bool:
    """Whether something in a text was replaced; such a text is no phrasing."""
    return any(mark in text for mark in _MARKS)


def _replaced(found: re.Match[str], *, mark: str) -> str:
    """Keep the punctuation that only ends the sentence."""
    rest = found[0].rstrip(".,;:!?)؟،؛…»”'’")
    return mark + found[0][len(rest) :]


# --- numbers ------------------------------------------------------------------------------------------


def _number(found: re.Match[str]) -> str:
    written = found[0]
    groups = [_latin(group) for group in re.findall(r"\d+", written)]
    digits = "".join(groups)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return written
    if not (written.startswith("+") or digits.startswith("00")) and _counts(written, groups, digits):
        return written
    open_bracket = "(" if written.count("(") < written.count(")") else ""
    return open_bracket + PHONE


def _latin(digits: str) -> str:
    """Write digits of any script as 0-9."""
    return "".join(str(int(digit)) for digit in digits)


def _counts(written: str, groups: Sequence[str], digits: str) -> bool:
    """Whether a number is a date, a span of years or a figure, and so nobody's."""
    if len(groups) == 1:
        return bool(_COMPACT_DATE.fullmatch(digits)) or digits.endswith("00000")
    if any(_YEAR.fullmatch(group) for group in groups):
        return all(_YEAR.fullmatch(group) or len(group) <= 2 for group in groups)
    if any(len(group) != 3 for group in groups[1:]) or len(groups[0]) > 3 or digits.startswith("0"):
        return False
    return "." in written or len(groups[0]) < 3 or digits.endswith("000")


# --- names --------------------------------------------------------------------------------------------


def _without_names(text: str, said: _Said, stops: frozenset[str]) -> str:
    if not said.may_be_in(text):
        return text
    kept: list[str] = []
    start = 0
    for found in said.pattern.finditer(text):
        if found.start() < start:
            continue
        between = _BETWEEN.match(text, found.end())
        begin = between.end() if between else found.end()
        end = _end_of_name(text, begin, stops, capital=_key(found[0]) in said.loose)
        if end > begin:
            kept += (text[start:begin], "" if text[begin - 1].isspace() else " ", NAME)
            start = end
    return "".join((*kept, text[start:]))


def _end_of_name(text: str, begin: int, stops: frozenset[str], *, capital: bool) -> int:
    """Find where a name ends that begins here; where it begins when there is none.

    Words with capital letters belong to it as far as they go; of words without, the first two, unless the second
    asks or joins.
    """
    if not capital and (dense := _DENSE_NAME.match(text, begin)):
        return dense.end()
    end, place, count, small = begin, begin, 0, False
    while count < _MOST_WORDS and (word := _WORD.match(text, place)):
        titled = word[0][0].isupper() and not (capital and word[0].isupper())
        if count == 0:
            if capital and not titled:
                return begin
            small = not titled
        elif _stops(word[0], stops):
            break
        if small and (count == 2 or titled):
            break
        if titled or small:
            end = word.end()
        elif len(word[0]) > _PARTICLE_LETTERS:
            break
        if word[0].endswith(".") and len(word[0]) > 3:  # an initial goes on, a sentence ends
            end = word.end() - 1 if end == word.end() else end
            break
        count += 1
        space = re.compile(r"[ \t]+").match(text, word.end())
        if not space:
            break
        place = space.end()
    return end


def _stops(word: str, stops: frozenset[str]) -> bool:
    folded = normalize(word).folded
    return folded in stops or any(
        folded.startswith(stop[:-1]) and len(folded) > len(stop) for stop in stops if stop.endswith("-")
    )


def _words(catalogs: Catalogs) -> tuple[_Said, frozenset[str]]:
    """Collect the words of all languages: those after which a name is given, and those that end one."""
    said: list[str] = []
    stops: list[str] = []
    for locale in catalogs.locales:
        said += _listed(catalogs.text(locale, NAME_WORDS))
        for words in (JOINING_WORDS, QUESTION_WORDS):
            stops += _listed(catalogs.text(locale, words))
    return _said(tuple(dict.fromkeys(said))), _folded(tuple(dict.fromkeys(stops)))


@lru_cache(maxsize=64)  # three for each language
def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@lru_cache(maxsize=4)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_folds(words))


def _folds(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        folded = normalize(word).folded
        if folded:
            yield f"{folded}-" if word.endswith("-") else folded


@dataclass(frozen=True, slots=True)
class _Said:
    """The words before a name."""

    pattern: re.Pattern[str]
    loose: frozenset[str]  # those that need a capital letter after them
    heads: frozenset[str]  # what the first word may be
    dense: tuple[str, ...]  # those of languages without spaces

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth a search, which takes a tenth of a millisecond."""
        lowered = text.lower()
        return not self.heads.isdisjoint(_LETTERS.findall(lowered)) or any(
            words in lowered for words in self.dense
        )


@lru_cache(maxsize=4)
def _said(words: tuple[str, ...]) -> _Said:
    """Match the words before a name, the longest first."""
    plain = sorted({word.removesuffix("*").strip() for word in words}, key=len, reverse=True)
    dense = tuple(word for word in plain if _DENSE_NAME.match(word))
    spaced = [word for word in plain if word not in dense]
    alternatives = [re.escape(word) for word in dense]
    if spaced:
        alternatives.append(rf"(?<![\w'’-])(?:{'|'.join(map(_written, spaced))})")
    return _Said(
        pattern=re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE),
        loose=frozenset(_key(word.removesuffix("*")) for word in words if word.endswith("*")),
        heads=frozenset(
            head
            for word in spaced
            for written in (word.lower(), re.sub(r"['’]", "", word.lower()))
            for head in _LETTERS.findall(written)[:1]
        ),
        dense=dense,
    )


def _written(words: str) -> str:
    """Match words however they are spaced, with any apostrophe, and in several words with none.

    A single word without its apostrophe may be another one in another language: "I'm" is not the German "im".
    """
    parts = words.split()
    pattern = r"\s+".join(re.escape(part) for part in parts)
    pattern = re.sub(r"['’]", "['’ʼ`´]" + ("?" if len(parts) > 1 else ""), pattern)
    return pattern + (r"(?![\w'’-])" if words[-1].isalnum() else "")


def _key(words: str) -> str:
    return normalize(words).folded

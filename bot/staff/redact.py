"""What in a question says who asked it? Addresses, numbers, links and names, replaced before anybody reads it.

Marks such as "[e-mail]" stand in their place, the same in all languages: a question is known again by its wording,
and that must not depend on who reads it. Figures, years and dates stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bot.language.catalogs import Catalogs
from bot.language.normalize import clean
from bot.language.own_names import OwnName, own_names

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


def redact(text: str, catalogs: Catalogs) -> str:
    """Replace what says who asked: e-mail addresses, phone numbers, links, names of accounts and of people."""
    return redactor(catalogs)(text)


def redactor(catalogs: Catalogs) -> Callable[[str], str]:
    """Prepare `redact` for many texts."""
    names_in = own_names(catalogs)

    def redacted(text: str) -> str:
        text = clean(text)
        if _ADDRESS.search(text):
            for pattern, mark in ((_SCHEME, LINK), (_EMAIL, EMAIL), (_BARE, LINK), (_HANDLE, NAME)):
                text = pattern.sub(partial(_replaced, mark=mark), text)
        text = _NUMBER.sub(_number, text)
        return " ".join(_without_names(text, names_in(text)).split())

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


def _without_names(text: str, names: Iterable[OwnName]) -> str:
    kept: list[str] = []
    start = 0
    for name in names:
        kept += (text[start : name.begin], "" if text[name.begin - 1].isspace() else " ", NAME)
        start = name.end
    return "".join((*kept, text[start:]))

"""How are values, lists and names written in a locale, and in which direction?

All of it is CLDR through Babel; numbers are in `bot.language.numbers`, dates in `bot.language.dates`. Babel's
`format_unit` is avoided: in 2.18 its long form returns the unit's id for ten languages. Formatted text is for
people: never compare it or read it back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce

from babel.lists import format_list as _format_list

from bot.language.cldr import PSEUDO_LOCALES, cldr
from bot.language.dates import (
    DateValue,
    Day,
    Month,
    format_date,
    format_date_value,
    format_moment,
    format_month,
    format_short_day,
)
from bot.language.numbers import format_money, format_number, format_share, in_words
from bot.types import Direction

__all__ = [
    "PSEUDO_LOCALES",
    "Day",
    "Link",
    "Money",
    "Month",
    "Number",
    "Phone",
    "Value",
    "Year",
    "cldr",
    "direction",
    "format_date",
    "format_list",
    "format_moment",
    "format_money",
    "format_month",
    "format_number",
    "format_series",
    "format_share",
    "format_short_day",
    "format_value",
    "isolate",
    "isolate_latin",
    "language_name",
    "own_name",
    "strip_isolates",
]

# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A count or a measure; grouped and with the decimal sign of the locale, or with a word for millions."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year; plain digits, never grouped."""

    value: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217), which is named in words because signs such as ¥ are ambiguous."""

    amount: int | Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address; shown without its scheme."""

    url: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number, shown as it is written."""

    number: str


Value = Number | Year | DateValue | Money | Link | Phone


def format_value(value: Value, locale: str) -> str:
    """Write a value as plain text in a locale."""
    match value:
        case Number():
            return in_words(value.value, locale) or format_number(value.value, locale)
        case Year():
            return str(value.value)
        case Money():
            return format_money(value.amount, value.currency, locale)
        case Link():
            return re.sub(r"^https?://", "", value.url, flags=re.IGNORECASE).removesuffix("/")
        case Phone():
            return value.number
        case _:
            return format_date_value(value, locale)


# --- lists ------------------------------------------------------------------------------------------


def format_list(items: Sequence[str], locale: str) -> str:
    """Join names with commas and "and"; each is isolated where its direction could mix with the list's."""
    names = [isolate(item, locale) for item in items]
    joined = str(_format_list(names, style="standard", locale=cldr(locale)))
    if len(names) > 1 and cldr(locale).language == "es" and _SPANISH_E.match(names[-1]):
        # CLDR's pattern says "y"; before the sound i Spanish says "e" (portugués e inglés).
        return joined.removesuffix(names[-1]).removesuffix(" y ") + " e " + names[-1]
    return joined


def format_series(items: Sequence[str], locale: str) -> str:
    """Join names as in the middle of a list, for one that goes on: "a, b, c", "a、b、c"."""
    names = [isolate(item, locale) for item in items]
    return reduce(cldr(locale).list_patterns["standard"]["middle"].format, names)


_SPANISH_E = re.compile(r"[\u2066-\u2068]?(?:i|í|hi(?![ae]))", re.IGNORECASE)

# --- names of languages ---------------------------------------------------------------------------


def language_name(code: str, locale: str) -> str:
    """Name a language or locale in another: ("zh_Hans", "fr") is "chinois simplifié".

    The code itself when CLDR has no name. The name has the case that it has within a sentence of the locale.
    """
    names = cldr(locale).languages
    parts = code.split("_")
    for length in range(len(parts), 0, -1):  # zh_Hans_CN: zh_Hans has a name of its own
        name = names.get("_".join(parts[:length]))
        if name:
            rest = [_part_name(part, locale) for part in parts[length:]]
            return f"{name} ({', '.join(rest)})" if rest else str(name)
    return code


def _part_name(part: str, locale: str) -> str:
    data = cldr(locale)
    return str(data.scripts.get(part) or data.territories.get(part) or part)


def own_name(locale: str) -> str:
    """Name a locale in itself, as a label: "Français", "Русский", "简体中文"."""
    name = language_name(locale, locale)
    return name[:1].title() + name[1:]


# --- direction ------------------------------------------------------------------------------------

_FIRST_STRONG, _POP = "\u2068", "\u2069"  # FSI, PDI
_ISOLATES = re.compile("[\u2066-\u2069]")
_LATIN_RUN = re.compile(
    r"/?[A-Za-zÀ-ÖØ-öø-ɏ][A-Za-z0-9À-ÖØ-öø-ɏ_]*(?:[ &.’:+-]{1,3}[A-Za-z0-9À-ÖØ-öø-ɏ]+)*"
)  # words, names, commands
_ISOLATED = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
_EMBEDDINGS = re.compile("[\u202a-\u202e]")
_STRONG_RTL = frozenset({"R", "AL"})
_LTR_OR_DIGIT = frozenset({"L", "EN", "AN"})


@lru_cache(maxsize=256)
def direction(locale: str) -> Direction:
    """Tell in which direction a locale is written."""
    return "rtl" if cldr(locale).text_direction == "rtl" else "ltr"


def isolate(text: str, locale: str) -> str:
    """Wrap an inserted text in FSI ... PDI when its order could mix with that of the sentence around it.

    That is so in a right-to-left locale, unless the text is purely right-to-left letters, and in a
    left-to-right locale when the text holds right-to-left letters. Without, "+20 / -157" or "/help" are drawn
    in the wrong order. A text that is isolated already stays as it is.
    """
    outside = _ISOLATED.sub("", text)
    if not outside.strip():
        return text
    classes = {unicodedata.bidirectional(character) for character in outside}
    if direction(locale) == "rtl":
        needed = bool(classes & _LTR_OR_DIGIT) or not classes & _STRONG_RTL
    else:
        needed = bool(classes & _STRONG_RTL)
    return f"{_FIRST_STRONG}{_closed(text)}{_POP}" if needed else text


def isolate_latin(text: str, locale: str) -> str:
    """Wrap each run of Latin words and each command in a right-to-left text in bidi isolates.

    Without, "/help" is drawn as "help/" and a bracket beside a name ends up on its other side.
    """
    if direction(locale) == "ltr":
        return text
    return _LATIN_RUN.sub(lambda run: f"{_FIRST_STRONG}{run.group()}{_POP}", text)


def _closed(text: str) -> str:
    """Remove embeddings and overrides, and all isolates unless each one is closed."""
    depth = 0
    for character in text:
        if "\u2066" <= character <= _FIRST_STRONG:
            depth += 1
        elif character == _POP:
            depth -= 1
            if depth < 0:
                break
    return _EMBEDDINGS.sub("", strip_isolates(text) if depth else text)


def strip_isolates(text: str) -> str:
    """Remove the isolates that isolate() sets: links, commands and comparisons must not hold them."""
    return _ISOLATES.sub("", text)

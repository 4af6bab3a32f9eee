"""How are dates, numbers, money and names written in a locale?

All of it is CLDR through Babel. Two of its functions are avoided because they are wrong in 2.18:
`format_unit` in long form returns the unit's id for ten languages, and compact numbers are off by powers of
ten in Swahili. Formatted text is for people: never compare it or read it back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, reduce
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_skeleton
from babel.lists import format_list as _format_list
from babel.numbers import format_currency, format_decimal, format_percent

from bot.types import Direction

# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A count or a measure; grouped and with the decimal sign of the locale."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year; plain digits, never grouped."""

    value: int


@dataclass(frozen=True, slots=True)
class Day:
    """A date to the day."""

    value: date


@dataclass(frozen=True, slots=True)
class Month:
    """A date of which only the month is known."""

    year: int
    month: int  # 1-12


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


Value = Number | Year | Day | Month | Money | Link | Phone


def format_value(value: Value, locale: str) -> str:
    """Write a value as plain text in a locale."""
    match value:
        case Number():
            return format_number(value.value, locale)
        case Year():
            return str(value.value)
        case Day():
            return format_date(value.value, locale)
        case Month():
            return format_month(value.year, value.month, locale)
        case Money():
            return format_money(value.amount, value.currency, locale)
        case Link():
            return re.sub(r"^https?://", "", value.url, flags=re.IGNORECASE).removesuffix("/")
        case Phone():
            return value.number


# --- dates, numbers, lists ------------------------------------------------------------------------


# CLDR's names for made-up languages that show which texts are not translated; Babel brings no data for them.
PSEUDO_LOCALES: Mapping[str, str] = MappingProxyType({"en_XA": "en", "ar_XB": "ar"})


@lru_cache(maxsize=256)
def cldr(locale: str) -> Locale:
    """Give Babel's data of a locale; a made-up language has those of the one it is made from.

    Raises:
        babel.UnknownLocaleError: CLDR does not have the locale.
        ValueError: The text is not a locale id.
    """
    return Locale.parse(PSEUDO_LOCALES.get(locale, locale))


def format_number(number: int | Decimal | float, locale: str) -> str:
    """Write a number with the separators of the locale and Latin digits."""
    return str(format_decimal(number, locale=cldr(locale)))


def format_date(day: date, locale: str) -> str:
    """Write a day in full: "January 30, 2024", "30 января 2024 г.", "2024年1月30日"."""
    written = str(_format_date(day, format="long", locale=cldr(locale)))
    if day.day == 1 and cldr(locale).language == "fr":
        return written.replace("1 ", "1er ", 1)  # French says "the first"; CLDR has no pattern for it
    return written


def format_moment(at: datetime, locale: str) -> str:
    """Write a moment with its time in UTC, for lists: "Jan 30, 2024 14:05 UTC"."""
    utc = at.astimezone(UTC)
    return f"{_format_date(utc.date(), format='medium', locale=cldr(locale))} {utc:%H:%M} UTC"


def format_month(year: int, month: int, locale: str) -> str:
    """Write a month on its own, in the form that stands alone: "January 2024", "январь 2024 г."."""
    return str(format_skeleton("yMMMM", date(year, month, 1), locale=cldr(locale)))


def format_short_day(day: date, locale: str) -> str:
    """Write a day without its year, as short as a chart needs it: "Jan 30", "30 янв."."""
    return str(format_skeleton("MMMd", day, locale=cldr(locale)))


def format_share(share: float, locale: str) -> str:
    """Write a share (0-1) in whole per cent: "71%", "71 %"; anything but none and all is neither 0 nor 100."""
    percent = round(share * 100) if share in (0, 1) else min(max(round(share * 100), 1), 99)
    return str(format_percent(Decimal(percent) / 100, locale=cldr(locale)))


def format_money(amount: int | Decimal, currency: str, locale: str) -> str:
    """Write an amount with the currency's name in the locale: "1,500 US dollars"."""
    whole = amount == int(amount)
    return str(
        format_currency(
            amount,
            currency,
            locale=cldr(locale),
            format_type="name",
            currency_digits=not whole,
            decimal_quantization=not whole,
        )
    )


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

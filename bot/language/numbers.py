"""How are numbers, shares and amounts of money written in a locale?

Large round numbers have a word for their millions, as in a newspaper. Its patterns are CLDR's, but not filled in
by Babel, whose `format_compact_decimal` is wrong in 2.18: "1 millions" in French, off by powers of ten in Swahili.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal, format_percent

from bot.language.cldr import cldr

_MILLION = 1_000_000  # from here on a number may be written with a word
_MOST = 10**15  # CLDR's words end here
_DECIMALS = 2  # of a number with a word; with more it is no easier to read
# Russian words for a million have cases, of which CLDR has the first only ("более 2 миллиона" is wrong). After 5
# and after a fraction the second is the same; after 1 and 2 we abbreviate, which has no case.
_DECLINED = frozenset({"be", "ru", "uk"})


def format_number(number: int | Decimal | float, locale: str) -> str:
    """Write a number with the separators of the locale and Latin digits."""
    return str(format_decimal(number, locale=cldr(locale)))


@lru_cache(maxsize=1024)
def in_words(number: int | Decimal, locale: str) -> str | None:
    """Write a large number with a word for its millions, when nothing is lost: "36.7 billion", "367亿".

    None for a number below a million and for one that would need more than two decimals.
    """
    if not _MILLION <= number < _MOST:
        return None
    long = _with_word(number, locale, "long")
    if long is None:
        return None
    text, form = long
    if form in ("one", "few") and cldr(locale).language in _DECLINED:
        short = _with_word(number, locale, "short")
        return short[0] if short else None
    return text


def _with_word(number: int | Decimal, locale: str, kind: str) -> tuple[str, str] | None:
    """Fill in CLDR's pattern for a number, and name its plural category; None when something would be lost."""
    data = cldr(locale)
    formats = data.compact_decimal_formats
    patterns = formats[kind if kind in formats else "short"]  # Chinese has 亿 in the short form alone
    size = max((int(least) for least in patterns["other"] if int(least) <= number), default=0)
    if not size:
        return None
    # The pattern of ten millions is "00 million": as many of its zeros as it has stand before the word.
    scaled = Decimal(number) * 10 ** (_pattern(patterns["other"][str(size)]).count("0") - 1) / size
    if scaled != round(scaled, _DECIMALS):
        return None
    form = str(data.plural_form(scaled))
    pattern = _pattern(patterns.get(form, {}).get(str(size)) or patterns["other"][str(size)])
    if not re.sub(r"[0\W]", "", pattern):
        return None  # a locale that has no word for it
    return re.sub("0+", format_number(scaled, locale), pattern, count=1), form


def _pattern(pattern: object) -> str:
    """Give the text of a compact pattern for positive numbers."""
    return str(getattr(pattern, "pattern", pattern)).split(";")[0].replace("'", "")


def plural_category(number: int | Decimal, locale: str) -> str:
    """Name the form of what is counted by a number as a value is written.

    After a word for millions that is the form after one million, whatever the number: "36,7 milliards *de
    vues*", "1,5 миллиона *просмотров*". CLDR has an operand for it, which Babel does not know.
    """
    counted = _MILLION if in_words(number, locale) else number
    return str(cldr(locale).plural_form(counted))


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

"""What does CLDR say of a locale?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from babel import Locale

# CLDR's names for made-up languages that show which texts are not translated; Babel brings no data for them.
PSEUDO_LOCALES: Mapping[str, str] = MappingProxyType({"en_XA": "en", "ar_XB": "ar"})
_INTERNATIONAL = Locale.parse("en_001")


@lru_cache(maxsize=256)
def cldr(locale: str) -> Locale:
    """Give Babel's data of a locale; a made-up language has those of the one it is made from.

    Raises:
        babel.UnknownLocaleError: CLDR does not have the locale.
        ValueError: The text is not a locale id.
    """
    return Locale.parse(PSEUDO_LOCALES.get(locale, locale))


def of_dates(locale: str) -> Locale:
    """Give the data by which a locale writes dates: "en" alone is CLDR's American English, and nobody's here.

    English without a country is written for all, day first ("30 January 2024"), as the United Nations does.
    """
    data = cldr(locale)
    return _INTERNATIONAL if str(data) == "en" else data

"""How long may a text become, and how long can it become?

A limit stands once, in the comment that translators read: `limit: 120 characters`. Characters are counted as
Telegram counts them, in UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from bot.language.formats import format_number
from bot.language.icu import Count, Part, Placeholder, Plural, Select
from bot.language.messages import parse

VALUE_LENGTH = 40  # characters kept free for a value whose length is not known, such as a name
_LARGEST = 1_000_000  # a number of this size is counted for `#`
_ISOLATES = 2  # invisible characters around a value

_LIMIT = re.compile(r"limit: (\d+) characters")


def read_limit(comments: Iterable[str]) -> int | None:
    """Find the limit in the comments of a message; None when it has none."""
    return next((int(match[1]) for comment in comments if (match := _LIMIT.search(comment))), None)


def length(text: str) -> int:
    """Count a text as Telegram does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def longest(message: str, locale: str) -> int:
    """How long a message can become in a locale, whichever of its forms is chosen.

    Raises:
        MessageSyntaxError: It cannot be read.
    """
    return _longest(parse(message).parts, locale)


def _longest(parts: Sequence[Part], locale: str) -> int:
    total = 0
    for part in parts:
        match part:
            case str():
                total += length(part)
            case Placeholder():
                total += VALUE_LENGTH + _ISOLATES
            case Count():
                total += length(format_number(_LARGEST, locale)) + _ISOLATES
            case Plural() | Select():
                total += max(_longest(option, locale) for option in part.options.values())
            case _:
                assert_never(part)
    return total

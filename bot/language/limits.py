"""How long may a text become, and how long can it become?

A limit stands once, in the comment that translators read: `limit: 120 characters`. Characters are counted as
Telegram counts them, in UTF-16. Where it is known how long a value can become, or how large a number, the comment says
so too: `{language}: up to 20 characters`, `{count}: up to 99`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from bot.language.formats import format_number
from bot.language.icu import Count, Part, Placeholder, Plural, Select
from bot.language.messages import parse

VALUE_LENGTH = 40  # characters kept free for a value whose length is not known, such as a name
_LARGEST = 1_000_000  # a number of this size is counted for `#`
_ISOLATES = 2  # invisible characters around a value

_LIMIT = re.compile(r"limit: (\d+) characters")
_WORST = re.compile(r"\{(\w+)\}: up to (\d+)")


def read_limit(comments: Iterable[str]) -> int | None:
    """Find the limit in the comments of a message; None when it has none."""
    return next((int(match[1]) for comment in comments if (match := _LIMIT.search(comment))), None)


def read_worst(comments: Iterable[str]) -> Mapping[str, int]:
    """Find what the comments of a message say of its values: characters of a text, or the largest number."""
    return {match[1]: int(match[2]) for comment in comments for match in _WORST.finditer(comment)}


def length(text: str) -> int:
    """Count a text as Telegram does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def longest(message: str, locale: str, worst: Mapping[str, int] | None = None) -> int:
    """How long a message can become in a locale, whichever of its forms is chosen.

    Args:
        message: In ICU MessageFormat.
        locale: In which numbers are written.
        worst: What is known of its values, as of `read_worst`.

    Raises:
        MessageSyntaxError: It cannot be read.
    """
    return _longest(parse(message).parts, locale, worst or {})


def _longest(parts: Sequence[Part], locale: str, worst: Mapping[str, int]) -> int:
    total = 0
    for part in parts:
        match part:
            case str():
                total += length(part)
            case Placeholder(name=name):
                total += worst.get(name, VALUE_LENGTH) + _ISOLATES
            case Count(name=name):
                total += length(format_number(worst.get(name, _LARGEST), locale)) + _ISOLATES
            case Plural() | Select():
                total += max(_longest(option, locale, worst) for option in part.options.values())
            case _:
                assert_never(part)
    return total

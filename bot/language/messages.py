"""How does a message with placeholders and plurals become a sentence, and is its translation complete?

Plural categories are those of CLDR, asked from Babel's `Locale.plural_form`: gettext knows one number for
each message only, and Babel's gettext tables are wrong for several languages. The syntax is in
`bot.language.icu`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, get_args

from bot.errors import BotError
from bot.language import formats
from bot.language.cldr import cldr
from bot.language.formats import Number, Value, Year, format_value
from bot.language.icu import (
    CATEGORIES,
    Count,
    MessageSyntaxError,
    Part,
    Placeholder,
    Plural,
    Select,
    read,
    walk,
)
from bot.language.numbers import plural_category

__all__ = [
    "Fault",
    "Message",
    "MessageSyntaxError",
    "MessageValueError",
    "PlaceholderKind",
    "compare",
    "needed_categories",
    "parse",
    "placeholders",
]

PlaceholderKind = Literal["value", "plural", "select"]
Fault = tuple[str, str]  # (code, what is wrong)

_VALUE_TYPES = get_args(Value)
_FULL_STOP = re.compile(r"(?<!\.)\.\u2069?\Z")  # inside an isolate, too; an ellipsis is none
_COUNTED = range(201)  # the numbers whose plural forms a translation must have


class MessageValueError(BotError):
    """A value that a message needs is missing or of the wrong type."""


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed message."""

    parts: tuple[Part, ...]

    def format(self, values: Mapping[str, object], locale: str, *, isolate: bool = False) -> str:
        """Fill in the values.

        Args:
            values: By placeholder name: a Value, a text or an integer.
            locale: Of the message, for its plural rules and formats.
            isolate: Wrap inserted values in bidi isolates where the order could break.

        Raises:
            MessageValueError: A value is missing, or a plural was given something that is not a number.
        """
        text = ""
        for piece in _write(self.parts, values, locale, isolate):
            # An abbreviation at the end of a sentence ("2024 р.") takes the full stop with it.
            ended = _FULL_STOP.search(text) and piece.startswith(".") and not piece.startswith("..")
            text += piece[1:] if ended else piece
        return text


@lru_cache(maxsize=8192)
def parse(text: str) -> Message:
    """Read a message; the result is kept, so that asking again costs nothing.

    Raises:
        MessageSyntaxError: Not a message, or one that uses more than plural and select.
    """
    return Message(read(text))


def _write(
    parts: tuple[Part, ...], values: Mapping[str, object], locale: str, isolate: bool
) -> Iterator[str]:
    for part in parts:
        match part:
            case str():
                yield formats.isolate_latin(part, locale) if isolate else part
            case Placeholder(name) | Count(name):
                text = _format(_value(values, name), locale)
                yield formats.isolate(text, locale) if isolate else text
            case Plural(name, options):
                number = _number(values, name)
                keys = (f"={number}", _category(values[name], number, locale), "other")
                chosen = next(key for key in keys if key in options)
                yield from _write(options[chosen], values, locale, isolate)
            case Select(name, options):
                key = str(_value(values, name))
                yield from _write(options.get(key, options["other"]), values, locale, isolate)


def _value(values: Mapping[str, object], name: str) -> object:
    try:
        return values[name]
    except KeyError:
        raise MessageValueError(
            f"no value for {{{name}}}; there are: {', '.join(sorted(values)) or 'none'}"
        ) from None


def _number(values: Mapping[str, object], name: str) -> int | Decimal:
    value = _value(values, name)
    if isinstance(value, Number | Year):
        value = value.value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    raise MessageValueError(f"{{{name}, plural}} needs a number, not {type(value).__name__}")


def _format(value: object, locale: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, _VALUE_TYPES):
        return format_value(value, locale)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return formats.format_number(value, locale)
    raise MessageValueError(f"a value of type {type(value).__name__} cannot be inserted into a message")


def _category(value: object, number: int | Decimal, locale: str) -> str:
    if isinstance(value, Number):
        return plural_category(number, locale)
    return str(cldr(locale).plural_form(number))


def placeholders(message: Message) -> Mapping[str, PlaceholderKind]:
    """Name the placeholders of a message; one that chooses a form anywhere counts as plural or select."""
    found: dict[str, PlaceholderKind] = {}
    for part in walk(message.parts):
        if isinstance(part, Placeholder):
            found.setdefault(part.name, "value")
        elif isinstance(part, Plural):
            found[part.name] = "plural"
        elif isinstance(part, Select):
            found[part.name] = "select"
    return found


# --- a translation against its source --------------------------------------------------------------


def compare(source: str, translation: str, locale: str) -> tuple[Fault, ...]:
    """List what is wrong with a translation.

    Comparing a text with itself checks a single message.

    Codes: `message-syntax`, `ascii-apostrophe` (then nothing else is looked at), `unknown-placeholder`,
    `dropped-placeholder`, `placeholder-kind`, `missing-category`, `unknown-category`, `select-options`,
    `white-space`. A category is missing when some whole number from 0 to 200 needs it; `many` of French,
    Spanish, Portuguese and Italian (1,000,000) is therefore allowed but not demanded; where a fact has millions,
    `alliance-bot check` demands it. {x.first} and {x.last} together count as {x}, a period. A source that cannot
    be read is no fault of a translation.
    """
    try:
        target = parse(translation)
    except MessageSyntaxError as exc:
        return ((exc.code, str(exc)),)
    faults = [*_category_faults(target, locale)]
    try:
        origin = parse(source)
    except MessageSyntaxError:
        return tuple(faults)
    faults += [
        *_placeholder_faults(origin, target),
        *_select_faults(origin, target),
        *_space_faults(source, translation),
    ]
    return tuple(dict.fromkeys(faults))


def _placeholder_faults(origin: Message, target: Message) -> Iterator[Fault]:
    known, used = _periods(placeholders(origin)), _periods(placeholders(target))
    for name in used.keys() - known.keys():
        yield "unknown-placeholder", f"{{{name}}} is not in the source, which has {_names(known)}"
    for name in known.keys() - used.keys():
        yield "dropped-placeholder", f"{{{name}}} of the source is missing"
    for name in sorted((_always(origin.parts) - _always(target.parts)) & used.keys()):
        yield "dropped-placeholder", f"{{{name}}} is missing in some of the forms"
    for name in sorted(known.keys() & used.keys()):
        kinds = known[name], used[name]
        # A plural may become label and value ("Members: {n}"); nothing else may change its kind.
        if kinds[0] != kinds[1] and kinds != ("plural", "value"):
            yield "placeholder-kind", f"{{{name}}} is a {kinds[0]} in the source and a {kinds[1]} here"


def _periods(kinds: Mapping[str, PlaceholderKind]) -> dict[str, PlaceholderKind]:
    """Count the two halves of a period as the period: {x.first} and {x.last} say what {x} says."""
    whole = dict(kinds)
    for name in kinds:
        stem, _, half = name.rpartition(".")
        if half == "first" and f"{stem}.last" in kinds:
            del whole[name], whole[f"{stem}.last"]
            whole.setdefault(stem, "value")
    return whole


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _always(parts: tuple[Part, ...]) -> frozenset[str]:
    """Name the placeholders that are filled in whichever forms are chosen."""
    names: set[str] = set()
    for part in parts:
        if isinstance(part, Placeholder):
            names.add(part.name)
        elif isinstance(part, Plural | Select):
            names.add(part.name)
            names |= frozenset.intersection(*(_always(option) for option in part.options.values()))
    return frozenset(_periods(dict.fromkeys(names, "value")))


def _category_faults(target: Message, locale: str) -> Iterator[Fault]:
    allowed = frozenset(cldr(locale).plural_form.tags) | {"other"}
    for part in walk(target.parts):
        if not isinstance(part, Plural):
            continue
        exact = frozenset(key for key in part.options if key.startswith("="))
        missing = [name for name in needed_categories(locale, exact) if name not in part.options]
        if missing:
            yield (
                "missing-category",
                f"{{{part.name}, plural}} has no form for {', '.join(missing)} in {locale}",
            )
        unknown = sorted(part.options.keys() - exact - allowed)
        if unknown:
            yield "unknown-category", f"{{{part.name}, plural}}: {locale} does not have {', '.join(unknown)}"


@lru_cache(maxsize=512)
def needed_categories(locale: str, exact: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Name the plural categories that 0 to 200 need in a locale, apart from exact forms (`=0`)."""
    rule = cldr(locale).plural_form
    needed = {rule(number) for number in _COUNTED if f"={number}" not in exact}
    return tuple(category for category in CATEGORIES if category in needed)


def _select_faults(origin: Message, target: Message) -> Iterator[Fault]:
    known = {part.name: part.options.keys() for part in walk(origin.parts) if isinstance(part, Select)}
    for part in walk(target.parts):
        if isinstance(part, Select) and part.name in known and part.options.keys() != known[part.name]:
            yield "select-options", f"{{{part.name}, select}} must have {', '.join(sorted(known[part.name]))}"


def _space_faults(source: str, translation: str) -> Iterator[Fault]:
    if _indent(source) != _indent(translation):
        yield "white-space", "the text begins with other white space than the source"
    if _indent(source[::-1]) != _indent(translation[::-1]):
        yield "white-space", "the text ends with other white space than the source"


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]

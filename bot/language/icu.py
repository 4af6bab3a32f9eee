"""How is a message in ICU MessageFormat read?

Plural (with `=0` forms and `#`) and select are allowed; everything else is refused with its place: argument
types that would format by themselves, offsets, a form given twice, and the ASCII apostrophe, which quotes in
ICU, so that `d'{name}` would lose its placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pyicumessageformat import Parser

from bot.errors import BotError

CATEGORIES = ("zero", "one", "two", "few", "many", "other")  # CLDR's, in its order

_MAX_DEPTH = 8


class MessageSyntaxError(BotError):
    """A message that cannot be read."""

    def __init__(self, reason: str, *, offset: int, code: str = "message-syntax") -> None:
        self.reason = reason
        self.offset = offset  # characters from the start of the message, from 0
        self.code = code  # as in Problem.code
        super().__init__(f"{reason} (character {offset + 1})")


# --- the parsed message ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Count:
    """The `#` of a plural: its number, formatted."""

    name: str


@dataclass(frozen=True, slots=True)
class Plural:
    """One text for each plural category or exact number (`=0`)."""

    name: str
    options: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Select:
    """One text for each key."""

    name: str
    options: Mapping[str, tuple[Part, ...]]


Part = str | Placeholder | Count | Plural | Select


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Visit all parts, those inside the forms of plurals and selects too."""
    for part in parts:
        yield part
        if isinstance(part, Plural | Select):
            for option in part.options.values():
                yield from walk(option)


# --- parsing --------------------------------------------------------------------------------------

_PARSER = Parser({"include_indices": True, "require_other": True, "maximum_depth": _MAX_DEPTH})
_POSITION = re.compile(r"\s*at position (\d+)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_SELECTOR = re.compile(r"=\d+\Z")


def read(text: str) -> tuple[Part, ...]:
    """Read a message.

    Raises:
        MessageSyntaxError: Not a message, or one that uses more than plural and select.
    """
    if "'" in text:
        raise MessageSyntaxError(
            "the apostrophe ' is not allowed because it quotes; write ’",
            offset=text.index("'"),
            code="ascii-apostrophe",
        )
    tokens: list[dict[str, str]] = []
    try:
        tree: list[Any] = _PARSER.parse(text, tokens)
    except SyntaxError as exc:
        reason = str(exc) if exc.args else "the message ends too early"
        position = _POSITION.search(reason)
        offset = int(position[1]) if position else len(text)
        reason = _POSITION.sub("", reason, count=1).replace('found "<EOF>"', "the message ends")
        raise MessageSyntaxError(reason, offset=offset) from exc
    repeated = _repeated_form(tokens)
    if repeated is not None:
        raise MessageSyntaxError("a form of a plural or select is given twice", offset=repeated)
    return tuple(_part(node, None, in_plural=False) for node in tree)


def _repeated_form(tokens: list[dict[str, str]]) -> int | None:
    """Find the place of a form that its plural or select already has; the parser would keep the last one."""
    seen: list[set[str]] = [set()]
    offset = 0
    for token in tokens:
        text = token["text"]
        if token["type"] == "syntax" and text == "{":
            seen.append(set())
        elif token["type"] == "syntax" and text == "}":
            seen.pop()
        elif token["type"] == "selector":
            if text in seen[-1]:
                return offset
            seen[-1].add(text)
        offset += len(text)
    return None


def _part(node: str | dict[str, Any], parent: dict[str, Any] | None, *, in_plural: bool) -> Part:
    if isinstance(node, str):
        if parent and parent["type"] == "select" and in_plural and "#" in node:
            reason = (
                f"# inside {{{parent['name']}, select}} is not a number: write the plural inside the select"
            )
            raise MessageSyntaxError(reason, offset=int(parent["start"]))
        return node
    name, kind, offset = str(node["name"]), node.get("type"), int(node["start"])
    if node.get("hash"):
        return Count(name)
    if not _NAME.match(name):
        raise MessageSyntaxError(f'"{name}" is not a placeholder name', offset=offset)
    if kind is None:
        return Placeholder(name)
    if kind not in ("plural", "select"):
        reason = f'type "{kind}" of {{{name}}} is not allowed: only plural and select'
        raise MessageSyntaxError(reason, offset=offset)
    if node.get("offset"):
        raise MessageSyntaxError(f"offset: of {{{name}}} is not supported", offset=offset)
    options = _options(node, in_plural=in_plural or kind == "plural")
    return Select(name, options) if kind == "select" else Plural(name, options)


def _options(node: dict[str, Any], *, in_plural: bool) -> Mapping[str, tuple[Part, ...]]:
    for key in node["options"] if node["type"] == "plural" else ():
        if key not in CATEGORIES and not _SELECTOR.match(key):
            reason = f'"{key}" of {{{node["name"]}}} is not a plural category or =number'
            raise MessageSyntaxError(reason, offset=int(node["start"]))
    return MappingProxyType(
        {
            key: tuple(_part(part, node, in_plural=in_plural) for part in tree)
            for key, tree in node["options"].items()
        }
    )

"""What does a YAML file consist of, and where does each part stand?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.types import Location


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, exactly as YAML reads it before any typing."""

    text: str
    line: int  # from 1, like all lines and columns here
    column: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; of a key that stands twice, the first value."""

    items: Mapping[Scalar, Node]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """Find a value by the text of its key."""
        return next((value for name, value in self.items.items() if name.text == key), None)


Node = Scalar | ListNode | MapNode
Step = str | int  # a key or a position on the way to a node


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its nodes and where they stand."""

    path: Path
    root: Node | None  # None for an empty file

    def at(self, node: Node | None) -> Location:
        """Where a node stands."""
        return (
            Location(path=self.path)
            if node is None
            else Location(path=self.path, line=node.line, column=node.column)
        )

    def locate(self, steps: tuple[Step, ...], *, key: bool = False, start: Node | None = None) -> Location:
        """Where the node at the end of a way stands, or the last node on the way that exists.

        Args:
            steps: Keys and positions, from `start`.
            key: Give the place of the last key instead of its value's.
            start: Where the way begins; the root by default.
        """
        node = self.root if start is None else start
        for number, step in enumerate(steps, 1):
            found = _key(node, step) if key and number == len(steps) else _step(node, step)
            if found is None:
                break
            node = found
        return self.at(node)


def plain(node: Node | None) -> object:
    """Strip the places: text, lists and dictionaries, for the schema to type."""
    match node:
        case Scalar():
            return node.text
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {key.text: plain(value) for key, value in node.items.items()}
    return None


def walk(node: Node, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Node]]:
    """Give every node below one with the way to it, itself first."""
    yield steps, node
    if isinstance(node, ListNode):
        for position, item in enumerate(node.items):
            yield from walk(item, (*steps, position))
    elif isinstance(node, MapNode):
        for name, value in node.items.items():
            yield from walk(value, (*steps, name.text))


def _step(node: Node | None, step: Step) -> Node | None:
    if isinstance(node, MapNode) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _key(node: Node | None, step: Step) -> Node | None:
    if isinstance(node, MapNode):
        return next((name for name in node.items if name.text == step), None)
    return _step(node, step)

"""In which order do the keys of an item stand? Moved as lines of text, so that each keeps its comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.knowledge.nodes import ListNode, MapNode, Node, Scalar

_ENTRY = ("id", "kind", "careful", "remark", "question", "answer", "facts", "sources", "review_by", "related",
          "follow_ups", "aliases")  # fmt: skip
# Kind of file -> the key under which items stand ("" for the items of the file itself) -> the order of their keys.
# A mapping that is named nowhere here keeps its order: there the order is the editor's.
ORDERS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "sources": {"": ("id", "title", "described", "url", "publisher", "language", "published", "checked_on")},
    "facts": {
        "": ("id", "topic", "statement", "values", "as_of", "source", "confidence", "note", "review_by"),
        "values": ("name", "type", "value", "unit", "role"),
    },
    "entries": {"": ("title", "order", "entries"), "entries": _ENTRY},
    "conversation": {"": _ENTRY},
    "notices": {"": ("id", "text", "from", "until", "topics", "locales")},
    "evaluation": {"": ("question", "after", "decline", "entry", "both")},
    "names": {"": ("id", "names")},
    "glossary": {"": ("term", "also", "abbreviation", "names", "own")},
}


def in_order(text: str, root: Node | None, kind: str) -> str:
    """Move the lines of each item so that its keys stand in the order of its kind.

    Args:
        text: Of the file.
        root: What was read from exactly this text.
        kind: Of the file.
    """
    orders = ORDERS.get(kind)
    if orders is None or root is None:
        return text
    lines = text.split("\n")
    _arrange(lines, root, len(lines), "", orders)
    return "\n".join(lines)


def _arrange(lines: list[str], node: Node, end: int, under: str, orders: Mapping[str, Sequence[str]]) -> None:
    """Order a node that ends before a line (counted from 0), what is inside it first: that moves no line out of it."""
    if isinstance(node, ListNode):
        for position, item in enumerate(node.items):
            following = node.items[position + 1].line - 1 if position + 1 < len(node.items) else end
            _arrange(lines, item, following, under, orders)
    elif isinstance(node, MapNode):
        keys = list(node.items)
        starts = [key.line - 1 for key in keys]
        if len(set(starts)) < len(starts) or len({key.column for key in keys}) > 1:
            return  # {in: one, line: of them}
        for key, value, following in zip(keys, node.items.values(), [*starts[1:], end], strict=True):
            _arrange(lines, value, following, key.text, orders)
        if order := orders.get(under):
            _permute(lines, keys, end, order)


def _permute(lines: list[str], keys: Sequence[Scalar], end: int, order: Sequence[str]) -> None:
    places = {name: place for place, name in enumerate(order)}
    wanted = sorted(range(len(keys)), key=lambda number: (places.get(keys[number].text, len(order)), number))
    if wanted == sorted(wanted):
        return
    begin, width = keys[0].line - 1, keys[0].column - 1
    head = lines[begin][:width]  # the indentation, and the dash of an item
    if head.strip() not in ("", "-"):
        return
    lines[begin] = " " * width + lines[begin][width:]
    chunks, tail = _chunks(lines, [key.line - 1 for key in keys], end, width)
    moved = [line for number in wanted for line in chunks[number]]
    first = next(number for number, line in enumerate(moved) if not _apart(line, width))
    moved[first] = head + moved[first][width:]
    lines[begin:end] = [*moved, *tail]


def _chunks(
    lines: Sequence[str], starts: Sequence[int], end: int, width: int
) -> tuple[list[list[str]], list[str]]:
    """Cut an item at its keys, each with the comments above it; what follows the last key stays at the end."""
    chunks: list[list[str]] = []
    above: list[str] = []
    for start, following in zip(starts, [*starts[1:], end], strict=True):
        cut = following
        while cut > start + 1 and _apart(lines[cut - 1], width):
            cut -= 1
        if following != end and not any(line.strip() for line in lines[cut:following]):
            cut = following  # empty lines alone belong to the text before them
        chunks.append([*above, *lines[start:cut]])
        above = list(lines[cut:following])
    return chunks, above


def _apart(line: str, width: int) -> bool:
    """Whether a line is empty, or a comment that stands no deeper than the keys."""
    bare = line.lstrip(" ")
    return not bare or (bare.startswith("#") and len(line) - len(bare) <= width)

"""How is a YAML file read so that no content can hurt, and every scalar keeps its place and its text?

The parser's events are counted and built into nodes here, in one loop: libyaml's composer recurses and
crashes the process on deep nesting. Aliases, anchors and tags are refused: the format needs none, and they
are what bombs are made of. Every scalar stays text: `no`, `12:30` and `2024-01-30` are typed by the
schema, which knows what it wants.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import yaml

from bot.files import NO_CACHE, ReadCache
from bot.knowledge.nodes import Document, ListNode, MapNode, Node, Scalar
from bot.types import Location, Problem

MAX_BYTES = 1_000_000  # the largest honest file is a tenth of it
MAX_DEPTH = 20  # the format itself needs seven
MAX_NODES = 50_000  # texts, lists and mappings; the largest honest file has 5,000

# What YAML forbids, what moves line numbers apart from an editor's (NEL, LS, PS), and what makes a file look
# different from what it says (bidirectional overrides and isolates).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_yaml(path: Path, kept: ReadCache = NO_CACHE) -> tuple[Document, tuple[Problem, ...]]:
    """Read a file, if this process has not just done so; an unreadable one gives an empty document and one error."""
    content = read_content(path)
    if isinstance(content, Problem):
        return Document(path, None), (content,)
    return kept.same(path, content, lambda: parse_yaml(content, path))


def read_content(path: Path) -> bytes | Problem:
    """Read the bytes of a file, or say why they cannot be had."""
    try:
        if path.stat().st_size > MAX_BYTES:
            message, advice = f"larger than {MAX_BYTES:,} bytes", "split the file"
            return _fault(path, 1, 1, "file-too-big", message, advice)
        if not path.is_file():
            return _fault(path, 1, 1, "unreadable-file", "this is not a file", "put a YAML file there")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as exc:
        message, advice = f"cannot be read: {exc.strerror}", "check the file's rights"
        return _fault(path, 1, 1, "unreadable-file", message, advice)


def parse_yaml(content: bytes, path: Path) -> tuple[Document, tuple[Problem, ...]]:
    """Build the nodes of a file from its bytes.

    Returns:
        The document and its faults: every duplicate key, or the one fault that stopped the reading.
    """
    try:
        text = _decode(content)
        builder = _Builder(path)
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            builder.add(event)
        return Document(path, builder.root), tuple(builder.problems)
    except _Refused as refused:
        return _refuse(path, *refused.args)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if "nesting depth" in (exc.problem or ""):  # the parser's own limit, in later versions
            return _refuse(path, line, column, *_TOO_DEEP)
        return _refuse(path, line, column, "yaml-syntax", _said(exc), _advice(exc))
    except yaml.YAMLError as exc:
        return _refuse(
            path, 1, 1, "yaml-syntax", f"not YAML: {exc}", "compare with another file of this folder"
        )


_TOO_DEEP = ("too-deep", f"nested more than {MAX_DEPTH} levels deep", "flatten this part")


class _Refused(Exception):
    """Stops the reading: line, column, code, message, advice."""


class _Builder:
    """Turns parser events into nodes, without recursion."""

    def __init__(self, path: Path) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._path = path
        self._open: list[tuple[yaml.Event, list[Node]]] = []  # collections being read
        self._documents = 0
        self._nodes = 0

    def add(self, event: yaml.Event) -> None:
        """Take in one event; raises _Refused when the file must not be read on."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _refusal(
                    event, "several-documents", "a second document begins here", "remove the line ---"
                )
        elif isinstance(event, yaml.NodeEvent):
            _refuse_tricks(event)
            self._nodes += 1
            if self._nodes > MAX_NODES:
                message = f"more than {MAX_NODES:,} texts, lists and mappings"
                raise _refusal(event, "file-too-big", message, "split the file")
            if isinstance(event, yaml.ScalarEvent):
                self._place(Scalar(event.value, *_place(event)))
            else:
                if len(self._open) >= MAX_DEPTH:
                    raise _refusal(event, *_TOO_DEEP)
                self._open.append((event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            start, items = self._open.pop()
            if isinstance(start, yaml.SequenceStartEvent):
                self._place(ListNode(tuple(items), *_place(start)))
            else:
                self._place(MapNode(self._mapping(items), *_place(start)))

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        start, items = self._open[-1]
        is_key = isinstance(start, yaml.MappingStartEvent) and len(items) % 2 == 0
        if is_key and not isinstance(node, Scalar):
            raise _Refused(
                node.line, node.column, "yaml-syntax", "a key must be plain text", "put the text in quotes"
            )
        items.append(node)

    def _mapping(self, items: list[Node]) -> dict[Scalar, Node]:
        found: dict[str, Scalar] = {}
        mapping: dict[Scalar, Node] = {}
        for key, value in list(pairwise(items))[::2]:
            assert isinstance(key, Scalar)  # _place lets no other key in
            if first := found.get(key.text):
                self.problems.append(
                    Problem(
                        location=Location(path=self._path, line=key.line, column=key.column),
                        code="duplicate-key",
                        message=f'"{key.text}" stands already in line {first.line}',
                        advice="keep one of them",
                    )
                )
            else:
                found[key.text] = key
                mapping[key] = value
        return mapping


def _decode(content: bytes) -> str:
    """Turn bytes into text that an editor and the parser count alike."""
    if len(content) > MAX_BYTES:
        raise _Refused(1, 1, "file-too-big", f"larger than {MAX_BYTES:,} bytes", "split the file")
    if content.startswith(_BYTE_ORDER_MARKS):
        raise _Refused(
            1, 1, "byte-order-mark", "begins with a byte order mark", "save it as UTF-8 without BOM"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as exc:
        place = _line_and_column(content[: exc.start].decode("utf-8"), exc.start)
        message = f"the byte 0x{content[exc.start]:02x} is not UTF-8"
        raise _Refused(*place, "invalid-utf-8", message, "save the file as UTF-8") from exc
    if hidden := _HIDDEN.search(text):
        message = f"the invisible character U+{ord(hidden.group()):04X} is not allowed"
        place = _line_and_column(text, hidden.start())
        raise _Refused(*place, "hidden-character", message, "delete it")
    if tab := _TAB.search(text):
        place = _line_and_column(text, tab.end() - 1)
        raise _Refused(*place, "tab", "a tab stands in the indentation", "indent with spaces")
    return text


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _refuse_tricks(event: yaml.NodeEvent) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise _refusal(event, "alias", f"the alias *{event.anchor} is not allowed", "write the text out")
    if event.anchor is not None:
        raise _refusal(event, "alias", f"the anchor &{event.anchor} is not allowed", "remove it")
    if getattr(event, "tag", None) is not None:
        raise _refusal(
            event, "tag", "a YAML tag (!...) is not allowed", "remove it, or put the text in quotes"
        )


def _refusal(event: yaml.Event, code: str, message: str, advice: str) -> _Refused:
    return _Refused(*_place(event), code, message, advice)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # only events that are made by hand have none
    return mark.line + 1, mark.column + 1


def _refuse(
    path: Path, line: int, column: int, code: str, message: str, advice: str
) -> tuple[Document, tuple[Problem, ...]]:
    return Document(path, None), (_fault(path, line, column, code, message, advice),)


def _fault(path: Path, line: int, column: int, code: str, message: str, advice: str) -> Problem:
    location = Location(path=path, line=line, column=column)
    return Problem(location=location, code=code, message=message, advice=advice)


def _said(exc: yaml.MarkedYAMLError) -> str:
    context = f" ({exc.context})" if exc.context else ""
    return f"not YAML: {exc.problem}{context}"


def _advice(exc: yaml.MarkedYAMLError) -> str:
    if "mapping values are not allowed" in (exc.problem or ""):
        return "a text with a colon needs quotes; otherwise check the indentation"
    return "check quotes, brackets and indentation here and in the line before"

"""How is a file of the knowledge base written so that two editors write the same thing the same way?

Keys in the order of their kind, lists two spaces deeper than their key, quotation marks double, folded text in lines of
at most 120 characters, the editor's schema in the first line. Comments, block texts and everything that the program
reads stay as they are; a file for which that cannot be shown is left alone.
"""

from __future__ import annotations

import io
import re
import stat
import textwrap
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.emitter import RoundTripEmitter
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, SingleQuotedScalarString
from ruamel.yaml.tag import Tag

from bot.errors import BotError
from bot.files import replacing
from bot.knowledge.nodes import plain
from bot.knowledge.yamltext import parse_yaml
from bot.staff.keyorder import in_order
from bot.staff.schemas import MARK, PER_FILE, PER_FOLDER, kind_of, schema_line
from bot.types import Location, Problem

WIDTH = 120
_TEXT_TAG = Tag(suffix="tag:yaml.org,2002:str")
_JOINT = "\N{WORD JOINER}"  # as long as the space whose place it takes while lines are broken
_COMMENT = re.compile(r"#.*")


class NotFormatted(BotError):
    """A file stays as it is; the text says where and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A file before and after."""

    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


def format_file(path: Path, knowledge_dir: Path) -> Formatted:
    """Say how a file is to be written; nothing is written yet.

    Raises:
        NotFormatted: It cannot be read, or would not say the same afterwards.
    """
    kind = kind_of(path, knowledge_dir)
    if kind is None:
        there = f"{', '.join(f'{name}.yaml' for name in PER_FILE)}, and *.yaml in {', '.join(PER_FOLDER)}"
        message = f"not a file of {knowledge_dir}"
        raise _fault(path, "unexpected-file", message, f"those are {there}: name one of them")
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise _fault(
            path, "unreadable-file", f"cannot be read: {exc.strerror}", "check its name and rights"
        ) from exc
    after = format_text(content, path, kind)
    return Formatted(path=path, before=content.decode("utf-8"), after=after)


def format_text(content: bytes, path: Path, kind: str) -> str:
    """Write the content of a file anew.

    Raises:
        NotFormatted: It is no YAML that the loader reads, or would not say the same afterwards.
    """
    document, problems = parse_yaml(content, path)
    if problems:
        raise NotFormatted("\n".join(map(str, problems)))
    before = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    try:
        after = _with_schema(_rewritten(in_order(before, document.root, kind)), kind)
    except (YAMLError, LookupError, ValueError, AttributeError) as exc:  # it stumbles over some comments
        raise _unsafe(path, f"cannot be written anew ({exc})") from exc
    again, faults = parse_yaml(after.encode("utf-8"), path)
    if faults or plain(again.root) != plain(document.root):
        raise _unsafe(path, "would say something else afterwards")
    if lost := _comments(before) - _comments(after):
        comment = next(iter(lost))
        line = next(number for number, text in enumerate(before.split("\n"), 1) if comment in text)
        message = f'the comment "{comment}" would be lost'
        raise _fault(path, "not-formatted", message, "write it above the item, as deep as the item", line)
    return after


def write_formatted(formatted: Formatted) -> None:
    """Write a file, whole or not at all.

    Raises:
        NotFormatted: It cannot be written.
    """
    path = formatted.path.resolve()  # a link stays one
    try:
        with replacing(path, stat.S_IMODE(path.stat().st_mode)) as file:
            file.write(formatted.after.encode())
    except OSError as exc:
        message, advice = f"cannot be written: {exc.strerror}", "check the rights of its folder"
        raise _fault(formatted.path, "unwritable-file", message, advice) from exc


# --- writing ---


class _Emitter(RoundTripEmitter):
    """Indents lists below their key, but not the list that is the whole file."""

    @property
    def sequence_dash_offset(self) -> int:
        return 0 if self._in_root_list() else 2

    @sequence_dash_offset.setter
    def sequence_dash_offset(self, _: int) -> None:
        """Leave it: it depends on the place."""

    @property
    def best_sequence_indent(self) -> int:
        return 2 if self._in_root_list() else 4

    @best_sequence_indent.setter
    def best_sequence_indent(self, _: int) -> None:
        """Leave it: it depends on the place."""

    def _in_root_list(self) -> bool:
        values = self.indents.values
        return len(values) <= 2 and bool(values) and bool(values[0][1])


class _Resolver(VersionedResolver):
    """Takes every scalar for text, as the loader does: `null`, `1.10` and `no` are written as they were."""

    def resolve(self, kind: object, value: object, implicit: object) -> object:
        found = super().resolve(kind, value, implicit)
        return _TEXT_TAG if isinstance(value, str) else found


def _rewritten(text: str) -> str:
    writer = YAML()
    writer.Emitter = _Emitter
    writer.Resolver = _Resolver
    writer.map_indent = 2
    writer.preserve_quotes = True
    writer.width = 10**9  # lines are broken where this module says
    writer.allow_unicode = True
    root = writer.load(text)
    if not root or not isinstance(root, (CommentedMap, CommentedSeq)):
        return text.rstrip("\n") + "\n"  # comments alone, or an empty list below them
    root.fa.set_block_style()
    _restyle(root, 2 if isinstance(root, CommentedSeq) else 0)
    stream = io.StringIO()
    writer.dump(root, stream)
    written = stream.getvalue()
    return (
        written[:-4] if written.endswith("\n...\n") else written
    )  # it marks the end after open texts; nobody needs it


def _restyle(node: CommentedMap | CommentedSeq, column: int) -> None:
    """Give the texts below a node their form; its own keys or items stand at a column."""
    for key, value in list(node.items() if isinstance(node, CommentedMap) else enumerate(node)):
        if isinstance(value, (CommentedMap, CommentedSeq)):
            in_list = isinstance(node, CommentedSeq)
            _restyle(value, column + (2 if in_list or isinstance(value, CommentedMap) else 4))
        elif isinstance(value, SingleQuotedScalarString) and not set(value) & set('"\\'):
            node[key] = DoubleQuotedScalarString(value)
        elif isinstance(value, FoldedScalarString):
            _fold(value, WIDTH - column - 2)


def _fold(text: FoldedScalarString, width: int) -> None:
    """Break a paragraph anew when one of its lines is too long; others stay as somebody broke them."""
    body = text.rstrip("\n")
    if "\n" in body or "  " in body or body != body.strip():
        return
    breaks = [-1, *getattr(text, "fold_pos", []), len(body)]
    lines = [body[start + 1 : stop] for start, stop in pairwise(breaks)]
    if all(len(line) <= width for line in lines):
        return
    position, places = 0, []
    for line in textwrap.wrap(_held_together(body), width, break_long_words=False, break_on_hyphens=False)[
        :-1
    ]:
        position += len(line)
        places.append(position)
        position += 1
    text.fold_pos = places  # type: ignore[attr-defined]


def _held_together(text: str) -> str:
    """Join what stands in braces: a placeholder or a plural reads better in one line."""
    depth, letters = 0, []
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        letters.append(_JOINT if letter == " " and depth > 0 else letter)
    return "".join(letters)


def _with_schema(text: str, kind: str) -> str:
    lines = text.splitlines(keepends=True)
    head = 0
    while head < len(lines) and (lines[head].startswith("#") or not lines[head].strip()):
        head += 1
    kept = [line for line in lines[:head] if not line.startswith(MARK)]
    return "".join([schema_line(kind), *kept, *lines[head:]])


# --- what must stay ---


def _comments(text: str) -> Counter[str]:
    """Count the comments, but for the one that names the schema: what stands after # outside of every scalar."""
    rest = list(text)
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.ScalarEvent):
            start, end = event.start_mark, event.end_mark
            assert start is not None
            assert end is not None
            head = start.index
            if event.style in ("|", ">"):  # a comment may follow the indicator
                head = text.find("\n", head) if "\n" in text[head:] else len(text)
            for place in range(head, min(end.index, len(rest))):
                rest[place] = "\n" if rest[place] == "\n" else " "
    found = (match.group().rstrip() for match in _COMMENT.finditer("".join(rest)))
    return Counter(comment for comment in found if not comment.startswith(MARK))


def _unsafe(path: Path, message: str) -> NotFormatted:
    return _fault(path, "not-formatted", message, "it is left as it is: compare its form with another file's")


def _fault(path: Path, code: str, message: str, advice: str, line: int = 1) -> NotFormatted:
    place = Location(path=path, line=line)
    return NotFormatted(str(Problem(location=place, code=code, message=message, advice=advice)))

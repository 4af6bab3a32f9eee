"""How is one entry asked for in one language, and where does it say so?

Nine of ten lines of the knowledge base are phrasings, and most of their files are as they were at the last start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.files import NO_CACHE, ReadCache
from bot.knowledge.nodes import Document, ListNode, MapNode, Scalar
from bot.knowledge.schema import PhrasingsFile
from bot.knowledge.validate import validate
from bot.knowledge.yamltext import parse_yaml, read_content
from bot.types import Location, Problem


@dataclass(frozen=True, slots=True)
class Asked:
    """The phrasings of one entry in one file."""

    entry_id: str
    texts: tuple[str, ...]
    places: tuple[Location, ...]  # of the entry's id, then of each text


def read_asked(path: Path, kept: ReadCache = NO_CACHE) -> tuple[Sequence[Asked], Sequence[Problem]]:
    """Read a file of phrasings, or remember what it was read as when it had no fault.

    Returns:
        What could be read, in the order of the file, and its faults.
    """
    content = read_content(path)
    if isinstance(content, Problem):
        return (), (content,)
    return kept.same(path, content, lambda: _read_content(path, content, kept))


def _read_content(path: Path, content: bytes, kept: ReadCache) -> tuple[Sequence[Asked], Sequence[Problem]]:
    name = f"{path.parent.name}-{path.stem}"
    with suppress(ValueError, TypeError):  # damaged: as if it were not kept
        if (known := kept.find(name, content)) is not None:
            return _from_json(known, path), ()
    document, found = parse_yaml(content, path)
    problems = list(found)
    asked = tuple(_read(document, problems))
    if not problems:
        kept.keep(name, content, _to_json(asked))
    return asked, tuple(problems)


def _read(document: Document, problems: list[Problem]) -> Iterator[Asked]:
    if document.root is not None and not isinstance(document.root, MapNode):
        location, message = document.at(document.root), "entry ids with lists are expected here"
        problems.append(Problem(location=location, code="wrong-shape", message=message))
        return
    for key, value in document.root.items.items() if document.root else ():
        nothing_yet = isinstance(value, Scalar) and not value.text
        node = ListNode((), key.line, key.column) if nothing_yet else value
        # Entry by entry, so that one fault costs one entry.
        item, faults = validate(PhrasingsFile, MapNode({key: node}, key.line, key.column), document)
        problems.extend(faults)
        if item is not None:
            texts = node.items if isinstance(node, ListNode) else ()
            yield Asked(key.text, tuple(item.root[key.text]), tuple(map(document.at, (key, *texts))))


def _to_json(asked: Iterable[Asked]) -> list[list[object]]:
    """Write the phrasings of a file as JSON can say them: ids, texts, lines and columns."""
    return [
        [
            one.entry_id,
            one.texts,
            [place.line for place in one.places],
            [place.column for place in one.places],
        ]
        for one in asked
    ]


def _from_json(written: object, path: Path) -> tuple[Asked, ...]:
    """Read the phrasings of a file back.

    Raises:
        ValueError, TypeError: These were never phrasings.
    """
    if not isinstance(written, list):
        raise ValueError("not a list")
    return tuple(
        Asked(
            entry_id,
            tuple(texts),
            tuple(
                Location(path=path, line=line, column=column)
                for line, column in zip(lines, columns, strict=True)
            ),
        )
        for entry_id, texts, lines, columns in written
    )

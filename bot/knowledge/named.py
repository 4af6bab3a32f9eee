"""How is a name written in each language, and does each form mean one name only?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bot.files import NO_CACHE, ReadCache
from bot.knowledge.nodes import Document, ListNode, Node, walk
from bot.knowledge.schema import NameItem
from bot.knowledge.validate import validate
from bot.knowledge.yamltext import parse_yaml, read_content
from bot.language.normalize import normalize
from bot.types import Location, Problem

Named = Mapping[str, Mapping[str, tuple[str, ...]]]  # name -> locale -> its forms, the usual one first


def read_names(path: Path, kept: ReadCache = NO_CACHE) -> tuple[Named, tuple[Problem, ...]]:
    """Read a file of names, or remember what it was read as when it had no fault.

    Returns:
        What could be read, in the order of the file, and its faults.
    """
    content = read_content(path)
    if isinstance(content, Problem):
        return {}, (content,)
    return kept.same(path, content, lambda: _read(path, content, kept))


def _read(path: Path, content: bytes, kept: ReadCache) -> tuple[Named, tuple[Problem, ...]]:
    with suppress(ValueError, TypeError, AttributeError):  # damaged: as if it were not kept
        if (known := kept.find("names", content)) is not None:
            return _from_json(known), ()
    document, found = parse_yaml(content, path)
    problems = list(found)
    named = dict(_names(document, problems))
    if not problems:
        kept.keep("names", content, list(named.items()))
    return named, tuple(problems)


def _names(
    document: Document, problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    seen: dict[str, Location] = {}
    forms: dict[str, tuple[str, Location]] = {}  # folded form -> the name, its first place
    for node, item in _items(document, problems):
        place = document.locate(("id",), start=node)
        first = seen.setdefault(item.id, place)
        if first is not place:
            message = f'the name "{item.id}" stands already in {first.path}:{first.line}'
            _report(problems, place, "duplicate-id", message, "give one of them another id")
        places = {".".join(map(str, steps)): document.at(part) for steps, part in walk(node)}
        for locale, written in item.names.items():
            for position, form in enumerate(written):
                at = places[f"names.{locale}.{position}"]
                other, earlier = forms.setdefault(normalize(form).folded, (item.id, at))
                if other != item.id:
                    message = f'"{form}" is already a form of {other}, in line {earlier.line}'
                    advice = "a form may mean one name only: remove it here or there"
                    _report(problems, at, "name-shared", message, advice)
        if first is place:
            yield item.id, {locale: tuple(written) for locale, written in item.names.items()}


def _items(document: Document, problems: list[Problem]) -> Iterator[tuple[Node, NameItem]]:
    root = document.root
    if root is not None and not isinstance(root, ListNode):
        advice = 'begin each item with "- "'
        _report(problems, document.at(root), "wrong-shape", "a list is expected here", advice)
        return
    for node in root.items if root else ():
        item, faults = validate(NameItem, node, document)
        problems += faults
        if item is not None:
            yield node, item


def _report(problems: list[Problem], place: Location, code: str, message: str, advice: str) -> None:
    problems.append(Problem(location=place, code=code, message=message, advice=advice))


def _from_json(written: object) -> Named:
    """Read names back.

    Raises:
        ValueError, TypeError, AttributeError: These were never names.
    """
    if not isinstance(written, list):
        raise ValueError("not a list")
    return {
        name: {locale: tuple(forms) for locale, forms in by_locale.items()} for name, by_locale in written
    }

"""How do accepted phrasings get from the store into the files? Written for the next commit, then taken from the store.

`knowledge/learned/<locale>.yaml` holds nothing else, and nothing else is written: what people wrote by hand stays as
it is. Files are written first; until the rows are gone too, a phrasing that stands in both counts once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from bot.effects import Unlearn
from bot.errors import BotError
from bot.files import replacing
from bot.knowledge.entries import KnowledgeBase
from bot.language.normalize import normalize
from bot.staff.schemas import schema_line
from bot.types import Learned

FOLDER = "learned"
_HEAD = """\
# Questions that people asked, accepted as phrasings by staff (alliance-bot review). Written by `alliance-bot review
# export`; a line may be moved to ../phrasings/, changed or removed like any other.
"""

_Texts = dict[str, list[str]]  # entry -> phrasings


class NotExported(BotError):
    """A file could not be written; the rows of its language stay in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is to be written, and what follows."""

    files: Mapping[Path, str]  # what each file that changes will hold
    held: tuple[Learned, ...]  # rows that the files hold once these are written
    left: tuple[
        Learned, ...
    ]  # rows that stay: their entry or language is gone, or the text is another entry's

    def removals(self, at: datetime) -> tuple[Unlearn, ...]:
        """Say what takes the rows from the store that the files hold."""
        return tuple(Unlearn(locale=row.locale, text=row.text, why="exported", at=at) for row in self.held)


def plan_export(learned: Iterable[Learned], knowledge: KnowledgeBase, knowledge_dir: Path) -> Export:
    """Plan which files to write.

    Args:
        learned: Rows, oldest first.
        knowledge: As the files have it, without rows.
        knowledge_dir: Where the files are.

    Raises:
        NotExported: A file that is to be added to cannot be read.
    """
    held: list[Learned] = []
    left: list[Learned] = []
    files: dict[str, _Texts] = {}
    owners: dict[str, dict[str, str]] = {}
    for row in learned:
        entry = knowledge.resolve(row.entry_id)
        if entry is None or row.locale not in knowledge.phrasings:
            left.append(row)
            continue
        known = owners.setdefault(row.locale, dict(_owners(knowledge, row.locale)))
        owner = known.setdefault(normalize(row.text).folded, entry.id)
        if owner != entry.id:
            left.append(row)
            continue
        held.append(row)
        if not _stands(row.text, knowledge.phrasings[row.locale].get(entry.id, ())):
            texts = files.setdefault(row.locale, _read(_path(knowledge_dir, row.locale)))
            _add(texts.setdefault(entry.id, []), row.text)
    written = {_path(knowledge_dir, locale): _write(texts) for locale, texts in sorted(files.items())}
    return Export(files=written, held=tuple(held), left=tuple(left))


def write_export(export: Export) -> None:
    """Write the files, each one whole or not at all.

    Raises:
        NotExported: One cannot be written.
    """
    for path, content in export.files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path, 0o644) as file:
                file.write(content.encode())
        except OSError as exc:
            raise NotExported(
                f"{path}: cannot be written: {exc.strerror}; the accepted phrasings stay in the store"
            ) from exc


def _path(knowledge_dir: Path, locale: str) -> Path:
    return knowledge_dir / FOLDER / f"{locale}.yaml"


def _owners(knowledge: KnowledgeBase, locale: str) -> Iterator[tuple[str, str]]:
    for entry_id, texts in knowledge.phrasings.get(locale, {}).items():
        for text in texts:
            yield normalize(text).folded, entry_id


def _stands(text: str, texts: Sequence[str]) -> bool:
    folded = normalize(text).folded
    return any(normalize(each).folded == folded for each in texts)


def _add(texts: list[str], text: str) -> None:
    if not _stands(text, texts):
        texts.append(text)


def _read(path: Path) -> _Texts:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise NotExported(f"{path}: cannot be read: {exc}; `alliance-bot check` says more") from exc
    if not isinstance(content or {}, dict):
        raise NotExported(f"{path}: entry ids with lists are expected here; `alliance-bot check` says more")
    return {str(entry): [str(text) for text in texts or ()] for entry, texts in (content or {}).items()}


def _write(texts: _Texts) -> str:
    """Write a file: entries by name, phrasings in the order in which they were accepted."""
    lines = [schema_line(FOLDER), _HEAD]
    for entry_id in sorted(texts):
        lines.append(f"\n{entry_id}:\n")
        lines += [f"  - {json.dumps(text, ensure_ascii=False)}\n" for text in texts[entry_id]]
    return "".join(lines)

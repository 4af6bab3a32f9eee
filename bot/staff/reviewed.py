"""Who has read a translation besides the one who wrote it, and how is that noted?

A line of the translators' comment, `reviewed-by: NAME DATE`, which updates keep until the English text changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polib

from bot.errors import CatalogError
from bot.knowledge.validate import nearest
from bot.language.notes import note_reviewed
from bot.staff.pofiles import DOMAINS, catalog_path, read_catalog, write_catalog

_LONGEST_NAME = 50  # characters; editors break longer comments into two lines


def mark_reviewed(root: Path, locale: str, names: Sequence[str] | None, *, by: str, today: date) -> int:
    """Note who has read current translations of a language.

    Args:
        root: The project's folder.
        locale: Which language.
        names: Contexts or entries; None: every current translation.
        by: The reader's name.
        today: The day to note.

    Returns:
        How many are noted.

    Raises:
        CatalogError: There is no such language or text, or one has no current translation. Then nothing is noted.
    """
    by = " ".join(by.split())
    if not by or len(by) > _LONGEST_NAME:
        raise CatalogError([f"--by: the reader's name is needed, in {_LONGEST_NAME} characters at most"])
    if names is not None and not names:
        raise CatalogError(["name the texts that were read, or give --all"])
    paths = [catalog_path(root / "locales", locale, domain) for domain in DOMAINS]
    if not any(path.exists() for path in paths):
        known = sorted(path.name for path in (root / "locales").glob("*") if path.is_dir())
        raise CatalogError([f'no catalogs for "{locale}"; {nearest(locale, known) or ", ".join(known)}'])
    catalogs = {path: read_catalog(path) for path in paths if path.exists()}
    entries = [entry for catalog in catalogs.values() for entry in catalog if not entry.obsolete]
    chosen = [entry for entry in entries if _current(entry)] if names is None else _named(names, entries)
    for entry in chosen:
        entry.tcomment = note_reviewed(entry.tcomment, by, today)
    for path, catalog in catalogs.items():
        write_catalog(path, catalog)
    return len(chosen)


def _current(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr) and not entry.fuzzy


def _named(names: Sequence[str], entries: Sequence[polib.POEntry]) -> list[polib.POEntry]:
    chosen: dict[str, polib.POEntry] = {}
    problems = []
    contexts = [entry.msgctxt or "" for entry in entries]
    stems = {context.rpartition(".")[0] for context in contexts if context.endswith((".question", ".answer"))}
    for name in names:
        wanted = {name} | ({f"{name}.question", f"{name}.answer"} if name in stems else set())
        found = [entry for entry in entries if entry.msgctxt in wanted]
        if not found:
            advice = nearest(name, [*contexts, *stems]) or "names are those of msgctxt in the catalog"
            problems.append(f'there is no text "{name}"; {advice}')
        for entry in found:
            chosen[entry.msgctxt or ""] = entry
            if not _current(entry):
                state = "stale" if entry.msgstr else "not translated"
                problems.append(
                    f"{entry.msgctxt} is {state}; translate it first, and take the flag fuzzy away"
                )
    if problems:
        raise CatalogError(problems)
    return list(chosen.values())

"""How do the catalogs keep up with the English texts, without losing a word that somebody translated?

Catalogs are brought in step with polib alone, pairing messages by their context and nothing else:
`pybabel update` guesses by likeness, and drops the former wording that translators need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polib

from bot.errors import CatalogError
from bot.knowledge.extract import read_value_comments
from bot.knowledge.validate import nearest
from bot.language.notes import note_same_meaning, note_stale, read_notes, without
from bot.staff.pofiles import DOMAINS, by_context, catalog_path, empty, read_catalog, write_catalog
from bot.staff.templates import templates, write_templates

FUZZY = "fuzzy"
_ENTRY_PARTS = ("question", "answer")  # the messages of an entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What an update did to translations: context to the locales, in the order of the templates."""

    stale: Mapping[str, tuple[str, ...]]  # current before, stale now
    kept: Mapping[str, tuple[str, ...]]  # current, since the edit was editorial
    stale_still: Mapping[str, tuple[str, ...]]  # stale for an earlier reason, in spite of an editorial edit


@dataclass(slots=True)
class _Run:
    """An update that is under way."""

    today: date
    editorial: frozenset[str]  # contexts
    catalogs: dict[Path, polib.POFile] = field(default_factory=dict)
    stale: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stale_still: dict[str, tuple[str, ...]] = field(default_factory=dict)


def update(
    root: Path, locales: Sequence[str] | None = None, *, today: date, editorial: Sequence[str] = ()
) -> Updated:
    """Extract the templates, then bring catalogs in step with them; a second run changes no byte.

    A message keeps its translation as long as its context exists. When its wording has changed, or a value
    that stands in its sentence, the translation becomes fuzzy, and the former wording and the day are noted.
    Translations of messages that are gone stay at the end of the file, out of use, in case the message
    comes back.

    Args:
        root: The project's folder.
        locales: Only these; by default all that have a folder. A missing catalog of theirs is created.
        today: The day to note.
        editorial: Contexts, or entries, whose text was put into other words that mean the same: what was
            current stays so. One whose translations an earlier update made stale may be named, too.

    Raises:
        CatalogError: A catalog cannot be read, a locale has no folder, or an editorial edit names a text
            that does not exist or has not changed. Then no file is changed.
    """
    extracted = templates(root)
    folder = root / "locales"
    found = _locales(folder)
    if unknown := sorted(set(locales or ()) - set(found)):
        raise CatalogError(
            [f"{folder / name}: no such folder; create the language first" for name in unknown]
        )
    if locales and editorial:
        raise CatalogError(["an editorial edit holds in every language; name no language beside it"])
    named = _named(editorial, extracted)
    run = _Run(today=today, editorial=frozenset(context for group in named.values() for context in group))
    for locale in locales or found:
        for domain in DOMAINS:
            path = catalog_path(folder, locale, domain)
            run.catalogs[path] = _updated(path, locale, domain, extracted[domain], run)
    _refuse_unchanged(named, run)
    write_templates(root, extracted)
    for path, catalog in run.catalogs.items():
        write_catalog(path, catalog)
    return Updated(stale=run.stale, kept=run.kept, stale_still=run.stale_still)


def begin(root: Path, locale: str, domain: str, *, today: date, words: str) -> Path | None:
    """Create a catalog with everything to translate; give its path, or None when it exists already.

    Args:
        root: The project's folder, with templates that are up to date.
        locale: A CLDR locale id.
        domain: One of DOMAINS.
        today: The day that its header names.
        words: Comment at its head, for translators.
    """
    path = catalog_path(root / "locales", locale, domain)
    if path.exists():
        return None
    catalog = empty(domain, locale)
    catalog.header += f"\n\n{words}"
    catalog.metadata["PO-Revision-Date"] = f"{today.isoformat()} 00:00+0000"
    for wanted in read_catalog(root / "locales" / f"{domain}.pot"):
        catalog.append(_message(wanted))
    write_catalog(path, catalog)
    return path


def _locales(folder: Path) -> list[str]:
    children = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in children if path.is_dir() and not path.name.startswith((".", "_")))


# --- editorial edits ------------------------------------------------------------------------------


def _named(names: Sequence[str], extracted: Mapping[str, polib.POFile]) -> dict[str, tuple[str, ...]]:
    """Find the contexts that each name means: its own, or the question and the answer of an entry."""
    contexts = dict.fromkeys(entry.msgctxt or "" for template in extracted.values() for entry in template)
    entries = dict.fromkeys(context.rpartition(".")[0] for context in contexts if _of_entry(context))
    found: dict[str, tuple[str, ...]] = {}
    unknown = []
    for name in names:
        parts = (name, *(f"{name}.{part}" for part in _ENTRY_PARTS if name in entries))
        found[name] = tuple(context for context in parts if context in contexts)
        if not found[name]:
            advice = nearest(name, (*contexts, *entries)) or "names are those of msgctxt in locales/*.pot"
            unknown.append(f'there is no text "{name}"; {advice}')
    if unknown:
        raise CatalogError(unknown)
    return found


def _of_entry(context: str) -> bool:
    return context.endswith(tuple(f".{part}" for part in _ENTRY_PARTS))


def _refuse_unchanged(named: Mapping[str, tuple[str, ...]], run: _Run) -> None:
    """An edit that nothing waits for is a slip of the pen, or concerns translations that need a new look."""
    problems = []
    for name, contexts in named.items():
        if any(context in run.kept for context in contexts):
            continue
        locales = sorted({locale for context in contexts for locale in run.stale_still.get(context, ())})
        if locales:
            where = ", ".join(locales)
            problems.append(
                f"{name}: nothing was current before this edit; it stays stale in {where}: translate it there"
            )
        else:
            problems.append(f"{name}: the text has not changed since it was translated")
    if problems:
        raise CatalogError(problems)


# --- catalogs -------------------------------------------------------------------------------------


def _updated(
    path: Path, locale: str, domain: str, template: Sequence[polib.POEntry], run: _Run
) -> polib.POFile:
    former = read_catalog(path) if path.exists() else empty(domain, locale)
    catalog = polib.POFile(wrapwidth=0)
    catalog.header, catalog.metadata = former.header, former.metadata
    if (
        "Language" in catalog.metadata
    ):  # Poedit writes "zh" for zh_Hans, which other tools read as another one
        catalog.metadata["Language"] = locale
    known = by_context(former)
    for wanted in template:
        earlier = known.pop(wanted.msgctxt or "", None)
        catalog.append(_message(wanted) if earlier is None else _merged(wanted, earlier, locale, run))
    for gone in known.values():
        if gone.msgstr:
            gone.obsolete = True
            catalog.append(gone)
    return catalog


def _message(wanted: polib.POEntry) -> polib.POEntry:
    """Write a message of a template that is not translated."""
    return polib.POEntry(
        msgctxt=wanted.msgctxt, msgid=wanted.msgid, comment=wanted.comment, occurrences=wanted.occurrences
    )


def _merged(wanted: polib.POEntry, former: polib.POEntry, locale: str, run: _Run) -> polib.POEntry:
    """Give a message of the template what was translated under its context."""
    merged, context = _message(wanted), wanted.msgctxt or ""
    merged.tcomment = former.tcomment
    if not former.msgstr:
        return merged
    merged.msgstr, merged.flags = former.msgstr, [flag for flag in former.flags if flag != FUZZY]
    changed = former.msgid != wanted.msgid or _values_changed(former, wanted)
    if not (changed or former.fuzzy) or _back(wanted, former):
        merged.tcomment = without(former.tcomment, "stale-since")  # somebody has taken the flag away
        return merged
    if context in run.editorial:
        if not former.fuzzy or (not changed and _changed_once(former)):
            merged.tcomment = note_same_meaning(former.tcomment, run.today)
            _add(run.kept, context, locale)
            return merged
        _add(run.stale_still, context, locale)
        changed = False
    if changed:
        merged.tcomment = note_stale(former.tcomment, run.today, doubted=former.fuzzy)
        if not former.fuzzy:
            _add(run.stale, context, locale)
    merged.flags.append(FUZZY)
    merged.previous_msgid = _translated_wording(wanted, former)
    return merged


def _translated_wording(wanted: polib.POEntry, former: polib.POEntry) -> str | None:
    """The wording that was translated, where it is another one than today's."""
    wording = (former.previous_msgid if former.fuzzy else None) or former.msgid
    return wording if wording != wanted.msgid else None


def _back(wanted: polib.POEntry, former: polib.POEntry) -> bool:
    """Whether the only change since the translation has been taken back."""
    return (
        _changed_once(former)
        and former.previous_msgid == wanted.msgid
        and not _values_changed(former, wanted)
    )


def _changed_once(former: polib.POEntry) -> bool:
    """Whether an update made a translation stale for a new wording, and nothing else has changed since."""
    notes = read_notes(former.tcomment)
    stale = former.fuzzy and former.previous_msgid is not None
    return stale and notes.stale_since is not None and not notes.changed_again


def _values_changed(former: polib.POEntry, wanted: polib.POEntry) -> bool:
    """Whether a fact that both rest on puts another value into the sentence."""
    before, after = read_value_comments(former.comment), read_value_comments(wanted.comment)
    return any(before[fact] != after[fact] for fact in before.keys() & after.keys())


def _add(found: dict[str, tuple[str, ...]], context: str, locale: str) -> None:
    found[context] = (*found.get(context, ()), locale)

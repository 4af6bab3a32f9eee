"""How do the catalogs keep up with the English texts, without losing a word that somebody translated?

Templates are extracted with Babel. Catalogs are brought in step with polib alone, pairing messages by
their context and nothing else: `pybabel update` guesses by likeness, and drops the former wording that
translators need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import polib
from babel import Locale
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.plural import to_gettext

from bot.errors import CatalogError
from bot.knowledge.extract import read_value_comments
from bot.knowledge.scalars import check_locale
from bot.language.catalogs import SOURCE_LOCALE
from bot.types import Location, Problem

DOMAINS = ("bot", "knowledge")

_HEADER = {
    "Project-Id-Version": "alliance-bot",
    "Report-Msgid-Bugs-To": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
_LINE = re.compile(r'\s*|#.*|((msgctxt|msgid|msgstr)\s+)?"(\\.|[^"\\])*"\s*')  # plurals stand inside messages
_TITLES = {"bot": "The interface of Alliance Bot", "knowledge": "Questions and answers of Alliance Bot"}


def extract(root: Path) -> None:
    """Write the templates `locales/bot.pot` and `locales/knowledge.pot` of a project folder.

    Raises:
        KnowledgeError: A file of the knowledge base is not YAML.
        CatalogError: The folder does not hold the project, or an English sentence has names that the facts
            no longer have; then no template is changed.
    """
    interface = root / "bot" / "language" / "texts.py"
    files = sorted((root / "knowledge" / "entries").glob("*.yaml"))
    if not interface.exists() or not files:
        missing = "no bot/language/texts.py and knowledge/entries here"
        raise CatalogError([f"{root}: {missing}; name the project's folder"])
    more = sorted(interface.parent.glob("*_texts.py"))
    others = [root / "knowledge" / f"{name}.yaml" for name in ("conversation", "notices")]
    files += [file for file in others if file.exists()]
    _write_template(root, "bot", [interface, *more], "python")
    _write_template(root, "knowledge", files, "alliance_entries")


def update(root: Path, locales: Sequence[str] | None = None) -> None:
    """Extract the templates, then bring catalogs in step with them; a second run changes no byte.

    A message keeps its translation as long as its context exists. When its wording has changed, or a value
    that stands in its sentence, the translation becomes fuzzy, and the former wording is noted.
    Translations of messages that are gone stay at the end of the file, out of use, in case the message
    comes back.

    Args:
        root: The project's folder.
        locales: Only these; by default all that have a folder. A missing catalog of theirs is created.

    Raises:
        CatalogError: A catalog cannot be read, or a locale has no folder.
    """
    extract(root)
    folder = root / "locales"
    found = sorted(
        path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    )
    if unknown := sorted(set(locales or ()) - set(found)):
        raise CatalogError(
            [f"{folder / name}: no such folder; create the language first" for name in unknown]
        )
    for locale in locales or found:
        for domain in DOMAINS:
            _update(folder, locale, domain)


def new(root: Path, locale: str, *, today: date) -> tuple[Path, ...]:
    """Begin the catalogs of a language; existing ones stay as they are.

    Returns:
        The files that were created.

    Raises:
        CatalogError: Not a CLDR locale id, or the source language itself.
    """
    fault = check_locale(locale)
    if fault or locale == SOURCE_LOCALE:
        message, advice = fault or (
            f'"{locale}" is the language of the messages themselves',
            "it needs no catalog",
        )
        raise CatalogError([f"{message}; {advice}"])
    extract(root)
    created = []
    for domain in DOMAINS:
        path = _path(root / "locales", locale, domain)
        if not path.exists():
            catalog = _empty(domain, locale)
            catalog.metadata["PO-Revision-Date"] = f"{today.isoformat()} 00:00+0000"
            _write(path, catalog)
            _update(root / "locales", locale, domain)
            created.append(path)
    return tuple(created)


def plural_forms(locale: str) -> str:
    """Write CLDR's plural rule of a locale as gettext's header.

    Babel's own table is wrong for several languages. gettext counts in whole numbers only, so CLDR's operand
    for compact numbers (`e`) is always 0.
    """
    rule = re.sub(r"\be\b", "0", to_gettext(Locale.parse(locale).plural_form))
    before = ""
    while rule != before:
        before = rule
        rule = rule.replace("(0 >= 0 && 0 <= 5)", "(0 == 0)").replace("(!((0 == 0)))", "(0)")
        rule = re.sub(r"\(\(([^()]*)\)\)", r"(\1)", rule)  # ((n == 1)) is (n == 1)
        rule = re.sub(r"\(0 == 0\) && | && \(0 == 0\)| \|\| \(0\)", "", rule)
    return rule


# --- templates ------------------------------------------------------------------------------------


def _write_template(root: Path, domain: str, files: Iterable[Path], method: str) -> None:
    template = _empty(domain, "")
    path = root / "locales" / f"{domain}.pot"
    former = _by_context(_read(path)) if path.exists() else {}
    outdated: list[Problem] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        for line, context, message, comments in _messages(file, method):
            entry = polib.POEntry(
                msgctxt=context, msgid=message, comment="\n".join(comments), occurrences=[(name, "")]
            )
            template.append(entry)
            outdated += _outdated(former.get(context), entry, Location(path=file, line=line))
    if outdated:
        raise CatalogError(outdated)
    _write(path, template)


def _outdated(former: polib.POEntry | None, entry: polib.POEntry, place: Location) -> Iterator[Problem]:
    """Find names in an English sentence that the facts no longer have.

    Once the template holds the new names nobody would be told any more.
    """
    if former is None or former.msgid != entry.msgid:
        return
    before, after = read_value_comments(former.comment), read_value_comments(entry.comment)
    for fact in sorted(before.keys() & after.keys()):
        for gone in sorted(before[fact] - after[fact]):
            name = gone.split(" (")[0]
            if name.casefold() in entry.msgid.casefold():
                yield Problem(
                    location=place,
                    code="stale-fact",
                    message=f"{entry.msgctxt} still says “{name}”; {fact} is now “{' · '.join(sorted(after[fact]))}”",
                    advice="correct the English sentence first",
                )


def _messages(file: Path, method: str) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give line, context, message and comments of each message of a file, in its order."""
    extracted = extract_from_file(
        method, str(file), DEFAULT_KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for line, message, comments, context in extracted:
        if isinstance(message, str) and context:
            yield line, context, message, comments


def _empty(domain: str, locale: str) -> polib.POFile:
    """Make a catalog, or with an empty locale a template, that holds nothing but its header."""
    catalog = polib.POFile(wrapwidth=0)  # a line per sentence: no wrapping that moves with every edit
    catalog.header = _TITLES[domain] + (f", {locale}" if locale else "")
    catalog.metadata = dict(_HEADER)
    if locale:
        catalog.metadata |= {
            "Last-Translator": "Alliance Bot contributors",
            "Language-Team": "Alliance Bot contributors",
            "Language": locale,
            "Plural-Forms": plural_forms(locale),
        }
    return catalog


# --- catalogs -------------------------------------------------------------------------------------


def _update(folder: Path, locale: str, domain: str) -> None:
    path = _path(folder, locale, domain)
    former = _read(path) if path.exists() else _empty(domain, locale)
    catalog = polib.POFile(wrapwidth=0)
    catalog.header, catalog.metadata = former.header, former.metadata
    known = _by_context(former)
    for wanted in _read(folder / f"{domain}.pot"):
        catalog.append(_merged(wanted, known.pop(wanted.msgctxt or "", None)))
    for gone in known.values():
        if gone.msgstr:
            gone.obsolete = True
            catalog.append(gone)
    _write(path, catalog)


def _by_context(catalog: polib.POFile) -> dict[str, polib.POEntry]:
    """Index a catalog; of several messages with one context, one in use wins, then one with a translation."""
    found: dict[str, polib.POEntry] = {}
    for entry in sorted(catalog, key=lambda entry: (bool(entry.obsolete), not entry.msgstr)):
        found.setdefault(entry.msgctxt or "", entry)
    return {entry.msgctxt or "": entry for entry in catalog if found.get(entry.msgctxt or "") is entry}


def _merged(wanted: polib.POEntry, former: polib.POEntry | None) -> polib.POEntry:
    """Give a message of the template what was translated under its context."""
    merged = polib.POEntry(
        msgctxt=wanted.msgctxt, msgid=wanted.msgid, comment=wanted.comment, occurrences=wanted.occurrences
    )
    if former is None:
        return merged
    merged.tcomment = former.tcomment
    if not former.msgstr:
        return merged
    merged.msgstr = former.msgstr
    merged.flags = list(former.flags)
    merged.previous_msgid = former.previous_msgid
    if former.msgid != wanted.msgid:
        merged.previous_msgid = former.previous_msgid or former.msgid  # the wording that was translated
    if merged.previous_msgid == wanted.msgid:
        merged.previous_msgid = None
    if (former.msgid != wanted.msgid or _values_changed(former, wanted)) and "fuzzy" not in merged.flags:
        merged.flags.append("fuzzy")
    return merged


def _values_changed(former: polib.POEntry, wanted: polib.POEntry) -> bool:
    """Whether a fact that both rest on puts another value into the sentence."""
    before, after = read_value_comments(former.comment), read_value_comments(wanted.comment)
    return any(before[fact] != after[fact] for fact in before.keys() & after.keys())


# --- files ----------------------------------------------------------------------------------------


def _path(folder: Path, locale: str, domain: str) -> Path:
    return folder / locale / "LC_MESSAGES" / f"{domain}.po"


def _read(path: Path) -> polib.POFile:
    """Read a catalog strictly: what polib silently cuts off would be lost with the next writing."""
    try:
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if not _LINE.fullmatch(line):
                raise CatalogError([_unreadable(path, number, "this is no line of a PO file")])
        return polib.pofile(text, wrapwidth=0)
    except (OSError, ValueError) as exc:
        raise CatalogError([_unreadable(path, 1, f"cannot be read: {exc}")]) from exc


def _unreadable(path: Path, line: int, message: str) -> Problem:
    location = Location(path=path, line=line)
    return Problem(location=location, code="catalog-syntax", message=message, advice="see `msgfmt --check`")


def _write(path: Path, catalog: polib.POFile) -> None:
    """Write a file whole or not at all; an unchanged one is not touched."""
    content = str(catalog).encode("utf-8")
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)

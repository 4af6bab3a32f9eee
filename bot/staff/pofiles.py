"""How are catalogs read and written, and what stands at their head?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polib
from babel.plural import to_gettext

from bot.errors import CatalogError
from bot.language.formats import cldr
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


def catalog_path(folder: Path, locale: str, domain: str) -> Path:
    """Where the catalog of a locale stands below the folder of catalogs."""
    return folder / locale / "LC_MESSAGES" / f"{domain}.po"


def empty(domain: str, locale: str) -> polib.POFile:
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


def plural_forms(locale: str) -> str:
    """Write CLDR's plural rule of a locale as gettext's header.

    Babel's own table is wrong for several languages. gettext counts in whole numbers only, so CLDR's operand
    for compact numbers (`e`) is always 0.
    """
    rule = re.sub(r"\be\b", "0", to_gettext(cldr(locale).plural_form))
    before = ""
    while rule != before:
        before = rule
        rule = rule.replace("(0 >= 0 && 0 <= 5)", "(0 == 0)").replace("(!((0 == 0)))", "(0)")
        rule = re.sub(r"\(\(([^()]*)\)\)", r"(\1)", rule)  # ((n == 1)) is (n == 1)
        rule = re.sub(r"\(0 == 0\) && | && \(0 == 0\)| \|\| \(0\)", "", rule)
    return rule


def by_context(catalog: Iterable[polib.POEntry]) -> dict[str, polib.POEntry]:
    """Index a catalog; of several messages with one context, one in use wins, then one with a translation."""
    listed = tuple(catalog)
    found: dict[str, polib.POEntry] = {}
    for entry in sorted(listed, key=lambda entry: (bool(entry.obsolete), not entry.msgstr)):
        found.setdefault(entry.msgctxt or "", entry)
    return {entry.msgctxt or "": entry for entry in listed if found.get(entry.msgctxt or "") is entry}


def read_catalog(path: Path) -> polib.POFile:
    """Read a catalog strictly: what polib silently cuts off would be lost with the next writing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        for number, line in enumerate(text.splitlines(), 1):
            if not _LINE.fullmatch(line):
                raise CatalogError([_unreadable(path, number, "this is no line of a PO file")])
        return polib.pofile(text, wrapwidth=0)
    except (OSError, ValueError) as exc:
        raise CatalogError([_unreadable(path, 1, f"cannot be read: {exc}")]) from exc


def _unreadable(path: Path, line: int, message: str) -> Problem:
    location = Location(path=path, line=line)
    return Problem(location=location, code="catalog-syntax", message=message, advice="see `msgfmt --check`")


def write_catalog(path: Path, catalog: polib.POFile) -> None:
    """Write a file whole or not at all; an unchanged one is not touched."""
    content = str(catalog).encode("utf-8")
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)

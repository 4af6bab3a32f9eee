"""What does a message say in a locale?

Catalogs are PO files, read once with polib; nothing is compiled. A translation is current when it was made
for the very message that is asked for, stale when the message has changed since or the translation is marked
fuzzy (it is served all the same), and missing when there is none; then the message itself is served. Faults
in files are values, never exceptions: one broken file must not keep the other languages from being read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import polib

from bot.language.messages import MessageSyntaxError, MessageValueError, compare, parse
from bot.language.negotiate import canonical, chain
from bot.language.texts import Text
from bot.types import Location, Problem

SOURCE_LOCALE = "en"  # the language of the messages themselves; it has no catalog
INTERFACE = "bot"  # the domain of bot.language.texts

MAX_FILE_SIZE = 5_000_000  # bytes

State = Literal["current", "stale", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A message as it is served."""

    text: str
    locale: str  # in which it is written; the source locale when it is missing
    state: State
    stale_since: date | None = None  # when its source changed, where that is noted


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """One message of a PO file, for those who check translations."""

    locale: str
    domain: str
    context: str | None
    message: str  # msgid
    translation: str  # msgstr; empty: not translated
    fuzzy: bool
    comments: tuple[str, ...]  # lines of the extracted comments (`#.`)
    location: Location
    reviewed: bool = False  # whether a translator's comment says that somebody else has read it


@dataclass(frozen=True, slots=True)
class Catalogs:
    """All translations; immutable."""

    locales: tuple[str, ...] = (SOURCE_LOCALE,)  # the source locale first, then sorted
    entries: tuple[CatalogEntry, ...] = ()  # of all files, in their order, without obsolete ones
    _current: Mapping[tuple[str, str, str | None, str], str] = field(default_factory=dict, repr=False)
    _stale: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)

    def lookup(self, locale: str, domain: str, context: str, message: str) -> Translation:
        """Find a message in a locale, else in the locales it inherits from, else in the source locale.

        Args:
            locale: Any language tag; one without catalog gets what is nearest.
            domain: Name of the PO file.
            context: msgctxt; by it a translation is found again when the wording of the message has changed.
            message: msgid, as it is now.
        """
        for name in chain(locale, self.locales):
            if name == SOURCE_LOCALE:
                return Translation(text=message, locale=name, state="current")
            text = self._current.get((name, domain, context, message))
            if text is not None:
                return Translation(text=text, locale=name, state="current")
            text = self._stale.get((name, domain, context))
            if text is not None:
                return Translation(text=text, locale=name, state="stale")
        return Translation(text=message, locale=SOURCE_LOCALE, state="missing")

    def text(self, locale: str, text: Text, **values: object) -> str:
        """Write a sentence of the interface; inserted values are isolated where their direction could mix.

        A stale translation may ask for values that exist no longer; then the source is written.
        """
        found = self.lookup(locale, INTERFACE, text.context, text.message)
        if found.state == "stale":
            try:
                return parse(found.text).format(values, found.locale, isolate=True)
            except (MessageSyntaxError, MessageValueError):
                return parse(text.message).format(values, SOURCE_LOCALE, isolate=True)
        return parse(found.text).format(values, found.locale, isolate=True)


# --- reading --------------------------------------------------------------------------------------


def load_catalogs(
    path: Path, *, domains: Sequence[str] = ("bot", "knowledge")
) -> tuple[Catalogs, tuple[Problem, ...]]:
    """Read `<path>/<locale>/LC_MESSAGES/<domain>.po` of every locale.

    Returns:
        The catalogs, and everything that is wrong with the files. A translation of the interface that cannot
        be formatted is a problem and is left out, so that its source is served.
    """
    entries: list[CatalogEntry] = []
    problems: list[Problem] = []
    locales: list[str] = []
    for folder in _folders(path, problems):
        locales.append(folder.name)
        for domain in domains:
            entries += _read(folder / "LC_MESSAGES" / f"{domain}.po", folder.name, domain, problems)
    broken = {id(entry) for entry in entries if entry.domain == INTERFACE and _check(entry, problems)}
    current: dict[tuple[str, str, str | None, str], str] = {}
    stale: dict[tuple[str, str, str], str] = {}
    for entry in entries:
        if not entry.translation or id(entry) in broken:
            continue
        if not entry.fuzzy:
            current[entry.locale, entry.domain, entry.context, entry.message] = entry.translation
        if entry.context is not None:
            stale[entry.locale, entry.domain, entry.context] = entry.translation
    catalogs = Catalogs((SOURCE_LOCALE, *sorted(locales)), tuple(entries), current, stale)
    return catalogs, tuple(problems)


def _folders(path: Path, problems: list[Problem]) -> list[Path]:
    try:
        folders = sorted(
            child for child in path.iterdir() if child.is_dir() and not child.name.startswith((".", "_"))
        )
    except OSError as exc:
        problems.append(_problem(path, "catalogs-unreadable", f"cannot list the locales: {exc.strerror}"))
        return []
    found: list[Path] = []
    for folder in folders:
        name = canonical(folder.name)
        if name == SOURCE_LOCALE:
            advice = f"remove it: {SOURCE_LOCALE} is the language of the messages themselves"
            problems.append(_problem(folder, "source-catalog", f"{SOURCE_LOCALE} needs no catalog", advice))
        elif name != folder.name:
            advice = f"rename it to {name}" if name else "name it after its locale, such as fr or zh_Hans"
            problems.append(
                _problem(folder, "unknown-locale", f'"{folder.name}" is not a CLDR locale id', advice)
            )
        else:
            found.append(folder)
    return found


def _read(path: Path, locale: str, domain: str, problems: list[Problem]) -> list[CatalogEntry]:
    text = _read_text(path, problems)
    if text is None or _open_strings(path, text, problems):
        return []
    try:
        # With a line break at its end the text cannot be taken for the name of a file.
        file = polib.pofile(f"{text}\n", encoding="utf-8", wrapwidth=0)
    except (OSError, ValueError) as exc:
        problems.append(_syntax_problem(path, exc))
        return []
    entries: dict[tuple[str | None, str], CatalogEntry] = {}
    for item in file:
        location = Location(path=path, line=item.linenum or 1)
        if item.obsolete:
            continue
        if item.msgid_plural:
            advice = "write the plural inside the message: {n, plural, one {…} other {…}}"
            problems.append(_problem(location, "gettext-plural", "msgid_plural is not used here", advice))
        elif (item.msgctxt, item.msgid) in entries:
            message = f"“{item.msgctxt or item.msgid}” stands in the file twice"
            problems.append(_problem(location, "duplicate-message", message, "remove one of the two"))
        else:
            entries[item.msgctxt, item.msgid] = CatalogEntry(
                locale=locale,
                domain=domain,
                context=item.msgctxt,
                message=item.msgid,
                translation=item.msgstr,
                fuzzy=item.fuzzy,
                comments=tuple(item.comment.splitlines()),
                location=location,
                reviewed=any(
                    line.strip().casefold().startswith("reviewed") for line in item.tcomment.splitlines()
                ),
            )
    return list(entries.values())


def _open_strings(path: Path, text: str, problems: list[Problem]) -> bool:
    """Report strings without a closing quote, of which polib would silently take the last letter away."""
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith(("msg", '"')) and not stripped.endswith('"'):
            location = Location(path=path, line=number, column=len(line.rstrip()) or 1)
            problems.append(
                _problem(location, "catalog-syntax", "the text does not end with a quote", 'add "')
            )
            found = True
    return found


def _read_text(path: Path, problems: list[Problem]) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        advice = "create it with `pybabel init`, or remove the locale's folder"
        problems.append(_problem(path, "missing-catalog", "the file does not exist", advice))
        return None
    except OSError as exc:
        problems.append(_problem(path, "catalog-unreadable", f"the file cannot be read: {exc.strerror}"))
        return None
    if len(content) > MAX_FILE_SIZE:
        problems.append(
            _problem(path, "catalog-too-large", f"the file has more than {MAX_FILE_SIZE // 1_000_000} MB")
        )
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        location = Location(path=path, line=content.count(b"\n", 0, exc.start) + 1)
        problems.append(_problem(location, "catalog-encoding", "the file is not UTF-8", "save it as UTF-8"))
        return None


def _check(entry: CatalogEntry, problems: list[Problem]) -> bool:
    """Add what is wrong with one translation; tell whether anything is."""
    if not entry.translation or entry.fuzzy:
        return False
    faults = compare(entry.message, entry.translation, entry.locale)
    for code, text in faults:
        problems.append(_problem(entry.location, code, f"{entry.context}: {text}"))
    return bool(faults)


def _problem(where: Path | Location, code: str, message: str, advice: str = "") -> Problem:
    location = where if isinstance(where, Location) else Location(path=where)
    return Problem(location=location, code=code, message=message, advice=advice)


def _syntax_problem(path: Path, exc: Exception) -> Problem:
    line = re.search(r"\(line (\d+)\)(?:: (.*))?", str(exc))
    location = Location(path=path, line=int(line[1]) if line else 1)
    reason = (line[2] if line else None) or "syntax error"
    return _problem(
        location, "catalog-syntax", f"the file is not a valid PO file: {reason}", "see `msgfmt -c`"
    )

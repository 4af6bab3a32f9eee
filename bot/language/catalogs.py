"""What does a message say in a locale?

Catalogs are PO files; nothing is compiled. A translation is current when it was made
for the very message that is asked for, stale when the message has changed since or the translation is marked
fuzzy (it is served all the same), and missing when there is none; then the message itself is served.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bot.files import NO_CACHE, ReadCache
from bot.language.messages import MessageSyntaxError, MessageValueError, parse
from bot.language.negotiate import canonical, chain
from bot.language.pofile import INTERFACE, CatalogEntry, read_catalog
from bot.language.texts import Text
from bot.types import Location, Problem

SOURCE_LOCALE = "en"  # the language of the messages themselves; it has no catalog

State = Literal["current", "stale", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A message as it is served."""

    text: str
    locale: str  # in which it is written; the source locale when it is missing
    state: State
    stale_since: date | None = None  # when its source changed, where that is noted


@dataclass(frozen=True, slots=True)
class Catalogs:
    """All translations; immutable."""

    locales: tuple[str, ...] = (SOURCE_LOCALE,)  # the source locale first, then sorted
    entries: tuple[CatalogEntry, ...] = ()  # of all files, in their order, without obsolete ones
    _current: Mapping[tuple[str, str, str | None, str], str] = field(default_factory=dict, repr=False)
    _stale: Mapping[tuple[str, str, str], tuple[str, date | None]] = field(default_factory=dict, repr=False)

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
            stale = self._stale.get((name, domain, context))
            if stale is not None:
                return Translation(text=stale[0], locale=name, state="stale", stale_since=stale[1])
        return Translation(text=message, locale=SOURCE_LOCALE, state="missing")

    def text(self, locale: str, text: Text, **values: object) -> str:
        """Write a sentence of the interface; inserted values are isolated where their direction could mix.

        A stale translation may ask for values that exist no longer; then the source is written.
        """
        found = self.lookup(locale, INTERFACE, text.context, text.message)
        if found.state == "stale":
            try:
                return _written(found.text, values, found.locale)
            except (MessageSyntaxError, MessageValueError):
                return _written(text.message, values, SOURCE_LOCALE)
        return _written(found.text, values, found.locale)


def _written(message: str, values: Mapping[str, object], locale: str) -> str:
    return parse(message).format(values, locale, isolate=True) if values else _without_values(message, locale)


@lru_cache(maxsize=4_096)  # labels of buttons and lists of words in each language: many times in every answer
def _without_values(message: str, locale: str) -> str:
    return parse(message).format({}, locale, isolate=True)


# --- reading --------------------------------------------------------------------------------------


def load_catalogs(
    path: Path, *, domains: Sequence[str] = ("bot", "knowledge"), kept: ReadCache = NO_CACHE
) -> tuple[Catalogs, tuple[Problem, ...]]:
    """Read `<path>/<locale>/LC_MESSAGES/<domain>.po` of every locale, or remember what it was read as.

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
            file = folder / "LC_MESSAGES" / f"{domain}.po"
            found, faults = read_catalog(file, folder.name, domain, kept=kept)
            entries += found
            problems += faults
    broken = {problem.location for problem in problems}
    current: dict[tuple[str, str, str | None, str], str] = {}
    stale: dict[tuple[str, str, str], tuple[str, date | None]] = {}
    for entry in entries:
        if not entry.translation or entry.location in broken:
            continue
        if not entry.fuzzy:
            current[entry.locale, entry.domain, entry.context, entry.message] = entry.translation
        if entry.context is not None:
            since = entry.stale_since if entry.fuzzy else None
            stale[entry.locale, entry.domain, entry.context] = entry.translation, since
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


def _problem(path: Path, code: str, message: str, advice: str = "") -> Problem:
    return Problem(location=Location(path=path), code=code, message=message, advice=advice)

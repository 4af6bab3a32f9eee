"""What does a PO file say, and what is wrong with it?

Read with polib; nothing is compiled. Faults are values, never exceptions: one broken file must not keep the other
languages from being read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polib

from bot.files import NO_CACHE, ReadCache
from bot.language.messages import compare
from bot.language.notes import read_notes
from bot.types import Location, Problem

INTERFACE = "bot"  # the domain of bot.language.texts
_WRITTEN = re.compile(
    r'(?:msg(?:ctxt|id_plural|id|str)(?:\[\d*\])?\s*|(?="))(.*)'
)  # what stands behind its keyword
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
MAX_FILE_SIZE = 5_000_000  # bytes


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
    former: str | None = None  # the wording that was translated, where it is another one than msgid
    stale_since: date | None = None  # the day on which its source changed, where that is noted


def read_catalog(
    path: Path, locale: str, domain: str, *, kept: ReadCache = NO_CACHE
) -> tuple[Sequence[CatalogEntry], Sequence[Problem]]:
    """Read one PO file, or remember what it was read as.

    Returns:
        Its messages but obsolete ones, and everything that is wrong with it. A translation of the interface that
        cannot be formatted is among both.
    """
    problems: list[Problem] = []
    text = _read_text(path, problems)
    if text is None:
        return (), problems
    return kept.same(path, text.encode(), lambda: _read(path, text, locale, domain, kept))


def _read(
    path: Path, text: str, locale: str, domain: str, kept: ReadCache
) -> tuple[Sequence[CatalogEntry], Sequence[Problem]]:
    name, raw = f"{locale}-{domain}", text.encode()
    with suppress(ValueError, TypeError):  # damaged: as if it were not kept
        if (known := kept.find(name, raw)) is not None:
            return _from_json(known, path, locale, domain), ()
    problems: list[Problem] = []
    entries = _parse(path, text, locale, domain, problems)
    if domain == INTERFACE:
        for entry in entries:
            _check(entry, problems)
    if not problems:
        kept.keep(name, raw, _to_json(entries))
    return tuple(entries), tuple(problems)


def _to_json(entries: Sequence[CatalogEntry]) -> list[tuple[object, ...]]:
    """Write what the messages of one file do not share."""
    return [
        (
            one.location.line,
            one.context,
            one.message,
            one.translation,
            one.fuzzy,
            one.comments,
            one.reviewed,
            one.former,
            one.stale_since and one.stale_since.isoformat(),
        )
        for one in entries
    ]


def _from_json(written: object, path: Path, locale: str, domain: str) -> tuple[CatalogEntry, ...]:
    """Read the messages of one file back.

    Raises:
        ValueError, TypeError: These were never messages.
    """
    if not isinstance(written, list):
        raise ValueError("not a list")
    return tuple(
        CatalogEntry(
            locale=locale,
            domain=domain,
            context=context,
            message=message,
            translation=translation,
            fuzzy=fuzzy,
            comments=tuple(comments),
            location=Location(path=path, line=line),
            reviewed=reviewed,
            former=former,
            stale_since=date.fromisoformat(since) if since else None,
        )
        for line, context, message, translation, fuzzy, comments, reviewed, former, since in written
    )


def _parse(path: Path, text: str, locale: str, domain: str, problems: list[Problem]) -> list[CatalogEntry]:
    if _open_strings(path, text, problems):
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
            notes = read_notes(item.tcomment)
            entries[item.msgctxt, item.msgid] = CatalogEntry(
                locale=locale,
                domain=domain,
                context=item.msgctxt,
                message=item.msgid,
                translation=item.msgstr,
                fuzzy=item.fuzzy,
                comments=tuple(item.comment.splitlines()),
                location=location,
                reviewed=notes.reviewed,
                former=item.previous_msgid,
                stale_since=notes.stale_since,
            )
    return list(entries.values())


def _open_strings(path: Path, text: str, problems: list[Problem]) -> bool:
    """Report strings that do not stand between two quotes: polib would silently take a letter away where one is missing."""
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        written = _WRITTEN.fullmatch(line.strip())
        if written is None or _STRING.fullmatch(written[1]):
            continue
        end = len(line.rstrip()) or 1
        if not written[1].startswith('"'):
            column = end - len(written[1]) + 1
            fault, advice = 'the text does not begin with a straight quote (")', 'write it between two: "…"'
        elif _STRING.match(written[1]) is None:
            column, fault, advice = end, "the text does not end with a quote", 'add "'
        else:
            column, fault, advice = end, "there is a quote inside the text", 'write it as \\"'
        problems.append(
            _problem(Location(path=path, line=number, column=column), "catalog-syntax", fault, advice)
        )
        found = True
    return found


def _read_text(path: Path, problems: list[Problem]) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        advice = "create it with `alliance-bot translations new`, or remove the locale's folder"
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


def _check(entry: CatalogEntry, problems: list[Problem]) -> None:
    """Add what is wrong with one translation."""
    if entry.translation and not entry.fuzzy:
        for code, text in compare(entry.message, entry.translation, entry.locale):
            problems.append(_problem(entry.location, code, f"{entry.context}: {text}"))


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

"""How is it said to staff what an edit has changed, or what is wrong with it? In the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.language import reload_texts as said
from bot.language.formats import format_list, format_series, isolate, language_name
from bot.language.texts import Text
from bot.staff.impact import Changed, Difference
from bot.staff.outcome import Reload
from bot.telegram.queued import Reader

_PROBLEMS, _IDS, _LINES = 5, 12, 24  # that are listed; the log has all problems

_Kind = tuple[Text, Text, Text]  # added, changed, removed

_ENTRIES: _Kind = (said.RELOAD_ENTRIES_ADDED, said.RELOAD_ENTRIES_CHANGED, said.RELOAD_ENTRIES_REMOVED)
_FACTS: _Kind = (said.RELOAD_FACTS_ADDED, said.RELOAD_FACTS_CHANGED, said.RELOAD_FACTS_REMOVED)
_NAMES: _Kind = (said.RELOAD_NAMES_ADDED, said.RELOAD_NAMES_CHANGED, said.RELOAD_NAMES_REMOVED)
_NOTICES: _Kind = (said.RELOAD_NOTICES_ADDED, said.RELOAD_NOTICES_CHANGED, said.RELOAD_NOTICES_REMOVED)
_PHRASINGS: _Kind = (
    said.RELOAD_PHRASINGS_ADDED,
    said.RELOAD_PHRASINGS_CHANGED,
    said.RELOAD_PHRASINGS_REMOVED,
)
_SYNONYMS: _Kind = (said.RELOAD_SYNONYMS_ADDED, said.RELOAD_SYNONYMS_CHANGED, said.RELOAD_SYNONYMS_REMOVED)


def reload_text(reload: Reload, reader: Reader, *, most: int = _PROBLEMS) -> str:
    """Say in a few lines what changed, or what is wrong where, with at most so many faults.

    A fault itself stays in English, as `alliance-bot check` prints it: whoever mends it finds the very line there
    and in the log. What stands around it is in the reader's language.
    """
    return "\n".join(_refused(reload, reader, most) if reload.problems else _replaced(reload, reader))


def _refused(reload: Reload, reader: Reader, most: int) -> Iterator[str]:
    count = len(reload.problems)
    yield reader.say(said.STAFF_KEPT, count=count, revision=reload.revision)
    yield from (f"• {isolate(str(problem), reader.locale)}" for problem in reload.problems[:most])
    if count > most:
        yield reader.say(said.STAFF_MORE, count=count - most)


def _replaced(reload: Reload, reader: Reader) -> Iterator[str]:
    yield reader.say(said.STAFF_RELOADED, revision=reload.revision, previous=reload.previous)
    if reload.pinned:
        yield reader.say(said.STAFF_PINNED, pinned=reload.pinned)
    lines = tuple(_differences(reload.difference, reader)) if reload.difference else ()
    if reload.changed and not lines:
        files = _listed(reload.changed, reader)
        lines = (reader.say(said.RELOAD_FILES, count=len(reload.changed), files=files),)
    yield from (f"• {line}" for line in lines[:_LINES])
    if len(lines) > _LINES:
        yield reader.say(said.STAFF_MORE, count=len(lines) - _LINES)


def _differences(found: Difference, reader: Reader) -> Iterator[str]:
    yield from _kind(_ENTRIES, found.entries, reader)
    yield from _kind(_FACTS, found.facts, reader)
    yield from _kind(_NOTICES, found.notices, reader)
    yield from _kind(_NAMES, found.names, reader)
    for kind, by_locale in ((_PHRASINGS, found.phrasings), (_SYNONYMS, found.synonyms)):
        for locale, changed in by_locale.items():
            yield from _kind(kind, changed, reader, language=language_name(locale, reader.locale))


def _kind(kind: _Kind, changed: Changed, reader: Reader, **values: str) -> Iterator[str]:
    for text, ids in zip(kind, (changed.added, changed.changed, changed.removed), strict=True):
        if ids:
            yield reader.say(text, count=len(ids), ids=_listed(ids, reader), **values)


def _listed(ids: Sequence[str], reader: Reader) -> str:
    """List names, each in its own direction; of many the first ones."""
    if len(ids) <= _IDS:
        return format_list(ids, reader.locale)
    listed = format_series(ids[:_IDS], reader.locale)
    return reader.say(said.RELOAD_LISTED, listed=listed, count=len(ids) - _IDS)

"""What did staff change in the content, or decide about questions, and who was it, whatever the store is made of?

What ended stays, so that it can be told what held at any moment. Every change has its row in the audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, assert_never

from bot.effects import Effect, Learn, Lift, Pin, Restore, SetAside, StaffEffect, Unlearn, Withdraw
from bot.storage.rows import storable
from bot.storage.scripts import Script
from bot.storage.store import PHRASINGS, AuditRecord, SetAsideRecord
from bot.types import Learned, Overlay, Withdrawn

LOCK = "content"  # name of the lock under which PostgreSQL changes any of this

VERSION = "SELECT value FROM counters WHERE name = 'content'"
_BEGAN = "(CAST(:at AS double precision) IS NULL OR at <= :at)"
# One statement sees one moment. Without a moment (:at is NULL) what holds now is what has not ended.
OVERLAY = f"""
    SELECT 'learned' AS kind, id AS number, locale, entry_id, text, who, at FROM learned
    WHERE {_BEGAN} AND (ended_at IS NULL OR ended_at > :at)
    UNION ALL
    SELECT 'withdrawn', id, NULL, entry_id, NULL, who, at FROM withdrawn
    WHERE {_BEGAN} AND (restored_at IS NULL OR restored_at > :at)
    UNION ALL
    SELECT 'pinned', id, NULL, NULL, revision, who, at FROM pins
    WHERE id = (SELECT max(id) FROM pins WHERE {_BEGAN})
    UNION ALL
    SELECT 'version', value, NULL, NULL, NULL, NULL, NULL FROM counters WHERE name = 'content'
    ORDER BY at, number
"""
SET_ASIDE = "SELECT question, verdict, who, at FROM set_aside ORDER BY at, question"
AUDIT = "SELECT who, action, subject, detail, at FROM audit ORDER BY id DESC LIMIT :limit"

_RISE = """
    INSERT INTO counters (name, value) VALUES ('content', 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
"""
_NOTE = """
    INSERT INTO audit (who, action, subject, detail, at) VALUES (:who, :action, :subject, :detail, :at)
"""
_LEARNED = "SELECT entry_id FROM learned WHERE locale = :locale AND text = :text AND ended_at IS NULL"
_LEARN = """
    INSERT INTO learned (locale, entry_id, text, who, at) VALUES (:locale, :entry, :text, :who, :at)
"""
_UNLEARN = """
    UPDATE learned SET ended_at = :at, ended_why = :why
    WHERE locale = :locale AND text = :text AND ended_at IS NULL
"""
_WITHDRAWN = "SELECT 1 FROM withdrawn WHERE entry_id = :entry AND restored_at IS NULL"
_WITHDRAW = "INSERT INTO withdrawn (entry_id, who, at) VALUES (:entry, :who, :at)"
_RESTORE = "UPDATE withdrawn SET restored_at = :at WHERE entry_id = :entry AND restored_at IS NULL"
_PINNED = "SELECT revision FROM pins ORDER BY id DESC LIMIT 1"
_PIN = "INSERT INTO pins (revision, who, at) VALUES (:revision, :who, :at)"
_VERDICT = "SELECT verdict FROM set_aside WHERE question = :question"
_NO_VERDICT = "DELETE FROM set_aside WHERE question = :question"
_LIFT = "DELETE FROM set_aside WHERE question = :question AND verdict = :verdict"
_SET_ASIDE = """
    INSERT INTO set_aside (question, verdict, who, at) VALUES (:question, :verdict, :who, :at)
"""


def changes_content(effects: Iterable[Effect]) -> bool:
    """Whether staff decided something."""
    return any(isinstance(effect, StaffEffect) for effect in effects)


def changing(who: str, effects: Iterable[Effect]) -> Script[None]:
    """Do what staff decided; what changes nothing leaves no row.

    The wordings of one question go to an entry by one press, or leave it: the audit has one row of them.

    Args:
        who: Did it.
        effects: Those of others are left out.
    """
    rises = False
    notes: dict[tuple[object, ...], list[StaffEffect]] = {}  # what one row each tells
    for effect in effects:
        if not isinstance(effect, StaffEffect):
            continue
        subject = yield from _done(who, effect)
        if subject is not None:
            alone = None if isinstance(effect, Learn | Unlearn) else len(notes)
            why = effect.why if isinstance(effect, Unlearn) else None
            notes.setdefault((type(effect), subject, effect.at, why, alone), []).append(effect)
            rises = rises or not isinstance(effect, SetAside | Lift)
    for (_, to, *_), done in notes.items():
        yield _NOTE, _noted(who, done, str(to))
    if rises:
        yield _RISE, {}


def read_overlay(rows: Iterable[Sequence[Any]], at: datetime | None) -> Overlay:
    """Read the rows of OVERLAY; `at` is the moment that was asked for."""
    version, pinned = 0, None
    learned, withdrawn = [], []
    for kind, number, locale, entry_id, text, who, since in rows:
        if kind == "learned":
            found = Learned(locale=locale, entry_id=entry_id, text=text, who=who, at=_at(since))
            learned.append(found)
        elif kind == "withdrawn":
            withdrawn.append(Withdrawn(entry_id=entry_id, who=who, at=_at(since)))
        elif kind == "pinned":
            pinned = text
        elif at is None:
            version = int(number)
    return Overlay(version=version, learned=tuple(learned), withdrawn=tuple(withdrawn), pinned=pinned)


def read_set_aside(row: Sequence[Any]) -> SetAsideRecord:
    """Read a row of SET_ASIDE."""
    question, verdict, who, at = row
    return SetAsideRecord(question=question, verdict=verdict, who=who, at=_at(at))


def read_audit(row: Sequence[Any]) -> AuditRecord:
    """Read a row of AUDIT."""
    who, action, subject, detail, at = row
    return AuditRecord(who=who, action=action, subject=subject, detail=json.loads(detail), at=_at(at))


def _done(who: str, effect: StaffEffect) -> Script[str | None]:
    """Do one thing, and say to what it was done; None when nothing changed."""
    values: dict[str, Any] = {"who": storable(who), "at": effect.at.timestamp()}
    match effect:
        case Learn():
            return (yield from _learn(effect, values))
        case Unlearn(locale=locale, text=text, why=why):
            phrasing = {"locale": locale, "text": storable(text)}
            found = yield _LEARNED, phrasing
            yield _UNLEARN, {**phrasing, "why": why, "at": values["at"]}
            return str(found.rows[0][0]) if found.rows else None
        case Withdraw(entry_id=entry_id):
            found = yield _WITHDRAWN, {"entry": entry_id}
            if found.rows:
                return None
            yield _WITHDRAW, {**values, "entry": entry_id}
            return entry_id
        case Restore(entry_id=entry_id):
            found = yield _RESTORE, {"entry": entry_id, "at": values["at"]}
            return entry_id if found.count else None
        case Pin(revision=revision):
            found = yield _PINNED, {}
            if revision == (found.rows[0][0] if found.rows else None):
                return None
            yield _PIN, {**values, "revision": revision}
            return revision or ""
        case SetAside():
            return (yield from _set_aside(effect, values))
        case Lift():
            return (yield from _lift(effect))
        case _:
            assert_never(effect)


def _learn(effect: Learn, values: dict[str, Any]) -> Script[str | None]:
    phrasing = {"locale": effect.locale, "text": storable(effect.text)}
    found = yield _LEARNED, phrasing
    if found.rows and found.rows[0][0] == effect.entry_id:
        return None
    if found.rows:  # of another entry: the last word counts
        yield _UNLEARN, {**phrasing, "why": "replaced", "at": values["at"]}
    yield _LEARN, {**values, **phrasing, "entry": effect.entry_id}
    return effect.entry_id


def _set_aside(effect: SetAside, values: dict[str, Any]) -> Script[str | None]:
    changed = 0
    for question in effect.questions:
        asked = {"question": storable(question)}
        found = yield _VERDICT, asked
        if found.rows and found.rows[0][0] == effect.verdict:
            continue
        yield _NO_VERDICT, asked
        yield _SET_ASIDE, {**values, **asked, "verdict": effect.verdict}
        changed += 1
    return str(changed) if changed else None


def _lift(effect: Lift) -> Script[str | None]:
    changed = 0
    for question in effect.questions:
        found = yield _LIFT, {"question": storable(question), "verdict": effect.verdict}
        changed += found.count
    return str(changed) if changed else None


def _noted(who: str, done: Sequence[StaffEffect], subject: str) -> dict[str, Any]:
    """Write a row of the audit; several effects are phrasings of one entry."""
    action, detail = _described(done[0])
    if len(done) > 1:
        phrasings = [each for each in done if isinstance(each, Learn | Unlearn)]
        detail = {name: text for name, text in detail.items() if name not in ("locale", "text")}
        detail[PHRASINGS] = [{"locale": each.locale, "text": storable(each.text)} for each in phrasings]
    written = json.dumps(detail, ensure_ascii=False)
    at = done[0].at.timestamp()
    return {"who": storable(who), "action": action, "subject": subject, "detail": written, "at": at}


def _described(effect: StaffEffect) -> tuple[str, dict[str, Any]]:
    """Name what was done, and tell the fields besides its subject and moment."""
    match effect:
        case Learn(locale=locale, text=text):
            return "learn", {"locale": locale, "text": storable(text)}
        case Unlearn(locale=locale, text=text, why=why):
            return "unlearn", {"locale": locale, "text": storable(text), "why": why}
        case SetAside(verdict=verdict):
            return "set-aside", {"verdict": verdict}  # the audit stays, the wording of questions does not
        case Lift(verdict=verdict):
            return "lift", {"verdict": verdict}
        case Withdraw():
            return "withdraw", {}
        case Restore():
            return "restore", {}
        case Pin():
            return "pin", {}
        case _:
            assert_never(effect)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

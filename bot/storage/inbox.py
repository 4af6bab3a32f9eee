"""How do rows of the inbox move in SQLite? Each function runs in a transaction of the caller's.

One process works on a file at a time (it has the lease `poller`), so that whatever another one held may be taken.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.storage.effects import STATE_COLUMNS, forgets, moment, read_state, state_after, written_state
from bot.storage.pseudonym import pseudonym
from bot.storage.store import (
    FOLLOWING_ROWS,
    ChatState,
    DeadEntry,
    Finished,
    InboxEntry,
    Received,
    Result,
)
from bot.types import ChatRef, Outcome

_COLUMNS = "seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent, owner"
_INSERT = """
    INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, owner)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (channel, event_id) DO NOTHING
"""
_UNHELD = """
    SELECT 1 FROM inbox WHERE channel = ? AND chat_id = ? AND state = 'new' AND owner IS NOT ? AND seq < ? LIMIT 1
"""
_ANY_SEQ = 2**63 - 1
_OPEN_ONE = f"SELECT {_COLUMNS} FROM inbox WHERE channel = ? AND event_id = ? AND state = 'new'"
_OPEN_ALL = f"SELECT {_COLUMNS} FROM inbox WHERE state = 'new' ORDER BY seq"
_HEADS = f"""
    SELECT {_COLUMNS} FROM inbox WHERE seq IN (
        SELECT min(seq) FROM inbox WHERE state = 'new' GROUP BY channel, chat_id HAVING max(owner IS ?) = 0
    ) ORDER BY seq LIMIT ?
"""
_FOLLOWING = f"""
    SELECT {_COLUMNS} FROM inbox WHERE channel = ? AND chat_id = ? AND state = 'new' ORDER BY seq LIMIT ?
"""
_TAKE = "UPDATE inbox SET owner = ? WHERE seq = ?"
_DONE = """
    UPDATE inbox
    SET state = 'done', finished_at = ?, note = ?, payload = '', chat_id = ?, user_id = '', key_id = ?, owner = NULL
    WHERE seq = ? AND state = 'new' AND owner = ?
"""
_DEAD = """
    UPDATE inbox SET state = 'dead', finished_at = ?, note = ?, owner = NULL
    WHERE seq = ? AND state = 'new' AND owner = ?
"""
_DECIDED = """
    INSERT INTO decisions (seq, entry_id, decision, probability, locale, revision, question_text, asker, key_id,
        asked_at, answered_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DEAD_ALL = """
    SELECT seq, channel, chat_id, event_id, payload, received_at, finished_at, attempts, note
    FROM inbox WHERE state = 'dead' ORDER BY seq
"""
_RETRY = """
    UPDATE inbox SET state = 'new', attempts = 0, finished_at = NULL, note = NULL, owner = NULL WHERE state = 'dead'
"""
_LOAD = f"SELECT {', '.join(STATE_COLUMNS)} FROM chat_state WHERE channel = ? AND chat_id = ? AND user_id = ?"
_SAVE = f"""
    INSERT INTO chat_state (channel, chat_id, user_id, {", ".join(STATE_COLUMNS)}, changed_at)
    VALUES (?, ?, ?, {", ".join("?" for _ in STATE_COLUMNS)}, ?)
    ON CONFLICT (channel, chat_id, user_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in (*STATE_COLUMNS, "changed_at"))}
"""


Key = tuple[int, bytes] | None  # id and secret under which people are named; None: nobody is
Connection = sqlite3.Connection


def receive(
    connection: Connection, updates: Sequence[Received], *, owner: str, hold: bool
) -> tuple[InboxEntry, ...]:
    """Store updates, and take those whose chat has no row waiting that is not in hand."""
    entries = []
    for update in updates:
        chat = (update.chat.channel, update.chat.chat_id)
        free = hold and connection.execute(_UNHELD, (*chat, owner, _ANY_SEQ)).fetchone() is None
        values = (chat[0], update.event_id, chat[1], update.user_id, update.payload)
        at = update.received_at.timestamp()
        added = connection.execute(_INSERT, (*values, at, owner if free else None))
        if added.rowcount:
            if free:
                entries.append(_fresh(added.lastrowid or 0, update))
            continue
        # Known ones that are open are taken up again: whoever stored them may have died before acknowledging.
        row = connection.execute(_OPEN_ONE, (chat[0], update.event_id)).fetchone()
        if row is None or not hold or connection.execute(_UNHELD, (*chat, owner, row[0])).fetchone():
            continue
        entries.append(_taken(connection, row, owner))
    return tuple(entries)


def open_entries(connection: Connection) -> tuple[InboxEntry, ...]:
    """Load everything that is not finished."""
    return tuple(_entry(row) for row in connection.execute(_OPEN_ALL))


def claim(connection: Connection, limit: int, *, owner: str) -> tuple[InboxEntry, ...]:
    """Take the oldest row of each chat that is not in hand."""
    rows = connection.execute(_HEADS, (owner, limit)).fetchall()
    return tuple(_taken(connection, row, owner) for row in rows)


def held(connection: Connection, *, owner: str) -> frozenset[int]:
    """Name the rows that a process holds."""
    found = connection.execute("SELECT seq FROM inbox WHERE state = 'new' AND owner = ?", (owner,))
    return frozenset(seq for (seq,) in found)


def release(connection: Connection, seqs: Collection[int], *, owner: str) -> None:
    """Give rows back."""
    values = [(seq, owner) for seq in seqs]
    connection.executemany("UPDATE inbox SET owner = NULL WHERE seq = ? AND owner = ?", values)


def finish(
    connection: Connection, entry: InboxEntry, result: Result, *, owner: str, key: Key, wording: bool
) -> Finished:
    """End a row; `wording` says whether the text of questions may be written."""
    at, named = result.at.timestamp(), _chat_name(key, entry.chat)
    if result.state == "done":
        values: tuple[object, ...] = (at, result.note, named, key and key[0], entry.seq, owner)
        ended = connection.execute(_DONE, values).rowcount
    else:
        ended = connection.execute(_DEAD, (at, result.note, entry.seq, owner)).rowcount
    if not ended:
        return Finished(ended=False)
    _apply(connection, entry, result)
    asker = pseudonym(key[1], entry.chat.channel, entry.user_id) if key and entry.user_id else None
    if not forgets(result):
        decided = [
            _decided(entry.seq, outcome, result, asker, key, wording=wording) for outcome in result.outcomes
        ]
        connection.executemany(_DECIDED, decided)
    return Finished(ended=True, following=_following(connection, entry.chat, owner))


def dead(connection: Connection) -> tuple[DeadEntry, ...]:
    """Load what was given up."""
    return tuple(
        DeadEntry(
            seq=seq,
            chat=ChatRef(channel=channel, chat_id=chat_id),
            event_id=event_id,
            payload=payload,
            received_at=datetime.fromtimestamp(received_at, UTC),
            finished_at=datetime.fromtimestamp(finished_at, UTC),
            attempts=attempts,
            note=note,
        )
        for seq, channel, chat_id, event_id, payload, received_at, finished_at, attempts, note in connection.execute(
            _DEAD_ALL
        )
    )


def retry(connection: Connection, seqs: Collection[int] | None) -> int:
    """Open dead rows again."""
    if seqs is None:
        return connection.execute(_RETRY).rowcount
    return sum(connection.execute(f"{_RETRY} AND seq = ?", (seq,)).rowcount for seq in seqs)


def state_of(connection: Connection, chat: ChatRef, user_id: str) -> ChatState:
    """Load what is remembered about a person in a chat."""
    return read_state(connection.execute(_LOAD, (chat.channel, chat.chat_id, user_id)).fetchone())


def kept_of(connection: Connection, chat: ChatRef, user_id: str) -> int:
    """Count the decisions that are still known to be a person's."""
    query = "SELECT count(*) FROM decisions WHERE asker = ?"
    names = [pseudonym(secret, chat.channel, user_id) for secret in _secrets(connection)]
    return sum(connection.execute(query, (name,)).fetchone()[0] for name in names)


def _apply(connection: Connection, entry: InboxEntry, result: Result) -> None:
    if forgets(result):
        _forget(connection, entry)
    elif result.effects or result.exchange is not None:
        state = state_after(state_of(connection, entry.chat, entry.user_id), result)
        person = (entry.chat.channel, entry.chat.chat_id, entry.user_id)
        connection.execute(_SAVE, (*person, *written_state(state), result.at.timestamp()))


def _forget(connection: Connection, entry: InboxEntry) -> None:
    person = (entry.chat.channel, entry.user_id)
    connection.execute("DELETE FROM chat_state WHERE channel = ? AND user_id = ?", person)
    connection.execute("DELETE FROM inbox WHERE state = 'dead' AND channel = ? AND user_id = ?", person)
    for secret in _secrets(connection):
        connection.execute("DELETE FROM decisions WHERE asker = ?", (pseudonym(secret, *person),))
        named = pseudonym(secret, "chat", entry.chat.channel, entry.chat.chat_id)
        connection.execute("UPDATE inbox SET chat_id = '' WHERE state = 'done' AND chat_id = ?", (named,))


def _secrets(connection: Connection) -> list[bytes]:
    return [secret for (secret,) in connection.execute("SELECT secret FROM keys ORDER BY id")]


def _chat_name(key: Key, chat: ChatRef) -> str:
    return pseudonym(key[1], "chat", chat.channel, chat.chat_id) if key else ""


def _following(connection: Connection, chat: ChatRef, owner: str) -> tuple[InboxEntry, ...]:
    rows = connection.execute(_FOLLOWING, (chat.channel, chat.chat_id, FOLLOWING_ROWS)).fetchall()
    if any(row[-1] == owner for row in rows):
        return ()  # this process has rows of the chat in hand, and they come first
    return tuple(_taken(connection, row, owner) for row in rows)


def _taken(connection: Connection, row: tuple[Any, ...], owner: str) -> InboxEntry:
    if row[-1] != owner:
        connection.execute(_TAKE, (owner, row[0]))
    return _entry(row, again=row[-1] not in (None, owner))


def _decided(
    seq: int, outcome: Outcome, result: Result, asker: str | None, key: Key, *, wording: bool
) -> tuple[object, ...]:
    # Half of an emoji is no text that can be stored.
    text = outcome.question_text.encode("utf-8", "replace").decode("utf-8") if wording else None
    return (
        *(seq, outcome.entry_id, outcome.decision, outcome.probability, outcome.locale, outcome.revision),
        *(text, asker, key and key[0], outcome.asked_at.timestamp(), result.at.timestamp()),
    )


def _fresh(seq: int, update: Received) -> InboxEntry:
    return InboxEntry(
        seq=seq,
        chat=update.chat,
        user_id=update.user_id,
        event_id=update.event_id,
        payload=update.payload,
        received_at=update.received_at,
    )


def _entry(row: tuple[Any, ...], *, again: bool = False) -> InboxEntry:
    seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent, _owner = row
    at = moment(received_at)
    assert at is not None  # the column is never NULL
    return InboxEntry(
        seq=seq,
        chat=ChatRef(channel=channel, chat_id=chat_id),
        user_id=user_id,
        event_id=event_id,
        payload=payload,
        received_at=at,
        attempts=attempts,
        sent=tuple(json.loads(sent)),
        again=again,
    )

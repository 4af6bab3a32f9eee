"""How do rows of the inbox move in SQLite? Each function runs in a transaction of the caller's.

The rows of a chat that a process holds come before all others of that chat, so that nobody overtakes anybody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from bot.storage import content, votes, wishes
from bot.storage.effects import STATE_COLUMNS, forgets, read_state, state_after, written_state
from bot.storage.groups import chosen_statement, of_people, statements, with_chosen
from bot.storage.owner import is_gone
from bot.storage.pseudonym import pseudonym
from bot.storage.rows import (
    DECIDED_COLUMNS,
    ENTRY_COLUMNS,
    TAKEN_AWAY,
    Key,
    chat_name,
    decided,
    fresh_entry,
    read_entry,
    storable,
)
from bot.storage.scripts import run
from bot.storage.store import FOLLOWING_ROWS, ChatState, Finished, InboxEntry, Received, Result, client_note
from bot.types import ChatRef

CLOCK = "((julianday('now') - 2440587.5) * 86400.0)"  # the database's, in seconds since 1970

_INSERT = f"""
    INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, owner, lease_until)
    VALUES (:channel, :event, :chat, :user, :payload, :at, :owner, {CLOCK} + :seconds)
    ON CONFLICT (channel, event_id) DO NOTHING
"""
# What a process holds of a chat has no gaps, but for dead rows that were opened again: first and last tell all.
_OTHERS = f"""
    SELECT 1 FROM inbox
    WHERE seq IN (
        (SELECT min(seq) FROM inbox WHERE channel = :channel AND chat_id = :chat AND state = 'new' AND seq < :before),
        (SELECT max(seq) FROM inbox WHERE channel = :channel AND chat_id = :chat AND state = 'new' AND seq < :before)
    ) AND (owner IS NOT :owner OR coalesce(lease_until, 0) < {CLOCK})
"""
_ANY_SEQ = 2**63 - 1
_OPEN_ONE = f"SELECT {ENTRY_COLUMNS} FROM inbox WHERE channel = ? AND event_id = ? AND state = 'new'"
_HOLDERS_OF = f"""
    SELECT DISTINCT owner FROM inbox
    WHERE channel = ? AND chat_id = ? AND state = 'new' AND lease_until >= {CLOCK} AND owner <> ?
"""
_OPEN_ALL = f"SELECT {ENTRY_COLUMNS} FROM inbox WHERE state = 'new' ORDER BY seq"
_HOLDERS = f"SELECT DISTINCT owner FROM inbox WHERE state = 'new' AND lease_until >= {CLOCK}"
_RID_OF = "UPDATE inbox SET owner = ?, lease_until = NULL WHERE state = 'new' AND lease_until IS NOT NULL AND owner = ?"
_HEADS = f"""
    SELECT {ENTRY_COLUMNS} FROM inbox WHERE seq IN (
        SELECT min(seq) FROM inbox WHERE state = 'new' GROUP BY channel, chat_id
        HAVING max(lease_until IS NOT NULL AND (owner = ? OR lease_until >= {CLOCK})) = 0
    ) ORDER BY seq LIMIT ?
"""
_REST = """
    UPDATE inbox SET owner = ?, lease_until = NULL
    WHERE channel = ? AND chat_id = ? AND state = 'new' AND lease_until IS NOT NULL AND owner <> ?
"""
_FOLLOWING = f"""
    SELECT {ENTRY_COLUMNS} FROM inbox WHERE channel = ? AND chat_id = ? AND state = 'new' ORDER BY seq LIMIT ?
"""
_OWNERS = "SELECT owner FROM inbox WHERE channel = ? AND chat_id = ? AND state = 'new' ORDER BY seq LIMIT ?"
_TAKE = f"UPDATE inbox SET owner = ?, lease_until = {CLOCK} + ? WHERE seq = ?"
_RENEW = f"UPDATE inbox SET lease_until = {CLOCK} + ? WHERE state = 'new' AND lease_until IS NOT NULL AND owner = ?"
_HELD = "SELECT seq FROM inbox WHERE state = 'new' AND lease_until IS NOT NULL AND owner = ?"
_RELEASE = "UPDATE inbox SET owner = NULL, lease_until = NULL WHERE seq = ? AND state = 'new' AND owner = ?"
_DONE = """
    UPDATE inbox
    SET state = 'done', finished_at = ?, note = ?, payload = '', chat_id = ?, user_id = '', key_id = ?,
        lease_until = NULL
    WHERE seq = ? AND state = 'new' AND owner = ?
"""
_DEAD = """
    UPDATE inbox SET state = 'dead', finished_at = ?, note = ?, lease_until = NULL
    WHERE seq = ? AND state = 'new' AND owner = ?
"""
_DECIDED = f"""
    INSERT INTO decisions ({", ".join(DECIDED_COLUMNS)}) VALUES ({", ".join("?" for _ in DECIDED_COLUMNS)})
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

Connection = sqlite3.Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process, and for how many seconds it holds what it does not renew."""

    owner: str
    seconds: float


def receive(
    connection: Connection, updates: Sequence[Received], *, holder: Holder, hold: bool
) -> tuple[InboxEntry, ...]:
    """Store updates, and take those before which nothing of their chat waits that this process does not hold."""
    entries = []
    for update in updates:
        held = hold and not _others(connection, update.chat, holder, _ANY_SEQ)
        values = {
            **{"channel": update.chat.channel, "event": update.event_id, "chat": update.chat.chat_id},
            **{"user": update.user_id, "payload": update.payload, "at": update.received_at.timestamp()},
            **{"owner": holder.owner if held else None, "seconds": holder.seconds if held else None},
        }
        added = connection.execute(_INSERT, values)
        if not added.rowcount:
            known = _taken_up(connection, update, holder) if hold else None
            entries += [known] if known else []
        elif held:
            entries.append(fresh_entry(added.lastrowid or 0, update))
    return tuple(entries)


def open_entries(connection: Connection, *, owner: str) -> tuple[InboxEntry, ...]:
    """Load everything that is not finished."""
    return tuple(read_entry(row, owner) for row in connection.execute(_OPEN_ALL))


def claim(connection: Connection, limit: int, *, holder: Holder) -> tuple[InboxEntry, ...]:
    """Take the oldest row of each chat of which nobody holds a row."""
    for (owner,) in connection.execute(_HOLDERS).fetchall():
        if owner != holder.owner and is_gone(owner):
            connection.execute(_RID_OF, (TAKEN_AWAY, owner))
    rows = connection.execute(_HEADS, (holder.owner, limit)).fetchall()
    for row in rows:
        connection.execute(
            _REST, (TAKEN_AWAY, row[1], row[2], holder.owner)
        )  # who wakes too late holds none of the chat
    return tuple(_taken(connection, row, holder) for row in rows)


def renew(connection: Connection, *, holder: Holder) -> frozenset[int]:
    """Hold rows for longer, and name them."""
    connection.execute(_RENEW, (holder.seconds, holder.owner))
    return frozenset(seq for (seq,) in connection.execute(_HELD, (holder.owner,)))


def release(connection: Connection, seqs: Collection[int], *, holder: Holder) -> None:
    """Give rows back."""
    connection.executemany(_RELEASE, [(seq, holder.owner) for seq in seqs])


def finish(
    connection: Connection, entry: InboxEntry, result: Result, *, holder: Holder, key: Key, wording: bool
) -> Finished:
    """End a row; `wording` says whether the text of questions may be written."""
    ending = (result.at.timestamp(), storable(result.note))
    if result.state == "done":
        named = (chat_name(key, entry.chat), key and key[0])
        ended = connection.execute(_DONE, (*ending, *named, entry.seq, holder.owner)).rowcount
    else:
        ended = connection.execute(_DEAD, (*ending, entry.seq, holder.owner)).rowcount
    if not ended:
        return Finished(ended=False)
    _apply(connection, entry, result)
    if not forgets(result):
        rows = [decided(entry, outcome, result, key, wording=wording) for outcome in result.outcomes]
        connection.executemany(_DECIDED, rows)
        if votes.says_something(result):
            for statement, values in votes.writing(entry, result, key, _secrets(connection)):
                connection.execute(statement, values)
    return Finished(ended=True, following=_following(connection, entry.chat, holder))


def retry(connection: Connection, seqs: Collection[int] | None) -> int:
    """Open dead rows again."""
    if seqs is None:
        return connection.execute(_RETRY).rowcount
    return sum(connection.execute(f"{_RETRY} AND seq = ?", (seq,)).rowcount for seq in seqs)


def state_of(connection: Connection, chat: ChatRef, user_id: str) -> ChatState:
    """Load what is remembered about a person in a chat."""
    state = _own_state(connection, chat, user_id)
    return with_chosen(state, connection.execute(*chosen_statement(chat, user_id)))


def _others(connection: Connection, chat: ChatRef, holder: Holder, before: int) -> bool:
    """Whether open rows of a chat before a given one are not held by this process."""
    values = {"channel": chat.channel, "chat": chat.chat_id, "before": before, "owner": holder.owner}
    return connection.execute(_OTHERS, values).fetchone() is not None


def _taken_up(connection: Connection, update: Received, holder: Holder) -> InboxEntry | None:
    """Take a known row that is open: whoever stored it may have died before that was acknowledged."""
    chat = (update.chat.channel, update.chat.chat_id)
    row = connection.execute(_OPEN_ONE, (chat[0], update.event_id)).fetchone()
    if row is None or _others(connection, update.chat, holder, row[0]):
        return None
    living = connection.execute(_HOLDERS_OF, (*chat, holder.owner)).fetchall()
    if not all(is_gone(owner) for (owner,) in living):
        return None
    connection.execute(_REST, (TAKEN_AWAY, *chat, holder.owner))
    return _taken(connection, row, holder)


def _apply(connection: Connection, entry: InboxEntry, result: Result) -> None:
    if forgets(result):
        _forget(connection, entry)
    elif of_people(result.effects) or result.exchange is not None:
        state = state_after(_own_state(connection, entry.chat, entry.user_id), result)
        person = (entry.chat.channel, entry.chat.chat_id, entry.user_id)
        connection.execute(_SAVE, (*person, *written_state(state), result.at.timestamp()))
    for statement, values in statements(entry.chat, result):
        connection.execute(statement, values)
    run(connection, wishes.following(entry, result))
    run(connection, content.changing(entry.user_id, result.effects))


def _own_state(connection: Connection, chat: ChatRef, user_id: str) -> ChatState:
    return read_state(connection.execute(_LOAD, (chat.channel, chat.chat_id, user_id)).fetchone())


def _forget(connection: Connection, entry: InboxEntry) -> None:
    person = (entry.chat.channel, entry.user_id)
    connection.execute("DELETE FROM chat_state WHERE channel = ? AND user_id = ?", person)
    connection.execute("DELETE FROM notes WHERE name = ?", (client_note(*person),))
    connection.execute("DELETE FROM inbox WHERE state = 'dead' AND channel = ? AND user_id = ?", person)
    for secret in _secrets(connection):
        name = pseudonym(secret, *person)
        connection.execute("DELETE FROM decisions WHERE asker = ?", (name,))
        connection.execute("DELETE FROM votes WHERE voter = ?", (name,))
        named = pseudonym(secret, "chat", entry.chat.channel, entry.chat.chat_id)
        connection.execute("UPDATE inbox SET chat_id = '' WHERE state = 'done' AND chat_id = ?", (named,))


def _secrets(connection: Connection) -> list[bytes]:
    return [secret for (secret,) in connection.execute("SELECT secret FROM keys ORDER BY id")]


def _following(connection: Connection, chat: ChatRef, holder: Holder) -> tuple[InboxEntry, ...]:
    first = (chat.channel, chat.chat_id, FOLLOWING_ROWS)
    owners = connection.execute(_OWNERS, first).fetchall()  # most often this is all that has to be read
    if not owners or (holder.owner,) in owners:
        return ()  # this process has rows of the chat in hand, and they come first
    rows = connection.execute(_FOLLOWING, first).fetchall()
    return tuple(_taken(connection, row, holder) for row in rows)


def _taken(connection: Connection, row: Sequence[Any], holder: Holder) -> InboxEntry:
    connection.execute(_TAKE, (holder.owner, holder.seconds, row[0]))
    return read_entry(row, holder.owner)

"""How is everything kept in one file, without a server?

SQLite with a write-ahead log, every commit on the disk before it counts, one writer thread with group commit,
and one reader beside it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import StorageUnavailable
from bot.storage.effects import apply_effects, state_of
from bot.storage.schema import migrate
from bot.storage.store import (
    FINISHED_KEPT_DAYS,
    ChatState,
    DecisionRecord,
    InboxCounts,
    InboxEntry,
    Received,
    Result,
)
from bot.storage.writer import Writer, translated
from bot.types import ChatRef, Outcome

T = TypeVar("T")

_BUSY_SECONDS = 5.0  # how long a lock of another process is waited for
_CHECKPOINT_PAGES = 200  # the log stays small, so that a full disk can recover
_LOG_BYTES = 1_048_576

_COLUMNS = "seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent"
_INSERT = """
    INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (channel, event_id) DO NOTHING
"""
_OPEN_ONE = f"SELECT {_COLUMNS} FROM inbox WHERE channel = ? AND event_id = ? AND state = 'new'"
_OPEN_ALL = f"SELECT {_COLUMNS} FROM inbox WHERE state = 'new' ORDER BY seq"
_FAILED_ONCE = "UPDATE inbox SET attempts = attempts + 1 WHERE seq = ? AND state = 'new'"
_SENT = "UPDATE inbox SET sent = ? WHERE seq = ? AND state = 'new'"
_DONE = """
    UPDATE inbox SET state = 'done', finished_at = ?, note = ?, payload = '', chat_id = '', user_id = ''
    WHERE seq = ? AND state = 'new'
"""
_DEAD = "UPDATE inbox SET state = 'dead', finished_at = ?, note = ? WHERE seq = ? AND state = 'new'"
_DECIDED = """
    INSERT INTO decisions
        (seq, entry_id, decision, probability, locale, revision, question_text, asked_at, answered_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FORGET_DONE = "DELETE FROM inbox WHERE state = 'done' AND finished_at < ?"
_FORGET_DEAD = "DELETE FROM inbox WHERE state = 'dead' AND finished_at < ?"
_FORGET_WORDING = """
    UPDATE decisions SET question_text = NULL WHERE answered_at < ? AND question_text IS NOT NULL
"""
_FORGET_CHATS = "DELETE FROM chat_state WHERE changed_at < ? AND locale IS NULL"
_FORGET_TALK = """
    UPDATE chat_state
    SET topic = NULL, topic_at = NULL, exchanges = '[]',
        choices = '[]', choices_at = NULL, choices_locale = NULL
    WHERE changed_at < ? AND (topic IS NOT NULL OR choices <> '[]' OR exchanges <> '[]')
"""
_DECISIONS = """
    SELECT entry_id, decision, probability, locale, revision, question_text, asked_at, answered_at
    FROM decisions ORDER BY id
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a database file, made when it is missing, so that a commit survives a power cut."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    return connection


class SqliteStore:
    """The `Store` in one file.

    Args:
        path: Database file; its folder is made when missing.
        retention_days: How long the wording of questions is kept; 0 means that it is never written.
    """

    def __init__(self, path: Path, *, retention_days: int = 30) -> None:
        self._path = path
        self._retention_days = retention_days
        self._writer = Writer(lambda: connect(path))
        self._reader: sqlite3.Connection | None = None
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")

    async def open(self) -> None:
        """Open the file and bring the schema up to date."""
        await asyncio.get_running_loop().run_in_executor(self._reading, self._prepare)
        self._writer.start()

    async def close(self) -> None:
        """Finish what was asked, then close the file."""
        await self._writer.close()
        await asyncio.get_running_loop().run_in_executor(self._reading, self._close_reader)
        self._reading.shutdown()

    async def receive(self, updates: Sequence[Received]) -> tuple[InboxEntry, ...]:
        """Store updates, all or none, and return those that are open."""
        return await self._writer.write(lambda connection: _receive(connection, updates))

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Load everything that is not finished, in order of arrival."""
        return await self._read(lambda c: tuple(_entry(row) for row in c.execute(_OPEN_ALL)))

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Load what is remembered about a person in a chat."""
        return await self._read(lambda connection: state_of(connection, chat, user_id))

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure of a row."""
        await self._execute(_FAILED_ONCE, (seq,))

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note the messages of a row that have gone out so far."""
        listed = json.dumps(list(sent))
        await self._execute(_SENT, (listed, seq))

    async def finish(self, entry: InboxEntry, result: Result) -> bool:
        """End a row and apply what follows from it, in one transaction."""
        return await self._writer.write(lambda connection: self._finish(connection, entry, result))

    async def counts(self) -> InboxCounts:
        """Count the rows of the inbox."""
        query = "SELECT state, count(*) FROM inbox GROUP BY state"
        by_state = dict(await self._read(lambda connection: connection.execute(query).fetchall()))
        return InboxCounts(**{state: by_state.get(state, 0) for state in ("new", "done", "dead")})

    async def decisions(self) -> tuple[DecisionRecord, ...]:
        """Load the decisions, oldest first."""
        return await self._read(lambda c: tuple(_decision(row) for row in c.execute(_DECISIONS)))

    async def prune(self, now: datetime) -> None:
        """Forget finished rows, wording and chats that have been kept long enough."""
        await self._writer.write(lambda connection: self._prune(connection, now))

    # --- on the store's threads ---------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._reader = connect(self._path)
            migrate(self._reader)
            self._reader.execute("PRAGMA query_only = ON")
        except OSError as exc:
            reason = f"the folder {self._path.parent} cannot be used: {exc.strerror}"
            raise StorageUnavailable(reason) from exc
        except sqlite3.Error as exc:
            raise translated(exc) from exc

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._query, query)

    def _query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._reader is None:
            raise StorageUnavailable("the store is closed")
        try:
            return query(self._reader)
        except sqlite3.Error as exc:
            raise translated(exc) from exc

    async def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        def operation(connection: sqlite3.Connection) -> None:
            connection.execute(statement, values)

        await self._writer.write(operation)

    def _finish(self, connection: sqlite3.Connection, entry: InboxEntry, result: Result) -> bool:
        statement = _DONE if result.state == "done" else _DEAD
        ended = connection.execute(statement, (result.at.timestamp(), result.note, entry.seq))
        if ended.rowcount == 0:
            return False
        apply_effects(connection, entry, result)
        decided = [self._decided(entry.seq, outcome, result.at) for outcome in result.outcomes]
        connection.executemany(_DECIDED, decided)
        return True

    def _decided(self, seq: int, outcome: Outcome, at: datetime) -> tuple[object, ...]:
        text = outcome.question_text.encode("utf-8", "replace").decode() if self._retention_days else None
        return (
            *(seq, outcome.entry_id, outcome.decision, outcome.probability, outcome.locale, outcome.revision),
            *(text, outcome.asked_at.timestamp(), at.timestamp()),
        )

    def _prune(self, connection: sqlite3.Connection, now: datetime) -> None:
        wording = (now - timedelta(days=self._retention_days)).timestamp()
        finished = (now - timedelta(days=FINISHED_KEPT_DAYS)).timestamp()
        for statement, before in (
            (_FORGET_DONE, finished),
            (_FORGET_DEAD, min(wording, finished)),
            (_FORGET_WORDING, wording),
            (_FORGET_CHATS, finished),
            (_FORGET_TALK, finished),
        ):
            connection.execute(statement, (before,))


def _receive(connection: sqlite3.Connection, updates: Sequence[Received]) -> tuple[InboxEntry, ...]:
    entries = []
    for update in updates:
        connection.execute(
            _INSERT,
            (
                *(update.chat.channel, update.event_id, update.chat.chat_id, update.user_id, update.payload),
                update.received_at.timestamp(),
            ),
        )
        # Known ones that are open are taken up again: whoever stored them may have died before acknowledging.
        row = connection.execute(_OPEN_ONE, (update.chat.channel, update.event_id)).fetchone()
        if row is not None:
            entries.append(_entry(row))
    return tuple(entries)


def _entry(row: tuple[int, str, str, str, str, str, float, int, str]) -> InboxEntry:
    seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent = row
    return InboxEntry(
        seq=seq,
        chat=ChatRef(channel=channel, chat_id=chat_id),
        user_id=user_id,
        event_id=event_id,
        payload=payload,
        received_at=datetime.fromtimestamp(received_at, UTC),
        attempts=attempts,
        sent=tuple(json.loads(sent)),
    )


def _decision(row: tuple[Any, ...]) -> DecisionRecord:
    entry_id, decision, probability, locale, revision, question_text, asked_at, answered_at = row
    return DecisionRecord(
        entry_id=entry_id,
        decision=decision,
        probability=probability,
        locale=locale,
        revision=revision,
        question_text=question_text,
        asked_at=datetime.fromtimestamp(asked_at, UTC),
        answered_at=datetime.fromtimestamp(answered_at, UTC),
    )

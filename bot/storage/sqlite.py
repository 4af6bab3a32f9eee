"""How is everything kept in one file, without a server?

SQLite with a write-ahead log, every commit on the disk before it counts, one writer thread with group commit,
and one reader beside it. A row or two that are found by their keys are read without either: by way of another
thread that costs three to four times as much (55 to 107 µs for 16 to 26), and readers of a write-ahead log wait for nobody.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.errors import StorageUnavailable
from bot.storage import inbox
from bot.storage.owner import is_gone, this_process
from bot.storage.pseudonym import new_secret
from bot.storage.rows import Key
from bot.storage.schema import migrate, version
from bot.storage.scripts import Script, run
from bot.storage.store import LEASE_SECONDS, ChatState, Finished, InboxEntry, Received, Result
from bot.storage.tables import Tables
from bot.storage.wishes import taking
from bot.storage.writer import Writer, sqlite_errors, translated
from bot.types import ChatRef

T = TypeVar("T")

_BUSY_SECONDS = 5.0  # how long a lock of another process is waited for
_CHECKPOINT_PAGES = 200  # the log stays small, so that a full disk can recover
_LOG_BYTES = 1_048_576

_FAILED_ONCE = "UPDATE inbox SET attempts = attempts + 1 WHERE seq = ? AND state = 'new' AND owner = ?"
_SENT = "UPDATE inbox SET sent = ? WHERE seq = ? AND state = 'new' AND owner = ?"
_HOLDER = f"SELECT owner, until < {inbox.CLOCK} FROM leases WHERE name = ?"
_LEASE = f"""
    INSERT INTO leases (name, owner, until) VALUES (?, ?, {inbox.CLOCK} + ?)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
"""
_UNLEASE = "DELETE FROM leases WHERE name = ? AND owner = ?"


def connect(path: Path) -> sqlite3.Connection:
    """Open a database file, made when it is missing, so that a commit survives a power cut."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    return connection


class SqliteStore(Tables):
    """The `Store` in one file.

    Args:
        path: Database file; its folder is made when missing.
        retention_days: How long the wording of questions is kept, and who asked is known under a pseudonym; 0 means
            that neither is ever written.
        owner: The process that holds rows and leases; this one when None.
        lease_seconds: How long it holds them unless it renews that.
    """

    def __init__(
        self,
        path: Path,
        *,
        retention_days: int = 30,
        owner: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        super().__init__(retention_days=retention_days)
        self._path = path
        self._holder = inbox.Holder(owner=owner or this_process(), seconds=lease_seconds)
        self._writer = Writer(lambda: connect(path))
        self._reader: sqlite3.Connection | None = None
        self._glancing: sqlite3.Connection | None = None  # used by the event loop, and so never made to wait
        self._closed = False
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")

    async def open(self) -> None:
        """Open the file and bring the schema up to date."""
        await asyncio.get_running_loop().run_in_executor(self._reading, self._prepare)
        self._writer.start()

    async def close(self) -> None:
        """Finish what was asked, then close the file."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await asyncio.get_running_loop().run_in_executor(self._reading, self._close_reader)
        self._reading.shutdown()

    # --- the inbox ----------------------------------------------------------------------------------

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Store updates, all or none, and return those that are now held."""
        return await self._writer.write(lambda c: inbox.receive(c, updates, holder=self._holder, hold=hold))

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Load everything that is not finished, in order of arrival."""
        return await self._read(lambda c: inbox.open_entries(c, owner=self._holder.owner))

    async def claim(self, limit: int) -> tuple[InboxEntry, ...]:
        """Take the oldest open row of each chat that is not in hand."""
        return await self._writer.write(lambda c: inbox.claim(c, limit, holder=self._holder))

    async def renew(self) -> frozenset[int]:
        """Hold for longer what this process holds, and name it."""
        return await self._writer.write(lambda c: inbox.renew(c, holder=self._holder))

    async def release(self, seqs: Collection[int]) -> None:
        """Give rows back that were not begun."""
        await self._writer.write(lambda c: inbox.release(c, seqs, holder=self._holder))

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure of a row."""
        await self._execute(_FAILED_ONCE, (seq, self._holder.owner))

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note the messages of a row that have gone out so far."""
        await self._execute(_SENT, (json.dumps(list(sent)), seq, self._holder.owner))

    async def finish(self, entry: InboxEntry, result: Result) -> Finished:
        """End a row and apply what follows from it, in one transaction."""
        return await self._writer.write(lambda connection: self._finish(connection, entry, result))

    async def retry(self, seqs: Collection[int] | None = None) -> int:
        """Open dead rows again, all of them when None, and return how many."""
        return await self._writer.write(lambda c: inbox.retry(c, seqs))

    async def fulfil(self, wishes: Mapping[int, Received]) -> tuple[InboxEntry, ...]:
        """Turn wishes into rows of the inbox, in one transaction."""

        def operation(connection: sqlite3.Connection) -> tuple[InboxEntry, ...]:
            updates = run(connection, taking(wishes))
            return inbox.receive(connection, updates, holder=self._holder, hold=True)

        return await self._writer.write(operation)

    # --- people and leases -----------------------------------------------------------------------------

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Load what is remembered about a person in a chat."""
        return await self._at_once(lambda connection: inbox.state_of(connection, chat, user_id))

    async def lease(self, name: str) -> str | None:
        """Take a named lease, or renew it; return who has it when it is not free."""
        return await self._writer.write(lambda connection: self._lease(connection, name))

    async def unlease(self, name: str) -> None:
        """Give a named lease back."""
        await self._execute(_UNLEASE, (name, self._holder.owner))

    # --- on the store's threads -----------------------------------------------------------------------

    def _prepare(self) -> None:
        with sqlite_errors(self._path):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # What people asked is nobody else's to read; the write-ahead log gets the mode of the file.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            self._reader = connect(self._path)
            try:
                migrate(self._reader)
                self._glancing = connect(self._path)
                self._glancing.execute("PRAGMA busy_timeout = 0")
                for connection in (self._reader, self._glancing):
                    connection.execute("PRAGMA query_only = ON")
            except BaseException:
                self._close_reader()
                raise

    def _close_reader(self) -> None:
        for connection in (self._reader, self._glancing):
            if connection is not None:
                connection.close()
        self._reader = self._glancing = None

    async def _at_once(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Read a row or two by their keys; where that would have to wait, on the reader's thread."""
        if self._glancing is not None and not self._closed:
            with suppress(sqlite3.Error):  # a lock is waited for below, and what else is wrong is told there
                return query(self._glancing)
        return await self._read(query)

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise StorageUnavailable("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._query, query)

    def _query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._reader is None:
            raise StorageUnavailable("the store is closed")
        try:
            return query(self._reader)
        except sqlite3.Error as exc:
            raise translated(exc) from exc

    async def _look(self, script: Callable[[], Script[T]]) -> T:
        return await self._read(lambda connection: run(connection, script()))

    async def _glance(self, script: Callable[[], Script[T]]) -> T:
        return await self._at_once(lambda connection: run(connection, script()))

    async def _run(self, script: Callable[[], Script[T]], *, locks: Collection[str] = ()) -> T:
        return await self._writer.write(lambda connection: run(connection, script()))

    async def _schema(self) -> int:
        return await self._read(version)

    async def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        def operation(connection: sqlite3.Connection) -> None:
            connection.execute(statement, values)

        await self._writer.write(operation)

    def _finish(self, connection: sqlite3.Connection, entry: InboxEntry, result: Result) -> Finished:
        key = self._present_key(connection, result.at)
        wording = self._retention_days > 0
        return inbox.finish(connection, entry, result, holder=self._holder, key=key, wording=wording)

    def _present_key(self, connection: sqlite3.Connection, now: datetime) -> Key:
        """Find the key under which people are named now; each serves as long as wording is kept."""
        if not self._retention_days:
            return None
        oldest = (now - timedelta(days=self._retention_days)).timestamp()
        query = "SELECT id, secret FROM keys WHERE made_at > ? ORDER BY id DESC LIMIT 1"
        row = connection.execute(query, (oldest,)).fetchone()
        if row is not None:
            return int(row[0]), bytes(row[1])
        secret = new_secret()
        values = (secret, now.timestamp())
        made = connection.execute("INSERT INTO keys (secret, made_at) VALUES (?, ?)", values)
        return made.lastrowid or 0, secret

    def _lease(self, connection: sqlite3.Connection, name: str) -> str | None:
        row = connection.execute(_HOLDER, (name,)).fetchone()
        if row is not None and row[0] != self._holder.owner and not row[1] and not is_gone(row[0]):
            return str(row[0])
        connection.execute(_LEASE, (name, self._holder.owner, self._holder.seconds))
        return None

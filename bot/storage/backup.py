"""How is everything that is kept copied into one file while the bot works, and put back?

The copy is an SQLite file of this version's schema, whatever the store is made of, so that it can also be put back
into another kind of store. It holds the keys under which people are named: it is as private as the store itself.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config.values import StorageConfig
from bot.errors import SchemaOutdated, StorageError
from bot.storage.choice import database_file, need_driver
from bot.storage.inbox import CLOCK
from bot.storage.owner import described, is_gone
from bot.storage.rows import TAKEN_AWAY
from bot.storage.schema import migrate, migrations, version, version_postgres
from bot.storage.sqlite import connect
from bot.storage.writer import sqlite_errors

if TYPE_CHECKING:
    import psycopg

    Postgres = psycopg.Connection[tuple[Any, ...]]

BEFORE_RESTORE = ".before-restore"  # is added to the name of the file that was replaced

_TABLES = (
    *("inbox", "chat_state", "decisions", "votes", "leases", "keys", "notes"),
    *("learned", "withdrawn", "pins", "set_aside", "audit", "wishes", "counters"),
)
_NUMBERED = (  # columns that the database counts up
    *(("inbox", "seq"), ("decisions", "id"), ("keys", "id")),
    *(("learned", "id"), ("withdrawn", "id"), ("pins", "id"), ("audit", "id")),
)
_ROWS_AT_ONCE = 500
_LIVING = """
    SELECT owner FROM leases WHERE until >= {clock}
    UNION SELECT owner FROM inbox WHERE state = 'new' AND lease_until >= {clock}
"""


def backup(storage: StorageConfig, file: Path) -> int:
    """Copy the store as it is at one moment; bots may go on working.

    Args:
        storage: What is copied.
        file: Where to; replaced when it exists, whole or not at all.

    Returns:
        How many rows were copied.

    Raises:
        StorageError: There is nothing, or it cannot be read or written.
        SchemaOutdated: The store has not the schema of this version.
    """
    with _beside(file) as (path, target):
        if storage.database_url is None:
            source = _existing(database_file(storage))
            with sqlite_errors(source), closing(connect(source)) as connection:
                _expect(version(connection), "sqlite")
                connection.backup(target)
        else:
            need_driver()
            from bot.storage.connections import postgres

            migrate(target)
            with postgres(storage.database_url) as server:
                _copy_out(server, target)
        count = _count(target)
        _close_whole(target)
        os.replace(path, file)
    return count


def restore(storage: StorageConfig, file: Path) -> int:
    """Replace what is kept by a copy; an older copy is brought up to date.

    The replaced SQLite file stays beside the new one; in PostgreSQL all rows are replaced in one transaction.

    Returns:
        How many rows there are now.

    Raises:
        StorageError: There is no such copy, or a bot works with the store.
        SchemaOutdated: The copy is of a newer version, or the database has not the schema of this one.
    """
    target = database_file(storage)
    with sqlite_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as (path, copy):
        with (
            sqlite_errors(file),
            closing(sqlite3.connect(f"{_existing(file).as_uri()}?mode=ro", uri=True)) as source,
        ):
            if not version(source):
                raise StorageError(f"{file} is no copy of a store: it is empty, or something else")
            source.backup(copy)
            migrate(copy)
            _let_go(copy)
        count = _count(copy)
        if storage.database_url is not None:
            need_driver()
            from bot.storage.connections import postgres

            with postgres(storage.database_url) as server:
                _copy_in(copy, server)
        else:
            _close_whole(copy)
            with sqlite_errors(target):
                _set_aside(target)
            os.replace(path, target)
    return count


# --- files ----------------------------------------------------------------------------------------


@contextmanager
def _beside(file: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Make an empty database beside a file, on the same disk, readable by nobody else; removed if not moved."""
    with sqlite_errors(file):
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        os.close(descriptor)
        path = Path(name)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                yield path, connection
        finally:
            for leftover in (path, Path(f"{name}-wal"), Path(f"{name}-shm"), Path(f"{name}-journal")):
                leftover.unlink(missing_ok=True)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise StorageError(f"there is no file {file}")
    return file.resolve()


def _close_whole(connection: sqlite3.Connection) -> None:
    """Make sure that the one file holds everything, and that it is sound."""
    connection.execute("PRAGMA journal_mode = DELETE")
    sound = connection.execute("PRAGMA integrity_check").fetchone()
    if sound != ("ok",):
        raise StorageError(f"the copy is damaged: {sound}")
    connection.close()


def _set_aside(target: Path) -> None:
    """Keep the file that is replaced, unless a process works with it."""
    if not target.exists():
        return
    with closing(sqlite3.connect(target, timeout=0.5, isolation_level=None)) as connection:
        if version(connection):
            _refuse_while_running(connection.execute(_LIVING.format(clock=CLOCK)).fetchall())
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # possible only when nobody else has it open
        except sqlite3.OperationalError as exc:
            raise StorageError("a process has the store open: stop the bot first") from exc
    os.replace(target, _unused(Path(f"{target}{BEFORE_RESTORE}")))


def _refuse_while_running(owners: list[tuple[Any, ...]]) -> None:
    for (owner,) in owners:
        if not is_gone(owner):
            raise StorageError(
                f"a bot works with this store ({described(owner)}): stop it first, and wait for its leases to end"
            )


def _let_go(copy: sqlite3.Connection) -> None:
    """Nobody holds what is put back; what was in hand may have been answered."""
    copy.execute(
        "UPDATE inbox SET owner = ?, lease_until = NULL WHERE lease_until IS NOT NULL", (TAKEN_AWAY,)
    )
    copy.execute("DELETE FROM leases")


# --- rows -----------------------------------------------------------------------------------------


def _copy_out(server: Postgres, target: sqlite3.Connection) -> None:
    from psycopg import IsolationLevel

    server.isolation_level = IsolationLevel.REPEATABLE_READ  # all tables as of one moment
    server.read_only = True
    with server.transaction(), server.cursor() as cursor:
        _expect(version_postgres(server), "postgres")
        target.execute("BEGIN")
        for table in _TABLES:
            names = _columns(target, table)
            marks = ", ".join("?" for _ in names)
            rows = cursor.stream(f"SELECT {', '.join(names)} FROM {table}".encode(), size=_ROWS_AT_ONCE)
            target.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        target.execute("COMMIT")


def _copy_in(copy: sqlite3.Connection, server: Postgres) -> None:
    with server.transaction(), server.cursor() as cursor:
        _expect(version_postgres(server), "postgres")
        cursor.execute(f"LOCK TABLE {', '.join(_TABLES)} IN ACCESS EXCLUSIVE MODE".encode())
        clock = "extract(epoch FROM clock_timestamp())"
        _refuse_while_running(cursor.execute(_LIVING.format(clock=clock).encode()).fetchall())
        cursor.execute(f"TRUNCATE {', '.join(_TABLES)}".encode())
        for table in _TABLES:
            names = ", ".join(_columns(copy, table))
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as target:
                for row in copy.execute(f"SELECT {names} FROM {table}"):
                    target.write_row(row)
        for table, column in _NUMBERED:
            last = f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
            cursor.execute(f"{last} coalesce(max({column}), 0) + 1, false) FROM {table}".encode())


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _count(connection: sqlite3.Connection) -> int:
    return sum(int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in _TABLES)


def _expect(found: int, backend: str) -> None:
    wanted = migrations(backend)[-1].number
    if found != wanted:
        raise SchemaOutdated(found=found, wanted=wanted)


def _unused(path: Path) -> Path:
    """Number a name when there is such a file already, so that no older store is lost."""
    names = (path if number == 1 else Path(f"{path}-{number}") for number in itertools.count(1))
    return next(name for name in names if not name.exists())

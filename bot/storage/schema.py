"""Which shape has the store, and how does an older one get there?

Migrations are numbered SQL files in `storage/sql/<backend>/`, applied in order, each in a transaction, never
back. SQLite's are applied when a store is opened; PostgreSQL's when the operator says so, because several processes
may be at work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from bot.errors import SchemaOutdated

if TYPE_CHECKING:
    import psycopg

POSTGRES_KNOWN = "SELECT to_regclass('schema_version') IS NOT NULL"
POSTGRES_VERSION = "SELECT version FROM schema_version"
_POSTGRES_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('alliance-bot migrate', 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step forward."""

    number: int  # from 1, without gaps
    name: str
    sql: str


def migrations(backend: str) -> tuple[Migration, ...]:
    """List the migrations of a backend, oldest first."""
    folder = resources.files("bot.storage") / "sql" / backend
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    return tuple(_read(folder / name) for name in names)


def migrate(connection: sqlite3.Connection, steps: tuple[Migration, ...] | None = None) -> int:
    """Bring an SQLite database up to date.

    Args:
        connection: In autocommit mode (`isolation_level=None`).
        steps: The migrations to apply; those of this version when None.

    Returns:
        How many migrations were applied.

    Raises:
        SchemaOutdated: The database is newer than this version.
    """
    steps = migrations("sqlite") if steps is None else steps
    wanted = steps[-1].number if steps else 0
    found = version(connection)
    if found > wanted:
        raise SchemaOutdated(found=found, wanted=wanted)
    pending = [step for step in steps if step.number > found]
    for step in pending:
        _apply(connection, step)
    return len(pending)


def version(connection: sqlite3.Connection) -> int:
    """Read the number of the last migration that was applied; 0 for an empty database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate_postgres(
    connection: psycopg.Connection[tuple[Any, ...]], steps: tuple[Migration, ...] | None = None
) -> int:
    """Bring a PostgreSQL database up to date; several processes may try at the same time.

    Args:
        connection: In autocommit mode.
        steps: The migrations to apply; those of this version when None.

    Returns:
        How many migrations were applied.

    Raises:
        SchemaOutdated: The database is newer than this version.
    """
    steps = migrations("postgres") if steps is None else steps
    wanted = steps[-1].number if steps else 0
    found = version_postgres(connection)
    if found > wanted:
        raise SchemaOutdated(found=found, wanted=wanted)
    applied = 0
    for step in steps:
        with connection.transaction():
            connection.execute(_POSTGRES_LOCK)
            if version_postgres(connection) < step.number:
                connection.execute(step.sql.encode())  # several statements, without values
                connection.execute("UPDATE schema_version SET version = %s", (step.number,))
                applied += 1
    return applied


def version_postgres(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """Read the number of the last migration that was applied; 0 for an empty database."""
    if connection.execute(POSTGRES_KNOWN).fetchone() != (True,):
        return 0
    row = connection.execute(POSTGRES_VERSION).fetchone()
    return 0 if row is None else int(row[0])


def _read(file: Traversable) -> Migration:
    number = int(file.name.partition("_")[0])
    return Migration(number=number, name=file.name, sql=file.read_text(encoding="utf-8"))


def _apply(connection: sqlite3.Connection, step: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version(connection) < step.number:  # another process may have been faster
            for statement in _statements(step.sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step.number:d}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(sql: str) -> Iterator[str]:
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""

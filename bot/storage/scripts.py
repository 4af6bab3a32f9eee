"""How does one text of SQL serve every store, though one waits for its answers and the other does not?

A script is a generator: it yields statements, is sent what each of them found, and returns a result. It knows no
database; each store runs it in a transaction of its own.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from psycopg import AsyncConnection

T = TypeVar("T")

Statement = tuple[str, dict[str, Any]]  # with names after colons, as in SQLite, and their values


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a statement gave back."""

    rows: Sequence[Sequence[Any]]
    count: int  # of rows that it changed


Script = Generator[Statement, Found, T]


def run(connection: sqlite3.Connection, script: Script[T]) -> T:
    """Run a script in SQLite, in a transaction of the caller's."""
    try:
        statement, values = next(script)
        while True:
            cursor = connection.execute(statement, values)
            statement, values = script.send(Found(rows=cursor.fetchall(), count=cursor.rowcount))
    except StopIteration as end:
        result: T = end.value
        return result


async def run_in_postgres(connection: AsyncConnection[tuple[Any, ...]], script: Script[T]) -> T:
    """Run a script in PostgreSQL, in a transaction of the caller's."""
    try:
        statement, values = next(script)
        while True:
            cursor = await connection.execute(in_postgres(statement).encode(), values)
            rows = await cursor.fetchall() if cursor.description else []
            statement, values = script.send(Found(rows=rows, count=cursor.rowcount))
    except StopIteration as end:
        result: T = end.value
        return result


def in_postgres(statement: str) -> str:
    """Write the names of a statement as its driver does."""
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement)

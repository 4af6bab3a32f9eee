"""One suite for every store: each backend is one parameter of `store`."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import pytest

from bot.config.values import StorageConfig
from bot.storage.choice import DATABASE
from bot.storage.connections import postgres as connected
from bot.storage.postgres import PostgresStore
from bot.storage.schema import migrate_postgres
from bot.storage.sqlite import SqliteStore
from bot.storage.store import LEASE_SECONDS, Received, Store
from bot.types import ChatRef
from tests.postgres import NoPrograms, Pooler, private_cluster, private_pooler

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONE = "one.example:1:1"  # processes of other machines: nobody here can see whether they live
TWO = "two.example:1:1"

Peek = Callable[[str], Awaitable[list[tuple[Any, ...]]]]  # what a query finds in the database itself


class MakeStore(Protocol):
    """Open one more store over the same database, as another process or a restarted program would."""

    async def __call__(
        self, *, retention_days: int = 30, owner: str | None = None, lease_seconds: float = LEASE_SECONDS
    ) -> Store: ...


def received(event: int, chat: str = "7", user: str | None = None, payload: str = '{"a":1}') -> Received:
    """An update as it arrived."""
    return Received(
        chat=ChatRef(channel="telegram", chat_id=chat),
        user_id=chat if user is None else user,
        event_id=str(event),
        payload=payload,
        received_at=NOW,
    )


@cache
def gone() -> str:
    """The name of a process of this host that has ended."""
    program = "from bot.storage.owner import this_process; print(this_process())"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


BACKENDS = ("sqlite", "postgres", "pgbouncer")


class Backend(Protocol):
    """A database of its own for one test."""

    def make(self, *, retention_days: int, owner: str | None, lease_seconds: float) -> Store:
        """Make a store over it."""

    async def peek(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""

    async def execute(self, statement: str) -> None:
        """Change the database itself."""

    @property
    def settings(self) -> StorageConfig:
        """Name it as the settings do."""


class SqliteBackend:
    """A file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "data" / DATABASE

    def make(self, *, retention_days: int, owner: str | None, lease_seconds: float) -> Store:
        return SqliteStore(
            self._path, retention_days=retention_days, owner=owner, lease_seconds=lease_seconds
        )

    async def peek(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(query).fetchall()

    async def execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(statement)

    @property
    def settings(self) -> StorageConfig:
        return StorageConfig(data_dir=self._path.parent, database_url=None, retention_days=30)


class PostgresBackend:
    """A database of a server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder / "data"

    def make(self, *, retention_days: int, owner: str | None, lease_seconds: float) -> Store:
        return PostgresStore(
            self.url, retention_days=retention_days, owner=owner, lease_seconds=lease_seconds
        )

    async def peek(self, query: str) -> list[tuple[Any, ...]]:
        with connected(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    async def execute(self, statement: str) -> None:
        with connected(self.url) as connection:
            connection.execute(statement.encode())

    @property
    def settings(self) -> StorageConfig:
        return StorageConfig(data_dir=self._folder, database_url=self.url, retention_days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A PostgreSQL server with a database for the tests, which is emptied before each of them."""

    url: str  # of a database in which databases may be created
    database: str  # name of the one for the tests

    def url_of_tests(self) -> str:
        return _with_database(self.url, self.database)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server named in the environment, or a private one; skips where there is none."""
    with ExitStack() as stack:
        url = os.environ.get("ALLIANCE_BOT_TEST_POSTGRES")
        if not url:
            try:
                url = stack.enter_context(private_cluster(durable=False)).url
            except NoPrograms as exc:
                pytest.skip(str(exc))
        server = Server(url=url, database=f"alliance_{secrets.token_hex(6)}")
        with connected(url) as connection:
            connection.execute(f"CREATE DATABASE {server.database}".encode())
        with connected(server.url_of_tests()) as connection:
            migrate_postgres(connection)
        yield server
        with connected(url) as connection:
            connection.execute(f"DROP DATABASE {server.database} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def pooler(postgres_server: Server) -> Iterator[Pooler]:
    """A real PgBouncer in transaction mode before that server."""
    address = urlsplit(postgres_server.url)
    try:
        started = private_pooler(
            address.hostname or "127.0.0.1", address.port or 5432, address.username or "postgres"
        )
        with started as running:
            yield running
    except NoPrograms as exc:
        pytest.skip(str(exc))


@pytest.fixture
def postgres(postgres_server: Server, tmp_path: Path) -> PostgresBackend:
    """An empty PostgreSQL database."""
    empty(postgres_server)
    return PostgresBackend(postgres_server.url_of_tests(), tmp_path)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return SqliteBackend(tmp_path)
    server: Server = request.getfixturevalue("postgres_server")
    empty(server)
    if request.param == "postgres":
        return PostgresBackend(server.url_of_tests(), tmp_path)
    running: Pooler = request.getfixturevalue("pooler")
    return PostgresBackend(running.url_of(server.database), tmp_path)


@pytest.fixture
async def make_store(backend: Backend) -> AsyncIterator[MakeStore]:
    made: list[Store] = []

    async def make(
        *, retention_days: int = 30, owner: str | None = None, lease_seconds: float = LEASE_SECONDS
    ) -> Store:
        store = backend.make(retention_days=retention_days, owner=owner, lease_seconds=lease_seconds)
        await store.open()
        made.append(store)
        return store

    yield make
    for store in made:
        await store.close()


@pytest.fixture
async def store(make_store: MakeStore) -> Store:
    return await make_store()


@pytest.fixture
def peek(backend: Backend) -> Peek:
    return backend.peek


def empty(server: Server) -> None:
    """Remove all rows, and number them from 1 again."""
    with connected(server.url_of_tests()) as connection:
        connection.execute(
            "TRUNCATE inbox, chat_state, decisions, votes, leases, keys, notes,"
            " learned, withdrawn, pins, set_aside, audit, wishes, counters RESTART IDENTITY"
        )


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

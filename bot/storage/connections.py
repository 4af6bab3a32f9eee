"""How is PostgreSQL reached, how do many callers share one commit, and what do its failures mean?

Connections keep no state of their own (no prepared statements, session locks, settings or listening), so that a
pooler may hand each transaction to another one. Writes wait for each other and go through one transaction at a
time, which takes all that waits: a group commit, whose results are delivered in order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool

from bot.errors import StorageError, StorageUnavailable

T = TypeVar("T")
Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Operation = Callable[[Connection], Awaitable[T]]

_CONNECTIONS = 4  # at most, of one process; writes need one of them
_PATIENCE_SECONDS = 15.0  # for a transaction; a server that hangs is a server that is away
_CONNECT_SECONDS = 5
_POOL_SECONDS = (
    2.0  # for a connection; while the server is away each caller makes the pool try twice, then is told
)
_LARGEST_GROUP = 100  # operations in one transaction, so that the first of them does not wait too long
_SETTINGS: dict[str, Any] = {
    "autocommit": True,  # each transaction is written out, so that a single read needs none
    "prepare_threshold": None,
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
_LOCK = """
    SELECT pg_advisory_xact_lock(chat) FROM (
        SELECT DISTINCT hashtextextended(name, 0) AS chat FROM unnest(%s::text[]) AS name ORDER BY chat
    ) AS chats
"""


@dataclass(slots=True, kw_only=True)
class _Job:
    operation: Operation[Any]
    locks: Collection[str]
    settle: Callable[[Any, bool], None] | None
    future: asyncio.Future[Any]
    result: Any = None


class Database:
    """A PostgreSQL database.

    Args:
        url: Where it is; its password appears in no message.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._parameters = parameters(url)
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._waiting: deque[_Job] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            StorageUnavailable: The server is away, or lets nobody in.
        """
        try:
            async with await psycopg.AsyncConnection.connect(**self._parameters) as connection:
                await connection.execute("SELECT 1")  # a pool would not say what is wrong
            self._pool = AsyncConnectionPool(
                kwargs=self._parameters,
                connection_class=psycopg.AsyncConnection[tuple[Any, ...]],
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=_POOL_SECONDS,
                reconnect_timeout=0.5,
                check=_look,
                open=False,
                name="store",
            )
            await self._pool.open()
        except (psycopg.Error, OSError) as exc:
            raise translated(exc, self._url) from None

    async def close(self) -> None:
        """Finish what was asked, then disconnect."""
        pool, self._pool = self._pool, None
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if pool is not None:
            await pool.close()

    async def read(self, query: Operation[T]) -> T:
        """Run a query that changes nothing.

        Raises:
            StorageUnavailable: The server is away.
            StorageError: The query itself is at fault.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._opened().connection() as connection:
                return await query(connection)
        except (psycopg.Error, OSError, TimeoutError) as exc:
            raise translated(exc, self._url) from exc

    async def write(
        self,
        operation: Operation[T],
        *,
        locks: Collection[str] = (),
        settle: Callable[[T, bool], None] | None = None,
    ) -> T:
        """Run an operation in the next transaction and return its result once that is committed.

        Args:
            operation: May run twice: when another one of its group failed, the first time is undone.
            locks: Names that no other transaction of any process has at the same time.
            settle: Is told a result that was committed, or may have been, before anything else is written, and
                whether the caller learns it.

        Raises:
            StorageUnavailable: The server is away; the operation may have taken place or not.
            StorageError: The operation itself is at fault.
        """
        self._opened()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(operation=operation, locks=locks, settle=settle, future=future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="store-writer")
        return await future

    def _opened(self) -> AsyncConnectionPool[Connection]:
        if self._pool is None:
            raise StorageUnavailable("the store is closed")
        return self._pool

    async def _write_all(self) -> None:
        pool = self._opened()
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_GROUP))]
            error = await self._commit(pool, group)
            if error is not None and len(group) > 1 and not isinstance(error, StorageUnavailable):
                for job in group:  # one of them is at fault: the others must not suffer for it
                    _deliver([job], await self._commit(pool, [job]))
            else:
                _deliver(group, error)

    async def _commit(self, pool: AsyncConnectionPool[Connection], group: list[_Job]) -> Exception | None:
        """Run operations in one transaction; what went wrong, or None."""
        done = False
        try:
            async with (
                asyncio.timeout(_PATIENCE_SECONDS),
                pool.connection() as connection,
                connection.transaction(),
            ):
                locks = sorted({lock for job in group for lock in job.locks})
                if locks:
                    await connection.execute(_LOCK, (locks,))
                for job in group:
                    job.result = await job.operation(connection)
                done = True
        except (psycopg.Error, OSError, TimeoutError) as exc:
            if done:
                for job in group:
                    _settle(job, delivered=False)
            return translated(exc, self._url)
        except Exception as exc:  # an operation is a caller's function: whatever it raises is the caller's
            return exc
        return None


def parameters(url: str) -> dict[str, Any]:
    """Read a database's URL as what a connection is made with.

    Raises:
        StorageError: It is no such URL; the message does not show it.
    """
    try:
        return {**conninfo_to_dict(url), **_SETTINGS}
    except psycopg.Error:
        raise StorageError(
            "the database URL cannot be read: postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from None


@contextmanager
def postgres(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect for a while, outside of an event loop, in autocommit mode.

    Raises:
        StorageUnavailable: The server is away, or lets nobody in.
        StorageError: It refused what it was asked.
    """
    try:
        with psycopg.Connection.connect(**parameters(url)) as connection:
            yield connection
    except (psycopg.Error, OSError) as exc:
        raise translated(exc, url) from None


def translated(exc: Exception, url: str) -> StorageError:
    """Tell a store that is away from one that was asked something impossible."""
    if isinstance(exc, StorageError):
        return exc
    text = without_password(" ".join(str(exc).split()), url)
    if isinstance(exc, TimeoutError):
        text = "it does not answer"
    away = (
        psycopg.OperationalError,
        psycopg.InterfaceError,
        errors.ReadOnlySqlTransaction,
        OSError,
        TimeoutError,
    )
    if isinstance(exc, away):
        return StorageUnavailable(f"the store cannot be used now: {text}")
    return StorageError(f"the store refused: {text}")


def without_password(text: str, url: str) -> str:
    """Hide the password of a URL in a text."""
    try:
        password = str(conninfo_to_dict(url).get("password") or "")
    except psycopg.Error:
        password = ""
    written = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    for secret in sorted({password, written, unquote(written)} - {""}, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


async def _look(connection: Connection) -> None:
    """Notice without asking the server whether it has ended the connection."""
    for _ in range(2):  # it may have said why first
        connection.pgconn.consume_input()


def _settle(job: _Job, *, delivered: bool) -> None:
    if job.settle is not None:
        job.settle(job.result, delivered)


def _deliver(group: list[_Job], error: Exception | None) -> None:
    for job in group:
        waited_for = not job.future.done()  # its caller may have been cancelled
        if error is None:
            _settle(job, delivered=waited_for)
        if waited_for and error is not None:
            job.future.set_exception(error)
        elif waited_for:
            job.future.set_result(job.result)

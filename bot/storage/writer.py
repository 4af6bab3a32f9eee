"""How do many callers share one commit?

SQLite makes a commit durable with an fsync, about 4 ms whether it holds one row or a hundred. All writes
therefore go through one thread, which puts everything that waits into one transaction: a group commit. The
event loop never waits for the disk.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import StorageError, StorageUnavailable

T = TypeVar("T")

_LARGEST_GROUP = 500  # operations in one transaction, so that the first of them does not wait too long


@dataclass(slots=True, kw_only=True)
class _Job:
    operation: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = field(default=None)


class Writer:
    """One thread with one connection that writes for everybody."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """Run an operation in the next transaction and return its result once that is committed.

        Raises:
            StorageUnavailable: Locked, full or broken; nothing of the operation remains.
            StorageError: The operation itself is at fault.
        """
        if self._thread is None:
            raise StorageUnavailable("the store is closed")
        loop = asyncio.get_running_loop()
        job = _Job(operation=operation, loop=loop, future=loop.create_future())
        self._waiting.put(job)
        result: T = await job.future
        return result

    async def close(self) -> None:
        """Commit what waits, then end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            await asyncio.to_thread(thread.join)

    # --- on the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        closing = False
        while not closing:
            group, closing = self._next_group()
            try:
                connection = connection or self._connect()
            except (sqlite3.Error, StorageError) as exc:
                _fail(group, translated(exc))
            else:
                _commit(connection, group)
            _deliver(group)
        if connection is not None:
            connection.close()

    def _next_group(self) -> tuple[list[_Job], bool]:
        """Wait for something to do, then take all that waits; True when the end was announced."""
        group: list[_Job] = []
        job = self._waiting.get()
        while job is not None:
            group.append(job)
            if len(group) == _LARGEST_GROUP:
                return group, False
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True


def translated(exc: Exception) -> StorageError:
    """Tell a store that is away from one that was asked something impossible."""
    if isinstance(exc, StorageError):
        return exc
    error: StorageError
    if isinstance(exc, sqlite3.OperationalError):
        error = StorageUnavailable(f"the store cannot be used now: {exc}")
    else:
        error = StorageError(f"the store refused: {exc}")
    error.__cause__ = exc
    return error


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Translate what goes wrong with a file.

    Raises:
        StorageUnavailable: Locked, full, or its folder cannot be used.
        StorageError: Anything else.
    """
    try:
        yield
    except OSError as exc:
        raise StorageUnavailable(f"the folder {path.parent} cannot be used: {exc.strerror}") from exc
    except sqlite3.Error as exc:
        raise translated(exc) from exc


def _commit(connection: sqlite3.Connection, group: list[_Job]) -> None:
    if not group:
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            _run_one(connection, job)
        connection.execute("COMMIT")
    except sqlite3.Error as exc:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        _fail(group, translated(exc))
        if getattr(exc, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:  # errors of the module have no code
            _give_space_back(connection)


def _run_one(connection: sqlite3.Connection, job: _Job) -> None:
    """Run one operation so that its failure leaves the others of its group alone."""
    connection.execute("SAVEPOINT one")
    try:
        job.result = job.operation(connection)
    except Exception as exc:  # an operation is a caller's function: whatever it raises is the caller's
        if not connection.in_transaction:
            raise  # SQLite undid the whole transaction: full, or an I/O error
        connection.execute("ROLLBACK TO one")
        job.error = translated(exc) if isinstance(exc, sqlite3.Error) else exc
    connection.execute("RELEASE one")


def _fail(group: list[_Job], error: StorageError) -> None:
    for job in group:
        job.error = job.error or error


def _give_space_back(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log, or a full disk stays full after room was made elsewhere."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _deliver(group: list[_Job]) -> None:
    loops = {id(job.loop): job.loop for job in group}
    for loop in loops.values():
        mine = [job for job in group if job.loop is loop]
        with suppress(RuntimeError):  # the loop ended while we wrote: nobody waits any more
            loop.call_soon_threadsafe(_settle, mine)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)

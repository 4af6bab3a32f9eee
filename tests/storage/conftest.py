"""One suite for every store: each backend is one parameter of `store`."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.storage.sqlite import SqliteStore
from bot.storage.store import LEASE_SECONDS, Received, Store
from bot.types import ChatRef

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


@pytest.fixture
async def make_store(tmp_path: Path) -> AsyncIterator[MakeStore]:
    made: list[SqliteStore] = []

    async def make(
        *, retention_days: int = 30, owner: str | None = None, lease_seconds: float = LEASE_SECONDS
    ) -> Store:
        store = SqliteStore(
            tmp_path / "data" / "bot.sqlite3",
            retention_days=retention_days,
            owner=owner,
            lease_seconds=lease_seconds,
        )
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
def peek(tmp_path: Path) -> Peek:
    async def look(query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(tmp_path / "data" / "bot.sqlite3")
        rows = connection.execute(query).fetchall()
        connection.close()
        return rows

    return look

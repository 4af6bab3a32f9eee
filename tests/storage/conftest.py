"""One suite for every store: each backend is one parameter of `store`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.sqlite import SqliteStore
from bot.storage.store import Received, Store
from bot.types import ChatRef

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def received(event: int, chat: str = "7", user: str | None = None, payload: str = '{"a":1}') -> Received:
    """An update as it arrived."""
    return Received(
        chat=ChatRef(channel="telegram", chat_id=chat),
        user_id=chat if user is None else user,
        event_id=str(event),
        payload=payload,
        received_at=NOW,
    )


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., SqliteStore]:
    """Make a store over the same file each time, as a restarted program would."""

    def make(*, retention_days: int = 30) -> SqliteStore:
        return SqliteStore(tmp_path / "data" / "bot.sqlite3", retention_days=retention_days)

    return make


@pytest.fixture
async def store(make_store: Callable[..., SqliteStore]) -> AsyncIterator[Store]:
    opened = make_store()
    await opened.open()
    yield opened
    await opened.close()

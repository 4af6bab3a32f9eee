"""What was copied can be put back, into the same kind of store or another."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config.values import StorageConfig
from bot.effects import Learn, Pin, Restore, SetAside, SetLocale, Wish, Withdraw
from bot.errors import SchemaOutdated, StorageError
from bot.storage.backup import BEFORE_RESTORE, backup, restore
from bot.storage.choice import DATABASE, open_store
from bot.storage.store import Result, Store
from bot.types import Outcome
from tests.storage.conftest import (
    NOW,
    ONE,
    TWO,
    Backend,
    MakeStore,
    SqliteBackend,
    gone,
    received,
)

OUTCOME = Outcome(
    decision="answer",
    entry_id="a",
    probability=0.5,
    locale="fr",
    question_text="Où ?",
    asked_at=NOW,
    revision="r",
)


async def fill(store: Store) -> None:
    """Leave rows of each kind."""
    entries = await store.receive([received(1), received(2, "8"), received(3, "9"), received(4, "10")])
    wish = Wish(text="Where?", locale="fr", at=NOW)
    result = Result(state="done", at=NOW, effects=(SetLocale(locale="fr"), wish), outcomes=(OUTCOME,))
    await store.finish(entries[0], result)
    await store.finish(entries[1], Result(state="dead", at=NOW, note="why"))
    await store.record_sent(entries[2].seq, ["5", None])
    await store.release([entries[3].seq])
    await store.set_note("maintenance", "soon")
    await store.apply(
        "ana",
        (
            Learn(locale="en", entry_id="a", text="wen", at=NOW),
            SetAside(questions=("b",), verdict="later", at=NOW),
            Withdraw(entry_id="a", at=NOW),
            Withdraw(entry_id="b", at=NOW),
            Pin(revision="r", at=NOW),
        ),
    )
    await store.apply("ana", (Restore(entry_id="b", at=NOW),))


async def everything(store: Store) -> tuple[Any, ...]:
    """What there is to be compared, but for who holds what."""
    entries = [(entry.seq, entry.event_id, entry.payload, entry.sent) for entry in await store.open_entries()]
    chat = received(1).chat
    state, kept = await store.chat_state(chat, "7"), await store.kept_of(chat, "7")
    dead, decisions = await store.dead(), await store.decisions()
    staff = await store.overlay(), await store.audit(), await store.set_aside(), await store.wishes()
    return entries, state, kept, dead, decisions, await store.counts(), await store.note("maintenance"), staff


@pytest.mark.parametrize("kind", ["same", "sqlite", "postgres"])
async def test_a_copy_is_put_back(
    backend: Backend, make_store: MakeStore, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    store = await make_store(owner=ONE, lease_seconds=0.1)
    await fill(store)
    before = await everything(store)
    file = tmp_path / "copy"
    rows = backup(backend.settings, file)
    assert file.stat().st_mode & 0o777 == 0o600
    await store.receive([received(9)])
    await store.close()
    await asyncio.sleep(0.2)
    into: Backend = backend
    if kind == "sqlite":
        into = SqliteBackend(tmp_path / "other")
    elif kind == "postgres":
        into = request.getfixturevalue("postgres")
    assert restore(into.settings, file) == rows - await _leases(file)
    restored = open_store(into.settings, owner=TWO)
    await restored.open()
    assert await everything(restored) == before
    assert [(entry.event_id, entry.again) for entry in await restored.claim(9)] == [("3", True), ("4", False)]
    (fresh,) = await restored.receive([received(20, "20")])
    assert fresh.seq > before[0][-1][0]
    await restored.apply(
        "ben", (Learn(locale="en", entry_id="a", text="when", at=NOW), Pin(revision=None, at=NOW))
    )
    assert [each.who for each in await restored.audit()][:3] == ["ben", "ben", "ana"]
    overlay = await restored.overlay()
    assert (overlay.version, overlay.pinned, len(overlay.learned)) == (3, None, 2)
    wish = Wish(text="Why?", locale="fr", at=NOW + timedelta(seconds=1))
    await restored.finish(fresh, Result(state="done", at=NOW, effects=(wish,)))
    old, new = await restored.wishes()
    assert new.id > old.id
    await restored.close()
    assert "part" not in {name.rpartition(".")[2] for name in os.listdir(tmp_path)}


async def _leases(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM leases").fetchone()[0])


async def test_a_copy_taken_while_rows_are_written_is_of_one_moment(
    backend: Backend, make_store: MakeStore, tmp_path: Path
) -> None:
    store = await make_store()
    stop, progress = asyncio.Event(), asyncio.Semaphore(0)
    written = 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            (entry,) = await store.receive([received(written)])
            await store.finish(entry, Result(state="done", at=NOW, outcomes=(OUTCOME, OUTCOME)))
            written += 1
            progress.release()

    writing = asyncio.create_task(write())
    for _ in range(3):
        for _ in range(20):
            await progress.acquire()
        before = written
        await asyncio.to_thread(backup, backend.settings, tmp_path / "copy")
        with closing(sqlite3.connect(tmp_path / "copy")) as connection:
            (done,) = connection.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()
            (decided,) = connection.execute("SELECT count(*) FROM decisions").fetchone()
        assert decided == 2 * done
        assert before <= done <= written + 1
    stop.set()
    await writing


async def test_nothing_is_put_back_while_a_bot_works(
    backend: Backend, make_store: MakeStore, tmp_path: Path
) -> None:
    store = await make_store(owner=ONE)
    await fill(store)
    backup(backend.settings, tmp_path / "copy")
    with pytest.raises(StorageError, match=f"works with this store \\({ONE}\\)"):
        restore(backend.settings, tmp_path / "copy")
    await store.release([entry.seq for entry in await store.open_entries()])
    assert await store.lease("poller") is None
    with pytest.raises(StorageError, match="works with this store"):
        restore(backend.settings, tmp_path / "copy")
    assert (await store.counts()).done == 1
    await store.unlease("poller")
    if backend.settings.database_url is None:
        with pytest.raises(StorageError, match="has the store open"):
            restore(backend.settings, tmp_path / "copy")
        await store.close()
    restore(backend.settings, tmp_path / "copy")


async def test_what_a_dead_process_held_hinders_nobody(
    backend: Backend, make_store: MakeStore, tmp_path: Path
) -> None:
    store = await make_store(owner=gone())
    await fill(store)
    assert await store.lease("poller") is None
    await store.close()
    backup(backend.settings, tmp_path / "copy")
    assert restore(backend.settings, tmp_path / "copy") > 0


async def test_the_file_that_was_replaced_stays(tmp_path: Path) -> None:
    backend = SqliteBackend(tmp_path)
    store = open_store(backend.settings)
    await store.open()
    await store.close()
    backup(backend.settings, tmp_path / "copy")
    store = open_store(backend.settings)
    await store.open()
    await store.set_note("maintenance", "later")
    await store.close()
    restore(backend.settings, tmp_path / "copy")
    assert await backend.peek("SELECT * FROM notes") == []
    kept = backend.settings.data_dir / f"{DATABASE}{BEFORE_RESTORE}"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("later",)]


@pytest.mark.parametrize("backend", ["sqlite", "postgres"], indirect=True)
async def test_a_copy_of_a_newer_version_is_refused(
    backend: Backend, make_store: MakeStore, tmp_path: Path
) -> None:
    store = await make_store()
    await store.set_note("maintenance", "soon")
    await store.close()
    backup(backend.settings, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    with pytest.raises(SchemaOutdated, match="schema 99"):
        restore(backend.settings, tmp_path / "copy")
    assert await backend.peek("SELECT text FROM notes") == [("soon",)]


@pytest.mark.parametrize("backend", ["sqlite", "postgres"], indirect=True)
async def test_what_is_no_copy_is_refused(backend: Backend, make_store: MakeStore, tmp_path: Path) -> None:
    store = await make_store()
    await store.close()
    (tmp_path / "copy").write_text("this is no database, however long it may be" * 50)
    for file in (tmp_path / "copy", tmp_path / "missing"):
        with pytest.raises(StorageError):
            restore(backend.settings, file)
    sqlite3.connect(tmp_path / "empty").close()
    with pytest.raises(StorageError, match="empty"):
        restore(backend.settings, tmp_path / "empty")
    assert await backend.peek("SELECT count(*) FROM inbox") == [(0,)]


def test_there_must_be_something_to_copy_and_a_place_for_it(tmp_path: Path) -> None:
    storage = StorageConfig(data_dir=tmp_path, database_url=None, retention_days=30)
    with pytest.raises(StorageError, match="there is no file"):
        backup(storage, tmp_path / "copy")
    with pytest.raises(StorageError, match="cannot be used"):
        backup(storage, tmp_path / "missing" / "copy")
    assert list(tmp_path.iterdir()) == []

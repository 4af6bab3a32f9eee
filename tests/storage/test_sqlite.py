"""What SQLite must do beyond the suite of all stores: survive, recover, refuse."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.effects import SetLocale
from bot.errors import SchemaOutdated, StorageError, StorageUnavailable
from bot.storage.sqlite import SqliteStore, connect
from bot.storage.store import InboxEntry, Result
from bot.storage.votes import VOTES_OF
from bot.storage.writer import Writer
from tests.storage.conftest import NOW, received


def test_a_commit_is_on_the_disk_before_it_counts(tmp_path: Path) -> None:
    connection = connect(tmp_path / "a.sqlite3")
    values = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "wal_autocheckpoint")
    }
    assert values == {"journal_mode": "wal", "synchronous": 2, "wal_autocheckpoint": 200}
    connection.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "data" / "bot.sqlite3")
    await opened.open()
    yield opened
    await opened.close()


async def test_what_was_received_is_there_after_a_restart(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "data" / "bot.sqlite3")
    await first.open()
    entries = await first.receive([received(1), received(2)])
    await first.close()
    second = SqliteStore(tmp_path / "data" / "bot.sqlite3")
    await second.open()
    assert await second.open_entries() == entries
    await second.close()


async def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "data" / "bot.sqlite3")
    await store.open()
    await store.close()
    with sqlite3.connect(tmp_path / "data" / "bot.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SchemaOutdated) as caught:
        await SqliteStore(tmp_path / "data" / "bot.sqlite3").open()
    assert caught.value.found == 99


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageUnavailable, match="file"):
        await SqliteStore(tmp_path / "file" / "bot.sqlite3").open()


async def test_a_locked_store_is_unavailable_and_works_again_afterwards(
    store: SqliteStore, tmp_path: Path
) -> None:
    await store._execute("PRAGMA busy_timeout = 20", ())
    other = sqlite3.connect(tmp_path / "data" / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked"):
        await store.receive([received(1)])
    other.execute("ROLLBACK")
    other.close()
    assert len(await store.receive([received(1)])) == 1


async def test_what_is_remembered_of_a_chat_is_read_without_another_thread(store: SqliteStore) -> None:
    (entry,) = await store.receive([received(1)])
    result = Result(state="done", at=entry.received_at, effects=(SetLocale(locale="fr"),))
    await store.finish(entry, result)
    read = threading.Event()
    store._reading.submit(read.wait)  # something long
    try:
        async with asyncio.timeout(10):
            state = await store.chat_state(entry.chat, entry.user_id)
            assert (state.locale, await store.votes_of(entry.chat, entry.user_id)) == ("fr", {})
    finally:
        read.set()


async def test_what_is_read_at_once_is_found_by_keys(store: SqliteStore) -> None:
    """However many people the file knows: the event loop waits for it."""
    assert store._glancing is not None
    asked: list[str] = []
    store._glancing.set_trace_callback(asked.append)
    entry = received(1)
    await store.chat_state(entry.chat, entry.user_id)
    await store.votes_of(entry.chat, entry.user_id)
    store._glancing.set_trace_callback(None)
    asked.append(VOTES_OF.replace(":voter", "''"))  # asked once there is a key
    plans = [store._glancing.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in asked]
    steps = [str(step[3]) for plan in plans for step in plan]
    assert any("chat_state" in step for step in steps)
    assert any("votes" in step for step in steps)
    assert [step for step in steps if "SCAN" in step and "keys" not in step] == []  # a key a month


async def test_what_cannot_be_read_at_once_is_read_by_the_reader(store: SqliteStore) -> None:
    (entry,) = await store.receive([received(1)])
    result = Result(state="done", at=entry.received_at, effects=(SetLocale(locale="fr"),))
    await store.finish(entry, result)
    assert store._glancing is not None
    store._glancing.close()
    assert (await store.chat_state(entry.chat, entry.user_id)).locale == "fr"


async def test_a_faulty_operation_leaves_the_others_of_its_group_alone(tmp_path: Path) -> None:
    writer = Writer(lambda: connect(tmp_path / "a.sqlite3"))
    writer.start()
    await writer.write(
        lambda connection: connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)") and None
    )

    def insert(number: int) -> Callable[[sqlite3.Connection], int]:
        return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (number,)).rowcount

    results = await asyncio.gather(
        *(writer.write(insert(number)) for number in (1, 2, 2, 3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [int, int, StorageError, int]
    assert await writer.write(lambda connection: connection.execute("SELECT count(*) FROM t").fetchone()) == (
        3,
    )
    await writer.close()


async def test_nothing_remains_of_an_operation_that_fails_half_way(tmp_path: Path) -> None:
    writer = Writer(lambda: connect(tmp_path / "a.sqlite3"))
    writer.start()
    await writer.write(lambda c: c.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)").fetchone())

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (1)")
        raise LookupError("half way")

    with pytest.raises(LookupError):
        await writer.write(half)
    assert await writer.write(lambda c: c.execute("SELECT count(*) FROM t").fetchone()) == (0,)
    await writer.close()


async def test_writes_that_wait_share_commits(tmp_path: Path) -> None:
    commits: list[str] = []

    def traced() -> sqlite3.Connection:
        connection = connect(tmp_path / "a.sqlite3")
        connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        return connection

    writer = Writer(traced)
    writer.start()
    await asyncio.gather(*(writer.write(lambda connection: connection.total_changes) for _ in range(300)))
    await writer.close()
    assert len(commits) < 100


async def test_a_full_disk_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "bot.sqlite3")
    await store.open()
    await store.receive([received(1)])
    pages = await store._writer.write(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await store._writer.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
    with pytest.raises(StorageUnavailable, match="full"):
        await store.receive([received(2, payload="x" * 50_000)])
    await store._writer.write(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 1000}").fetchone())
    await store.receive([received(2, payload="x" * 50_000)])
    assert [entry.event_id for entry in await store.open_entries()] == ["1", "2"]
    await store.close()


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "bot.sqlite3")
    await store.open()
    await store.close()
    await store.close()
    for use in (store.receive([received(1)]), store.counts()):
        with pytest.raises(StorageUnavailable):
            await use


_WRITING = """
import asyncio, sys
from pathlib import Path
from bot.storage.sqlite import SqliteStore
from tests.storage.conftest import received

async def write(path: str, first: int) -> None:
    store = SqliteStore(Path(path))
    await store.open()
    async def one(number: int) -> None:
        await store.receive([received(number, chat=str(number % 5))])
        print(number, flush=True)
    for start in range(first, first + 100_000, 8):
        await asyncio.gather(*(one(number) for number in range(start, start + 8)))

asyncio.run(write(sys.argv[1], int(sys.argv[2])))
"""


def test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    acknowledged: list[int] = []
    for kill in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITING, str(path), str(kill * 1_000_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        until = time.monotonic() + 20
        seen = 0
        while seen < 40 + 17 * kill and time.monotonic() < until:
            acknowledged.append(int(process.stdout.readline()))
            seen += 1
        process.kill()
        acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()
    assert len(acknowledged) >= 3 * 40
    assert not set(acknowledged) - asyncio.run(_stored(path))


async def _stored(path: Path) -> set[int]:
    store = SqliteStore(path)
    await store.open()
    found = {int(entry.event_id) for entry in await store.open_entries()}
    await store.close()
    return found


class Crashes(RuleBasedStateMachine):
    """Random sequences of receive, finish, fail and crash against a model of what must be open."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="store-"))
        self.path = self.folder / "0.sqlite3"
        self.restarts = 0
        self.store = SqliteStore(self.path)
        self.runner.run(self.store.open())
        self.open: dict[str, InboxEntry] = {}
        self.finished: set[str] = set()

    @rule(events=st.lists(st.integers(0, 30), min_size=1, max_size=6))
    def receive(self, events: list[int]) -> None:
        entries = self.runner.run(self.store.receive([received(event) for event in events]))
        assert [entry.event_id for entry in entries] == [
            str(event) for event in events if str(event) not in self.finished
        ]
        for entry in entries:
            known = self.open.setdefault(entry.event_id, entry)
            assert (known.seq, known.attempts, known.sent) == (entry.seq, entry.attempts, entry.sent)

    @rule(pick=st.integers(0, 30), dead=st.booleans())
    def finish(self, pick: int, dead: bool) -> None:
        if not self.open:
            return
        event = sorted(self.open)[pick % len(self.open)]
        entry = self.open.pop(event)
        result = Result(state="dead" if dead else "done", at=NOW)
        assert self.runner.run(self.store.finish(entry, result)).ended
        self.finished.add(event)

    @rule(pick=st.integers(0, 30))
    def fail(self, pick: int) -> None:
        if not self.open:
            return
        event = sorted(self.open)[pick % len(self.open)]
        seq = self.open[event].seq
        self.runner.run(self.store.record_attempt(seq))
        self.runner.run(self.store.record_sent(seq, ["1"]))
        entries = {entry.event_id: entry for entry in self.runner.run(self.store.open_entries())}
        assert entries[event].attempts == self.open[event].attempts + 1
        assert entries[event].sent == ("1",)
        self.open[event] = entries[event]

    @rule()
    def crash(self) -> None:
        """Go on from the files as they are on the disk; the old store never gets to close them."""
        self.restarts += 1
        copy = self.folder / f"{self.restarts}.sqlite3"
        for suffix in ("", "-wal"):
            source = Path(f"{self.path}{suffix}")
            if source.exists():
                shutil.copyfile(source, f"{copy}{suffix}")
        old, self.path, self.store = self.store, copy, SqliteStore(copy)
        self.runner.run(old.close())
        self.runner.run(self.store.open())

    @invariant()
    def nothing_is_lost_or_reordered(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self.runner.run(self.store.open_entries())
        assert list(found) == sorted(self.open.values(), key=lambda entry: entry.seq)
        counts = self.runner.run(self.store.counts())
        assert (counts.new, counts.done + counts.dead) == (len(self.open), len(self.finished))

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.runner.run(self.store.close())
            self.runner.close()
            shutil.rmtree(self.folder)


Crashes.TestCase.settings = settings(max_examples=12, stateful_step_count=18, deadline=None)
TestCrashes = Crashes.TestCase


async def test_nobody_else_on_the_machine_can_read_what_people_asked(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "data" / "bot.sqlite3")
    await store.open()
    await store.receive([received(1)])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    await store.close()
    assert len(modes) == 3  # with the write-ahead log
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700

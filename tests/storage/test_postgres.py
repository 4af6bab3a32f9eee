"""What PostgreSQL must do beyond the suite of all stores: several processes, crashes, commits in doubt."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from bot.doctor.machine import shared_schema
from bot.errors import SchemaOutdated, StorageError, StorageUnavailable
from bot.storage.connections import Database, without_password
from bot.storage.connections import postgres as connected
from bot.storage.postgres import PostgresStore
from bot.storage.schema import Migration, migrate_postgres, migrations, version_postgres
from bot.storage.store import Finished, InboxEntry, Result
from tests.postgres import Cluster, NoPrograms, free_port, private_cluster
from tests.storage.conftest import NOW, ONE, TWO, PostgresBackend, Server, received
from tests.storage.test_schema import BEFORE_STAFF, decide_on_an_older_store

DONE = Result(state="done", at=NOW)


@pytest.fixture
async def store(postgres: PostgresBackend) -> AsyncIterator[PostgresStore]:
    opened = PostgresStore(postgres.url, owner=ONE)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A server that this test may crash."""
    try:
        with private_cluster() as running, connected(running.url) as connection:
            migrate_postgres(connection)
            connection.close()
            yield running
    except NoPrograms as exc:
        pytest.skip(str(exc))


# --- schema -----------------------------------------------------------------------------------------


def test_the_migrations_of_this_version_are_numbered_without_gaps() -> None:
    steps = migrations("postgres")
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))


async def test_an_older_or_newer_schema_is_refused(postgres_server: Server) -> None:
    known = migrations("postgres")
    newer = Migration(number=len(known) + 1, name="later", sql="CREATE TABLE later (n integer);")
    name = f"{postgres_server.database}_schema"
    url = postgres_server.url_of_tests() + "_schema"
    with connected(postgres_server.url) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            with pytest.raises(SchemaOutdated, match="alliance-bot migrate"):
                await PostgresStore(url).open()
            with connected(url) as connection:
                assert version_postgres(connection) == 0
                assert migrate_postgres(connection) == len(known)
                assert migrate_postgres(connection) == 0
                broken = replace(newer, sql="CREATE TABLE later (n integer); CREATE TABLE inbox (n integer);")
                with pytest.raises(psycopg.Error):
                    migrate_postgres(connection, (*known, broken))
                assert connection.execute("SELECT to_regclass('later')").fetchone() == (None,)
                assert version_postgres(connection) == len(known)
                assert migrate_postgres(connection, (*known, newer)) == 1
                with pytest.raises(SchemaOutdated, match="upgrade"):
                    migrate_postgres(connection)
            with pytest.raises(SchemaOutdated, match="upgrade"):
                await PostgresStore(url).open()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def test_a_store_of_before_staff_could_decide_keeps_its_rows_and_can_be_decided_on(
    postgres_server: Server,
) -> None:
    name = f"{postgres_server.database}_older"
    url = postgres_server.url_of_tests() + "_older"
    with connected(postgres_server.url) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            with connected(url) as connection:
                migrate_postgres(connection, migrations("postgres")[:3])
                connection.execute(BEFORE_STAFF.encode())
                assert migrate_postgres(connection) == len(migrations("postgres")) - 3
            store = PostgresStore(url)
            await store.open()
            await decide_on_an_older_store(store)
            await store.close()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_both_backends_have_the_same_tables_and_columns(postgres: PostgresBackend) -> None:
    import sqlite3

    from bot.storage.schema import migrate

    query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    with connected(postgres.url) as connection:
        there = {row for row in connection.execute(query).fetchall() if row[0] != "schema_version"}
    here = sqlite3.connect(":memory:", isolation_level=None)
    migrate(here)
    tables = {row[0] for row in here.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables.discard("sqlite_sequence")
    assert there == {
        (table, row[1]) for table in tables for row in here.execute(f"PRAGMA table_info({table})")
    }
    here.close()


# --- faults -----------------------------------------------------------------------------------------


async def test_a_server_that_crashed_and_came_back_is_used_again(cluster: Cluster) -> None:
    store = PostgresStore(cluster.url, owner=ONE)
    await store.open()
    (entry,) = await store.receive([received(1)])
    cluster.crash()
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await store.receive([received(2)])
    with pytest.raises(StorageUnavailable):
        await store.counts()
    cluster.start()
    async with asyncio.timeout(15):
        await _until_it_works(store)
    assert [again.event_id for again in await store.receive([received(1), received(2)])] == ["1", "2"]
    assert (await store.finish(entry, DONE)).ended
    cluster.crash()
    cluster.start()
    assert (await store.counts()).done == 1  # a connection that has ended is noticed before it is used
    await store.close()


async def _until_it_works(store: PostgresStore) -> None:
    while True:
        try:
            await store.health()
            return
        except StorageUnavailable:
            await asyncio.sleep(0.1)


async def test_a_server_that_is_away_is_unavailable_at_the_start(cluster: Cluster) -> None:
    cluster.stop()
    with pytest.raises(StorageUnavailable, match="refused"):
        await PostgresStore(cluster.url).open()
    with pytest.raises(StorageUnavailable, match="refused"), connected(cluster.url):
        pass


async def test_a_closed_store_says_so(postgres: PostgresBackend) -> None:
    store = PostgresStore(postgres.url)
    with pytest.raises(StorageUnavailable):
        await store.counts()
    await store.open()
    await store.close()
    with pytest.raises(StorageUnavailable):
        await store.receive([received(1)])


async def test_the_password_is_in_no_message(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = PostgresStore(cluster.url)
    await store.open()
    cluster.crash()
    seen = []
    elsewhere = (cluster.url_of("missing"), cluster.url.replace("127.0.0.1", "p%2Fss-w0rd.invalid"))
    attempts = (
        store.counts(),
        store.receive([received(1)]),
        *(PostgresStore(url).open() for url in elsewhere),
    )
    for attempt in attempts:
        with pytest.raises(StorageUnavailable) as caught:
            await attempt
        seen += traceback.format_exception(caught.value)
    await store.close()
    text = "".join([*seen, caplog.text])
    assert "cannot be used" in text
    assert "w0rd" not in text.replace("p%2Fss-w0rd.invalid", "")
    assert without_password("for p/ss-w0rd and p%2Fss-w0rd", cluster.url) == "for *** and ***"


async def test_an_operation_that_is_at_fault_leaves_the_others_of_its_group_alone(
    store: PostgresStore, postgres: PostgresBackend
) -> None:
    bad = replace(received(2, "8"), payload="a\0b")
    results = await asyncio.gather(
        store.receive([received(1)]), store.receive([bad]), store.receive([received(3, "9")]),
        return_exceptions=True,
    )  # fmt: skip
    assert [isinstance(result, StorageError) for result in results] == [False, True, False]
    assert not isinstance(results[1], StorageUnavailable)
    assert await postgres.peek("SELECT event_id FROM inbox ORDER BY seq") == [("1",), ("3",)]


class BreaksAtCommit(Database):
    """Its connection breaks, when it is told to, after the server has committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.breaks = False

    async def _commit(self, pool: Any, group: Any) -> Exception | None:
        error = await super()._commit(pool, group)
        if not self.breaks or error is not None:
            return error
        self.breaks = False
        for job in group:
            if job.settle is not None:
                job.settle(job.result, False)
        return StorageUnavailable("the connection broke")


@pytest.fixture
async def shaky(postgres: PostgresBackend) -> AsyncIterator[PostgresStore]:
    opened = PostgresStore(postgres.url, owner=ONE)
    opened._database = BreaksAtCommit(postgres.url)
    await opened.open()
    yield opened
    await opened.close()


def _break(store: PostgresStore) -> None:
    assert isinstance(store._database, BreaksAtCommit)
    store._database.breaks = True


async def test_rows_received_in_doubt_are_taken_up_when_they_come_again(shaky: PostgresStore) -> None:
    _break(shaky)
    with pytest.raises(StorageUnavailable):
        await shaky.receive([received(1)])
    assert [entry.event_id for entry in await shaky.receive([received(2)])] == []
    (first,) = await shaky.receive([received(1)])
    assert [entry.event_id for entry in (await shaky.finish(first, DONE)).following] == ["2"]


async def test_rows_claimed_in_doubt_are_claimed_again_at_once(shaky: PostgresStore) -> None:
    await shaky.receive([received(1), received(2)], hold=False)
    _break(shaky)
    with pytest.raises(StorageUnavailable):
        await shaky.claim(5)
    assert [(entry.event_id, entry.again) for entry in await shaky.claim(5)] == [("1", False)]
    assert await shaky.claim(5) == ()


async def test_a_row_ended_in_doubt_is_ended_once_and_what_follows_is_known(shaky: PostgresStore) -> None:
    await shaky.receive([received(1), received(2)], hold=False)
    (first,) = await shaky.claim(5)
    _break(shaky)
    with pytest.raises(StorageUnavailable):
        await shaky.finish(first, DONE)
    finished = await shaky.finish(first, DONE)
    assert finished.ended
    assert [entry.event_id for entry in finished.following] == ["2"]
    assert await shaky.finish(first, DONE) == Finished(ended=False)
    assert (await shaky.counts()).done == 1


async def test_rows_are_not_lost_with_a_caller_who_was_cancelled(store: PostgresStore) -> None:
    await store.receive([received(1)], hold=False)
    claiming = asyncio.create_task(store.claim(5))
    await asyncio.sleep(0)
    claiming.cancel()
    await asyncio.gather(claiming, return_exceptions=True)
    assert [entry.event_id for entry in await store.claim(5)] == ["1"]


# --- several processes ------------------------------------------------------------------------------


async def test_two_processes_at_once_keep_the_order_of_each_chat(postgres: PostgresBackend) -> None:
    one, two = PostgresStore(postgres.url, owner=ONE), PostgresStore(postgres.url, owner=TWO)
    await one.open()
    await two.open()
    handled: dict[str, list[int]] = {}
    working: set[str] = set()

    async def work(store: PostgresStore, entries: tuple[InboxEntry, ...]) -> None:
        queue = list(entries)
        while queue:
            entry = queue.pop(0)
            chat = entry.chat.chat_id
            assert chat not in working, "two processes work on one chat"
            working.add(chat)
            await asyncio.sleep(0.001)
            handled.setdefault(chat, []).append(entry.seq)
            working.discard(chat)
            finished = await store.finish(entry, DONE)
            assert finished.ended
            queue += finished.following

    busy: dict[PostgresStore, dict[str, asyncio.Task[None]]] = {one: {}, two: {}}

    def begin(store: PostgresStore, entries: tuple[InboxEntry, ...]) -> None:
        for entry in entries:
            chat = entry.chat.chat_id
            before = busy[store].get(chat)

            async def after(entry: InboxEntry, before: asyncio.Task[None] | None) -> None:
                if before is not None:
                    await before
                await work(store, (entry,))

            busy[store][chat] = asyncio.create_task(after(entry, before))

    async def post(number: int) -> None:
        store = (one, two)[number % 2]
        begin(store, await store.receive([received(number, chat=str(number % 5))]))

    for start in range(0, 150, 10):
        await asyncio.gather(*(post(number) for number in range(start, start + 10)))
        for store in (one, two):
            begin(store, await store.claim(3))
    for _ in range(100):
        await asyncio.gather(*busy[one].values(), *busy[two].values())
        if not (await one.counts()).new:
            break
        begin(one, await one.claim(9))
        begin(two, await two.claim(9))
    assert await one.open_entries() == ()
    assert sum(len(seqs) for seqs in handled.values()) == 150
    assert all(seqs == sorted(seqs) for seqs in handled.values())
    await one.close()
    await two.close()


async def test_one_key_names_people_for_all_processes(postgres: PostgresBackend) -> None:
    stores = [PostgresStore(postgres.url, owner=f"{number}.example:1:1") for number in range(3)]
    for store in stores:
        await store.open()
    held = [await store.receive([received(number, str(number))]) for number, store in enumerate(stores)]
    await asyncio.gather(
        *(store.finish(entries[0], DONE) for store, entries in zip(stores, held, strict=True))
    )
    assert await postgres.peek("SELECT count(*) FROM keys") == [(1,)]
    for store in stores:
        await store.close()


# --- as the doctor sees it --------------------------------------------------------------------------


def test_the_doctor_tells_a_schema_that_has_to_be_migrated_and_a_server_that_is_away(
    postgres: PostgresBackend,
) -> None:
    assert shared_schema(postgres.url).level == "ok"
    with connected(postgres.url) as connection:
        present = version_postgres(connection)
        connection.execute("UPDATE schema_version SET version = version - 1")
        try:
            older = shared_schema(postgres.url)
        finally:
            connection.execute("UPDATE schema_version SET version = %s", (present,))
    assert (older.level, older.advice) == ("fail", "run `alliance-bot migrate`")
    away = shared_schema(f"postgresql://postgres:s3cret@127.0.0.1:{free_port()}/bot?connect_timeout=1")
    assert away.level == "fail"
    assert "s3cret" not in f"{away}"

"""Migrations go forward, once, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.effects import Learn, Wish
from bot.errors import SchemaOutdated
from bot.storage.schema import Migration, migrate, migrations, version
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Result, Store
from bot.types import Overlay
from tests.storage.conftest import NOW, received

FIRST = Migration(
    number=1, name="0001_a.sql", sql="CREATE TABLE a (n INTEGER); -- one; two\nCREATE TABLE b (n);\n"
)
SECOND = Migration(number=2, name="0002_b.sql", sql="ALTER TABLE a ADD COLUMN m INTEGER;\n")
BROKEN = Migration(number=3, name="0003_c.sql", sql="CREATE TABLE c (n);\nCREATE TABLE a (n);\n")

BEFORE_STAFF = """
    INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at)
        VALUES ('telegram', '1', '7', '7', '{"a":1}', 1795435200);
    INSERT INTO chat_state (channel, chat_id, user_id, locale, notices, notices_until, changed_at)
        VALUES ('telegram', '7', '7', 'fr', '["survey"]', 1895435200, 1795435200);
    INSERT INTO decisions (seq, decision, locale, revision, question_text, asked_at, answered_at)
        VALUES (2, 'answer', 'fr', 'r', 'Quand ?', 1795435200, 1795435201);
    INSERT INTO votes (entry_id, voter, key_id, helpful, reason, locale, revision, at)
        VALUES ('a', 'v', 1, 0, 'wrong', 'fr', 'r', 1795435200);
"""  # rows of the schema before that, of either kind of store


async def decide_on_an_older_store(store: Store) -> None:
    """See that nothing is lost of BEFORE_STAFF, and that the new tables work."""
    (entry,) = await store.claim(5)
    state = await store.chat_state(entry.chat, "7")
    assert (state.locale, state.notices) == ("fr", ("survey",))
    assert [row.question_text for row in await store.decisions()] == ["Quand ?"]
    assert [row.reason for row in await store.votes()] == ["wrong"]
    assert (await store.overlay(), await store.wishes(), await store.audit()) == (Overlay(), (), ())
    effects = (
        Wish(text="Et où ?", locale="fr", at=NOW),
        Learn(locale="fr", entry_id="a", text="Et où ?", at=NOW),
    )
    assert (await store.finish(entry, Result(state="done", at=NOW, effects=effects))).ended
    assert len((await store.overlay()).learned) == len(await store.wishes()) == len(await store.audit()) == 1


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
    yield opened
    opened.close()


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_only_what_is_missing_is_applied(connection: sqlite3.Connection) -> None:
    assert migrate(connection, (FIRST,)) == 1
    assert tables(connection) == {"a", "b"}
    assert migrate(connection, (FIRST, SECOND)) == 1
    assert migrate(connection, (FIRST, SECOND)) == 0
    assert version(connection) == 2


def test_a_failing_migration_leaves_the_store_as_it_was(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (FIRST, SECOND, BROKEN))
    assert tables(connection) == {"a", "b"}
    assert version(connection) == 2


def test_a_newer_store_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))
    with pytest.raises(SchemaOutdated, match="schema 2, this version needs 1"):
        migrate(connection, (FIRST,))


def test_the_migrations_of_this_version_are_numbered_without_gaps() -> None:
    steps = migrations("sqlite")
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))


def test_the_migrations_of_this_version_build_a_store(connection: sqlite3.Connection) -> None:
    migrate(connection)
    assert {"inbox", "chat_state", "decisions"} <= tables(connection)


async def test_a_store_of_the_first_version_is_upgraded_with_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    old = sqlite3.connect(file, isolation_level=None)
    migrate(old, migrations("sqlite")[:1])
    old.executescript("""
        INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, attempts, sent)
            VALUES ('telegram', '1', '7', '7', '{"a":1}', 1795435200, 2, '["5"]');
        INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, state, finished_at)
            VALUES ('telegram', '2', '', '', '', 1795435200, 'done', 1795435201);
        INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, state, finished_at, note)
            VALUES ('telegram', '3', '8', '8', '{"b":2}', 1795435200, 'dead', 1795435201, 'why');
        INSERT INTO chat_state (channel, chat_id, user_id, locale, changed_at) VALUES ('telegram', '7', '7', 'fr', 0);
        INSERT INTO decisions (seq, decision, locale, revision, question_text, asked_at, answered_at)
            VALUES (2, 'answer', 'fr', 'r', 'Quand ?', 1795435200, 1795435201);
    """)
    old.close()
    store = SqliteStore(file)
    await store.open()
    assert (await store.health()).schema == len(migrations("sqlite"))
    (entry,) = await store.claim(5)
    assert (entry.event_id, entry.attempts, entry.sent, entry.again) == ("1", 2, ("5",), False)
    assert (await store.chat_state(entry.chat, "7")).locale == "fr"
    assert [row.note for row in await store.dead()] == ["why"]
    assert [(row.question_text, row.asker) for row in await store.decisions()] == [("Quand ?", None)]
    assert await store.receive([received(2, "")]) == ()
    assert (await store.finish(entry, Result(state="done", at=NOW))).ended
    await store.close()


async def test_a_store_of_before_staff_could_decide_keeps_its_rows_and_can_be_decided_on(
    tmp_path: Path,
) -> None:
    file = tmp_path / "old.sqlite3"
    old = sqlite3.connect(file, isolation_level=None)
    migrate(old, migrations("sqlite")[:4])
    old.executescript(BEFORE_STAFF)
    old.close()
    store = SqliteStore(file)
    await store.open()
    await decide_on_an_older_store(store)
    await store.close()

"""Looking after the store from the terminal."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.storage.choice import DATABASE
from bot.storage.schema import migrations
from bot.storage.sqlite import SqliteStore
from bot.storage.store import MAINTENANCE, InboxCounts, Received, Result
from bot.types import ChatRef

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLIANCE_BOT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ALLIANCE_BOT_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def given_up(folder: Path) -> Path:
    """A store with one dead row and one open one."""

    async def fill() -> None:
        store = SqliteStore(folder / DATABASE, owner="gone:1:1")
        await store.open()
        updates = [
            Received(
                chat=ChatRef(channel="telegram", chat_id="7"),
                user_id="7",
                event_id=str(number),
                payload=json.dumps({"update_id": number, "message": {"text": f"question {number}"}}),
                received_at=NOW,
            )
            for number in (1, 2)
        ]
        poison, other = await store.receive(updates)
        await store.finish(poison, Result(state="dead", at=NOW, note="handling failed: ValueError"))
        await store.release([other.seq])
        await store.close()

    asyncio.run(fill())
    return folder


def counts(folder: Path) -> InboxCounts:
    async def count() -> InboxCounts:
        store = SqliteStore(folder / DATABASE)
        await store.open()
        try:
            return await store.counts()
        finally:
            await store.close()

    return asyncio.run(count())


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


def test_what_was_given_up_is_listed_with_its_reason_and_text(given_up: Path) -> None:
    status, said = run("dead", "list")
    assert status == 0
    assert "handling failed: ValueError" in said
    assert "question 1" in said
    assert "question 2" not in said
    row = json.loads(run("dead", "list", "--json")[1])
    assert (row["row"], row["chat"], row["text"]) == (1, "7", "question 1")


def test_what_was_given_up_is_tried_again_when_asked(given_up: Path) -> None:
    assert run("dead", "retry", "1")[0] == 0
    assert counts(given_up) == InboxCounts(new=2, done=0, dead=0)
    status, said = run("dead", "retry", "--all")
    assert status == 1
    assert "tried again: 0" in said


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
def test_retry_wants_rows_or_all_of_them(given_up: Path, arguments: tuple[str, ...]) -> None:
    status, said = run("dead", "retry", *arguments)
    assert status != 0
    assert "--all" in said


def test_retry_says_what_is_not_a_row(given_up: Path) -> None:
    status, said = run("dead", "retry", "1", "abc", "²")
    assert status != 0
    assert "abc: not a row; `dead list` shows their numbers" in said
    assert counts(given_up).dead == 1


def test_maintenance_is_a_note_that_running_bots_read(folder: Path) -> None:
    async def note() -> str | None:
        store = SqliteStore(folder / DATABASE)
        await store.open()
        try:
            return await store.note(MAINTENANCE)
        finally:
            await store.close()

    assert run("maintenance", "on", "Back at noon.")[0] == 0
    assert asyncio.run(note()) == "Back at noon."
    assert "Back at noon." in run("maintenance")[1]
    assert run("maintenance", "off")[0] == 0
    assert asyncio.run(note()) is None


@pytest.mark.parametrize("arguments", [("on",), ("on", " "), ("off", "text"), ("pause",)])
def test_maintenance_says_how_it_is_written(folder: Path, arguments: tuple[str, ...]) -> None:
    status, said = run("maintenance", *arguments)
    assert status != 0
    assert "maintenance off" in said


def test_a_copy_can_be_put_back(given_up: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "bot.backup"
    copy.parent.mkdir()
    assert run("backup", str(copy))[0] == 0
    before = copy.read_bytes()
    status, said = run("backup", str(copy))
    assert status != 0
    assert "--force" in said
    assert copy.read_bytes() == before
    assert run("backup", str(copy), "--force")[0] == 0
    assert run("dead", "retry", "--all")[0] == 0
    status, said = run("restore", str(copy))
    assert status == 0, said
    assert counts(given_up) == InboxCounts(new=1, done=0, dead=1)


def test_the_schema_is_brought_up_to_date_once(folder: Path) -> None:
    assert f"migrations applied: {len(migrations('sqlite'))}" in run("migrate")[1]
    assert "up to date" in run("migrate")[1]

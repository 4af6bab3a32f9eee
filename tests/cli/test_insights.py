"""The command that reports on what people asked, as staff call it."""

from __future__ import annotations

import asyncio
import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.errors import ConfigError
from bot.storage.choice import DATABASE
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Received, Result
from bot.types import ChatRef, DecisionName, Outcome

ASKED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def folder(tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLIANCE_BOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALLIANCE_BOT_CACHE_DIR", str(cache_dir))
    monkeypatch.delenv("ALLIANCE_BOT_DATABASE_URL", raising=False)
    return tmp_path


def fill(folder: Path, *decisions: DecisionName) -> None:
    async def filled() -> None:
        store = SqliteStore(folder / DATABASE, owner="gone:1:1")
        await store.open()
        chat = ChatRef(channel="telegram", chat_id="7")
        update = Received(chat=chat, user_id="7", event_id="1", payload="{}", received_at=ASKED)
        (entry,) = await store.receive([update])
        outcomes = tuple(
            Outcome(
                decision=made,
                entry_id="launch-date" if made == "answer" else None,
                probability=0.9,
                locale="es",
                question_text="?",
                asked_at=ASKED,
                revision="abc",
            )
            for made in decisions
        )
        await store.finish(entry, Result(state="done", at=ASKED, outcomes=outcomes))
        await store.close()

    asyncio.run(filled())


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text("utf-8"))))


def call(*words: str) -> str:
    ran = CliRunner().invoke(app, ["insights", *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def refused(*words: str) -> str:
    with pytest.raises(ConfigError) as error:
        CliRunner().invoke(app, ["insights", *words], catch_exceptions=False)
    return str(error.value)


def test_the_page_and_its_tables_are_written(folder: Path) -> None:
    fill(folder, "answer", "answer", "abstain")
    page, tables = folder / "page.html", folder / "tables"
    said = call(*NOVEMBER, "--html", str(page), "--csv", str(tables), "--locale", "es")
    assert "2026-11-01 to 2026-11-30: 3 decisions, 3 of them on questions" in said
    assert "Preguntas sin respuesta: 1 de 3" in page.read_text("utf-8")
    rows = rows_of(tables / "records.csv")
    assert [(row["day"], row["ending"], row["records"]) for row in rows] == [
        ("2026-11-20", "answered", "2"),
        ("2026-11-20", "unanswered", "1"),
    ]
    # Nobody voted, so the labelled questions say whether the probability can be believed.
    judged = rows_of(tables / "probability.csv")
    assert sum(int(row["count"]) for row in judged) > 500


def test_without_a_store_the_page_says_that_nothing_was_asked_and_none_is_made(folder: Path) -> None:
    page = folder / "page.html"
    said = call("--html", str(page))
    assert "there is no store yet" in said
    assert "Nothing was asked in this time." in page.read_text("utf-8")
    assert not (folder / DATABASE).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "insights: give --html FILE, --csv DIR, or both"),
        (("--from", "2026-11-02", "--to", "2026-11-01", "--html", "x.html"), "--to: 2026-11-01 comes before"),
        (
            ("--from", "yesterday", "--html", "x.html"),
            "--from: 'yesterday' is no date; write it like 2026-11-30",
        ),
        (("--html", "."), "--html: . is a folder; name a file in it"),
        (("--html", "no/such/page.html"), "--html: no/such: no such folder"),
        (("--html", "x.html", "--locale", "xx"), "--locale: 'xx' has no catalog; there are: en, ar,"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(folder)
    assert said in refused(*words)


def test_a_file_in_the_place_of_the_tables_is_left_alone(folder: Path) -> None:
    (folder / "tables").write_text("mine")
    assert "is a file; name a folder" in refused("--csv", str(folder / "tables"))


def test_a_file_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "tables" / "time.csv").mkdir()  # in the place of one of the files
    assert "time.csv: cannot be written" in refused("--csv", str(folder / "tables"))

"""Staff are told what came of an edit, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant
from bot.errors import DeliveryDelayed, DeliveryRefused, StorageUnavailable
from bot.staff.impact import Changed, Difference
from bot.staff.outcome import Reload
from bot.storage.sqlite import SqliteStore
from bot.telegram.reloads import ReloadReports, reload_text
from bot.types import Location, OutgoingMessage, Problem

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DIFFERENCE = Difference(
    entries=Changed(added=("new-one",), changed=("launch-date",), removed=("old-one",)),
    facts=Changed(changed=("launch-members",)),
    phrasings={"fr": Changed(changed=tuple(f"entry-{number}" for number in range(15)))},
)
NEW = Reload(revision="b" * 12, previous="a" * 12, changed=("knowledge/facts.yaml",), difference=DIFFERENCE)
WRONG = Reload(
    revision="a" * 12,
    previous="a" * 12,
    problems=tuple(
        Problem(location=Location(path=Path("knowledge/facts.yaml"), line=n), code="x", message="wrong")
        for n in range(1, 8)
    ),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await store.open()
    yield store
    await store.close()


class Chat:
    """Takes messages, or refuses them."""

    def __init__(self) -> None:
        self.sent: list[OutgoingMessage] = []
        self.trouble: list[Exception] = []

    async def send(self, message: OutgoingMessage) -> str | None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(message)
        return "1"


def reports(
    store: SqliteStore, chat: Chat, assistant: Assistant, now: Callable[[], datetime] = lambda: NOW
) -> ReloadReports:
    return ReloadReports(store, chat.send, staff=(7, 8), assistant=lambda: assistant, now=now)


async def done() -> None:
    async with asyncio.timeout(30):
        while running := [task for task in asyncio.all_tasks() if task.get_name() == "reload report"]:
            await asyncio.gather(*running)


def test_the_report_names_what_changed_by_its_id(assistant: Assistant) -> None:
    assert reload_text(NEW, assistant, "en").split("\n") == [
        f"Version {'b' * 12} of the knowledge answers now (before: {'a' * 12}).",
        "Entries: +new-one, launch-date, −old-one",
        "Facts: launch-members",
        f"Phrasings (French): {', '.join(f'entry-{number}' for number in range(12))}, and 3 more",
    ]


def test_the_report_names_files_where_no_id_changed(assistant: Assistant) -> None:
    nothing = Difference(entries=Changed(), facts=Changed(), phrasings={})
    told = Reload(revision="b", previous="a", changed=("locales/fr/bot.po",), difference=nothing, pinned="b")
    assert reload_text(told, assistant, "en").split("\n")[1:] == [
        "You went back to version b. Later files are not used until they are edited again, or until you send /reload.",
        "Files: locales/fr/bot.po",
    ]


def test_the_report_says_what_is_wrong_where(assistant: Assistant) -> None:
    lines = reload_text(WRONG, assistant, "en").split("\n")
    assert lines[0] == f"7 faults were found. Version {'a' * 12} goes on answering."
    assert lines[1] == "• knowledge/facts.yaml:1:1: error x: wrong"
    assert (len(lines), lines[-1]) == (7, "and 2 more")


@pytest.mark.parametrize("locale", ["ar", "es", "fr", "pt", "ru", "zh_Hans"])
def test_every_language_can_say_it(assistant: Assistant, locale: str) -> None:
    for told in (NEW, WRONG):
        assert told.revision in reload_text(told, assistant, locale)


async def test_each_of_the_staff_is_told_once_by_all_processes(
    store: SqliteStore, assistant: Assistant, tmp_path: Path
) -> None:
    other = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await other.open()
    one, two = Chat(), Chat()
    at = [NOW]
    first = reports(store, one, assistant, lambda: at[0])
    second = reports(other, two, assistant, lambda: at[0])
    first.tell(NEW)
    second.tell(NEW)
    await done()
    told = [*one.sent, *two.sent]
    assert sorted(message.chat.chat_id for message in told) == ["7", "8"]
    second.tell(WRONG)
    await done()
    assert len(one.sent) + len(two.sent) == 4
    at[0] += timedelta(minutes=5)  # the same edit, made again later
    second.tell(NEW)
    await done()
    assert len(one.sent) + len(two.sent) == 6
    await other.close()


async def test_what_staff_change_row_by_row_is_not_told(store: SqliteStore, assistant: Assistant) -> None:
    chat = Chat()
    reports(store, chat, assistant).tell(Reload(revision="b", previous="a", why="staff"))
    ReloadReports(store, chat.send, staff=(), assistant=lambda: assistant, now=lambda: NOW).tell(NEW)
    await done()
    assert chat.sent == []


async def test_it_waits_when_telegram_asks_for_it_and_gives_up_what_is_refused(
    store: SqliteStore, assistant: Assistant
) -> None:
    chat = Chat()
    chat.trouble = [DeliveryDelayed(0.01), DeliveryDelayed(0.01)]
    reports(store, chat, assistant).tell(NEW)
    await done()
    assert len(chat.sent) == 2
    chat.trouble = [DeliveryRefused("blocked"), DeliveryDelayed(4000.0)]
    with capture_logs() as logs:
        reports(store, chat, assistant).tell(WRONG)
        await done()
    assert [log["event"] for log in logs] == ["reload_report_not_sent"] * 2


async def test_a_store_that_is_away_does_not_keep_staff_from_being_told(assistant: Assistant) -> None:
    class Away:
        async def lease(self, name: str) -> str | None:
            raise StorageUnavailable("gone")

    chat, away = Chat(), Away()
    store: Any = away
    with capture_logs() as logs:
        reports(store, chat, assistant).tell(NEW)
        await done()
    assert len(chat.sent) == 2
    assert logs[0]["event"] == "reload_report_not_shared"

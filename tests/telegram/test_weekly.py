"""Staff hear of the last week once, whatever happens in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.errors import DeliveryRefused, DeliveryUnsent, StorageUnavailable
from bot.language.formats import format_share
from bot.language.insight_texts import WEEKLY
from bot.storage.sqlite import SqliteStore
from bot.storage.store import ChatState, Received, Result, client_note
from bot.telegram.weekly import NOTE, Weekly
from bot.types import ChatRef, Outcome, OutgoingMessage, Refusal

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BEFORE = "2026-11-09 11 12"  # a note on the week before the one that is told


class Outbox:
    """Takes messages, and refuses or delays those to some people."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.failing: dict[str, Exception] = {}

    async def __call__(self, message: OutgoingMessage, /) -> str | None:
        if error := self.failing.get(message.chat.chat_id):
            raise error
        self.sent.append((message.chat.chat_id, str(message.body["text"])))
        return "1"

    @property
    def people(self) -> list[str]:
        return [person for person, _ in self.sent]


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "s.sqlite3", retention_days=30)
    await store.open()
    yield store
    await store.close()


Make = Callable[..., Weekly]


@pytest.fixture
def weekly(store: SqliteStore, outbox: Outbox, assistant: Assistant) -> Make:
    def make(at: datetime = MONDAY, *, over: SqliteStore | None = None, link: str | None = None) -> Weekly:
        return Weekly(
            over or store, send=outbox, assistant=lambda: assistant, staff={12, 11}, now=lambda: at, link=link
        )

    return make


async def ask(store: SqliteStore, *decisions: str, at: datetime = MONDAY - timedelta(days=3)) -> None:
    outcomes = tuple(
        Outcome(
            decision=made,  # type: ignore[arg-type]
            entry_id="launch-date" if made == "answer" else None,
            probability=0.9 if made == "answer" else None,
            locale="en",
            question_text="?",
            asked_at=at,
            revision="abc",
        )
        for made in decisions
    )
    update = Received(
        chat=ChatRef(channel="telegram", chat_id="7"), user_id="7", event_id="1", payload="{}", received_at=at
    )
    (entry,) = await store.receive([update])
    await store.finish(entry, Result(state="done", at=at, outcomes=outcomes))


async def test_each_of_the_staff_gets_one_line_with_the_way_to_the_page(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    await ask(store, "answer", "answer", "abstain", "clarify")
    await weekly(link="https://staff.example.org/insights").tell()
    assert outbox.people == ["11", "12"]
    line, link = outbox.sent[0][1].split("\n")
    assert line.startswith("Last week: 4 questions, 50% answered, 1 unanswered; ")
    assert link == "https://staff.example.org/insights?from=2026-11-16&amp;to=2026-11-22"


async def test_without_an_address_the_line_names_the_command(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    await weekly().tell()
    assert "Last week nobody asked anything" in outbox.sent[0][1]
    assert "alliance-bot insights --from 2026-11-16 --to 2026-11-22 --html FILE" in outbox.sent[0][1]


async def test_each_of_the_staff_reads_it_in_their_language(
    store: SqliteStore, outbox: Outbox, weekly: Make, assistant: Assistant
) -> None:
    await store.set_note(NOTE, BEFORE)
    await store.set_note(client_note("telegram", "11"), "ru")
    await ask(store, "answer", "answer", "abstain", "clarify")
    await weekly(link="https://staff.example.org/insights").tell()
    lines = {person: text.split("\n")[0] for person, text in outbox.sent}
    assert lines["12"].startswith("Last week: 4 questions, 50% answered, 1 unanswered; ")
    due = int(lines["12"].rpartition("; ")[2].split()[0])
    said = assistant.catalogs.text(
        "ru", WEEKLY, count=4, share=format_share(0.5, "ru"), unanswered=1, due=due
    )
    assert lines["11"] == said


async def test_whose_language_nobody_can_say_reads_it_in_that_of_the_operator(
    store: SqliteStore, outbox: Outbox, weekly: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> ChatState:
        raise StorageUnavailable("away")

    await store.set_note(NOTE, BEFORE)
    monkeypatch.setattr(store, "chat_state", away)
    await weekly().tell()
    assert outbox.people == ["11", "12"]
    assert "Last week nobody asked anything" in outbox.sent[0][1]


async def test_whoever_cannot_be_written_to_counts_as_told(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    told = weekly()
    told._staff_here = {12}.__contains__
    await told.tell()
    assert outbox.people == ["12"]
    await weekly().tell()
    assert outbox.people == ["12"]


async def test_a_restart_does_not_tell_twice(store: SqliteStore, outbox: Outbox, weekly: Make) -> None:
    await store.set_note(NOTE, BEFORE)
    await weekly().tell()
    await weekly(MONDAY + timedelta(days=6, hours=23)).tell()
    assert outbox.people == ["11", "12"]
    await weekly(MONDAY + timedelta(days=7)).tell()
    assert outbox.people == ["11", "12", "11", "12"]


async def test_nothing_is_told_before_monday_morning(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, "2026-11-09 11 12")
    await weekly(MONDAY - timedelta(seconds=1)).tell()
    assert outbox.sent == []


async def test_a_bot_that_was_down_on_monday_tells_later(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    await weekly(MONDAY + timedelta(days=2)).tell()
    assert outbox.people == ["11", "12"]


async def test_a_new_bot_waits_for_its_first_whole_week(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await weekly(MONDAY + timedelta(days=1)).tell()
    assert outbox.sent == []
    await weekly(MONDAY + timedelta(days=7)).tell()
    assert outbox.people == ["11", "12"]


async def test_what_could_not_be_sent_is_sent_later_and_only_that(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    outbox.failing["11"] = DeliveryUnsent("down")
    await weekly().tell()
    assert outbox.people == ["12"]
    outbox.failing.clear()
    await weekly(MONDAY + timedelta(minutes=5)).tell()
    assert outbox.people == ["12", "11"]


async def test_whoever_blocked_the_bot_is_not_tried_again(
    store: SqliteStore, outbox: Outbox, weekly: Make
) -> None:
    await store.set_note(NOTE, BEFORE)
    outbox.failing["11"] = DeliveryRefused("blocked", kind=Refusal.BLOCKED)
    await weekly().tell()
    assert await store.note(NOTE) == "2026-11-16 11 12"


async def test_of_several_processes_one_tells(
    store: SqliteStore, outbox: Outbox, weekly: Make, tmp_path: Path
) -> None:
    await store.set_note(NOTE, BEFORE)
    other = SqliteStore(tmp_path / "s.sqlite3", retention_days=30, owner="other.example:1:1")
    await other.open()
    assert await other.lease(NOTE) is None
    await weekly().tell()
    assert outbox.sent == []
    await weekly(over=other).tell()
    assert outbox.people == ["11", "12"]
    await weekly().tell()
    assert outbox.people == ["11", "12"]
    await other.close()


async def test_the_line_is_in_the_operators_language(
    store: SqliteStore, outbox: Outbox, assistant: Assistant
) -> None:
    await store.set_note(NOTE, BEFORE)
    arabic = replace_default(assistant, "ar")
    await Weekly(store, send=outbox, assistant=lambda: arabic, staff={11}, now=lambda: MONDAY).tell()
    assert outbox.sent[0][1].startswith("لم يسأل أحد شيئًا الأسبوع الماضي؛")


def replace_default(assistant: Assistant, locale: str) -> Assistant:
    return Assistant(
        knowledge=assistant.knowledge,
        matcher=assistant.matcher,
        catalogs=assistant.catalogs,
        operator=assistant.operator,
        default_locale=locale,
        revision=assistant.revision,
    )

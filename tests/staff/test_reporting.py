"""The page over HTTP, from a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.answering.assistant import Assistant
from bot.ops.metrics import Metrics
from bot.ops.web import ops_app
from bot.staff.reporting import report_route
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Received, Result
from bot.types import ChatRef, Outcome

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "s.sqlite3", retention_days=30)
    await store.open()
    outcome = Outcome(
        decision="answer",
        entry_id="launch-date",
        probability=0.9,
        locale="fr",
        question_text="Quand ?",
        asked_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        revision="abc",
        unavailable="sw",
        written_in="en",
    )
    update = Received(
        chat=ChatRef(channel="telegram", chat_id="7"),
        user_id="7",
        event_id="1",
        payload="{}",
        received_at=NOW,
    )
    (entry,) = await store.receive([update])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome,)))
    yield store
    await store.close()


async def get(store: SqliteStore, assistant: Assistant, path: str) -> httpx.Response:
    app = ops_app({}, metrics=Metrics(), routes=[report_route(store, lambda: assistant, now=lambda: NOW)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ops") as client:
        return await client.get(path)


async def test_the_page_shows_the_records_of_the_store(store: SqliteStore, assistant: Assistant) -> None:
    answer = await get(store, assistant, "/insights")
    assert answer.status_code == 200
    assert "1 question; language of most of them: French, 100%" in answer.text
    assert (
        "Questions in a language that the bot does not speak: 1; answers without translation: 1"
        in answer.text
    )
    assert "Quand" not in answer.text  # one person's wording is nobody's business
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_days_and_language_may_be_chosen(store: SqliteStore, assistant: Assistant) -> None:
    answer = await get(store, assistant, "/insights?from=2026-11-21&to=2026-11-22&locale=ar-EG")
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert "لم يُسأل شيء في هذه المدة." in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=x", "from: 'x' is no date; write it like 2026-11-30"),
        ("from=2026-11-02&to=2026-11-01", "comes before"),
        ("locale=xx", "locale: there are en, ar,"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    store: SqliteStore, assistant: Assistant, query: str, said: str
) -> None:
    answer = await get(store, assistant, f"/insights?{query}")
    assert answer.status_code == 400
    assert said in answer.text


async def test_a_store_that_is_away_is_no_empty_page(tmp_path: Path, assistant: Assistant) -> None:
    away = SqliteStore(tmp_path / "never-opened.sqlite3", retention_days=30)
    answer = await get(away, assistant, "/insights")
    await away.close()
    assert answer.status_code == 503


async def test_unanswered_questions_are_shown_once_enough_people_asked_and_without_what_names_them(
    store: SqliteStore, assistant: Assistant
) -> None:
    asked = (
        *(("Which colour has the roof of the office? Write to ana@example.org", person) for person in "123"),
        *(("How long is the longest corridor of the building?", person) for person in "12"),
    )
    for number, (text, person) in enumerate(asked, 10):
        update = Received(
            chat=ChatRef(channel="telegram", chat_id=person),
            user_id=person,
            event_id=str(number),
            payload="{}",
            received_at=NOW,
        )
        (entry,) = await store.receive([update])
        unanswered = Outcome(
            decision="abstain",
            entry_id=None,
            probability=None,
            locale="en",
            question_text=text,
            asked_at=NOW - timedelta(hours=1),
            revision="abc",
        )
        await store.finish(entry, Result(state="done", at=NOW, outcomes=(unanswered,)))
    page = (await get(store, assistant, "/insights")).text
    assert "1 group of unanswered questions" in page
    assert "colour has the roof of the office" in page
    assert "ana@example.org" not in page
    assert "corridor" not in page  # two people are too few here

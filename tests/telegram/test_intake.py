"""How updates come in: stored as they are, committed, and only then acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import ConfigError, StorageUnavailable
from bot.ops.metrics import Metrics
from bot.preview.botapi import BotApi
from bot.storage.sqlite import SqliteStore
from bot.storage.store import InboxEntry, Received
from bot.telegram import intake
from bot.telegram.intake import ALLOWED_UPDATES, Intake, Polling, received
from bot.telegram.transport import RawBot
from tests.telegram.conftest import NOW


class Shaky(SqliteStore):
    """A store that is away for a while."""

    away = 0

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        if self.away:
            self.away -= 1
            raise StorageUnavailable("away")
        return await super().receive(updates, hold=hold)


class Polled:
    """A running intake and what came out of it."""

    def __init__(self, bot: RawBot, store: Shaky) -> None:
        self.store = store
        self.accepted: list[InboxEntry] = []
        self.room = True
        self.metrics = Metrics()
        self.polling = Polling(
            bot,
            Intake(store, self.metrics),
            accept=self.accept,
            has_room=lambda: self.room,
            now=lambda: NOW,
            seconds=1,
        )
        self.task: asyncio.Task[None] | None = None

    def accept(self, entries: Sequence[InboxEntry]) -> None:
        self.accepted.extend(entries)

    def start(self) -> asyncio.Task[None]:
        self.task = asyncio.create_task(self.polling.run())
        return self.task

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.accepted) < count:  # noqa: ASYNC110 - nothing tells when the intake has stored
                await asyncio.sleep(0.005)

    def texts(self) -> list[str]:
        return [json.loads(entry.payload)["message"]["text"] for entry in self.accepted]


@pytest.fixture
async def polled(bot: RawBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Polled]:
    monkeypatch.setattr(intake, "_DELAYS", (0.01, 0.02))
    store = Shaky(tmp_path / "bot.sqlite3")
    await store.open()
    polled = Polled(bot, store)
    yield polled
    if polled.task is not None:
        polled.task.cancel()
        await asyncio.gather(polled.task, return_exceptions=True)
    await store.close()


async def test_updates_are_stored_in_order_then_acknowledged(api: BotApi, polled: Polled) -> None:
    ana = api.user("Ana")
    for text in ("one", "two", "three"):
        await ana.send(text)
    polled.start()
    await polled.until(3)
    assert polled.texts() == ["one", "two", "three"]
    assert [entry.chat.chat_id for entry in polled.accepted] == [str(ana.id)] * 3
    await ana.send("four")
    await polled.until(4)
    assert len(await polled.store.open_entries()) == 4
    assert len(api.pending()) <= 1


async def test_nothing_is_acknowledged_while_the_store_is_away(api: BotApi, polled: Polled) -> None:
    polled.store.away = 3
    await api.user("Ana").send("one")
    with capture_logs() as logs:
        polled.start()
        await polled.until(1)
    assert polled.texts() == ["one"]
    assert [log["event"] for log in logs] == ["poll_failed"] * 3


async def test_a_crash_before_acknowledging_takes_the_update_up_again(
    api: BotApi, bot: RawBot, polled: Polled
) -> None:
    await api.user("Ana").send("one")
    stored = await polled.store.receive(received([dict(update) for update in api.pending()], NOW))
    polled.start()
    await polled.until(1)
    assert tuple(polled.accepted) == stored


async def test_only_what_is_used_is_asked_for(api: BotApi, polled: Polled) -> None:
    polled.start()
    await api.user("Ana").send("one")
    await polled.until(1)
    assert set(api.server.updates.allowed() or ()) == set(ALLOWED_UPDATES)


async def test_without_room_updates_are_stored_for_later_and_acknowledged(
    api: BotApi, polled: Polled
) -> None:
    polled.room = False
    polled.start()
    await api.user("Ana").send("one")
    async with asyncio.timeout(5):
        while not await polled.store.open_entries():  # noqa: ASYNC110 - nothing tells when it is stored
            await asyncio.sleep(0.005)
    assert polled.accepted == []
    polled.room = True
    await api.user("Ben").send("two")
    await polled.until(1)
    assert polled.texts() == ["two"]  # another chat; Ana's row is claimed by the worker's sweep
    assert [json.loads(entry.payload)["message"]["text"] for entry in await polled.store.claim(9)] == ["one"]


async def test_stored_updates_are_counted_by_kind(api: BotApi, polled: Polled) -> None:
    await api.user("Ana").send("one")
    polled.start()
    await polled.until(1)
    assert b'alliance_bot_updates_total{kind="message"} 1.0' in polled.metrics.exposition()


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (502, "Bad Gateway", "Bad Gateway"),
        (429, "Too Many Requests", "flood control"),
        (409, "Conflict: terminated by other getUpdates request", "another program polls"),
        (409, "Conflict: can't use getUpdates method while webhook is active", "webhook is set"),
    ],
)
async def test_trouble_is_told_and_polling_goes_on(
    api: BotApi, polled: Polled, code: int, words: str, told: str
) -> None:
    api.fail("getUpdates", code, words, retry_after=0 if code == 429 else None, times=2)
    await api.user("Ana").send("one")
    with capture_logs() as logs:
        polled.start()
        await polled.until(1)
    failed = [log for log in logs if log["event"] == "poll_failed"]
    assert len(failed) == 2
    assert told in failed[0]["reason"]
    assert [log["retry_in"] for log in failed] == [0.01, 0.02]


@pytest.mark.parametrize("code", [401, 404])
async def test_a_withdrawn_token_ends_polling_with_advice(api: BotApi, polled: Polled, code: int) -> None:
    api.fail("getUpdates", code, "Unauthorized")
    with pytest.raises(ConfigError, match="BotFather"):
        await asyncio.wait_for(polled.start(), 5)


async def test_updates_whose_ids_start_anew_lower_arrive(api: BotApi, polled: Polled) -> None:
    ana = api.user("Ana")
    await ana.send("one")
    polled.start()
    await polled.until(1)
    await asyncio.sleep(1.2)  # an empty answer confirms everything
    api.server.updates._next_id -= 8  # as after an idle week, and an old offset would confirm them unseen
    await ana.send("two")
    await polled.until(2)
    assert int(polled.accepted[1].event_id) < int(polled.accepted[0].event_id)


_CHAT = {"id": -100, "type": "supergroup", "title": "G"}
_ANA = {"id": 5, "is_bot": False, "first_name": "Ana"}


@pytest.mark.parametrize(
    ("update", "chat", "user"),
    [
        ({"message": {"chat": _CHAT, "from": _ANA}}, "-100", "5"),
        ({"edited_message": {"chat": _CHAT, "from": _ANA}}, "-100", "5"),
        ({"message": {"chat": _CHAT, "from": _ANA, "sender_chat": {"id": -9}}}, "-100", "-9"),
        ({"channel_post": {"chat": _CHAT}}, "-100", "-100"),
        ({"callback_query": {"from": _ANA, "data": "x", "message": {"chat": _CHAT}}}, "-100", "5"),
        ({"callback_query": {"from": _ANA, "data": "x", "inline_message_id": "1"}}, "5", "5"),
        ({"inline_query": {"from": _ANA, "query": "x"}}, "5", "5"),
        ({"message": {"chat": "poison", "from": []}}, "", ""),
        ({"poll": {"id": "1"}}, "", ""),
        ({"message": None}, "", ""),
        ({}, "", ""),
    ],
)
def test_chat_and_person_are_read_from_whatever_comes(update: dict[str, Any], chat: str, user: str) -> None:
    (stored,) = received([{"update_id": 7, **update}], NOW)
    assert (stored.chat.chat_id, stored.user_id, stored.event_id) == (chat, user, "7")
    assert json.loads(stored.payload) == {"update_id": 7, **update}


def test_an_update_is_stored_as_ascii_whatever_it_holds() -> None:
    (stored,) = received([{"update_id": 7, "message": {"text": "\ud83d \u0639"}}], NOW)
    assert stored.payload.isascii()


@pytest.mark.parametrize("update", [{}, {"update_id": "7"}, {"update_id": None}])
def test_an_update_without_id_is_left_out(update: dict[str, Any]) -> None:
    assert received([update], NOW) == ()

"""Wishes become rows of the inbox as soon as something answers them, each once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Effect, Wish
from bot.storage.sqlite import SqliteStore
from bot.storage.store import InboxEntry, Received, Result, Store
from bot.telegram import fulfil
from bot.telegram.fulfil import LEASE, Fulfilment
from bot.types import ChatRef
from tests.telegram.conftest import FRENCH, NOW, UNKNOWN

ANA, BEN = "7", "8"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await opened.open()
    yield opened
    await opened.close()


async def wished(store: Store, text: str, *, who: str = ANA, locale: str = "en") -> None:
    event = f"{who}-{text}"
    chat = ChatRef(channel="telegram", chat_id=who)
    update = Received(chat=chat, user_id=who, event_id=event, payload="{}", received_at=NOW)
    (entry,) = await store.receive([update])
    effects: tuple[Effect, ...] = (Wish(text=text, locale=locale, at=NOW),)
    await store.finish(entry, Result(state="done", at=NOW, effects=effects))


class Accepted:
    """What was handed to the worker."""

    def __init__(self) -> None:
        self.entries: list[InboxEntry] = []

    def __call__(self, entries: Sequence[InboxEntry]) -> None:
        self.entries += entries

    @property
    def chats(self) -> list[str]:
        return [entry.chat.chat_id for entry in self.entries]


@pytest.fixture
def accepted() -> Accepted:
    return Accepted()


def looking(store: Store, accepted: Accepted, assistant: Callable[[], Assistant]) -> Fulfilment:
    return Fulfilment(store, assistant=assistant, accept=accepted, now=lambda: NOW)


async def test_those_are_told_whose_question_is_answered_and_the_others_wait(
    store: Store, accepted: Accepted, wiser: Assistant
) -> None:
    await wished(store, UNKNOWN)
    await wished(store, FRENCH, who=BEN, locale="fr")
    await wished(store, "vvvv kkkk jjjj", who=BEN)
    await looking(store, accepted, lambda: wiser).look()
    assert accepted.chats == [ANA, BEN]
    assert [wish.text for wish in await store.wishes()] == ["vvvv kkkk jjjj"]


async def test_nobody_is_told_twice_however_many_look(
    store: Store, accepted: Accepted, wiser: Assistant
) -> None:
    await wished(store, UNKNOWN)
    for _ in range(2):
        await looking(store, accepted, lambda: wiser).look()
    assert accepted.chats == [ANA]
    assert len(await store.open_entries()) == 1


async def test_they_are_looked_at_again_when_another_knowledge_answers(
    store: Store, accepted: Accepted, garden: Assistant, wiser: Assistant
) -> None:
    answering = [garden]
    looks = looking(store, accepted, lambda: answering[-1])
    await wished(store, UNKNOWN)
    await looks.look()
    assert accepted.chats == []
    answering.append(wiser)
    await looks.look()
    assert accepted.chats == [ANA]


async def test_a_wish_that_came_while_another_knowledge_answered_is_found_within_a_minute(
    store: Store, accepted: Accepted, wiser: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = looking(store, accepted, lambda: wiser)
    monkeypatch.setattr(fulfil, "_AGAIN_SECONDS", 0.0)
    await looks.look()
    await wished(store, UNKNOWN)
    await looks.look()
    assert accepted.chats == [ANA]


async def test_while_another_process_looks_this_one_waits_and_misses_nothing(
    tmp_path: Path, store: Store, accepted: Accepted, wiser: Assistant
) -> None:
    other = SqliteStore(tmp_path / "store.sqlite3", retention_days=30, owner="other.example:1:1")
    await other.open()
    try:
        await wished(store, UNKNOWN)
        assert await other.lease(LEASE) is None
        looks = looking(store, accepted, lambda: wiser)
        await looks.look()
        assert accepted.chats == []
        await other.unlease(LEASE)
        await looks.look()
        assert accepted.chats == [ANA]
    finally:
        await other.close()

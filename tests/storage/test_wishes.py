"""Whoever asks to be told is told once, and is kept no longer than was said, on every store."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.effects import Effect, Forget, ForgetChat, Migrated, Wish
from bot.storage.store import (
    WISHES_KEPT_DAYS,
    WISHES_OF_A_PERSON,
    ChatState,
    Received,
    Result,
    Store,
    WishRecord,
)
from bot.types import ChatRef
from tests.storage.conftest import NOW, ONE, TWO, MakeStore, Peek, received


def wish(text: str = "When moon?", *, days: float = 0) -> Wish:
    return Wish(text=text, locale="fr", at=NOW + timedelta(days=days))


class People:
    """End rows of a store, one update after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.events = 0

    async def say(self, *effects: Effect, chat: str = "7", user: str | None = None) -> None:
        self.events += 1
        (entry,) = await self.store.receive([received(self.events, chat, user)])
        assert (await self.store.finish(entry, Result(state="done", at=NOW, effects=effects))).ended

    async def wished(self) -> list[tuple[str, str, str]]:
        return [(each.chat.chat_id, each.user_id, each.text) for each in await self.store.wishes()]


@pytest.fixture
def people(store: Store) -> People:
    return People(store)


def answer(number: int, chat: str = "7") -> Received:
    return Received(
        chat=ChatRef(channel="telegram", chat_id=chat),
        user_id=chat,
        event_id=f"wish:{number}",
        payload='{"wish":1}',
        received_at=NOW,
    )


async def test_a_wish_is_kept_as_it_was_said_with_the_chat_to_answer_in(people: People) -> None:
    await people.say(wish("\ud83d Wann\0?"), chat="-100", user="42")
    (kept,) = await people.store.wishes()
    assert kept == WishRecord(
        id=kept.id,
        chat=ChatRef(channel="telegram", chat_id="-100"),
        user_id="42",
        text="? Wann\N{REPLACEMENT CHARACTER}?",
        locale="fr",
        at=NOW,
    )
    assert await people.store.chat_state(kept.chat, "42") == ChatState()


async def test_the_same_question_is_wished_for_once_and_kept_for_longer(people: People) -> None:
    await people.say(wish("When moon?"))
    await people.say(wish("and fees?"))
    for days, text in enumerate(("when MOON", "When  moon?!"), 1):
        await people.say(wish(text, days=days))
    first, second = await people.store.wishes()
    assert (first.text, second.text) == ("and fees?", "When  moon?!")
    assert second.at == NOW + timedelta(days=2)
    await people.say(wish("???"))
    await people.say(wish("!!!"))  # no words at all, and yet not the same
    assert len(await people.store.wishes()) == 4


async def test_everybody_has_wishes_of_their_own_in_each_chat(people: People) -> None:
    for chat, user in (("7", "7"), ("-100", "7"), ("-100", "8")):
        await people.say(wish(), chat=chat, user=user)
    assert [place[:2] for place in await people.wished()] == [("7", "7"), ("-100", "7"), ("-100", "8")]


async def test_only_the_latest_wishes_of_a_person_are_kept(people: People) -> None:
    await people.say(wish("of another"), chat="-100", user="8")
    for number in range(WISHES_OF_A_PERSON + 2):
        await people.say(
            wish(f"question {number}", days=number / 100), chat=("7", "-100")[number % 2], user="7"
        )
    texts = [text for _, _, text in await people.wished()]
    assert texts == ["of another", *(f"question {number}" for number in range(2, WISHES_OF_A_PERSON + 2))]


async def test_forgetting_a_person_erases_their_wishes_in_every_chat_and_counts_them(people: People) -> None:
    for chat, user in (("7", "7"), ("-100", "7"), ("-100", "8")):
        await people.say(wish(), chat=chat, user=user)
    person = ChatRef(channel="telegram", chat_id="7")
    assert await people.store.kept_of(person, "7") == 2
    await people.say(wish("one more"), Forget())
    assert await people.wished() == [("-100", "8", "When moon?")]
    assert await people.store.kept_of(person, "7") == 0


async def test_a_group_that_the_bot_left_is_told_nothing(people: People) -> None:
    for chat in ("-100", "-200"):
        await people.say(wish(), chat=chat, user="7")
    await people.say(ForgetChat(), chat="-100", user="8")
    assert await people.wished() == [("-200", "7", "When moon?")]


async def test_wishes_follow_a_group_that_becomes_a_supergroup(people: People) -> None:
    await people.say(wish("a"), chat="-100", user="7")
    await people.say(wish("b"), chat="-100", user="-100")
    await people.say(wish("c"), chat="-1001", user="7")
    await people.say(wish("A!", days=1), chat="-1001", user="7")
    await people.say(Migrated(old="-100", new="-1001", last=False), chat="-1001", user="7")
    await people.say(wish("d", days=2), chat="-100", user="7")  # waited in the old chat
    await people.say(Migrated(old="-100", new="-1001"), chat="-100", user="7")
    assert await people.wished() == [
        *(("-1001", "-1001", "b"), ("-1001", "7", "c"), ("-1001", "7", "A!")),
        ("-1001", "7", "d"),
    ]


async def test_a_wish_goes_by_itself_after_a_while(people: People) -> None:
    await people.say(wish("a"))
    await people.say(wish("b", days=1))
    await people.store.prune(NOW + timedelta(days=WISHES_KEPT_DAYS - 0.5))
    assert len(await people.wished()) == 2
    await people.store.prune(NOW + timedelta(days=WISHES_KEPT_DAYS + 0.5))
    assert await people.wished() == [("7", "7", "b")]


async def test_a_wish_is_kept_even_where_no_wording_is(make_store: MakeStore) -> None:
    store = await make_store(retention_days=0)
    await People(store).say(wish())
    await store.prune(NOW + timedelta(days=1))
    assert len(await store.wishes()) == 1
    assert await store.kept_of(ChatRef(channel="telegram", chat_id="7"), "7") == 1


async def test_a_wish_that_is_fulfilled_is_owed_as_a_row_of_the_inbox(people: People) -> None:
    await people.say(wish("a"), wish("b"))
    first, second = await people.store.wishes()
    (owed,) = await people.store.fulfil({first.id: answer(first.id), 999: answer(999)})
    assert (owed.event_id, owed.payload) == (f"wish:{first.id}", '{"wish":1}')
    assert await people.store.wishes() == (second,)
    assert await people.store.open_entries() == (owed,)
    assert await people.store.fulfil({first.id: answer(first.id)}) == ()
    assert await people.store.fulfil({}) == ()
    assert (await people.store.finish(owed, Result(state="done", at=NOW))).ended


async def test_what_is_owed_waits_for_what_was_asked_before(people: People, make_store: MakeStore) -> None:
    await people.say(wish())
    (kept,) = await people.store.wishes()
    other = await make_store(owner=TWO)
    (asked,) = await other.receive([received(900)])
    assert await people.store.fulfil({kept.id: answer(kept.id)}) == ()
    finished = await other.finish(asked, Result(state="done", at=NOW))
    assert [entry.event_id for entry in finished.following] == [f"wish:{kept.id}"]


async def test_two_processes_that_fulfil_the_same_wishes_owe_one_answer_each(make_store: MakeStore) -> None:
    stores = [await make_store(owner=ONE), await make_store(owner=TWO)]
    asking = People(stores[0])
    for chat in range(10):
        await asking.say(*(wish(f"question {number}") for number in range(6)), chat=str(chat))
    kept = await stores[1].wishes()
    for number in range(6):
        wishes = {
            each.id: answer(each.id, each.chat.chat_id) for each in kept if each.text.endswith(f"{number}")
        }
        backwards = dict(reversed(wishes.items()))
        found = await asyncio.gather(stores[0].fulfil(wishes), stores[1].fulfil(backwards))
        owed = [entry for entries in found for entry in entries]
        assert sorted(entry.event_id for entry in owed) == sorted(f"wish:{each}" for each in wishes)
        for store, entries in zip(stores, found, strict=True):
            for entry in entries:
                assert (await store.finish(entry, Result(state="done", at=NOW))).ended
    assert (await stores[1].wishes(), await stores[1].open_entries()) == ((), ())


async def test_no_number_of_a_wish_comes_twice(people: People, peek: Peek) -> None:
    numbers = []
    for number in range(3):
        await people.say(wish(f"question {number}"))
        ((kept),) = await people.store.wishes()
        numbers.append(kept.id)
        (owed,) = await people.store.fulfil({kept.id: answer(kept.id)})
        await people.store.finish(owed, Result(state="done", at=NOW))
    assert len(set(numbers)) == 3
    assert len(await peek("SELECT 1 FROM inbox WHERE event_id LIKE 'wish:%'")) == 3


async def test_questions_of_any_length_are_kept(people: People) -> None:
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(4096))
    await people.say(wish(long))
    await people.say(wish(f"{long}?"))
    assert [text for _, _, text in await people.wished()] == [f"{long}?"]

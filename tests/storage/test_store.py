"""What every store does, whatever it is made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.storage.sqlite import SqliteStore
from bot.storage.store import EXCHANGES_KEPT, ChatState, Exchange, FinalState, InboxCounts, Result, Store
from bot.types import Effect, Outcome, SetChoices, SetLocale, SetTopic
from tests.storage.conftest import NOW, received


def outcome(text: str = "When?") -> Outcome:
    return Outcome(
        decision="answer",
        entry_id="launch-date",
        probability=0.93,
        locale="fr",
        question_text=text,
        asked_at=NOW,
        revision="abc123",
    )


def done(*effects: Effect, exchange: Exchange | None = None, days: float = 0) -> Result:
    return Result(state="done", at=NOW + timedelta(days=days), effects=effects, exchange=exchange)


async def test_a_stored_update_is_open_until_it_is_finished(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    assert await store.open_entries() == (entry,)
    assert await store.finish(entry, done())
    assert await store.open_entries() == ()
    assert await store.counts() == InboxCounts(new=0, done=1, dead=0)


async def test_open_entries_come_in_order_of_arrival_even_when_ids_start_anew_lower(store: Store) -> None:
    await store.receive([received(900), received(901)])
    await store.receive([received(5)])
    assert [entry.event_id for entry in await store.open_entries()] == ["900", "901", "5"]


async def test_a_known_open_update_is_taken_up_again(store: Store) -> None:
    (first,) = await store.receive([received(1)])
    assert await store.receive([received(1), received(2)]) == (first, *(await store.open_entries())[1:])


async def test_a_known_finished_update_is_left_alone(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, done())
    assert await store.receive([received(1)]) == ()
    assert (await store.counts()).done == 1


async def test_an_entry_comes_back_as_it_was_received(store: Store) -> None:
    update = received(1, chat="-100", user="42", payload='{"text":"\\ud83d\\ude00"}')
    (entry,) = await store.receive([update])
    assert (entry.chat, entry.user_id, entry.event_id) == (update.chat, "42", "1")
    assert (entry.payload, entry.received_at, entry.attempts, entry.sent) == (update.payload, NOW, 0, ())


async def test_attempts_and_sent_messages_are_counted(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    await store.record_attempt(entry.seq)
    await store.record_attempt(entry.seq)
    await store.record_sent(entry.seq, ["11", None])
    (again,) = await store.open_entries()
    assert (again.attempts, again.sent) == (2, ("11", None))


@pytest.mark.parametrize("state", ["done", "dead"])
async def test_finishing_twice_changes_nothing_the_second_time(store: Store, state: FinalState) -> None:
    (entry,) = await store.receive([received(1)])
    assert await store.finish(entry, done(SetLocale(locale="fr")))
    late = Result(state=state, at=NOW, effects=(SetLocale(locale="ru"),), outcomes=(outcome(),))
    assert not await store.finish(entry, late)
    assert (await store.chat_state(entry.chat, entry.user_id)).locale == "fr"
    assert await store.decisions() == ()
    assert await store.counts() == InboxCounts(new=0, done=1, dead=0)


async def test_effects_take_place_with_the_end_of_the_row(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    assert await store.chat_state(entry.chat, entry.user_id) == ChatState()
    effects = (
        SetLocale(locale="ar"),
        SetTopic(entry_id="launch-date", at=NOW),
        SetChoices(entry_ids=("a", "b"), at=NOW, locale="fr"),
    )
    await store.finish(entry, done(*effects, exchange=Exchange(question_id="5", reply_ids=("6", "7"))))
    state = await store.chat_state(entry.chat, entry.user_id)
    assert (state.locale, state.topic, state.topic_at) == ("ar", "launch-date", NOW)
    assert (state.choices, state.choices_at, state.choices_locale) == (("a", "b"), NOW, "fr")
    assert state.replies_to("5") == ("6", "7")
    assert state.replies_to("6") == ()


async def test_people_in_one_group_have_their_own_state(store: Store) -> None:
    ana, ben = await store.receive([received(1, "-100", "1"), received(2, "-100", "2")])
    await store.finish(ana, done(SetLocale(locale="fr")))
    assert (await store.chat_state(ana.chat, "1")).locale == "fr"
    assert (await store.chat_state(ben.chat, "2")).locale is None


async def test_only_the_latest_exchanges_are_remembered(store: Store) -> None:
    for number in range(EXCHANGES_KEPT + 3):
        (entry,) = await store.receive([received(number)])
        exchange = Exchange(question_id=str(number), reply_ids=(f"r{number}",))
        await store.finish(entry, done(exchange=exchange))
    state = await store.chat_state(entry.chat, entry.user_id)
    assert len(state.exchanges) == EXCHANGES_KEPT
    assert state.replies_to("0") == ()
    assert state.replies_to(str(EXCHANGES_KEPT + 2)) == (f"r{EXCHANGES_KEPT + 2}",)


async def test_an_edited_question_renews_its_exchange(store: Store) -> None:
    for number, ids in enumerate([("6",), ("6", "8")]):
        (entry,) = await store.receive([received(number)])
        await store.finish(entry, done(exchange=Exchange(question_id="5", reply_ids=ids)))
    state = await store.chat_state(entry.chat, entry.user_id)
    assert state.exchanges == (Exchange(question_id="5", reply_ids=("6", "8")),)


async def test_decisions_are_recorded_with_the_end_of_the_row(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    result = Result(state="done", at=NOW + timedelta(seconds=1), outcomes=(outcome(), outcome("\ud800 odd")))
    await store.finish(entry, result)
    first, second = await store.decisions()
    assert (first.entry_id, first.decision, first.probability) == ("launch-date", "answer", 0.93)
    assert (first.locale, first.revision, first.question_text) == ("fr", "abc123", "When?")
    assert (first.asked_at, first.answered_at) == (NOW, NOW + timedelta(seconds=1))
    assert second.question_text == "? odd"


async def test_wording_is_never_written_when_it_is_not_kept(make_store: Callable[..., SqliteStore]) -> None:
    store = make_store(retention_days=0)
    await store.open()
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome(),)))
    (decision,) = await store.decisions()
    assert decision.question_text is None
    await store.close()


async def test_wording_is_forgotten_after_its_time_and_the_decision_stays(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome(),)))
    await store.prune(NOW + timedelta(days=29))
    assert (await store.decisions())[0].question_text == "When?"
    await store.prune(NOW + timedelta(days=31))
    assert (await store.decisions())[0].question_text is None


async def test_ids_are_remembered_longer_than_telegram_repeats_updates(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, done())
    await store.prune(NOW + timedelta(days=2))
    assert await store.receive([received(1)]) == ()
    await store.prune(NOW + timedelta(days=4))
    assert len(await store.receive([received(1)])) == 1


async def test_open_rows_are_never_pruned(store: Store) -> None:
    await store.receive([received(1)])
    await store.prune(NOW + timedelta(days=5000))
    assert len(await store.open_entries()) == 1


async def test_what_was_said_last_is_forgotten_and_the_chosen_language_stays(store: Store) -> None:
    chosen, other = await store.receive([received(1, "7"), received(2, "8")])
    topic = SetTopic(entry_id="launch-date", at=NOW)
    await store.finish(chosen, done(SetLocale(locale="fr"), topic))
    await store.finish(other, done(topic))
    await store.prune(NOW + timedelta(days=4))
    assert await store.chat_state(chosen.chat, "7") == ChatState(locale="fr")
    assert await store.chat_state(other.chat, "8") == ChatState()


async def test_many_writers_at_once_all_get_their_own_result(store: Store) -> None:
    batches = [store.receive([received(number, chat=str(number % 7))]) for number in range(200)]
    entries = [entry for (entry,) in await asyncio.gather(*batches)]
    assert len({entry.seq for entry in entries}) == 200
    assert [entry.event_id for entry in entries] == [str(number) for number in range(200)]
    assert all(await asyncio.gather(*(store.finish(entry, done()) for entry in entries)))
    assert (await store.counts()).done == 200


@pytest.mark.parametrize("state", ["done", "dead"])
async def test_what_was_asked_does_not_outlive_a_done_row(store: Store, state: FinalState) -> None:
    (entry,) = await store.receive([received(1, payload='{"text":"secret question"}')])
    await store.finish(entry, Result(state=state, at=NOW))
    assert isinstance(store, SqliteStore)
    columns = await store._read(
        lambda connection: connection.execute("SELECT payload, chat_id, user_id FROM inbox").fetchone()
    )
    assert columns == (("", "", "") if state == "done" else (entry.payload, "7", "7"))

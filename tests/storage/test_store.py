"""What every store does, whatever it is made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.effects import Counted, Effect, Forget, NoticeShown, SetChoices, SetLocale, SetTopic
from bot.storage.store import (
    EXCHANGES_KEPT,
    FOLLOWING_ROWS,
    ChatState,
    DeadEntry,
    Exchange,
    FinalState,
    Finished,
    InboxCounts,
    Result,
    Store,
    client_note,
)
from bot.types import Outcome
from tests.storage.conftest import NOW, ONE, TWO, MakeStore, Peek, gone, received


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


async def test_the_most_asked_are_counted_from_a_moment_on(store: Store) -> None:
    asked = [
        ("a", 0),
        ("b", 0),
        ("b", 1),
        ("c", -40),
        ("c", -40),
        ("c", -40),
        (None, 0),
        (None, 0),
        (None, 0),
    ]
    for number, (entry_id, days) in enumerate(asked, 1):
        (entry,) = await store.receive([received(number)])
        decided = replace(outcome(), entry_id=entry_id, decision="answer" if entry_id else "abstain")
        result = Result(state="done", at=NOW + timedelta(days=days), outcomes=(decided,))
        await store.finish(entry, result)
    since = NOW - timedelta(days=30)
    assert await store.most_asked(since, 10) == ("b", "a")
    assert await store.most_asked(since, 1) == ("b",)
    assert (await store.most_asked(NOW - timedelta(days=50), 10))[0] == "c"


async def test_a_stored_update_is_open_until_it_is_finished(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    assert await store.open_entries() == (entry,)
    assert await store.finish(entry, done()) == Finished(ended=True)
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
    assert (await store.finish(entry, done(SetLocale(locale="fr")))).ended
    late = Result(state=state, at=NOW, effects=(SetLocale(locale="ru"),), outcomes=(outcome(),))
    assert await store.finish(entry, late) == Finished(ended=False)
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


async def test_wording_is_never_written_when_it_is_not_kept(make_store: MakeStore) -> None:
    store = await make_store(retention_days=0)
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome(),)))
    (decision,) = await store.decisions()
    assert decision.question_text is None


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


async def test_a_notice_is_remembered_until_it_is_out_of_date(store: Store, peek: Peek) -> None:
    chosen, other = await store.receive([received(1, "7"), received(2, "8")])
    short = NoticeShown(notice_id="fair", until=NOW + timedelta(days=2))
    long = NoticeShown(notice_id="survey", until=NOW + timedelta(days=9))
    await store.finish(chosen, done(SetLocale(locale="fr"), long, short, long))
    await store.finish(other, done(short, SetTopic(entry_id="launch-date", at=NOW)))
    state = await store.chat_state(chosen.chat, "7")
    assert (state.notices, state.notices_until) == (("fair", "survey"), long.until)
    await store.prune(NOW + timedelta(days=4))
    assert (await store.chat_state(chosen.chat, "7")).notices == ("fair", "survey")
    assert await peek("SELECT user_id FROM chat_state") == [("7",)]
    await store.prune(NOW + timedelta(days=10))
    assert await store.chat_state(chosen.chat, "7") == ChatState(locale="fr")


async def test_who_was_told_a_notice_stays_known_without_a_chosen_language(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    told = NoticeShown(notice_id="survey", until=NOW + timedelta(days=9))
    await store.finish(entry, done(told, SetTopic(entry_id="launch-date", at=NOW)))
    await store.prune(NOW + timedelta(days=5))
    kept = ChatState(notices=("survey",), notices_until=told.until)
    assert await store.chat_state(entry.chat, entry.user_id) == kept
    (last,) = await store.receive([received(2)])
    await store.finish(last, done(Forget()))
    assert await store.chat_state(entry.chat, entry.user_id) == ChatState()


async def test_the_language_of_an_application_goes_with_what_is_kept_of_its_person(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    theirs, another = client_note(entry.chat.channel, entry.user_id), client_note(entry.chat.channel, "8")
    for name in (theirs, another):
        await store.set_note(name, "ar")
    await store.finish(entry, done(Forget()))
    assert (await store.note(theirs), await store.note(another)) == (None, "ar")


async def test_many_writers_at_once_all_get_their_own_result(store: Store) -> None:
    batches = [store.receive([received(number, chat=str(number % 7))]) for number in range(200)]
    entries = [entry for (entry,) in await asyncio.gather(*batches)]
    assert len({entry.seq for entry in entries}) == 200
    assert [entry.event_id for entry in entries] == [str(number) for number in range(200)]
    ends = await asyncio.gather(*(store.finish(entry, done()) for entry in entries))
    assert all(finished.ended for finished in ends)
    assert (await store.counts()).done == 200


@pytest.mark.parametrize("state", ["done", "dead"])
async def test_what_was_asked_does_not_outlive_a_done_row(
    store: Store, peek: Peek, state: FinalState
) -> None:
    (entry,) = await store.receive([received(1, payload='{"text":"secret question"}')])
    await store.finish(entry, Result(state=state, at=NOW))
    ((payload, chat_id, user_id),) = await peek("SELECT payload, chat_id, user_id FROM inbox")
    if state == "dead":
        assert (payload, chat_id, user_id) == (entry.payload, "7", "7")
    else:
        assert (payload, user_id) == ("", "")
        assert chat_id not in ("", "7")


async def test_nothing_names_a_chat_when_nothing_is_kept(make_store: MakeStore, peek: Peek) -> None:
    store = await make_store(retention_days=0)
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome(),)))
    assert await peek("SELECT chat_id, user_id, key_id FROM inbox") == [("", "", None)]
    assert await peek("SELECT question_text, asker, key_id FROM decisions") == [(None, None, None)]
    assert await peek("SELECT count(*) FROM keys") == [(0,)]


async def test_text_that_no_database_takes_is_repaired(store: Store) -> None:
    first, second = await store.receive([received(1), received(2, "8")])
    odd = "\ud83d and \0"
    await store.finish(first, Result(state="done", at=NOW, note=odd, outcomes=(outcome(odd),)))
    await store.finish(second, Result(state="dead", at=NOW, note=odd))
    assert (await store.decisions())[0].question_text == "? and \ufffd"
    assert (await store.dead())[0].note == "? and \ufffd"
    await store.set_note("maintenance", odd)
    assert await store.note("maintenance") == "? and \ufffd"


# --- who holds what ---------------------------------------------------------------------------------


async def test_a_row_behind_one_that_nobody_holds_waits_for_it(store: Store) -> None:
    assert await store.receive([received(1)], hold=False) == ()
    assert await store.receive([received(2)]) == ()
    (first,) = await store.claim(5)
    assert (first.event_id, first.again) == ("1", False)
    finished = await store.finish(first, done())
    assert [(entry.event_id, entry.again) for entry in finished.following] == [("2", False)]
    assert await store.claim(5) == ()


async def test_what_is_held_is_not_claimed_and_does_not_follow(store: Store) -> None:
    first, second = await store.receive([received(1), received(2)])
    assert await store.claim(5) == ()
    assert await store.finish(first, done()) == Finished(ended=True)
    assert await store.finish(second, done()) == Finished(ended=True)


async def test_a_claim_takes_the_oldest_row_of_each_chat_up_to_its_limit(store: Store) -> None:
    updates = [received(number, chat=str(number % 3)) for number in range(9)]
    await store.receive(updates, hold=False)
    assert [entry.event_id for entry in await store.claim(2)] == ["0", "1"]
    assert [entry.event_id for entry in await store.claim(2)] == ["2"]
    assert await store.claim(2) == ()


async def test_only_so_many_rows_of_a_chat_follow_at_once_and_the_rest_later(store: Store) -> None:
    await store.receive([received(number) for number in range(FOLLOWING_ROWS + 3)], hold=False)
    (head,) = await store.claim(1)
    handled = []
    queue = [head]
    while queue:
        entry = queue.pop(0)
        handled.append(int(entry.event_id))
        following = (await store.finish(entry, done())).following
        assert len(following) <= FOLLOWING_ROWS
        queue += following
    assert handled == list(range(FOLLOWING_ROWS + 3))


async def test_what_was_given_back_is_claimed_again(store: Store) -> None:
    first, second = await store.receive([received(1), received(2)])
    await store.release([first.seq, second.seq])
    assert await store.renew() == frozenset()
    assert await store.finish(first, done()) == Finished(ended=False)
    (again,) = await store.claim(5)
    assert (again.seq, again.again) == (first.seq, False)


async def test_two_processes_never_hold_rows_of_one_chat(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE), await make_store(owner=TWO)
    (first,) = await one.receive([received(1)])
    assert await two.receive([received(2)]) == ()
    assert await two.claim(5) == ()
    assert await two.receive([received(1)]) == ()
    assert await two.finish(first, done()) == Finished(ended=False)
    assert [entry.event_id for entry in (await one.finish(first, done())).following] == ["2"]
    (other,) = await two.receive([received(3, "8")])
    assert await one.renew() == {first.seq + 1}
    assert await two.renew() == {other.seq}


async def test_another_process_counts_and_notes_nothing(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE), await make_store(owner=TWO)
    (entry,) = await one.receive([received(1)])
    await two.record_attempt(entry.seq)
    await two.record_sent(entry.seq, ["5"])
    await two.release([entry.seq])
    assert await two.open_entries() == (replace(entry, again=True),)
    assert await one.renew() == {entry.seq}


async def test_rows_of_a_dead_process_of_this_host_are_taken_over_at_once(make_store: MakeStore) -> None:
    dead, living = await make_store(owner=gone()), await make_store(owner=TWO)
    await dead.receive([received(1), received(2), received(3, "8")])
    entries = await living.claim(5)
    assert [(entry.event_id, entry.again) for entry in entries] == [("1", True), ("3", True)]
    finished = await living.finish(entries[0], done())
    assert [(entry.event_id, entry.again) for entry in finished.following] == [("2", True)]


async def test_rows_that_were_not_renewed_are_taken_over_and_their_holder_learns_it(
    make_store: MakeStore,
) -> None:
    slow, quick = await make_store(owner=ONE, lease_seconds=0.2), await make_store(owner=TWO)
    first, second = await slow.receive([received(1), received(2)])
    assert await quick.claim(5) == ()
    await asyncio.sleep(0.3)
    (taken,) = await quick.claim(5)
    assert (taken.seq, taken.again) == (first.seq, True)
    assert await slow.renew() == frozenset()  # not the second either, or it would overtake the first
    assert await slow.finish(first, done()) == Finished(ended=False)
    assert await slow.finish(second, done()) == Finished(ended=False)
    assert [entry.seq for entry in (await quick.finish(taken, done())).following] == [second.seq]


async def test_rows_that_are_renewed_stay(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE, lease_seconds=0.4), await make_store(owner=TWO)
    (entry,) = await one.receive([received(1)])
    for _ in range(4):
        await asyncio.sleep(0.15)
        assert await one.renew() == {entry.seq}
        assert await two.claim(5) == ()


async def test_rows_that_nobody_took_over_meanwhile_stay_too(make_store: MakeStore) -> None:
    store = await make_store(owner=ONE, lease_seconds=0.1)
    (entry,) = await store.receive([received(1)])
    await asyncio.sleep(0.2)
    assert await store.claim(5) == ()
    assert await store.receive([received(2)]) == ()
    assert await store.renew() == {entry.seq}
    finished = await store.finish(entry, done())
    assert [entry.event_id for entry in finished.following] == ["2"]


async def test_a_known_open_row_of_a_dead_process_is_taken_up(make_store: MakeStore) -> None:
    dead, living = await make_store(owner=gone()), await make_store(owner=TWO)
    await dead.receive([received(1), received(2)])
    assert await living.receive([received(2)]) == ()
    (entry,) = await living.receive([received(1)])
    assert (entry.event_id, entry.again) == ("1", True)


# --- named leases -----------------------------------------------------------------------------------


async def test_a_lease_has_one_holder(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE), await make_store(owner=TWO)
    assert await one.lease("poller") is None
    assert await two.lease("poller") == ONE
    assert await one.lease("poller") is None
    assert await two.lease("other") is None
    await two.unlease("poller")
    assert await two.lease("poller") == ONE
    await one.unlease("poller")
    assert await two.lease("poller") is None
    assert await one.lease("poller") == TWO


async def test_a_lease_ends_by_itself_and_at_once_with_its_process(make_store: MakeStore) -> None:
    slow, dead = await make_store(owner=ONE, lease_seconds=0.2), await make_store(owner=gone())
    other = await make_store(owner=TWO)
    assert await slow.lease("a") is None
    assert await dead.lease("b") is None
    assert await other.lease("b") is None
    assert await other.lease("a") == ONE
    await asyncio.sleep(0.3)
    assert await other.lease("a") is None
    assert await slow.lease("a") == TWO


# --- dead rows, people, notes -----------------------------------------------------------------------


async def test_dead_rows_are_listed_and_opened_again(store: Store) -> None:
    first, second, third = await store.receive([received(1), received(2, "8"), received(3, "9")])
    await store.record_attempt(first.seq)
    for entry in (first, second, third):
        await store.finish(entry, Result(state="dead", at=NOW, note="it failed"))
    listed = await store.dead()
    assert [entry.event_id for entry in listed] == ["1", "2", "3"]
    assert listed[0] == DeadEntry(
        seq=first.seq,
        chat=first.chat,
        event_id="1",
        payload=first.payload,
        received_at=NOW,
        finished_at=NOW,
        attempts=1,
        note="it failed",
    )
    assert await store.retry([second.seq, second.seq + 1000]) == 1
    assert await store.retry() == 2
    assert await store.retry() == 0
    assert [(entry.event_id, entry.attempts) for entry in await store.claim(5)] == [
        ("1", 0),
        ("2", 0),
        ("3", 0),
    ]


async def test_a_dead_row_that_is_opened_again_waits_for_what_is_in_hand(store: Store) -> None:
    first, second = await store.receive([received(1), received(2)])
    await store.finish(first, Result(state="dead", at=NOW))
    await store.retry()
    assert await store.claim(5) == ()
    assert await store.receive([received(3)]) == ()
    finished = await store.finish(second, done())
    assert [entry.event_id for entry in finished.following] == ["1", "3"]


async def test_a_person_is_counted_under_a_name_and_forgotten_on_request(store: Store, peek: Peek) -> None:
    entries = await store.receive([received(1, "-5", "42"), received(2, "42"), received(3, "-5", "43")])
    for entry in entries:
        await store.finish(
            entry, Result(state="done", at=NOW, outcomes=(outcome(),), effects=(Counted(at=NOW),))
        )
    mine, also_mine, other = await store.decisions()
    assert mine.asker == also_mine.asker != other.asker
    assert mine.asker not in (None, "42")
    assert await store.kept_of(entries[1].chat, "42") == 2
    (last,) = await store.receive([received(4, "42")])
    await store.finish(last, Result(state="done", at=NOW, effects=(Forget(),), outcomes=(outcome(),)))
    assert [decision.asker for decision in await store.decisions()] == [other.asker]
    assert await store.kept_of(last.chat, "42") == 0
    assert await store.chat_state(entries[0].chat, "42") == ChatState()
    assert (await store.chat_state(entries[0].chat, "43")).window_count == 1
    assert [chat_id for (chat_id,) in await peek("SELECT chat_id FROM inbox ORDER BY seq")][1::2] == ["", ""]


async def test_names_are_forgotten_with_their_key(store: Store, peek: Peek) -> None:
    (entry,) = await store.receive([received(1)])
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome(),)))
    (later,) = await store.receive([received(2)])
    later_at = NOW + timedelta(days=31)
    await store.finish(later, Result(state="done", at=later_at, outcomes=(outcome(),)))
    first, second = await store.decisions()
    assert first.asker != second.asker
    await store.prune(later_at)
    first, second = await store.decisions()
    assert (first.asker, first.question_text) == (None, None)
    assert second.asker is not None
    assert await peek("SELECT count(*) FROM keys") == [(1,)]


async def test_questions_are_counted_by_the_minute(store: Store) -> None:
    for number, at in enumerate((0, 20, 59, 61)):
        (entry,) = await store.receive([received(number)])
        await store.finish(entry, done(Counted(at=NOW + timedelta(seconds=at))))
        state = await store.chat_state(entry.chat, entry.user_id)
        assert state.window_count == (1, 2, 3, 1)[number]


async def test_notes_are_shared_by_all_processes(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE), await make_store(owner=TWO)
    assert await two.note("maintenance") is None
    await one.set_note("maintenance", "back at noon")
    assert await two.note("maintenance") == "back at noon"
    await two.set_note("maintenance", "back at one")
    assert await one.note("maintenance") == "back at one"
    await one.set_note("maintenance", None)
    assert await two.note("maintenance") is None


async def test_a_store_says_how_it_does(store: Store) -> None:
    health = await store.health()
    assert (health.waiting, health.dead, health.oldest) == (0, 0, None)
    assert health.schema >= 1
    first, second = await store.receive([received(1), received(2, "8")])
    await store.finish(first, Result(state="dead", at=NOW))
    health = await store.health()
    assert (health.waiting, health.dead, health.oldest) == (1, 1, second.received_at)


async def test_decisions_are_loaded_from_a_moment_on_and_before_another(store: Store) -> None:
    for number, days in enumerate((0, 1, 2), 1):
        (entry,) = await store.receive([received(number)])
        asked = replace(outcome(str(days)), asked_at=NOW + timedelta(days=days))
        await store.finish(entry, Result(state="done", at=NOW + timedelta(days=9), outcomes=(asked,)))
    one, two = NOW + timedelta(days=1), NOW + timedelta(days=2)
    assert [row.question_text for row in await store.decisions(one, two)] == ["1"]
    assert [row.question_text for row in await store.decisions(one)] == ["1", "2"]
    assert [row.question_text for row in await store.decisions(before=one)] == ["0"]


async def test_a_decision_keeps_the_languages_that_were_missing(store: Store) -> None:
    (entry,) = await store.receive([received(1)])
    missing = replace(outcome(), unavailable="sw", written_in="en")
    await store.finish(entry, Result(state="done", at=NOW, outcomes=(missing, outcome())))
    found = [(row.unavailable, row.written_in) for row in await store.decisions()]
    assert found == [("sw", "en"), (None, None)]

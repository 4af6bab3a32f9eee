"""From stored updates to sent answers: order, retries, and what happens when it cannot be done."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.effects import ForgetChat, SetGroupLocale, SetLocale
from bot.errors import (
    DeliveryDelayed,
    DeliveryError,
    DeliveryMoved,
    DeliveryRefused,
    DeliveryUnknown,
    DeliveryUnsent,
    StorageUnavailable,
)
from bot.storage.owner import this_process
from bot.storage.sqlite import SqliteStore
from bot.storage.store import ChatState, Finished, InboxEntry, Received, Result
from bot.types import ChatRef, Failed, Handling, Ignored, IgnoreReason, OutgoingMessage, Replied
from bot.worker import Observation, Worker, WorkerSettings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUICK = WorkerSettings(first_delay=0.01)


def received(event: int, chat: str = "7") -> Received:
    return Received(
        chat=ChatRef(channel="telegram", chat_id=chat),
        user_id=chat,
        event_id=str(event),
        payload="{}",
        received_at=NOW,
    )


def message(entry: InboxEntry, text: str, *, fleeting: bool = False) -> OutgoingMessage:
    return OutgoingMessage(
        chat=entry.chat,
        method="answerCallbackQuery" if fleeting else "sendMessage",
        body={"text": text},
        question_id=f"q{entry.event_id}",
        fleeting=fleeting,
    )


class Channel:
    """The far end: remembers what arrived, fails as it is told."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []  # chat, text
        self.again: list[str] = []
        self.faults: dict[str, list[DeliveryError]] = {}  # by text
        self.effective = False  # whether a message that fails arrives all the same
        self.delay = 0.0
        self.changed = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def send(self, message: OutgoingMessage, *, again: bool = False) -> str | None:
        try:
            return await self._send(message, again=again)
        finally:
            self.changed.set()

    async def _send(self, message: OutgoingMessage, *, again: bool) -> str | None:
        text = str(message.body["text"])
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.at_once -= 1
        if again:
            self.again.append(text)
        faults = self.faults.get(text)
        if not faults or self.effective:
            self.arrived.append((message.chat.chat_id, text))
        if faults:
            raise faults.pop(0)
        return None if message.fleeting else f"m{len(self.arrived)}"

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not reached():
                self.changed.clear()
                await self.changed.wait()

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.arrived]


async def echo(entry: InboxEntry, state: ChatState) -> Handling:
    return Replied(messages=(message(entry, entry.event_id),), question_id=f"q{entry.event_id}")


def sorry(entry: InboxEntry, state: ChatState) -> Sequence[OutgoingMessage]:
    return (message(entry, "sorry"),)


class Bench:
    """A store, a channel, and workers over them."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.channel = Channel()
        self.workers: list[Worker] = []

    def worker(self, **parts: Any) -> Worker:
        worker = Worker(
            self.store,
            handle=parts.pop("handle", echo),
            send=self.channel.send,
            apologise=sorry,
            now=lambda: NOW,
            settings=parts.pop("settings", QUICK),
            observer=parts.pop("observer", None),
            **parts,
        )
        self.workers.append(worker)
        return worker

    async def work(self, worker: Worker, *updates: Received) -> None:
        worker.accept(await self.store.receive(updates))
        async with asyncio.timeout(10):
            await worker.idle()

    async def restart(self) -> None:
        """Go on over the same file as another process, which finds what the first one held."""
        for worker in self.workers:
            await worker.stop(0)
        await self.store.close()
        self.store = SqliteStore(self.store._path, owner=gone(1 + len(self.workers)))
        await self.store.open()

    async def notes(self) -> list[tuple[str, str | None]]:
        return await self.store._read(
            lambda connection: connection.execute("SELECT state, note FROM inbox ORDER BY seq").fetchall()
        )


def gone(number: int) -> str:
    """Name a process of this host that has ended, so that others need not wait for its leases."""
    return f"{this_process().partition(':')[0]}:{5_000_000 + number}:1"


async def cancelled(task: asyncio.Task[None]) -> None:
    """End a task that would go on for ever."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = SqliteStore(tmp_path / "bot.sqlite3", owner=gone(0))
    await store.open()
    bench = Bench(store)
    yield bench
    for worker in bench.workers:
        await worker.stop(0)
    await bench.store.close()


async def test_every_question_is_answered_once_and_done(bench: Bench) -> None:
    await bench.work(bench.worker(), received(1), received(2, "8"))
    assert sorted(bench.channel.texts) == ["1", "2"]
    assert (await bench.store.counts()).done == 2


async def test_answers_keep_the_order_of_questions_within_each_chat(bench: Bench) -> None:
    bench.channel.delay = 0.001
    updates = [received(number, chat=str(number % 5)) for number in range(60)]
    await bench.work(bench.worker(), *updates)
    for chat in "01234":
        texts = [int(text) for where, text in bench.channel.arrived if where == chat]
        assert texts == [number for number in range(60) if str(number % 5) == chat]


async def test_a_slow_chat_does_not_hold_up_others(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryDelayed(0.5)]}
    worker = bench.worker()
    worker.accept(await bench.store.receive([received(1, "7"), *(received(n, "8") for n in range(2, 9))]))
    started = asyncio.get_running_loop().time()
    await bench.channel.until(lambda: len(bench.channel.arrived) == 7)
    assert asyncio.get_running_loop().time() - started < 0.4
    assert "1" not in bench.channel.texts
    await worker.idle()
    assert bench.channel.texts[-1] == "1"


async def test_no_more_messages_are_on_their_way_than_allowed(bench: Bench) -> None:
    bench.channel.delay = 0.005
    settings = WorkerSettings(sends=3)
    await bench.work(bench.worker(settings=settings), *(received(n, str(n)) for n in range(30)))
    assert bench.channel.most_at_once == 3


async def test_flood_control_waits_as_long_as_it_says_and_loses_nothing(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryDelayed(0.2)]}
    started = asyncio.get_running_loop().time()
    await bench.work(bench.worker(), received(1), received(2))
    assert asyncio.get_running_loop().time() - started >= 0.2
    assert bench.channel.texts == ["1", "2"]
    assert bench.channel.again == []


async def test_a_message_that_surely_did_not_go_out_is_sent_again_without_a_quote(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryUnsent("no connection")] * 3}
    await bench.work(bench.worker(), received(1))
    assert bench.channel.texts == ["1"]
    assert bench.channel.again == []


async def test_a_message_that_may_have_gone_out_is_sent_again_as_such(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryUnknown("reset")] * 2}
    bench.channel.effective = True
    await bench.work(bench.worker(), received(1))
    assert bench.channel.texts == ["1", "1", "1"]
    assert bench.channel.again == ["1", "1"]


async def test_a_message_that_may_have_gone_out_is_dropped_when_told_so(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryUnknown("reset")]}
    settings = WorkerSettings(unsure="drop", first_delay=0.01)
    await bench.work(bench.worker(settings=settings), received(1), received(2))
    assert bench.channel.texts == ["2"]
    assert await bench.notes() == [("done", "perhaps not sent"), ("done", None)]


async def test_a_refused_message_is_final_and_noted(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryRefused("Forbidden: bot was blocked by the user")]}
    await bench.work(bench.worker(), received(1), received(2))
    assert bench.channel.texts == ["2"]
    assert (await bench.notes())[0] == ("done", "refused: Forbidden: bot was blocked by the user")


async def test_what_cannot_be_delivered_for_too_long_is_kept_as_dead(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryUnsent("away")] * 50}
    settings = WorkerSettings(first_delay=0.01, give_up_after=0.05)
    await bench.work(bench.worker(settings=settings), received(1), received(2))
    assert bench.channel.texts == ["2"]
    assert await bench.notes() == [("dead", "not delivered: DeliveryUnsent"), ("done", None)]


async def three(entry: InboxEntry, state: ChatState) -> Handling:
    return Replied(messages=tuple(message(entry, f"{entry.event_id}.{n}") for n in range(3)), question_id="q")


async def test_a_reply_of_several_messages_goes_on_where_it_broke(bench: Bench) -> None:
    bench.channel.faults = {"1.1": [DeliveryUnsent("away")]}
    await bench.work(bench.worker(handle=three), received(1))
    assert bench.channel.texts == ["1.0", "1.1", "1.2"]
    state = await bench.store.chat_state(ChatRef(channel="telegram", chat_id="7"), "7")
    assert state.replies_to("q") == ("m1", "m2", "m3")


async def test_after_a_restart_a_reply_goes_on_with_the_first_message_not_sent(bench: Bench) -> None:
    bench.channel.faults = {"1.2": [DeliveryDelayed(60)]}
    first = bench.worker(handle=three)
    first.accept(await bench.store.receive([received(1)]))
    await bench.channel.until(lambda: not bench.channel.faults["1.2"])
    await first.stop(1)
    await bench.restart()
    second = bench.worker(handle=three)
    assert await second.start() == 1
    await second.idle()
    assert bench.channel.texts == ["1.0", "1.1", "1.2"]
    state = await bench.store.chat_state(ChatRef(channel="telegram", chat_id="7"), "7")
    assert state.replies_to("q") == ("m1", "m2", "m3")


async def test_rows_taken_up_after_a_restart_may_have_been_sent_before(bench: Bench) -> None:
    await bench.store.receive([received(1), received(2, "8")])
    await bench.restart()
    worker = bench.worker()
    assert await worker.start() == 2
    await worker.idle()
    assert sorted(bench.channel.again) == ["1", "2"]


async def test_a_row_that_is_delivered_twice_to_the_worker_is_answered_once(bench: Bench) -> None:
    bench.channel.delay = 0.01
    worker = bench.worker()
    worker.accept(await bench.store.receive([received(1)]))
    worker.accept(await bench.store.receive([received(1)]))
    await worker.idle()
    assert bench.channel.texts == ["1"]


async def test_a_handler_that_fails_once_is_tried_again_with_the_same_state(bench: Bench) -> None:
    seen: list[ChatState] = []

    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        seen.append(state)
        if len(seen) == 1:
            return Failed(error=ValueError("once"))
        return Replied(messages=(message(entry, "ok"),), effects=(SetLocale(locale="fr"),))

    await bench.work(bench.worker(handle=handle), received(1))
    assert bench.channel.texts == ["ok"]
    assert seen == [ChatState(), ChatState()]
    assert (await bench.store.chat_state(ChatRef(channel="telegram", chat_id="7"), "7")).locale == "fr"


async def test_poison_is_dead_after_three_attempts_with_an_apology_and_blocks_nobody(bench: Bench) -> None:
    attempts: Counter[str] = Counter()

    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        attempts[entry.event_id] += 1
        if entry.event_id == "1":
            raise RuntimeError("poison")
        return await echo(entry, state)

    await bench.work(bench.worker(handle=handle), received(1), received(2))
    assert attempts == {"1": 3, "2": 1}
    assert bench.channel.texts == ["sorry", "2"]
    assert await bench.notes() == [("dead", "handling failed: RuntimeError"), ("done", None)]


async def test_attempts_count_across_restarts(bench: Bench) -> None:
    handled = asyncio.Event()

    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        handled.set()
        return Failed(error=ValueError("always"))

    first = bench.worker(handle=handle, settings=WorkerSettings(first_delay=30))
    first.accept(await bench.store.receive([received(1)]))
    await handled.wait()
    await first.stop(1)
    assert (await bench.store.open_entries())[0].attempts == 1
    await bench.restart()
    second = bench.worker(handle=handle)
    await second.start()
    await second.idle()
    assert (await bench.store.counts()).dead == 1
    assert bench.channel.texts == ["sorry"]


async def test_an_update_that_is_rightly_ignored_is_done_with_its_reason(bench: Bench) -> None:
    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        return Ignored(reason=IgnoreReason.NOT_ADDRESSED)

    await bench.work(bench.worker(handle=handle), received(1))
    assert await bench.notes() == [("done", "ignored: not-addressed")]
    assert bench.channel.arrived == []


def pressed(state: dict[str, int]) -> Callable[[InboxEntry, ChatState], Any]:
    async def handle(entry: InboxEntry, _state: ChatState) -> Handling:
        state["handled"] = state.get("handled", 0) + 1
        return Replied(messages=(message(entry, "ack", fleeting=True), message(entry, "edit")))

    return handle


async def test_the_answer_to_a_pressed_button_is_not_waited_for_and_not_repeated(bench: Bench) -> None:
    bench.channel.faults = {"ack": [DeliveryUnknown("reset")], "edit": [DeliveryUnsent("away")]}
    await bench.work(bench.worker(handle=pressed({})), received(1))
    assert bench.channel.texts == ["edit"]
    assert (await bench.store.counts()).done == 1


async def test_the_answer_to_a_pressed_button_goes_past_the_queue(bench: Bench) -> None:
    bench.channel.delay = 0.05
    worker = bench.worker(handle=pressed({}), settings=WorkerSettings(sends=1))
    worker.accept(await bench.store.receive([received(n, str(n)) for n in range(6)]))
    await bench.channel.until(lambda: len(bench.channel.arrived) >= 6)
    assert bench.channel.texts[:6] == ["ack"] * 6
    await worker.idle()


async def test_stopping_finishes_what_is_in_hand_and_leaves_the_rest_stored(bench: Bench) -> None:
    bench.channel.delay = 0.05
    worker = bench.worker()
    worker.accept(await bench.store.receive([received(n) for n in range(5)]))
    await asyncio.sleep(0.02)
    await worker.stop(5)
    assert bench.channel.texts == ["0"]
    assert [entry.event_id for entry in await bench.store.open_entries()] == ["1", "2", "3", "4"]


async def test_stopping_does_not_wait_for_a_stuck_message_beyond_its_time(bench: Bench) -> None:
    bench.channel.delay = 30
    worker = bench.worker()
    worker.accept(await bench.store.receive([received(1)]))
    await asyncio.sleep(0.02)
    started = asyncio.get_running_loop().time()
    await worker.stop(0.1)
    assert asyncio.get_running_loop().time() - started < 2
    assert len(await bench.store.open_entries()) == 1


async def test_what_there_is_no_room_for_waits_in_the_store_and_is_found_there(bench: Bench) -> None:
    worker = bench.worker(settings=WorkerSettings(waiting=3))
    assert worker.has_room()
    worker.accept(await bench.store.receive([received(n, str(n)) for n in range(3)]))
    assert not worker.has_room()
    assert await bench.store.receive([received(n, str(n)) for n in range(3, 9)], hold=False) == ()
    running = asyncio.create_task(worker.run())
    await bench.channel.until(lambda: len(bench.channel.arrived) == 9)
    await cancelled(running)
    assert sorted(bench.channel.texts) == [str(n) for n in range(9)]
    assert bench.channel.again == []  # nobody had held them before


async def test_rows_of_a_chat_that_waited_in_the_store_follow_in_order(bench: Bench) -> None:
    worker = bench.worker()
    held = await bench.store.receive([received(1)])
    await bench.store.receive([received(2), received(3)], hold=False)
    assert await bench.store.receive([received(4)]) == ()  # two that nobody holds come first
    worker.accept(held)
    await worker.idle()
    assert bench.channel.texts == ["1", "2", "3", "4"]


async def test_rows_that_were_not_begun_are_given_back(bench: Bench) -> None:
    bench.channel.delay = 0.05
    worker = bench.worker()
    worker.accept(await bench.store.receive([received(1), received(2), received(3)]))
    await asyncio.sleep(0.02)
    await worker.stop(5)
    await bench.restart()
    (entry,) = await bench.store.claim(9)
    assert (entry.event_id, entry.again) == ("2", False)


async def test_while_work_rests_questions_are_kept_and_each_chat_is_told_once(bench: Bench) -> None:
    await bench.store.set_note("maintenance", "back at noon")
    worker = bench.worker(pause=lambda entry, _state, text: [message(entry, text)])
    await worker.start()
    running = asyncio.create_task(worker.run())
    worker.accept(await bench.store.receive([received(1), received(2), received(3, "8")]))
    await bench.channel.until(lambda: len(bench.channel.arrived) == 2)
    assert bench.channel.arrived == [("7", "back at noon"), ("8", "back at noon")]
    await bench.store.set_note("maintenance", None)
    await bench.channel.until(lambda: len(bench.channel.arrived) == 5)
    await cancelled(running)
    assert sorted(bench.channel.texts[2:]) == ["1", "2", "3"]


async def test_a_chat_that_another_process_has_taken_over_is_let_go(bench: Bench) -> None:
    await bench.store.set_note("maintenance", "rest")
    worker = bench.worker()
    await worker.start()
    worker.accept(await bench.store.receive([received(1), received(2)]))
    other = SqliteStore(bench.store._path, owner="elsewhere:1:1")
    await other.open()
    (head,) = await other.claim(9)
    await worker._renew()
    await bench.store.set_note("maintenance", None)
    await worker._sweep()
    await worker.idle()
    assert bench.channel.texts == []
    finished = await other.finish(head, Result(state="done", at=NOW))
    assert [entry.event_id for entry in finished.following] == ["2"]
    await other.close()


async def test_staff_hear_of_a_row_that_was_given_up(bench: Bench) -> None:
    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        raise RuntimeError("poison")

    async def report(entry: InboxEntry, why: str) -> list[OutgoingMessage]:
        return [message(entry, f"staff: {why}")]

    worker = bench.worker(handle=handle, report=report)
    await bench.work(worker, received(1))
    assert bench.channel.texts == ["sorry", "staff: handling failed: RuntimeError"]


async def test_whoever_watches_is_told_before_the_answer_goes_out(bench: Bench) -> None:
    seen: list[tuple[str, int]] = []

    def observe(observation: Observation) -> None:
        seen.append((observation.event_id, len(bench.channel.arrived)))
        raise RuntimeError("an observer must not be able to stop the work")

    await bench.work(bench.worker(observer=observe), received(1))
    assert seen == [("1", 0)]
    assert bench.channel.texts == ["1"]


class Shaky(SqliteStore):
    """A store that is away for a while when a row is to be finished."""

    away = 0

    async def finish(self, *arguments: Any) -> Finished:
        if self.away:
            self.away -= 1
            raise StorageUnavailable("away")
        return await super().finish(*arguments)


@pytest.fixture
async def shaky(tmp_path: Path) -> AsyncIterator[Bench]:
    store = Shaky(tmp_path / "shaky.sqlite3")
    await store.open()
    yield Bench(store)
    await store.close()


async def test_a_place_is_free_again_only_when_what_was_sent_is_committed(shaky: Bench) -> None:
    assert isinstance(shaky.store, Shaky)
    shaky.store.away = 4
    worker = shaky.worker(settings=WorkerSettings(sends=1, first_delay=0.05))
    worker.accept(await shaky.store.receive([received(1, "7"), received(2, "8")]))
    await shaky.channel.until(lambda: bool(shaky.channel.arrived))
    await asyncio.sleep(0.1)
    assert len(shaky.channel.arrived) == 1  # a crash now would double one message, not two
    await asyncio.wait_for(worker.idle(), 10)
    assert sorted(shaky.channel.texts) == ["1", "2"]


async def test_a_store_that_comes_back_costs_no_second_answer(shaky: Bench) -> None:
    assert isinstance(shaky.store, Shaky)
    shaky.store.away = 3
    await shaky.work(shaky.worker(), received(1), received(2))
    assert shaky.channel.texts == ["1", "2"]
    assert (await shaky.store.counts()).done == 2


async def test_a_store_that_stays_away_ends_the_worker(shaky: Bench) -> None:
    assert isinstance(shaky.store, Shaky)
    shaky.store.away = 100
    worker = shaky.worker(settings=WorkerSettings(first_delay=0.001))
    worker.accept(await shaky.store.receive([received(1)]))
    with pytest.raises(StorageUnavailable):
        await asyncio.wait_for(worker.run(), 5)


# --- groups -------------------------------------------------------------------------------------------


async def test_a_group_that_became_a_supergroup_is_answered_there_and_takes_its_settings_along(
    bench: Bench,
) -> None:
    bench.channel.faults = {"1": [DeliveryMoved("-1001")]}

    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        messages = (message(entry, "1"), message(entry, "2"))
        return Replied(messages=messages, effects=(SetLocale(locale="fr"),), question_id="q1")

    await bench.work(bench.worker(handle=handle), received(1, "-7"))
    assert bench.channel.arrived == [("-1001", "1"), ("-1001", "2")]
    moved = await bench.store.chat_state(ChatRef(channel="telegram", chat_id="-1001"), "-1001")
    assert (moved.locale, moved.exchanges) == ("fr", ())
    assert await bench.store.chat_state(ChatRef(channel="telegram", chat_id="-7"), "-7") == ChatState()


async def test_a_group_that_moves_on_and_on_is_not_followed_for_ever(bench: Bench) -> None:
    bench.channel.faults = {"1": [DeliveryMoved("-1001"), DeliveryMoved("-1002")]}
    await bench.work(bench.worker(), received(1, "-7"), received(2, "-7"))
    assert bench.channel.texts == ["2"]
    assert (await bench.notes())[0] == (
        "done",
        "refused: the group goes on as a supergroup, under another id",
    )


async def test_an_ignored_update_may_have_effects(bench: Bench) -> None:
    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        if entry.event_id == "1":
            return Replied(messages=(), effects=(SetGroupLocale(locale="fr"),))
        return Ignored(reason=IgnoreReason.REMOVED, effects=(ForgetChat(),))

    worker, chat = bench.worker(handle=handle), ChatRef(channel="telegram", chat_id="-7")
    await bench.work(worker, received(1, "-7"))
    assert (await bench.store.chat_state(chat, "5")).group_locale == "fr"
    await bench.work(worker, received(2, "-7"))
    assert (await bench.store.chat_state(chat, "5")).group_locale is None
    assert (await bench.notes())[1] == ("done", "ignored: removed")


async def test_what_cannot_be_read_now_is_read_later_and_nobody_is_told_of_a_failure(bench: Bench) -> None:
    tries: list[str] = []

    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        tries.append(entry.event_id)
        if len(tries) < 6:
            raise DeliveryUnsent("away") if len(tries) % 2 else DeliveryDelayed(0.01)
        return await echo(entry, state)

    await bench.work(bench.worker(handle=handle), received(1))
    assert (len(tries), bench.channel.texts) == (6, ["1"])
    assert await bench.notes() == [("done", None)]


async def test_what_cannot_be_read_for_too_long_is_kept_as_dead(bench: Bench) -> None:
    async def handle(entry: InboxEntry, state: ChatState) -> Handling:
        raise DeliveryUnsent("away")

    settings = WorkerSettings(first_delay=0.01, give_up_after=0.05)
    await bench.work(bench.worker(handle=handle, settings=settings), received(1))
    assert await bench.notes() == [("dead", "not delivered: DeliveryUnsent")]

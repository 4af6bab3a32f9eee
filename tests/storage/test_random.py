"""Several processes receive, claim, finish, crash and sleep in random order; a simple model knows what must hold.

A failing run is repeated with its seed: ALLIANCE_BOT_TEST_SEED=<number> pytest tests/storage/test_random.py
and ALLIANCE_BOT_TEST_SEEDS=<number> makes more runs than the usual few.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.effects import Counted, Effect, Learn, Unlearn, Wish
from bot.storage.owner import name_of
from bot.storage.store import InboxEntry, Result, Store
from bot.types import Outcome
from tests.storage.conftest import NOW, Backend, received

STEPS = 120
CHATS = ("1", "2", "3")
OWED = 9000  # events from here on are answers to wishes
SEEDS = int(os.environ.get("ALLIANCE_BOT_TEST_SEEDS") or 3)  # how many runs on each backend

_FIRST = int(os.environ.get("ALLIANCE_BOT_TEST_SEED") or random.randrange(10**6))


@dataclass(slots=True, eq=False)
class Process:
    """One process: its store, and the rows it believes to hold, in order per chat."""

    name: str
    store: Store
    child: subprocess.Popen[bytes] | None  # stands for a process of this host, which can really be killed
    awake: bool = True  # False: it hangs, and its leases have ended
    held: dict[str, list[InboxEntry]] = field(default_factory=lambda: {chat: [] for chat in CHATS})

    def entries(self) -> Iterable[InboxEntry]:
        """All rows it believes to hold."""
        return [entry for rows in self.held.values() for entry in rows]


@dataclass(slots=True)
class Model:
    """What the database must hold."""

    open: dict[int, str] = field(default_factory=dict)  # seq -> chat
    events: dict[str, int] = field(default_factory=dict)  # event -> seq; 0 until it is known
    holder: dict[int, str | None] = field(default_factory=dict)  # who held it last and did not give it back
    sent: dict[int, tuple[str, ...]] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    dead: set[int] = field(default_factory=set)
    reopened: set[int] = field(default_factory=set)  # these may come after later ones
    learned: dict[str, str] = field(default_factory=dict)  # text -> entry
    version: int = 0  # how often that changed
    hours: int = 0  # since the beginning, by the clock of staff
    moments: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)  # what was learned when
    fulfilled: set[int] = field(default_factory=set)  # wishes


class World:
    """Processes over one database."""

    def __init__(self, backend: Backend, seed: int) -> None:
        self.backend = backend
        self.random = random.Random(seed)
        self.processes: list[Process] = []
        self.model = Model()
        self.started = 0

    async def start(self) -> None:
        """Start one more process: of this host, or of another one."""
        self.started += 1
        child = None
        name = f"host{self.started}.example:1:1"
        if self.random.random() < 0.5:
            child = lasting_process()
            name = name_of(child.pid)
        store = self.backend.make(retention_days=30, owner=name, lease_seconds=1000.0)
        await store.open()
        self.processes.append(Process(name=name, store=store, child=child))

    async def step(self) -> None:
        """Do something at random."""
        actions = {
            self.receive: 30, self.claim: 20, self.finish: 40, self.send: 10, self.fail: 4,
            self.release: 3, self.crash: 5, self.sleep: 4, self.wake: 6, self.retry: 3, self.decide: 6,
            self.fulfil: 4,
        }  # fmt: skip
        action = self.random.choices(list(actions), list(actions.values()))[0]
        awake = [process for process in self.processes if process.awake]
        if action == self.wake:
            awake = [process for process in self.processes if not process.awake]
        if awake:
            await action(self.random.choice(awake))
        if not any(process.awake for process in self.processes):
            await self.start()

    async def receive(self, process: Process) -> None:
        """New updates, and some that were received before."""
        updates = []
        for _ in range(self.random.randint(1, 4)):
            event = str(sum(int(known) < OWED for known in self.model.events) + 1)
            if self.model.events and self.random.random() < 0.3:
                event = self.random.choice(list(self.model.events))
            self.model.events.setdefault(event, 0)
            updates.append(received(int(event), chat=CHATS[int(event) % len(CHATS)]))
        entries = await process.store.receive(updates, hold=self.random.random() < 0.8)
        await self.learn_numbers(process)
        self.take(process, entries)

    async def learn_numbers(self, process: Process) -> None:
        """Note which rows are new."""
        for entry in await process.store.open_entries():
            if not self.model.events[entry.event_id]:
                self.model.events[entry.event_id] = entry.seq
                self.model.open[entry.seq] = entry.chat.chat_id

    async def claim(self, process: Process) -> None:
        """Look for rows that nobody holds."""
        self.take(process, await process.store.claim(self.random.randint(1, 4)))

    async def finish(self, process: Process) -> None:
        """End the first row of a chat."""
        entry = self.first(process)
        if entry is None:
            return
        chat, state = entry.chat.chat_id, "dead" if self.random.random() < 0.1 else "done"
        earlier = {seq for seq, of in self.model.open.items() if of == chat and seq < entry.seq}
        assert earlier <= self.model.reopened, "a row overtakes another one of its chat"
        outcome = Outcome(
            decision="answer", entry_id=None, probability=None, locale="en", question_text=entry.event_id,
            asked_at=NOW, revision="r",
        )  # fmt: skip
        effects: list[Effect] = [Counted(at=NOW)]
        if self.random.random() < 0.3:
            effects.append(Wish(text=f"question {entry.event_id}", locale="en", at=NOW))
        finished = await process.store.finish(
            entry,
            Result(state=state, at=NOW, effects=tuple(effects), outcomes=(outcome,)),  # type: ignore[arg-type]
        )
        assert finished.ended
        process.held[chat].pop(0)
        del self.model.open[entry.seq]
        (self.model.done if state == "done" else self.model.dead).add(entry.seq)
        self.model.holder[entry.seq] = None
        self.take(process, finished.following)
        assert not (await process.store.finish(entry, Result(state="done", at=NOW))).ended

    async def send(self, process: Process) -> None:
        """Send one message of the first row of a chat."""
        entry = self.first(process)
        if entry is not None:
            sent = (*self.model.sent.get(entry.seq, ()), "m")
            await process.store.record_sent(entry.seq, sent)
            self.model.sent[entry.seq] = sent

    async def fail(self, process: Process) -> None:
        """Fail at the first row of a chat."""
        entry = self.first(process)
        if entry is not None:
            await process.store.record_attempt(entry.seq)

    async def release(self, process: Process) -> None:
        """Give everything back."""
        entries = process.entries()
        await process.store.release([entry.seq for entry in entries])
        self.model.holder.update((entry.seq, None) for entry in entries)
        process.held = {chat: [] for chat in CHATS}

    async def crash(self, process: Process) -> None:
        """End a process at once; nothing is given back."""
        self.processes.remove(process)
        if process.child is None:
            await self.expire(process)
        end(process)
        await process.store.close()

    async def sleep(self, process: Process) -> None:
        """Let a process hang until its leases have ended."""
        process.awake = False
        await self.expire(process)

    async def wake(self, process: Process) -> None:
        """Let it find out which rows are still its own."""
        process.awake = True
        still = await process.store.renew()
        lost = [entry for entry in process.entries() if entry.seq not in still]
        for chat, rows in process.held.items():
            process.held[chat] = [entry for entry in rows if entry.seq in still]
        for entry in lost:
            assert not (await process.store.finish(entry, Result(state="done", at=NOW))).ended

    async def retry(self, process: Process) -> None:
        """Open what was given up."""
        seqs = list(self.model.dead) if self.random.random() < 0.5 else sorted(self.model.dead)[:1]
        assert await process.store.retry(seqs) == len(seqs)
        chats = {seq: event for event, seq in self.model.events.items()}
        for seq in seqs:
            self.model.dead.discard(seq)
            self.model.reopened.add(seq)
            self.model.open[seq] = CHATS[int(chats[seq]) % len(CHATS)]

    async def decide(self, process: Process) -> None:
        """Let staff learn, or take back, one of few phrasings."""
        text, entry_id = self.random.choice("xyz"), self.random.choice("ab")
        known = self.model.learned.get(text)
        self.model.hours += 1
        at = NOW + timedelta(hours=self.model.hours)
        if self.random.random() < 0.4:
            self.model.learned.pop(text, None)
            changes = known is not None
            await process.store.apply("staff", [Unlearn(locale="en", text=text, why="undone", at=at)])
        else:
            self.model.learned[text] = entry_id
            changes = known != entry_id
            await process.store.apply("staff", [Learn(locale="en", entry_id=entry_id, text=text, at=at)])
        self.model.version += changes
        self.model.moments.append((at, dict(self.model.learned)))

    async def fulfil(self, process: Process) -> None:
        """Answer a few of those who wait, and some whom somebody has answered already."""
        numbers = [each.id for each in await process.store.wishes()][:2]
        numbers += self.random.sample(sorted(self.model.fulfilled), k=min(2, len(self.model.fulfilled)))
        self.model.fulfilled.update(numbers)
        chats = {number: CHATS[(OWED + number) % len(CHATS)] for number in numbers}
        owed = {number: received(OWED + number, chat=chat) for number, chat in chats.items()}
        for number in numbers:
            self.model.events.setdefault(str(OWED + number), 0)
        entries = await process.store.fulfil(owed)
        await self.learn_numbers(process)
        self.take(process, entries)

    async def expire(self, process: Process) -> None:
        """Let a thousand seconds go by for one process."""
        await self.backend.execute(f"UPDATE inbox SET lease_until = 1 WHERE owner = '{process.name}'"
                                   " AND lease_until IS NOT NULL")  # fmt: skip

    def first(self, process: Process) -> InboxEntry | None:
        """The row that a process works on, of one of its chats."""
        rows = [rows for rows in process.held.values() if rows]
        return self.random.choice(rows)[0] if rows else None

    def take(self, process: Process, entries: Iterable[InboxEntry]) -> None:
        """Note what a process was given, and whether it may have it."""
        for entry in entries:
            rows = process.held[entry.chat.chat_id]
            if any(known.seq == entry.seq for known in rows):
                continue
            assert entry.seq in self.model.open, "an ended row was given out"
            before = self.model.holder.get(entry.seq)
            assert entry.again or before in (None, process.name)
            assert before is not None or not entry.again
            assert entry.sent == self.model.sent.get(entry.seq, ())
            for other in self.processes:
                assert other is process or not other.awake or not other.held[entry.chat.chat_id], (
                    "two holders"
                )
            rows.append(entry)
            self.model.holder[entry.seq] = process.name

    async def check(self) -> None:
        """Compare the database with the model."""
        store = self.processes[0].store
        assert [entry.seq for entry in await store.open_entries()] == sorted(self.model.open)
        counts = await store.counts()
        assert (counts.done, counts.dead) == (len(self.model.done), len(self.model.dead))
        overlay = await store.overlay()
        assert {each.text: each.entry_id for each in overlay.learned} == self.model.learned
        assert overlay.version == await store.overlay_version() == self.model.version
        assert self.model.version <= len(await store.audit(10_000))
        assert not {each.id for each in await store.wishes()} & self.model.fulfilled

    async def drain(self) -> None:
        """Let all that lives work until nothing waits."""
        for process in [process for process in self.processes if not process.awake]:
            await self.wake(process)
        for _ in range(20 * len(self.model.events) + 20):
            if not self.model.open:
                break
            for process in self.processes:
                await self.claim(process)
                await self.finish(process)
        assert not self.model.open, "rows that nobody ever gets"


def lasting_process() -> subprocess.Popen[bytes]:
    """Start a process that does nothing until it is killed."""
    return subprocess.Popen(["cat"], stdin=subprocess.PIPE)


def end(process: Process) -> None:
    """Kill the process that gives a store its name."""
    if process.child is not None:
        process.child.kill()
        process.child.communicate()


@pytest.fixture(params=range(SEEDS))
async def world(request: pytest.FixtureRequest, backend: Backend) -> AsyncIterator[World]:
    seed = _FIRST + int(request.param)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    made = World(backend, seed)
    for _ in range(3):
        await made.start()
    yield made
    for process in made.processes:
        end(process)
        await process.store.close()


async def test_nothing_is_lost_doubled_or_reordered(world: World) -> None:
    for _ in range(STEPS):
        await world.step()
        await world.check()
    await world.drain()
    await world.check()
    assert len(world.model.done) + len(world.model.dead) == len(world.model.events)
    for at, learned in world.model.moments:
        then = await world.processes[0].store.overlay(at)
        assert {each.text: each.entry_id for each in then.learned} == learned
    ended = await world.backend.peek("SELECT seq, count(*) FROM decisions GROUP BY seq")
    effects = await world.backend.peek("SELECT coalesce(sum(window_count), 0) FROM chat_state")
    assert {seq for seq, _ in ended} == world.model.done | world.model.dead
    assert all(times == 1 or seq in world.model.reopened for seq, times in ended)
    assert effects == [(sum(times for _, times in ended),)]

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

import pytest

from bot.effects import Counted
from bot.storage.owner import name_of
from bot.storage.store import InboxEntry, Result, Store
from bot.types import Outcome
from tests.storage.conftest import NOW, Backend, received

STEPS = 120
CHATS = ("1", "2", "3")
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
            self.release: 3, self.crash: 5, self.sleep: 4, self.wake: 6, self.retry: 3,
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
            event = str(len(self.model.events) + 1)
            if self.model.events and self.random.random() < 0.3:
                event = self.random.choice(list(self.model.events))
            self.model.events.setdefault(event, 0)
            updates.append(received(int(event), chat=CHATS[int(event) % len(CHATS)]))
        entries = await process.store.receive(updates, hold=self.random.random() < 0.8)
        for entry in await process.store.open_entries():
            if not self.model.events[entry.event_id]:
                self.model.events[entry.event_id] = entry.seq
                self.model.open[entry.seq] = entry.chat.chat_id
        self.take(process, entries)

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
        finished = await process.store.finish(
            entry,
            Result(state=state, at=NOW, effects=(Counted(at=NOW),), outcomes=(outcome,)),  # type: ignore[arg-type]
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
    ended = await world.backend.peek("SELECT seq, count(*) FROM decisions GROUP BY seq")
    effects = await world.backend.peek("SELECT coalesce(sum(window_count), 0) FROM chat_state")
    assert {seq for seq, _ in ended} == world.model.done | world.model.dead
    assert all(times == 1 or seq in world.model.reopened for seq, times in ended)
    assert effects == [(sum(times for _, times in ended),)]

"""Several troubles at once; the long version has each one alone."""

from __future__ import annotations

import asyncio

from tests.reliability.bench import Bench
from tests.reliability.crowd import update_of
from tests.reliability.faults import Fault


async def test_refusals_and_broken_connections_lose_and_double_nothing(bench: Bench) -> None:
    async with bench.trial("polling", chats=40) as trial:
        faults = [
            Fault(method="sendMessage", kind="status", status=429, retry_after=1, times=2, every=5),
            Fault(method="sendMessage", kind="status", status=502, times=3, every=6),
            Fault(method="sendMessage", kind="reset-before", times=3, every=7),
            Fault(method="sendMessage", kind="unreadable-before", times=3, every=8),
            Fault(method="getUpdates", kind="reset-before", times=1, every=4),
        ]
        trial.standin.faults += faults
        await trial.crowd.ask_at(40, 100)
        tally = await trial.finish(within=30.0)
    assert [fault.times for fault in faults] == [0] * len(faults)
    assert (tally.lost, tally.doubled, tally.disordered, tally.strange) == (0, 0, 0, 0)


async def test_strange_updates_stop_nobody(bench: Bench) -> None:
    async with bench.trial("polling", chats=20) as trial:
        updates = trial.standin.updates
        await trial.crowd.ask_at(40, 20)
        poison = update_of(trial.crowd.talkers[0], updates.number(), "How do I grow a rose?")
        poison["message"]["date"] = "soon"
        updates.put(poison, {"update_id": updates.number(), "quantum_leap": {"to": "elsewhere"}})
        trial.crowd.ask(trial.crowd.talkers[0])
        twice = trial.crowd.ask()
        updates.put(twice)
        trial.crowd.ask(wrap=lambda update: update["message"].update(effect_id="x" * 1_000_000))
        await trial.crowd.ask_at(40, 20)
        await trial.ledger.until_open(0, within=20.0)
        updates.put(twice)
        await asyncio.sleep(0.3)
        tally = await trial.finish(within=20.0)
    assert (tally.lost, tally.doubled, tally.disordered) == (0, 0, 0)

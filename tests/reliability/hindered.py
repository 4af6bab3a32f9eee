"""What happens when Telegram, the network or an update misbehaves?

Each case is a line of the table of faults. Sixty questions are asked meanwhile; whoever did not meet the trouble
must not wait for it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.bench import Bench
from tests.reliability.crowd import update_of
from tests.reliability.faults import Fault
from tests.reliability.rows import Row, faults_of
from tests.reliability.trial import Mode, Trial

Json = dict[str, Any]
Act = Callable[[Trial], Awaitable[None]]

_QUESTIONS = 60
_RATE = 10.0
_STALL = 1.0  # seconds that others may wait
_DEADLINE = 36.0  # seconds after which the bot has given up a send, and repeated it
_POLL_STALL = 15.0  # seconds that everybody may wait when getUpdates fails; as python-telegram-bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One trouble."""

    name: str
    faults: tuple[dict[str, Any], ...] = ()
    act: Act | None = None  # asks in its own way
    doubled: int = 0  # messages that may come twice: the server took them, and nobody can know
    strange: int = 0  # messages that may answer nothing, such as an apology
    stall: float = _STALL  # seconds that chats without trouble may wait
    within: float = 60.0
    settle: float = 1.5  # seconds to wait for doubles, once all is answered
    settings: dict[str, Any] = field(default_factory=dict)


def _sends(kind: str, times: int, every: int, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"method": "sendMessage", "kind": kind, "times": times, "every": every, **more},)


def _polls(kind: str, times: int, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"method": "getUpdates", "kind": kind, "times": times, **more},)


async def _large(trial: Trial) -> None:
    def enlarge(update: Json) -> None:
        update["message"]["effect_id"] = "x" * 1_000_000

    for number in range(_QUESTIONS):
        trial.crowd.ask(wrap=enlarge if number == 10 else None)
        await asyncio.sleep(1 / _RATE)


async def _poison(trial: Trial) -> None:
    """One update that nobody can decode, in a chat where others follow; thirty more questions elsewhere."""
    talker = trial.crowd.talkers[0]
    await trial.crowd.ask_at(_RATE, _QUESTIONS // 2)
    update = update_of(talker, trial.standin.updates.number(), "How do I grow a rose?")
    update["message"]["date"] = "soon"
    trial.standin.push(talker.chat, update)
    trial.crowd.ask(talker)
    trial.standin.troubled.add(talker.chat)
    await trial.crowd.ask_at(_RATE, _QUESTIONS // 2)


async def _unknown(trial: Trial) -> None:
    for number in range(_QUESTIONS):
        if number % 6 == 0:
            update_id = trial.standin.updates.number()
            trial.standin.push(0, {"update_id": update_id, "quantum_leap": {"id": number, "to": "elsewhere"}})
        trial.crowd.ask()
        await asyncio.sleep(1 / _RATE)


async def _anew(trial: Trial) -> None:
    """Ids start again, lower, once everything was delivered."""
    for first in (500_000_000, 1_000, 77):
        trial.standin.updates.next_id = first
        await trial.crowd.ask_at(_RATE, _QUESTIONS // 3)
        await trial.ledger.until_open(0, within=20.0)
        await trial.standin.updates.confirmed(within=20.0)


async def _gaps(trial: Trial) -> None:
    rng = random.Random(trial.setup.seed)
    for _ in range(_QUESTIONS):
        trial.standin.updates.next_id += rng.choice((0, 0, 1, 7, 5_000))
        trial.crowd.ask()
        await asyncio.sleep(1 / _RATE)


async def _twice(trial: Trial) -> None:
    """Ten updates come twice: five at once, five when their answers are long there."""
    late = []
    for number in range(_QUESTIONS):
        update = trial.crowd.ask()
        if number % 6 == 0 and number < 30:
            trial.standin.updates.put(update)
        elif number % 6 == 0:
            late.append(update)
        await asyncio.sleep(1 / _RATE)
    await trial.ledger.until_open(0, within=30.0)
    trial.standin.updates.put(*late)
    await asyncio.sleep(1.0)


async def _blocked(trial: Trial) -> None:
    """Five people block the bot and go on asking; nobody else notices."""
    gone = {talker.chat for talker in trial.crowd.talkers[:10:2]}
    trial.standin.blocked |= gone
    trial.ledger.excused |= gone
    for talker in trial.crowd.talkers[:10:2]:
        trial.crowd.ask(talker)
    await trial.crowd.ask_at(_RATE, _QUESTIONS - 5)


async def _all_at_once(trial: Trial) -> None:
    await trial.crowd.ask_at(0, _QUESTIONS)


CASES = (
    Case(name="429 on 5 sends", faults=_sends("status", 5, 6, status=429, retry_after=1)),
    Case(name="502 on 11 sends", faults=_sends("status", 11, 4, status=502)),
    Case(name="connection reset before the effect, 12", faults=_sends("reset-before", 12, 4)),
    Case(name="connection reset after the effect, 6", faults=_sends("reset-after", 6, 8), doubled=6),
    Case(name="unreadable answer without effect, 12", faults=_sends("unreadable-before", 12, 4)),
    Case(name="unreadable answer after the effect, 6", faults=_sends("unreadable-after", 6, 8), doubled=6),
    Case(name="no answer, no effect, 2", faults=_sends("hang-before", 2, 20), within=100.0),
    Case(
        name="no answer after the effect, 2", faults=_sends("hang-after", 2, 20), doubled=2, settle=_DEADLINE
    ),
    Case(name="a byte per 50 ms on 3 sends", faults=_sends("slow-bytes", 3, 15), doubled=3, settle=_DEADLINE),
    Case(name="a second before the effect, 10", faults=_sends("late", 10, 5, seconds=1.0), stall=2.0),
    Case(name="getUpdates: 502, 2", faults=_polls("status", 2, status=502), stall=_POLL_STALL),
    Case(name="getUpdates: unreadable, 2", faults=_polls("unreadable-before", 2), stall=_POLL_STALL),
    Case(name="getUpdates: reset, 2", faults=_polls("reset-before", 2), stall=_POLL_STALL),
    Case(name="getUpdates: 429, 2", faults=_polls("status", 2, status=429, retry_after=1), stall=_POLL_STALL),
    Case(name="getUpdates: no answer, 1", faults=_polls("hang-before", 1), stall=_POLL_STALL, within=100.0),
    Case(name="getUpdates: answer lost on the way, 3", faults=_polls("reset-after", 3), stall=_POLL_STALL),
    Case(name="an update of 1 MB", act=_large),
    Case(name="an update that cannot be decoded", act=_poison, strange=1),
    Case(name="an unknown kind of update, 10", act=_unknown),
    Case(name="ids start anew, lower, twice", act=_anew),
    Case(name="gaps between ids", act=_gaps),
    Case(name="10 updates delivered twice", act=_twice),
    Case(name="403, blocked by 5", act=_blocked),
    Case(name="Telegram's flood limits, a burst", act=_all_at_once, settings={"limits": True}, stall=20.0),
)


async def hindered(bench: Bench, case: Case, mode: Mode = "polling") -> Row:
    """Run one case."""
    seed = bench.next_seed
    async with bench.trial(mode, **{"chats": 40, **case.settings}) as trial:
        faults = [Fault(**fault) for fault in case.faults]
        trial.standin.faults += faults
        await (case.act or _steadily)(trial)
        tally = await trial.finish(within=case.within, settle=case.settle)
        others = trial.ledger.tally(without=trial.standin.troubled | trial.ledger.excused)
    stall = others.quantile(1.0)
    wrong = faults_of(tally, doubled=case.doubled, strange=case.strange)
    if stall > case.stall:
        wrong = (*wrong, f"others waited {stall:.1f} s")
    if any(fault.times for fault in faults):
        wrong = (*wrong, "not every fault was met")
    remark = f"others at most {stall:.2f} s"
    return Row(scenario=case.name, mode=mode, tally=tally, seed=seed, faults=wrong, remark=remark)


async def _steadily(trial: Trial) -> None:
    await trial.crowd.ask_at(_RATE, _QUESTIONS)


async def stuck(bench: Bench, mode: Mode = "polling", *, seconds: float = 30.0) -> list[Row]:
    """Three sends get no answer; how long do other chats wait, against the same without?"""
    rows = []
    for hanging in (0, 3):
        seed = bench.next_seed
        async with bench.trial(mode, chats=60) as trial:
            chats = frozenset(talker.chat for talker in trial.crowd.talkers[:hanging])
            if chats:
                trial.standin.faults.append(
                    Fault(method="sendMessage", kind="hang-before", times=hanging, chats=chats)
                )
            for talker in trial.crowd.talkers[:hanging]:
                trial.crowd.ask(talker)
            await asyncio.sleep(0.5)
            await trial.crowd.ask_at(8, int(seconds * 8))
            tally = await trial.finish(within=100.0)
            others = trial.ledger.tally(without=chats)
        p99 = others.quantile(0.99)
        wrong = faults_of(tally)
        if p99 > _STALL:
            wrong = (*wrong, f"others' p99 is {p99:.2f} s")
        name = f"{hanging} stuck sends at 8/s" if hanging else "no stuck send at 8/s, to compare"
        remark = f"other chats p50 {others.quantile(0.5):.3f} s, p99 {p99:.3f} s"
        rows.append(Row(scenario=name, mode=mode, tally=tally, seed=seed, faults=wrong, remark=remark))
    return rows

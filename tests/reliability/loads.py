"""How soon does the bot answer after a crash with much waiting, and how much memory does it take?"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence

from tests.reliability.bench import Bench
from tests.reliability.faults import Fault
from tests.reliability.rows import Row, faults_of
from tests.reliability.trial import Mode, Trial

_FIRST_ANSWER = 3.0  # seconds after the start of the process
_FIRST_ANSWER_READY = 1.0  # seconds after it says that it is ready
_LARGEST = 200 * 1024 * 1024  # bytes of memory with all that waiting
_SLOPE = 0.01  # of the memory, over the second half of a soak
_OPEN = 200  # questions that wait at most during a soak
_SAMPLE_SECONDS = 1.0


async def backlog(bench: Bench, mode: Mode = "polling", *, waiting: int = 10_000, chats: int = 4_000) -> Row:
    """Kill with much waiting; measure the first answer and the memory."""
    seed = bench.next_seed
    async with bench.trial(mode, chats=chats, content=bench.full_content()) as trial:
        await asyncio.sleep(3.0)  # what is loaded beside the start
        empty = max(bot.memory() for bot in trial.bots)
        stop = Fault(method="sendMessage", kind="hang-before", times=10**9)
        trial.standin.faults.append(stop)
        await trial.crowd.ask_at(0, waiting)
        stored = await _until_stored(trial)
        memory = max(bot.memory() for bot in trial.bots)
        trial.standin.faults.clear()
        bot = trial.bot
        for each in trial.bots:
            trial.kill(each)
        trial.ledger.first_sent = None
        await bot.start(within=60.0)
        # Enough to see order and doubles without waiting for all of them.
        await trial.ledger.until_open(waiting - 500, within=60.0)
        memory = max(memory, bot.memory())
        first = (trial.ledger.first_sent or float("inf")) - bot.started_at
        ready = (trial.ledger.first_sent or float("inf")) - bot.ready_at
        disordered, strange = trial.ledger.disordered, sum(trial.ledger.strange.values())
    wrong = [f"{disordered} out of order"] if disordered else []
    if strange:
        wrong.append(f"{strange} messages that answer nothing")
    if stored < waiting:
        wrong.append(f"only {stored} were stored")
    if first > _FIRST_ANSWER or ready > _FIRST_ANSWER_READY:
        wrong.append("the first answer came late")
    if memory > _LARGEST:
        wrong.append("too much memory")
    remark = (
        f"first answer {first:.2f} s after the start of the process, {ready:.2f} s after it was ready; "
        f"{memory / 2**20:.0f} MB, {empty / 2**20:.0f} before anybody asked"
    )
    name = f"kill -9 with {waiting:,} rows waiting"
    return Row(scenario=name, mode=mode, seed=seed, faults=tuple(wrong), remark=remark)


async def soak(bench: Bench, mode: Mode = "polling", *, updates: int = 20_000) -> Row:
    """Ask for a long time, as fast as answers come, and watch the memory."""
    seed = bench.next_seed
    samples: list[tuple[int, int]] = []
    lost = 0
    content = bench.full_content()
    async with bench.trial(mode, chats=2_000, latency=0.0, lost_acks=0.0, content=content) as trial:
        sampling = asyncio.create_task(_sample(trial, samples))
        began = asyncio.get_running_loop().time()
        try:
            for number in range(updates):
                if number % 100 == 0 and not await trial.ledger.until_open(_OPEN, within=120.0):
                    break
                if number % 5_000 == 0:
                    trial.ledger.forget_answered()
                trial.crowd.ask()
            await trial.ledger.until_open(0, within=120.0)
        finally:
            sampling.cancel()
        lost = trial.ledger.open
        rate = updates / (asyncio.get_running_loop().time() - began)
        tally = await trial.finish(within=1.0)
    share = _growth(samples)
    wrong = list(faults_of(tally))
    if lost:
        wrong.append(f"{lost} not answered")
    if share > _SLOPE:
        wrong.append("the memory grows")
    largest = max((memory for _, memory in samples), default=0) / 2**20
    remark = f"{rate:.0f} answers/s; {largest:.0f} MB at most; {share:+.1%} over the second half"
    name = f"soak, {updates:,} updates"
    return Row(scenario=name, mode=mode, seed=seed, faults=tuple(wrong), remark=remark)


async def _until_stored(trial: Trial) -> int:
    """Wait until nothing is left with Telegram, or until nothing moves any more; return how many were taken."""
    total = len(trial.ledger.asked)
    left, still = total, 0
    while left and still < 20:
        await asyncio.sleep(0.5)
        now = len(trial.standin.updates) if trial.standin.poster is None else len(trial.standin.poster)
        still = still + 1 if now == left else 0
        left = now
    return total - left


async def _sample(trial: Trial, samples: list[tuple[int, int]]) -> None:
    while True:
        await asyncio.sleep(_SAMPLE_SECONDS)
        done = trial.standin.calls["sendMessage"]
        samples.append((done, sum(bot.memory() for bot in trial.bots)))


def _growth(samples: Sequence[tuple[int, int]]) -> float:
    """How much the memory grows over the second half, by a straight line through it, as a share."""
    if len(samples) < 6:
        return 0.0
    total = samples[-1][0]
    half = [(done, memory) for done, memory in samples if done >= total / 2]
    if len({done for done, _ in half}) < 2:
        return 0.0
    slope, start = statistics.linear_regression(*zip(*half, strict=True))
    first, last = half[0][0], half[-1][0]
    return slope * (last - first) / (start + slope * first)

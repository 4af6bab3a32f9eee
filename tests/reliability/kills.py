"""What happens when the process is killed or stopped while people ask?"""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import Any

from tests.reliability.bench import Bench
from tests.reliability.rows import Row, faults_of
from tests.reliability.trial import SENDS, Mode, Trial


async def killed(
    bench: Bench,
    mode: Mode,
    *,
    rate: float,
    questions: int,
    kills: int,
    mean: float | None = None,
    **settings: Any,
) -> Row:
    """Ask at a rate (0: all at once) and kill at random meanwhile.

    Args:
        bench: Where.
        mode: By which way the bot gets its updates.
        rate: Questions a second.
        questions: How many.
        kills: How many.
        mean: How many messages a kill may double on average.
        settings: Of the trial.
    """
    seed = bench.next_seed
    async with bench.trial(mode, **{"chats": max(60, questions // 20), **settings}) as trial:
        asking = asyncio.create_task(trial.crowd.ask_at(rate, questions))
        over = asyncio.Event()
        longest = max(questions / rate / kills - 1.0, 0.5) * 1.4 if rate else 2.0
        killing = asyncio.create_task(trial.kill_at_random(over, shortest=0.1, longest=longest, most=kills))
        try:
            await asking
            if rate:
                await asyncio.wait({killing}, timeout=120.0)
            else:
                await _until_answered(trial, killing)
            over.set()
            await killing
        finally:
            asking.cancel()
            killing.cancel()
        tally = await trial.finish(within=90.0)
        remark = _posts(trial)
    name = f"kill -9 at {rate:g}/s" if rate else "kill -9 in a burst"
    faults = faults_of(tally, per_kill=SENDS, mean=mean)
    if tally.kills < kills * 0.6:
        faults = (*faults, f"only {tally.kills} kills")
    return Row(scenario=name, mode=mode, tally=tally, seed=seed, faults=faults, remark=remark)


async def stopped(bench: Bench, mode: Mode, *, questions: int = 1000, times: int = 3) -> Row:
    """Tell the process to stop in a burst, several times."""
    seed = bench.next_seed
    slowest = 0.0
    statuses = []
    async with bench.trial(mode, chats=max(60, questions // 20)) as trial:
        await trial.crowd.ask_at(0, questions)
        for _ in range(times):
            await asyncio.sleep(trial.rng.uniform(0.3, 1.2))
            bot = trial.rng.choice(trial.bots)
            began = time.monotonic()
            statuses.append(await bot.stop())
            slowest = max(slowest, time.monotonic() - began)
            await bot.start()
        tally = await trial.finish(within=90.0)
        remark = "; ".join(filter(None, [f"stopped within {slowest:.2f} s", _posts(trial)]))
    faults = faults_of(tally)
    if any(statuses):
        faults = (*faults, f"ended with {statuses}")
    return Row(
        scenario=f"SIGTERM in a burst, {times} times",
        mode=mode,
        tally=tally,
        seed=seed,
        faults=faults,
        remark=remark,
    )


async def forgetful(bench: Bench, mode: Mode = "polling") -> Row:
    """Take the store away at each kill: a control, which shows that a loss would be seen."""
    seed = bench.next_seed
    async with bench.trial(mode) as trial:
        await trial.crowd.ask_at(0, 300)
        for _ in range(2):
            await asyncio.sleep(0.7)
            trial.kill(trial.bot)
            await trial.bot.end()
            shutil.rmtree(trial.data_dir)
            await trial.bot.start()
        tally = await trial.finish(within=15.0)
    faults = () if tally.lost else ("no loss was seen",)
    remark = "a control: here questions must be lost"
    return Row(
        scenario="the store is deleted at each kill",
        mode=mode,
        tally=tally,
        seed=seed,
        faults=faults,
        remark=remark,
        counts=False,
    )


async def _until_answered(trial: Trial, killing: asyncio.Task[None]) -> None:
    """Wait until all is answered or the kills are over."""
    answered = asyncio.create_task(trial.ledger.until_open(0, within=120.0))
    await asyncio.wait({answered, killing}, return_when=asyncio.FIRST_COMPLETED)
    answered.cancel()
    await asyncio.gather(answered, return_exceptions=True)


def _posts(trial: Trial) -> str:
    if trial.standin.poster is None:
        return ""
    return "posts: " + ", ".join(
        f"{count} {name}" for name, count in sorted(trial.standin.poster.outcomes.items())
    )

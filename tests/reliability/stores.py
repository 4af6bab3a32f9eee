"""What happens when the store, the clock or another process gets in the way?"""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import struct
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.reliability.bench import Bench
from tests.reliability.rows import Row, faults_of
from tests.reliability.trial import SENDS, Mode, Trial

_AWAY = 4.0  # seconds
_RATE = 25.0
_QUESTIONS = 300
_DISK = "12m"
_DAY = 86_400
_TAKEOVER = 35.0  # seconds in which a waiting poller takes over


async def locked(bench: Bench, mode: Mode) -> Row:
    """Another process holds SQLite's write lock."""
    async with _asking(bench, mode, f"SQLite locked {_AWAY:g} s") as (trial, outcome):
        await asyncio.sleep(3.0)
        (path,) = trial.data_dir.glob("*.sqlite3")
        other = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(_AWAY)
            other.execute("ROLLBACK")
        finally:
            other.close()
    return outcome[0]


async def full(bench: Bench, mode: Mode) -> Row:
    """The disk is full for a while: a small file system of its own, or a limit of file size where none may be mounted."""
    folder = bench.folder / f"disk-{bench.next_seed}"
    with _small_disk(folder) as mounted:
        name = f"disk full {_AWAY:g} s" if mounted else f"no file may grow for {_AWAY:g} s"
        async with _asking(bench, mode, name, data_dir=folder) as (trial, outcome):
            await asyncio.sleep(3.0)
            if mounted:
                await _fill(folder)
            else:
                await _no_growth(trial)
    return outcome[0]


async def crashed(bench: Bench, mode: Mode = "replicas") -> Row:
    """PostgreSQL dies and is started again, three times."""
    cluster = await bench.cluster()
    async with _asking(bench, mode, "PostgreSQL crashes, 3 times", database_server=cluster.address) as (
        trial,
        outcome,
    ):
        for _ in range(3):
            await asyncio.sleep(trial.rng.uniform(2.0, 3.0))
            await cluster.crash()
            await cluster.start()
    return outcome[0]


async def away(bench: Bench, mode: Mode = "replicas") -> Row:
    """PostgreSQL is stopped for a while."""
    cluster = await bench.cluster()
    name = f"PostgreSQL away {_AWAY:g} s"
    async with _asking(bench, mode, name, database_server=cluster.address) as (_, outcome):
        await asyncio.sleep(3.0)
        await cluster.stop()
        await asyncio.sleep(_AWAY)
        await cluster.start()
    return outcome[0]


async def clock(bench: Bench, mode: Mode = "polling") -> Row:
    """The clock jumps two days ahead, six years back, and returns."""
    shift = bench.folder / f"clock-{bench.next_seed}"
    shift.write_bytes(struct.pack("q", 0))
    library = bench.folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    compiled = await asyncio.create_subprocess_exec("cc", "-shared", "-fPIC", "-O2", "-o", library, source)
    if await compiled.wait():
        raise RuntimeError(f"{source.name} does not compile")
    environment = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}
    name = "clock +2 days, -6 years, back"
    async with _asking(bench, mode, name, environment=environment) as (_, outcome):
        for days in (2, -6 * 365, 0):
            await asyncio.sleep(2.5)
            with shift.open("r+b") as file:  # the process looks at this very file
                file.write(struct.pack("q", days * _DAY))
    return outcome[0]


async def two_pollers(bench: Bench) -> list[Row]:
    """A second process polls with the same token; then the first one is killed and the second takes over."""
    seed = bench.next_seed
    async with bench.trial("polling", pollers=2, start=False) as trial:
        first, second = trial.bots
        await first.start()
        await second.start(within=None)
        await trial.crowd.ask_at(_RATE, _QUESTIONS)
        await trial.ledger.until_open(0, within=30.0)
        conflicts = trial.standin.updates.conflicts
        beside = trial.ledger.tally()
        trial.kill(first)
        trial.ledger.first_sent = None
        killed_at = asyncio.get_running_loop().time()
        await trial.crowd.ask_at(_RATE, _QUESTIONS // 3)
        await trial.ledger.until_open(0, within=60.0)
        taken_over = (trial.ledger.first_sent or float("inf")) - killed_at
        tally = await trial.finish(within=60.0)
    wrong = faults_of(beside)
    if conflicts:
        wrong = (*wrong, f"{conflicts} conflicts")
    rows = [
        Row(
            scenario="two pollers, one token",
            mode="polling",
            tally=beside,
            seed=seed,
            faults=wrong,
            remark=f"{conflicts} conflicts",
        )
    ]
    wrong = faults_of(tally, per_kill=SENDS)
    if taken_over > _TAKEOVER:
        wrong = (*wrong, "the second did not take over")
    remark = f"first answer of the other process {taken_over:.1f} s after the kill"
    return [
        *rows,
        Row(
            scenario="the poller is killed, no restart",
            mode="polling",
            tally=tally,
            seed=seed,
            faults=wrong,
            remark=remark,
        ),
    ]


@asynccontextmanager
async def _asking(
    bench: Bench, mode: Mode, name: str, **settings: Any
) -> AsyncIterator[tuple[Trial, list[Row]]]:
    """Let people ask while something happens; the row is there afterwards."""
    seed = bench.next_seed
    outcome: list[Row] = []
    async with bench.trial(mode, **settings) as trial:
        asking = asyncio.create_task(trial.crowd.ask_at(_RATE, _QUESTIONS))
        try:
            yield trial, outcome
            await asking
        finally:
            asking.cancel()
        alive = all(bot.alive for bot in trial.bots)
        tally = await trial.finish(within=90.0)
        posts = trial.standin.poster.outcomes if trial.standin.poster is not None else {}
    wrong = faults_of(tally)
    if not alive:
        wrong = (*wrong, "the process ended")
    remark = ", ".join(f"{count} {kind}" for kind, count in sorted(posts.items()))
    outcome.append(
        Row(
            scenario=name,
            mode=mode,
            tally=tally,
            seed=seed,
            faults=wrong,
            remark=f"posts: {remark}" if posts else "",
        )
    )


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "none", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


async def _fill(folder: Path) -> None:
    """Fill a file system, and again and again what is given back meanwhile."""
    ballast = folder / "ballast"
    until = asyncio.get_running_loop().time() + _AWAY
    with ballast.open("ab", buffering=0) as file:
        while asyncio.get_running_loop().time() < until:
            with suppress(OSError):
                while True:
                    file.write(b"x" * 4096)
            await asyncio.sleep(0.02)
    ballast.unlink()


async def _no_growth(trial: Trial) -> None:
    """Forbid the process to write beyond the end of its smallest file."""
    pid = trial.bot.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    await asyncio.sleep(_AWAY)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

"""Which scenarios are there, and how are they run from the command line?

python -m tests.reliability.run --long              everything, the long way; keeps the table in README.md
python -m tests.reliability.run                     everything, the short way
python -m tests.reliability.run kills stuck         some of it
python -m tests.reliability.run kills --mode webhook --seed 7
python -m tests.reliability.run soak --updates 200000
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import shlex
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from tests.reliability.bench import Bench, bench_in
from tests.reliability.editing import copied, edited
from tests.reliability.hindered import CASES, hindered, stuck
from tests.reliability.kills import forgetful, killed, stopped
from tests.reliability.loads import backlog, soak
from tests.reliability.rows import HEAD, Row, totals
from tests.reliability.stores import away, clock, crashed, full, locked, two_pollers
from tests.reliability.trial import Mode

README = Path(__file__).with_name("README.md")

_BEGIN, _END = "<!-- table: written by --long -->", "<!-- end of the table -->"
_MEAN_AT_8 = 0.6  # messages doubled per kill at 8 questions a second
_MODES: tuple[Mode, ...] = get_args(Mode)
_SQLITE_MODES: tuple[Mode, ...] = ("polling", "webhook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run scenarios."""

    long: bool
    modes: tuple[Mode, ...]
    updates: int
    rate: float  # of questions a second during edits
    only: str  # part of a case's name


Scenario = Callable[[Bench, Options], AsyncIterator[Row]]


async def _kills(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """SIGKILL at random at 8 and 30 questions a second and in a burst."""
    for mode in options.modes:
        if options.long:
            yield await killed(bench, mode, rate=8, questions=600, kills=16, mean=_MEAN_AT_8)
            yield await killed(bench, mode, rate=30, questions=1500, kills=14)
            yield await killed(bench, mode, rate=0, questions=1500, kills=8)
        else:
            yield await killed(bench, mode, rate=8, questions=120, kills=4)
            yield await killed(bench, mode, rate=30, questions=300, kills=5)
            yield await killed(bench, mode, rate=0, questions=500, kills=4)
    yield await forgetful(bench)


async def _stops(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """SIGTERM in a burst, three times."""
    for mode in options.modes:
        yield await stopped(bench, mode, questions=1000 if options.long else 500)


async def _faults(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """The Bot API, the network or an update misbehaves."""
    for case in CASES:
        if options.only in case.name:
            yield await hindered(bench, case)


async def _stuck(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """Three sends get no answer."""
    for row in await stuck(bench, seconds=40.0 if options.long else 15.0):
        yield row


async def _pollers(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """Two processes poll with one token; the first one is killed."""
    for row in await two_pollers(bench):
        yield row


async def _stores(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """Locked, full, crashed, away; and a clock that jumps."""
    for mode in options.modes:
        if mode in _SQLITE_MODES:
            yield await locked(bench, mode)
            yield await full(bench, mode)
        else:
            yield await crashed(bench, mode)
            yield await away(bench, mode)
        yield await clock(bench, mode)


async def _backlog(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """SIGKILL with 10,000 rows waiting: first answer and memory."""
    for mode in options.modes:
        yield await backlog(bench, mode)


async def _soak(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """Memory over many updates."""
    yield await soak(bench, updates=options.updates)


async def _edits(bench: Bench, options: Options) -> AsyncIterator[Row]:
    """Staff make bad edits and good ones while 200 ask each second."""
    content = copied(bench.folder / "edited", bench.folder / "edited" / "cache")
    yield await edited(bench, content, rate=options.rate, seconds=60.0 if options.long else 0.0)


SCENARIOS: Mapping[str, Scenario] = {
    "kills": _kills,
    "stops": _stops,
    "faults": _faults,
    "stuck": _stuck,
    "pollers": _pollers,
    "stores": _stores,
    "backlog": _backlog,
    "soak": _soak,
    "edits": _edits,
}


def main() -> None:
    """Run what the command line names."""
    arguments = _arguments()
    options = Options(
        long=arguments.long,
        modes=(arguments.mode,) if arguments.mode else _MODES,
        updates=arguments.updates or (200_000 if arguments.long else 10_000),
        rate=arguments.rate,
        only=arguments.only,
    )
    names = arguments.names or list(SCENARIOS)
    seed = arguments.seed if arguments.seed is not None else random.randrange(1, 1000)
    folder = Path(tempfile.mkdtemp(prefix="alliance-bot-reliability-"))
    print(f"{_headline(seed)}\nlogs and stores: {folder}\n\n{HEAD}", flush=True)
    began = datetime.now(UTC)
    rows = asyncio.run(_run(folder, names, options, seed))
    minutes = (datetime.now(UTC) - began).total_seconds() / 60
    summary = f"{totals(rows)}; {sum(not row.good for row in rows)} of {len(rows)} runs not good; {minutes:.0f} minutes"
    print(f"\n{summary}")
    if arguments.long and not arguments.names and not arguments.mode:
        _keep(rows, summary, seed)
        print(f"kept in {README.name}")
    sys.exit(0 if rows and all(row.good for row in rows) else 1)


async def _run(folder: Path, names: Sequence[str], options: Options, seed: int) -> list[Row]:
    rows = []
    async with bench_in(folder, seed=seed) as bench:
        for name in names:
            async for row in SCENARIOS[name](bench, options):
                rows.append(row)
                print(row.line(), flush=True)
    return rows


def _keep(rows: Sequence[Row], summary: str, seed: int) -> None:
    """Put the table into the README."""
    before, _, rest = README.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    table = "\n".join(row.line() for row in rows)
    README.write_text(f"{before}{_BEGIN}\n{_headline(seed)}\n\n{HEAD}\n{table}\n\n{summary}\n{_END}{after}")


def _headline(seed: int) -> str:
    command = shlex.join(["python", "-m", "tests.reliability.run", *sys.argv[1:]])
    if "--seed" not in command:
        command += f" --seed {seed}"
    date = datetime.now(UTC).date().isoformat()
    return f"{date}, {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}: `{command}`"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _arguments() -> argparse.Namespace:
    listed = "\n".join(f"  {name:9}{scenario.__doc__}" for name, scenario in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\nScenarios:\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--long", action="store_true", help="as long as it takes to be sure")
    parser.add_argument("--mode", choices=_MODES, help="only this way in")
    parser.add_argument("--seed", type=int, help="of all randomness, as printed by an earlier run")
    parser.add_argument("--updates", type=int, help="how many updates the soak takes")
    parser.add_argument("--rate", type=float, default=200.0, help="questions a second during edits")
    parser.add_argument("--only", default="", help="only faults with this in their name")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in SCENARIOS]:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    return arguments


if __name__ == "__main__":
    main()

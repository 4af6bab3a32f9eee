"""How do a bot, a stand-in for Telegram and people come together for one run?"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.reliability.cluster import new_database
from tests.reliability.content import ROOT, Content
from tests.reliability.crowd import Crowd
from tests.reliability.ledger import Kill, Ledger, Tally
from tests.reliability.posting import Poster
from tests.reliability.process import BotProcess, bot_environment
from tests.reliability.sockets import LOOPBACK, free_port
from tests.reliability.standin import Standin

Mode = Literal["polling", "webhook", "replicas"]

SENDS = 4  # the bot's own default for messages on their way at the same time

_SECRET = "reliability-secret"
_PUBLIC_URL = "https://bot.example.org/hook"  # where Telegram would post; the stand-in posts to the processes
_PATH = "/hook"
_SETTLE_SECONDS = 1.5  # for doubles that come late


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is tried."""

    content: Content
    folder: Path  # for stores and logs
    seed: int
    mode: Mode = "polling"
    database_server: str | None = None  # address of a PostgreSQL, for replicas
    data_dir: Path | None = None  # in place of one below the folder
    sends: int = SENDS
    latency: float = 0.03
    limits: bool = False
    chats: int = 60
    pollers: int = 1  # processes that poll with one token over one data folder
    environment: Mapping[str, str] = field(default_factory=dict)  # of the processes, besides the settings
    lost_acks: float = 0.02  # share of webhook acknowledgements that get lost


class Trial:
    """One run: processes, stand-in, people, books."""

    def __init__(self, setup: Setup, bots: Sequence[BotProcess], standin: Standin, data_dir: Path) -> None:
        self.setup = setup
        self.bots = tuple(bots)
        self.standin = standin
        self.ledger = standin.ledger
        self.data_dir = data_dir
        self.rng = random.Random(setup.seed)
        self.crowd = Crowd(standin, chats=setup.chats, rng=random.Random(setup.seed + 1))

    @property
    def bot(self) -> BotProcess:
        """The first process."""
        return self.bots[0]

    async def start(self) -> None:
        """Start all processes."""
        for bot in self.bots:
            await bot.start()

    def kill(self, bot: BotProcess) -> None:
        """Kill a process and write it down."""
        bot.kill()
        self.ledger.kills.append(Kill(at=asyncio.get_running_loop().time(), via=bot.via))

    async def kill_at_random(
        self, until: asyncio.Event, *, shortest: float, longest: float, most: int
    ) -> None:
        """Kill processes and start them again, at random times, until told to stop or often enough."""
        for _ in range(most):
            bot = self.rng.choice(self.bots)
            if await _set_within(until, self.rng.uniform(shortest, longest)):
                return
            self.kill(bot)
            # One in eight is killed again while it starts.
            await bot.start(within=None)
            if self.rng.random() < 0.125 and len(self.ledger.kills) < most:
                await asyncio.sleep(self.rng.uniform(0.0, 1.0))
                self.kill(bot)
                await bot.start(within=None)
            await bot.ready(30.0)
            if len(self.ledger.kills) >= most:
                return

    async def finish(self, *, within: float = 60.0, settle: float = _SETTLE_SECONDS) -> Tally:
        """Wait for the answers that are still missing, then for doubles, stop everything, and count."""
        await self.ledger.until_open(0, within=within)
        await asyncio.sleep(settle)
        for bot in self.bots:
            if bot.alive and (status := await bot.stop()) != 0:
                raise RuntimeError(f"bot {bot.name} ended with status {status} when it was told to stop")
        return self.ledger.tally()


@asynccontextmanager
async def trial_of(setup: Setup) -> AsyncIterator[Trial]:
    """Put a run together; nothing is left of it afterwards but its folder."""
    setup.folder.mkdir(parents=True, exist_ok=True)
    data_dir = setup.data_dir or setup.folder / "data"
    standin = Standin(Ledger(), latency=setup.latency, limits=setup.limits)
    await standin.start()
    bots: list[BotProcess] = []
    try:
        bots = await _processes(setup, standin, data_dir)
        yield Trial(setup, bots, standin, data_dir)
    finally:
        for bot in bots:
            await bot.end()
        await standin.close()


async def _processes(setup: Setup, standin: Standin, data_dir: Path) -> list[BotProcess]:
    more = {"SEND_CONCURRENCY": str(setup.sends)}
    if setup.mode != "polling":
        more["WEBHOOK_SECRET"] = _SECRET
    if setup.mode == "replicas":
        assert setup.database_server is not None  # whoever asks for replicas has one
        more["DATABASE_URL"] = await new_database(setup.database_server)
    bots: list[BotProcess] = []
    targets = []
    for name in _names(setup):
        listen = f"{LOOPBACK}:{free_port()}"
        arguments = (
            ["run"] if setup.mode == "polling" else ["run", "--webhook", _PUBLIC_URL, "--listen", listen]
        )
        folder = data_dir / name if setup.mode == "replicas" else data_dir  # pollers share theirs
        environment = bot_environment(
            setup.content, data_dir=folder, api_url=standin.address(name), more=more
        )
        if setup.mode == "replicas" and not bots:
            await _migrate(environment)
        log = setup.folder / f"{name}.log"
        bots.append(BotProcess(name, arguments, {**environment, **setup.environment}, log))
        targets.append(f"http://{listen}{_PATH}")
    if setup.mode != "polling":
        rng = random.Random(setup.seed + 2)
        standin.poster = Poster(targets, secret=_SECRET, lost=setup.lost_acks, rng=rng)
    return bots


def _names(setup: Setup) -> tuple[str, ...]:
    count = 2 if setup.mode == "replicas" else setup.pollers
    return ("a", "b")[:count]


async def _migrate(environment: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "migrate"),
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"migrate ended with status {process.returncode}: {said.decode(errors='replace')}")


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True

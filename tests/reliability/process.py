"""How is the real bot started, killed and stopped?"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.reliability.content import ROOT, Content
from tests.reliability.standin import TOKEN

_READY = "bot_ready"
_EVENT = re.compile(rb'"event": "([^"]+)"')
_WAITING = re.compile(rb'"waiting": ([0-9]+)')
_LINE_LIMIT = 1 << 22
_PREFIX = "ALLIANCE_BOT_"
_API_URL = f"{_PREFIX}API_URL"


def bot_environment(
    content: Content, *, data_dir: Path, api_url: str, more: Mapping[str, str]
) -> dict[str, str]:
    """Settings of a bot that talks to the stand-in and to nobody else."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    settings = {
        "TOKEN": TOKEN,
        "API_URL": api_url,
        "DATA_DIR": str(data_dir),
        "CACHE_DIR": str(content.cache),
        "KNOWLEDGE_DIR": str(content.knowledge),
        "LOCALES_DIR": str(content.locales),
        "OPS_LISTEN": "off",
        "RATE_LIMIT": "0",
        "LOG_FORMAT": "json",
        **more,
    }
    return {**inherited, **{_PREFIX + name: value for name, value in settings.items()}}


class BotProcess:
    """One process of the bot, started again and again.

    Args:
        name: Tells it apart from others.
        arguments: Of `python -m bot`.
        environment: Its settings.
        log: File that its output is added to.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.events: Counter[str] = Counter()  # events of its log, over all lives
        self.waiting = 0  # rows that it took up at its last start
        self.started_at = 0.0
        self.ready_at = 0.0
        self._lives = 0
        self._arguments = tuple(arguments)
        self._environment = dict(environment)
        self._log = log
        self._last: deque[bytes] = deque(maxlen=20)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def via(self) -> str:
        """Its present life, as the path of its calls names it: what a killed one has sent may arrive after its end."""
        return f"{self.name}{self._lives}"

    @property
    def pid(self) -> int:
        """Of the present life."""
        assert self._process is not None  # it was started
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, within: float | None = 30.0) -> None:
        """Start it and wait until it says that it is ready; None does not wait."""
        await self.end()
        self._ready.clear()
        self._lives += 1
        self.started_at = asyncio.get_running_loop().time()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *self._arguments),
            cwd=ROOT,
            env={**self._environment, _API_URL: f"{self._environment[_API_URL]}{self._lives}"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        if within is not None:
            await self.ready(within)

    async def ready(self, within: float) -> None:
        """Wait until it says that it is ready.

        Raises:
            RuntimeError: It ended, or it takes too long; shows its last words.
        """
        assert self._process is not None  # it was started
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ended, ready}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            ready.cancel()
            await asyncio.gather(ended, ready, return_exceptions=True)
        if not self._ready.is_set():
            said = b"".join(self._last).decode(errors="replace")
            raise RuntimeError(f"bot {self.name} is not ready after {within:g} s:\n{said}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.alive:
            with suppress(ProcessLookupError):
                assert self._process is not None  # it is alive
                self._process.kill()

    async def stop(self, within: float = 20.0) -> int | None:
        """Ask it to stop; return its status, None when it had to be killed."""
        if not self.alive:
            return None
        assert self._process is not None  # it is alive
        self._process.terminate()
        try:
            async with asyncio.timeout(within):
                return await self._process.wait()
        except TimeoutError:
            return None
        finally:
            await self.end()

    async def end(self) -> None:
        """Make sure that it is gone."""
        self.kill()
        if self._process is not None:
            await self._process.wait()
        if self._reading is not None:
            await self._reading
            self._reading = None

    def memory(self) -> int:
        """Resident bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # it is a pipe
        with self._log.open("ab") as log:
            while line := await process.stderr.readline():
                log.write(line)
                self._last.append(line)
                if found := _EVENT.search(line):
                    self.events[found[1].decode()] += 1
                    if found[1] == _READY.encode():
                        waiting = _WAITING.search(line)
                        self.waiting = int(waiting[1]) if waiting else 0
                        self.ready_at = asyncio.get_running_loop().time()
                        self._ready.set()

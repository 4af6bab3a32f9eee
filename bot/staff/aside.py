"""How is hard work done without slowing the answers? In a process of its own, told and telling in JSON.

Seconds of Python and tens of megabytes in a thread would be taken from the answers. The other process knows nothing of
the token and whatever else is secret; whatever happens to it, this one goes on.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import bot

# What the environment tells libraries of linear algebra, before they are loaded.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PROGRAM = Path(bot.__file__).parent.parent  # this program is run, whatever lies in the present folder


@dataclass(frozen=True, slots=True)
class Told:
    """How a process ended."""

    status: int
    said: bytes  # on its standard output


class Aside:
    """A process that waits for its order."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str) -> Aside:
        """Have a module of this program loaded, so that it is ready when the order comes.

        Args:
            module: Such as "bot.staff.considering"; without an order it ends.

        Raises:
            OSError: It could not be started.
        """
        return cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=without_secrets() | ONE_THREAD,
                cwd=PROGRAM,
            )
        )

    async def carry_out(self, order: bytes, *, seconds: float) -> Told:
        """Give the order, and wait for what comes of it; the process has ended then in any case.

        Args:
            order: JSON.
            seconds: After which it is ended.

        Raises:
            TimeoutError: It took longer.
        """
        try:
            async with asyncio.timeout(seconds):
                said, _ = await self._process.communicate(order)
        finally:
            await self.end()
        return Told(self._process.returncode or 0, said)

    async def end(self) -> None:
        """End the process, whether it has begun or not."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def run_aside(module: str, order: bytes, *, seconds: float) -> Told:
    """Run a module of this program with an order on its standard input.

    Args:
        module: Such as "bot.staff.considering".
        order: JSON.
        seconds: After which it is ended.

    Raises:
        OSError: It could not be started.
        TimeoutError: It took longer.
    """
    return await (await Aside.start(module)).carry_out(order, seconds=seconds)


def without_secrets() -> dict[str, str]:
    """Return the environment of this process without its settings: the token and whatever else is secret stays here."""
    return {name: text for name, text in os.environ.items() if not name.startswith("ALLIANCE_BOT_")}

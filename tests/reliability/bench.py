"""What do all scenarios need?"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.reliability.cluster import ADDRESS, Cluster
from tests.reliability.content import Content, write_content, write_full_content
from tests.reliability.trial import Mode, Setup, Trial, trial_of


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where scenarios are run."""

    folder: Path
    content: Content
    seed: int
    _full: Content | None = None
    _cluster: Cluster | None = None
    _count: int = field(default=0)

    @property
    def next_seed(self) -> int:
        """The seed of the next trial."""
        return self.seed + 1000 * (self._count + 1)

    def full_content(self) -> Content:
        """Everything that the bot really knows, and what it is asked here; trained when it is first needed."""
        self._full = self._full or write_full_content(self.folder / "full")
        return self._full

    async def cluster(self) -> Cluster:
        """Our own PostgreSQL, started when it is first needed."""
        if self._cluster is None:
            self._cluster = Cluster()
            await self._cluster.start()
        return self._cluster

    async def database_server(self) -> str:
        """Address of a PostgreSQL: the one that the environment names, else our own."""
        return os.environ.get(ADDRESS) or (await self.cluster()).address

    @asynccontextmanager
    async def trial(self, mode: Mode, *, start: bool = True, **settings: Any) -> AsyncIterator[Trial]:
        """Put a trial together and start its processes."""
        seed = self.next_seed
        self._count += 1
        if mode == "replicas" and "database_server" not in settings:
            settings["database_server"] = await self.database_server()
        settings.setdefault("content", self.content)
        setup = Setup(
            folder=self.folder / f"{self._count:03d}-{mode}",
            seed=seed,
            mode=mode,
            **settings,
        )
        async with trial_of(setup) as trial:
            if start:
                await trial.start()
            yield trial

    async def close(self) -> None:
        """Let go of the database server."""
        if self._cluster is not None:
            await self._cluster.remove()
            self._cluster = None


@asynccontextmanager
async def bench_in(folder: Path, *, seed: int) -> AsyncIterator[Bench]:
    """Write the content and let go of everything afterwards."""
    bench = Bench(folder=folder, content=write_content(folder / "content"), seed=seed)
    try:
        yield bench
    finally:
        await bench.close()

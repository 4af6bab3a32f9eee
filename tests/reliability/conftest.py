"""The bench of the short version, and a PostgreSQL where there is one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.reliability.bench import Bench
from tests.reliability.cluster import ADDRESS, Cluster, binaries
from tests.reliability.content import Content, write_content

SEED = 20261123


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return write_content(tmp_path_factory.mktemp("reliability") / "content")


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Address of a PostgreSQL: the one that the environment names, else our own."""
    if address := os.environ.get(ADDRESS):
        yield address
        return
    if binaries() is None:
        pytest.skip(f"{ADDRESS} is not set and there is no PostgreSQL on this machine")
    cluster = Cluster()
    asyncio.run(cluster.start())
    try:
        yield cluster.address
    finally:
        asyncio.run(cluster.remove())


@pytest.fixture
async def bench(content: Content, tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(folder=tmp_path, content=content, seed=SEED)
    yield bench
    await bench.close()

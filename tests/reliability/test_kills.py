"""The real process is killed while people ask; nothing is lost, doubled beyond the sends in flight, or out of order."""

from __future__ import annotations

import pytest

from tests.reliability.bench import Bench
from tests.reliability.kills import killed, stopped
from tests.reliability.rows import Row
from tests.reliability.trial import SENDS, Mode

KILLS = 5


def kept(row: Row) -> None:
    assert row.good, row.line()
    assert row.tally is not None
    assert row.tally.kills >= KILLS
    assert row.tally.lost == 0
    assert row.tally.disordered == 0
    assert max(row.tally.per_kill) <= SENDS


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_nothing_is_lost_when_the_process_is_killed(bench: Bench, mode: Mode) -> None:
    kept(await killed(bench, mode, rate=30, questions=250, kills=KILLS))


async def test_nothing_is_lost_when_replicas_are_killed(bench: Bench, database_server: str) -> None:
    kept(
        await killed(bench, "replicas", rate=30, questions=250, kills=KILLS, database_server=database_server)
    )


async def test_a_stop_loses_and_doubles_nothing(bench: Bench) -> None:
    row = await stopped(bench, "polling", questions=200, times=1)
    assert row.good, row.line()

"""Work in a process of its own, a real one: `python -m code` does what its standard input says."""

from __future__ import annotations

import asyncio

import pytest

from bot.staff.aside import run_aside

_LONG = 60.0  # seconds, on a slow day


async def test_an_order_is_carried_out_and_answered() -> None:
    told = await run_aside("code", b"print(6 * 7)\nraise SystemExit(3)\n", seconds=_LONG)
    assert told.status == 3
    assert b"42" in told.said


async def test_what_is_secret_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", "4242:secret")
    monkeypatch.setenv("KEPT_FOR_THE_TEST", "seen")
    order = b"import os\nprint(os.environ.get('ALLIANCE_BOT_TOKEN'), os.environ['KEPT_FOR_THE_TEST'])\n"
    told = await run_aside("code", order, seconds=_LONG)
    assert b"None seen" in told.said


async def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(TimeoutError):
        await run_aside("code", b"import threading\nthreading.Event().wait()\n", seconds=0.2)


async def test_a_process_ends_with_whoever_waits_for_it() -> None:
    waiting = asyncio.create_task(
        run_aside("code", b"import threading\nthreading.Event().wait()\n", seconds=_LONG)
    )
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

"""When polling has been silent for too long."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import BotError, PollingSilent
from bot.ops.silence import Silence, silent_for


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("now", "last_success", "started", "seconds"),
    [
        (100, None, 40, 60),
        (100, 90, 40, 10),
        (100, 30, 40, 60),  # a success before a pause does not count
        (100, 100, 40, 0),
        (100, 130, 40, 0),
    ],
)
def test_silence_counts_from_the_last_success_or_the_beginning(
    now: float, last_success: float | None, started: float, seconds: float
) -> None:
    assert silent_for(now, last_success, started) == seconds


def test_after_too_long_a_silence_the_last_failure_is_named() -> None:
    clock = Clock()
    silence = Silence(600, clock=clock)
    silence.begin()
    clock.now += 300
    silence.heard()
    silence.failed("no connection to the Bot API (ClientConnectorError)")
    clock.now += 600
    silence.check()
    clock.now += 1
    with pytest.raises(PollingSilent) as caught:
        silence.check()
    assert isinstance(caught.value, BotError)
    assert caught.value.seconds == 601
    assert str(caught.value) == (
        "no poll has succeeded for 601 s (the last one failed: no connection to the Bot API "
        "(ClientConnectorError)); the process ends to be started anew"
    )


def test_a_poll_that_hangs_is_silence_too() -> None:
    clock = Clock()
    silence = Silence(600, clock=clock)
    silence.begin()
    silence.failed("Bad Gateway")
    silence.heard()
    clock.now += 601
    with pytest.raises(PollingSilent, match="neither succeeded nor failed"):
        silence.check()


def test_who_does_not_poll_may_be_silent() -> None:
    clock = Clock()
    silence = Silence(600, clock=clock)
    clock.now += 10_000
    silence.check()
    assert silence.seconds() is None
    silence.begin()
    silence.heard()
    clock.now += 500
    silence.begin()  # again, without a pause: nothing starts anew
    assert silence.seconds() == 500
    silence.pause()
    clock.now += 10_000
    silence.check()
    silence.begin()
    assert silence.seconds() == 0
    silence.check()


async def test_watching_ends_with_the_fault() -> None:
    silence = Silence(0.1)
    silence.begin()
    with pytest.raises(PollingSilent):
        await asyncio.wait_for(silence.watch(), 5)

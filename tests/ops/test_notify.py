"""What the service manager hears, over a real datagram socket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.ops.notify import Notifier, notifier


class Manager:
    """The other end, as systemd has it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)
        self.socket.settimeout(2)

    def heard(self) -> list[str]:
        return self.socket.recv(4096).decode().split("\n")

    def silent(self) -> bool:
        self.socket.setblocking(False)
        try:
            self.socket.recv(4096)
        except BlockingIOError:
            return True
        return False


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    abstract = f"@alliance-bot-test-{os.getpid()}-{tmp_path.name}"
    manager = Manager(abstract if request.param == "abstract" else str(tmp_path / "notify"))
    yield manager
    manager.socket.close()


def test_the_manager_hears_start_status_life_and_end(manager: Manager) -> None:
    notify = Notifier(manager.name)
    notify.ready("answering as @garden_bot")
    assert manager.heard() == ["READY=1", "STATUS=answering as @garden_bot"]
    notify.status("waiting for other:17")
    assert manager.heard() == ["STATUS=waiting for other:17"]
    notify.alive()
    assert manager.heard() == ["WATCHDOG=1"]
    notify.stopping()
    assert manager.heard() == ["STOPPING=1", "STATUS=stopping"]


def test_the_manager_is_asked_for_more_time_to_start(manager: Manager) -> None:
    Notifier(manager.name).starting("waiting for the Bot API", within=61.5)
    assert manager.heard() == ["EXTEND_TIMEOUT_USEC=61500000", "STATUS=waiting for the Bot API"]


def test_a_status_stays_on_its_line(manager: Manager) -> None:
    Notifier(manager.name).status("bad\nMAINPID=1\r\nREADY=1 \ud83d")
    assert manager.heard() == ["STATUS=bad MAINPID=1 READY=1 ?"]


async def test_signs_of_life_come_several_times_in_the_span_that_is_waited(manager: Manager) -> None:
    beating = asyncio.create_task(Notifier(manager.name, watchdog_seconds=0.3).keep_alive())
    for _ in range(3):
        assert await asyncio.to_thread(manager.heard) == ["WATCHDOG=1"]
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


def test_the_environment_says_where_and_how_often(manager: Manager) -> None:
    found = notifier({"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, pid=7)
    found.alive()
    assert manager.heard() == ["WATCHDOG=1"]
    assert found.watchdog_seconds == 30


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "-5"},
        {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"},
    ],
)
def test_no_watchdog_is_served_unless_one_waits_for_this_process(environment: dict[str, str]) -> None:
    assert notifier(environment, pid=7).watchdog_seconds is None


async def test_without_a_manager_nothing_happens() -> None:
    for notify in (
        notifier({}, pid=7),
        notifier({"NOTIFY_SOCKET": ""}, pid=7),
        Notifier(None, watchdog_seconds=1),
    ):
        notify.ready("x")
        notify.alive()
        notify.stopping()
        await asyncio.wait_for(notify.keep_alive(), 1)


def test_a_manager_that_went_away_is_told_of_once(tmp_path: Path) -> None:
    notify = Notifier(str(tmp_path / "nobody"))
    with capture_logs() as logs:
        for _ in range(5):
            notify.alive()
    assert [log["event"] for log in logs] == ["service_manager_not_told"]


def test_a_manager_that_does_not_read_holds_up_nothing(tmp_path: Path) -> None:
    manager = Manager(str(tmp_path / "notify"))
    notify = Notifier(manager.name)
    with capture_logs():
        for _ in range(5_000):
            notify.alive()
    manager.socket.close()

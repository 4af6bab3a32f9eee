"""Which process holds something, and whether it still lives."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from bot.storage.owner import described, is_gone, this_process

_NAME = "from bot.storage.owner import this_process; print(this_process(), flush=True)"


def test_this_process_lives() -> None:
    assert not is_gone(this_process())


def test_a_process_is_gone_when_it_has_ended_and_not_before() -> None:
    program = f"{_NAME}; input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert not is_gone(name)
        child.kill()
        child.wait()
        assert is_gone(name)


def test_a_number_that_another_process_has_by_now_is_no_sign_of_life() -> None:
    where, _, _ = this_process().rpartition(":")
    assert is_gone(f"{where}:1")


def test_processes_elsewhere_are_not_judged() -> None:
    _, _, number = this_process().partition(":")
    assert not is_gone(f"elsewhere/1:{number}")
    assert not is_gone("elsewhere/1:99999999:1")
    assert not is_gone("nonsense")


def test_people_are_told_who_an_owner_is() -> None:
    said = re.fullmatch(r"process (\d+) on host (\S+), started (\d{4}-.+) UTC", described(this_process()))
    assert said is not None
    assert said[1] == str(os.getpid())
    assert said[2] == socket.gethostname()
    began = datetime.strptime(said[3], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert timedelta(seconds=-2) < datetime.now(UTC) - began < timedelta(hours=6)


def test_of_processes_elsewhere_people_are_told_no_start() -> None:
    assert described("other.example/40265:17:3") == (
        "process 17 on host other.example (process namespace 40265)"
    )
    assert described("nonsense") == "nonsense"

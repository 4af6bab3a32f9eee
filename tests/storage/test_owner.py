"""Which process holds something, and whether it still lives."""

from __future__ import annotations

import subprocess
import sys

from bot.storage.owner import is_gone, this_process

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

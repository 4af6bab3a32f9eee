"""One of them is said in the singular."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bot.staff.counting import counted, totals
from bot.types import Location, Problem


def problem(severity: Literal["error", "warning"]) -> Problem:
    return Problem(location=Location(path=Path("facts.yaml")), code="x", message="y", severity=severity)


def test_one_thing_is_said_in_the_singular() -> None:
    assert [counted(number, "error") for number in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]


def test_a_report_ends_with_its_totals() -> None:
    assert totals(()) == "0 errors, 0 warnings"
    assert totals([problem("error"), *[problem("warning")] * 2]) == "1 error, 2 warnings"
    assert totals([problem("warning")]) == "0 errors, 1 warning"

"""How is a number of things said in a terminal? In English, one of them in the singular."""

from __future__ import annotations

from collections.abc import Collection

from bot.types import Problem


def counted(number: int, thing: str) -> str:
    """Say how many there are of a thing with a regular plural: "1 error", "12 questions"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def totals(problems: Collection[Problem]) -> str:
    """Say how many errors and warnings there are, as the last line of a report."""
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"

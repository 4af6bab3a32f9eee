"""How good are the answers, language by language? The labelled questions, for the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering.assistant import Assistant
from bot.answering.evaluate import Judged, Rate, Scores, judge, score
from bot.errors import KnowledgeError
from bot.knowledge.loader import load_evaluation
from bot.staff.reliability import Guess, calibration_error, draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The questions of one locale, judged."""

    scores: Scores
    judged: tuple[Judged, ...]


def evaluate_content(
    knowledge_dir: Path, assistant: Assistant, *, only: tuple[str, ...] = (), now: datetime
) -> tuple[Evaluated, ...]:
    """Ask every labelled question of the chosen locales.

    Raises:
        KnowledgeError: The labelled questions have errors.
    """
    items, problems = load_evaluation(knowledge_dir)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise KnowledgeError(errors)
    results = []
    for locale in sorted(items):
        if only and locale not in only:
            continue
        judged = tuple(judge(item, assistant, asked_at=now) for item in items[locale])
        results.append(Evaluated(scores=score(locale, judged), judged=judged))
    return tuple(results)


def guesses_of(results: tuple[Evaluated, ...]) -> tuple[Guess, ...]:
    """List what was thought of the questions for which the matcher had an entry, and whether it was a right one."""
    return tuple(
        Guess(probability=judged.probability, right=judged.first)
        for result in results
        for judged in result.judged
        if judged.probability is not None
    )


def draw_reliability(results: tuple[Evaluated, ...], path: Path) -> float:
    """Write the reliability diagram and the risk-coverage curve of all questions; return the calibration error."""
    guesses = guesses_of(results)
    names = ", ".join(result.scores.locale for result in results)
    path.write_text(draw(guesses, title=f"Reliability of the probability: {names}"), encoding="utf-8")
    return calibration_error(guesses)


def print_scores(results: tuple[Evaluated, ...], *, failures: bool, as_json: bool) -> None:
    """Print the counts with their 95 % intervals, and on request what went wrong."""
    if as_json:
        print(json.dumps([asdict(result.scores) for result in results], ensure_ascii=False, indent=2))
        return
    table = Table(title="counts with 95 % intervals")
    for heading in (
        "locale",
        "right in first place",
        "right in first three",
        "wrong among answered",
        "choices offered",
        "abstained on answerable",
        "declined of what must be",
    ):
        table.add_column(heading)
    for result in results:
        one = result.scores
        rates: tuple[Rate, ...] = (
            one.first, one.first_three, one.wrong, one.clarified, one.abstained, one.declined,
        )  # fmt: skip
        table.add_row(one.locale, *(str(rate) for rate in rates))
    Console(width=None if Console().is_terminal else 200).print(table)
    if failures:
        for result in results:
            for judged in result.judged:
                if judged.verdict not in ("right", "declined"):
                    _print_failure(result.scores.locale, judged)


def _print_failure(locale: str, judged: Judged) -> None:
    wanted = " or ".join(judged.item.entries) or " and ".join(judged.item.both) or "a refusal"
    got = ", ".join(judged.got[:3]) or "nothing"
    chance = "" if judged.probability is None else f" ({judged.probability:.2f})"
    print(f"{locale} {judged.verdict}: {judged.item.question!r}: wanted {wanted}; got {got}{chance}")

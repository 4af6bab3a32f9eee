"""Is the content sound? Every check in one report, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering.assistant import examples
from bot.knowledge.checks import Summary, check, check_evaluation, summary
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.catalogs import load_catalogs
from bot.matching.confusable import confusable
from bot.types import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All problems of the content, in the order of files and lines, and a row per locale."""

    problems: tuple[Problem, ...]
    rows: tuple[Summary, ...]


def check_content(knowledge_dir: Path, locales_dir: Path) -> Report:
    """Read everything, run every check, and count.

    Raises:
        KnowledgeError: There is no knowledge base to check.
    """
    knowledge, problems = load_knowledge(knowledge_dir)
    catalogs, more = load_catalogs(locales_dir)
    evaluation, others = load_evaluation(knowledge_dir)
    template = locales_dir / "knowledge.pot"
    found = [*problems, *more, *others, *check(knowledge, catalogs, template=template)]
    found += check_evaluation(knowledge, evaluation)
    if not any(problem.severity == "error" for problem in found):
        found += confusable(examples(knowledge, catalogs), synonyms=knowledge.synonyms)
    return Report(problems=_ordered(found), rows=tuple(summary(knowledge, catalogs)))


def print_report(report: Report) -> None:
    """Print each problem on a line of its own, then the table."""
    for problem in report.problems:
        print(problem)
    table = Table(
        "locale", "entries", "phrasings", "entries with phrasings", "translated", "stale", "missing"
    )
    for row in report.rows:
        table.add_row(
            row.locale,
            *(
                str(n)
                for n in (row.entries, row.phrasings, row.phrased, row.translated, row.stale, row.missing)
            ),
        )
    Console().print(table)
    errors = sum(problem.severity == "error" for problem in report.problems)
    print(f"{errors} errors, {len(report.problems) - errors} warnings")


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (str(problem.location.path), problem.location)))

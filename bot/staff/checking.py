"""Is the content sound? Every check in one report, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.answering.assistant import DEFAULT_TARGET_RISK, examples, load_assistant
from bot.answering.golden import ask_golden
from bot.files import ReadCache
from bot.knowledge.checks import Summary, check, check_evaluation, summary
from bot.knowledge.golden import load_golden
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.catalogs import load_catalogs
from bot.matching.confusable import confusable
from bot.matching.names import Names
from bot.staff.counting import counted, totals
from bot.types import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All problems of the content, in the order of files and lines, and a row per locale."""

    problems: tuple[Problem, ...]
    rows: tuple[Summary, ...]
    waiting: bool = False  # whether checks wait until a file can be read


# Problems of files from which nothing could be read.
UNREADABLE = frozenset(
    {
        *("yaml-syntax", "invalid-utf-8", "byte-order-mark", "file-too-big", "too-deep", "hidden-character"),
        *("tab", "alias", "tag", "several-documents", "unreadable-file", "catalog-syntax", "missing-file"),
    }
)


def check_content(
    knowledge_dir: Path,
    locales_dir: Path,
    *,
    today: date | None = None,
    cache_dir: Path | None = None,
    target_risk: float = DEFAULT_TARGET_RISK,
) -> Report:
    """Read everything, run every check, and count.

    Args:
        knowledge_dir: Folder of the knowledge base.
        locales_dir: Folder of the catalogs.
        today: To notice what is out of date.
        cache_dir: Where trained rankers are kept, and what was found confused in a language as it stands.
        target_risk: As for `load_assistant`, for the same.

    Raises:
        KnowledgeError: There is no knowledge base to check.
    """
    kept = ReadCache(cache_dir)
    knowledge, problems = load_knowledge(knowledge_dir, kept=kept)
    catalogs, more = load_catalogs(locales_dir, kept=kept)
    evaluation, others = load_evaluation(knowledge_dir)
    found = [*problems, *more, *others]
    if unreadable := [problem for problem in found if problem.code in UNREADABLE]:
        # What leads into a file that cannot be read seems missing everywhere: those are no faults of their own.
        seen = {problem.location.path for problem in unreadable}
        rest = [problem for problem in found if not problem.code.startswith("unknown-")]
        first = [problem for problem in rest if problem.location.path in seen]
        listed = [*first, *(problem for problem in rest if problem.location.path not in seen)]
        return Report(problems=tuple(dict.fromkeys(listed)), rows=(), waiting=True)
    found += check(knowledge, catalogs, template=locales_dir / "knowledge.pot", today=today)
    found += check_evaluation(knowledge, evaluation)
    golden, more = load_golden(knowledge_dir, knowledge)
    found += more
    if not any(problem.severity == "error" for problem in found):
        found += confusable(
            examples(knowledge, catalogs),
            synonyms=knowledge.synonyms,
            names=Names(knowledge.names),
            cache_dir=cache_dir,
        )
        if golden:
            assistant = load_assistant(
                knowledge_dir=knowledge_dir,
                locales_dir=locales_dir,
                cache_dir=cache_dir,
                target_risk=target_risk,
            )
            found += ask_golden(assistant, golden)
    return Report(problems=_ordered(found), rows=tuple(summary(knowledge, catalogs)))


def print_report(report: Report) -> None:
    """Print each problem on a line of its own, then the table."""
    for problem in report.problems:
        print(problem)
    if report.waiting:
        errors = sum(problem.severity == "error" for problem in report.problems)
        print(f"{counted(errors, 'error')}; the other checks wait until every file can be read")
        return
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
    print(totals(report.problems))


def _ordered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (str(problem.location.path), problem.location)))

"""Which commands keep the knowledge right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import (
    EXIT_UNUSABLE,
    ConfigOption,
    KnowledgeOption,
    LocalesOption,
    assistant_of,
    now,
    say,
)


def check(
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as problems.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Check knowledge and catalogs; list every problem and a summary.

    Exit status: 0 clean, 1 problems found, 2 could not run.
    """
    from bot.config import load_config
    from bot.staff.checking import check_content, print_report

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    for folder in (settings.content.knowledge_dir, settings.content.locales_dir):
        if not folder.is_dir():
            say(f"{folder}: no such folder")
            raise typer.Exit(EXIT_UNUSABLE)
    content = settings.content
    report = check_content(
        content.knowledge_dir,
        content.locales_dir,
        today=now().date(),
        cache_dir=content.cache_dir,
        target_risk=settings.answering.target_risk,
    )
    print_report(report)
    print(f"checked {content.knowledge_dir} and {content.locales_dir}")
    _hint_at_others(content.knowledge_dir)
    errors = sum(problem.severity == "error" or strict for problem in report.problems)
    raise typer.Exit(1 if errors else 0)


def _hint_at_others(read: Path) -> None:
    """Say so where other knowledge lies in the present folder: a bot that was installed brings a copy of its own."""
    here = Path("knowledge")
    if (here / "entries").is_dir() and here.resolve() != read.resolve():
        say(f"{here}: not checked; --knowledge knowledge --locales locales checks it")


def evaluate(
    locale: Annotated[list[str] | None, typer.Option(help="Only these languages.")] = None,
    failures: Annotated[bool, typer.Option("--failures", help="Name each question that went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    reliability: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw how far the probability can be believed.")
    ] = None,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Ask the labelled questions of knowledge/evaluation and count."""
    from bot.config import load_config
    from bot.staff.evaluation import draw_reliability, evaluate_content, print_scores

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    results = evaluate_content(
        settings.content.knowledge_dir, assistant_of(settings), only=tuple(locale or ()), now=now()
    )
    print_scores(results, failures=failures, as_json=as_json)
    if reliability is not None:
        error = draw_reliability(results, reliability)
        say(f"wrote {reliability}; expected calibration error {error:.1%}")

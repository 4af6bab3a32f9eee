"""Which commands keep knowledge and translations right?"""

from __future__ import annotations

import json
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
    errors = sum(problem.severity == "error" or strict for problem in report.problems)
    raise typer.Exit(1 if errors else 0)


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


def schema(
    directory: Annotated[Path, typer.Argument(help="Where to write the JSON Schemas.")],
) -> None:
    """Write JSON Schemas of the knowledge files, for editors that complete and check YAML."""
    from bot.knowledge.schema import json_schemas

    directory.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        path = directory / f"{name}.schema.json"
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        say(f"wrote {path}")


def translations_extract(
    root: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
) -> None:
    """Write the templates locales/bot.pot and locales/knowledge.pot from code and knowledge."""
    from bot.staff.translations import extract

    extract(root)


def translations_update(
    locale: Annotated[list[str] | None, typer.Argument(help="Only these languages.")] = None,
    root: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Bring the catalogs in step with the templates; no translation is lost."""
    from bot.staff.translations import update

    update(root, locale or None)


def translations_status(
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Show how far each language is translated.

    A message counts as reviewed when a translator's comment above it begins with "reviewed".
    """
    from bot.config import load_config
    from bot.staff.coverage import coverage, print_coverage

    content = load_config(config, knowledge_dir=knowledge, locales_dir=locales).content
    print_coverage(coverage(content.knowledge_dir, content.locales_dir))


def translations_lint(
    locale: Annotated[list[str] | None, typer.Argument(help="Only these languages.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as problems.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """List what a reader would stumble over: names, plurals, marks, lengths, words left in English.

    Exit status: 0 clean, 1 problems found.
    """
    from bot.config import load_config
    from bot.staff.coverage import lint_content

    content = load_config(config, knowledge_dir=knowledge, locales_dir=locales).content
    problems = lint_content(content.knowledge_dir, content.locales_dir, only=tuple(locale or ()))
    for problem in problems:
        print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{errors} errors, {len(problems) - errors} warnings")
    raise typer.Exit(1 if errors or (strict and problems) else 0)


def translations_new(
    locale: Annotated[str, typer.Argument(help="CLDR id of the language, such as de or pt_BR.")],
    root: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Begin a language: its catalogs with their headers, and the list of what to write."""
    from bot.staff.coverage import to_write
    from bot.staff.translations import new

    for path in new(root, locale, today=now().date()):
        say(f"wrote {path}")
    for line in to_write(root, locale):
        say(line)

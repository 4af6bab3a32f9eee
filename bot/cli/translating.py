"""Which commands keep the translations right?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import ConfigOption, KnowledgeOption, LocalesOption, now, say

RootOption = Annotated[Path, typer.Option(help="The project's folder.")]


def translations_extract(
    root: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
) -> None:
    """Write the templates locales/bot.pot and locales/knowledge.pot from code and knowledge."""
    from bot.staff.templates import extract

    extract(root)


def translations_update(
    locale: Annotated[list[str] | None, typer.Argument(help="Only these languages.")] = None,
    editorial: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="This text was put into other words that mean the same: its translations stay current. "
            "An entry (launch-date), one of its texts (launch-date.answer), or any other msgctxt (start.text); "
            "also after an update that made them stale. May be given several times.",
        ),
    ] = None,
    root: RootOption = Path(),
) -> None:
    """Bring the catalogs in step with the texts; no translation is lost."""
    from bot.staff.translations import update

    done = update(root, locale or None, today=now().date(), editorial=tuple(editorial or ()))
    _list("stale", done.stale)
    _list("current, in other words now", done.kept)
    _list("stale for an earlier change, still", done.stale_still)
    if done.stale:
        first = next(iter(done.stale))
        say(f"Does it still mean the same? `alliance-bot translations update --editorial {first}`")


def translations_status(
    locale: Annotated[
        list[str] | None, typer.Argument(help="List what is stale or missing in these languages.")
    ] = None,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Show how far each language is translated; of the languages named, what changed, where, and the old text.

    A message counts as reviewed when a translator's comment above it begins with "reviewed".
    """
    from bot.config import load_config
    from bot.staff.coverage import coverage, print_coverage, print_waiting

    content = load_config(config, knowledge_dir=knowledge, locales_dir=locales).content
    print_coverage(coverage(content.knowledge_dir, content.locales_dir))
    for name in locale or ():
        print_waiting(content.knowledge_dir, content.locales_dir, name)


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
    from bot.staff.counting import totals
    from bot.staff.coverage import lint_content

    content = load_config(config, knowledge_dir=knowledge, locales_dir=locales).content
    problems = lint_content(content.knowledge_dir, content.locales_dir, only=tuple(locale or ()))
    for problem in problems:
        print(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    print(totals(problems))
    raise typer.Exit(1 if errors or (strict and problems) else 0)


def translations_new(
    locale: Annotated[str, typer.Argument(help="CLDR id of the language, such as de or pt_BR.")],
    root: RootOption = Path(),
) -> None:
    """Begin a language: all its files with their headers, and the list of what to write, in its order."""
    from bot.staff.beginning import new, to_write

    for path in new(root, locale, today=now().date()):
        say(f"wrote {path}")
    for line in to_write(root, locale):
        say(line)


def translations_reviewed(
    locale: Annotated[str, typer.Argument(help="The language that was read.")],
    text: Annotated[
        list[str] | None,
        typer.Argument(help="An entry (launch-date), one of its texts (launch-date.answer), or any msgctxt."),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who has read the translations.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Every current translation of the language.")
    ] = False,
    root: RootOption = Path(),
) -> None:
    """Note in the catalogs who has read translations; a later change of the English text takes the note away."""
    from bot.staff.counting import counted
    from bot.staff.reviewed import mark_reviewed

    count = mark_reviewed(root, locale, None if everything else tuple(text or ()), by=by, today=now().date())
    say(f"{counted(count, 'translation')} noted as reviewed by {by}")


def translations_pseudo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to write; by default a new temporary folder.")
    ] = None,
    root: RootOption = Path(),
) -> None:
    """Write two made-up languages, accented (en_XA) and from right to left (ar_XB), to see what is left untranslated.

    They are for the preview only and never stand among the catalogs that the public is served.
    """
    from bot.staff.pseudo import write_pseudo

    folder = write_pseudo(root, directory)
    say(f"wrote {folder}")
    say(f"ALLIANCE_BOT_LOCALES_DIR={folder} alliance-bot preview")


def _list(what: str, found: Mapping[str, Sequence[str]]) -> None:
    for context, locales in found.items():
        say(f"{context}: {what}: {', '.join(locales)}")

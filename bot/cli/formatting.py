"""Which commands write the knowledge files in one form, and tell editors what may stand in them?"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import EXIT_ERROR, EXIT_UNUSABLE, ConfigOption, KnowledgeOption, complain, say

if TYPE_CHECKING:
    from bot.staff.formatting import Formatted


def format_files(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="By default all of the knowledge base.")
    ] = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; print what would change.")
    ] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
) -> None:
    """Write the knowledge files in one form: order of keys, indentation, double quotation marks; comments stay.

    Exit status: 0 done, or nothing to do; 1 a file was refused, or with --check would change; 2 could not run.
    """
    from bot.config import load_config
    from bot.staff.counting import counted
    from bot.staff.formatting import NotFormatted, format_file, write_formatted
    from bot.staff.schemas import knowledge_files

    folder = load_config(config, knowledge_dir=knowledge).content.knowledge_dir
    if not folder.is_dir():
        say(f"{folder}: no such folder; name the folder of the knowledge base with --knowledge")
        raise typer.Exit(EXIT_UNUSABLE)
    changed = refused = 0
    paths = list(files or knowledge_files(folder))
    for path in paths:
        try:
            formatted = format_file(path, folder)
            if formatted.changed and not only_check:
                write_formatted(formatted)
        except NotFormatted as fault:
            complain(fault)
            refused += 1
            continue
        if formatted.changed:
            changed += 1
            _tell(formatted, only_check)
    verb = "would change" if only_check else "changed"
    say(f"{counted(len(paths), 'file')}: {changed} {verb}, {refused} refused")
    if refused or (only_check and changed):
        raise typer.Exit(EXIT_ERROR)


def schema(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to write the JSON Schemas.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Renew those of the knowledge base, in its folder schemas/.")
    ] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
) -> None:
    """Write JSON Schemas of the knowledge files, for editors that complete and check YAML."""
    from bot.config import load_config
    from bot.staff.schemas import FOLDER, schema_files

    if (directory is None) != write:
        say("name a folder for the schemas, or renew those of the knowledge base with --write")
        raise typer.Exit(EXIT_UNUSABLE)
    target = directory or load_config(config, knowledge_dir=knowledge).content.knowledge_dir / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, content in schema_files().items():
        (target / name).write_text(content, encoding="utf-8")
        say(f"wrote {target / name}")


def _tell(formatted: Formatted, only_check: bool) -> None:
    if not only_check:
        say(f"formatted {formatted.path}")
        return
    name = str(formatted.path)
    before, after = (text.splitlines() for text in (formatted.before, formatted.after))
    for line in difflib.unified_diff(before, after, name, f"{name} (formatted)", lineterm="", n=1):
        print(line)

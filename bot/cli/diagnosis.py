"""Which command says whether everything is in order?"""

from __future__ import annotations

import typer

from bot.cli.options import EXIT_ERROR, ConfigOption, KnowledgeOption, LocalesOption, assistant_of


def doctor(
    config: ConfigOption = None, knowledge: KnowledgeOption = None, locales: LocalesOption = None
) -> None:
    """Check everything that a running bot needs; one line each, with what to do.

    Exit status: 0 nothing failed, 1 something did, 2 unusable settings.
    """
    import asyncio

    from bot.config import load_config
    from bot.doctor import diagnose

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    findings = asyncio.run(diagnose(settings, load=lambda: assistant_of(settings)))
    for finding in findings:
        print(finding)
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(EXIT_ERROR)

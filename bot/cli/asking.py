"""How is a question asked in the terminal?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import (
    EXIT_ERROR,
    ConfigOption,
    KnowledgeOption,
    LocalesOption,
    assistant_of,
    complain,
    now,
    say,
)
from bot.errors import ConfigError

EXIT_BY_DECISION = {"answer": 0, "clarify": 3, "abstain": 4}


def ask(
    question: Annotated[str | None, typer.Argument(help="A question in any language.")] = None,
    locale: Annotated[str | None, typer.Option(help="Answer in this language, as if chosen.")] = None,
    client_language: Annotated[str | None, typer.Option(help="Language of the asker's application.")] = None,
    after: Annotated[str | None, typer.Option(help="The question asked before this one.")] = None,
    file: Annotated[Path | None, typer.Option(help="Questions, one JSON object a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Answer one question, or a file of them, in the terminal.

    Exit status: 0 answered, 3 choices offered, 4 declined, 1 error.
    """
    from bot.answering.ask import Asked, ask_one, read_questions
    from bot.config import load_config
    from bot.language.negotiate import negotiate

    if (question is None) == (file is None):
        say("ask: give either a question or --file; see alliance-bot ask --help")
        raise typer.Exit(EXIT_ERROR)
    try:
        assistant = assistant_of(load_config(config, knowledge_dir=knowledge, locales_dir=locales))
    except ConfigError as error:
        complain(error)
        raise typer.Exit(EXIT_ERROR) from error
    if locale is not None and negotiate(locale, assistant.catalogs.locales) is None:
        say(
            f'--locale: there is no catalog for "{locale}"; there are: {", ".join(assistant.catalogs.locales)}'
        )
        raise typer.Exit(EXIT_ERROR)
    if file is not None:
        for asked in read_questions(file):
            print(ask_one(asked, assistant, now=now()).line(as_json=as_json, explain=explain))
        return
    asked = Asked(question=question or "", after=after, locale=locale, client_language=client_language)
    answered = ask_one(asked, assistant, now=now())
    print(answered.line(as_json=as_json, explain=explain))
    raise typer.Exit(EXIT_BY_DECISION[answered.reply.parts[0].decision])

"""Which commands are there? Each one thin: read arguments, call, print, exit with a documented status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError, ConfigError

if TYPE_CHECKING:
    from bot.answering.assistant import Assistant
    from bot.config import Config

EXIT_ERROR, EXIT_UNUSABLE = 1, 2
EXIT_BY_DECISION = {"answer": 0, "clarify": 3, "abstain": 4}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Telegram bot that answers the public's questions about the World Digital Education Alliance, with sources.",
)
translations = typer.Typer(no_args_is_help=True, help="Keep the catalogs in step with the English texts.")
app.add_typer(translations, name="translations")

KnowledgeOption = Annotated[
    Path | None, typer.Option("--knowledge", metavar="DIR", help="Folder of the knowledge base.")
]
LocalesOption = Annotated[
    Path | None, typer.Option("--locales", metavar="DIR", help="Folder of the catalogs.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings file (TOML).")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]


def main() -> None:
    """Run the command line; operating faults become one clear message and an exit status."""
    try:
        app()
    except ConfigError as error:
        _complain(error)
        sys.exit(EXIT_UNUSABLE)
    except BotError as error:
        _complain(error)
        sys.exit(EXIT_ERROR)
    except BrokenPipeError:
        sys.exit(EXIT_ERROR)


@app.command()
def run(
    config: ConfigOption = None, knowledge: KnowledgeOption = None, locales: LocalesOption = None
) -> None:
    """Answer on Telegram; the token is read from ALLIANCE_BOT_TOKEN."""
    import asyncio

    from bot.app import run as run_app
    from bot.config import load_config

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    asyncio.run(run_app(settings, _assistant(settings, progress=_say)))


@app.command()
def preview(
    port: PortOption = 8080,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the default browser.")
    ] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Try the bot in the browser: no token, no network, the real application on a local Bot API."""
    import asyncio

    from bot.app import run_preview
    from bot.config import load_config

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    _say("Alliance Bot: reading the knowledge …")
    assistant = _assistant(settings, progress=_say)
    try:
        asyncio.run(run_preview(settings, assistant, port=port, open_browser=open_browser, say=_say))
    except KeyboardInterrupt:
        _say("stopped")


@app.command()
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
        _say("ask: give either a question or --file; see alliance-bot ask --help")
        raise typer.Exit(EXIT_ERROR)
    try:
        assistant = _assistant(load_config(config, knowledge_dir=knowledge, locales_dir=locales))
    except ConfigError as error:
        _complain(error)
        raise typer.Exit(EXIT_ERROR) from error
    if locale is not None and negotiate(locale, assistant.catalogs.locales) is None:
        _say(
            f'--locale: there is no catalog for "{locale}"; there are: {", ".join(assistant.catalogs.locales)}'
        )
        raise typer.Exit(EXIT_ERROR)
    if file is not None:
        for asked in read_questions(file):
            print(ask_one(asked, assistant, now=_now()).line(as_json=as_json, explain=explain))
        return
    asked = Asked(question=question or "", after=after, locale=locale, client_language=client_language)
    answered = ask_one(asked, assistant, now=_now())
    print(answered.line(as_json=as_json, explain=explain))
    raise typer.Exit(EXIT_BY_DECISION[answered.reply.parts[0].decision])


@app.command()
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
            _say(f"{folder}: no such folder")
            raise typer.Exit(EXIT_UNUSABLE)
    report = check_content(settings.content.knowledge_dir, settings.content.locales_dir)
    print_report(report)
    errors = sum(problem.severity == "error" or strict for problem in report.problems)
    raise typer.Exit(1 if errors else 0)


@app.command()
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
        settings.content.knowledge_dir, _assistant(settings), only=tuple(locale or ()), now=_now()
    )
    print_scores(results, failures=failures, as_json=as_json)
    if reliability is not None:
        error = draw_reliability(results, reliability)
        _say(f"wrote {reliability}; expected calibration error {error:.1%}")


@app.command()
def schema(
    directory: Annotated[Path, typer.Argument(help="Where to write the JSON Schemas.")],
) -> None:
    """Write JSON Schemas of the knowledge files, for editors that complete and check YAML."""
    from bot.knowledge.schema import json_schemas

    directory.mkdir(parents=True, exist_ok=True)
    for name, content in json_schemas().items():
        path = directory / f"{name}.schema.json"
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        _say(f"wrote {path}")


@translations.command("extract")
def translations_extract(
    root: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
) -> None:
    """Write the templates locales/bot.pot and locales/knowledge.pot from code and knowledge."""
    from bot.staff.translations import extract

    extract(root)


@translations.command("update")
def translations_update(
    locale: Annotated[list[str] | None, typer.Argument(help="Only these languages.")] = None,
    root: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Bring the catalogs in step with the templates; no translation is lost."""
    from bot.staff.translations import update

    update(root, locale or None)


def _assistant(settings: Config, *, progress: Callable[[str], None] | None = None) -> Assistant:
    from bot.answering.assistant import Operator, load_assistant

    operator = settings.operator
    return load_assistant(
        knowledge_dir=settings.content.knowledge_dir,
        locales_dir=settings.content.locales_dir,
        operator=Operator(name=operator.name, contact=operator.contact, official=operator.official),
        default_locale=settings.content.default_locale,
        target_risk=settings.answering.target_risk,
        cache_dir=settings.content.cache_dir,
        progress=progress,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _complain(error: BotError) -> None:
    for line in _lines(error):
        _say(line)


def _lines(error: BotError) -> Iterator[str]:
    yield from str(error).splitlines() or [type(error).__name__]

"""Which commands are there? Each one thin: read arguments, call, print, exit with a documented status."""

from __future__ import annotations

import sys

import typer

from bot.cli.age import sources, stale
from bot.cli.asking import ask
from bot.cli.content import check, evaluate
from bot.cli.diagnosis import doctor
from bot.cli.formatting import format_files, schema
from bot.cli.impact import diff
from bot.cli.insights import insights
from bot.cli.keeping import backup, dead_list, dead_retry, maintenance, migrate, restore
from bot.cli.links import links
from bot.cli.options import EXIT_ERROR, EXIT_UNUSABLE, complain
from bot.cli.presenting import profile_check, profile_sync
from bot.cli.replay import replay
from bot.cli.reviewing import review_app
from bot.cli.serving import preview, run
from bot.cli.translating import (
    translations_extract,
    translations_lint,
    translations_new,
    translations_pseudo,
    translations_reviewed,
    translations_status,
    translations_update,
)
from bot.cli.webhook import webhook_delete, webhook_info, webhook_set
from bot.errors import BotError, ConfigError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A Telegram bot that answers the public's questions about the World Digital Education Alliance, with sources.",
)
for command in (
    run,
    preview,
    ask,
    check,
    evaluate,
    diff,
    replay,
    stale,
    sources,
    insights,
    schema,
    links,
    doctor,
    migrate,
    backup,
    restore,
    maintenance,
):
    app.command()(command)
app.command("format")(format_files)

dead = typer.Typer(no_args_is_help=True, help="Look at messages that were given up.")
dead.command("list")(dead_list)
dead.command("retry")(dead_retry)
app.add_typer(dead, name="dead")

app.add_typer(review_app, name="review")

translations = typer.Typer(no_args_is_help=True, help="Keep the catalogs in step with the English texts.")
translations.command("extract")(translations_extract)
translations.command("update")(translations_update)
translations.command("status")(translations_status)
translations.command("lint")(translations_lint)
translations.command("pseudo")(translations_pseudo)
translations.command("new")(translations_new)
translations.command("reviewed")(translations_reviewed)
app.add_typer(translations, name="translations")

webhook = typer.Typer(no_args_is_help=True, help="Say where Telegram posts updates, or that they are polled.")
webhook.command("set")(webhook_set)
webhook.command("delete")(webhook_delete)
webhook.command("info")(webhook_info)
app.add_typer(webhook, name="webhook")

profile = typer.Typer(no_args_is_help=True, help="Keep name, descriptions and commands as the catalogs say.")
profile.command("check")(profile_check)
profile.command("sync")(profile_sync)
app.add_typer(profile, name="profile")


def main() -> None:
    """Run the command line; operating faults become one clear message and an exit status."""
    try:
        app()
    except ConfigError as error:
        complain(error)
        sys.exit(EXIT_UNUSABLE)
    except BotError as error:
        complain(error)
        sys.exit(EXIT_ERROR)
    except BrokenPipeError:
        sys.exit(EXIT_ERROR)

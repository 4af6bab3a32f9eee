"""Which commands show the review queue, and what follows from it? The store that the settings name, while the bot runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.deciding import decide_all
from bot.cli.keeping import with_store
from bot.cli.lifting import review_aside, review_lift
from bot.cli.opening import accepted_with, account, clusters, lines, opened, row_id, undoing
from bot.cli.options import EXIT_ERROR, ConfigOption, KnowledgeOption, LocalesOption, now, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Config
    from bot.staff.review import Cluster, Queue
    from bot.storage.store import AuditRecord, Store
    from bot.types import Overlay

_LATEST = 20  # staff actions that are shown


review_app = typer.Typer(
    invoke_without_command=True,
    help="Work through the questions that the bot could not answer well; `review export` writes what was accepted.",
)


@review_app.callback()
def review(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="Only list the clusters.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Only list them, as JSON, one object a line.")
    ] = False,
    askers: Annotated[
        int | None, typer.Option("--k", min=1, help="How many different people must have asked.")
    ] = None,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Show the questions that the bot could not answer well, and decide on each."""
    if context.invoked_subcommand is not None:
        return
    from bot.config import load_config

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales, review_askers=askers)
    if not (listed or as_json):
        decide_all(settings, config)
        return
    _, _, queue = opened(settings, config)
    for kind, cluster in clusters(queue):
        if as_json:
            print(json.dumps(_object(kind, cluster), ensure_ascii=False))
        else:
            print("\n".join([*lines(cluster, kind), ""]))
    _tell_rest(queue, settings)


def review_export(
    config: ConfigOption = None, knowledge: KnowledgeOption = None, locales: LocalesOption = None
) -> None:
    """Write accepted phrasings as knowledge/learned/LOCALE.yaml for the next commit, and take them from the store."""
    from bot.config import load_config
    from bot.knowledge.loader import load_knowledge
    from bot.staff.exporting import plan_export, write_export

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    folder = settings.content.knowledge_dir
    known, problems = load_knowledge(folder)
    _refuse(problems)
    overlay = with_store(config, lambda store: store.overlay())
    export = plan_export(overlay.learned, known, folder)
    write_export(export)
    if export.held:
        with_store(config, lambda store: store.apply(account(), export.removals(now())))
    for path in export.files:
        say(f"wrote {path}")
    for row in export.left:
        say(f"left in the store: “{row.text}” ({row.locale}) of {row.entry_id}, which does not fit any more")
    count = len(export.held)
    say(f"accepted phrasings that the files hold now: {count}" if count else "nothing to export")


def review_undo(
    which: Annotated[str, typer.Argument(metavar="TEXT|ID", help="As `review audit` shows it.")],
    together: Annotated[
        bool,
        typer.Option("--all", help="Also what was accepted with it, in other words or another language."),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Take an accepted phrasing back; a running bot forgets it within seconds."""
    overlay = with_store(config, lambda store: store.overlay())
    rows = [row for row in overlay.learned if which in (row_id(row), row.text)]
    if not rows:
        say(f"{which}: no accepted phrasing is called so; `alliance-bot review audit` lists them")
        raise typer.Exit(EXIT_ERROR)
    if len(rows) > 1 and len(accepted_with(rows[0], overlay)) < len(rows):
        together = False  # they were accepted one by one
    if len(rows) > 1 and not together:
        say(
            f"{which}: there are {len(rows)} of them: {', '.join(f'{row_id(row)} ({row.locale})' for row in rows)}"
        )
        raise typer.Exit(EXIT_ERROR)
    taken = accepted_with(rows[0], overlay) if together else (rows[0],)
    with_store(config, lambda store: store.apply(account(), undoing(taken)))
    for row in taken:
        say(f"taken back: “{row.text}” of {row.entry_id} ({row.locale})")
    if left := len(accepted_with(rows[0], overlay)) - len(taken):
        say(f"still accepted, by the same press: {left}; `--all` takes all of them back")


def review_audit(
    limit: Annotated[int, typer.Option("--last", min=1, help="How many.")] = _LATEST,
    config: ConfigOption = None,
) -> None:
    """Show what staff did last, and which accepted phrasings no file holds yet."""

    async def read(store: Store) -> tuple[tuple[AuditRecord, ...], Overlay]:
        return await store.audit(limit), await store.overlay()

    done, overlay = with_store(config, read)
    for record in done:
        print(
            f"{record.at:%Y-%m-%d %H:%M}  {record.who}  {record.action}  {record.subject}  {_detail(record)}"
        )
    if not done:
        say("staff have done nothing yet")
    for row in overlay.learned:
        say(f"accepted, not exported: {row_id(row)}  {row.locale}  {row.entry_id}: “{row.text}”")


review_app.command("export")(review_export)
review_app.command("undo")(review_undo)
review_app.command("audit")(review_audit)
review_app.command("aside")(review_aside)
review_app.command("lift")(review_lift)


def _detail(record: AuditRecord) -> str:
    from bot.storage.store import PHRASINGS

    several = record.phrasings if PHRASINGS in record.detail else ()
    told = {name: value for name, value in record.detail.items() if name != PHRASINGS}
    parts = [f"{name} {value}" for name, value in told.items() if value is not None]
    return "; ".join([*(f"{locale} {text}" for locale, text in several), *parts])


def _object(kind: str, cluster: Cluster) -> dict[str, Any]:
    return {
        "id": cluster.id,
        "list": kind,
        "askers": cluster.askers,
        "times": cluster.times,
        "first_asked": cluster.first_asked.isoformat(timespec="seconds"),
        "last_asked": cluster.last_asked.isoformat(timespec="seconds"),
        "reasons": dict(cluster.reasons),
        "wordings": [
            {"locale": one.locale, "text": one.text, "times": one.times} for one in cluster.wordings
        ],
        "complaints": [
            {"entry": one.entry_id, "reason": one.reason, "comment": one.comment}
            for one in cluster.complaints
        ],
        "nearest": [{"entry": one.entry_id, "probability": one.probability} for one in cluster.nearest],
    }


def _tell_rest(queue: Queue, settings: Config) -> None:
    shown = len(queue.waiting) + len(queue.to_write)
    if not shown:
        say("no question waits for a decision")
    if queue.few:
        say(f"not shown, asked by fewer than {settings.staff.askers} people: {queue.few}")
    if queue.more:
        say(f"not shown, because there are so many: {queue.more}; they come up as these are dealt with")


def _refuse(problems: Sequence[Any]) -> None:
    from bot.errors import KnowledgeError

    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise KnowledgeError(errors)

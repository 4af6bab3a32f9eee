"""How is a question asked once more, of the content of an earlier day?"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.asking import EXIT_BY_DECISION
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
from bot.cli.stored import from_store
from bot.errors import CatalogError, ConfigError, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.answering.assistant import Assistant
    from bot.config import Config
    from bot.staff.history import Commit
    from bot.staff.replay import Replay
    from bot.storage.store import DecisionRecord, Store
    from bot.types import Overlay

_MOST_SEARCHED = 50  # commits before that day, for files that staff had gone back to


def replay(
    question: Annotated[str, typer.Argument(help="A question in any language.")],
    at: Annotated[str, typer.Option(metavar="DATE[THH:MM]", help="The day or the moment, in UTC.")],
    locale: Annotated[str | None, typer.Option(help="Answer in this language, as if chosen.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why.")] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Answer a question with the content of an earlier day and today's program, and compare with that day's record.

    Exit status: 0 answered, 3 choices offered, 4 declined, 1 error.
    """
    from bot.config import load_config
    from bot.staff.replay import as_json as json_of
    from bot.staff.replay import moment_of, report

    try:
        moment = moment_of(at, now())
        settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
        replayed = _replayed(settings, question, moment, locale)
    except (ValueError, ConfigError) as error:
        complain(error if isinstance(error, ConfigError) else ConfigError([f"--at: {error}"]))
        raise typer.Exit(EXIT_ERROR) from error
    if as_json:
        print(json.dumps(json_of(replayed), ensure_ascii=False))
    else:
        print(replayed.answered.line(as_json=False, explain=explain))
        print()
        for line in report(replayed):
            print(line)
    raise typer.Exit(EXIT_BY_DECISION[replayed.answered.reply.parts[0].decision])


def _replayed(settings: Config, question: str, moment: datetime, locale: str | None) -> Replay:
    from bot.answering.ask import Asked, ask_one
    from bot.language.negotiate import negotiate
    from bot.staff.building import Wanted
    from bot.staff.history import last_commit
    from bot.staff.replay import Replay, records_of
    from bot.types import Overlay

    async def read(store: Store) -> tuple[Overlay, Overlay, tuple[DecisionRecord, ...]]:
        return await store.overlay(moment), await store.overlay(), await store.decisions()

    content = settings.content
    folders = (content.knowledge_dir, content.locales_dir)
    commit = last_commit(folders, moment)
    kept = from_store(settings, read)
    then, present, records = kept or (None, None, ())
    today = assistant_of(
        settings,
        Wanted(knowledge_dir=folders[0], locales_dir=folders[1], overlay=present or Overlay()),
        progress=say,
    )
    past, commit, missing = _past(settings, folders, commit, then or Overlay())
    if locale is not None and negotiate(locale, past.catalogs.locales) is None:
        there = ", ".join(past.catalogs.locales)
        raise ConfigError([f'--locale: there was no catalog for "{locale}"; there were: {there}'])
    answered = ask_one(Asked(question=question, locale=locale), past, now=moment)
    return Replay(
        at=moment,
        commit=commit,
        overlay=then,
        revision=past.revision,
        revision_now=today.revision,
        answered=answered,
        records=records_of(records, question, moment, answered),
        pin_missing=missing,
    )


def _past(
    settings: Config, folders: Sequence[Path], commit: Commit, overlay: Overlay
) -> tuple[Assistant, Commit, bool]:
    """Load what answered then; says whether files are missing to which staff had gone back."""
    from bot.staff.history import earlier_commits

    missing = False
    if overlay.pinned:
        pinned = (
            each
            for each in earlier_commits(folders, commit, _MOST_SEARCHED)
            if _files_of(folders, each) == overlay.pinned
        )
        found = next(pinned, None)
        commit, missing = found or commit, found is None
    return _load(settings, folders, commit, overlay), commit, missing


def _load(settings: Config, folders: Sequence[Path], commit: Commit, overlay: Overlay) -> Assistant:
    from bot.staff.building import Wanted
    from bot.staff.history import checked_out

    with checked_out(folders, commit.id) as (knowledge, locales):
        wanted = Wanted(knowledge_dir=knowledge, locales_dir=locales, overlay=overlay)
        try:
            return assistant_of(settings, wanted, progress=say)
        except (KnowledgeError, CatalogError):
            say(f"commit {commit.id[:10]} cannot be read by today's program; its files have errors:")
            raise


def _files_of(folders: Sequence[Path], commit: Commit) -> str | None:
    """Name the revision of the files of a commit; None where they cannot be read."""
    from bot.knowledge.loader import load_knowledge
    from bot.knowledge.revision import revision
    from bot.language.catalogs import load_catalogs
    from bot.staff.history import HistoryError, checked_out

    try:
        with checked_out(folders, commit.id) as (knowledge, locales):
            return revision(load_knowledge(knowledge)[0], load_catalogs(locales)[0])
    except HistoryError:  # one of the folders is younger
        return None

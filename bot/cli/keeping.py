"""How is the store looked after: its schema, what was given up, copies, a rest?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.options import EXIT_ERROR, ConfigOption, say
from bot.errors import ConfigError
from bot.storage.store import MAINTENANCE, DeadEntry, Store

T = TypeVar("T")

_OFF = "off"
_MOST_SHOWN = 60  # characters of a message in the list


def migrate(config: ConfigOption = None) -> None:
    """Bring the schema of the store up to date; safe to repeat, and while the bot runs."""
    from bot.config import load_config
    from bot.storage.choice import migrate_store

    applied = migrate_store(load_config(config).storage)
    say(f"migrations applied: {applied}" if applied else "the schema is up to date")


def dead_list(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
    config: ConfigOption = None,
) -> None:
    """List the messages that were given up, with the reason."""
    rows = with_store(config, lambda store: store.dead())
    for row in rows:
        print(json.dumps(_row(row), ensure_ascii=False) if as_json else _line(row))
    if not rows:
        say("nothing was given up")


def dead_retry(
    rows: Annotated[list[str] | None, typer.Argument(help="Rows as `dead list` numbers them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    config: ConfigOption = None,
) -> None:
    """Try messages again that were given up; a running bot takes them up within a second."""
    if bool(rows) == every:
        raise ConfigError(["dead retry: name rows, or give --all"])
    wrong = [row for row in rows or () if not row.isdecimal()]
    if wrong:
        raise ConfigError([f"dead retry: {row}: not a row; `dead list` shows their numbers" for row in wrong])
    seqs = [int(row) for row in rows or ()]
    count = with_store(config, lambda store: store.retry(None if every else seqs))
    say(f"rows that will be tried again: {count}")
    if not count:
        raise typer.Exit(EXIT_ERROR)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; a file that is there is left alone.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there, once the copy is whole.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Copy the whole store into one file, while the bot runs."""
    from bot.config import load_config
    from bot.storage.backup import backup as write

    if file.exists() and not force:
        raise ConfigError(
            [f"backup: {file} is there already; take another name, or give --force to replace it"]
        )
    write(load_config(config).storage, file)
    say(f"wrote {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by `backup`.")], config: ConfigOption = None
) -> None:
    """Put a copy in the place of the store; refused while a bot runs, or when the copy is newer than this version."""
    from bot.config import load_config
    from bot.storage.backup import BEFORE_RESTORE
    from bot.storage.backup import restore as read
    from bot.storage.choice import DATABASE

    storage = load_config(config).storage
    read(storage, file)
    say(f"restored {file}")
    if storage.database_url is None:
        say(f"the former store is beside it as {DATABASE}{BEFORE_RESTORE}…; delete it when it is not needed")


def maintenance(
    state: Annotated[
        str, typer.Argument(metavar="[on|off]", help="Whether work rests; asks when left out.")
    ] = "",
    text: Annotated[str | None, typer.Argument(help="What people are told, with on.")] = None,
    config: ConfigOption = None,
) -> None:
    """Let all running bots rest: questions are kept, people are told once, and answers follow afterwards."""
    if not state:
        told = with_store(config, lambda store: store.note(MAINTENANCE))
        say("work goes on" if told is None else f"work rests; people are told: {told}")
        return
    if state not in {"on", _OFF} or (state == "on") != bool(text and text.strip()):
        raise ConfigError(['maintenance: write `maintenance on "TEXT"` or `maintenance off`'])
    with_store(config, lambda store: store.set_note(MAINTENANCE, None if state == _OFF else text))
    say("work goes on" if state == _OFF else "work rests; questions are kept")


def with_store(config: Path | None, use: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store that the settings name, use it and close it."""
    from bot.config import load_config
    from bot.storage.choice import open_store

    store = open_store(load_config(config).storage)

    async def used() -> T:
        try:
            await store.open()
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(used())


def _row(row: DeadEntry) -> dict[str, Any]:
    return {
        "row": row.seq,
        "chat": row.chat.chat_id,
        "received_at": row.received_at.isoformat(timespec="seconds"),
        "given_up_at": row.finished_at.isoformat(timespec="seconds"),
        "attempts": row.attempts,
        "reason": row.note,
        "text": _text(row),
    }


def _line(row: DeadEntry) -> str:
    text = _text(row) or ""
    shown = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    reason = row.note or "no reason noted"
    return f"{row.seq}  {row.received_at:%Y-%m-%d %H:%M}  chat {row.chat.chat_id}  {reason}  {shown}"


def _text(row: DeadEntry) -> str | None:
    """What was asked, as far as the payload says."""
    try:
        update = json.loads(row.payload)
        content = next(value for value in update.values() if isinstance(value, dict))
    except (ValueError, StopIteration, AttributeError):
        return None
    text = content.get("text") or content.get("data")
    return text if isinstance(text, str) else None

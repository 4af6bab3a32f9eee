"""Does this machine have what the bot needs?"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.doctor.facts import Facts, Finding, fail, ok, warn
from bot.errors import ConfigError, StorageError
from bot.storage.choice import need_driver
from bot.storage.schema import migrations, version, version_postgres

LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000  # bytes


def disk(facts: Facts) -> Finding:
    """There is room, and leave to write."""
    storage, cache = facts.config.storage, facts.config.content.cache_dir
    needed = cache if storage.database_url else storage.data_dir
    if not _writable(needed):
        return fail(f"{needed} cannot be written", "give the bot's user this folder, or choose another one")
    free = shutil.disk_usage(_existing(needed)).free
    text = f"{free / 1e9:.1f} GB free in {needed}"
    if free < NO_SPACE:
        return fail(text, "make room; without it no question can be stored")
    if free < LITTLE_SPACE:
        return warn(text, "make room")
    if not _writable(cache):
        advice = "give the bot's user this folder; without it each start trains anew"
        return warn(f"{cache} cannot be written", advice)
    return ok(text)


def schema(facts: Facts) -> Finding:
    """The store has the shape that this version works with."""
    if facts.config.storage.database_url is not None:
        return shared_schema(facts.config.storage.database_url)
    file, wanted = facts.config.storage.database_file, migrations("sqlite")[-1].number
    if not file.exists():
        return ok(f"{wanted}, in a file that is made at the first start: {file}")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = version(connection)
    except sqlite3.Error as exc:
        return fail(f"{file} cannot be read: {exc}", "give the bot's user this file, or restore a backup")
    return compared(found, wanted, older="the next start brings it up to date")


def shared_schema(url: str) -> Finding:
    """Compare the schema of a PostgreSQL database with that of this version."""
    try:
        need_driver()
        from bot.storage.connections import postgres

        with postgres(url) as connection:
            found = version_postgres(connection)
    except ConfigError as exc:
        return fail(str(exc))
    except StorageError as exc:
        return fail(str(exc), "see that the server runs and that ALLIANCE_BOT_DATABASE_URL names it")
    wanted = migrations("postgres")[-1].number
    finding = compared(found, wanted, older="run `alliance-bot migrate`")
    if found < wanted:  # a bot refuses to start over it, unlike over an SQLite file
        return fail(f"{found}, but this version needs {wanted}", "run `alliance-bot migrate`")
    return finding


def compared(found: int, wanted: int, *, older: str) -> Finding:
    """Say whether a schema is that of this version; `older` is what to do when it is not there yet."""
    if found > wanted:
        return fail(
            f"{found}, but this version knows {wanted}", "install the version that wrote it, or a later one"
        )
    if found < wanted:
        return warn(f"{found}, but this version needs {wanted}", older)
    return ok(str(found))


def _existing(folder: Path) -> Path:
    """The folder, or as much of it as is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _writable(folder: Path) -> bool:
    """Whether a file can be written there, or the folder be made."""
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return True
    except OSError:
        return False

"""Which store do the settings ask for?"""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.config.values import StorageConfig
from bot.errors import ConfigError
from bot.storage.schema import migrate, migrate_postgres
from bot.storage.sqlite import SqliteStore, connect
from bot.storage.store import Store
from bot.storage.writer import sqlite_errors

if TYPE_CHECKING:
    from pathlib import Path

DATABASE = "alliance-bot.sqlite3"  # in the data folder


def open_store(storage: StorageConfig, *, owner: str | None = None) -> Store:
    """Make the store that is set; it is not open yet.

    Args:
        storage: What is set.
        owner: The process that holds rows and leases; this one when None.

    Raises:
        ConfigError: PostgreSQL is set, and its driver is not installed.
        StorageError: The database's URL cannot be read.
    """
    if storage.database_url is None:
        return SqliteStore(database_file(storage), retention_days=storage.retention_days, owner=owner)
    need_driver()
    from bot.storage.postgres import PostgresStore

    return PostgresStore(storage.database_url, retention_days=storage.retention_days, owner=owner)


def migrate_store(storage: StorageConfig) -> int:
    """Bring the schema up to date and return how many steps that took.

    Raises:
        ConfigError: PostgreSQL is set, and its driver is not installed.
        SchemaOutdated: The database is newer than this version.
        StorageUnavailable: It is away.
    """
    if storage.database_url is None:
        file = database_file(storage)
        with sqlite_errors(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            with closing(connect(file)) as connection:
                return migrate(connection)
    need_driver()
    from bot.storage.connections import postgres

    with postgres(storage.database_url) as server:
        return migrate_postgres(server)


def database_file(storage: StorageConfig) -> Path:
    """Name the file in which SQLite keeps everything."""
    return storage.data_dir / DATABASE


def need_driver() -> None:
    """Make sure that PostgreSQL can be spoken to.

    Raises:
        ConfigError: Its driver is not installed.
    """
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        raise ConfigError(
            [
                "ALLIANCE_BOT_DATABASE_URL needs a driver; in the folder of Alliance Bot: pip install '.[postgres]'"
            ]
        )

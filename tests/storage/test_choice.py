"""The settings choose the store."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from bot.config.values import StorageConfig
from bot.errors import ConfigError, StorageError
from bot.storage.choice import DATABASE, migrate_store, open_store
from bot.storage.sqlite import SqliteStore
from tests.storage.conftest import Backend


def test_a_file_in_the_data_folder_is_the_default(tmp_path: Path) -> None:
    storage = StorageConfig(data_dir=tmp_path / "new", database_url=None, retention_days=30)
    assert isinstance(open_store(storage), SqliteStore)
    assert migrate_store(storage) > 0
    assert migrate_store(storage) == 0
    assert (tmp_path / "new" / DATABASE).exists()


async def test_the_store_that_is_set_works(backend: Backend) -> None:
    migrate_store(backend.settings)
    store = open_store(backend.settings, owner="here:1:1")
    assert isinstance(store, SqliteStore) == (backend.settings.database_url is None)
    await store.open()
    assert (await store.health()).waiting == 0
    await store.close()


def test_a_missing_driver_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name.startswith("psycopg") else real(name, package)

    monkeypatch.setattr("bot.storage.choice.find_spec", without)
    storage = StorageConfig(data_dir=tmp_path, database_url="postgresql://a@b/c", retention_days=30)
    for use in (open_store, migrate_store):
        with pytest.raises(ConfigError, match=r"pip install '.\[postgres\]'"):
            use(storage)


def test_a_url_that_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    storage = StorageConfig(data_dir=tmp_path, database_url="postgresql://a:secret@[b/c", retention_days=30)
    with pytest.raises(StorageError) as caught:
        open_store(storage)
    assert "secret" not in str(caught.value)

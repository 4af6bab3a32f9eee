"""What does the store say, where there is one? Looking makes none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from bot.config import Config
    from bot.storage.store import Store

T = TypeVar("T")


def from_store(settings: Config, read: Callable[[Store], Awaitable[T]]) -> T | None:
    """Read from the store that is set; None where there is none yet."""
    from bot.storage.choice import database_file, open_store

    if settings.storage.database_url is None and not database_file(settings.storage).exists():
        return None

    async def reading() -> T:
        store = open_store(settings.storage)
        await store.open()
        try:
            return await read(store)
        finally:
            await store.close()

    return asyncio.run(reading())

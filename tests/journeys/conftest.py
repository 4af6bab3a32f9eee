"""The whole bot against the local Bot API, in this process, for journeys of the people who use it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.app import build
from bot.config import load_config
from bot.preview.botapi import BotApi, Chat, User
from bot.service import Service, running
from bot.staff.reload import Snapshots
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Store
from tests.asgi import AsgiRequest

Message = dict[str, Any]


@dataclass(frozen=True)
class World:
    """People, chats and a bot that answers."""

    api: BotApi
    service: Service

    async def answer(self, after: Message, chat: Chat | User | None = None) -> Message:
        """Wait for the bot's message that follows a person's message."""
        where = after["chat"]["id"] if chat is None else chat

        def found() -> Message | None:
            later = [
                m for m in self.api.messages(where, by_bot=True) if m["message_id"] > after["message_id"]
            ]
            return later[0] if later else None

        return await self.api.wait_for(found)

    async def changed(self, message: Message, to: Callable[[Message], bool]) -> Message:
        """Wait until a message of the bot has become what it should."""

        def found() -> Message | None:
            same = [
                m
                for m in self.api.messages(message["chat"]["id"])
                if m["message_id"] == message["message_id"] and to(m)
            ]
            return same[0] if same else None

        return await self.api.wait_for(found)

    async def settled(self) -> None:
        """Wait until the bot has done with every update."""
        async with asyncio.timeout(10):
            while self.api.pending() or await self.service.store.open_entries():
                await asyncio.sleep(0.01)

    async def quiet(self, chat: Chat | User, count: int) -> None:
        """Wait until the bot has done with every update, and see that it wrote `count` messages in the chat."""
        await self.settled()
        assert len(self.api.messages(chat, by_bot=True)) == count


@asynccontextmanager
async def world_of(
    assistant: Assistant | Snapshots, folder: Path, *, store: Store | None = None
) -> AsyncIterator[World]:
    """Start the bot in this process, without sockets."""
    api = BotApi("4242:test", seed=7)
    config = load_config(data_dir=folder)
    service = build(
        config,
        assistant,
        token=api.token,
        api_url="http://localhost",
        request=AsgiRequest(api.app),
        polling=AsgiRequest(api.app),
        store=store or SqliteStore(folder / "store.sqlite3", retention_days=30),
        poll_seconds=1,
    )
    stop = asyncio.Event()
    async with running(service):
        serving = asyncio.create_task(service.run(stop))
        try:
            yield World(api, service)
        finally:
            stop.set()
            await serving
            api.close()


@pytest.fixture
async def world(assistant: Assistant, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(assistant, tmp_path) as world:
        yield world


def links(message: Message) -> list[str]:
    """List the addresses that a message links to."""
    return [entity["url"] for entity in message.get("entities", []) if entity["type"] == "text_link"]


def buttons(message: Message) -> list[str]:
    """List the labels of the buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]

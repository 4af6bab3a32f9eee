"""One journey over real loopback sockets, through the transport that the bot uses on Telegram."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn

from bot.answering.assistant import Assistant
from bot.app import build
from bot.config import load_config
from bot.preview.botapi import BotApi
from bot.service import running
from tests.journeys.conftest import World, links


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _served(api: BotApi) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(api.app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        api.close()
        server.should_exit = True
        await serving


async def test_questions_are_answered_in_order_and_confirmed_over_sockets(
    assistant: Assistant, tmp_path: Path
) -> None:
    api = BotApi("4242:test", seed=7)
    async with _served(api) as address:
        service = build(
            load_config(data_dir=tmp_path), assistant, token=api.token, api_url=address, poll_seconds=1
        )
        stop = asyncio.Event()
        async with running(service):
            serving = asyncio.create_task(service.run(stop))
            world = World(api, service)
            ana, ben = api.user("Ana", language_code="fr"), api.user("Ben", language_code="ar")
            first = await ana.send("Quand l’alliance a-t-elle été lancée ?")
            second = await ana.send("Qui a proposé l’alliance ?")
            other = await ben.send("متى أُطلق التحالف؟")
            assert "30 janvier 2024" in (await world.answer(second, ana))["text"]  # first in, first out
            assert "30 يناير 2024" in (await world.answer(other))["text"]
            await api.wait_for(lambda: len(api.messages(ana, by_bot=True)) == 2 or None)
            replies = api.messages(ana, by_bot=True)
            assert all(links(dict(reply)) for reply in replies)
            assert replies[0]["message_id"] < replies[1]["message_id"]
            assert first["message_id"] < second["message_id"]
            await world.quiet(ana, 2)
            stop.set()
            await serving
    assert api.pending() == ()

"""The whole bot: its parts put together, started, stopped, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.answering.assistant import Assistant
from bot.app import _webhook_route, build, run_preview
from bot.cli.options import loader_of
from bot.config import Config, load_config
from bot.errors import ConfigError
from bot.ops.notify import Notifier
from bot.preview.botapi import BotApi
from bot.preview.scene import STAFF
from bot.service import Service, running
from bot.staff.building import Loading
from bot.storage.owner import described, name_of, this_process
from bot.storage.sqlite import SqliteStore
from bot.worker import Observation
from tests.asgi import AsgiRequest, on_loopback

QUESTION = "/privacy"


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@contextmanager
def manager_at(path: Path) -> Iterator[socket.socket]:
    """What systemd listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(20)
        yield manager


def heard_by(manager: socket.socket) -> dict[str, str]:
    return dict(line.split("=", 1) for line in manager.recv(4096).decode().split("\n"))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.delenv("ALLIANCE_BOT_TOKEN", raising=False)
    return load_config(data_dir=tmp_path)


@pytest.fixture
def api() -> BotApi:
    return BotApi("4242:test", seed=7)


def store_of(config: Config, number: int) -> SqliteStore:
    """The store in the hands of a process that has ended, so that the next one need not wait."""
    owner = f"{this_process().partition(':')[0]}:{5_000_000 + number}:1"
    return SqliteStore(config.storage.data_dir / "bot.sqlite3", owner=owner)


def service(config: Config, assistant: Assistant, api: BotApi, **parts: object) -> Service:
    return build(
        config,
        assistant,
        token=api.token,
        api_url="http://localhost",
        request=AsgiRequest(api.app),
        polling=AsgiRequest(api.app),
        poll_seconds=1,
        **parts,  # type: ignore[arg-type]
    )


async def test_a_question_is_answered_and_the_observer_told_why(
    config: Config, assistant: Assistant, api: BotApi
) -> None:
    seen: list[Observation] = []
    stop = asyncio.Event()
    async with running(service(config, assistant, api, observer=seen.append)) as bot:
        task = asyncio.create_task(bot.run(stop))
        ana = api.user("Ana")
        await ana.send("When was the alliance launched?")
        await api.wait_for(lambda: api.last_answer(ana))
        stop.set()
        await task
        assert (await bot.store.counts()).done == 1
    assert [observation.chat.chat_id for observation in seen] == [str(ana.id)]
    assert seen[0].explanation is not None


async def test_what_waits_in_the_store_is_answered_after_a_restart(
    config: Config, assistant: Assistant, api: BotApi
) -> None:
    ana = api.user("Ana")
    stop = asyncio.Event()
    stop.set()
    first = service(config, assistant, api, store=store_of(config, 1))
    async with running(first):
        await ana.send(QUESTION)
        assert first.polling is not None
        await first.polling._poll(None)
        await first.worker.stop(0)
    assert api.messages(ana, by_bot=True) == ()
    second = service(config, assistant, api, store=store_of(config, 2))
    async with running(second):
        assert await second.worker.start() == 1
        await second.worker.idle()
    (answer,) = api.messages(ana, by_bot=True)
    assert "reply_to_message" not in answer  # it surely had not gone out before


async def test_a_refused_token_is_told_without_showing_it(config: Config, assistant: Assistant) -> None:
    api = BotApi("4242:right", seed=7)
    bot = service(config, assistant, api)
    wrong = build(
        config,
        assistant,
        token="4242:wrong",
        api_url="http://localhost",
        request=AsgiRequest(api.app),
        polling=AsgiRequest(api.app),
    )
    with pytest.raises(ConfigError, match="refuses it") as caught:
        async with running(wrong):
            pass
    assert "wrong" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert bot.bot.token == "4242:right"


def test_without_a_token_there_is_no_bot(config: Config, assistant: Assistant) -> None:
    with pytest.raises(ConfigError, match="ALLIANCE_BOT_TOKEN: not set"):
        build(config, assistant)


async def test_a_bot_api_that_is_away_at_the_start_is_waited_for(
    config: Config, assistant: Assistant, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service._CONNECT_DELAYS", (0.01,))
    api.fail("getMe", 502, "Bad Gateway", times=3)
    async with running(service(config, assistant, api)) as bot:
        assert bot.bot.username == api.server.chats.bot.username


async def test_a_service_manager_is_asked_for_more_time_while_the_bot_api_is_away(
    config: Config, assistant: Assistant, api: BotApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.service._CONNECT_DELAYS", (0.01,))
    api.fail("getMe", 502, "Bad Gateway", times=2)
    stop = asyncio.Event()
    with manager_at(tmp_path / "notify") as manager:
        bot = service(config, assistant, api)
        bot.notifier = Notifier(str(tmp_path / "notify"))
        async with running(bot):
            task = asyncio.create_task(bot.run(stop))
            heard = [await asyncio.to_thread(heard_by, manager) for _ in range(3)]
            stop.set()
            await task
    more = {"EXTEND_TIMEOUT_USEC": "60010000", "STATUS": "waiting for the Bot API"}
    assert heard == [more, more, {"READY": "1", "STATUS": "starting"}]


async def test_a_webhook_that_stands_by_stores_and_answers_when_its_turn_comes(
    assistant: Assistant, api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_WEBHOOK_SECRET", "garden-gate")
    config = load_config(data_dir=tmp_path)
    ana = api.user("Ana")
    await ana.send("/start")  # nobody polls for it; the chat exists
    file = config.storage.data_dir / "bot.sqlite3"
    stores = [SqliteStore(file), SqliteStore(file, owner=name_of(os.getppid()))]  # two processes that live
    first, second = (service(config, assistant, api, store=store, webhook=True) for store in stores)
    ends = [asyncio.Event(), asyncio.Event()]

    async def post(bot: Service, number: int) -> int:
        app = Starlette(routes=[_webhook_route(config, bot, "https://bot.example.org/telegram")])
        person = {"id": ana.id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
        chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
        message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": QUESTION}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            answer = await client.post(
                "http://localhost/telegram",
                json={"update_id": number, "message": message},
                headers={"X-Telegram-Bot-Api-Secret-Token": "garden-gate"},
            )
        return answer.status_code

    def answers(count: int) -> bool:
        return len(api.messages(ana, by_bot=True)) == count

    async with running(first), running(second):
        works = asyncio.create_task(first.run(ends[0]))
        await until(lambda: first.lease.held)
        stands_by = asyncio.create_task(second.run(ends[1]))
        await until(lambda: second.lease.holder is not None)
        role = await second.checks()["lease"]()
        assert role.facts == {"role": "standby", "holder": described(this_process())}
        assert await post(second, 101) == 200
        assert second.worker.has_room()
        assert not second.worker._held
        await api.wait_for(partial(answers, 1), within=10)  # by the one that works
        ends[0].set()
        await works
        assert await post(second, 102) == 200
        await api.wait_for(partial(answers, 2), within=10)
        assert second.lease.held
        ends[1].set()
        await stands_by
        assert (await second.store.counts()).done == 2


# --- as a process, over sockets -----------------------------------------------------------------------

_RUN = """
import asyncio
from bot.app import run
from bot.cli.options import loader_of
from bot.config import load_config
config = load_config()
asyncio.run(run(config, loader_of(config)))
"""


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    """The emulation behind a real socket."""
    async with on_loopback(api) as url:
        yield url


class Process:
    """The bot as operators run it."""

    def __init__(self, address: str, data: Path, cache: Path) -> None:
        self.environment = {
            **os.environ,
            "ALLIANCE_BOT_TOKEN": "4242:test",
            "ALLIANCE_BOT_API_URL": address,
            "ALLIANCE_BOT_DATA_DIR": str(data),
            "ALLIANCE_BOT_LOG_FORMAT": "json",
            "ALLIANCE_BOT_OPS_LISTEN": "off",
            "ALLIANCE_BOT_CACHE_DIR": str(cache),
        }
        self.running: asyncio.subprocess.Process | None = None

    async def start(self) -> asyncio.subprocess.Process:
        self.running = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _RUN, env=self.environment, stderr=asyncio.subprocess.PIPE
        )
        return self.running

    async def stop(self) -> None:
        if self.running is not None and self.running.returncode is None:
            with suppress(ProcessLookupError):
                self.running.kill()
            await self.running.communicate()


@pytest.fixture
async def process(
    address: str, tmp_path: Path, cache_dir: Path, assistant: Assistant
) -> AsyncIterator[Process]:
    process = Process(address, tmp_path, cache_dir)
    yield process
    await process.stop()


def answered(api: BotApi, people: list[int]) -> Counter[int]:
    return Counter({person: len(api.messages(person, by_bot=True)) for person in people})


async def test_a_killed_bot_loses_nothing_and_doubles_at_most_what_was_on_its_way(
    api: BotApi, process: Process
) -> None:
    people = [api.user(f"P{number}") for number in range(40)]
    ids = [person.id for person in people]
    for person in people:
        await person.send(QUESTION)
    api.slow("sendMessage", 0.03, times=10_000)

    def more(count: int) -> bool:
        return sum(answered(api, ids).values()) >= count

    for _ in range(2):
        bot = await process.start()
        done = sum(answered(api, ids).values())
        await api.wait_for(partial(more, done + 6), within=30)
        bot.kill()
        await bot.communicate()
    bot = await process.start()
    await api.wait_for(lambda: all(answered(api, ids).values()), within=30)
    bot.send_signal(signal.SIGTERM)
    await asyncio.wait_for(bot.communicate(), 15)
    assert bot.returncode == 0
    counts = answered(api, ids)
    assert min(counts.values()) == 1
    assert sum(counts.values()) - len(ids) <= 2 * 4


async def test_a_stopped_bot_loses_and_doubles_nothing(api: BotApi, process: Process) -> None:
    people = [api.user(f"P{number}") for number in range(40)]
    ids = [person.id for person in people]
    for person in people:
        await person.send(QUESTION)
    api.slow("sendMessage", 0.03, times=10_000)
    bot = await process.start()
    await api.wait_for(lambda: sum(answered(api, ids).values()) >= 6, within=30)
    bot.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(bot.communicate(), 15)
    assert bot.returncode == 0
    assert b"4242:test" not in log
    assert sum(answered(api, ids).values()) < 40
    bot = await process.start()
    await api.wait_for(lambda: all(answered(api, ids).values()), within=30)
    bot.send_signal(signal.SIGTERM)
    await asyncio.wait_for(bot.communicate(), 15)
    assert set(answered(api, ids).values()) == {1}


async def test_a_bot_that_cannot_reach_the_bot_api_stops_when_told(
    tmp_path: Path, cache_dir: Path, assistant: Assistant
) -> None:
    process = Process("http://127.0.0.1:1", tmp_path, cache_dir)
    process.environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
    with manager_at(tmp_path / "notify") as manager:
        bot = await process.start()
        try:
            heard = await asyncio.to_thread(heard_by, manager)
            assert heard == {"EXTEND_TIMEOUT_USEC": "61000000", "STATUS": "waiting for the Bot API"}
            bot.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(bot.communicate(), 10)
            assert b"bot_api_unreachable" in log
            assert bot.returncode == 0
        finally:
            await process.stop()


async def test_a_bot_is_not_ready_before_the_bot_api_has_answered(
    config: Config, assistant: Assistant, api: BotApi
) -> None:
    bot = service(config, assistant, api)
    assert not (await bot.checks()["bot_api"]()).ok
    async with running(bot):
        assert (await bot.checks()["bot_api"]()).ok


async def test_the_preview_refuses_a_port_that_is_taken(config: Config, assistant: Assistant) -> None:
    loading = Loading(loader_of(config).read, lambda _content: assistant)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"--port {port}"):
            await run_preview(config, loading, port=port, open_browser=False, say=print)


async def test_the_preview_writes_to_those_of_the_staff_who_have_opened_a_page(
    config: Config, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[bool] = []

    class Stopped(Exception):
        pass

    def made(_config: Config, _snapshots: object, **parts: Any) -> Service:
        staff_here = parts["staff_here"]
        here.append(any(map(staff_here, STAFF)))
        api = staff_here.__self__
        api[STAFF[0]] = object()
        here.extend(map(staff_here, STAFF[:2]))
        raise Stopped

    monkeypatch.setattr("bot.app.build", made)
    loading = Loading(loader_of(config).read, lambda _content: assistant)
    with pytest.raises(Stopped):
        await run_preview(config, loading, port=0, open_browser=False, say=print)
    assert here == [False, True, False]

"""What staff do in their chat reaches the public: on every replica, and whoever asked to be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import _snapshots, build
from bot.cli.options import loader_of
from bot.config import Config, load_config
from bot.preview.botapi import BotApi, User
from bot.service import REPLICA, Service, running
from bot.storage.choice import open_store
from bot.storage.lease import Lease
from bot.telegram.intake import received
from tests.asgi import AsgiRequest
from tests.journeys.conftest import Message, World, buttons
from tests.storage.conftest import Server, empty, postgres_server
from tests.telegram.conftest import FRENCH, UNKNOWN, plant

__all__ = ["postgres_server"]

KEEPER = 77
_STEP = 0.05
_SOON = 5.0  # seconds, within which every replica knows what staff decided
_PATIENCE = 60.0  # seconds; languages are learnt anew on the way, and the machine may be busy


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    knowledge, locales = plant(tmp_path)
    return load_config(
        data_dir=tmp_path,
        knowledge_dir=knowledge,
        locales_dir=locales,
        cache_dir=tmp_path / "cache",
        staff_ids=str(KEEPER),
        review_askers=1,
    )


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, settings: Config) -> Config:
    """The same over each store that several replicas can share: a file on one machine, a real server."""
    if request.param == "sqlite":
        return settings
    server: Server = request.getfixturevalue("postgres_server")
    empty(server)
    return replace(settings, storage=replace(settings.storage, database_url=server.url_of_tests()))


@asynccontextmanager
async def serving(
    api: BotApi, config: Config, *, owner: str | None = None, webhook: bool = False
) -> AsyncIterator[Service]:
    """Run one process of the bot over the store that all of them share."""
    store = open_store(config.storage, owner=owner)
    service = build(
        config,
        _snapshots(config, loader_of(config), store),
        token=api.token,
        api_url="http://localhost",
        request=AsgiRequest(api.app),
        polling=AsgiRequest(api.app),
        store=store,
        poll_seconds=1,
        webhook=webhook,
    )
    if owner is not None:  # replicas work side by side, each under a name of its own
        service.lease = Lease(store, f"{REPLICA}:{owner}")
    stop = asyncio.Event()
    async with running(service):
        work = asyncio.create_task(service.run(stop))
        try:
            yield service
        finally:
            stop.set()
            await work


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi("4242:test", seed=7)
    yield api
    api.close()


async def until(found: Callable[[], Any], *, within: float = _PATIENCE) -> Any:
    """Wait for something to be true, within a bound."""
    async with asyncio.timeout(within):
        for _ in range(int(within / _STEP) + 1):
            if value := found():
                return value
            await asyncio.sleep(_STEP)
    raise TimeoutError


def action(message: Message, kind: str, entry: str = "") -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    actions = [str(button["callback_data"]) for row in rows for button in row if "callback_data" in button]
    return next(each for each in actions if each.startswith(f"{kind}:") and each.endswith(entry))


class Keeper:
    """Somebody of the staff, who reads one message that changes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = world.api.user("Kim", language_code="en", identity=KEEPER)

    async def opens(self) -> Message:
        return await self.world.answer(await self.person.send("/review"))

    async def presses(self, message: Message, data: str, shows: str) -> Message:
        await self.person.press(message, data)
        number = message["message_id"]

        def shown() -> Message | None:
            now = next(m for m in self.world.api.messages(self.person) if m["message_id"] == number)
            return now if shows in now["text"] else None

        changed: Message = await until(shown)
        return changed


def told(api: BotApi, who: User, words: str) -> list[Message]:
    return [message for message in api.messages(who, by_bot=True) if words in message["text"]]


async def test_a_question_nobody_could_answer_is_accepted_told_to_those_who_wished_and_taken_back(
    api: BotApi, settings: Config
) -> None:
    async with serving(api, settings) as service:
        world = World(api, service)
        ana, ben, cem = api.user("Ana"), api.user("Ben"), api.user("Cem", language_code="fr")
        for person, text in ((ana, UNKNOWN), (ben, UNKNOWN), (cem, FRENCH)):
            declined = await world.answer(await person.send(text))
            if person is not ben:
                await person.press(declined, action(declined, "wish"))
                await world.changed(declined, lambda message: "/forgetme" in message["text"])
        await world.settled()
        keeper = Keeper(world)
        shown = await keeper.opens()
        assert "Question 1 of 2" in shown["text"]
        assert "2 times by 2 people" in shown["text"]
        for text in (UNKNOWN, FRENCH):
            assert f"“{text}”" in shown["text"]
            cluster = action(shown, "l").partition(":")[2]
            impact = await keeper.presses(
                shown, f"a:{cluster}:spade", "To be added to “Which spade is best?”"
            )
            added = await keeper.presses(impact, action(impact, "c"), "Added to")
            if text == UNKNOWN:
                shown = await keeper.presses(added, action(added, "q"), "Question 1 of 1")
        await until(
            lambda: told(api, ana, "You asked: “Zzzz qqqq wwww”") and told(api, cem, "Vous aviez demandé")
        )
        assert "A sharp one." in told(api, ana, "You asked")[0]["text"]
        again = await world.answer(await ben.send(UNKNOWN))
        assert "A sharp one." in again["text"]
        await keeper.presses(added, action(added, "u"), "Taken back")
        await until(lambda: [row.locale for row in service.assistant().learned] == ["en"])
        declined = await world.answer(await cem.send(FRENCH))
        assert "Me prévenir" in buttons(declined)
        assert await service.store.wishes() == ()
        assert len(told(api, ana, "You asked")) == len(told(api, cem, "Vous aviez demandé")) == 1
        assert told(api, ben, "You asked") == []
        actions = [record.action for record in await service.store.audit()]
        assert actions == ["unlearn", "learn", "learn"]


async def test_an_answer_is_withdrawn_and_restored_on_two_replicas(api: BotApi, shared: Config) -> None:
    async with AsyncExitStack() as stack:
        replicas = [
            await stack.enter_async_context(serving(api, shared, owner=f"{name}.example:1:1", webhook=True))
            for name in ("one", "two")
        ]
        await until(lambda: all(replica.lease.held for replica in replicas))
        keeper, ana = api.user("Kim", identity=KEEPER), api.user("Ana")
        for replica in replicas:
            assert (
                "It was founded on" in (await asked(api, replica, ana, "When was the club founded?"))["text"]
            )
        with capture_logs() as logs:
            assert "Withdrawn" in (await asked(api, replicas[0], keeper, "/withdraw founded-when"))["text"]
            await until(lambda: [each for each in logs if each["event"] == "staff_decided"])
        decided = next(each for each in logs if each["event"] == "staff_decided")
        assert (decided["what"], decided["entry"], decided["who"]) == (
            "withdraw",
            "founded-when",
            str(KEEPER),
        )
        await until(lambda: all(replica.assistant().withdrawn for replica in replicas), within=_SOON)
        for replica in replicas:
            said = (await asked(api, replica, ana, "When was the club founded?"))["text"]
            assert "This answer is being checked." in said
            assert "founded on" not in said
        listed = await asked(api, replicas[1], keeper, "/withdraw")
        assert "“When was the club founded?” (founded-when), since" in listed["text"]
        assert f"by {KEEPER}" in listed["text"]
        await asked(api, replicas[1], keeper, "/restore founded-when")
        await until(lambda: not any(replica.assistant().withdrawn for replica in replicas), within=_SOON)
        for replica in replicas:
            assert (
                "It was founded on" in (await asked(api, replica, ana, "When was the club founded?"))["text"]
            )
        records = [(record.who, record.action, record.subject) for record in await replicas[0].store.audit()]
        assert records == [
            (str(KEEPER), "restore", "founded-when"),
            (str(KEEPER), "withdraw", "founded-when"),
        ]


async def asked(api: BotApi, replica: Service, person: User, text: str) -> Message:
    """Let one replica receive a message, as by its webhook, and wait for the answer."""
    sent = await person.send(text)
    updates = tuple(received([dict(api.pending()[-1])], datetime.now(UTC)))
    replica.worker.accept(await replica.intake.receive(updates))

    def found() -> Message | None:
        later = [m for m in api.messages(person, by_bot=True) if m["message_id"] > sent["message_id"]]
        return later[0] if later else None

    answer: Message = await until(found)
    return answer

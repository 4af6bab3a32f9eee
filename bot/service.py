"""How does a bot live: open, wait its turn, answer, drain, close?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.answering.assistant import Assistant
from bot.errors import ConfigError, StorageUnavailable
from bot.language.identify import prepare
from bot.ops import web
from bot.ops.memory import give_back
from bot.ops.metrics import Metrics
from bot.ops.notify import Notifier
from bot.staff.reload import Snapshots
from bot.storage.lease import Lease
from bot.storage.owner import described
from bot.storage.store import Store
from bot.telegram.dispatch import TelegramApplication
from bot.telegram.drift import sync_commands
from bot.telegram.fulfil import Fulfilment
from bot.telegram.intake import Intake, Polling
from bot.telegram.popular import Popular
from bot.telegram.profile import Presented
from bot.telegram.staffroom import Staffroom
from bot.telegram.transport import RawBot
from bot.telegram.weekly import Weekly
from bot.worker import Worker

REPLICA = "replica"  # followed by the process's name: a lease that no other one wants
POLLER = "poller"  # the lease of the one process that asks for updates, or that works on an SQLite file

_DRAIN_SECONDS = 10.0  # for what is in hand when the bot is stopped; the rest waits in the store
_PRUNE_SECONDS = 3600.0
_LONGEST_CALL = 60.0  # seconds until a call to the Bot API has surely failed
_RECENT_SECONDS = 90.0  # a poll takes up to 12 seconds and the pause after a failure up to 30
_CONNECT_DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)
_REFUSED = "ALLIANCE_BOT_TOKEN: ***; the Bot API refuses it, ask @BotFather for the current one"

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Service:
    """All parts of one running bot."""

    bot: RawBot
    application: TelegramApplication
    store: Store
    intake: Intake
    worker: Worker
    polling: Polling | None  # None: updates come by webhook
    lease: Lease  # held while this process works
    assistant: Callable[[], Assistant]  # gives the present snapshot
    metrics: Metrics
    notifier: Notifier  # tells the service manager
    popular: Popular  # knows what is asked most
    wishes: Fulfilment  # tells people what they wanted to know
    staffroom: Staffroom  # looks things up for staff
    weekly: Weekly  # tells staff of the last week
    reached: bool = False  # whether the Bot API has answered
    staff: Collection[int] = ()  # see the commands for staff
    snapshots: Snapshots | None = None  # replaces what answers when its files change

    async def start(self) -> None:
        """Open the store and reach the Bot API.

        Raises:
            ConfigError: The Bot API refuses the token.
            SchemaOutdated: The store's schema is not this version's.
            StorageUnavailable: The store cannot be opened.
        """
        await self.store.open()
        await self.store.prune(now())
        if self.snapshots is not None:
            await self.snapshots.heed_staff()  # no withdrawn answer is given, not even once
        await self._connect()

    async def run(self, until: asyncio.Event) -> None:
        """Answer until told to stop, then finish what is in hand.

        Raises:
            ConfigError: The token was withdrawn.
            LeaseLost: Another process has taken over.
            PollingSilent: The Bot API has not answered for too long.
            StorageUnavailable: The store stayed away.
        """
        if until.is_set():
            return
        stopped = asyncio.create_task(until.wait(), name="stop")
        working = asyncio.create_task(self._work(), name="work")
        prepared = asyncio.create_task(asyncio.to_thread(_prepare), name="language model")
        menus = asyncio.create_task(self._sync_commands(), name="commands")  # it ends by itself
        beside = [prepared, menus, asyncio.create_task(self.notifier.keep_alive(), name="signs of life")]
        if self.snapshots is not None:
            beside.append(asyncio.create_task(self.snapshots.watch(), name="files"))
        self.notifier.ready("starting")
        try:
            await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.notifier.stopping()
            ended = working.done()
            for task in (stopped, working, *beside):
                task.cancel()
            await asyncio.gather(stopped, working, *beside, return_exceptions=True)
            await self.worker.stop(_DRAIN_SECONDS)
            await self.lease.give_up()
            await self._say_what_is_left()
        if ended:
            working.result()

    async def close(self) -> None:
        """Let go of everything."""
        await self.staffroom.close()
        with suppress(RuntimeError):  # it may not have been initialized
            await self.application.shutdown()
        await self.bot.shutdown()
        await self.store.close()

    def checks(self) -> Mapping[str, web.Check]:
        """What has to be well for this bot to be ready."""
        checks = {
            "knowledge": web.knowledge_check(
                self._knowledge, self.snapshots.trouble if self.snapshots else lambda: None
            ),
            "bot_api": self._bot_api,
            "storage": web.storage_check(self.store.health, now),
            "work": self._work_rests,
            "updates": (
                web.webhook_check()
                if self.polling is None
                else web.polling_check(self.polling.silence.seconds, within=_RECENT_SECONDS)
            ),
        }
        return {**checks, "lease": web.lease_check(self._other)}

    async def refresh(self) -> None:
        """Bring the figures up to date that nobody counts along."""
        health = await self.store.health()
        age = None if health.oldest is None else (now() - health.oldest).total_seconds()
        self.metrics.inbox(health.waiting, age, health.dead)
        self.metrics.knowledge(self.assistant().revision)
        if self.polling is not None:
            silent = self.polling.silence.seconds()
            self.metrics.polled_at(None if silent is None else time.monotonic() - silent)

    def _knowledge(self) -> Mapping[str, web.Fact]:
        """Which knowledge answers: files and what staff changed, the files alone, and whether those are pinned."""
        assistant = self.assistant()
        pinned = self.snapshots.pinned if self.snapshots else None
        return {
            "revision": assistant.revision,
            "files": assistant.files,
            "pinned": pinned,
            "learned": len(assistant.learned),
            "withdrawn": len(assistant.withdrawn),
        }

    def _other(self) -> str | None:
        """Who works while this process stands by."""
        return None if self.lease.holder is None else described(self.lease.holder)

    async def _bot_api(self) -> web.Part:
        reason = None if self.reached else "the Bot API has not answered since the start"
        return web.Part(ok=self.reached, reason=reason)

    async def _work_rests(self) -> web.Part:
        text = self.worker.maintenance
        return web.Part(reason=None if text is None else f"maintenance: {text}")

    # --- what goes on at the same time ------------------------------------------------------------------

    async def _work(self) -> None:
        await self.lease.acquire()
        await self.worker.start()
        waiting = (await self.store.counts()).new
        _log.info("bot_ready", name=self.bot.username, waiting=waiting, by=self._mode)
        self.notifier.status(f"answering as @{self.bot.username}")
        tasks = [self.worker.run(), self.lease.keep(), self._prune()]
        tasks += [self.popular.keep(), self.wishes.keep(), self.weekly.keep()]
        if self.polling is not None:
            tasks += [self.polling.run(), self.polling.silence.watch()]
        await _until_one_ends(tasks)

    @property
    def _mode(self) -> str:
        return "webhook" if self.polling is None else "polling"

    async def _connect(self) -> None:
        """Ask the Bot API who we are, again and again until it answers."""
        failures = 0
        while True:
            try:
                await self.application.initialize()
            except InvalidToken:
                raise ConfigError([_REFUSED]) from None  # the library's message holds the token
            except TelegramError as exc:
                delay = _CONNECT_DELAYS[min(failures, len(_CONNECT_DELAYS) - 1)]
                failures += 1
                _log.warning("bot_api_unreachable", reason=exc.message, retry_in=delay)
                self.notifier.starting("waiting for the Bot API", within=delay + _LONGEST_CALL)
                await asyncio.sleep(delay)
            else:
                self.reached = True
                return

    async def _say_what_is_left(self) -> None:
        with suppress(StorageUnavailable):  # then nobody can tell
            _log.info("bot_stopping", kept=(await self.store.counts()).new)

    async def _sync_commands(self) -> None:
        assistant = self.assistant()
        presented = Presented(
            catalogs=assistant.catalogs, default_locale=assistant.default_locale, staff=self.staff
        )
        changed = await sync_commands(self.bot, presented)
        if changed:
            _log.info("commands_synced", menus=changed)

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_SECONDS)
            try:
                await self.store.prune(now())
            except StorageUnavailable as exc:
                _log.warning("prune_failed", reason=str(exc))


@asynccontextmanager
async def running(service: Service, until: asyncio.Event | None = None) -> AsyncIterator[Service]:
    """Start a service and let go of it in any case.

    Args:
        service: What to start.
        until: When set, a start that is not over yet is given up; `run` then ends at once.
    """
    try:
        await _unless(until, service.start())
        yield service
    finally:
        await service.close()


def _prepare() -> None:
    """Load what the first such question should not wait for."""
    prepare()
    give_back()


async def _unless(stop: asyncio.Event | None, work: Coroutine[Any, Any, None]) -> None:
    """Work until done, or until told to stop."""
    if stop is None:
        return await work
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended = working.done()
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)
    if ended:
        working.result()
    return None


async def _until_one_ends(work: Sequence[Awaitable[None]]) -> None:
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def now() -> datetime:
    """The time, for records."""
    return datetime.now(UTC)

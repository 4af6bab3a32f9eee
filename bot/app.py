"""How do the parts become a running bot? The only place that chooses implementations."""

from __future__ import annotations

import asyncio
import signal
import socket
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
import uvicorn
from starlette.applications import Starlette
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.answering.assistant import Assistant
from bot.config import Config, require_token
from bot.errors import ConfigError, StorageUnavailable
from bot.language.identify import prepare
from bot.ops.logs import configure_logs
from bot.preview.botapi import BotApi
from bot.preview.page import preview_app
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Store
from bot.telegram.dispatch import Dispatcher, TelegramApplication, connect_handlers
from bot.telegram.intake import Polling
from bot.telegram.profile import sync_commands
from bot.telegram.sender import Sender
from bot.telegram.transport import BotApiRequest, RawBot, connect_bot
from bot.worker import Observation, Observer, Worker, WorkerSettings

DATABASE = "alliance-bot.sqlite3"

_BEYOND_QUEUE = 4  # connections for answers to pressed buttons, which do not wait for others
_DRAIN_SECONDS = 10.0  # for what is in hand when the bot is stopped; the rest waits in the store
_PRUNE_SECONDS = 3600.0
_CONNECT_DELAYS = (1.0, 2.0, 5.0, 10.0, 30.0)

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Service:
    """All parts of one running bot."""

    bot: RawBot
    application: TelegramApplication
    store: Store
    worker: Worker
    polling: Polling
    assistant: Callable[[], Assistant]  # gives the present snapshot

    async def start(self) -> None:
        """Open the store, reach the Bot API, take up what is not finished.

        Raises:
            ConfigError: The Bot API refuses the token.
            SchemaOutdated: The store was written by a newer version.
            StorageUnavailable: The store cannot be opened.
        """
        await self.store.open()
        await self.store.prune(_now())
        await self._connect()
        waiting = await self.worker.start()
        _log.info("bot_ready", name=self.bot.username, waiting=waiting)

    async def run(self, until: asyncio.Event) -> None:
        """Answer until told to stop, then finish what is in hand.

        Raises:
            ConfigError: The token was withdrawn.
            StorageUnavailable: The store stayed away.
        """
        stopped = asyncio.create_task(until.wait(), name="stop")
        tasks = {
            stopped,
            asyncio.create_task(self.polling.run(), name="polling"),
            asyncio.create_task(self.worker.failure(), name="worker"),
            asyncio.create_task(self._prune(), name="prune"),
        }
        prepared = asyncio.create_task(asyncio.to_thread(prepare), name="language model")
        menus = asyncio.create_task(self._sync_commands(), name="commands")  # it ends by itself
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, menus, prepared):
                task.cancel()
            await asyncio.gather(*tasks, menus, prepared, return_exceptions=True)
            await self.worker.stop(_DRAIN_SECONDS)
        for task in done - {stopped}:
            task.result()

    async def close(self) -> None:
        """Let go of everything."""
        with suppress(RuntimeError):  # it may not have been initialized
            await self.application.shutdown()
        await self.bot.shutdown()
        await self.store.close()

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
                await asyncio.sleep(delay)
            else:
                return

    async def _sync_commands(self) -> None:
        assistant = self.assistant()
        changed = await sync_commands(self.bot, assistant.catalogs, assistant.default_locale)
        if changed:
            _log.info("commands_synced", menus=changed)

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_SECONDS)
            try:
                await self.store.prune(_now())
            except StorageUnavailable as exc:
                _log.warning("prune_failed", reason=str(exc))


_REFUSED = "ALLIANCE_BOT_TOKEN: ***; the Bot API refuses it, ask @BotFather for the current one"


def build(
    config: Config,
    assistant: Assistant | Callable[[], Assistant],
    *,
    token: str | None = None,
    api_url: str | None = None,
    request: BaseRequest | None = None,
    polling: BaseRequest | None = None,
    store: Store | None = None,
    observer: Observer | None = None,
    poll_seconds: int = 30,
) -> Service:
    """Put the parts together; nothing is opened yet.

    Args:
        config: All settings.
        assistant: What answers, or what gives the present one.
        token: In place of the configured one.
        api_url: In place of the configured one.
        request: Carries calls to the Bot API; over aiohttp when None.
        polling: Carries getUpdates; over aiohttp when None.
        store: Keeps the inbox; a file in the data folder when None.
        observer: Is told why each answer is what it is.
        poll_seconds: How long the server may wait for the next update.

    Raises:
        ConfigError: There is no token.
    """
    sends, days = config.telegram.send_concurrency, config.storage.retention_days
    bot = connect_bot(
        token or require_token(config),
        api_url=api_url or config.telegram.api_url,
        request=request or BotApiRequest(connections=sends + _BEYOND_QUEUE),
        polling=polling,
    )
    application = connect_handlers(bot)
    store = store or SqliteStore(config.storage.data_dir / DATABASE, retention_days=days)
    snapshot = (lambda: assistant) if isinstance(assistant, Assistant) else assistant
    dispatcher = Dispatcher(application, assistant=snapshot, retention_days=days)
    worker = Worker(
        store,
        handle=dispatcher.handle,
        send=Sender(bot).send,
        apologise=dispatcher.apologise,
        now=_now,
        settings=WorkerSettings(sends=sends, unsure=config.telegram.unsure_sends),
        observer=observer,
    )
    intake = Polling(bot, store, accept=worker.accept, room=worker.room, now=_now, seconds=poll_seconds)
    return Service(
        bot=bot, application=application, store=store, worker=worker, polling=intake, assistant=snapshot
    )


@asynccontextmanager
async def running(service: Service) -> AsyncIterator[Service]:
    """Start a service and let go of it in any case."""
    try:
        await service.start()
        yield service
    finally:
        await service.close()


async def run(config: Config, assistant: Assistant) -> None:
    """Answer on Telegram until the process is told to stop (SIGINT, SIGTERM)."""
    configure_logs(level=config.log.level, form=config.log.format, secrets=[require_token(config)])
    async with running(build(config, assistant)) as service:
        await service.run(_stop_signal())
    _log.info("bot_stopped")


async def run_preview(
    config: Config, assistant: Assistant, *, port: int, open_browser: bool, say: Callable[[str], None]
) -> None:
    """Run the bot against a local emulation of the Bot API with a chat page, until told to stop.

    It is the same bot over the same transport; only the server at the other end is ours.

    Args:
        config: All settings; token and data folder are not used.
        assistant: What answers.
        port: Of the page, on 127.0.0.1.
        open_browser: Whether to open the page in the default browser.
        say: Told where the page is.

    Raises:
        ConfigError: The port is taken.
    """
    configure_logs(level="warning", form=config.log.format)
    api = BotApi()
    page = preview_app(api, assistant.catalogs.locales)
    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = _Server(uvicorn.Config(page, log_config=None, access_log=False, lifespan="off"))
    stop = _stop_signal()
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="preview")
    try:
        with TemporaryDirectory(prefix="alliance-bot-") as folder:
            service = build(
                config,
                assistant,
                token=api.token,
                api_url=address,
                store=SqliteStore(Path(folder) / DATABASE, retention_days=config.storage.retention_days),
                observer=_shown_on(page),
            )
            async with running(service):
                say(f"Alliance Bot is ready: {address}")
                if open_browser:
                    await asyncio.to_thread(webbrowser.open, address)
                await service.run(stop)
    finally:
        api.close()
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """A server that leaves signals to the application."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as exc:
        listener.close()
        raise ConfigError([f"--port {port}: cannot be used ({exc.strerror}); choose another one"]) from exc
    return listener


def _shown_on(page: Starlette) -> Observer:
    """Tell the page's drawer why each answer is what it is."""

    def observe(observation: Observation) -> None:
        if observation.explanation is not None:
            page.state.page.observe(
                observation.chat.chat_id, int(observation.event_id), observation.explanation
            )

    return observe


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _now() -> datetime:
    return datetime.now(UTC)

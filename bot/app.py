"""How do the parts become a running bot? The only place that chooses implementations."""

from __future__ import annotations

import asyncio
import os
import signal
import webbrowser
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.routing import Route
from telegram.request import BaseRequest

from bot.answering.assistant import Assistant
from bot.config import Config, require_token, secrets_of
from bot.config.values import Address, StaffConfig
from bot.errors import ConfigError
from bot.ops import web
from bot.ops.logs import configure_logs
from bot.ops.memory import settle, share_arena
from bot.ops.metrics import Metrics
from bot.ops.notify import notifier
from bot.ops.silence import Silence
from bot.service import POLLER, REPLICA, Service, now, running
from bot.staff.building import Loading, Wanted
from bot.staff.considering import Considering
from bot.staff.files import state_of
from bot.staff.judging import judged_aside
from bot.staff.kept import Kept, last_good
from bot.staff.overlays import Overlays
from bot.staff.reload import Snapshots
from bot.staff.reporting import report_route
from bot.staff.training import Training
from bot.storage.choice import DATABASE, open_store
from bot.storage.lease import Lease
from bot.storage.owner import this_process
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Store
from bot.telegram.dispatch import Dispatcher, connect_handlers
from bot.telegram.fulfil import Fulfilment
from bot.telegram.intake import Intake, Polling
from bot.telegram.popular import Popular
from bot.telegram.reloads import ReloadReports
from bot.telegram.sender import Sender
from bot.telegram.staff_languages import language_of
from bot.telegram.staffroom import Staffroom
from bot.telegram.transport import BotApiRequest, RawBot, connect_bot
from bot.telegram.webhook import webhook_route
from bot.telegram.weekly import Weekly
from bot.worker import Observation, Observer, Worker, WorkerSettings

_BEYOND_QUEUE = 4  # connections for answers to pressed buttons, which do not wait for others

_log = structlog.get_logger(__name__)


def build(
    config: Config,
    assistant: Assistant | Snapshots,
    *,
    token: str | None = None,
    api_url: str | None = None,
    request: BaseRequest | None = None,
    polling: BaseRequest | None = None,
    store: Store | None = None,
    observer: Observer | None = None,
    poll_seconds: int = 8,
    webhook: bool = False,
    staff_here: Callable[[int], bool] = lambda _: True,
) -> Service:
    """Put the parts together; nothing is opened yet.

    Args:
        config: All settings.
        assistant: What answers, or what replaces it when its files change.
        token: In place of the configured one.
        api_url: In place of the configured one.
        request: Carries calls to the Bot API; over aiohttp when None.
        polling: Carries getUpdates; over aiohttp when None.
        store: Keeps the inbox; the configured one when None.
        observer: Is told why each answer is what it is.
        poll_seconds: How long the server may wait for the next update.
        webhook: Whether updates are posted, so that nothing is polled.
        staff_here: Whether somebody of the staff can be written to at all.

    Raises:
        ConfigError: There is no token.
    """
    bot = connect_bot(
        token or require_token(config),
        api_url=api_url or config.telegram.api_url,
        request=request or BotApiRequest(connections=config.telegram.send_concurrency + _BEYOND_QUEUE),
        polling=polling,
    )
    application = connect_handlers(bot)
    store = store or open_store(config.storage)
    metrics = Metrics()
    snapshot = (lambda: assistant) if isinstance(assistant, Assistant) else assistant.current
    popular = Popular(store.most_asked, now=now)
    snapshots = assistant if isinstance(assistant, Snapshots) else None
    staffroom = Staffroom(
        store, now=now, snapshots=snapshots, prepared=_prepared(config), askers=config.staff.askers
    )
    sender = Sender(bot)
    if isinstance(assistant, Snapshots):
        reports = ReloadReports(
            store,
            sender.send,
            staff=config.staff.ids,
            assistant=snapshot,
            now=now,
            staff_here=staff_here,
        )
        assistant.on_replaced = assistant.on_kept = reports.tell
    dispatcher = Dispatcher(
        application,
        assistant=snapshot,
        kept_of=store.kept_of,
        votes_of=store.votes_of,
        retention_days=config.storage.retention_days,
        rate_limit=config.telegram.rate_limit,
        staff=config.staff.ids,
        staffroom=staffroom,
        popular=popular,
        language_of=lambda chat, assistant: language_of(chat, store, assistant, now()),
        staff_here=staff_here,
    )
    worker = _worker(config, store, dispatcher, sender, observer, metrics)
    intake = Intake(store, metrics)
    # One process polls, and one works on a file; replicas work side by side, each under a name of its own, so that
    # whoever would replace what is stored sees them.
    alone = not webhook or config.storage.database_url is None
    lease = Lease(store, POLLER if alone else f"{REPLICA}:{this_process()}")
    wishes = Fulfilment(store, assistant=snapshot, accept=worker.accept, now=now)
    return Service(
        bot=bot,
        application=application,
        store=store,
        intake=intake,
        worker=worker,
        polling=None if webhook else _polling(config, bot, intake, worker, poll_seconds),
        lease=lease,
        assistant=snapshot,
        metrics=metrics,
        notifier=notifier(os.environ, pid=os.getpid()),
        popular=popular,
        wishes=wishes,
        weekly=_weekly(config, store, sender, snapshot, staff_here),
        staff=config.staff.ids,
        staffroom=staffroom,
        snapshots=snapshots,
    )


def _polling(config: Config, bot: RawBot, intake: Intake, worker: Worker, seconds: int) -> Polling:
    return Polling(
        bot,
        intake,
        accept=worker.accept,
        has_room=worker.has_room,
        now=now,
        seconds=seconds,
        silence=Silence(config.ops.silence_seconds),
    )


def _weekly(
    config: Config,
    store: Store,
    sender: Sender,
    assistant: Callable[[], Assistant],
    staff_here: Callable[[int], bool],
) -> Weekly:
    return Weekly(
        store,
        send=sender.send,
        assistant=assistant,
        staff=config.staff.ids,
        now=now,
        link=config.staff.insights_url,
        staff_here=staff_here,
    )


def _prepared(config: Config) -> Callable[..., Considering]:
    content = config.content
    return partial(
        Considering,
        knowledge_dir=content.knowledge_dir,
        locales_dir=content.locales_dir,
        default_locale=content.default_locale,
        target_risk=config.answering.target_risk,
        cache_dir=content.cache_dir,
    )


def _worker(
    config: Config,
    store: Store,
    dispatcher: Dispatcher,
    sender: Sender,
    observer: Observer | None,
    metrics: Metrics,
) -> Worker:
    telegram = config.telegram
    # Beside those whose message is on its way others have to be worked out, or sending waits for them.
    rows = max(WorkerSettings().rows, 2 * telegram.send_concurrency)
    return Worker(
        store,
        handle=dispatcher.handle,
        send=sender.send,
        apologise=dispatcher.apologise,
        pause=dispatcher.pause,
        report=dispatcher.report,
        now=now,
        settings=WorkerSettings(sends=telegram.send_concurrency, rows=rows, unsure=telegram.unsure_sends),
        observer=observer,
        metrics=metrics,
    )


async def run(
    config: Config,
    load: Loading,
    *,
    webhook: str | None = None,
    listen: Address | None = None,
) -> None:
    """Answer on Telegram until the process is told to stop (SIGINT, SIGTERM).

    Args:
        config: All settings.
        load: Reads and builds what answers; used again when files or what staff changed call for it.
        webhook: Address that Telegram posts to, as set with setWebhook; None: updates are polled.
        listen: Where the webhook's posts arrive.
    """
    share_arena()
    configure_logs(level=config.log.level, form=config.log.format, secrets=secrets_of(config))
    store = open_store(config.storage)
    snapshots = _snapshots(config, load, store)
    stop = _stop_signal()
    service = build(config, snapshots, store=store, webhook=webhook is not None)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, snapshots.ask)
    async with AsyncExitStack() as stack:
        await _serve_ops(stack, service, config)
        await stack.enter_async_context(running(service, stop))
        if webhook is not None and not stop.is_set():
            address = listen or Address("127.0.0.1", 8443)
            route = _webhook_route(config, service, webhook)
            app = Starlette(routes=[route])
            where = await stack.enter_async_context(web.serve(app, *address, setting=f"--listen {address}"))
            _log.info("webhook_served", at=f"{where}{route.path}")
        await service.run(stop)
    _log.info("bot_stopped")


async def run_preview(
    config: Config,
    load: Loading,
    *,
    port: int,
    open_browser: bool,
    say: Callable[[str], None],
) -> None:
    """Run the bot against a local emulation of the Bot API with a chat page, until told to stop.

    It is the same bot over the same transport; only the server at the other end is ours.

    Args:
        config: All settings; token and data folder are not used.
        load: Reads and builds what answers; used again when files or what staff changed call for it.
        port: Of the page, on 127.0.0.1.
        open_browser: Whether to open the page in the default browser.
        say: Told where the page is.

    Raises:
        ConfigError: The port is taken.
    """
    from bot.preview.botapi import BotApi  # what answers the public has no use for it
    from bot.preview.page import preview_app
    from bot.preview.scene import STAFF

    configure_logs(level="warning", form=config.log.format)
    with TemporaryDirectory(prefix="alliance-bot-") as folder:
        store = SqliteStore(Path(folder) / DATABASE, retention_days=config.storage.retention_days)
        snapshots = _snapshots(config, load, store)
        api = BotApi()
        catalogs = snapshots.current().catalogs
        page = preview_app(api, catalogs.locales, catalogs)
        stop = _stop_signal()
        async with web.serve(page, "127.0.0.1", port, setting=f"--port {port}") as address:
            try:
                service = build(
                    replace(config, staff=StaffConfig(ids=frozenset(STAFF), askers=1)),
                    snapshots,
                    token=api.token,
                    api_url=address,
                    store=store,
                    observer=_shown_on(page),
                    staff_here=api.server.chats.people.__contains__,  # of those who may, who has opened a page
                )
                async with running(service):
                    say(f"Alliance Bot is ready: {address}")
                    if open_browser:
                        await asyncio.to_thread(webbrowser.open, address)
                    await service.run(stop)
            finally:
                api.close()


def _snapshots(config: Config, load: Loading, store: Store) -> Snapshots:
    content = config.content
    folders = (content.knowledge_dir, content.locales_dir)
    files = state_of(folders)
    kept = Kept(content.cache_dir, folders)
    first, problems = last_good(load, Wanted(knowledge_dir=folders[0], locales_dir=folders[1]), kept)
    settle()
    training = Training(load, target_risk=config.answering.target_risk, cache_dir=content.cache_dir)
    return Snapshots(
        first,
        load,
        folders=folders,
        files=files,
        prepare=training.prepare,
        at_hand=training.at_hand,
        judge=partial(judged_aside, folders=folders, cache_dir=content.cache_dir),
        kept=kept,
        overlays=Overlays(store),
        problems=problems,
    )


async def _serve_ops(stack: AsyncExitStack, service: Service, config: Config) -> None:
    """Show health and figures; a bot that waits for another's lease on the same machine goes without."""
    address = config.ops.listen
    if address is None:
        return
    report = report_route(service.store, service.assistant, now=now, askers=config.staff.askers)
    app = web.ops_app(service.checks(), metrics=service.metrics, refresh=service.refresh, routes=[report])
    try:
        await stack.enter_async_context(
            web.serve(app, *address, setting=f"ALLIANCE_BOT_OPS_LISTEN {address}")
        )
    except ConfigError as exc:
        _log.warning("ops_not_served", reason=str(exc))


def _webhook_route(config: Config, service: Service, webhook: str) -> Route:
    return webhook_route(
        urlsplit(webhook).path or "/",
        secret=config.telegram.webhook_secret or "",
        store=service.intake,
        accept=service.worker.accept,
        # A process that stands by stores what is posted to it, and leaves the answer to the one that works.
        hold=lambda: service.lease.held and service.worker.has_room(),
        now=now,
    )


def _shown_on(page: Starlette) -> Observer:
    """Tell the page's drawer why each answer is what it is."""

    def observe(observation: Observation) -> None:
        if observation.explanation is not None and observation.event_id.isdecimal():  # not of our own making
            page.state.page.observe(
                observation.chat.chat_id, int(observation.event_id), observation.explanation
            )

    return observe


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop

"""Which bots are measured? Each runs as a process of its own.

    python -m tests.benchmarks.bots NAME --api URL --data DIR [--listen PORT] [--sends S]

`ptb` and `aiogram` are the echo bots of their libraries' own examples. `echo` is Alliance Bot with everything but its
answers; `answers` is Alliance Bot. Those with `-memory` keep nothing on a disk, which no bot should do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import bot.app
from bot.cli.options import loader_of
from bot.config import Address, StorageConfig, load_config
from bot.storage.store import ChatState, InboxEntry, Store
from bot.telegram.dispatch import Dispatcher
from bot.types import Handling, OutgoingMessage, Replied
from tests.benchmarks.memory import MemoryStore

TOKEN = "4242:AAHbenchbenchbenchbenchbenchbenchbench"
SECRET = "benchmark-secret"
PATH = "/hook"


class EchoDispatcher(Dispatcher):
    """Answers each message with its own text."""

    async def handle(self, entry: InboxEntry, state: ChatState) -> Handling:
        """Echo."""
        message = json.loads(entry.payload)["message"]
        body = {"chat_id": message["chat"]["id"], "text": message["text"]}
        question_id = str(message["message_id"])
        sent = OutgoingMessage(chat=entry.chat, method="sendMessage", body=body, question_id=question_id)
        return Replied(messages=(sent,), question_id=question_id)


def _in_memory(_config: StorageConfig) -> Store:
    return MemoryStore()


def run_ours(arguments: argparse.Namespace) -> None:
    """Run Alliance Bot, whole or as an echo, with or without its store."""
    config = load_config(
        token=TOKEN,
        api_url=arguments.api,
        data_dir=arguments.data,
        send_concurrency=arguments.sends,
        webhook_secret=SECRET,
        ops_listen="off",
    )
    name, listen = arguments.name, arguments.listen
    with ExitStack() as stack:
        if name.startswith("echo"):
            stack.enter_context(patch.object(bot.app, "Dispatcher", EchoDispatcher))
        if name.endswith("-memory"):
            stack.enter_context(patch.object(bot.app, "open_store", _in_memory))
        webhook = f"https://bot.example.org{PATH}" if listen else None
        address = Address("127.0.0.1", listen) if listen else None
        asyncio.run(bot.app.run(config, loader_of(config), webhook=webhook, listen=address))


def run_ptb(arguments: argparse.Namespace) -> None:
    """Run the echo bot of python-telegram-bot's examples."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        assert update.message.text is not None
        await update.message.reply_text(update.message.text)

    logging.basicConfig(level=logging.WARNING)
    application = ApplicationBuilder().token(TOKEN).base_url(f"{arguments.api}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    if arguments.listen:
        application.run_webhook(
            listen="127.0.0.1",
            port=arguments.listen,
            url_path=PATH,
            secret_token=SECRET,
            webhook_url=f"http://127.0.0.1:{arguments.listen}{PATH}",
        )
    else:
        application.run_polling(allowed_updates=Update.ALL_TYPES)


async def run_aiogram(arguments: argparse.Namespace) -> None:
    """Run the echo bot of aiogram's examples."""
    from aiogram import Bot
    from aiogram import Dispatcher as AiogramDispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    client = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(arguments.api)))
    dispatcher = AiogramDispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    logging.basicConfig(level=logging.WARNING)
    if not arguments.listen:
        await dispatcher.start_polling(client)
        return
    application = web.Application()
    SimpleRequestHandler(dispatcher, client, secret_token=SECRET).register(application, path=PATH)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", arguments.listen).start()
    await asyncio.Event().wait()


def main() -> None:
    """Run one bot until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "name", choices=["ptb", "aiogram", "echo", "answers", "echo-memory", "answers-memory"]
    )
    parser.add_argument("--api", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--listen", type=int, default=0)
    parser.add_argument("--sends", type=int, default=4)
    arguments = parser.parse_args()
    if arguments.name == "ptb":
        run_ptb(arguments)
    elif arguments.name == "aiogram":
        asyncio.run(run_aiogram(arguments))
    else:
        run_ours(arguments)


if __name__ == "__main__":
    main()

"""Does a broken update break anything? Random mutations of real updates, through the whole of the handling.

    python -m tests.reliability.fuzz                              100,000 mutations, with a seed that is printed
    python -m tests.reliability.fuzz --mutations 2000 --seed 7    the same ones each time

An update may be answered, ignored for a reason, or refused while it is parsed. Anything raised behind the parsing is
a fault, and so is a message that the strict emulation of the Bot API refuses for what it says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.answering.assistant import Assistant, load_assistant
from bot.preview.arguments import Arguments
from bot.preview.botapi import BotApi
from bot.preview.errors import ApiError
from bot.storage.effects import changed
from bot.storage.store import ChatState, Exchange, InboxEntry
from bot.telegram.dispatch import Dispatcher, connect_handlers
from bot.telegram.intake import received
from bot.telegram.transport import connect_bot
from bot.types import ChatRef, Failed, Handling, Ignored, OutgoingMessage, Replied
from tests.asgi import AsgiRequest
from tests.conftest import ROOT
from tests.reliability.mutations import mutated, real_updates

_NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_MOST_FAULTS = 10
_PARSING = "/bot/telegram/parsing.py"
# What depends on which chats and messages there are, not on what is said.
_ABOUT_CHATS = (
    "chat not found", "chat_id is empty", "message to edit not found", "message to delete not found",
    "message can't be edited", "message can't be deleted", "message thread not found", "query is too old",
    "message to be replied not found", "bot is not a member", "Message identifier is not specified",
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """What became of the mutations."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


async def fuzz(assistant: Assistant, *, mutations: int, seed: int, progress: bool = False) -> Report:
    """Handle so many mutated updates, or each update once as it is when 0, and report what became of them."""
    rng, report = random.Random(seed), Report()
    api = BotApi("4242:test", seed=seed)
    request = AsgiRequest(api.app)
    bot = connect_bot(api.token, api_url="http://localhost", request=request, polling=request)
    application = connect_handlers(bot)
    await application.initialize()
    dispatcher = Dispatcher(
        application, assistant=lambda: assistant, kept_of=_nothing_kept, retention_days=30, rate_limit=1_000_000,
        popular=lambda: ("launch-date", "no-such-entry"),
    )  # fmt: skip
    updates = await real_updates(seed)
    began = time.monotonic()
    broken = (mutated(rng.choice(updates), updates, rng) for _ in range(mutations))
    for number, update in enumerate(broken if mutations else updates):
        for entry in _entries(update, report):
            await judge(entry, _state(rng), dispatcher, api, report)
        if progress and number % 10_000 == 9_999:
            print(f"{number + 1} after {time.monotonic() - began:.0f} s: {dict(report.counts)}", flush=True)
        if len(report.faults) >= _MOST_FAULTS:
            break
    await application.shutdown()
    return report


def _entries(update: dict[str, Any], report: Report) -> list[InboxEntry]:
    """Take an update in as it comes from Telegram: as JSON."""
    try:
        rows = tuple(received([json.loads(json.dumps(update))], _NOW))
    except Exception:  # whatever it is, it is a fault
        report.faults.append(f"intake of {json.dumps(update)}\n{traceback.format_exc()}")
        return []
    report.counts["without an id"] += not rows
    return [
        InboxEntry(
            seq=1, chat=row.chat, user_id=row.user_id, event_id=row.event_id, payload=row.payload,
            received_at=row.received_at,
        )
        for row in rows
    ]  # fmt: skip


async def judge(
    entry: InboxEntry, state: ChatState, dispatcher: Dispatcher, api: BotApi, report: Report
) -> None:
    try:
        handling: Handling = await dispatcher.handle(entry, state)
    except Exception as exc:
        handling = Failed(error=exc)
    match handling:
        case Replied(messages=messages, effects=effects):
            report.counts["replied"] += 1
            for effect in effects:
                state = changed(state, effect)
            await check(messages, entry, api, report)
        case Ignored(reason=reason):
            report.counts[f"ignored: {reason}"] += 1
        case Failed(error=error):
            report.counts["refused while parsing"] += 1
            files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
            if not any(file.endswith(_PARSING) for file in files):
                report.faults.append(f"{entry.payload}\n{''.join(traceback.format_exception(error))}")
            try:
                apology = tuple(dispatcher.apologise(entry, state))
            except Exception:  # it would stop the worker
                report.faults.append(f"apology for {entry.payload}\n{traceback.format_exc()}")
                return
            await check(apology, entry, api, report)


async def check(
    messages: tuple[OutgoingMessage, ...], entry: InboxEntry, api: BotApi, report: Report
) -> None:
    """See that the emulation takes what is sent, apart from chats that do not exist."""
    for message in messages:
        report.counts["messages"] += 1
        try:
            body = json.loads(json.dumps(dict(message.body), ensure_ascii=False).encode())
            await api.call(message.method, Arguments(body))
        except ApiError as exc:
            if not any(reason.lower() in exc.description.lower() for reason in _ABOUT_CHATS):
                report.faults.append(f"{entry.payload}\n{message.method} {message.body}: {exc.description}")
        except Exception:  # what cannot be written as JSON, or breaks the emulation
            report.faults.append(f"{entry.payload}\n{message}\n{traceback.format_exc()}")


def _state(rng: random.Random) -> ChatState:
    """What may be remembered about whoever wrote."""
    if rng.random() < 0.5:
        return ChatState()
    return ChatState(
        locale=rng.choice((None, "ar", "zh_Hans", "xx")),
        topic=rng.choice((None, "launch-date", "gone")),
        topic_at=_NOW,
        choices=rng.choice(((), ("launch-date", "gone"))),
        choices_at=_NOW,
        choices_locale=rng.choice((None, "ru", "xx")),
        exchanges=tuple(Exchange(question_id=str(number), reply_ids=("5", "6")) for number in range(1, 9)),
    )


async def _nothing_kept(_chat: ChatRef, _user_id: str) -> int:
    return 0


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Handle mutations of real updates.")
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    print(f"seed {seed}, {given.mutations} mutations", flush=True)
    assistant = load_assistant(knowledge_dir=ROOT / "knowledge", locales_dir=ROOT / "locales")
    began = time.monotonic()
    report = asyncio.run(fuzz(assistant, mutations=given.mutations, seed=seed, progress=True))
    for fault in report.faults:
        print(f"FAULT {fault}\n")
    print(f"seed {seed}: {dict(sorted(report.counts.items()))}")
    print(f"{len(report.faults)} faults in {time.monotonic() - began:.0f} s")
    raise SystemExit(bool(report.faults))


if __name__ == "__main__":
    main()

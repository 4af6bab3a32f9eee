"""A small knowledge base, a Bot API in this process, and the bot's own parts between them."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant, Operator, load_assistant
from bot.effects import StaffEffect
from bot.preview.botapi import BotApi, User
from bot.staff.considering import Considering
from bot.storage.effects import changed, with_exchange
from bot.storage.sqlite import SqliteStore
from bot.storage.store import ChatState, Exchange, InboxEntry, Received, Result
from bot.telegram.dispatch import Dispatcher, connect_handlers
from bot.telegram.intake import received
from bot.telegram.staffroom import Staffroom
from bot.telegram.transport import RawBot, connect_bot
from bot.types import ChatRef, DecisionName, Handling, Outcome, Replied
from tests.asgi import AsgiRequest
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

_SOURCES = """\
- id: page
  title: A page <b>about</b> us & others
  url: https://example.org/page?a=1&b=2
  publisher: Example
  language: en
  published: 2024-02-01
  checked_on: 2026-11-23
"""
_FACTS = """\
- id: founded
  topic: history
  statement: It was founded on 30 January 2024.
  values:
    - type: date
      value: 2024-01-30
  as_of: 2024-01-30
  source: page
  confidence: high
"""
_ENTRIES = {
    "history": [
        ("founded-when", "When was the club founded?", "It was founded on {founded}."),
        ("founded-where", "Where was the club founded?", "In a garden <in> Shanghai & elsewhere."),
        ("founder", "Who founded the club?", "Three gardeners founded it."),
    ],
    "flowers": [
        (f"flower-{name}", f"How do I grow a {name}?", f"Water the {name} every morning.")
        for name in ("rose", "tulip", "lily", "daisy", "orchid", "violet", "poppy", "dahlia", "iris", "aster")
    ],
    "tools": [("spade", "Which spade is best?", "A sharp one.")],
}
_PHRASINGS = {
    "en": {
        "founded-when": ["date of the foundation", "what year did the club start", "when did it begin"],
        "founded-where": [
            "place of the foundation",
            "in which city did the club start",
            "where did it begin",
        ],
        "founder": ["name of the founder", "which people started the club", "who created it"],
        "spade": ["best tool for digging", "what should I dig with", "recommend a shovel"],
    },
    "fr": {
        "founded-when": [
            "quand le club a-t-il été fondé",
            "date de fondation du club",
            "année de création du club",
        ],
        "founded-where": [
            "où le club a-t-il été fondé",
            "lieu de fondation du club",
            "ville d’origine du club",
        ],
    },
}
# What the club cannot answer, and does not take for a question that it can.
UNKNOWN, FRENCH = "Zzzz qqqq wwww", "Tttt mmmm hhhh"

_EMPTY_PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def plant(root: Path) -> tuple[Path, Path]:
    """Write the content of a garden club, in the bot's own languages; returns both folders."""
    knowledge, locales = root / "knowledge", root / "locales"
    (knowledge / "entries").mkdir(parents=True)
    (knowledge / "phrasings").mkdir()
    (knowledge / "sources.yaml").write_text(_SOURCES)
    (knowledge / "facts.yaml").write_text(_FACTS)
    (knowledge / "conversation.yaml").write_text("[]\n")
    for order, (topic, entries) in enumerate(_ENTRIES.items(), 1):
        listed = [
            {"id": name, "question": question, "answer": answer, "facts": ["founded"]}
            for name, question, answer in entries
        ]
        content = {"title": f"About {topic}", "order": order, "entries": listed}
        (knowledge / "entries" / f"{topic}.yaml").write_text(json.dumps(content))
    for locale, phrasings in _PHRASINGS.items():
        (knowledge / "phrasings" / f"{locale}.yaml").write_text(json.dumps(phrasings, ensure_ascii=False))
    for locale in ("ar", "fr"):
        folder = locales / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "locales" / locale / "LC_MESSAGES" / "bot.po", folder / "bot.po")
        (folder / "knowledge.po").write_text(_EMPTY_PO)
    return knowledge, locales


@pytest.fixture(scope="session")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant that knows a garden club."""
    knowledge, locales = plant(tmp_path_factory.mktemp("garden"))
    operator = Operator(name="Garden <friends>", contact="garden@example.org")
    return load_assistant(knowledge_dir=knowledge, locales_dir=locales, operator=operator)


@pytest.fixture(scope="session")
def wiser(garden: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The garden club once somebody has written down what it did not know."""
    root = tmp_path_factory.mktemp("wiser")
    shutil.copytree(garden.knowledge.root, root / "knowledge")
    shutil.copytree(garden.knowledge.root.parent / "locales", root / "locales")
    for locale, text in (("en", UNKNOWN), ("fr", FRENCH)):
        file = root / "knowledge" / "phrasings" / f"{locale}.yaml"
        phrasings = json.loads(file.read_text())
        phrasings.setdefault("spade", []).append(text)
        file.write_text(json.dumps(phrasings, ensure_ascii=False))
    return load_assistant(knowledge_dir=root / "knowledge", locales_dir=root / "locales")


@pytest.fixture
def api() -> BotApi:
    return BotApi("4242:test", username="garden_bot", reads_groups=True, seed=7, now=NOW.timestamp)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[RawBot]:
    connected = connect_bot(
        api.token,
        api_url="http://localhost",
        request=AsgiRequest(api.app),
        polling=AsgiRequest(api.app),
    )
    yield connected
    await connected.shutdown()


class Talk:
    """Handles what people do, without a store and without sending; remembers like a store."""

    def __init__(self, api: BotApi, bot: RawBot, dispatcher: Dispatcher) -> None:
        self.api = api
        self.bot = bot
        self.dispatcher = dispatcher
        self.states: dict[tuple[str, str], ChatState] = {}
        self.seen = 0

    def user(self, name: str = "Ana", language_code: str | None = "en") -> User:
        return self.api.user(name, language_code=language_code)

    def entry(self, raw: dict[str, Any]) -> InboxEntry:
        (update,) = received([raw], NOW)
        self.seen += 1
        return InboxEntry(
            seq=self.seen,
            chat=update.chat,
            user_id=update.user_id,
            event_id=update.event_id,
            payload=update.payload,
            received_at=update.received_at,
        )

    async def handle(self, raw: dict[str, Any] | None = None) -> Handling:
        """Handle an update, the one that came last when none is given."""
        entry = self.entry(raw if raw is not None else dict(self.api.pending()[-1]))
        key = (entry.chat.chat_id, entry.user_id)
        state = self.states.get(key, ChatState())
        handling = await self.dispatcher.handle(entry, state)
        if isinstance(handling, Replied):
            for effect in handling.effects:
                state = changed(state, effect)
            if handling.question_id is not None:
                state = with_exchange(state, Exchange(question_id=handling.question_id, reply_ids=("900",)))
            self.states[key] = state
        return handling

    async def deliver(self, replied: Replied) -> dict[str, Any]:
        """Send what was said and return the last message as it stands in the chat."""
        sent: dict[str, Any] = {}
        for message in replied.messages:
            result = await self.bot.call(message.method, message.body)
            sent = result if isinstance(result, dict) else sent
        return sent

    async def said(self, raw: dict[str, Any] | None = None) -> Replied:
        handling = await self.handle(raw)
        assert isinstance(handling, Replied), handling
        return handling


STAFF = 77


class StaffTalk(Talk):
    """The same with a store, for what staff look up in it."""

    store: SqliteStore
    staffroom: Staffroom

    async def asked(
        self, text: str, *, who: int, locale: str = "en", decision: DecisionName = "abstain"
    ) -> None:
        """Record a question that somebody asked."""
        chat, outcome = (
            ChatRef(channel="telegram", chat_id=str(who)),
            Outcome(
                decision=decision,
                entry_id=None,
                probability=0.1,
                locale=locale,
                question_text=text,
                asked_at=NOW - timedelta(hours=1),
                revision="earlier",
            ),
        )
        self.seen += 1
        event = f"asked-{self.seen}"
        update = Received(chat=chat, user_id=str(who), event_id=event, payload="{}", received_at=NOW)
        (entry,) = await self.store.receive([update])
        await self.store.finish(entry, Result(state="done", at=NOW, outcomes=(outcome,)))

    async def own_row(self) -> InboxEntry:
        """Wait for a row that the bot has put into its own inbox."""
        async with asyncio.timeout(60):
            await asyncio.gather(*self.staffroom.working)
        (row,) = await self.store.open_entries()
        return row

    async def apply(self, *effects: StaffEffect, who: str = str(STAFF)) -> None:
        """Do what somebody of the staff decided before."""
        await self.store.apply(who, effects)


async def nothing_kept(_chat: ChatRef, _user_id: str) -> int:
    """As a store says of somebody new."""
    return 0


@pytest.fixture
async def talk(api: BotApi, bot: RawBot, garden: Assistant) -> AsyncIterator[Talk]:
    application = connect_handlers(bot)
    await application.initialize()
    dispatcher = Dispatcher(
        application,
        assistant=lambda: garden,
        kept_of=nothing_kept,
        retention_days=30,
        rate_limit=0,
        staff=[STAFF],
    )
    yield Talk(api, bot, dispatcher)
    await application.shutdown()


@pytest.fixture
async def stafftalk(api: BotApi, bot: RawBot, garden: Assistant, tmp_path: Path) -> AsyncIterator[StaffTalk]:
    application = connect_handlers(bot)
    await application.initialize()
    store = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await store.open()
    prepared = partial(
        Considering,
        knowledge_dir=garden.knowledge.root,
        locales_dir=garden.knowledge.root.parent / "locales",
        default_locale="en",
        target_risk=0.05,
        cache_dir=tmp_path / "cache",
    )
    staffroom = Staffroom(store, now=lambda: NOW, prepared=prepared)
    dispatcher = Dispatcher(
        application,
        assistant=lambda: garden,
        kept_of=nothing_kept,
        retention_days=30,
        rate_limit=0,
        staff=[STAFF],
        staffroom=staffroom,
    )
    talk = StaffTalk(api, bot, dispatcher)
    talk.store, talk.staffroom = store, staffroom
    yield talk
    await staffroom.close()
    await store.close()
    await application.shutdown()


def buttons(replied: Replied) -> list[tuple[str, str]]:
    """Labels of the last message's buttons, row by row, and what each one does, opens or copies."""
    markup = replied.messages[-1].body.get("reply_markup", {"inline_keyboard": []})
    assert isinstance(markup, dict)
    rows = markup["inline_keyboard"]
    return [
        (button["text"], button.get("callback_data") or button.get("url") or button["copy_text"]["text"])
        for row in rows
        for button in row
    ]


def text_of(replied: Replied) -> str:
    """Everything that is said, in one text."""
    return "\n\n".join(str(message.body["text"]) for message in replied.messages if "text" in message.body)

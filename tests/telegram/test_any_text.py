"""Whatever stands in knowledge and catalogs, and however long it is, Telegram takes what the bot makes of it.

The judge is the strict emulation: its parser of markup, its entities, its keyboards and its lengths.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.assistant import Assistant, Operator
from bot.answering.compose import compose_entry
from bot.knowledge.entries import Entry, Fact, FactValue, KnowledgeBase, Source, Topic
from bot.knowledge.scalars import ID_LENGTH
from bot.language import texts
from bot.language.catalogs import Catalogs, load_catalogs
from bot.language.formats import Day, Link, Money, Month, Number, Phone, Value, Year
from bot.language.messages import parse, placeholders
from bot.preview.arguments import Arguments
from bot.preview.botapi import BotApi
from bot.preview.methods import send_message
from bot.preview.profile import METHODS
from bot.telegram import pages
from bot.telegram.cutting import MAX_ENTITIES, MAX_UNITS, utf16_length
from bot.telegram.profile import Presented, command_items, name_items, text_items
from bot.telegram.render import MAX_CALLBACK_BYTES, Target, render
from bot.types import ChatRef, Location, Question, Reply
from tests.conftest import ASKED_AT, ROOT

CATALOGS, _ = load_catalogs(ROOT / "locales", domains=("bot",))
TEXTS = [value for value in vars(texts).values() if isinstance(value, texts.Text)]
PLACE = Location(path=Path("facts.yaml"))
TODAY = date(2026, 11, 23)
FEW = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]) | st.sampled_from(
    "<>&\"'/@#_*[]()=&;%  أبתש联盟Жé👍👨🏽\u200f\u2066\u2069\u0301"
)
_NASTY = st.sampled_from(
    ["<b>", "</a>", "&amp;lt;", "&#0;", '"><a href="tg://user?id=1">x</a>', "/start@other_bot", "a" * 5000,
     "ש" * 3000, "👨‍👩‍👧‍👦" * 900, "www.example.org " * 400, "@someone " * 300, "x\n\n\n\ny", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
)  # fmt: skip
WORDS = st.lists(st.text(_CHARACTERS, min_size=1, max_size=40) | _NASTY, min_size=1, max_size=4).map(
    lambda pieces: f"A{' '.join(pieces)}"
)
MESSAGES = WORDS.map(
    lambda text: text.translate(dict.fromkeys(map(ord, "{}'#")))
)  # ICU has its own use for these
IDS = st.from_regex(rf"[a-z0-9]{{1,{ID_LENGTH}}}", fullmatch=True)
VALUES = st.one_of(
    st.integers(-(10**18), 10**18).map(Number),
    st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**17), max_value=10**17).map(
        Number
    ),
    st.integers(1, 9999).map(Year),
    st.dates(min_value=date(1000, 1, 1)).map(Day),
    st.builds(Month, st.integers(1000, 9999), st.integers(1, 12)),
    st.builds(Money, st.integers(0, 10**18).map(Decimal), st.sampled_from(["CNY", "EUR", "XTS"])),
    st.text("abc<>&?=%#/", max_size=3000).map(lambda path: Link(f"https://example.org/{path}")),
    st.text("0123456789 ()-", min_size=4, max_size=200).map(lambda number: Phone(f"+{number}1")),
)


def taken(replies: list[Reply]) -> list[dict[str, Any]]:
    """Send replies to the strict emulation, and see that each message keeps every limit."""
    api = BotApi("4242:test", seed=7)
    ana = api.user("Ana")
    api.server.chats.private(ana.person).last_id = 1  # she has written before
    sent = []
    for message in render(replies, Target(chat=ChatRef(channel="telegram", chat_id=str(ana.id)))):
        stored = send_message(api.server, Arguments(message.body))
        assert 1 <= utf16_length(stored["text"]) <= MAX_UNITS
        assert len(stored.get("entities", [])) <= MAX_ENTITIES
        rows = stored.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            assert len(button.get("callback_data", "").encode()) <= MAX_CALLBACK_BYTES
            assert button["text"].strip()
        sent.append(stored)
    assert sent
    return sent


@pytest.mark.parametrize("locale", CATALOGS.locales)
@FEW
@given(data=st.data())
def test_every_text_of_the_interface_takes_any_value(locale: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    values: dict[str, object] = {}
    for name, kind in placeholders(parse(text.message)).items():
        number = st.integers(0, 10**9)
        values[name] = data.draw(number if kind == "plural" else WORDS)
    written = CATALOGS.text(locale, text, **values)
    sent = taken([pages.page(written, locale)])
    assert "".join("".join(message["text"] for message in sent).split())[:1]


@pytest.mark.parametrize("locale", CATALOGS.locales)
@FEW
@given(data=st.data())
def test_every_answer_takes_any_fact_and_any_translation(
    locale: str, data: st.DataObject, garden: Assistant
) -> None:
    assistant, entry = drawn(garden, locale, data)
    asked = Question(text="?", asked_at=ASKED_AT)
    reply = compose_entry(entry, asked, assistant, locale=locale)
    shown = replace(reply, buttons=pages.way_back(entry, assistant, locale))
    sent = taken([shown, pages.topics_page(assistant, locale), pages.start_page(assistant, locale)])
    links = [
        entity for message in sent for entity in message.get("entities", []) if entity["type"] == "text_link"
    ]
    assert {link["url"].partition("?")[0] for link in links} <= {"https://example.org/page"}


@pytest.mark.parametrize("locale", CATALOGS.locales)
@FEW
@given(name=WORDS, contact=WORDS, days=st.integers(0, 3650))
def test_every_page_takes_any_operator(
    locale: str, name: str, contact: str, days: int, garden: Assistant
) -> None:
    operator = Operator(name=name, contact=contact)
    assistant = replace(garden, operator=operator, catalogs=CATALOGS)
    say = [pages.about_page(assistant, locale), pages.privacy_page(assistant, locale, retention_days=days)]
    taken([*say, pages.language_missing_page(name[:40], assistant, locale)])
    api = BotApi("4242:test", seed=7)
    presented = Presented(catalogs=CATALOGS, default_locale=locale, operator=operator)
    for item in (*text_items(presented), *name_items(presented), *command_items(presented)):
        arguments = Arguments({item.key: item.wanted, **item.selector})
        assert METHODS[f"set{item.method}".lower()](api.server, arguments) is True


def drawn(garden: Assistant, locale: str, data: st.DataObject) -> tuple[Assistant, Entry]:
    """Make an assistant whose facts, source and translations are anything."""
    values: list[Value] = data.draw(st.lists(VALUES, min_size=1, max_size=4))
    source = Source(
        id="page",
        title=data.draw(WORDS),
        publisher=data.draw(WORDS),
        url=data.draw(st.sampled_from([None, "https://example.org/page?a=1&b=<2>"])),
        language=data.draw(st.sampled_from(["en", "zh_Hans", "ar"])),
        published=data.draw(st.none() | st.just(TODAY)),
        checked_on=TODAY,
        location=PLACE,
    )
    fact = Fact(
        id="f",
        topic="t",
        statement="x",
        values=tuple(FactValue(type="number", text="x", value=value) for value in values),
        as_of=TODAY,
        source="page",
        confidence="high",
        location=PLACE,
    )
    identity, topic_id = data.draw(IDS), data.draw(IDS)
    named = " ".join(f"{{f.{number}}}" for number in range(1, len(values) + 1))
    entry = Entry(
        id=identity,
        kind="knowledge",
        topic=topic_id,
        question=data.draw(MESSAGES),
        answer=f"{data.draw(MESSAGES)} {named}",
        facts=("f",),
        sources=("page",),
        review_by=data.draw(st.none() | st.just(TODAY)),
        location=PLACE,
    )
    topic = Topic(id=topic_id, title=data.draw(WORDS), order=1, entries=(identity,), location=PLACE)
    knowledge = KnowledgeBase(
        root=Path(), sources={"page": source}, facts={"f": fact}, entries={identity: entry}, topics=(topic,)
    )
    catalogs = translated(locale, entry, f"{data.draw(MESSAGES)} {named}", data)
    return replace(garden, knowledge=knowledge, catalogs=catalogs), entry


def translated(locale: str, entry: Entry, answer: str, data: st.DataObject) -> Catalogs:
    """Put random translations of an entry into the catalogs: of today's text, of an older one, or none."""
    state = data.draw(st.sampled_from(["current", "stale", "missing"]))
    current, stale = dict(CATALOGS._current), dict(CATALOGS._stale)
    for key, message, text in (
        ("question", entry.question, data.draw(MESSAGES)),
        ("answer", entry.answer, answer),
    ):
        context = f"{entry.id}.{key}"
        if state == "current":
            current[locale, "knowledge", context, message] = text
        if state != "missing":
            stale[locale, "knowledge", context] = text, None
    return replace(CATALOGS, _current=current, _stale=stale)

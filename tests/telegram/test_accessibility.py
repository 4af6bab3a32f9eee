"""What the bot says holds without colours, pictures and markup, in every language and direction.

`ALLIANCE_BOT_SNAPSHOTS=write pytest tests/telegram/test_accessibility.py` writes the snapshots anew; read the
difference before it is committed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.language.catalogs import load_catalogs
from bot.language.formats import direction, strip_isolates
from bot.preview.markup import parse_html
from bot.telegram import pages
from bot.telegram.render import Target, render
from bot.types import ChatRef, Reply
from tests.conftest import ROOT
from tests.telegram.spoken import ENTRIES, entry_of, read_aloud, small, spoken

SNAPSHOTS = Path(__file__).parent / "snapshots"
LOCALES = load_catalogs(ROOT / "locales", domains=("bot",))[0].locales
TARGET = Target(chat=ChatRef(channel="telegram", chat_id="7"))


@pytest.fixture(scope="module")
def few(assistant: Assistant) -> Assistant:
    return small(assistant)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_main_messages_read_as_they_did(locale: str, few: Assistant) -> None:
    text = "\n\n".join(f"--- {name}\n{read_aloud(reply)}" for name, reply in spoken(few, locale)) + "\n"
    file = SNAPSHOTS / f"{locale}.txt"
    if os.environ.get("ALLIANCE_BOT_SNAPSHOTS") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", LOCALES)
def test_without_markup_an_answer_still_names_source_and_date(locale: str, assistant: Assistant) -> None:
    for name in ENTRIES:
        reply = entry_of(name, assistant, locale)
        said = read_aloud(reply)
        for citation in reply.parts[0].citations:
            line = strip_isolates("".join(span.text for span in citation.line))
            assert line in said
            assert citation.title in line
            assert citation.publisher in line
            assert any(character.isdigit() for character in line.replace(citation.title, ""))


@pytest.mark.parametrize("locale", LOCALES)
def test_without_buttons_the_choices_still_stand_in_the_text(locale: str, few: Assistant) -> None:
    said = dict(spoken(few, locale))
    for name in ("clarify", "abstain"):
        reply = said[name]
        text = "\n".join(line for line in read_aloud(reply).split("\n") if not line.startswith("["))
        for number, choice in enumerate(reply.parts[0].choices, 1):
            assert f"{number}. {strip_isolates(choice.label)}" in text
        assert len(reply.parts[0].choices) == len(ENTRIES)


@pytest.mark.parametrize("locale", LOCALES)
def test_buttons_begin_with_words(locale: str, assistant: Assistant) -> None:
    for reply in (*everything(assistant, locale), *(reply for _, reply in spoken(small(assistant), locale))):
        for message in render([reply], TARGET):
            for label in labels(message.body):
                assert begins_with_words(strip_isolates(label)), label


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if direction(locale) == "rtl"])
def test_every_line_of_a_right_to_left_language_runs_from_the_right(
    locale: str, assistant: Assistant
) -> None:
    for reply in (*everything(assistant, locale), *(reply for _, reply in spoken(small(assistant), locale))):
        for message in render([reply], TARGET):
            text, _ = parse_html(str(message.body["text"]))
            for line in text.split("\n"):
                assert first_direction(line) != "L" or not runs_from_the_right(line), line
            for label in labels(message.body):
                assert first_direction(label) != "L" or not runs_from_the_right(label), label


@pytest.mark.parametrize(
    ("label", "right"),
    [
        ("Next page", True),
        ("٣. متى؟", True),
        ("《数字教育前沿》是什么？", True),
        ("“Who?”", True),
        ("¿Quién?", True),
        ("→ Next page", False),
        ("👍", False),
        ("👍 Yes", False),
        ("", False),
    ],
)
def test_a_word_is_told_from_a_picture(label: str, right: bool) -> None:
    assert begins_with_words(label) is right


def begins_with_words(label: str) -> bool:
    """Whether a label begins with a letter or digit of any script, perhaps after an opening quotation mark."""
    bare = label.lstrip("¿¡“«„《「(")
    return bool(bare) and unicodedata.category(bare[0])[0] in "LN"


def everything(assistant: Assistant, locale: str) -> Iterator[Reply]:
    """Give the pages of all topics and all entries."""
    yield pages.topics_page(assistant, locale)
    for topic in assistant.knowledge.topics:
        for number in range(-(-len(topic.entries) // pages.PAGE_SIZE)):
            yield pages.topic_page(topic, assistant, locale, number)
    for entry in assistant.knowledge.entries.values():
        if entry.kind == "knowledge":
            yield entry_of(entry.id, assistant, locale)


def labels(body: object) -> list[str]:
    markup = body.get("reply_markup") if isinstance(body, dict) else None
    rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
    return [button["text"] for row in rows for button in row]


def runs_from_the_right(line: str) -> bool:
    """Whether a line has letters of a right-to-left script; a foreign sentence has none."""
    return any(
        unicodedata.bidirectional(character) in ("R", "AL") and character != "\u200f" for character in line
    )


def first_direction(line: str) -> str | None:
    """Say in which direction an application writes a line: that of its first letter outside of isolates."""
    depth = 0
    for character in line:
        kind = unicodedata.bidirectional(character)
        depth += (kind in ("LRI", "RLI", "FSI")) - (kind == "PDI")
        if not depth and kind in ("L", "R", "AL"):
            return kind
    return None

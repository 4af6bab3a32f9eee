from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.preview.entities import check_link, clean, find_entities, formatted, utf16_length, utf16_slice


def covered(text: str) -> list[tuple[str, str]]:
    return [(e["type"], utf16_slice(text, e["offset"], e["length"])) for e in find_entities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start launch-date", [("bot_command", "/start")]),
        ("/help@alliance_bot now", [("bot_command", "/help@alliance_bot")]),
        ("😀 /help", [("bot_command", "/help")]),
        ("and/or 1/2 //x </b>", []),
        ("/a /b", [("bot_command", "/a"), ("bot_command", "/b")]),
        ("ask @alliance_bot!", [("mention", "@alliance_bot")]),
        ("me@example.org", [("email", "me@example.org")]),
        ("x@y", []),
        ("see https://example.org/a_(b)), ok?", [("url", "https://example.org/a_(b)")]),
        ("visit example.org.", [("url", "example.org")]),
        ("see http://localhost/x", []),
        ("version 1.2.3 of it", []),
        ("#topic and #12", [("hashtag", "#topic")]),
        ("请看 https://example.org/路 吧", [("url", "https://example.org/路")]),
    ],
)
def test_finds_what_applications_make_clickable(text: str, expected: list[tuple[str, str]]) -> None:
    assert covered(text) == expected


def test_offsets_count_utf16_units() -> None:
    [entity] = find_entities("😀😀 /help")
    assert (entity["offset"], entity["length"]) == (5, 5)
    assert MessageEntity.de_json(entity, None).type == MessageEntity.BOT_COMMAND


def test_bidi_embeddings_go_and_isolates_stay() -> None:
    assert clean("a\u202eb\u2066c\u2069\r\nd\0e\tf") == "ab\u2066c\u2069\nd e f"


def test_trimming_moves_and_cuts_entities() -> None:
    text, entities = formatted("\n  Hello there  ", [{"type": "bold", "offset": 3, "length": 13}])
    assert text == "Hello there"
    assert entities == [{"type": "bold", "offset": 0, "length": 11}]


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://[::1]/", "tg://user?id=1", "example.org/x", "HTTP://A.b"]
)
def test_links_that_telegram_takes(url: str) -> None:
    assert check_link(url) is None


@pytest.mark.parametrize(
    "url", ["", "http://localhost", "javascript:alert(1)", "ftp://a.org", "http://a.org:x", "a b.org"]
)
def test_links_that_telegram_refuses(url: str) -> None:
    assert check_link(url)


@given(st.text())
def test_found_entities_lie_within_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert entity["offset"] >= end
        assert entity["length"] > 0
        end = entity["offset"] + entity["length"]
    assert end <= utf16_length(text)

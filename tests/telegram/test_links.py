"""The addresses that open answers."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from bot.answering.assistant import Assistant
from bot.telegram.links import MAX_PAYLOAD, link_to, links, sharing


def test_every_answer_of_the_knowledge_has_a_link_that_telegram_accepts(assistant: Assistant) -> None:
    found = links(assistant, "some_bot", "ru")
    known = [entry for entry in assistant.knowledge.entries.values() if entry.kind == "knowledge"]
    assert [link.entry_id for link in found] == [entry.id for entry in known]
    for link in found:
        payload = link.url.removeprefix("https://t.me/some_bot?start=")
        assert re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_PAYLOAD}}}", payload)
        assert link.question != assistant.knowledge.entries[link.entry_id].question


def test_a_link_is_passed_on_with_any_words(assistant: Assistant) -> None:
    address = urlsplit(sharing(link_to("launch-date", "some_bot"), "Quand & où ? 什么"))
    assert (address.netloc, address.path) == ("t.me", "/share/url")
    assert parse_qs(address.query) == {
        "url": ["https://t.me/some_bot?start=launch-date"],
        "text": ["Quand & où ? 什么"],
    }

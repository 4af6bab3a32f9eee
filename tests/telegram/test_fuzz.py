"""A short run of the mutations; the long one is a command (tests/reliability/README.md)."""

from __future__ import annotations

from bot.answering.assistant import Assistant
from bot.storage.store import ChatState
from bot.types import OutgoingMessage
from tests.reliability.fuzz import Report, check, fuzz, judge
from tests.telegram.conftest import Talk

_ANA = {"id": 5, "is_bot": False, "first_name": "Ana"}
_CHAT = {"id": 5, "type": "private", "first_name": "Ana"}
_MESSAGE = {"message_id": 3, "date": 1_790_000_000, "chat": _CHAT, "from": _ANA, "text": "hi"}


async def test_no_mutation_of_a_real_update_breaks_anything(assistant: Assistant) -> None:
    report = await fuzz(assistant, mutations=2_000, seed=20261127)
    assert report.faults == []
    assert report.counts["replied"] > 400
    assert report.counts["refused while parsing"] > 400
    assert report.counts["ignored: other-kind"] > 50


async def test_the_updates_themselves_are_all_handled(assistant: Assistant) -> None:
    report = await fuzz(assistant, mutations=0, seed=5)
    assert report.faults == []
    assert report.counts["refused while parsing"] == 0
    assert report.counts["without an id"] == 0
    assert report.counts["replied"] > 60


async def test_what_fails_behind_the_parsing_is_found(talk: Talk) -> None:
    report = Report()
    entry = talk.entry({"update_id": 1, "message": _MESSAGE})
    await judge(entry, ChatState(), talk.dispatcher, talk.api, report)
    assert report.faults == []
    talk.dispatcher._application.handlers[0].clear()
    await judge(entry, ChatState(), talk.dispatcher, talk.api, report)
    assert len(report.faults) == 1


async def test_what_telegram_would_refuse_is_found(talk: Talk) -> None:
    report = Report()
    entry = talk.entry({"update_id": 1, "message": _MESSAGE})
    for text in ("<b>", "x" * 5_000, "fine"):
        body = {"chat_id": 5, "text": text, "parse_mode": "HTML"}
        await check(
            (OutgoingMessage(chat=entry.chat, method="sendMessage", body=body),), entry, talk.api, report
        )
    assert len(report.faults) == 2

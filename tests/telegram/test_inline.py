"""What is offered for an inline question, and what a guest says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.answering.compose import compose_entry
from bot.language import texts
from bot.language.formats import format_date
from bot.preview.arguments import Arguments
from bot.preview.botapi import BotApi
from bot.staff.reload import _STAFF_SECONDS
from bot.storage.store import ChatState
from bot.telegram.cutting import utf16_length
from bot.telegram.inline import result_of
from bot.telegram.intake import received
from bot.telegram.results import CACHE_SECONDS, guest_answer, inline_answer
from bot.types import Button, ChatRef, Ignored, IgnoreReason, Offer, Question
from tests.telegram.conftest import NOW, Talk, text_of

_CHAT = ChatRef(channel="telegram", chat_id="5")
_ANA = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "fr"}
_FRIENDS = {"id": -100, "type": "supergroup", "title": "Friends"}
_MENTION = {"type": "mention", "offset": 0, "length": 11}


def guest(text: str = "@garden_bot When was the club founded?", **fields: object) -> dict[str, Any]:
    message = {"message_id": 3, "date": int(NOW.timestamp()), "chat": _FRIENDS, "from": _ANA, "text": text}
    return {
        "update_id": 1,
        "guest_message": {**message, "entities": [_MENTION], "guest_query_id": "77", **fields},
    }


def inline(text: str, **fields: object) -> dict[str, Any]:
    return {"update_id": 1, "inline_query": {"id": "88", "from": _ANA, "query": text, "offset": "", **fields}}


async def test_every_entry_in_every_language_is_a_result_that_telegram_takes(assistant: Assistant) -> None:
    api = BotApi("4242:test", seed=7)
    ana = api.user("Ana")
    entries = [entry.id for entry in assistant.knowledge.entries.values() if entry.kind == "knowledge"]
    question = Question(text="x", asked_at=NOW)
    for locale in assistant.catalogs.locales:
        button = Button(label=assistant.catalogs.text(locale, texts.INLINE_LANGUAGE), action="x")
        for start in range(0, len(entries), 10):
            found = [
                result_of(entry, question, assistant, locale, "garden_bot")
                for entry in entries[start : start + 10]
            ]
            results = tuple(result for result in found if result is not None)
            assert len(results) == len(found)
            offer = Offer(results=results, button=button, locale=locale)
            typed = await ana.type_inline(f"{locale} {start}")
            message = inline_answer(offer, typed.id, _CHAT)
            assert await api.call(message.method, Arguments(dict(message.body)))
            assert len(typed.results) == len(results)
            assert all("link_preview_options" in result["message"] for result in typed.results)
            for result in results:
                cited = result.reply.parts[0].citations
                if (
                    cited and cited[0].published is None
                ):  # the day of reading is not taken for the source's own
                    read = assistant.catalogs.text(
                        locale, texts.SOURCE_READ, date=format_date(cited[0].checked_on, locale)
                    )
                    assert result.description.endswith(read)
                assert len(result.description) <= 260
                opened = sum(map(result.description.count, "\u2066\u2067\u2068"))
                assert opened == result.description.count("\u2069")


async def test_an_inline_question_is_answered_at_once_and_never_again(talk: Talk) -> None:
    (message,) = (await talk.said(inline("When was the club founded?"))).messages
    assert (message.method, message.fleeting) == ("answerInlineQuery", True)
    assert message.body["inline_query_id"] == "88"
    results = message.body["results"]
    assert isinstance(results, list)
    assert results[0]["id"].startswith("founded-when:en:")


async def test_inline_questions_follow_the_chosen_language_and_leave_no_trace(talk: Talk) -> None:
    talk.states["5", "5"] = ChatState(locale="ar", topic="founded-when", topic_at=NOW)
    replied = await talk.said(inline("founder"))
    assert replied.effects == ()
    assert replied.outcomes == ()
    assert replied.explanation is None


def test_what_was_offered_before_a_withdrawal_is_offered_no_more_within_five_seconds() -> None:
    """Not even from what Telegram keeps, and not by a process that heard of it last."""
    assert CACHE_SECONDS + _STAFF_SECONDS < 5


async def test_a_result_whose_entry_is_gone_is_not_counted(talk: Talk) -> None:
    chosen = {"result_id": "gone:en", "from": _ANA, "query": "x"}
    handling = await talk.handle({"update_id": 1, "chosen_inline_result": chosen})
    assert handling == Ignored(reason=IgnoreReason.INLINE_UNKNOWN)


async def test_a_guest_answers_durably_by_one_call(talk: Talk) -> None:
    replied = await talk.said(guest())
    (message,) = replied.messages
    assert (message.method, message.fleeting, replied.question_id) == ("answerGuestQuery", False, None)
    assert message.body["guest_query_id"] == "77"
    assert [outcome.entry_id for outcome in replied.outcomes] == ["founded-when"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"from": {**_ANA, "is_bot": True}}, IgnoreReason.FROM_BOT),
        ({"guest_query_id": None}, IgnoreReason.OTHER_KIND),
    ],
)
async def test_some_guest_questions_get_no_answer(
    talk: Talk, fields: dict[str, Any], reason: IgnoreReason
) -> None:
    assert await talk.handle(guest(**fields)) == Ignored(reason=reason)


def test_a_chat_that_the_bot_is_not_in_is_not_taken_for_one_with_the_same_id() -> None:
    (row,) = received([guest(chat={"id": 5, "type": "private", "first_name": "Ben"})], NOW)
    assert (row.chat.chat_id, row.user_id) == ("guest:5", "5")


async def test_nobody_is_told_of_a_failure_where_only_one_message_may_be_said(talk: Talk) -> None:
    for raw in (guest(), inline("x")):
        assert talk.dispatcher.apologise(talk.entry(raw), ChatState()) == ()
        assert talk.dispatcher.pause(talk.entry(raw), ChatState(), "resting") == ()


async def test_a_reply_that_is_too_long_for_one_message_keeps_its_sources(
    garden: Assistant, talk: Talk
) -> None:
    entry = garden.knowledge.entries["founded-when"]
    reply = compose_entry(entry, Question(text="x", asked_at=NOW), garden, locale="en")
    long = replace(reply.parts[0], text="A line that goes on & on.\n" * 400)
    bigger = replace(reply, parts=(long,))
    result = guest_answer(bigger, "77", _CHAT).body["result"]
    assert isinstance(result, dict)
    text = result["input_message_content"]["message_text"]
    assert 2_000 < utf16_length(text) < 4_700  # with its markup
    assert "…" in text
    assert "Source:" in text


async def test_texts_of_guests_speak_of_the_private_chat(talk: Talk) -> None:
    replied = await talk.said(guest("@garden_bot how do I grow flowers"))
    assert "its number" not in text_of(replied)

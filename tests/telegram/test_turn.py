"""What a handler is given to read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from telegram import Update

from bot.answering.assistant import Assistant
from bot.storage.store import ChatState
from bot.telegram.turn import Turn
from tests.telegram.conftest import NOW, Talk

_SENT = int(NOW.timestamp())
_ANA = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "fr"}
_MESSAGE = {
    "message_id": 3,
    "date": _SENT,
    "chat": {"id": 5, "type": "private", "first_name": "Ana"},
    "from": _ANA,
    "text": "and where?",
}
_PRESS = {"id": "1", "from": _ANA, "chat_instance": "1", "data": "x", "message": {**_MESSAGE, "date": 0}}


def turn(talk: Talk, garden: Assistant, raw: dict[str, Any], state: ChatState) -> tuple[Update, Turn]:
    entry = talk.entry({"update_id": 1, **raw})
    update = Update.de_json(json.loads(entry.payload), talk.bot)
    given = Turn(
        entry=entry,
        state=state,
        assistant=garden,
        retention_days=30,
        rate_limit=0,
        kept=0,
        bot_id=4242,
        bot_name="garden_bot",
    )
    return update, given


@pytest.mark.parametrize(("minutes", "previous"), [(1, "spade"), (10, "spade"), (11, None), (-30, None)])
async def test_the_topic_counts_for_ten_minutes_by_when_things_were_said(
    talk: Talk, garden: Assistant, minutes: int, previous: str | None
) -> None:
    state = ChatState(topic="spade", topic_at=NOW - timedelta(minutes=minutes))
    update, given = turn(talk, garden, {"message": _MESSAGE}, state)
    question = given.question("and where?", update)
    assert question.previous_entry == previous
    assert (question.client, question.chosen, question.asked_at) == ("fr", None, NOW)


@pytest.mark.parametrize(
    ("answered", "offered", "previous"),
    [
        (2, 1, "hoe"),  # minutes ago: whoever types on instead of choosing means the likeliest one
        (1, 2, "spade"),
        (1, 1, "spade"),  # one message with an answer and with choices
        (None, 1, "hoe"),
        (20, 11, None),
        (2, 11, "spade"),
    ],
)
async def test_what_was_offered_first_is_talked_of_until_something_is_answered(
    talk: Talk, garden: Assistant, answered: int | None, offered: int, previous: str | None
) -> None:
    state = ChatState(
        topic=None if answered is None else "spade",
        topic_at=None if answered is None else NOW - timedelta(minutes=answered),
        choices=("hoe", "rake"),
        choices_at=NOW - timedelta(minutes=offered),
    )
    update, given = turn(talk, garden, {"message": _MESSAGE}, state)
    assert given.question("and where?", update).previous_entry == previous


async def test_an_edited_question_counts_from_its_edit(talk: Talk, garden: Assistant) -> None:
    edited = {**_MESSAGE, "edit_date": _SENT + 60}
    update, given = turn(talk, garden, {"edited_message": edited}, ChatState(locale="ar"))
    question = given.question("and where?", update)
    assert question.asked_at == NOW + timedelta(seconds=60)
    assert question.chosen == "ar"


async def test_a_press_counts_from_its_arrival(talk: Talk, garden: Assistant) -> None:
    update, given = turn(talk, garden, {"callback_query": _PRESS}, ChatState())
    assert given.question("", update).asked_at == given.entry.received_at

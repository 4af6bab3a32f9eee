"""How a stored update finds its handler, and what becomes of those that cannot be handled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from telegram import Update
from telegram.ext import TypeHandler

from bot.answering.assistant import Assistant
from bot.language import texts
from bot.storage.store import ChatState
from bot.telegram.handlers import HANDLERS
from bot.telegram.turn import replying
from bot.types import Failed, Handled, Ignored, IgnoreReason
from tests.telegram.conftest import Talk

_ANA = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "fr"}
_PRIVATE = {"id": 5, "type": "private", "first_name": "Ana"}
_GROUP = {"id": -100, "type": "supergroup", "title": "G"}
_MESSAGE = {"message_id": 3, "date": 1_790_000_000, "chat": _PRIVATE, "from": _ANA, "text": "hi"}


@pytest.mark.parametrize(
    "message",
    [
        {**_MESSAGE, "chat": "poison"},
        {**_MESSAGE, "from": [1]},
        {**_MESSAGE, "entities": 5},
        {"text": "hi"},
        [1, 2],
    ],
)
async def test_an_update_that_cannot_be_parsed_raises(talk: Talk, message: Any) -> None:
    with pytest.raises((TypeError, AttributeError, KeyError, ValueError)):
        await talk.handle({"update_id": 1, "message": message})


async def test_a_handler_that_raises_has_failed(talk: Talk) -> None:
    def broken(update: Update, turn: Any) -> Handled:
        raise LookupError("broken")

    application = talk.dispatcher._application
    application.handlers[0].insert(0, TypeHandler(Update, replying(broken)))
    handling = await talk.handle({"update_id": 1, "message": _MESSAGE})
    assert isinstance(handling, Failed)
    assert isinstance(handling.error, LookupError)


async def test_an_update_that_no_handler_takes_has_failed(talk: Talk) -> None:
    talk.dispatcher._application.handlers[0].clear()
    handling = await talk.handle({"update_id": 1, "message": _MESSAGE})
    assert isinstance(handling, Failed)


async def test_two_outcomes_for_one_update_are_a_failure(talk: Talk) -> None:
    talk.dispatcher._application.add_handler(
        TypeHandler(Update, replying(lambda update, turn: Ignored(reason=IgnoreReason.OTHER_KIND))), group=1
    )
    handling = await talk.handle({"update_id": 1, "message": _MESSAGE})
    assert isinstance(handling, Failed)


async def test_the_process_does_not_list_everybody_who_ever_wrote(talk: Talk) -> None:
    for number in range(3):
        person = {**_ANA, "id": 100 + number}
        chat = {**_PRIVATE, "id": 100 + number}
        await talk.handle({"update_id": number, "message": {**_MESSAGE, "chat": chat, "from": person}})
    application = talk.dispatcher._application
    kept = [
        value
        for name in dir(application)
        if name.startswith(("_chat_ids", "_user_ids")) and (value := getattr(application, name))
    ]
    assert kept == []
    assert not application.user_data
    assert not application.chat_data


def test_the_last_handler_takes_every_update() -> None:
    assert HANDLERS[-1].check_update(Update(1))


async def apology(
    talk: Talk, raw: dict[str, Any] | str, state: ChatState | None = None
) -> list[dict[str, Any]]:
    entry = talk.entry({"update_id": 1, **raw} if isinstance(raw, dict) else {"update_id": 1})
    if isinstance(raw, str):
        entry = replace(entry, payload=raw)
    return [dict(message.body) for message in talk.dispatcher.apologise(entry, state or ChatState())]


async def test_an_apology_quotes_nothing_in_private_and_speaks_the_persons_language(
    talk: Talk, garden: Assistant
) -> None:
    (body,) = await apology(talk, {"message": {**_MESSAGE, "entities": 5}})
    assert body["chat_id"] == 5
    assert body["text"] == garden.catalogs.text("fr", texts.FAILED)
    (body,) = await apology(talk, {"message": _MESSAGE}, ChatState(locale="ar"))
    assert garden.catalogs.text("ar", texts.FAILED) in body["text"]


async def test_an_apology_for_a_press_goes_to_its_chat(talk: Talk) -> None:
    press = {"id": "1", "from": _ANA, "data": 5, "message": {"chat": _GROUP, "message_id": 8}}
    stops, body = await apology(talk, {"callback_query": press})
    assert stops == {"callback_query_id": "1"}  # else the button would go on spinning
    assert body["chat_id"] == -100


async def test_an_apology_names_no_half_character(talk: Talk) -> None:
    press = {"id": "1\ud83d3", "from": {"id": 7, "language_code": {}}, "message": _MESSAGE, "data": "x"}

    stops, _ = await apology(talk, {"callback_query": press})

    assert stops == {"callback_query_id": "1\ufffd3"}


@pytest.mark.parametrize(
    ("message", "apologised"),
    [
        ({**_MESSAGE, "chat": _GROUP}, False),
        ({**_MESSAGE, "chat": _GROUP, "text": "hi @garden_bot"}, True),
        ({**_MESSAGE, "chat": _GROUP, "reply_to_message": {"from": {"id": 4242}}}, True),
        ({**_MESSAGE, "chat": _GROUP, "reply_to_message": {"from": {"id": 17}}}, False),
        ({"chat": "poison"}, False),
    ],
)
async def test_in_a_group_only_those_who_wait_get_an_apology(
    talk: Talk, message: dict[str, Any], apologised: bool
) -> None:
    assert bool(await apology(talk, {"message": message})) == apologised


@pytest.mark.parametrize("payload", ["", "{", "[" * 100_000, "[]", "5", json.dumps({"message": 5})])
async def test_nobody_is_apologised_to_for_what_cannot_be_read_at_all(talk: Talk, payload: str) -> None:
    assert await apology(talk, payload) == []

"""An answer that is out of service, wherever it could be read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.answering.assistant import Assistant, withdrawing
from bot.errors import DeliveryRefused
from bot.preview.botapi import BotApi
from bot.telegram.dispatch import Dispatcher, connect_handlers
from bot.telegram.sender import Sender
from bot.telegram.transport import RawBot
from bot.types import Outcome, Replied, Withdrawn
from tests.telegram.conftest import NOW, Talk, nothing_kept

CHECKED = "This answer is being checked."
DATE = "30 January 2024"


class Service:
    """A bot whose answers can be taken out of service."""

    def __init__(self, garden: Assistant) -> None:
        self.assistant = garden

    def withdraw(self, *entry_ids: str) -> None:
        out = [Withdrawn(entry_id=entry_id, who="7", at=NOW) for entry_id in entry_ids]
        self.assistant = withdrawing(self.assistant, out)


@pytest.fixture
def service(garden: Assistant) -> Service:
    return Service(garden)


@pytest.fixture
async def talk(api: BotApi, bot: RawBot, service: Service) -> AsyncIterator[Talk]:
    application = connect_handlers(bot)
    dispatcher = Dispatcher(
        application,
        assistant=lambda: service.assistant,
        kept_of=nothing_kept,
        retention_days=30,
        rate_limit=0,
        popular=lambda: ("founded-when", "founder"),
    )
    await application.initialize()
    yield Talk(api, bot, dispatcher)
    await application.shutdown()


def text(replied: Replied) -> str:
    return " ".join(str(message.body.get("text", "")) for message in replied.messages)


def labels(replied: Replied) -> str:
    return " ".join(str(message.body.get("reply_markup", "")) for message in replied.messages)


def outcome(replied: Replied) -> Outcome:
    (found,) = replied.outcomes
    return found


async def test_a_question_a_link_and_an_edited_question_read_that_it_is_checked(
    talk: Talk, service: Service
) -> None:
    ana = talk.user()
    service.withdraw("founded-when")
    await ana.send("When was the club founded?")
    asked = await talk.said()
    assert CHECKED in text(asked)
    assert DATE not in text(asked) + labels(asked)
    assert "example.org" not in text(asked) + labels(asked)
    assert (outcome(asked).decision, outcome(asked).entry_id) == ("abstain", "founded-when")
    await ana.send("/start founded-when")
    linked = await talk.said()
    assert CHECKED in text(linked)
    assert DATE not in text(linked)
    message = await ana.send("Who founded the club?")
    assert "Three gardeners" in text(await talk.said())
    await ana.edit(message, "When was the club founded?")
    assert CHECKED in text(await talk.said())
    service.withdraw()
    await ana.send("When was the club founded?")
    assert DATE in text(await talk.said())


async def test_a_card_that_is_pressed_gives_way(talk: Talk, service: Service) -> None:
    ana = talk.user()
    await ana.send("When was the club founded?")
    card = await talk.deliver(await talk.said())
    service.withdraw("founded-when")
    rows = card["reply_markup"]["inline_keyboard"]
    buttons = [button["text"] for row in rows for button in row if "callback_data" in button]
    assert buttons
    for label in buttons:
        await ana.press(card, label)
        pressed = await talk.said()
        assert CHECKED in text(pressed)
        assert DATE not in text(pressed)
        assert not any("answer has moved" in str(message.body) for message in pressed.messages)


async def test_it_is_not_listed_beside_other_answers_nor_under_its_topic(
    talk: Talk, service: Service
) -> None:
    ana = talk.user()
    service.withdraw("founded-when")
    await ana.send("/start")
    assert "When was the club founded?" not in labels(await talk.said())
    await ana.send("/topics")
    topics = await talk.deliver(await talk.said())
    await ana.press(topics, "About history")
    page = await talk.said()
    assert "Where was the club founded?" in labels(page)
    assert "When was the club founded?" not in labels(page)
    await ana.send("Who founded the club?")
    card = await talk.deliver(await talk.said())
    every = [button for row in card["reply_markup"]["inline_keyboard"] for button in row]
    related = next(button["text"] for button in every if "rel:" in button.get("callback_data", ""))
    await ana.press(card, related)
    shown = await talk.said()
    assert "Where was the club founded?" in labels(shown) + text(shown)
    assert "When was the club founded?" not in labels(shown) + text(shown)


@pytest.mark.parametrize("typed", ["", "When was the club founded?", "club founded"])
async def test_it_is_no_inline_result(talk: Talk, service: Service, typed: str) -> None:
    ana = talk.user()
    service.withdraw("founded-when")
    talk.api.push(
        "inline_query",
        {
            "id": "5",
            "from": {"id": ana.id, "is_bot": False, "first_name": "Ana"},
            "query": typed,
            "offset": "",
        },
    )
    (message,) = (await talk.said()).messages
    results = str(message.body["results"])
    assert "founded-when" not in results
    assert typed == "club founded" or DATE not in results


# --- a list of results that is still open ----------------------------------------------------------------


async def chosen(talk: Talk, service: Service, meanwhile: Callable[[], None]) -> tuple[Replied, Any]:
    """Open a list of results, let something happen, and send the first one into a chat without the bot."""
    ana = talk.user()
    group = talk.api.group("Friends", ana, with_bot=False)
    typed = await ana.type_inline("When was the club founded?", group)
    await talk.deliver(await talk.said())
    meanwhile()
    await ana.choose_inline(typed, 0, group)
    replied = await talk.said()
    await talk.deliver(replied)
    return replied, talk.api.messages(group)[-1]


async def test_what_is_sent_from_a_list_that_was_open_is_put_right_in_its_chat(
    talk: Talk, service: Service
) -> None:
    replied, standing = await chosen(talk, service, lambda: service.withdraw("founded-when"))
    assert CHECKED in standing["text"]
    assert DATE not in standing["text"]
    assert "reply_markup" not in standing
    assert outcome(replied).decision == "abstain"


async def test_a_figure_that_was_corrected_meanwhile_is_corrected_in_its_chat(
    talk: Talk, service: Service
) -> None:
    def correct() -> None:
        knowledge = service.assistant.knowledge
        entry = knowledge.entries["founded-when"]
        other = replace(entry, answer=f"{entry.answer} It is known now.")
        entries = {**knowledge.entries, "founded-when": other}
        service.assistant = replace(service.assistant, knowledge=replace(knowledge, entries=entries))

    replied, standing = await chosen(talk, service, correct)
    assert "It is known now." in standing["text"]
    assert standing["reply_markup"]["inline_keyboard"]
    assert (outcome(replied).decision, outcome(replied).entry_id) == ("answer", "founded-when")


async def test_what_says_the_same_is_left_as_it_is(talk: Talk, service: Service) -> None:
    replied, standing = await chosen(talk, service, lambda: service.withdraw("founder"))
    assert replied.messages == ()
    assert DATE in standing["text"]
    assert outcome(replied).decision == "answer"


async def test_a_message_that_is_gone_by_then_is_not_said_anew(talk: Talk, service: Service) -> None:
    replied, _ = await chosen(talk, service, lambda: service.withdraw("founded-when"))
    (message,) = replied.messages
    gone = replace(message, body={**message.body, "inline_message_id": "AgAAA5"})
    before = len(talk.api.calls)
    with pytest.raises(DeliveryRefused):
        await Sender(talk.bot).send(gone)
    assert [call.method for call in talk.api.calls[before:]] == ["editMessageText"]
    assert await Sender(talk.bot).send(message) is None  # it says that already

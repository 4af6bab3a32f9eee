"""How one message goes out, and what each failure means for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bot.errors import DeliveryDelayed, DeliveryRefused, DeliveryUnknown, DeliveryUnsent
from bot.preview.botapi import BotApi, User
from bot.telegram.sender import Sender
from bot.telegram.transport import RawBot
from bot.types import ChatRef, OutgoingMessage


def to(
    user: User, text: str, *, method: str = "sendMessage", question: str | None = None, **more: Any
) -> OutgoingMessage:
    return OutgoingMessage(
        chat=ChatRef(channel="telegram", chat_id=str(user.id)),
        method=method,
        body={"chat_id": user.id, "text": text, **more},
        question_id=question,
    )


@pytest.fixture
async def ana(api: BotApi) -> User:
    user = api.user("Ana")
    await user.send("/start")
    return user


@pytest.fixture
def sender(bot: RawBot) -> Sender:
    return Sender(bot)


async def test_a_message_arrives_and_its_id_comes_back(api: BotApi, sender: Sender, ana: User) -> None:
    sent = await sender.send(to(ana, "hello"))
    (arrived,) = api.messages(ana, by_bot=True)
    assert (arrived["text"], str(arrived["message_id"])) == ("hello", sent)


async def test_a_resent_message_quotes_its_question(api: BotApi, sender: Sender, ana: User) -> None:
    question = await ana.send("When?")
    await sender.send(to(ana, "once", question=str(question["message_id"])))
    await sender.send(to(ana, "again", question=str(question["message_id"])), again=True)
    once, again = api.messages(ana, by_bot=True)
    assert "reply_to_message" not in once
    assert again["reply_to_message"]["message_id"] == question["message_id"]


async def test_a_quote_of_a_deleted_question_does_not_keep_the_answer_back(
    api: BotApi, sender: Sender, ana: User
) -> None:
    await sender.send(to(ana, "again", question="4711"), again=True)
    assert [message["text"] for message in api.messages(ana, by_bot=True)] == ["again"]


async def test_flood_control_is_not_sent_and_says_how_long_to_wait(
    api: BotApi, sender: Sender, ana: User
) -> None:
    api.fail("sendMessage", 429, "Too Many Requests", retry_after=9)
    with pytest.raises(DeliveryDelayed) as caught:
        await sender.send(to(ana, "x"))
    assert caught.value.retry_after == 9
    assert api.messages(ana, by_bot=True) == ()


async def test_a_person_who_blocked_the_bot_is_final(sender: Sender, ana: User) -> None:
    await ana.block()
    with pytest.raises(DeliveryRefused, match="blocked"):
        await sender.send(to(ana, "x"))


async def test_a_message_that_telegram_does_not_accept_is_final(sender: Sender, ana: User) -> None:
    with pytest.raises(DeliveryRefused, match="parse entities"):
        await sender.send(to(ana, "<b>", parse_mode="HTML"))


@pytest.mark.parametrize(("status", "words"), [(500, "Internal Server Error"), (502, "Bad Gateway")])
async def test_trouble_at_the_other_end_means_perhaps(
    api: BotApi, sender: Sender, ana: User, status: int, words: str
) -> None:
    api.fail("sendMessage", status, words)
    with pytest.raises(DeliveryUnknown):
        await sender.send(to(ana, "x"))


async def test_a_withdrawn_token_surely_sent_nothing(api: BotApi, sender: Sender, ana: User) -> None:
    api.fail("sendMessage", 401, "Unauthorized")
    with pytest.raises(DeliveryUnsent):
        await sender.send(to(ana, "x"))


async def test_a_message_that_takes_too_long_means_perhaps(api: BotApi, bot: RawBot, ana: User) -> None:
    api.slow("sendMessage", 5)
    with pytest.raises(DeliveryUnknown, match=r"within 0\.05 s"):
        await Sender(bot, deadline=0.05).send(to(ana, "x"))


async def test_an_edit_that_changes_nothing_is_a_success(api: BotApi, sender: Sender, ana: User) -> None:
    sent = await sender.send(to(ana, "same"))
    assert sent is not None
    edit = to(ana, "same", method="editMessageText", message_id=int(sent))
    assert await sender.send(edit) == sent
    assert api.calls[-1].error is not None


async def test_an_edit_of_a_message_that_is_gone_becomes_a_new_message(
    api: BotApi, sender: Sender, ana: User
) -> None:
    sent = await sender.send(to(ana, "edited", method="editMessageText", message_id=4711))
    assert [str(message["message_id"]) for message in api.messages(ana, by_bot=True)] == [sent]


async def test_an_answer_to_an_old_press_is_let_go(sender: Sender, ana: User) -> None:
    message = OutgoingMessage(
        chat=ChatRef(channel="telegram", chat_id=str(ana.id)),
        method="answerCallbackQuery",
        body={"callback_query_id": "1234567890"},
    )
    assert await sender.send(message) is None


async def test_deleting_what_is_gone_is_a_success(sender: Sender, ana: User) -> None:
    assert await sender.send(to(ana, "", method="deleteMessage", message_id=4711)) is None


async def test_a_group_that_became_a_supergroup_gets_its_message(
    api: BotApi, bot: RawBot, sender: Sender, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = api.group("Old", ana), api.group("New", ana)
    request = bot.request
    exchange = request.exchange  # type: ignore[attr-defined]

    async def moved(
        method: str, url: str, content: Mapping[str, Any], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if content["json"]["chat_id"] == old.id:
            answer = f'{{"ok":false,"description":"moved","parameters":{{"migrate_to_chat_id":{new.id}}}}}'
            return 400, answer.encode()
        result: tuple[int, bytes] = await exchange(method, url, content, limits)
        return result

    monkeypatch.setattr(request, "exchange", moved)
    body = {"chat_id": old.id, "text": "hello"}
    chat = ChatRef(channel="telegram", chat_id=str(old.id))
    await sender.send(OutgoingMessage(chat=chat, method="sendMessage", body=body))
    assert [message["text"] for message in api.messages(new, by_bot=True)] == ["hello"]


async def test_many_messages_go_out_side_by_side(api: BotApi, sender: Sender, ana: User) -> None:
    api.slow("sendMessage", 0.05, times=10)
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(sender.send(to(ana, str(n))) for n in range(10)))
    assert asyncio.get_running_loop().time() - started < 0.4
    assert len(api.messages(ana, by_bot=True)) == 10

"""How one message goes out, and what each failure means for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import DeliveryDelayed, DeliveryMoved, DeliveryRefused, DeliveryUnknown, DeliveryUnsent
from bot.preview.botapi import BotApi, Chat, User
from bot.telegram.cutting import utf16_length
from bot.telegram.sender import Sender
from bot.telegram.transport import RawBot
from bot.types import ChatRef, OutgoingMessage, Refusal


def to(
    user: User, text: str, *, method: str = "sendMessage", question: str | None = None, **more: Any
) -> OutgoingMessage:
    return OutgoingMessage(
        chat=ChatRef(channel="telegram", chat_id=str(user.id)),
        method=method,
        body={"chat_id": user.id, "text": text, **more},
        question_id=question,
    )


def in_group(group: Chat, text: str, *, method: str = "sendMessage", **more: Any) -> OutgoingMessage:
    return OutgoingMessage(
        chat=ChatRef(channel="telegram", chat_id=str(group.id)),
        method=method,
        body={"chat_id": group.id, "text": text, **more},
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


# --- refusals -----------------------------------------------------------------------------------------


FINAL = [
    (403, "Forbidden: bot was blocked by the user", Refusal.BLOCKED),
    (400, "Bad Request: USER_IS_BLOCKED", Refusal.BLOCKED),
    (403, "Forbidden: user is deactivated", Refusal.DEACTIVATED),
    (403, "Forbidden: bot was kicked from the supergroup chat", Refusal.REMOVED),
    (403, "Forbidden: bot is not a member of the supergroup chat", Refusal.REMOVED),
    (400, "Bad Request: chat not found", Refusal.CHAT_GONE),
    (400, "Bad Request: PEER_ID_INVALID", Refusal.CHAT_GONE),
    (403, "Forbidden: the group chat was deleted", Refusal.CHAT_GONE),
    (400, "Bad Request: not enough rights to send text messages to the chat", Refusal.NO_RIGHT),
    (400, "Bad Request: have no rights to send a message", Refusal.NO_RIGHT),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN", Refusal.NO_RIGHT),
    (400, "Bad Request: TOPIC_CLOSED", Refusal.TOPIC_CLOSED),
    (403, "Forbidden: bot can't initiate conversation with a user", Refusal.STRANGER),
    (400, "Bad Request: something nobody has heard of", Refusal.OTHER),
]


@pytest.mark.parametrize(("code", "words", "kind"), FINAL)
async def test_what_nothing_can_be_done_about_is_final_after_one_call(
    api: BotApi, sender: Sender, ana: User, code: int, words: str, kind: Refusal
) -> None:
    api.fail("sendMessage", code, words)
    with pytest.raises(DeliveryRefused) as caught:
        await sender.send(to(ana, "x"))
    assert caught.value.kind == kind
    assert caught.value.reason.lower() in words.lower()
    assert [call.method for call in api.calls] == ["sendMessage"]


async def test_markup_that_telegram_does_not_read_goes_out_as_plain_text(
    api: BotApi, sender: Sender, ana: User, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '<b>AT&amp;T</b> <a href="https://example.org">1 &lt; 2</a> <blink>x'
    sent = await sender.send(to(ana, text, parse_mode="HTML"))
    (arrived,) = api.messages(ana, by_bot=True)
    assert (str(arrived["message_id"]), arrived["text"]) == (sent, "AT&T 1 < 2 x")
    assert "message_malformed" in capsys.readouterr().out


async def test_an_edit_whose_markup_is_not_read_stays_an_edit(api: BotApi, sender: Sender, ana: User) -> None:
    sent = await sender.send(to(ana, "first"))
    assert sent is not None
    edit = to(ana, "<b>second", method="editMessageText", message_id=int(sent), parse_mode="HTML")
    assert await sender.send(edit) == sent
    assert [message["text"] for message in api.messages(ana, by_bot=True)] == ["second"]


async def test_a_message_that_is_too_long_arrives_cut(api: BotApi, sender: Sender, ana: User) -> None:
    await sender.send(to(ana, "<b>begin</b> " + "\N{GRINNING FACE}" * 3000, parse_mode="HTML"))
    (arrived,) = api.messages(ana, by_bot=True)
    assert arrived["text"].startswith("begin \N{GRINNING FACE}")
    assert 4090 < utf16_length(arrived["text"]) <= 4096


async def test_a_message_whose_buttons_are_refused_arrives_without_them(
    api: BotApi, sender: Sender, ana: User
) -> None:
    button = {"text": "x", "callback_data": "x" * 65}
    await sender.send(to(ana, "the answer", reply_markup={"inline_keyboard": [[button]]}))
    (arrived,) = api.messages(ana, by_bot=True)
    assert (arrived["text"], "reply_markup" in arrived) == ("the answer", False)


async def test_several_faults_of_one_message_are_met_one_after_the_other(
    api: BotApi, sender: Sender, ana: User
) -> None:
    button = {"text": "x", "callback_data": "x" * 65}
    wrong = to(ana, "<b>the answer", parse_mode="HTML", reply_markup={"inline_keyboard": [[button]]})
    await sender.send(wrong)
    (arrived,) = api.messages(ana, by_bot=True)
    assert (arrived["text"], "reply_markup" in arrived) == ("the answer", False)


async def test_what_does_not_help_is_not_tried_again(api: BotApi, sender: Sender, ana: User) -> None:
    api.fail("sendMessage", 400, "Bad Request: can't parse entities: whatever", times=5)
    with pytest.raises(DeliveryRefused) as caught:
        await sender.send(to(ana, "<b>x</b>", parse_mode="HTML"))
    assert (caught.value.kind, len(api.calls)) == (Refusal.MALFORMED, 2)


@pytest.mark.parametrize(
    "words", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"]
)
async def test_what_cannot_be_edited_is_sent_anew(api: BotApi, sender: Sender, ana: User, words: str) -> None:
    sent = await sender.send(to(ana, "first"))
    assert sent is not None
    api.fail("editMessageText", 400, f"Bad Request: {words}")
    anew = await sender.send(to(ana, "second", method="editMessageText", message_id=int(sent)))
    assert [(str(m["message_id"]), m["text"]) for m in api.messages(ana, by_bot=True)] == [
        (sent, "first"),
        (anew, "second"),
    ]


async def test_a_question_that_is_gone_does_not_keep_the_answer_back(
    api: BotApi, sender: Sender, ana: User
) -> None:
    quote = {"message_id": 3, "allow_sending_without_reply": True}
    api.fail("sendMessage", 400, "Bad Request: message to be replied not found")
    await sender.send(to(ana, "the answer", reply_parameters=quote))
    assert [message["text"] for message in api.messages(ana, by_bot=True)] == ["the answer"]


async def test_a_topic_that_is_gone_while_the_question_is_there_is_answered_beside_it(
    api: BotApi, sender: Sender, ana: User
) -> None:
    group = api.group("No forum any more", ana)
    question = await ana.send("@garden_bot When?", group)
    quote = {"message_id": question["message_id"], "allow_sending_without_reply": True}
    await sender.send(in_group(group, "the answer", message_thread_id=77, reply_parameters=quote))
    (arrived,) = api.messages(group, by_bot=True)
    assert arrived["reply_to_message"]["message_id"] == question["message_id"]


async def test_a_topic_that_was_deleted_with_its_question_is_not_answered_elsewhere(
    api: BotApi, sender: Sender, ana: User
) -> None:
    forum = api.group("Forum", ana, forum=True)
    quote = {"message_id": 78, "allow_sending_without_reply": True}
    with pytest.raises(DeliveryRefused) as caught:
        await sender.send(in_group(forum, "the answer", message_thread_id=77, reply_parameters=quote))
    assert caught.value.kind == Refusal.TOPIC_GONE
    assert api.messages(forum, by_bot=True) == ()


async def test_a_closed_topic_is_not_answered_elsewhere(api: BotApi, sender: Sender, ana: User) -> None:
    forum = api.group("Forum", ana, forum=True)
    topic = api.topic(forum, ana, "Roses")
    api.close_topic(forum, topic)
    with pytest.raises(DeliveryRefused) as caught:
        await sender.send(in_group(forum, "the answer", message_thread_id=topic))
    assert caught.value.kind == Refusal.TOPIC_CLOSED
    assert api.messages(forum, by_bot=True) == ()


async def test_a_group_that_became_a_supergroup_says_where_it_goes_on(
    api: BotApi, sender: Sender, ana: User
) -> None:
    group = api.group("Teachers", ana, basic=True)
    supergroup = api.migrate(group, ana)
    message = in_group(group, "hello")
    with pytest.raises(DeliveryMoved) as caught:
        await sender.send(message)
    assert caught.value.chat_id == str(supergroup.id)


async def test_in_a_supergroup_the_message_ids_of_its_group_mean_nothing(
    api: BotApi, sender: Sender, ana: User
) -> None:
    group = api.group("Teachers", ana, basic=True)
    supergroup = api.migrate(group, ana)
    other = await sender.send(in_group(supergroup, "another answer"))
    assert other is not None
    there = ChatRef(channel="telegram", chat_id=str(supergroup.id))
    quote = {"message_id": int(other), "allow_sending_without_reply": True}
    edit = in_group(group, "edited", method="editMessageText", message_id=int(other))
    for message in (edit, in_group(group, "sent", reply_parameters=quote)):
        await sender.send(replace(message, chat=there))
    arrived = api.messages(supergroup, by_bot=True)
    assert [message["text"] for message in arrived] == ["another answer", "edited", "sent"]
    assert not any("reply_to_message" in message for message in arrived)


async def test_many_messages_go_out_side_by_side(api: BotApi, sender: Sender, ana: User) -> None:
    api.slow("sendMessage", 0.05, times=10)
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(sender.send(to(ana, str(n))) for n in range(10)))
    assert asyncio.get_running_loop().time() - started < 0.4
    assert len(api.messages(ana, by_bot=True)) == 10

from __future__ import annotations

from collections.abc import Mapping

import pytest
from telegram import CallbackQuery, ChatFullInfo, ChatMember, Message, Update

from bot.preview.botapi import BotApi, User
from tests.preview.conftest import Caller


@pytest.fixture
async def ana(api: BotApi) -> User:
    user = api.user("Ana", language_code="fr")
    await user.send("hello")
    return user


def keyboard(*buttons: Mapping[str, object]) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_sent_message_is_one_for_the_library(ana: User, call: Caller) -> None:
    sent = await call(
        "sendMessage",
        chat_id=ana.id,
        text='<b>Bold</b> and <a href="https://example.org/a?b=1&amp;c=2">a link</a>',
        parse_mode="HTML",
        link_preview_options={"is_disabled": True},
        reply_parameters={"message_id": 1},
        reply_markup=keyboard(
            {"text": "Choose", "callback_data": "entry:a"}, {"text": "Open", "url": "https://a.org"}
        ),
    )
    message = Message.de_json(sent, None)
    assert message.text == "Bold and a link"
    assert list(message.parse_entities().values()) == ["Bold", "a link"]
    assert message.entities[1].url == "https://example.org/a?b=1&c=2"
    assert message.link_preview_options is not None
    assert message.link_preview_options.is_disabled
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "hello"
    assert message.reply_markup is not None
    assert message.reply_markup.inline_keyboard[0][1].url == "https://a.org"
    assert not message.api_kwargs


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 40_000}, "text is too long"),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "parse_mode": "Wiki"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": 77}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 7}, "message thread not found"),
        (
            {"text": "x", "entities": [{"type": "bold"}]},
            "can't parse MessageEntity: Can't find field \"offset\"",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "a", "callback_data": "é" * 33})},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "a"})},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "a", "callback_data": ""})},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"callback_data": "a"})},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": " ", "callback_data": "a"})},
            "inline keyboard button text must be non-empty",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "a", "url": "http://localhost/x"})},
            "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": keyboard(*[{"text": "a", "callback_data": "a"}] * 101)},
            "reply markup is too long",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "a", "copy_text": {"text": ""}})},
            "BUTTON_COPY_TEXT_INVALID",
        ),
    ],
)
async def test_what_telegram_refuses(
    ana: User, call: Caller, arguments: dict[str, object], reason: str
) -> None:
    assert await call.refused("sendMessage", **{"chat_id": ana.id, **arguments}) == (
        400,
        f"Bad Request: {reason}",
    )


async def test_limits_are_inclusive(ana: User, call: Caller) -> None:
    button = {"text": "a", "callback_data": "é" * 32}
    sent = await call("sendMessage", chat_id=ana.id, text="😀" * 2048, reply_markup=keyboard(button))
    assert len(sent["text"]) == 2048


async def test_the_limit_counts_text_without_markup(ana: User, call: Caller) -> None:
    sent = await call("sendMessage", chat_id=ana.id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert sent["entities"] == [{"offset": 0, "length": 4096, "type": "bold"}]


async def test_entities_beyond_a_hundred_are_dropped(ana: User, call: Caller) -> None:
    sent = await call("sendMessage", chat_id=ana.id, text="<b>x</b> " * 101, parse_mode="HTML")
    assert len(sent["entities"]) == 100


async def test_a_person_must_write_first(api: BotApi, call: Caller) -> None:
    stranger = api.user("Sam")
    assert (await call.refused("sendMessage", chat_id=stranger.id, text="x"))[
        1
    ] == "Bad Request: chat not found"


async def test_whoever_blocks_the_bot_is_left_alone(api: BotApi, ana: User, call: Caller) -> None:
    await ana.block()
    assert await call.refused("sendMessage", chat_id=ana.id, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    change = Update.de_json(api.pending()[-1], None).my_chat_member
    assert change is not None
    assert change.new_chat_member.status == ChatMember.BANNED
    await ana.unblock()
    await call("sendMessage", chat_id=ana.id, text="x")


# --- edits and deletions --------------------------------------------------------------------------


async def test_an_edit_replaces_text_and_buttons(ana: User, call: Caller) -> None:
    buttons = keyboard({"text": "A", "callback_data": "a"})
    sent = await call("sendMessage", chat_id=ana.id, text="one", reply_markup=buttons)
    target = {"chat_id": ana.id, "message_id": sent["message_id"]}
    edited = Message.de_json(await call("editMessageText", **target, text="two"), None)
    assert (edited.text, edited.reply_markup) == ("two", None)
    assert edited.edit_date is not None
    again = await call("editMessageReplyMarkup", **target, reply_markup=buttons)
    assert again["reply_markup"] == buttons
    assert again["text"] == "two"


async def test_an_edit_that_changes_nothing_is_refused(ana: User, call: Caller) -> None:
    sent = await call("sendMessage", chat_id=ana.id, text="one")
    target = {"chat_id": ana.id, "message_id": sent["message_id"]}
    for method, arguments in (("editMessageText", {"text": "one "}), ("editMessageReplyMarkup", {})):
        code, description = await call.refused(method, **target, **arguments)
        assert code == 400
        assert description.startswith(
            "Bad Request: message is not modified: specified new message content and"
        )


async def test_only_existing_own_messages_can_be_edited(ana: User, call: Caller) -> None:
    refused = await call.refused("editMessageText", chat_id=ana.id, message_id=99, text="x")
    assert refused == (400, "Bad Request: message to edit not found")
    refused = await call.refused("editMessageText", chat_id=ana.id, message_id=1, text="x")
    assert refused == (400, "Bad Request: message can't be edited")


async def test_a_message_can_be_deleted_once(
    api: BotApi, ana: User, call: Caller, clock: list[float]
) -> None:
    sent = await call("sendMessage", chat_id=ana.id, text="one")
    target = {"chat_id": ana.id, "message_id": sent["message_id"]}
    assert await call("deleteMessage", **target) is True
    assert await call.refused("deleteMessage", **target) == (400, "Bad Request: message to delete not found")
    clock[0] += 49 * 3600
    refused = await call.refused("deleteMessage", chat_id=ana.id, message_id=1)
    assert refused == (400, "Bad Request: message can't be deleted for everyone")


async def test_typing_lasts_until_the_message(api: BotApi, ana: User, call: Caller) -> None:
    await call("sendChatAction", chat_id=ana.id, action="typing")
    assert ana.chat.action is not None
    await call("sendMessage", chat_id=ana.id, text="one")
    assert ana.chat.action is None
    refused = await call.refused("sendChatAction", chat_id=ana.id, action="dancing")
    assert refused == (400, "Bad Request: wrong parameter action in request")


# --- buttons --------------------------------------------------------------------------------------


async def test_a_pressed_button_is_a_callback_query(api: BotApi, ana: User, call: Caller) -> None:
    sent = await call(
        "sendMessage", chat_id=ana.id, text="?", reply_markup=keyboard({"text": "A", "callback_data": "a"})
    )
    press = await ana.press(sent, "A")
    query = Update.de_json(api.pending()[-1], None).callback_query
    assert isinstance(query, CallbackQuery)
    assert (query.data, query.from_user.id, query.id) == ("a", ana.id, press.id)
    assert query.message is not None
    assert query.message.message_id == sent["message_id"]
    assert await call("answerCallbackQuery", callback_query_id=press.id, text="Done", show_alert=True)
    assert press.answer == {"text": "Done", "show_alert": True, "url": ""}


async def test_a_stale_button_names_a_message_that_is_gone(api: BotApi, ana: User) -> None:
    await ana.press(55, "entry:renamed")
    query = Update.de_json(api.pending()[-1], None).callback_query
    assert query is not None
    assert query.data == "entry:renamed"
    assert query.message is not None
    assert not query.message.is_accessible


async def test_late_unknown_or_long_answers_to_a_button_are_refused(
    ana: User, call: Caller, clock: list[float]
) -> None:
    press = await ana.press(1, "x")
    late = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    assert await call.refused("answerCallbackQuery", callback_query_id="7") == late
    refused = await call.refused("answerCallbackQuery", callback_query_id=press.id, text="x" * 201)
    assert refused == (400, "Bad Request: MESSAGE_TOO_LONG")
    clock[0] += 16
    assert await call.refused("answerCallbackQuery", callback_query_id=press.id) == late


# --- groups ---------------------------------------------------------------------------------------


async def test_privacy_mode_lets_through_what_is_meant_for_the_bot(api: BotApi, call: Caller) -> None:
    ana, ben = api.user("Ana"), api.user("Ben")
    group = api.group("Class 7", ana, ben)
    await ana.send("When was it?", group)
    await ben.send("/help@another_bot", group)
    await ben.send("mail me@alliance_preview_bot", group)
    assert api.pending() == ()
    sent = await call("sendMessage", chat_id=group.id, text="Hi all")
    await ana.send("/help", group)
    await ben.send("/help@alliance_preview_bot", group)
    await ana.send("Hey @Alliance_Preview_Bot, when?", group)
    await ben.send("thanks", group, reply_to=sent["message_id"])
    texts = [update["message"]["text"] for update in api.pending()]
    assert texts == ["/help", "/help@alliance_preview_bot", "Hey @Alliance_Preview_Bot, when?", "thanks"]
    message = Update.de_json(api.pending()[-1], None).message
    assert message is not None
    assert message.chat.type == "supergroup"
    assert message.reply_to_message is not None


async def test_without_privacy_mode_the_bot_reads_everything() -> None:
    api = BotApi(seed=1, reads_groups=True)
    ana = api.user("Ana")
    await ana.send("hello all", api.group("Class 7", ana, basic=True))
    assert api.pending()[0]["message"]["chat"]["type"] == "group"


async def test_members_and_administrators(api: BotApi, call: Caller) -> None:
    ana, ben, sam = api.user("Ana"), api.user("Ben"), api.user("Sam")
    group = api.group("Class 7", ana, ben)
    statuses = [
        ChatMember.de_json(await call("getChatMember", chat_id=group.id, user_id=who.id), None).status
        for who in (ana, ben, sam)
    ]
    assert statuses == ["creator", "member", "left"]
    leaders = await call("getChatAdministrators", chat_id=group.id)
    assert [leader["user"]["first_name"] for leader in leaders] == ["Ana"]
    for status in ("administrator", "restricted", "kicked", "left"):
        await ana.set_bot_status(group, status)
        found = await call("getChatMember", chat_id=group.id, user_id=4242)
        assert ChatMember.de_json(found, None).status == status
    assert ChatFullInfo.de_json(await call("getChat", chat_id=group.id), None).title == "Class 7"
    await sam.send("hi")
    refused = await call.refused("getChatAdministrators", chat_id=sam.id)
    assert refused == (400, "Bad Request: there are no administrators in the private chat")


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        ("kicked", 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("left", 403, "Forbidden: bot is not a member of the supergroup chat"),
        ("restricted", 400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_where_the_bot_may_not_write(
    api: BotApi, call: Caller, status: str, code: int, reason: str
) -> None:
    ana = api.user("Ana")
    group = api.group("Class 7", ana)
    group.members[4242] = status  # type: ignore[assignment]  # parametrized text
    assert await call.refused("sendMessage", chat_id=group.id, text="x") == (code, reason)


async def test_a_forum_topic_has_its_thread(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    group = api.group("Forum", ana, forum=True)
    thread = api.topic(group, ana, "Launch")
    await ana.send("/help", group, thread=thread)
    message = Update.de_json(api.pending()[-1], None).message
    assert message is not None
    assert message.is_topic_message
    sent = await call("sendMessage", chat_id=group.id, text="x", message_thread_id=thread)
    assert Message.de_json(sent, None).message_thread_id == thread


# --- people ---------------------------------------------------------------------------------------


async def test_an_edited_question_is_an_edited_message(api: BotApi, ana: User) -> None:
    sent = await ana.send("Wen was it?")
    edited = await ana.edit(sent, "When was it?")
    update = Update.de_json(api.pending()[-1], None)
    assert update.edited_message is not None
    assert update.edited_message.text == "When was it?" == edited["text"]
    assert update.edited_message.edit_date is not None


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "document", "location", "contact"])
async def test_attachments_are_real_ones_for_the_library(api: BotApi, ana: User, kind: str) -> None:
    await ana.attach(kind)  # type: ignore[arg-type]  # parametrized text
    message = Update.de_json(api.pending()[-1], None).message
    assert message is not None
    assert message.effective_attachment
    assert message.text is None


async def test_applications_send_neither_nothing_nor_too_much(ana: User) -> None:
    with pytest.raises(ValueError, match="empty"):
        await ana.send(" \n")
    with pytest.raises(ValueError, match="4096"):
        await ana.send("x" * 4097)
    assert len((await ana.send("x" * 5000, raw=True))["text"]) == 5000


async def test_outsiders_cannot_write_in_a_group(api: BotApi, ana: User) -> None:
    with pytest.raises(ValueError, match="not in this chat"):
        await ana.send("hi", api.group("Class 7", api.user("Ben")))

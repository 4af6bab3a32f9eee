"""What is special in a group."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Effect, ForgetChat, Migrated, SetGroupLocale, SetLocale
from bot.errors import DeliveryDelayed, DeliveryError, DeliveryUnsent
from bot.language import texts
from bot.language.catalogs import Catalogs
from bot.preview.botapi import BotApi, Chat, User
from bot.storage.store import ChatState
from bot.telegram.cutting import utf16_length
from bot.telegram.render import MAX_ALERT
from bot.types import Handling, Ignored, IgnoreReason, Replied
from tests.telegram.conftest import Talk, buttons, text_of

ADMINS = "Only administrators"


@pytest.fixture
def ana(talk: Talk) -> User:
    return talk.user("Ana")


@pytest.fixture
def ben(talk: Talk) -> User:
    return talk.user("Ben")


@pytest.fixture
def group(api: BotApi, ana: User, ben: User) -> Chat:
    """A group that Ana owns and Ben is a member of."""
    return api.group("Gardeners", ana, ben)


def effects(handling: Handling) -> tuple[Effect, ...]:
    assert isinstance(handling, Replied | Ignored), handling
    return handling.effects


# --- its language -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["creator", "administrator"])
@pytest.mark.parametrize("command", ["/language fr", "/language@garden_bot Français"])
async def test_an_administrator_chooses_the_language_of_the_group(
    talk: Talk, group: Chat, ben: User, status: Any, command: str
) -> None:
    group.members[ben.id] = status
    await ben.send(command, group)
    said = await talk.said()
    assert said.effects == (SetGroupLocale(locale="fr"),)
    assert "français" in text_of(said).casefold()
    assert "groupe" in text_of(said)


async def test_an_administrator_lets_the_group_follow_the_questions_again(
    talk: Talk, group: Chat, ana: User
) -> None:
    await ana.send("/language auto", group)
    said = await talk.said()
    assert said.effects == (SetGroupLocale(locale=None),)
    assert "in this group in the language of each question" in text_of(said)


@pytest.mark.parametrize("command", ["/language fr", "/language", "/language xx"])
async def test_whoever_does_not_lead_the_group_is_told_who_may_and_where_their_own_choice_is(
    talk: Talk, group: Chat, ben: User, command: str
) -> None:
    await ben.send(command, group)
    said = await talk.said()
    assert (said.effects, buttons(said)) == ((), [])
    assert text_of(said).startswith(ADMINS)
    assert "@garden_bot" in text_of(said)


@pytest.mark.parametrize("status", ["restricted", "left", "kicked"])
async def test_neither_the_restricted_nor_those_who_left_lead_a_group(
    talk: Talk, group: Chat, ben: User, status: Any
) -> None:
    await ben.send("/language fr", group)
    group.members[ben.id] = status
    assert (await talk.said()).effects == ()


async def test_an_anonymous_administrator_counts_as_one_and_a_channel_does_not(
    talk: Talk, api: BotApi, group: Chat, ben: User
) -> None:
    await ben.send("/language fr", group, in_name=group)
    assert (await talk.said()).effects == (SetGroupLocale(locale="fr"),)
    await ben.send("/language fr", group, in_name=api.channel("News"))
    said = await talk.said()
    assert said.effects == ()
    assert ADMINS in text_of(said)
    assert not [call for call in api.calls if call.method == "getChatMember"]


async def test_the_buttons_obey_the_same_rule(talk: Talk, group: Chat, ana: User, ben: User) -> None:
    await ana.send("/language", group)
    offered = await talk.said()
    assert "whole group" in text_of(offered)
    page = await talk.deliver(offered)
    await ben.press(page, "lang:fr")
    refused = await talk.said()
    (alert,) = refused.messages
    assert (alert.method, refused.effects) == ("answerCallbackQuery", ())
    assert str(alert.body["text"]).startswith(ADMINS)
    await ana.press(page, "lang:fr")
    assert (await talk.said()).effects == (SetGroupLocale(locale="fr"),)


async def test_in_a_private_chat_everybody_chooses_their_own_and_nobody_is_asked_about(
    talk: Talk, api: BotApi, ana: User
) -> None:
    await ana.send("/language fr")
    assert (await talk.said()).effects == (SetLocale(locale="fr"),)
    assert not [call for call in api.calls if call.method == "getChatMember"]


async def test_other_questions_in_a_group_ask_telegram_nothing(
    talk: Talk, api: BotApi, group: Chat, ana: User
) -> None:
    await ana.send("@garden_bot Where was the club founded?", group)
    await talk.said()
    await ana.send("/topics", group)
    await talk.said()
    assert not [call for call in api.calls if call.method == "getChatMember"]


@pytest.mark.parametrize(
    ("code", "words"), [(400, "Bad Request: PARTICIPANT_ID_INVALID"), (403, "Forbidden: bot was kicked")]
)
async def test_whoever_telegram_does_not_know_in_the_group_does_not_lead_it(
    talk: Talk, api: BotApi, group: Chat, ana: User, code: int, words: str
) -> None:
    await ana.send("/language fr", group)
    api.fail("getChatMember", code, words)
    assert (await talk.said()).effects == ()


@pytest.mark.parametrize(
    ("code", "retry_after", "error"), [(429, 9, DeliveryDelayed), (502, None, DeliveryUnsent)]
)
async def test_when_telegram_cannot_be_asked_nothing_is_decided(
    talk: Talk,
    api: BotApi,
    group: Chat,
    ana: User,
    code: int,
    retry_after: int | None,
    error: type[DeliveryError],
) -> None:
    await ana.send("/language fr", group)
    api.fail("getChatMember", code, "Bad Gateway", retry_after=retry_after)
    with pytest.raises(error):
        await talk.handle()
    assert (await talk.said()).effects == (SetGroupLocale(locale="fr"),)


async def test_the_alert_fits_in_every_language(assistant: Assistant) -> None:
    catalogs: Catalogs = assistant.catalogs
    for locale in catalogs.locales:
        text = catalogs.text(locale, texts.GROUP_LANGUAGE_ADMINS, bot="@" + "x" * 32)
        assert utf16_length(text) <= MAX_ALERT, locale


# --- coming, moving, going ----------------------------------------------------------------------------


async def test_the_bot_greets_once_when_it_is_let_in(talk: Talk, api: BotApi, group: Chat, ana: User) -> None:
    await ana.add_bot(group)
    membership, joined = api.pending()[-2:]
    assert await talk.handle(dict(membership)) == Ignored(reason=IgnoreReason.MEMBERSHIP)
    said = await talk.said(dict(joined))
    assert "@garden_bot" in text_of(said)
    assert "/language@garden_bot" in text_of(said)


async def test_nobody_else_is_greeted(talk: Talk, group: Chat, ana: User, ben: User) -> None:
    ana._service(group, {"new_chat_members": [ben.person.json()]})
    assert await talk.handle() == Ignored(reason=IgnoreReason.SERVICE)


async def test_a_group_that_is_made_with_the_bot_in_it_is_greeted(talk: Talk, group: Chat, ana: User) -> None:
    ana._service(group, {"group_chat_created": True})
    assert "@garden_bot" in text_of(await talk.said())


async def test_both_sides_of_a_migration_move_the_same(talk: Talk, api: BotApi, ana: User) -> None:
    group = api.group("Gardeners", ana, basic=True)
    new = api.migrate(group, ana)
    left, joined, arrived = (dict(update) for update in api.pending()[-3:])
    for update, last in ((arrived, False), (left, True)):
        move = Migrated(old=str(group.id), new=str(new.id), last=last)
        assert await talk.handle(update) == Ignored(reason=IgnoreReason.MIGRATED, effects=(move,))
    assert await talk.handle(joined) == Ignored(reason=IgnoreReason.MEMBERSHIP)


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_group_that_the_bot_was_taken_out_of_is_forgotten(
    talk: Talk, group: Chat, ana: User, status: Any
) -> None:
    await ana.set_bot_status(group, status)
    assert await talk.handle() == Ignored(reason=IgnoreReason.REMOVED, effects=(ForgetChat(),))


async def test_a_person_who_blocks_the_bot_keeps_their_language(talk: Talk, ana: User) -> None:
    await ana.send("/start")
    await ana.block()
    assert await talk.handle() == Ignored(reason=IgnoreReason.MEMBERSHIP)


# --- forums -------------------------------------------------------------------------------------------


async def test_in_the_general_topic_no_topic_is_named(talk: Talk, api: BotApi, ana: User) -> None:
    forum = api.group("Gardeners", ana, forum=True)
    await ana.send("@garden_bot Which spade is best?", forum)
    assert "message_thread_id" not in (await talk.said()).messages[0].body
    raw = dict(api.pending()[-1])
    raw["message"] = {**raw["message"], "message_thread_id": 1, "is_topic_message": True}
    assert "message_thread_id" not in (await talk.said(raw)).messages[0].body


async def test_a_chain_of_replies_in_a_group_is_no_topic(
    talk: Talk, api: BotApi, group: Chat, ana: User
) -> None:
    await ana.send("@garden_bot Which spade is best?", group)
    raw = dict(api.pending()[-1])
    raw["message"] = {**raw["message"], "message_thread_id": 77}
    assert "message_thread_id" not in (await talk.said(raw)).messages[0].body


async def test_what_is_said_in_a_topic_that_the_bot_opened_is_not_said_to_it(
    talk: Talk, api: BotApi, ana: User
) -> None:
    forum = api.group("Gardeners", ana, forum=True)
    await ana.send("Which spade is best?", forum)
    raw = dict(api.pending()[-1])
    opened = {
        "message_id": 5,
        "date": 1,
        "chat": forum.json(),
        "from": api.server.chats.bot.json(),
        "forum_topic_created": {"name": "Spades", "icon_color": 7322096},
    }
    raw["message"] = {
        **raw["message"],
        **{"message_thread_id": 5, "is_topic_message": True, "reply_to_message": opened},
    }
    assert await talk.handle(raw) == Ignored(reason=IgnoreReason.NOT_ADDRESSED)


async def test_an_apology_stays_in_the_topic_of_its_question(talk: Talk, api: BotApi, ana: User) -> None:
    forum = api.group("Gardeners", ana, forum=True)
    topic = api.topic(forum, ana, "Spades")
    await ana.send("@garden_bot Which spade is best?", forum, thread=topic)
    (message,) = talk.dispatcher.apologise(talk.entry(dict(api.pending()[-1])), ChatState(group_locale="fr"))
    assert message.body["message_thread_id"] == topic
    assert "question" in str(message.body["text"])
    assert "Désolé" in str(message.body["text"])

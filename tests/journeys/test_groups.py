"""Groups, from the first greeting to the day the bot is taken out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.language import texts
from bot.types import ChatRef
from tests.journeys.conftest import Message, World, buttons, links, world_of

NAME = "@alliance_preview_bot"
WHEN = {
    "en": ("When was the alliance launched?", "30 January 2024"),
    "ar": ("متى أُطلق التحالف؟", "30 يناير 2024"),
    "zh-hans": ("世界数字教育联盟是什么时候成立的？", "2024年1月30日"),
    "ru": ("Когда был создан альянс?", "30 января 2024"),
}
VAGUE = {"en": "alliance members", "ar": "أعضاء التحالف", "zh-hans": "联盟 成员", "ru": "члены альянса"}
LOCALES = {"en": "en", "ar": "ar", "zh-hans": "zh_Hans", "ru": "ru"}
ADMINS_ONLY = {
    "en": "Only administrators",
    "ar": "للمشرفين فقط",
    "zh-hans": "只有管理员",
    "ru": "только администраторы",
}
HELLO = {"en": "when I am asked", "ar": "حين أُسأل", "zh-hans": "被问到时", "ru": "когда меня спрашивают"}
FOR_GROUP = {
    "en": "in this group",
    "ar": "في هذه المجموعة",
    "zh-hans": "在本群",
    "ru": "в этой группе",
}

languages = pytest.mark.parametrize("client", list(WHEN))


def answered(message: Message, question: Message) -> bool:
    """Whether a message shows which one it answers."""
    return bool(message["reply_to_message"]["message_id"] == question["message_id"])


@languages
async def test_a_group_lets_the_bot_in_asks_it_and_is_otherwise_left_alone(world: World, client: str) -> None:
    ana, ben = (world.api.user(name, language_code=client) for name in ("Ana", "Ben"))
    group = world.api.group("Teachers", ana, ben)
    hello = await world.answer(await ana.add_bot(group))
    assert HELLO[client] in hello["text"]
    assert NAME in hello["text"]
    asked, date = WHEN[client]
    await ana.send(asked, group)
    question = await ben.send(f"{NAME} {asked}", group)
    answer = await world.answer(question)
    assert date in answer["text"]
    assert answered(answer, question)
    help_wanted = await ana.send("/help", group)
    assert answered(await world.answer(help_wanted), help_wanted)
    await ben.send("/help@another_bot", group)
    await world.settled()
    assert len(world.api.messages(group, by_bot=True)) == 3


@languages
async def test_administrators_choose_the_language_of_their_group_and_others_are_told_so(
    world: World, client: str
) -> None:
    ana, ben = world.api.user("Ana", language_code="es"), world.api.user("Ben", language_code=client)
    group = world.api.group("Teachers", ana, ben)
    refused = await world.answer(await ben.send("/language fr", group))
    assert ADMINS_ONLY[client] in refused["text"]
    chosen = await world.answer(await ana.send(f"/language {LOCALES[client]}", group))
    assert FOR_GROUP[client] in chosen["text"].lower()
    carl = world.api.user("Carl", language_code="pt-br")
    group.members[carl.id] = "member"
    _, date = WHEN[client]
    answer = await world.answer(await carl.send(f"{NAME} Quand l’alliance a-t-elle été lancée ?", group))
    assert date in answer["text"]
    press = await ben.press(chosen, "lang:fr")
    alert = await world.api.wait_for(lambda: press.answer)
    assert ADMINS_ONLY[client] in str(alert["text"])
    await ana.press(chosen, "lang:fr")
    await world.changed(chosen, lambda m: "groupe" in m["text"])
    asked, _ = WHEN[client]
    answer = await world.answer(await ben.send(f"{NAME} {asked}", group))
    assert "30 janvier 2024" in answer["text"]


async def test_a_persons_own_choice_holds_in_the_group_too(world: World) -> None:
    ana, ben = world.api.user("Ana"), world.api.user("Ben")
    group = world.api.group("Teachers", ana, ben)
    await world.answer(await ana.send("/language fr", group))
    await world.answer(await ben.send("/language ru"))
    answer = await world.answer(await ben.send(f"{NAME} When was the alliance launched?", group))
    assert "30 января 2024" in answer["text"]
    answer = await world.answer(await ana.send(f"{NAME} When was the alliance launched?", group))
    assert "30 janvier 2024" in answer["text"]


@languages
async def test_an_anonymous_administrator_leads_the_group_and_a_channel_asks_but_does_not(
    world: World, client: str
) -> None:
    ana, ben = world.api.user("Ana"), world.api.user("Ben")
    group, channel = world.api.group("Teachers", ana, ben), world.api.channel("News")
    refused = await world.answer(await ben.send(f"/language{NAME} fr", group, in_name=channel))
    assert ADMINS_ONLY["en"] in refused["text"]
    chosen = await world.answer(await ana.send(f"/language{NAME} {LOCALES[client]}", group, in_name=group))
    assert FOR_GROUP[client] in chosen["text"]
    question = await ben.send(f"{NAME} When was the alliance launched?", group, in_name=channel)
    answer = await world.answer(question)
    assert WHEN[client][1] in answer["text"]
    refused = await world.answer(await ben.send(f"/language{NAME} fr", group, in_name=channel))
    assert ADMINS_ONLY[client] in refused["text"]


@languages
async def test_the_link_to_the_languages_leads_to_those_of_the_group(world: World, client: str) -> None:
    ana, ben = (world.api.user(name, language_code=client) for name in ("Ana", "Ben"))
    group = world.api.group("Teachers", ana, ben)
    offered = await world.answer(await ana.send(f"/start{NAME} choose_language", group))
    wanted = world.service.assistant().catalogs.text(LOCALES[client], texts.GROUP_LANGUAGE_CHOOSE)
    assert wanted in offered["text"]
    refused = await world.answer(await ben.send(f"/start{NAME} choose_language", group))
    assert ADMINS_ONLY[client] in refused["text"]


@languages
async def test_a_mention_alone_asks_what_the_message_says_that_it_replies_to(
    world: World, client: str
) -> None:
    ana, ben, eve = (world.api.user(name, language_code=client) for name in ("Ana", "Ben", "Eve"))
    group = world.api.group("Teachers", ana, ben, eve)
    asked, date = WHEN[client]
    question = await ana.send(asked, group)
    answer = await world.answer(await ben.send(NAME, group, reply_to=question["message_id"]))
    assert date in answer["text"]
    # The mention in that message is no part of the question either.
    mentioning = await ana.send(f"{VAGUE[client]} {NAME}", group)
    offered = await world.answer(mentioning)
    again = await world.answer(await eve.send(NAME, group, reply_to=mentioning["message_id"]))
    assert again["text"] == offered["text"]
    for wondering in (f"{NAME} ?", f"؟ {NAME}", f"{NAME}👆"):
        answer = await world.answer(await ben.send(wondering, group, reply_to=question["message_id"]))
        assert date in answer["text"], wondering
    words = world.service.assistant().catalogs.text(LOCALES[client], texts.EMPTY)
    itself = await world.answer(await ben.send(f"{NAME} ?", group, reply_to=answer["message_id"]))
    assert itself["text"].startswith(words)


async def test_a_picture_whose_caption_mentions_the_bot_is_told_that_only_text_is_read(world: World) -> None:
    ana = world.api.user("Ana", language_code="en")
    group = world.api.group("Teachers", ana)
    await ana.attach("photo", group)
    said = await world.answer(await ana.attach("photo", group, caption=f"{NAME} what is this?"))
    assert "text" in said["text"]
    await world.settled()
    assert len(world.api.messages(group, by_bot=True)) == 1


@languages
async def test_a_forum_is_answered_where_it_asks(world: World, client: str) -> None:
    ana = world.api.user("Ana", language_code=client)
    forum = world.api.group("Teachers", ana, forum=True)
    topic, closed = world.api.topic(forum, ana, "Launch"), world.api.topic(forum, ana, "Archive")
    asked, date = WHEN[client]
    in_topic = await world.answer(await ana.send(f"{NAME} {asked}", forum, thread=topic))
    assert (in_topic["message_thread_id"], date in in_topic["text"]) == (topic, True)
    in_general = await world.answer(await ana.send(f"{NAME} {asked}", forum))
    assert "message_thread_id" not in in_general
    assert date in in_general["text"]
    world.api.close_topic(forum, closed)
    await ana.send(f"{NAME} {asked}", forum, thread=closed)
    await world.settled()
    gone = world.api.topic(forum, ana, "Gone")
    world.api.slow("sendMessage", 0.2)
    await ana.send(f"{NAME} {asked}", forum, thread=gone)
    world.api.delete_topic(forum, gone)
    await world.settled()
    assert len(world.api.messages(forum, by_bot=True)) == 2


@languages
async def test_a_group_that_becomes_a_supergroup_keeps_its_settings(world: World, client: str) -> None:
    ana = world.api.user("Ana", language_code="es")
    group = world.api.group("Teachers", ana, basic=True)
    await world.answer(await ana.send(f"/language {LOCALES[client]}", group))
    supergroup = world.api.migrate(group, ana)
    await world.settled()
    _, date = WHEN[client]
    answer = await world.answer(await ana.send(f"{NAME} ¿Cuándo se lanzó la alianza?", supergroup))
    assert date in answer["text"]
    assert len(world.api.messages(supergroup, by_bot=True)) == 1  # not greeted anew


async def test_a_question_asked_just_before_the_migration_is_answered_in_the_supergroup(world: World) -> None:
    ana = world.api.user("Ana")
    group = world.api.group("Teachers", ana, basic=True)
    await world.answer(await ana.send("/language fr", group))
    await ana.send(f"{NAME} When was the alliance launched?", group)
    supergroup = world.api.migrate(group, ana)
    answer = await world.api.wait_for(lambda: world.api.last_answer(supergroup), within=10)
    assert "30 janvier 2024" in answer["text"]
    assert "reply_to_message" not in answer  # ids of the old group mean other messages here


@languages
async def test_where_it_may_not_write_the_bot_is_silent(world: World, client: str) -> None:
    ana = world.api.user("Ana", language_code=client)
    group = world.api.group("Teachers", ana)
    asked, date = WHEN[client]
    await ana.set_bot_status(group, "restricted")
    await ana.send(f"{NAME} {asked}", group)
    await ana.send("/topics", group)
    await world.settled()
    await ana.set_bot_status(group, "member")
    answer = await world.answer(await ana.send(f"{NAME} {asked}", group))
    assert date in answer["text"]
    assert len(world.api.messages(group, by_bot=True)) == 1
    refused = world.service.metrics.exposition().decode()
    assert 'alliance_bot_refused_total{why="no-right"} 2.0' in refused


async def test_a_group_that_takes_the_bot_out_is_forgotten(world: World) -> None:
    ana = world.api.user("Ana")
    group = world.api.group("Teachers", ana)
    await world.answer(await ana.send("/language fr", group))
    await world.settled()
    chat = ChatRef(channel="telegram", chat_id=str(group.id))
    assert (await world.service.store.chat_state(chat, str(ana.id))).group_locale == "fr"
    await ana.set_bot_status(group, "kicked")
    await world.settled()
    assert (await world.service.store.chat_state(chat, str(ana.id))).group_locale is None
    hello = await world.answer(await ana.add_bot(group))
    assert HELLO["en"] in hello["text"]


@pytest.mark.parametrize(
    ("client", "unclear"),
    [
        ("en", "the thing about the alliance and volcano dancing"),
        ("ar", "شيء عن التحالف ورقص البراكين"),
        ("zh-hans", "联盟和火山舞蹈的事情"),
        ("ru", "что-то про альянс и танцы на вулкане"),
    ],
)
async def test_anybody_in_the_group_may_tap_and_the_one_message_with_choices_becomes_the_answer(
    world: World, client: str, unclear: str
) -> None:
    ana, ben = (world.api.user(name, language_code=client) for name in ("Ana", "Ben"))
    forum = world.api.group("Teachers", ana, ben, forum=True)
    topic = world.api.topic(forum, ana, "Launch")
    question = await ana.send(f"{NAME} {unclear}", forum, thread=topic)
    offered = await world.answer(question)
    label = next(each for each in buttons(offered) if each.startswith("1."))
    await ben.press(offered, label)
    answer = await world.changed(offered, lambda m: bool(links(m)))
    assert (answer["message_thread_id"], answered(answer, question)) == (topic, True)
    await ben.press(answer, label)  # by then the button is gone
    await world.settled()
    assert len(world.api.messages(forum, by_bot=True)) == 1


@languages
async def test_an_edited_question_in_a_group_changes_its_answer(world: World, client: str) -> None:
    ana = world.api.user("Ana", language_code=client)
    group = world.api.group("Teachers", ana)
    asked, date = WHEN[client]
    question = await ana.send(f"{NAME} 104?", group)
    answer = await world.answer(question)
    await ana.edit(question, f"{NAME} {asked}", group)
    changed = await world.changed(answer, lambda m: date in m["text"])
    assert answered(changed, question)
    await world.settled()
    assert len(world.api.messages(group, by_bot=True)) == 1


@pytest.fixture
async def reading_all(assistant: Assistant, tmp_path: Path) -> AsyncIterator[World]:
    """A bot whose privacy mode is off, so that it gets every message of its groups."""
    async with world_of(assistant, tmp_path) as world:
        world.api.server.reads_groups = True
        yield world


async def test_without_privacy_mode_people_are_still_left_alone(reading_all: World) -> None:
    world = reading_all
    ana, ben = world.api.user("Ana"), world.api.user("Ben")
    group = world.api.group("Teachers", ana, ben)
    for said in ("When was the alliance launched?", "@ben who proposed it?", "/help@another_bot", "/dance"):
        await ana.send(said, group)
    await ana.attach("photo", group)
    first = await ana.send("Who proposed the alliance?", group)
    await ben.send("No idea.", group, reply_to=first["message_id"])
    await world.settled()
    assert world.api.messages(group, by_bot=True) == ()
    answer = await world.answer(await ben.send(f"{NAME} When was the alliance launched?", group))
    assert "30 January 2024" in answer["text"]

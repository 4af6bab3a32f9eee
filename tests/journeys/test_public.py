from __future__ import annotations

import pytest

from tests.journeys.conftest import World, buttons, links

LAUNCH_ARTICLE = "https://en.ceaie.edu.cn/article/detail?columnid=10&id=410"


@pytest.mark.parametrize(
    ("client", "asked", "date", "follow_up", "place"),
    [
        ("en", "When was the alliance launched?", "30 January 2024", "and where?", "Shanghai"),
        ("zh-hans", "世界数字教育联盟是什么时候成立的？", "2024年1月30日", "在哪里？", "上海"),
        ("fr", "Quand l’alliance a-t-elle été lancée ?", "30 janvier 2024", "et où ?", "Shanghai"),
        ("es", "¿Cuándo se lanzó la alianza?", "30 de enero de 2024", "¿y dónde?", "Shanghái"),
        ("ru", "Когда был создан альянс?", "30 января 2024", "а где?", "Шанхае"),
        ("ar", "متى أُطلق التحالف؟", "30 يناير 2024", "وأين؟", "شانغهاي"),
        ("pt-br", "Quando a aliança foi lançada?", "30 de janeiro de 2024", "e onde?", "Xangai"),
    ],
)
async def test_somebody_starts_asks_and_follows_up_in_their_language(
    world: World, client: str, asked: str, date: str, follow_up: str, place: str
) -> None:
    user = world.api.user("Ana", language_code=client)
    welcome = await world.answer(await user.send("/start"))
    assert len(buttons(welcome)) >= 4
    answer = await world.answer(await user.send(asked))
    assert date in answer["text"]
    assert links(answer)[0] == LAUNCH_ARTICLE
    where = await world.answer(await user.send(follow_up))
    assert place in where["text"]
    assert links(where)[0] == LAUNCH_ARTICLE


async def test_a_choice_can_be_tapped_or_typed_in_any_digits(world: World) -> None:
    user = world.api.user("Ana")
    declined = await world.answer(await user.send("zzzz qqqq wwww"))
    offered = await world.answer(await user.send("/start"))
    press = await user.press(offered, buttons(offered)[0])
    again = await user.press(offered, buttons(offered)[0])  # a double tap
    await world.api.wait_for(lambda: press.answer and again.answer)
    await world.settled()
    welcome, *tapped = world.api.messages(user.id, by_bot=True)[1:]
    assert (welcome["text"], welcome["reply_markup"]) == (offered["text"], offered["reply_markup"])
    assert [bool(links(each)) for each in tapped] == [True]
    assert "do not know" in declined["text"]


async def test_a_typed_number_chooses_among_the_open_choices(world: World) -> None:
    user = world.api.user("Ana")
    declined = await world.answer(await user.send("the thing about the alliance and volcano dancing"))
    labels = [line.removeprefix("1. ") for line in declined["text"].splitlines() if line.startswith("1. ")]
    assert labels, declined["text"]
    chosen = await world.answer(await user.send("١"))
    assert chosen["text"] != declined["text"]
    assert "numbered" not in chosen["text"]


async def test_a_chosen_language_holds_for_what_follows(world: World) -> None:
    user = world.api.user("Ana", language_code="en")
    confirmed = await world.answer(await user.send("/language fr"))
    assert "français" in confirmed["text"].lower()
    answer = await world.answer(await user.send("When was the alliance launched?"))
    assert "30 janvier 2024" in answer["text"]


async def test_a_language_that_does_not_exist_is_refused_with_those_that_do(world: World) -> None:
    user = world.api.user("Ana")
    answer = await world.answer(await user.send("/language tlh"))
    assert "tlh" in answer["text"]
    assert "Français" in answer["text"]


async def test_a_deep_link_opens_its_entry(world: World) -> None:
    user = world.api.user("Ana", language_code="ru")
    answer = await world.answer(await user.send("/start launch-date"))
    assert "30 января 2024" in answer["text"]
    assert links(answer)[0] == LAUNCH_ARTICLE


async def test_a_broken_deep_link_greets(world: World) -> None:
    user = world.api.user("Ana")
    answer = await world.answer(await user.send("/start no-such-entry"))
    assert len(buttons(answer)) >= 4


async def test_an_edited_question_changes_the_earlier_reply(world: World) -> None:
    user = world.api.user("Ana")
    asked = await user.send("Where was the alliance launched?")
    answer = await world.answer(asked)
    await user.edit(asked, "Who proposed the alliance?")
    changed = await world.changed(answer, lambda m: "proposed" in m["text"] and "Ministry" in m["text"])
    assert changed["message_id"] == answer["message_id"]
    await world.quiet(user, 1)


async def test_an_old_button_says_that_its_answer_is_gone(world: World) -> None:
    user = world.api.user("Ana")
    offered = await world.answer(await user.send("/start"))
    press = await user.press(offered, "entry:an-entry-of-last-year")
    answered = await world.api.wait_for(lambda: press.answer)
    assert answered is not None
    await world.quiet(user, 1)


async def test_topics_are_browsed_in_one_message(world: World) -> None:
    user = world.api.user("Ana", language_code="en")
    page = await world.answer(await user.send("/topics"))
    assert "The launch" in buttons(page)
    await user.press(page, "The launch")
    topic = await world.changed(page, lambda m: "When was the alliance launched?" in buttons(m))
    await user.press(topic, "When was the alliance launched?")
    await world.changed(topic, lambda m: LAUNCH_ARTICLE in links(m))
    await world.quiet(user, 1)


async def test_what_is_not_text_gets_a_kind_word(world: World) -> None:
    user = world.api.user("Ana", language_code="es")
    photo = await user.attach("photo")
    answer = await world.answer(photo)
    assert "texto" in answer["text"].lower()


async def test_an_unknown_command_points_to_help(world: World) -> None:
    user = world.api.user("Ana")
    answer = await world.answer(await user.send("/dance"))
    assert "/help" in answer["text"]


async def test_about_says_who_runs_the_bot_and_that_it_is_not_official(world: World) -> None:
    user = world.api.user("Ana")
    answer = await world.answer(await user.send("/about"))
    assert "Test operators" in answer["text"]
    assert "not an official channel" in answer["text"]
    assert world.service.assistant().revision in answer["text"]


async def test_a_group_is_answered_only_when_the_bot_is_meant(world: World) -> None:
    ana, ben = world.api.user("Ana"), world.api.user("Ben", language_code="fr")
    group = world.api.group("Teachers", ana, ben)
    await ana.send("When was the alliance launched?", group)
    await world.quiet(group, 0)
    mention = await ana.send("@alliance_preview_bot When was the alliance launched?", group)
    answer = await world.answer(mention)
    assert "30 January 2024" in answer["text"]
    assert answer["reply_to_message"]["message_id"] == mention["message_id"]
    reply = await ana.send("and where?", group, reply_to=answer["message_id"])
    assert "Shanghai" in (await world.answer(reply))["text"]
    await ben.send("/help@some_other_bot", group)
    await world.quiet(group, 2)


async def test_the_topic_of_one_person_in_a_group_is_not_that_of_another(world: World) -> None:
    ana, ben = world.api.user("Ana"), world.api.user("Ben")
    group = world.api.group("Teachers", ana, ben)
    answer = await world.answer(
        await ana.send("@alliance_preview_bot When was the alliance launched?", group)
    )
    other = await world.answer(await ben.send("@alliance_preview_bot and where?", group))
    assert LAUNCH_ARTICLE not in links(other)
    asked_of_it = await world.answer(await ben.send("and where?", group, reply_to=answer["message_id"]))
    assert LAUNCH_ARTICLE in links(asked_of_it)

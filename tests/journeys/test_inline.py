"""People who ask from other chats: inline, and as a guest."""

from __future__ import annotations

from typing import Any

import pytest

from bot.language import texts
from bot.language.formats import direction
from bot.preview.botapi import InlineQuery, User
from bot.telegram.inline import MAX_ID_BYTES
from tests.journeys.conftest import World, buttons, links
from tests.journeys.test_public import LAUNCH_ARTICLE

# The language of the application, a question about the launch, and its date.
LAUNCH = [
    ("en", "When was the alliance launched?", "30 January 2024"),
    ("ar", "متى تأسس التحالف؟", "30 يناير 2024"),
    ("zh-hans", "联盟是什么时候成立的？", "2024年1月30日"),
    ("ru", "Когда был основан альянс?", "30 января 2024"),
]


async def typed(world: World, user: User, text: str) -> InlineQuery:
    query = await user.type_inline(text)
    await world.api.wait_for(lambda: query.answer)
    return query


def locale_of(language: str) -> str:
    return "zh_Hans" if language == "zh-hans" else language


@pytest.mark.parametrize(("language", "question", "date"), LAUNCH)
async def test_an_answer_is_sent_into_a_chat_that_the_bot_is_not_in(
    world: World, language: str, question: str, date: str
) -> None:
    user = world.api.user("Ana", language_code=language)
    friends = world.api.group("Friends", user, with_bot=False)
    query = await typed(world, user, question)
    answer, best = query.answer, query.results[0]
    assert answer is not None
    assert (answer["is_personal"], answer["cache_time"], answer["next_offset"]) == (True, 3, "")
    say = world.service.assistant().catalogs.text
    assert answer["button"]["text"] == say(locale_of(language), texts.INLINE_LANGUAGE)
    assert best["id"].startswith(f"launch-date:{locale_of(language)}:")
    assert date in best["description"].replace("\u2068", "").replace("\u2069", "")
    sent = await user.choose_inline(query, best["id"], friends)
    assert date in sent["text"]
    assert links(sent) == [LAUNCH_ARTICLE]
    assert sent["link_preview_options"] == {"is_disabled": True}
    ((button,),) = sent["reply_markup"]["inline_keyboard"]
    assert button["text"] == say(locale_of(language), texts.INLINE_OPEN)
    opened = await world.answer(await user.send(f"/start {button['url'].partition('start=')[2]}"))
    assert date in opened["text"]
    await world.settled()
    assert "edit_date" not in world.api.messages(friends)[-1]  # it says what the bot says
    if direction(locale_of(language)) == "rtl":
        assert all(not line[:1].isascii() for line in sent["text"].splitlines() if line)


@pytest.mark.parametrize(("language", "question", "date"), LAUNCH)
async def test_mentioned_where_it_is_no_member_the_bot_answers_once(
    world: World, language: str, question: str, date: str
) -> None:
    user = world.api.user("Ana", language_code=language)
    friends = world.api.group("Friends", user, with_bot=False)
    asked = await user.send(f"@alliance_preview_bot {question}", friends)
    answer = await world.answer(asked)
    assert date in answer["text"]
    assert links(answer) == [LAUNCH_ARTICLE]
    await world.quiet(friends, 1)
    (decision,) = await world.service.store.decisions()
    assert (decision.entry_id, decision.locale) == ("launch-date", locale_of(language))


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans", "ru"])
async def test_before_a_word_is_typed_the_most_asked_is_offered(world: World, language: str) -> None:
    user = world.api.user("Ana", language_code=language)
    for _ in range(2):
        await world.answer(await user.send("Who proposed the alliance?"))
    await world.quiet(user, 2)
    (entry, _again) = [decision.entry_id for decision in await world.service.store.decisions()]
    await world.service.popular.refresh()
    query = await typed(world, user, "")
    assert query.results[0]["id"].startswith(f"{entry}:{locale_of(language)}:")
    assert 5 <= len(query.results) <= 10
    assert all(len(result["id"].encode()) <= MAX_ID_BYTES for result in query.results)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "best pizza recipe with mushrooms"),
        ("ar", "كيف أطبخ الأرز بالدجاج؟"),
        ("zh-hans", "今天晚上吃什么菜比较好"),
        ("ru", "рецепт борща с пампушками"),
        ("en", "hello"),
    ],
)
async def test_off_the_topic_nothing_is_offered_but_the_private_chat(
    world: World, language: str, question: str
) -> None:
    user = world.api.user("Ana", language_code=language)
    query = await typed(world, user, question)
    assert query.results == ()
    assert query.answer is not None
    say = world.service.assistant().catalogs.text
    assert query.answer["button"]["text"] == say(locale_of(language), texts.INLINE_NOTHING)
    greeted = await world.answer(await user.send(f"/start {query.answer['button']['start_parameter']}"))
    assert len(buttons(greeted)) >= 4
    assert say(locale_of(language), texts.LINK_GONE) not in greeted["text"]


async def test_the_button_above_the_results_changes_their_language(world: World) -> None:
    user = world.api.user("Ana", language_code="en")
    query = await typed(world, user, "")
    assert query.answer is not None
    page = await world.answer(await user.send(f"/start {query.answer['button']['start_parameter']}"))
    await user.press(page, "Русский")
    await world.changed(page, lambda m: "по-русски" in m["text"] or "русск" in m["text"].lower())
    again = await typed(world, user, "launch date")
    assert ":ru:" in again.results[0]["id"]


async def test_only_what_is_sent_is_recorded(world: World) -> None:
    user = world.api.user("Ana")
    for text in ("w", "when was", "when was the alliance launched"):
        query = await typed(world, user, text)
    await world.quiet(user, 0)
    assert await world.service.store.decisions() == ()
    await user.choose_inline(query, 0)
    await world.quiet(user, 0)  # its own message, sent by the person through it, gets no answer
    (decision,) = await world.service.store.decisions()
    assert (decision.decision, decision.entry_id, decision.locale) == ("answer", "launch-date", "en")
    assert decision.question_text == "when was the alliance launched"


@pytest.mark.parametrize(
    ("client", "unclear"),
    [
        ("en", "the thing about the alliance and volcano dancing"),
        ("ar", "شيء عن التحالف ورقص البراكين"),
        ("zh-hans", "联盟和火山舞蹈的事情"),
        ("ru", "что-то про альянс и танцы на вулкане"),
    ],
)
async def test_choices_of_a_guest_lead_to_the_private_chat(world: World, client: str, unclear: str) -> None:
    user = world.api.user("Ana", language_code=client)
    friends = world.api.group("Friends", user, with_bot=False)
    asked = await user.send(f"@alliance_preview_bot {unclear}", friends)
    answer = await world.answer(asked)
    rows: list[list[dict[str, Any]]] = answer["reply_markup"]["inline_keyboard"]
    urls = [button["url"] for row in rows for button in row]
    assert urls
    assert all(url.startswith("https://t.me/alliance_preview_bot?start=") for url in urls)
    lines = [line.strip("\u200f") for line in answer["text"].splitlines()]
    for label in buttons(answer):  # whole in the text, for whoever sees no buttons
        assert any(line.startswith(label.removesuffix("…")) for line in lines), label
    entry = urls[0].rpartition("=")[2]
    shown = await world.answer(await user.send(f"/start {entry}"))
    assert links(shown)


async def test_a_mention_alone_asks_about_the_message_it_replies_to(world: World) -> None:
    ana, ben = world.api.user("Ana"), world.api.user("Ben", language_code="ru")
    friends = world.api.group("Friends", ana, ben, with_bot=False)
    wondered = await ana.send("When was the alliance launched?", friends)
    asked = await ben.send("@alliance_preview_bot", friends, reply_to=wondered["message_id"])
    assert "30 January 2024" in (await world.answer(asked))["text"]


async def test_a_late_answer_to_an_inline_question_is_dropped(world: World) -> None:
    user = world.api.user("Ana")
    world.api.fail("answerInlineQuery", 502, "Bad Gateway")
    query = await user.type_inline("launch date")
    await world.quiet(user, 0)
    assert query.answer is None
    assert [call.method for call in world.api.calls].count("answerInlineQuery") == 1

"""What the bot does with each kind of update."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Forget, SetChoices, SetLocale, SetTopic
from bot.language import texts
from bot.preview.botapi import BotApi
from bot.storage.store import WISHES_KEPT_DAYS, ChatState
from bot.telegram.pages import PAGE_SIZE
from bot.types import ChatRef, Handling, Ignored, IgnoreReason, OutgoingMessage, Replied
from tests.telegram.conftest import NOW, Talk, buttons, text_of


def ignored(handling: Handling) -> IgnoreReason:
    assert isinstance(handling, Ignored), handling
    return handling.reason


def methods(replied: Replied) -> list[str]:
    return [message.method for message in replied.messages]


def message_of(replied: Replied) -> OutgoingMessage:
    (message,) = replied.messages
    return message


# --- commands -----------------------------------------------------------------------------------------


async def test_start_greets_with_four_questions_as_buttons(talk: Talk, garden: Assistant) -> None:
    await talk.user().send("/start")
    replied = await talk.said()
    assert garden.catalogs.text("en", texts.START, entries=14) in text_of(replied)
    starters = ["example:founded-when:en", "example:flower-rose:en", "example:spade:en"]
    assert [action for _, action in buttons(replied)] == starters
    assert replied.question_id is None


async def test_the_welcome_stays_above_the_answer_to_an_example(talk: Talk) -> None:
    ana = talk.user()
    welcome = await ana_menu(talk, ana, "/start")
    await ana.press(welcome, "example:flower-rose:en")
    replied = await talk.said()
    assert methods(replied) == ["answerCallbackQuery", "sendMessage"]
    await ana.press(welcome, "example:flower-rose:en")  # a double tap
    assert methods(await talk.said()) == ["answerCallbackQuery"]
    await ana.press(welcome, "example:spade:en")
    assert methods(await talk.said()) == ["answerCallbackQuery", "sendMessage"]
    await ana.press(welcome, "example:gone:en")
    assert methods(await talk.said()) == ["answerCallbackQuery", "sendMessage"]


async def test_start_with_an_entry_opens_it(talk: Talk) -> None:
    await talk.user().send("/start founded-where")
    replied = await talk.said()
    assert text_of(replied).startswith("In a garden &lt;in&gt; Shanghai &amp; elsewhere.")
    assert replied.effects == (SetTopic(entry_id="founded-where", at=NOW),)


async def test_start_with_an_unknown_entry_greets(talk: Talk, garden: Assistant) -> None:
    await talk.user().send("/start no-such-entry")
    assert garden.catalogs.text("en", texts.START_EXAMPLES) in text_of(await talk.said())


@pytest.mark.parametrize(
    ("client", "locale"), [("fr", "fr"), ("fr-CA", "fr"), ("ar", "ar"), ("de", "en"), (None, "en")]
)
async def test_pages_are_in_the_language_of_the_application(
    talk: Talk, garden: Assistant, client: str | None, locale: str
) -> None:
    await talk.user(language_code=client).send("/help")
    assert text_of(await talk.said()).replace("\u200f", "") == garden.catalogs.text(locale, texts.HELP)


async def test_about_names_revision_counts_operator_and_says_that_it_is_not_official(
    talk: Talk, garden: Assistant
) -> None:
    await talk.user().send("/about")
    said = text_of(await talk.said())
    assert garden.revision in said
    assert "14 prepared answers based on 1 source" in said
    assert "Garden &lt;friends&gt;" in said
    assert "garden@example.org" in said
    assert garden.catalogs.text("en", texts.ABOUT_UNOFFICIAL) in said


async def test_privacy_says_how_long_wording_is_kept(talk: Talk) -> None:
    await talk.user().send("/privacy")
    assert "30 days" in text_of(await talk.said())


async def test_privacy_says_how_long_a_question_that_waits_for_its_answer_is_kept_with_its_chat(
    talk: Talk,
) -> None:
    await talk.user().send("/privacy")
    (line,) = [line for line in text_of(await talk.said()).splitlines() if "tell you when I know" in line]
    assert "in which chat" in line
    assert f"{WISHES_KEPT_DAYS} days" in line


async def test_privacy_says_how_to_be_forgotten(talk: Talk) -> None:
    await talk.user().send("/privacy")
    said = text_of(await talk.said())
    assert said.index("30 days") < said.index("random key") < said.index("other service")
    assert "/forgetme" in said


async def test_forgetting_says_how_much_it_erases(talk: Talk) -> None:
    async def kept(_chat: ChatRef, _user_id: str) -> int:
        return 2

    talk.dispatcher._kept_of = kept
    await talk.user().send("/forgetme")
    said = await talk.said()
    assert "2 records of answers" in text_of(said)
    assert said.effects == (Forget(),)


# --- limits -------------------------------------------------------------------------------------------


async def test_too_many_questions_in_a_minute_are_told_once_and_then_ignored(
    talk: Talk, garden: Assistant
) -> None:
    talk.dispatcher._rate_limit = 2
    ana = talk.user()
    for _ in range(2):
        await ana.send("How long does a spade last?")
        assert (await talk.said()).outcomes
    await ana.send("How long does a spade last?")
    limited = await talk.said()
    assert text_of(limited) == garden.catalogs.text("en", texts.RATE_LIMITED)
    assert limited.outcomes == ()
    await ana.send("How long does a spade last?")
    assert await talk.handle() == Ignored(reason=IgnoreReason.RATE_LIMITED)
    await ana.send("/forgetme")
    assert (await talk.said()).effects == (Forget(),)  # a right knows no limit


async def test_the_limit_counts_each_person_alone_and_forgets_after_a_minute(talk: Talk) -> None:
    talk.dispatcher._rate_limit = 1
    ana, ben = talk.user("Ana"), talk.user("Ben")
    for person in (ana, ben):
        await person.send("How long does a spade last?")
        assert (await talk.said()).outcomes
    key = (str(ana.id), str(ana.id))
    talk.states[key] = replace(talk.states[key], window_at=NOW - timedelta(seconds=61))
    await ana.send("How long does a spade last?")
    assert (await talk.said()).outcomes


async def test_while_work_rests_whoever_waits_reads_why_in_their_language(talk: Talk) -> None:
    await talk.user(language_code="en").send("How long does a spade last?")
    entry = talk.entry(dict(talk.api.pending()[-1]))
    (message,) = talk.dispatcher.pause(entry, ChatState(), "new soil")
    assert "new soil" in str(message.body["text"])
    assert "kept" in str(message.body["text"])


async def test_staff_are_told_of_what_was_given_up(talk: Talk) -> None:
    await talk.user().send("How long does a spade last?")
    entry = talk.entry(dict(talk.api.pending()[-1]))
    (message,) = await talk.dispatcher.report(entry, "handling failed: ValueError")
    assert message.chat.chat_id == "77"
    assert "handling failed: ValueError" in str(message.body["text"])


async def test_each_of_the_staff_reads_in_their_language_what_was_given_up(
    talk: Talk, garden: Assistant
) -> None:
    await talk.user().send("How long does a spade last?")
    entry = talk.entry(dict(talk.api.pending()[-1]))

    async def language_of(chat: ChatRef, _assistant: Assistant) -> str:
        return "fr" if chat.chat_id == "77" else "en"

    talk.dispatcher._language_of = language_of
    (message,) = await talk.dispatcher.report(entry, "handling failed: ValueError")
    said = garden.catalogs.text("fr", texts.STAFF_DEAD, row=str(entry.seq), why="handling failed: ValueError")
    assert message.body["text"] == said
    assert said != garden.catalogs.text(
        "en", texts.STAFF_DEAD, row=str(entry.seq), why="handling failed: ValueError"
    )


async def test_staff_who_cannot_be_written_to_are_told_of_nothing(talk: Talk) -> None:
    await talk.user().send("How long does a spade last?")
    entry = talk.entry(dict(talk.api.pending()[-1]))
    talk.dispatcher._staff_here = lambda _: False
    assert await talk.dispatcher.report(entry, "handling failed: ValueError") == []


async def test_an_unknown_command_says_so(talk: Talk, garden: Assistant) -> None:
    await talk.user().send("/frobnicate now")
    assert text_of(await talk.said()) == garden.catalogs.text("en", texts.UNKNOWN_COMMAND)


# --- language -----------------------------------------------------------------------------------------


async def test_language_offers_every_language_by_its_own_name(talk: Talk) -> None:
    await talk.user().send("/language")
    offered = buttons(await talk.said())
    assert offered[:3] == [("English", "lang:en"), ("العربية", "lang:ar"), ("Français", "lang:fr")]
    assert offered[3][1] == "lang:auto"


@pytest.mark.parametrize("typed", ["fr", "FR", "fr-CH", "français", "French"])
async def test_language_can_be_typed(talk: Talk, garden: Assistant, typed: str) -> None:
    await talk.user().send(f"/language {typed}")
    replied = await talk.said()
    assert replied.effects == (SetLocale(locale="fr"),)
    assert text_of(replied) == garden.catalogs.text("fr", texts.LANGUAGE_CHOSEN, language="Français")


async def test_language_auto_follows_the_question_again(talk: Talk) -> None:
    await talk.user().send("/language auto")
    assert (await talk.said()).effects == (SetLocale(locale=None),)


async def test_a_language_that_does_not_exist_names_those_that_do(talk: Talk) -> None:
    await talk.user().send("/language <klingon>")
    replied = await talk.said()
    assert "&lt;klingon&gt;" in text_of(replied)
    assert "Français" in text_of(replied)
    assert replied.effects == ()


async def test_a_chosen_language_wins_over_the_application_and_the_question(
    talk: Talk, garden: Assistant
) -> None:
    ana = talk.user(language_code="ar")
    await ana.send("/language fr")
    await talk.said()
    await ana.send("When was the club founded?")
    replied = await talk.said()
    assert replied.outcomes[0].locale == "fr"
    await ana.send("/help")
    assert text_of(await talk.said()) == garden.catalogs.text("fr", texts.HELP)


async def test_a_pressed_language_is_confirmed_in_that_language_in_place(
    talk: Talk, garden: Assistant
) -> None:
    ana = talk.user()
    menu = await ana_menu(talk, ana, "/language")
    await ana.press(menu, "lang:ar")
    replied = await talk.said()
    assert methods(replied) == ["answerCallbackQuery", "editMessageText"]
    assert replied.effects == (SetLocale(locale="ar"),)
    assert "العربية" in text_of(replied)


# --- topics -------------------------------------------------------------------------------------------


async def ana_menu(talk: Talk, user: Any, command: str) -> dict[str, Any]:
    """Send a command and put the reply into the chat, as the sender would."""
    await user.send(command)
    return await talk.deliver(await talk.said())


async def test_topics_can_be_browsed_page_by_page_and_back(talk: Talk) -> None:
    ana = talk.user()
    menu = await ana_menu(talk, ana, "/topics")
    await ana.press(menu, "About flowers")
    first = await talk.said()
    assert methods(first) == ["answerCallbackQuery", "editMessageText"]
    assert text_of(first) == "About flowers\nPage 1 of 2"
    menu = await talk.deliver(first)
    assert [action for _, action in buttons(first)][PAGE_SIZE:] == ["topic:flowers:1:en", "topics:0:en"]
    await ana.press(menu, "topic:flowers:1:en")
    second = await talk.said()
    assert text_of(second) == "About flowers\nPage 2 of 2"
    assert [action for _, action in buttons(second)] == [
        "entry:flower-iris:en",
        "entry:flower-aster:en",
        "topic:flowers:0:en",
        "topics:0:en",
    ]
    menu = await talk.deliver(second)
    await ana.press(menu, "topics:0:en")
    assert [label for label, _ in buttons(await talk.said())] == [
        "About history",
        "About flowers",
        "About tools",
    ]


async def test_an_entry_opened_from_a_topic_leads_back_to_its_page(talk: Talk) -> None:
    ana = talk.user()
    menu = await ana_menu(talk, ana, "/topics")
    await ana.press(menu, "entry:flower-iris:en")
    replied = await talk.said()
    assert text_of(replied).startswith("Water the iris every morning.")
    assert buttons(replied)[-2:] == [("About flowers", "topic:flowers:1:en"), ("All topics", "topics:0:en")]


async def test_a_page_that_no_longer_exists_shows_the_last_one(talk: Talk) -> None:
    ana = talk.user()
    await ana.press(await ana_menu(talk, ana, "/topics"), "topic:flowers:77:en")
    assert text_of(await talk.said()) == "About flowers\nPage 2 of 2"


@pytest.mark.parametrize(
    "data", ["topic:gone:0", "topic:flowers:x", "topics:", "lang:xx", "nonsense", "vote:1", ":"]
)
async def test_a_button_that_is_out_of_date_says_so_over_the_chat(
    talk: Talk, garden: Assistant, data: str
) -> None:
    ana = talk.user()
    await ana.press(await ana_menu(talk, ana, "/topics"), data)
    message = message_of(await talk.said())
    assert message.method == "answerCallbackQuery"
    assert message.body["text"] == garden.catalogs.text("en", texts.BUTTON_OLD)
    assert message.body["show_alert"] is True


async def test_a_button_for_an_entry_that_is_gone_says_so_in_place(talk: Talk, garden: Assistant) -> None:
    ana = talk.user()
    await ana.press(await ana_menu(talk, ana, "/topics"), "entry:gone:fr")
    replied = await talk.said()
    assert methods(replied) == ["answerCallbackQuery", "editMessageText"]
    assert text_of(replied) == garden.catalogs.text("fr", texts.CHOICE_GONE)


async def test_a_button_answers_in_the_language_of_its_page(talk: Talk, garden: Assistant) -> None:
    ana = talk.user(language_code="en")
    await ana.press(await ana_menu(talk, ana, "/topics"), "entry:spade:fr")
    replied = await talk.said()
    assert replied.outcomes[0].locale == "fr"


# --- questions ----------------------------------------------------------------------------------------


async def test_a_question_is_answered_with_its_source(talk: Talk) -> None:
    await talk.user().send("When was the club founded?")
    replied = await talk.said()
    assert text_of(replied) == (
        "It was founded on 30 January 2024.\n\n"
        '<blockquote>Source: <a href="https://example.org/page?a=1&amp;b=2">'
        "A page &lt;b&gt;about&lt;/b&gt; us &amp; others</a>, Example, 1 February 2024</blockquote>"
    )
    assert replied.effects == (SetTopic(entry_id="founded-when", at=NOW),)
    assert [outcome.entry_id for outcome in replied.outcomes] == ["founded-when"]
    assert replied.explanation is not None
    assert replied.question_id is not None


async def test_a_doubtful_question_offers_numbered_choices_as_buttons(talk: Talk) -> None:
    await talk.user().send("club founded")
    replied = await talk.said()
    offered = buttons(replied)
    assert [label[:3] for label, _ in offered] == [f"{n}. " for n in range(1, len(offered) + 1)]
    assert all(label in text_of(replied) for label, _ in offered)
    ids = tuple(action.split(":")[1] for _, action in offered)
    assert replied.effects == (SetChoices(entry_ids=ids, at=NOW, locale="en"),)


@pytest.mark.parametrize(
    "typed", ["2", "２", "٢", "۲", "२", " 2. ", "2)", "二", "②", "（二）", "第二个", "2号", "#2", "2️⃣", "02"]
)
async def test_a_typed_number_in_any_digits_chooses(talk: Talk, typed: str) -> None:
    ana = talk.user()
    await ana.send("club founded")
    second = buttons(await talk.said())[1][1].split(":")[1]
    await ana.send(typed)
    replied = await talk.said()
    assert [outcome.entry_id for outcome in replied.outcomes] == [second]
    assert replied.effects == (SetTopic(entry_id=second, at=NOW),)


@pytest.mark.parametrize(
    "typed", ["The second one.", "le deuxième", "la seconde", "الثاني", "الثانية", "NUMBER TWO"]
)
async def test_a_choice_is_named_in_words_of_any_language(talk: Talk, typed: str) -> None:
    ana = talk.user()
    await ana.send("club founded")
    second = buttons(await talk.said())[1][1].split(":")[1]
    await ana.send(typed)
    assert [outcome.entry_id for outcome in (await talk.said()).outcomes] == [second]


@pytest.mark.parametrize("typed", ["0", "9", "2025", "½", "⑨", "二三", "two"])
async def test_what_is_no_open_choice_is_a_question(talk: Talk, typed: str) -> None:
    ana = talk.user()
    await ana.send("club founded")
    await talk.said()
    await ana.send(typed)
    assert (await talk.said()).explanation is not None


@pytest.mark.parametrize("typed", ["9", "٩", "九", "(17)"])
async def test_a_number_that_no_choice_has_asks_for_words(talk: Talk, garden: Assistant, typed: str) -> None:
    ana = talk.user()
    await ana.send("club founded")
    await talk.said()
    await ana.send(typed)
    replied = await talk.said()
    assert text_of(replied).startswith(garden.catalogs.text("en", texts.EMPTY))
    assert garden.catalogs.text("en", texts.WISH) not in [label for label, _ in buttons(replied)]


async def test_choices_close_after_ten_minutes(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    await ana.send("club founded")
    await talk.said()
    api.server.chats.now = lambda: NOW.timestamp() + 599
    await ana.send("1")
    assert (await talk.said()).explanation is None
    api.server.chats.now = lambda: NOW.timestamp() + 601
    await ana.send("1")
    assert (await talk.said()).explanation is not None


async def test_another_question_closes_the_choices(talk: Talk) -> None:
    ana = talk.user()
    await ana.send("club founded")
    await talk.said()
    await ana.send("Which spade is best?")
    assert SetChoices(entry_ids=(), at=NOW, locale="en") in (await talk.said()).effects
    await ana.send("1")
    assert (await talk.said()).explanation is not None


async def test_not_knowing_offers_examples_and_the_topics(talk: Talk, garden: Assistant) -> None:
    await talk.user().send("🙂🙂")
    replied = await talk.said()
    assert replied.outcomes[0].decision == "abstain"
    assert buttons(replied)[-1] == (garden.catalogs.text("en", texts.BUTTON_TOPICS), "topics:0:en")
    assert len(buttons(replied)) == 4


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "document", "location", "contact"])
async def test_what_is_not_text_gets_a_short_reply(talk: Talk, garden: Assistant, kind: Any) -> None:
    await talk.user().attach(kind)
    assert text_of(await talk.said()) == garden.catalogs.text("en", texts.NOT_TEXT)


async def test_right_to_left_replies_have_no_line_that_turns_around(talk: Talk) -> None:
    await talk.user(language_code="ar").send("/help")
    lines = text_of(await talk.said()).split("\n")
    written = [line for line in lines if line]
    assert len(written) == 6
    assert {_first_direction(line) for line in written} <= {"R", "AL"}


def _first_direction(line: str) -> str:
    """The direction of the first letter that has one, which is the line's in many applications."""
    return next(one for one in map(unicodedata.bidirectional, line) if one in {"L", "R", "AL"})


# --- edited questions ---------------------------------------------------------------------------------


async def test_an_edited_question_changes_the_earlier_reply(talk: Talk) -> None:
    ana = talk.user()
    question = await ana.send("When was the club founded?")
    await talk.said()
    await ana.edit(question, "Where was the club founded?")
    replied = await talk.said()
    message = message_of(replied)
    assert (message.method, message.body["message_id"]) == ("editMessageText", 900)
    assert "Shanghai" in text_of(replied)
    assert replied.question_id == str(question["message_id"])


async def test_an_edit_of_something_old_that_had_no_reply_is_left_alone(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    question = await ana.send("When was the club founded?")
    api.server.now = lambda: NOW.timestamp() + 601
    await ana.edit(question, "Where was the club founded?")
    assert ignored(await talk.handle()) == IgnoreReason.EDIT_UNANSWERED


async def test_a_misspelt_command_that_becomes_a_question_is_answered(talk: Talk) -> None:
    ana = talk.user()
    question = await ana.send("/hlep")
    await talk.said()
    await ana.edit(question, "Where was the club founded?")
    replied = await talk.said()
    message = message_of(replied)
    assert message.method == "sendMessage"
    assert "Shanghai" in text_of(replied)
    assert "reply_parameters" in message.body  # others may stand below it by now


async def test_a_line_in_a_group_is_answered_once_the_mention_is_added(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    group = api.group("Gardeners", ana)
    line = await ana.send("Where was the club founded?", group)
    await ana.edit(line, "@garden_bot Where was the club founded?", group)
    assert "Shanghai" in text_of(await talk.said())


async def test_an_edited_command_is_left_alone(talk: Talk) -> None:
    ana = talk.user()
    question = await ana.send("/help")
    await talk.said()
    await ana.edit(question, "/about")
    assert ignored(await talk.handle()) == IgnoreReason.EDIT_NOT_TEXT


# --- groups -------------------------------------------------------------------------------------------


async def test_in_a_group_talk_among_people_is_not_answered(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    group = api.group("Gardeners", ana)
    await ana.send("When was the club founded?", group)
    assert ignored(await talk.handle()) == IgnoreReason.NOT_ADDRESSED
    await ana.attach("photo", group)
    assert ignored(await talk.handle()) == IgnoreReason.NOT_ADDRESSED
    await ana.send("When was it founded, @other_bot?", group)
    assert ignored(await talk.handle()) == IgnoreReason.NOT_ADDRESSED


async def test_in_a_group_a_mention_is_answered_as_a_quote(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    group = api.group("Gardeners", ana)
    question = await ana.send("😀 @Garden_Bot Where was the club founded?", group)
    replied = await talk.said()
    message = message_of(replied)
    assert "Shanghai" in text_of(replied)
    assert message.body["chat_id"] == group.id
    assert message.body["reply_parameters"] == {
        "message_id": question["message_id"],
        "allow_sending_without_reply": True,
    }
    assert replied.outcomes[0].question_text == "😀 Where was the club founded?"


async def test_in_a_group_a_reply_to_the_bot_is_answered(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    group = api.group("Gardeners", ana)
    await ana.send("/about", group)
    answer = await talk.deliver(await talk.said())
    await ana.send("Where was the club founded?", group, reply_to=answer["message_id"])
    assert "Shanghai" in text_of(await talk.said())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/help@other_bot", IgnoreReason.OTHER_BOT),
        ("/frobnicate", IgnoreReason.OTHER_BOT),
        ("/help@garden_bot", None),
    ],
)
async def test_in_a_group_commands_for_other_bots_are_left_alone(
    talk: Talk, api: BotApi, text: str, reason: IgnoreReason | None
) -> None:
    ana = talk.user()
    await ana.send(text, api.group("Gardeners", ana))
    handling = await talk.handle()
    if reason is None:
        assert isinstance(handling, Replied)
    else:
        assert ignored(handling) == reason


async def test_in_a_forum_the_answer_stays_in_its_topic(talk: Talk, api: BotApi) -> None:
    ana = talk.user()
    forum = api.group("Gardeners", ana, forum=True)
    thread = api.topic(forum, ana, "Roses")
    await ana.send("@garden_bot Which spade is best?", forum, thread=thread)
    assert message_of(await talk.said()).body["message_thread_id"] == thread


async def test_people_in_a_group_have_their_own_topic_and_choices(talk: Talk, api: BotApi) -> None:
    ana, ben = talk.user("Ana"), talk.user("Ben")
    group = api.group("Gardeners", ana, ben)
    await ana.send("@garden_bot club founded", group)
    await talk.said()
    await ben.send("@garden_bot 1", group)
    assert (await talk.said()).explanation is not None
    await ana.send("@garden_bot 1", group)
    assert (await talk.said()).explanation is None


async def test_a_number_chooses_from_the_message_that_it_replies_to(talk: Talk, api: BotApi) -> None:
    ana, ben = talk.user("Ana"), talk.user("Ben")
    group = api.group("Gardeners", ana, ben)
    await ana.send("@garden_bot club founded", group)
    replied = await talk.said()
    offered = [action.split(":")[1] for _, action in buttons(replied)]
    choices = await talk.deliver(replied)
    await ben.send("2", group, reply_to=choices["message_id"])
    assert [outcome.entry_id for outcome in (await talk.said()).outcomes] == [offered[1]]


# --- everything else ----------------------------------------------------------------------------------

_GROUP = {"id": -100123, "type": "supergroup", "title": "Gardeners"}
_BOT = {"id": 99, "is_bot": True, "first_name": "Other"}
_ANA = {"id": 5, "is_bot": False, "first_name": "Ana"}
_TEXT = {"message_id": 3, "date": 1_790_000_000, "chat": _GROUP, "text": "@garden_bot hi"}
_MENTION = {"entities": [{"type": "mention", "offset": 0, "length": 11}]}


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("channel_post", {**_TEXT, "sender_chat": _GROUP}, IgnoreReason.CHANNEL_POST),
        ("message", {**_TEXT, "from": _ANA, "is_automatic_forward": True}, IgnoreReason.CHANNEL_POST),
        ("message", {**_TEXT, **_MENTION, "from": _BOT}, IgnoreReason.FROM_BOT),
        ("message", {**_TEXT, **_MENTION, "from": _ANA, "via_bot": _BOT}, IgnoreReason.FROM_BOT),
        (
            "message",
            {"message_id": 3, "date": 1, "chat": _GROUP, "from": _ANA, "new_chat_title": "x"},
            IgnoreReason.SERVICE,
        ),
        (
            "message",
            {"message_id": 3, "date": 1, "chat": _GROUP, "from": _ANA, "left_chat_member": _ANA},
            IgnoreReason.SERVICE,
        ),
        (
            "poll_answer",
            {"poll_id": "1", "user": _ANA, "option_ids": [0], "option_persistent_ids": []},
            IgnoreReason.OTHER_KIND,
        ),
        ("brand_new_kind", {"id": "1"}, IgnoreReason.OTHER_KIND),
    ],
)
async def test_every_other_update_is_ignored_for_a_reason(
    talk: Talk, kind: str, content: dict[str, Any], reason: IgnoreReason
) -> None:
    assert ignored(await talk.handle({"update_id": 1, kind: content})) == reason


async def test_a_press_under_a_message_in_another_chat_is_answered(talk: Talk) -> None:
    content = {"id": "1", "from": _ANA, "chat_instance": "1", "data": "x", "inline_message_id": "7"}
    replied = await talk.said({"update_id": 1, "callback_query": content})
    assert methods(replied) == ["answerCallbackQuery"]
    assert message_of(replied).body["show_alert"] is True


async def test_an_anonymous_administrator_is_answered(talk: Talk) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    content = {
        **_TEXT,
        **_MENTION,
        "text": "@garden_bot where did it begin",
        "from": anonymous,
        "sender_chat": _GROUP,
    }
    await talk.said({"update_id": 1, "message": content})
    assert ("-100123", "-100123") in talk.states


async def test_a_press_under_a_message_too_old_to_see_is_answered(talk: Talk, api: BotApi) -> None:
    gone = {"chat": {"id": 5, "type": "private", "first_name": "Ana"}, "message_id": 8, "date": 0}
    content = {"id": "1", "from": _ANA, "chat_instance": "1", "data": "entry:spade:en", "message": gone}
    replied = await talk.said({"update_id": 1, "callback_query": content})
    assert methods(replied) == ["answerCallbackQuery", "editMessageText"]

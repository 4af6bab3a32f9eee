"""Whoever gets no answer may ask to be told, and is told once it is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answering.assistant import Assistant
from bot.effects import SetTopic, Wish
from bot.language import texts
from bot.storage.store import ChatState, InboxEntry, WishRecord
from bot.telegram.wishes import row_of, waited_in
from bot.types import ChatRef, Handling, Ignored, IgnoreReason, Replied
from tests.telegram.conftest import FRENCH, NOW, UNKNOWN, Talk, buttons, text_of

ALSO_UNKNOWN = "vvvv kkkk jjjj"


def wish_of(text: str = UNKNOWN, locale: str = "en", number: int = 5) -> WishRecord:
    chat = ChatRef(channel="telegram", chat_id="7")
    return WishRecord(id=number, chat=chat, user_id="7", text=text, locale=locale, at=NOW - timedelta(days=3))


def row(wish: WishRecord) -> InboxEntry:
    received = row_of(wish, NOW)
    return InboxEntry(
        seq=1,
        chat=received.chat,
        user_id=received.user_id,
        event_id=received.event_id,
        payload=received.payload,
        received_at=NOW,
    )


def offers(replied: Replied) -> list[str]:
    return [action for _, action in buttons(replied) if action.startswith("wish")]


async def fulfilled(talk: Talk, wish: WishRecord, state: ChatState | None = None) -> Handling:
    return await talk.dispatcher.handle(row(wish), state or ChatState())


# --- the button -----------------------------------------------------------------------------------


async def test_an_abstention_offers_to_tell_and_answers_the_message_visibly(talk: Talk) -> None:
    asked = await talk.user().send(UNKNOWN)
    replied = await talk.said()
    assert offers(replied) == ["wish:en"]
    assert replied.messages[0].body["reply_parameters"] == {
        "message_id": asked["message_id"],
        "allow_sending_without_reply": True,
    }


@pytest.mark.parametrize("said", ["When was the club founded?", "🌷", "/help"])
async def test_nothing_else_does(talk: Talk, said: str) -> None:
    await talk.user().send(said)
    replied = await talk.said()
    assert offers(replied) == []
    assert "reply_parameters" not in replied.messages[0].body


async def test_a_group_is_not_offered_what_one_of_it_would_wish(talk: Talk) -> None:
    ana = talk.user()
    await ana.send(f"@garden_bot {UNKNOWN}", talk.api.group("Neighbours", ana))
    assert offers(await talk.said()) == []


async def test_a_press_keeps_the_question_and_says_for_how_long(talk: Talk, garden: Assistant) -> None:
    ana = talk.user()
    await ana.send(UNKNOWN)
    message = await talk.deliver(await talk.said())
    await ana.press(message, "wish:en")
    noted = await talk.said()
    assert noted.effects == (Wish(text=UNKNOWN, locale="en", at=NOW),)
    assert noted.messages[0].body["text"] == garden.catalogs.text("en", texts.WISH_TOAST)
    assert "90 days at most" in text_of(noted)
    assert "/forgetme" in text_of(noted)
    assert noted.messages[1].method == "editMessageText"
    assert [action for _, action in buttons(noted)] == ["topics:0:en"]
    assert noted.outcomes == ()  # it was recorded when it was asked


async def test_a_press_is_about_the_question_that_its_message_answers(talk: Talk) -> None:
    ana = talk.user()
    await ana.send(UNKNOWN)
    older = await talk.deliver(await talk.said())
    await ana.send(ALSO_UNKNOWN)
    await talk.deliver(await talk.said())
    await ana.press(older, "wish:en")
    (wish,) = (await talk.said()).effects
    assert isinstance(wish, Wish)
    assert wish.text == UNKNOWN


async def test_of_two_questions_those_are_kept_that_nobody_answered(talk: Talk) -> None:
    ana = talk.user()
    await ana.send(f"When was the club founded?\n{ALSO_UNKNOWN}?")
    first = await talk.said()
    assert "30 January 2024" in text_of(first)
    message = await talk.deliver(first)
    await ana.press(message, "wish:en")
    wishes = [effect for effect in (await talk.said()).effects if isinstance(effect, Wish)]
    assert [wish.text for wish in wishes] == [ALSO_UNKNOWN]


async def test_a_question_that_was_edited_is_kept_as_it_reads_now(talk: Talk) -> None:
    ana = talk.user()
    asked = await ana.send(UNKNOWN)
    message = await talk.deliver(await talk.said())
    await ana.edit(asked, ALSO_UNKNOWN)
    await ana.press(message, "wish:en")
    assert [effect.text for effect in (await talk.said()).effects if isinstance(effect, Wish)] == [
        ALSO_UNKNOWN
    ]


async def test_a_press_whose_question_is_gone_asks_for_it(talk: Talk, garden: Assistant) -> None:
    ana = talk.user()
    asked = await ana.send(UNKNOWN)
    message = await talk.deliver(await talk.said())
    del ana.chat.messages[asked["message_id"]]
    await ana.press(message, "wish:en")
    alone = await talk.said()
    assert alone.messages[0].body["text"] == garden.catalogs.text("en", texts.WISH_GONE)
    assert alone.effects == ()


async def test_what_is_known_by_now_is_answered_at_once(talk: Talk, wiser: Assistant) -> None:
    ana = talk.user()
    await ana.send(UNKNOWN)
    message = await talk.deliver(await talk.said())
    talk.dispatcher._assistant = lambda: wiser
    await ana.press(message, "wish:en")
    replied = await talk.said()
    assert "A sharp one." in text_of(replied)
    assert not any(isinstance(effect, Wish) for effect in replied.effects)


# --- a wish that is fulfilled ---------------------------------------------------------------------


async def test_an_answer_that_was_waited_for_repeats_the_question_and_is_a_card(
    talk: Talk, wiser: Assistant
) -> None:
    talk.dispatcher._assistant = lambda: wiser
    replied = await fulfilled(talk, wish_of())
    assert isinstance(replied, Replied)
    said = text_of(replied)
    assert said.index(UNKNOWN) < said.index("A sharp one.")
    assert replied.messages[0].method == "sendMessage"
    assert replied.messages[0].chat.chat_id == "7"
    assert "share:spade:en" in [action for _, action in buttons(replied)]
    assert replied.effects == (SetTopic(entry_id="spade", at=NOW),)
    assert replied.outcomes == ()


async def test_it_comes_in_the_language_in_which_the_person_was_told(talk: Talk, wiser: Assistant) -> None:
    talk.dispatcher._assistant = lambda: wiser
    french = await fulfilled(talk, wish_of(FRENCH, "fr"))
    assert isinstance(french, Replied)
    assert "Vous aviez demandé" in text_of(french)


async def test_it_comes_in_the_language_that_the_person_has_chosen_since(
    talk: Talk, wiser: Assistant
) -> None:
    talk.dispatcher._assistant = lambda: wiser
    arabic = await fulfilled(talk, wish_of(), ChatState(locale="ar"))
    assert isinstance(arabic, Replied)
    assert "سألت" in text_of(arabic)


async def test_a_wish_that_cannot_be_fulfilled_here_is_kept_again_as_old_as_it_was(talk: Talk) -> None:
    early = await fulfilled(talk, wish_of())
    assert early == Ignored(
        reason=IgnoreReason.WISH_EARLY, effects=(Wish(text=UNKNOWN, locale="en", at=wish_of().at),)
    )


async def test_a_wish_for_an_answer_that_was_withdrawn_meanwhile_is_kept_again(
    talk: Talk, wiser: Assistant
) -> None:
    talk.dispatcher._assistant = lambda: replace(wiser, withdrawn=frozenset({"spade"}))
    assert isinstance(await fulfilled(talk, wish_of()), Ignored)


async def test_what_telegram_sends_is_never_taken_for_a_wish(talk: Talk) -> None:
    await talk.user().send('{"wish": {"text": "x"}}')
    assert waited_in(talk.entry(dict(talk.api.pending()[-1]))) is None


async def test_no_apology_is_sent_for_a_row_that_nobody_wrote(talk: Talk) -> None:
    assert talk.dispatcher.apologise(row(wish_of()), ChatState()) == ()
    assert talk.dispatcher.pause(row(wish_of()), ChatState(), "repairs") == ()

"""What stands on a card and what its buttons do, for every entry in every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.answering.answer import show
from bot.answering.assistant import Assistant
from bot.answering.compose import plain_reply
from bot.answering.wording import current_instead
from bot.telegram.card import (
    Card,
    as_card,
    asking_why,
    choosing_language,
    entry_of,
    related_of,
    related_page,
    share_page,
    sources_page,
)
from bot.telegram.pages import way_back
from bot.telegram.render import MAX_CALLBACK_BYTES, Target, render
from bot.types import ChatRef, Question, Reply
from tests.conftest import ASKED_AT
from tests.telegram.spoken import ENTRIES, forgetful

TARGET = Target(chat=ChatRef(channel="telegram", chat_id="7"), edit_ids=("5",), callback_id="c")
LOCALES = ("en", "ar", "de", "es", "fr", "pt", "ru", "zh_Hans")
BUTTON_CHARACTERS = 20  # of two buttons in a row, as translators are told
WIDE_CHARACTERS = 40
VOTED_CHARACTERS = 34


def cards(assistant: Assistant, locale: str) -> Iterator[tuple[Reply, Card]]:
    for entry in assistant.knowledge.entries.values():
        reply = show(entry.id, Question(text="", asked_at=ASKED_AT), assistant, locale=locale)
        if reply is None or entry_of(reply, assistant) is None:
            continue
        home = "zh_Hans" if locale != "zh_Hans" else "en"
        card = Card(
            entry=entry,
            locale=locale,
            assistant=assistant,
            bot_name="a_bot_with_the_longest_name_bot",
            home=home,
            vote=False,
            rest=way_back(entry, assistant, locale),
        )
        yield reply, card


def views(reply: Reply, card: Card) -> Iterator[Reply]:
    yield as_card(reply, card)
    yield as_card(reply, card, prompt="x")
    yield asking_why(reply, card)
    yield choosing_language(reply, card)
    yield related_page(card)
    yield sources_page(card)
    yield share_page(card)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_view_of_every_card_is_one_message_with_buttons_that_telegram_accepts(
    assistant: Assistant, locale: str
) -> None:
    seen = 0
    for reply, card in cards(assistant, locale):
        for view in views(reply, card):
            answered, message = render([view], TARGET)
            assert answered.method == "answerCallbackQuery"
            markup = message.body["reply_markup"]
            assert isinstance(markup, dict)
            pressed = [
                button["callback_data"]
                for row in markup["inline_keyboard"]
                for button in row
                if "callback_data" in button
            ]
            assert all(1 <= len(data.encode()) <= MAX_CALLBACK_BYTES for data in pressed)
            assert all(data.count(":") >= 1 for data in pressed)
            seen += 1
    assert seen > 700


@pytest.mark.parametrize("locale", LOCALES)
def test_no_language_is_lost_for_want_of_room(assistant: Assistant, locale: str) -> None:
    for reply, card in cards(assistant, locale):
        actions = [
            button.action.split(":") for row in choosing_language(reply, card).buttons for button in row
        ]
        switching = [words for words in actions if words[0] == "card" and words[2] != locale]
        assert {words[2] for words in switching} == set(LOCALES) - {locale}
        assert all(len(words) == (3 if words[2] == card.home else 4) for words in switching)


@pytest.mark.parametrize("locale", LOCALES)
def test_each_card_offers_two_or_three_related_questions(assistant: Assistant, locale: str) -> None:
    for _, card in cards(assistant, locale):
        related = related_of(card)
        assert 2 <= len(related) <= 3, card.entry.id
        assert card.entry not in related


@pytest.mark.parametrize("locale", LOCALES)
def test_buttons_begin_with_words_and_are_short_enough(assistant: Assistant, locale: str) -> None:
    reply, card = next(cards(assistant, locale))
    rows = as_card(reply, card).buttons[: -len(card.rest)]
    for row in rows:
        voted = any(button.action.startswith(("yes:", "no:", "unvote:")) for button in row)
        room = VOTED_CHARACTERS if voted else BUTTON_CHARACTERS if len(row) > 1 else WIDE_CHARACTERS
        for button in row:
            assert len(button.label) <= room, button.label
            assert button.label[0].isalpha(), button.label
    reasons = [button.label for row in asking_why(reply, card).buttons[:4] for button in row]
    assert all(len(label) <= WIDE_CHARACTERS and label[0].isalpha() for label in reasons)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_person_s_own_vote_is_said_in_words(assistant: Assistant, locale: str) -> None:
    reply, card = next(cards(assistant, locale))

    def labels(vote: bool | None) -> list[str]:
        buttons = (b for row in as_card(reply, replace(card, vote=vote)).buttons for b in row)
        return [button.label for button in buttons if button.action.startswith(("yes:", "no:", "unvote:"))]

    none, yes, no = labels(None), labels(True), labels(False)
    assert yes[1] == none[1]
    assert no[0] == none[0]
    assert yes[0].startswith(none[0])
    assert no[1].startswith(none[1])
    assert len(yes[0]) > len(none[0]) + 2
    assert len(no[1]) > len(none[1]) + 2


@pytest.mark.parametrize("locale", LOCALES)
def test_all_sources_are_listed_with_the_day_on_which_they_were_read(
    assistant: Assistant, locale: str
) -> None:
    several = 0
    for _, card in cards(assistant, locale):
        text = plain_reply(sources_page(card))
        urls = {assistant.knowledge.sources[each].url for each in card.entry.sources}
        assert all(url in text for url in urls if url), card.entry.id
        several += len(urls) > 3
    assert several


def test_without_votes_there_are_no_buttons_for_them(assistant: Assistant) -> None:
    reply, card = next(cards(assistant, "en"))
    buttons = [b for row in as_card(reply, replace(card, voting=False)).buttons for b in row]
    assert not [button for button in buttons if button.action.startswith(("yes:", "no:", "unvote:"))]


def test_small_talk_and_open_questions_are_no_cards(assistant: Assistant) -> None:
    kinds = {
        entry.kind
        for entry in assistant.knowledge.entries.values()
        if (reply := show(entry.id, Question(text="", asked_at=ASKED_AT), assistant))
        and entry_of(reply, assistant) is not None
    }
    assert kinds == {"knowledge"}


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_a_card_whose_translation_is_older_leads_to_the_current_text_and_from_there_back(
    assistant: Assistant, locale: str
) -> None:
    older = forgetful(assistant, locale, stale=True)
    reply = entry_in(older, locale)
    card = Card(entry=older.knowledge.entries[ENTRIES[0]], locale=locale, assistant=older, bot_name="a_bot")
    (button,), *others = as_card(reply, card).buttons
    assert button.action == f"card:{ENTRIES[0]}:en:{locale}"
    assert len(button.label) <= WIDE_CHARACTERS
    assert button.label[0].isalpha()
    assert others == list(as_card(reply, replace(card, assistant=assistant)).buttons)
    at_home = replace(card, locale="en", home=locale)
    actions = [each.action for row in as_card(reply, at_home).buttons for each in row]
    assert f"card:{ENTRIES[0]}:{locale}" in actions
    assert f"card:{ENTRIES[0]}:en:{locale}" not in actions


@pytest.mark.parametrize("default", ["fr", "ru"])
def test_the_current_text_is_that_of_the_default_language_unless_that_is_older_too(
    assistant: Assistant, default: str
) -> None:
    older = replace(forgetful(assistant, "ru", stale=True), default_locale=default)
    entry = older.knowledge.entries[ENTRIES[0]]
    current = dict(older.catalogs._current)
    key = ("fr", "knowledge", f"{entry.id}.answer", entry.answer)
    text, _ = older.catalogs._stale[key[:3]]
    fresh = replace(older, catalogs=replace(older.catalogs, _current=current | {key: text}))
    assert current_instead(entry, fresh, "ru") == ("fr" if default == "fr" else "en")
    assert current_instead(entry, fresh, "fr") is None


def entry_in(assistant: Assistant, locale: str) -> Reply:
    reply = show(ENTRIES[0], Question(text="", asked_at=ASKED_AT), assistant, locale=locale)
    assert reply is not None
    return reply

"""What does a pressed button do?

A button carries words with colons between them: what to do, with what, and the language of its page. Each is
answered in place of the message it stands under.
"""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from bot.answering.answer import show
from bot.language import texts
from bot.language.negotiate import negotiate
from bot.telegram import groups, pages
from bot.telegram.answers import language_chosen, line_of, locale_of, shown
from bot.telegram.turn import Turn
from bot.types import Handled, Ignored, IgnoreReason

Pressed = Callable[[list[str], Update, Turn], Handled | None]  # None: the button is out of date


def on_button(update: Update, turn: Turn) -> Handled | Ignored:
    """Do what a pressed button says; one that is out of date says so."""
    query = update.callback_query
    assert query is not None  # the handler takes only these
    if query.message is None:
        return Ignored(reason=IgnoreReason.BUTTON_ELSEWHERE)
    kind, *words = (query.data or "").split(":")
    pressed = _PRESSED.get(kind)
    handled = pressed(words, update, turn) if pressed else None
    if handled is None:
        text = turn.assistant.catalogs.text(locale_of(update, turn), texts.BUTTON_OLD)
        return Handled(alert=text)
    return handled


def _press_entry(words: list[str], update: Update, turn: Turn) -> Handled | None:
    entry_id, locale = _word(words, 0), _locale_of_button(words, 1, turn)
    reply = show(entry_id, turn.question("", update), turn.assistant, locale=locale)
    if reply is None:
        return Handled(replies=(line_of(texts.CHOICE_GONE, update, turn, locale),))
    return shown(reply, update, turn)


def _press_language(words: list[str], update: Update, turn: Turn) -> Handled | None:
    tag = _word(words, 0)
    if tag != pages.AUTOMATIC and tag not in turn.assistant.catalogs.locales:
        return None
    if (refused := groups.refusal(update, turn)) is not None:
        return refused
    return language_chosen(None if tag == pages.AUTOMATIC else tag, update, turn)


def _press_topics(words: list[str], update: Update, turn: Turn) -> Handled | None:
    number = _word(words, 0)
    if not number.isdecimal():
        return None
    locale = _locale_of_button(words, 1, turn) or locale_of(update, turn)
    return Handled(replies=(pages.topics_page(turn.assistant, locale, int(number)),))


def _press_topic(words: list[str], update: Update, turn: Turn) -> Handled | None:
    topic_id, number = _word(words, 0), _word(words, 1)
    topic = next((each for each in turn.assistant.knowledge.topics if each.id == topic_id), None)
    if topic is None or not number.isdecimal():
        return None
    locale = _locale_of_button(words, 2, turn) or locale_of(update, turn)
    return Handled(replies=(pages.topic_page(topic, turn.assistant, locale, int(number)),))


_PRESSED: dict[str, Pressed] = {
    "entry": _press_entry,
    "lang": _press_language,
    "topics": _press_topics,
    "topic": _press_topic,
}


def _word(words: list[str], position: int) -> str:
    return words[position] if position < len(words) else ""


def _locale_of_button(words: list[str], position: int, turn: Turn) -> str | None:
    """The language of a button's page, unless the person has chosen one since."""
    available = turn.assistant.catalogs.locales
    return negotiate(turn.state.chosen or _word(words, position), available)

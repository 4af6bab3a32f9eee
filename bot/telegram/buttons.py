"""What does a pressed button do?

A button carries words with colons between them: what to do, with what, and the language of its page. Each is
answered in place of the message it stands under, except for the welcome, which stays. In a group anybody may press:
everybody reads the answer, so whoever knows what was meant may help, and the message with the choices becomes the one
answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from telegram import InlineKeyboardButton, Message, Update

from bot.answering.answer import show
from bot.language import texts
from bot.language.negotiate import negotiate
from bot.telegram import groups, pages
from bot.telegram.answers import (
    card_of,
    choices_of,
    language_chosen,
    line_of,
    locale_of,
    shown,
    topic_of,
)
from bot.telegram.card import (
    REASONS,
    SHARE,
    Card,
    as_card,
    choosing_language,
    related_page,
    share_page,
    sources_page,
    unrecorded,
)
from bot.telegram.feedback import said_why, took_back, voted_helpful, voted_not_helpful
from bot.telegram.turn import Turn
from bot.telegram.wishes import wished
from bot.types import Button, Handled, Reply

_DOUBLE_TAP = timedelta(seconds=5)  # two presses of the same button within it are one

Pressed = Callable[[list[str], Update, Turn], Handled | None]  # None: the button is out of date


def on_button(update: Update, turn: Turn) -> Handled:
    """Do what a pressed button says; one that is out of date shows today's answer, or says so."""
    query = update.callback_query
    assert query is not None  # the handler takes only these
    if query.message is None:  # sent from another chat, where this bot can edit nothing
        return Handled(alert=turn.assistant.catalogs.text(locale_of(update, turn), texts.BUTTON_OLD))
    kind, *words = (query.data or "").split(":")
    pressed = _PRESSED.get(kind)
    handled = pressed(words, update, turn) if pressed else None
    return handled or _out_of_date(words, update, turn)


def _out_of_date(words: list[str], update: Update, turn: Turn) -> Handled:
    say, available = turn.assistant.catalogs.text, turn.assistant.catalogs.locales
    locale = next((word for word in words if word in available), None) or locale_of(update, turn)
    for word in words:
        found = _opened(word, locale, update, turn)
        if found is not None:
            handled = shown(found, update, turn)
            return replace(handled, alert=say(locale, texts.CARD_RENEWED))
    return Handled(alert=say(locale_of(update, turn), texts.BUTTON_OLD))


def _press_entry(words: list[str], update: Update, turn: Turn) -> Handled | None:
    entry_id, locale = _word(words, 0), _locale_of_button(words, 1, turn)
    reply = _opened(entry_id, locale, update, turn)
    if reply is None:
        return Handled(replies=(line_of(texts.CHOICE_GONE, update, turn, locale),))
    return shown(reply, update, turn)


def _press_example(words: list[str], update: Update, turn: Turn) -> Handled | None:
    """Answer an example of the welcome below it; the second press of a double tap answers nothing more."""
    return Handled() if _opened_at(words, turn) is not None else _below(words, update, turn)


def _press_answered(words: list[str], update: Update, turn: Turn) -> Handled | None:
    """Open one of several answers below the message that holds them, which may have been the last word about it."""
    query, at = update.callback_query, _opened_at(words, turn)
    twice = at is not None and query is not None and query.message is not None and query.message.date < at
    return Handled() if twice else _below(words, update, turn)


def _below(words: list[str], update: Update, turn: Turn) -> Handled | None:
    handled = _press_entry(words, update, turn)
    return replace(handled, anew=True) if handled else None


def _opened_at(words: list[str], turn: Turn) -> datetime | None:
    """Say when the entry became what is talked of, if it did a moment ago."""
    found, at = turn.assistant.knowledge.resolve(_word(words, 0)), turn.state.topic_at
    if found is None or at is None or turn.state.topic != found.id:
        return None
    return at if abs(turn.entry.received_at - at) < _DOUBLE_TAP else None


def _opened(entry_id: str, locale: str | None, update: Update, turn: Turn) -> Reply | None:
    """Show an entry as it is today; says so when it had another id. One that is out of service is not shown."""
    reply = show(entry_id, turn.question("", update), turn.assistant, locale=locale)
    if reply is None or reply.parts[-1].entry_id in (entry_id, None):
        return reply
    moved = turn.assistant.catalogs.text(reply.locale, texts.CARD_MOVED)
    return replace(reply, notices=(moved, *reply.notices))


# --- under a card ---------------------------------------------------------------------------------

OnCard = Callable[[Reply, Card, Update, Turn], Handled]


def _on_card(act: OnCard, *, votes: bool = False) -> Pressed:
    """Do something with the card that a button stands under, in the language it is in."""

    def pressed(words: list[str], update: Update, turn: Turn) -> Handled | None:
        available = turn.assistant.catalogs.locales
        locale, home = (negotiate(_word(words, position), available) for position in (1, 2))
        reply = _opened(_word(words, 0), locale, update, turn)
        if reply is None:
            return Handled(replies=(line_of(texts.CHOICE_GONE, update, turn, locale),))
        card = card_of(reply, update, turn, home=home, rest=_rest(update))
        if card is None or (votes and not card.voting):
            return None
        return act(unrecorded(reply), card, update, turn)

    return pressed


def _press_card(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    question = turn.question("", update)
    return Handled(replies=(as_card(reply, card),), effects=topic_of(reply, question))


def _press_languages(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    return Handled(replies=(choosing_language(reply, card),))


def _press_related(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    listed = related_page(card)
    return Handled(replies=(listed,), effects=choices_of(listed, turn.question("", update), turn))


def _press_sources(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    return Handled(replies=(sources_page(card),))


def _press_share(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    return Handled(replies=(share_page(card),))


def _rest(update: Update) -> pages.Rows:
    """Take over the rows that lead from a card to its topic, as they stand under the pressed message."""
    message = update.callback_query.message if update.callback_query else None
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    kept = [row for row in rows if row and all(_leads_back(button) for button in row)]
    return tuple(
        tuple(Button(label=button.text, action=str(button.callback_data)) for button in row) for row in kept
    )


def _leads_back(button: InlineKeyboardButton) -> bool:
    return str(button.callback_data or "").startswith(("topic:", "topics:"))


# --- languages and topics -------------------------------------------------------------------------


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
    pages.EXAMPLE: _press_example,
    pages.ANSWERED: _press_answered,
    "card": _on_card(_press_card),
    "src": _on_card(_press_sources),
    "rel": _on_card(_press_related),
    "langs": _on_card(_press_languages),
    SHARE: _on_card(_press_share),
    "yes": _on_card(voted_helpful, votes=True),
    "no": _on_card(voted_not_helpful, votes=True),
    "unvote": _on_card(took_back, votes=True),
    **{reason: _on_card(partial(said_why, reason=reason), votes=True) for reason in REASONS},
    "wish": wished,
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

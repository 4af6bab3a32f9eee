"""How is a question from Telegram answered, and what follows from the answer?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from telegram import Update

from bot.answering.answer import explain, show
from bot.answering.compose import compose
from bot.answering.reply_language import preferred_locale
from bot.effects import Effect, SetChoices, SetLocale, SetTopic
from bot.language import texts
from bot.language.catalogs import Catalogs
from bot.language.normalize import normalize
from bot.language.word_texts import ORDINAL_WORDS
from bot.telegram import groups, pages
from bot.telegram.card import SHARE, Card, as_card, entry_of
from bot.telegram.feedback import is_private
from bot.telegram.turn import Turn
from bot.types import Abstain, AbstainReason, Explanation, Handled, Question, Reply

_AROUND_NUMBERS = dict.fromkeys(
    map(ord, ".,:()[]#№（）［］。．，、：第个条项号\ufe0f\u20e3\u200e\u200f")
)  # "2.", "#2", "（二）", "第二个", 2️⃣

_OPENING = ("entry", pages.EXAMPLE, pages.ANSWERED)  # what the buttons do that open an entry


def answer_in_turn(text: str, update: Update, turn: Turn) -> Handled:
    """Answer a question, or open the choice that it numbers."""
    question = turn.question(text, update)
    about = _card_replied_to(update, turn)
    if about is not None:  # whatever else was talked of since
        question = replace(question, previous_entry=about)
    chosen = _typed_choice(text, _open_choices(update, question, turn), turn.assistant.catalogs)
    if chosen is not None:
        locale = turn.state.chosen or turn.state.choices_locale
        reply = show(chosen, question, turn.assistant, locale=locale)
        if reply is not None:
            return shown(reply, update, turn)
    elif _number(_bare(text)) is not None:  # of no choice that is open; nothing else can be meant by it
        question = replace(question, text="")
    explanation = explain(question, turn.assistant)
    reply = compose(explanation, question, turn.assistant)
    effects = (*topic_of(reply, question), *choices_of(reply, question, turn))
    reply = replace(reply, buttons=(*reply.buttons, *pages.answered_rows(reply, turn.assistant)))
    wishable = is_private(update) and bool(unanswered(explanation))
    if any(part.decision == "abstain" for part in reply.parts):
        rows: pages.Rows = (pages.topics_row(turn.assistant, reply.locale),)
        if wishable:
            rows = (pages.wish_row(turn.assistant, reply.locale), *rows)
        reply = replace(reply, buttons=(*reply.buttons, *rows))
    return Handled(
        replies=(carded(reply, update, turn),),
        effects=effects,
        explanation=explanation,
        quote=wishable,  # whoever presses the button is asked nothing twice: the question hangs on the message
    )


def unanswered(explanation: Explanation) -> tuple[str, ...]:
    """List the questions of a message that nothing answers, for whoever wants to be told once something does."""
    return tuple(
        part.text.original
        for part in explanation.parts
        if isinstance(part.decision, Abstain) and part.decision.reason is not AbstainReason.EMPTY
    )


def _open_choices(update: Update, question: Question, turn: Turn) -> tuple[str, ...]:
    """List the entries that a number may mean: those under the message replied to, else those offered last."""
    actions = _actions_replied_to(update, turn)
    if offered := tuple(words[1] for words in actions if words[0] in _OPENING):
        return offered
    return turn.state.choices if turn.recent(turn.state.choices_at, question.asked_at) else ()


def _card_replied_to(update: Update, turn: Turn) -> str | None:
    """Name the entry of the answer that a message replies to."""
    actions = _actions_replied_to(update, turn)
    return next(
        (words[1] for words in actions if words[0] == SHARE), None
    )  # every card has it, and nothing else


def _actions_replied_to(update: Update, turn: Turn) -> list[list[str]]:
    """List what the buttons under our message do that a message replies to, each with what it does it to."""
    message = update.message or update.edited_message
    replied = message.reply_to_message if message else None
    if not (replied and replied.from_user and replied.from_user.id == turn.bot_id and replied.reply_markup):
        return []
    buttons = [button for row in replied.reply_markup.inline_keyboard for button in row]
    actions = [str(button.callback_data or "").split(":") for button in buttons]
    return [words for words in actions if len(words) > 1]


def _typed_choice(text: str, choices: tuple[str, ...], catalogs: Catalogs) -> str | None:
    """Read a number in any digits or words, or a sign that stands for one, as one of the choices that are open."""
    number = _number(_bare(text))
    if number is None and choices:
        number = _ordinal(text, catalogs)
    return choices[number - 1] if number is not None and 1 <= number <= len(choices) else None


def _ordinal(text: str, catalogs: Catalogs) -> int | None:
    """Read "the second one" in any language."""
    said = normalize(text).folded
    found = (_ordinals(catalogs.text(locale, ORDINAL_WORDS)).get(said) for locale in catalogs.locales)
    return next((number for number in found if number is not None), None)


@lru_cache(maxsize=100)
def _ordinals(listed: str) -> dict[str, int]:
    return {
        normalize(word).folded: number
        for number, place in enumerate(re.split("[;；؛]", listed), start=1)
        for word in re.split("[,，、،]", place)
    }


def _bare(text: str) -> str:
    return text.translate(_AROUND_NUMBERS).strip()


def _number(typed: str) -> int | None:
    if len(typed) == 1:  # also 二 and ②
        value = unicodedata.numeric(typed, None)
        return int(value) if value is not None and value == int(value) else None
    digits = [unicodedata.decimal(character, None) for character in typed]
    if len(digits) != 2 or None in digits:
        return None
    return int("".join(str(digit) for digit in digits))


def shown(reply: Reply, update: Update, turn: Turn) -> Handled:
    """Show an entry that was chosen, with the way back to its topic."""
    question = turn.question("", update)
    entry = turn.assistant.knowledge.resolve(reply.parts[-1].entry_id or "")
    rows = (
        pages.way_back(entry, turn.assistant, reply.locale)
        if entry
        else (pages.topics_row(turn.assistant, reply.locale),)
    )
    return Handled(replies=(carded(reply, update, turn, rest=rows),), effects=topic_of(reply, question))


def carded(reply: Reply, update: Update, turn: Turn, *, rest: pages.Rows = ()) -> Reply:
    """Make an answer of the knowledge a card; anything else only gets the rows below."""
    card = card_of(reply, update, turn, rest=rest)
    return replace(reply, buttons=(*reply.buttons, *rest)) if card is None else as_card(reply, card)


def card_of(
    reply: Reply, update: Update, turn: Turn, *, home: str | None = None, rest: pages.Rows = ()
) -> Card | None:
    """Describe the card that a reply becomes for whoever an update came from; None when it becomes none."""
    return card_in(reply, turn, private=is_private(update), home=home, rest=rest)


def card_in(
    reply: Reply, turn: Turn, *, private: bool, home: str | None = None, rest: pages.Rows = ()
) -> Card | None:
    """Describe the card that a reply becomes in a chat; only where it has one reader it shows their vote."""
    entry = entry_of(reply, turn.assistant)
    if entry is None:
        return None
    return Card(
        entry=entry,
        locale=reply.locale,
        assistant=turn.assistant,
        bot_name=turn.bot_name,
        home=home if home != reply.locale else None,
        voting=turn.retention_days
        > 0,  # a vote that counts once needs a name for the person, as long as it counts
        vote=turn.vote_on(entry.id, *entry.aliases) if private else None,
        rest=rest,
    )


def topic_of(reply: Reply, question: Question) -> tuple[Effect, ...]:
    """Remember what was answered, so that a follow-up can refer to it."""
    answered = [
        part.entry_id
        for part in reply.parts
        if part.decision == "answer" and part.entry_id and part.kind != "conversation"
    ]
    return (SetTopic(entry_id=answered[-1], at=question.asked_at),) if answered else ()


def choices_of(reply: Reply, question: Question, turn: Turn) -> tuple[Effect, ...]:
    """Remember what may be chosen by number, or that nothing may."""
    offered = tuple(choice.entry_id for part in reply.parts for choice in part.choices)
    if not offered and not turn.state.choices:
        return ()
    return (SetChoices(entry_ids=offered, at=question.asked_at, locale=reply.locale),)


def language_chosen(chosen: str | None, update: Update, turn: Turn) -> Handled:
    """Follow a choice of language, and say so in it; None follows the question again."""
    if groups.in_group(update):
        return groups.language_chosen(chosen, update, turn)
    question = replace(turn.question("", update), chosen=chosen)
    locale = preferred_locale(question, turn.assistant).locale
    said = texts.LANGUAGE_AUTOMATIC_CHOSEN if chosen is None else texts.LANGUAGE_CHOSEN
    reply = pages.language_page(turn.assistant, locale, said)
    return Handled(replies=(reply,), effects=(SetLocale(locale=chosen),))


def locale_of(update: Update, turn: Turn) -> str:
    """The language of pages for whoever an update came from."""
    return preferred_locale(turn.question("", update), turn.assistant).locale


def line_of(text: texts.Text, update: Update, turn: Turn, locale: str | None = None) -> Reply:
    """Say one fixed sentence, and offer the topics."""
    locale = locale or locale_of(update, turn)
    return pages.line(text, turn.assistant, locale, (pages.topics_row(turn.assistant, locale),))

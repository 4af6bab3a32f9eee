"""How does an answer look, and what opens when one of its buttons is pressed?

An answer of the knowledge is a card: its text, its sources in a quote below, and buttons that begin with words. Whatever
a button opens stands in the place of the card, with a way back. Only a single answer is a card: under two answers in
one message a vote would not say which of them it means, and two messages would be one too many in a group.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from bot.answering.assistant import Assistant
from bot.answering.cite import citations_of
from bot.answering.compose import choice_of, question_of
from bot.answering.wording import current_instead
from bot.effects import VoteReason
from bot.knowledge.entries import Entry
from bot.language import texts
from bot.language.formats import format_date, isolate, own_name
from bot.language.texts import Text
from bot.telegram.links import link_to, sharing
from bot.telegram.pages import Rows, page
from bot.telegram.render import MAX_CALLBACK_BYTES
from bot.types import Button, Citation, Part, Reply, Span

SHARE = "share"  # the kind of a button that every card has, and no other message
RELATED_SHOWN = 3
_RELATED_WANTED = 2  # below it, others of the topic are added
REASONS: dict[VoteReason, Text] = {  # what a button does -> what it says
    "wrong": texts.VOTE_WRONG,
    "outdated": texts.VOTE_OUTDATED,
    "off-topic": texts.VOTE_OFF_TOPIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An answer as it stands in a chat."""

    entry: Entry
    locale: str
    assistant: Assistant
    bot_name: str
    home: str | None = None  # the language to go back to, when it is shown in another one
    voting: bool = True  # whether votes are taken
    vote: bool | None = None  # what the only reader said: whether it helped
    rest: Rows = ()  # rows below, such as the way back to a topic

    def say(self, text: Text, **values: object) -> str:
        """Write a sentence of the interface in the card's language."""
        return self.assistant.catalogs.text(self.locale, text, **values)

    @property
    def question(self) -> str:
        """The question that the card answers."""
        return question_of(self.entry, self.assistant, self.locale)


def entry_of(reply: Reply, assistant: Assistant) -> Entry | None:
    """Name the entry of which a reply is the card; None when it is none."""
    if len(reply.parts) != 1:
        return None
    (part,) = reply.parts
    if not part.whole or part.kind != "knowledge" or part.entry_id is None:
        return None
    return assistant.knowledge.resolve(part.entry_id)


def as_card(reply: Reply, card: Card, *, prompt: str | None = None) -> Reply:
    """Put the buttons of a card under an answer."""
    return replace(reply, buttons=(*_card_rows(card), *card.rest), prompt=prompt)


def asking_why(reply: Reply, card: Card) -> Reply:
    """Ask under an answer why it did not help."""
    reasons = tuple((_button(text, kind, card),) for kind, text in REASONS.items())
    rows = (*reasons, _back(card), *card.rest)
    return replace(reply, buttons=rows, prompt=card.say(texts.VOTE_WHY))


def choosing_language(reply: Reply, card: Card) -> Reply:
    """Offer an answer in the other languages, by their own names."""
    home = card.home or card.locale
    buttons = [
        Button(
            label=own_name(each), action=_action("card", replace(card, locale=each, home=_not(home, each)))
        )
        for each in card.assistant.catalogs.locales
        if each != card.locale
    ]
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return replace(reply, buttons=(*pairs, _back(card), *card.rest))


def related_page(card: Card) -> Reply:
    """List questions that are close to the one that was answered."""
    head = card.say(texts.CARD_RELATED_TO, question=isolate(card.question, card.locale))
    listed = page(head, card.locale, (_back(card), *card.rest))
    choices = tuple(choice_of(entry, card.assistant, card.locale) for entry in related_of(card))
    return replace(listed, parts=(replace(listed.parts[0], choices=choices),))


def sources_page(card: Card) -> Reply:
    """List all sources of an answer, with the days on which they were published and read."""
    head = card.say(texts.CARD_SOURCES_OF, question=isolate(card.question, card.locale))
    cited = citations_of(card.entry, card.assistant, card.locale, most=None)
    opening = tuple((Button(label=each.title, url=each.url),) for each in cited if each.url)
    listed = page(head, card.locale, (*opening, _back(card), *card.rest))
    dated = tuple(_with_day_of_reading(each, card) for each in cited)
    return replace(listed, parts=(replace(listed.parts[0], citations=dated),))


def share_page(card: Card) -> Reply:
    """Offer the link of an answer: to send, to copy, and to read."""
    link = link_to(card.entry.id, card.bot_name)
    sending = Button(label=card.say(texts.CARD_SEND), url=sharing(link, card.question))
    copying = Button(label=card.say(texts.CARD_COPY), copies=link)
    text = f"{card.question}\n\n{card.say(texts.CARD_LINK)}\n{link}"
    return page(text, card.locale, ((sending, copying), _back(card), *card.rest))


def related_of(card: Card) -> tuple[Entry, ...]:
    """Choose what to offer beside an answer: what staff named, else the next ones of the same topic."""
    knowledge, entry = card.assistant.knowledge, card.entry
    withdrawn = card.assistant.withdrawn
    named = _knowledge((knowledge.resolve(each) for each in entry.related), withdrawn)
    found = list(dict.fromkeys(other.id for other in named if other.id != entry.id))
    if len(found) < _RELATED_WANTED:
        topic = next((each for each in knowledge.topics if each.id == entry.topic), None)
        listed = topic.entries if topic and entry.id in topic.entries else ()
        start = listed.index(entry.id) + 1 if listed else 0
        others = (knowledge.entries.get(each) for each in (*listed[start:], *listed[:start]))
        around = _knowledge(others, withdrawn)
        found += [each.id for each in around if each.id not in (*found, entry.id)]
    return tuple(knowledge.entries[each] for each in found[:RELATED_SHOWN])


def unrecorded(reply: Reply) -> Reply:
    """Take the records of decisions out of a reply that shows once more what was asked before."""
    parts: tuple[Part, ...] = tuple(replace(part, outcome=None) for part in reply.parts)
    return replace(reply, parts=parts)


# --- buttons --------------------------------------------------------------------------------------


def _card_rows(card: Card) -> Rows:
    first = (*_source(card), *((_button(texts.CARD_RELATED, "rel", card),) if related_of(card) else ()))
    second = [_button(texts.CARD_SHARE, SHARE, card)]
    if len(card.assistant.catalogs.locales) > 1:
        second.insert(0, _button(texts.CARD_LANGUAGES, "langs", card))
    rows = [*_current(card), first, tuple(second), *_way_home(card)]
    if card.voting:
        yes = (texts.CARD_HELPFUL_YOURS, "unvote") if card.vote is True else (texts.CARD_HELPFUL, "yes")
        no = (
            (texts.CARD_NOT_HELPFUL_YOURS, "unvote") if card.vote is False else (texts.CARD_NOT_HELPFUL, "no")
        )
        rows.append((_button(*yes, card), _button(*no, card)))
    return tuple(row for row in rows if row)


def _source(card: Card) -> tuple[Button, ...]:
    cited = tuple(dict.fromkeys(card.entry.sources))
    if not cited:
        return ()
    label = card.say(texts.CARD_SOURCE, count=len(cited))
    url = card.assistant.knowledge.sources[cited[0]].url
    if len(cited) == 1 and url:
        return (Button(label=label, url=url),)
    return (Button(label=label, action=_action("src", card)),)


def _current(card: Card) -> Rows:
    """Offer the text as it is today in another language when the translation is older."""
    locale = current_instead(card.entry, card.assistant, card.locale)
    if locale is None:
        return ()
    there = replace(card, locale=locale, home=_not(card.home or card.locale, locale))
    label = card.say(texts.CARD_CURRENT, language=own_name(locale))
    return ((Button(label=label, action=_action("card", there)),),)


def _way_home(card: Card) -> Rows:
    if card.home is None:
        return ()
    home = replace(card, locale=card.home, home=None)
    label = home.say(texts.CARD_LANGUAGE_BACK, language=own_name(card.home))
    return ((Button(label=label, action=_action("card", home)),),)


def _back(card: Card) -> tuple[Button, ...]:
    return (_button(texts.CARD_BACK, "card", card),)


def _button(text: Text, kind: str, card: Card) -> Button:
    return Button(label=card.say(text), action=_action(kind, card))


def _action(kind: str, card: Card) -> str:
    """Write what a button does: with the card's language and the one to go back to, as far as there is room."""
    words = [kind, card.entry.id, card.locale, *([card.home] if card.home else [])]
    while len(":".join(words).encode()) > MAX_CALLBACK_BYTES:
        words.pop()
    return ":".join(words)


def _not(home: str, locale: str) -> str | None:
    return None if home == locale else home


def _knowledge(entries: Iterable[Entry | None], withdrawn: Collection[str]) -> list[Entry]:
    known = [entry for entry in entries if entry is not None and entry.kind == "knowledge"]
    return [entry for entry in known if entry.id not in withdrawn]


def _with_day_of_reading(citation: Citation, card: Card) -> Citation:
    if citation.published is None:  # then the line says when it was read
        return citation
    day = format_date(citation.checked_on, card.locale)
    read = Span(text=f" · {card.say(texts.SOURCE_READ, date=day)}")
    return replace(citation, line=(*citation.line, read))

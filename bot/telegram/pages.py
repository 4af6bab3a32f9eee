"""Which pages does the bot have besides answers? Each one a Reply, written in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.answering.assistant import Assistant
from bot.answering.compose import question_of, starters
from bot.knowledge.entries import Entry, Topic
from bot.language import texts
from bot.language.formats import format_date, format_list, own_name
from bot.language.texts import Text
from bot.storage.store import WISHES_KEPT_DAYS
from bot.telegram.render import action
from bot.types import Button, Part, Reply

PAGE_SIZE = 8  # buttons on one page of the topic browser
EXAMPLES = 4  # questions under /start
EXAMPLE = "example"  # what their buttons do
ANSWERED = "open"  # what the buttons under several answers do
AUTOMATIC = "auto"  # in place of a locale: follow the question

_NAMING = (texts.LANGUAGE_CHOSEN, texts.GROUP_LANGUAGE_CHOSEN)

T = TypeVar("T")
Rows = tuple[tuple[Button, ...], ...]


def page(text: str, locale: str, buttons: Rows = ()) -> Reply:
    """Make a reply of plain text and buttons."""
    part = Part(decision="answer", kind=None, entry_id=None, facts=(), probability=None, text=text)
    return Reply(locale=locale, parts=(part,), buttons=buttons)


def line(text: Text, assistant: Assistant, locale: str, buttons: Rows = ()) -> Reply:
    """Make a page of one fixed sentence."""
    return page(assistant.catalogs.text(locale, text), locale, buttons)


def start_page(assistant: Assistant, locale: str, first: Text | None = None) -> Reply:
    """Say hello, after something else if need be, and offer example questions."""
    say = assistant.catalogs.text
    hello = say(locale, texts.START, entries=_count_entries(assistant))
    rows = tuple((_example(entry, assistant, locale),) for entry in starters(assistant, EXAMPLES))
    said = (*((say(locale, first),) if first else ()), hello, say(locale, texts.START_EXAMPLES))
    return page("\n\n".join(said), locale, rows)


def help_page(assistant: Assistant, locale: str) -> Reply:
    """Say how to ask."""
    return line(texts.HELP, assistant, locale, (topics_row(assistant, locale),))


def about_page(assistant: Assistant, locale: str) -> Reply:
    """Say what the bot knows, from where, and who runs it."""
    say, operator = assistant.catalogs.text, assistant.operator
    sources = assistant.knowledge.sources.values()
    collected = max((source.checked_on for source in sources), default=None)
    paragraphs = [
        say(
            locale,
            texts.ABOUT,
            entries=_count_entries(assistant),
            sources=len(sources),
            checked_on=format_date(collected, locale) if collected else "–",
        ),
        say(locale, texts.ABOUT_REVISION, revision=assistant.revision),
    ]
    lines = [say(locale, texts.ABOUT_OFFICIAL if operator.official else texts.ABOUT_UNOFFICIAL)]
    if operator.name:
        lines.append(say(locale, texts.ABOUT_OPERATOR, operator=operator.name))
    else:
        lines.append(say(locale, texts.ABOUT_NO_OPERATOR))
    if operator.contact:
        lines.append(say(locale, texts.ABOUT_CONTACT, contact=operator.contact))
    return page("\n\n".join((*paragraphs, "\n".join(lines))), locale)


def privacy_page(assistant: Assistant, locale: str, *, retention_days: int) -> Reply:
    """Say what is stored."""
    say = assistant.catalogs.text
    lines = [say(locale, texts.PRIVACY, days=retention_days)]
    if retention_days:
        lines += [say(locale, texts.PRIVACY_ASKER), say(locale, texts.PRIVACY_VOTES)]
    lines.append(say(locale, texts.PRIVACY_WISHES, days=WISHES_KEPT_DAYS))
    if assistant.knowledge.notices:
        lines.append(say(locale, texts.PRIVACY_NOTICES))
    lines += [say(locale, texts.PRIVACY_ELSEWHERE), say(locale, texts.PRIVACY_FORGET)]
    return page("\n".join(lines), locale)


def forgotten_page(assistant: Assistant, locale: str, *, count: int) -> Reply:
    """Say what was erased."""
    return page(assistant.catalogs.text(locale, texts.FORGOTTEN, count=count), locale)


def maintenance_page(assistant: Assistant, locale: str, *, reason: str) -> Reply:
    """Say that the question is kept, in the operator's words and ours."""
    return page(assistant.catalogs.text(locale, texts.MAINTENANCE, reason=reason), locale)


# --- languages ----------------------------------------------------------------------------------------


def language_page(assistant: Assistant, locale: str, said: Text = texts.LANGUAGE_CHOOSE) -> Reply:
    """Offer each language by its own name, under a sentence."""
    return page(_language_text(said, assistant, locale), locale, _language_rows(assistant, locale))


def language_missing_page(tag: str, assistant: Assistant, locale: str) -> Reply:
    """Say that there is no such language, and which there are."""
    names = format_list([own_name(each) for each in assistant.catalogs.locales], locale)
    text = assistant.catalogs.text(locale, texts.LANGUAGE_NOT_AVAILABLE, tag=tag, languages=names)
    return page(text, locale, _language_rows(assistant, locale))


def _language_text(said: Text, assistant: Assistant, locale: str) -> str:
    values = {"language": own_name(locale)} if said in _NAMING else {}
    return assistant.catalogs.text(locale, said, **values)


def _language_rows(assistant: Assistant, locale: str) -> Rows:
    buttons = [Button(label=own_name(each), action=f"lang:{each}") for each in assistant.catalogs.locales]
    automatic = assistant.catalogs.text(locale, texts.LANGUAGE_AUTOMATIC)
    return (*_in_rows(buttons, 2), (Button(label=automatic, action=f"lang:{AUTOMATIC}"),))


# --- topics -------------------------------------------------------------------------------------------


def topics_page(assistant: Assistant, locale: str, number: int = 0) -> Reply:
    """List the topics; a number beyond the last page shows the last one."""
    topics = assistant.knowledge.topics
    number, pages, shown = _page_of(topics, number)
    rows = [
        (
            Button(
                label=topic_title(topic, assistant, locale),
                action=action("topic", topic.id, 0, locale=locale),
            ),
        )
        for topic in shown
    ]
    head = [
        assistant.catalogs.text(locale, texts.TOPICS_CHOOSE),
        *_page_line(number, pages, assistant, locale),
    ]
    turning = _turning(("topics",), number, pages, assistant, locale)
    return page("\n".join(head), locale, (*rows, *turning))


def topic_page(topic: Topic, assistant: Assistant, locale: str, number: int = 0) -> Reply:
    """List the questions of one topic."""
    entries = [assistant.knowledge.entries[entry_id] for entry_id in _listed(topic, assistant)]
    number, pages, shown = _page_of(entries, number)
    rows = [(entry_button(entry, assistant, locale),) for entry in shown]
    head = [topic_title(topic, assistant, locale), *_page_line(number, pages, assistant, locale)]
    turning = _turning(("topic", topic.id), number, pages, assistant, locale)
    back = (_back(assistant, locale),)
    return page("\n".join(head), locale, (*rows, *turning, back))


def topic_title(topic: Topic, assistant: Assistant, locale: str) -> str:
    """Name a topic."""
    return assistant.catalogs.lookup(locale, "knowledge", f"topic.{topic.id}.title", topic.title).text


def topics_row(assistant: Assistant, locale: str) -> tuple[Button, ...]:
    """Offer the topic browser."""
    label = assistant.catalogs.text(locale, texts.BUTTON_TOPICS)
    return (Button(label=label, action=action("topics", 0, locale=locale)),)


def wish_row(assistant: Assistant, locale: str) -> tuple[Button, ...]:
    """Offer to tell the answer once it is known."""
    return (Button(label=assistant.catalogs.text(locale, texts.WISH), action=action("wish", locale=locale)),)


def way_back(entry: Entry, assistant: Assistant, locale: str) -> Rows:
    """Lead from an entry back to its page of the topic browser."""
    topic = next((each for each in assistant.knowledge.topics if each.id == entry.topic), None)
    listed = _listed(topic, assistant) if topic else ()
    if topic is None or entry.id not in listed:
        return (topics_row(assistant, locale),)
    number = listed.index(entry.id) // PAGE_SIZE
    title = topic_title(topic, assistant, locale)
    own = Button(label=title, action=action("topic", topic.id, number, locale=locale))
    return ((own, *topics_row(assistant, locale)),)


def entry_button(entry: Entry, assistant: Assistant, locale: str) -> Button:
    """Offer an entry by its question."""
    return Button(
        label=question_of(entry, assistant, locale), action=action("entry", entry.id, locale=locale)
    )


def answered_rows(reply: Reply, assistant: Assistant) -> Rows:
    """Offer each of several answers as a card of its own, below the message that holds them all."""
    wanted = [part.entry_id for part in reply.parts if part.whole and part.kind == "knowledge"]
    entries = [assistant.knowledge.resolve(entry_id) for entry_id in wanted if entry_id is not None]
    if len(reply.parts) < 2 or reply.buttons:  # one answer is a card itself; choices keep their numbers
        return ()
    known = (entry for entry in entries if entry is not None)
    return tuple((_example(entry, assistant, reply.locale, ANSWERED),) for entry in known)


def _example(entry: Entry, assistant: Assistant, locale: str, kind: str = EXAMPLE) -> Button:
    """Offer an entry under a message that stays when it is pressed."""
    return replace(entry_button(entry, assistant, locale), action=action(kind, entry.id, locale=locale))


def _listed(topic: Topic, assistant: Assistant) -> tuple[str, ...]:
    return tuple(entry_id for entry_id in topic.entries if entry_id not in assistant.withdrawn)


def _back(assistant: Assistant, locale: str) -> Button:
    label = assistant.catalogs.text(locale, texts.TOPICS_BACK)
    return Button(label=label, action=action("topics", 0, locale=locale))


def _page_of(items: Sequence[T], number: int) -> tuple[int, int, Sequence[T]]:
    pages = max(1, -(-len(items) // PAGE_SIZE))
    number = min(max(number, 0), pages - 1)
    return number, pages, items[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]


def _page_line(number: int, pages: int, assistant: Assistant, locale: str) -> list[str]:
    if pages == 1:
        return []
    return [assistant.catalogs.text(locale, texts.TOPICS_PAGE, page=number + 1, pages=pages)]


def _turning(
    words: tuple[str, ...], number: int, pages: int, assistant: Assistant, locale: str
) -> Iterable[tuple[Button, ...]]:
    say = assistant.catalogs.text
    buttons = []
    if number > 0:
        label = say(locale, texts.TOPICS_PREVIOUS)
        buttons.append(Button(label=label, action=action(*words, number - 1, locale=locale)))
    if number < pages - 1:
        label = say(locale, texts.TOPICS_NEXT)
        buttons.append(Button(label=label, action=action(*words, number + 1, locale=locale)))
    return [tuple(buttons)] if buttons else []


def _in_rows(buttons: Sequence[Button], width: int) -> Rows:
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _count_entries(assistant: Assistant) -> int:
    return sum(entry.kind == "knowledge" for entry in assistant.knowledge.entries.values())

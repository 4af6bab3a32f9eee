"""Nothing that people read escapes the catalogs: the whole bot in made-up languages, in which plain letters show it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.compose import compose_entry, written_answer
from bot.errors import CatalogError
from bot.knowledge.loader import load_knowledge
from bot.language import page_texts, texts
from bot.language.catalogs import load_catalogs
from bot.language.formats import (
    PSEUDO_LOCALES,
    cldr,
    format_list,
    format_value,
    language_name,
    own_name,
    strip_isolates,
)
from bot.language.icu import walk
from bot.language.messages import parse
from bot.preview.botapi import Chat, User
from bot.preview.markup import parse_html
from bot.preview.words import words_json
from bot.staff.pseudo import write_pseudo
from bot.telegram import pages
from bot.telegram.card import as_card
from bot.telegram.inline import result_of
from bot.telegram.profile import Presented, command_items, name_items, text_items
from bot.telegram.render import Target, render
from bot.types import ChatRef, Question, Reply
from tests.conftest import ASKED_AT, ROOT
from tests.journeys.conftest import World, world_of
from tests.telegram.spoken import ENTRIES, entry_of, small, spoken
from tests.telegram.test_card import cards, views

LOCALES = tuple(PSEUDO_LOCALES)
TARGET = Target(chat=ChatRef(channel="telegram", chat_id="7"))
PLAIN = re.compile(r"[A-Za-z]{2,}")
ADDRESSES = re.compile(r"https?://\S+|\bt\.me/\S+|\S+@\S+\.\w+")
COMMANDS = re.compile(r"[/@][A-Za-z_@]+")
READ = ("text", "title", "description", "message_text", "caption", "name", "short_description")
NOTICE = "Registration closes on Friday."
QUESTIONS = (
    "When was the alliance launched?", "says who?", "shorter", "more", "Hello!", "?", "5", "asdkjh qwlekj",
    "When was the alliance launched? And which wallpaper suits a yellow kitchen?",
    "Are the members only universities? Are new ones wanted?",
    "So this is a UN body, correct?", "x " * 2000,
    "repeat", "Je voudrais savoir la date du lancement", "/start launch-place", "more", "/start old-name",
)  # fmt: skip
PAGES = (
    "/start",
    "/help",
    "/about",
    "/privacy",
    "/topics",
    "/language",
    "/language xx",
    "/dance",
    "/start gone",
)
ON_A_CARD = (
    "src",
    "rel",
    "card",
    "langs",
    "card",
    "share",
    "card",
    "yes",
    "yes",
    "unvote",
    "yes",
    "no",
    "wrong",
)
NOWHERE = {
    texts.WISH_TOAST,  # needs a question that is declined, which made-up languages do not know; see the journey of wishes
}


@pytest.fixture(scope="module")
def pseudo(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The real knowledge in made-up languages, with a notice, an entry that has moved, and dead ends."""
    root = tmp_path_factory.mktemp("project")
    for name in ("knowledge", "bot/language"):
        shutil.copytree(ROOT / name, root / name)
    (root / "knowledge" / "notices.yaml").write_text(
        f"- {{id: closing, text: {NOTICE}, from: 2020-01-01, until: 2199-12-31}}\n"
    )
    catalogs, problems = load_catalogs(write_pseudo(root, tmp_path_factory.mktemp("pseudo")))
    assert problems == ()
    knowledge = load_knowledge(root / "knowledge")[0]
    entries = dict(knowledge.entries)
    entries["launch-date"] = replace(entries["launch-date"], follow_ups={})
    entries["launch-place"] = replace(entries["launch-place"], follow_ups={}, related=())
    changed = replace(knowledge, entries=entries, aliases={"old-name": "launch-date"})
    return replace(assistant, catalogs=catalogs, knowledge=changed)


class Known:
    """What may stand in plain letters: names and titles, dates and amounts as CLDR has them, and what people typed."""

    def __init__(self, assistant: Assistant, locale: str) -> None:
        knowledge, operator = assistant.knowledge, assistant.operator
        found = {operator.name, operator.contact, assistant.revision, "Klingon", "xx", "Back at noon."}
        found |= {*QUESTIONS, *PAGES, language_name("sw", locale), language_name("fr", locale)}
        found |= {part.strip() for text in QUESTIONS for part in text.split("?")}
        for source in knowledge.sources.values():
            found |= {source.title, source.publisher, language_name(source.language, locale)}
            found.add(language_name(source.language.partition("_")[0], locale))
        for fact in knowledge.facts.values():
            for value in fact.values:
                found |= {value.text, value.name}
                if value.value is not None:
                    found.add(format_value(value.value, locale))
        names = [own_name(each) for each in assistant.catalogs.locales]
        found |= {*names, format_list(names, locale), *cldr(locale).months["format"]["wide"].values()}
        self.texts = sorted((strip_isolates(each) for each in found if each), key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, self.texts)))

    def escaped(self, text: str) -> list[str]:
        """List the words of a text that stand in no catalog."""
        bare = ADDRESSES.sub(" · ", strip_isolates(text))
        if bare.endswith("…") and any(each.startswith(bare[:-1]) for each in self.texts):
            return []  # a long name on a button
        return PLAIN.findall(COMMANDS.sub(" · ", self.pattern.sub(" · ", bare)))


def said(reply: Reply) -> Iterator[str]:
    """Give each text of a reply as it is read."""
    for message in render([reply], TARGET):
        text = message.body.get("text")
        if isinstance(text, str):
            yield parse_html(text)[0]
        markup = message.body.get("reply_markup")
        rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
        yield from (button["text"] for row in rows for button in row)


def read(body: object) -> Iterator[str]:
    """Give each text of a call that somebody reads."""
    if isinstance(body, list | tuple):
        for item in body:
            yield from read(item)
    elif isinstance(body, dict):
        for key, value in body.items():
            if key in READ and isinstance(value, str):
                yield parse_html(value)[0] if "<" in value or "&" in value else value
            else:
                yield from read(value)


def replies(pseudo: Assistant, locale: str) -> Iterator[Reply]:
    """Give every page, every view of every card, and what is shown when something goes wrong."""
    for name, reply in spoken(small(pseudo), locale, staff=False):
        if name == "missing translation":  # the answer stands there in English, and that is right
            english = written_answer(pseudo.knowledge.entries[ENTRIES[0]], pseudo, "en")
            (part,) = reply.parts
            assert part.text == english
            reply = replace(reply, parts=(replace(part, text="⟦⟧"),))
        yield reply
    other = next(each for each in LOCALES if each != locale)
    for reply, card in cards(pseudo, locale):
        card = replace(card, home=other)
        for changed in ({}, {"home": None, "vote": None}, {"vote": True}):
            yield from views(reply, replace(card, **changed))
    older, (reply, card) = stale(pseudo), next(iter(cards(pseudo, locale)))
    yield as_card(reply, replace(card, assistant=older, home=other))
    yield from (entry_of(ENTRIES[0], older, locale), pages.start_page(pseudo, locale, texts.LINK_GONE))
    due = replace(pseudo.knowledge.entries[ENTRIES[0]], review_by=date(2020, 1, 1))
    yield compose_entry(due, Question(text="", asked_at=ASKED_AT), pseudo, locale=locale)
    for topic in pseudo.knowledge.topics:
        yield from (pages.topic_page(topic, pseudo, locale, number) for number in range(3))
    yield from (pages.topics_page(pseudo, locale, number) for number in range(3))
    yield from (pages.privacy_page(pseudo, locale, retention_days=days) for days in (0, 1, 30))
    yield from (pages.forgotten_page(pseudo, locale, count=count) for count in (0, 1, 2))
    nameless = replace(pseudo, operator=replace(pseudo.operator, name=None, official=True))
    yield pages.about_page(nameless, locale)


def stale(pseudo: Assistant) -> Assistant:
    """Let every translation of the knowledge be older than its text."""
    catalogs = pseudo.catalogs
    current = {key: text for key, text in catalogs._current.items() if key[1] == "bot"}
    return replace(pseudo, catalogs=replace(catalogs, _current=current))


def profile(pseudo: Assistant, locale: str) -> Iterator[str]:
    """Give what Telegram shows of the bot itself."""
    presented = Presented(
        catalogs=pseudo.catalogs, default_locale=locale, operator=pseudo.operator, staff=(1,)
    )
    for item in (*command_items(presented), *text_items(presented), *name_items(presented)):
        if not item.language:  # what everybody sees is in the default language
            yield from (item.wanted,) if isinstance(item.wanted, str) else read(item.wanted)


async def conversation(world: World, locale: str) -> Iterator[str]:
    """Talk to the bot in every kind of chat, press buttons of every kind, and give all that it said."""
    ana = world.api.user("Ana", language_code=locale.replace("_", "-"))
    page = await world.answer(await ana.send(f"/language {locale}"))
    first = len(world.api.calls)
    for text in (*PAGES, *QUESTIONS):
        await world.answer(await ana.send(text))
    await world.answer(await ana.attach("photo"))
    card = await world.answer(await ana.send("/start launch-date"))
    for kind in ON_A_CARD:
        await ana.press(card, f"{kind}:launch-date:{locale}")
        await world.settled()
    await ana.send("The day is wrong.", reply_to=card["message_id"])
    unanswered = await world.answer(await ana.send("Which wallpaper suits a yellow kitchen?"))
    for message in (unanswered, card):  # under the card there is no question
        await ana.press(message, "wish")
        await world.settled()
    for action in (
        "entry:old-name",
        "entry:gone",
        "gone:launch-date",
        "gone",
    ):
        await ana.press(card, action)
    for action in ("topics:0", "topic:launch:0", "topic:launch:1", "lang:auto", f"lang:{locale}"):
        await ana.press(page, action)
    await groups_and_guests(world, ana, locale)
    await world.answer(await ana.send("/forgetme"))
    await world.settled()
    return (text for call in world.api.calls[first:] for text in read(dict(call.arguments)))


async def groups_and_guests(world: World, ana: User, locale: str) -> None:
    ben = world.api.user("Ben", language_code=locale.replace("_", "-"))
    group = world.api.group("Teachers", ana, ben)
    await ana.add_bot(group)
    await world.settled()
    for who, text in ((ben, "/language fr"), (ana, "/language"), (ana, f"/language {locale}")):
        await world.answer(await who.send(text, group))
    shown = world.api.messages(group, by_bot=True)[-1]
    for who, action in ((ben, "lang:auto"), (ana, "lang:auto"), (ana, f"lang:{locale}")):
        await who.press(shown, action)
        await world.settled()
    await asked_elsewhere(world, ana, world.api.group("Friends", ana, with_bot=False))


async def asked_elsewhere(world: World, ana: User, friends: Chat) -> None:
    for text in ("", "launch", "best pizza recipe with mushrooms"):
        query = await ana.type_inline(text)
        await world.api.wait_for(lambda query=query: query.answer)  # type: ignore[misc]
    for text in ("launch date", "So this is a UN body, correct?", "asdkjh qwlekj"):
        await world.answer(await ana.send(f"@alliance_preview_bot {text}", friends))


@pytest.mark.parametrize("locale", LOCALES)
async def test_whatever_the_bot_says_comes_from_a_catalog(
    pseudo: Assistant, tmp_path: Path, locale: str
) -> None:
    async with world_of(pseudo, tmp_path) as world:
        heard = list(await conversation(world, locale))
    heard += [text for reply in replies(pseudo, locale) for text in said(reply)]
    heard += profile(pseudo, locale)
    question = Question(text="", asked_at=ASKED_AT)
    for entry in pseudo.knowledge.entries:
        if (result := result_of(entry, question, pseudo, locale, "garden_bot")) is not None:
            heard += [result.title, result.description, *said(result.reply)]
    known = Known(pseudo, locale)
    assert {text: words for text in heard if (words := known.escaped(text))} == {}
    assert unheard("\n".join(map(strip_isolates, heard)), pseudo, locale) == NOWHERE


def unheard(heard: str, pseudo: Assistant, locale: str) -> set[texts.Text]:
    """Name the sentences of the interface that were not said at all, so that none is forgotten here.

    Words that are looked for in questions are not said, and what staff read is not for the public.
    """
    interface = {
        text
        for text in vars(texts).values()
        if isinstance(text, texts.Text)
        and not text.context.startswith("staff.")
        and not text.context.endswith("_words")
    }
    return {text for text in interface if longest_run(text, pseudo, locale) not in heard}


def longest_run(text: texts.Text, pseudo: Assistant, locale: str) -> str:
    """Give the longest piece of a translation that holds no value."""
    message = pseudo.catalogs.lookup(locale, "bot", text.context, text.message).text
    pieces = [
        piece for part in walk(parse(message).parts) if isinstance(part, str) for piece in part.split("\n")
    ]
    return max(pieces, key=len)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_preview_itself_speaks_from_the_catalogs(pseudo: Assistant, locale: str) -> None:
    words = words_json(pseudo.catalogs, locale.replace("_", "-"))
    assert words["locale"] == locale
    said_by_page = words["words"]
    assert isinstance(said_by_page, dict)
    assert len(said_by_page) == len(page_texts.PAGE_TEXTS)
    for text in said_by_page.values():
        bare = COMMANDS.sub(" ", re.sub(r"\{\w+\}", "", str(text)))
        assert PLAIN.findall(bare) == [], text


def test_a_literal_that_escaped_is_seen(pseudo: Assistant) -> None:
    known = Known(pseudo, "en_XA")
    assert known.escaped("⟦Ȧŀŀ⟧ Sources below") == ["Sources", "below"]
    assert known.escaped("⟦Ȧŀŀ⟧ 30 January 2024 https://example.org/a /topics") == []


def test_what_people_are_served_is_not_mixed_with_made_up_languages(tmp_path: Path) -> None:
    for folder in (ROOT / "locales", ROOT / "locales" / "more"):
        with pytest.raises(CatalogError, match="served stand here"):
            write_pseudo(ROOT, folder)
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    with pytest.raises(CatalogError, match="served stand here"):
        write_pseudo(ROOT, tmp_path)

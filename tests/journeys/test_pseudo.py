"""Nothing that people read escapes the catalogs: the whole bot in made-up languages, in which plain letters show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.compose import written_answer
from bot.errors import CatalogError
from bot.language import page_texts, texts
from bot.language.catalogs import load_catalogs
from bot.language.formats import PSEUDO_LOCALES, cldr, format_value, language_name, own_name, strip_isolates
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
from tests.journeys.conftest import Message, World, world_of
from tests.telegram.spoken import ENTRIES, small, spoken
from tests.telegram.test_card import cards, views

LOCALES = tuple(PSEUDO_LOCALES)
TARGET = Target(chat=ChatRef(channel="telegram", chat_id="7"))
PLAIN = re.compile(r"[A-Za-z]{2,}")
NO_WORDS = re.compile(r"https?://\S+|\bt\.me/\S+|\S+@\S+\.\w+|[/@][A-Za-z_@]+|#\S+")
READ = ("text", "title", "description", "message_text", "caption", "name", "short_description")
NEVER_SHOWN = {texts.JOINING_WORDS, texts.QUESTION_WORDS}  # words that are looked for in questions
FOR_STAFF = {texts.STAFF_DEAD}


@pytest.fixture(scope="module")
def pseudo(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = write_pseudo(ROOT, tmp_path_factory.mktemp("pseudo"))
    catalogs, problems = load_catalogs(folder)
    assert problems == ()
    return replace(assistant, catalogs=catalogs)


def known(assistant: Assistant, locale: str) -> re.Pattern[str]:
    """What may stand in plain letters: names and titles, dates and amounts as CLDR has them, and revisions."""
    knowledge, operator = assistant.knowledge, assistant.operator
    found = {operator.name, operator.contact, assistant.revision, "Klingon", "xx", "Back at noon."}
    for source in knowledge.sources.values():
        found |= {source.title, source.publisher, language_name(source.language, locale)}
    for fact in knowledge.facts.values():
        for value in fact.values:
            found |= {value.text, value.name}
            if value.value is not None:
                found.add(format_value(value.value, locale))
    found |= {own_name(each) for each in (*assistant.catalogs.locales, "fr")} | {language_name("sw", locale)}
    months = cldr(locale).months["format"]["wide"].values()
    listed = sorted((strip_isolates(each) for each in found if each), key=len, reverse=True)
    return re.compile("|".join(re.escape(each) for each in (*listed, *months, "Ana", "Ben")))


def escaped(text: str, allowed: re.Pattern[str]) -> list[str]:
    """List the words of a text that stand in no catalog."""
    return PLAIN.findall(NO_WORDS.sub(" · ", allowed.sub(" · ", strip_isolates(text))))


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
    for name, reply in spoken(small(pseudo), locale):
        if name == "missing translation":  # the answer stands there in English, and that is right
            english = written_answer(pseudo.knowledge.entries[ENTRIES[0]], pseudo, "en")
            (part,) = reply.parts
            assert part.text == english
            reply = replace(reply, parts=(replace(part, text="⟦⟧"),))
        yield reply
    for reply, card in cards(pseudo, locale):
        for changed in ({}, {"home": None, "vote": None}, {"vote": True}):
            yield from views(reply, replace(card, **changed))
    _, older = next(item for item in spoken(small(pseudo), locale) if item[0] == "stale translation")
    reply, card = next(iter(cards(pseudo, locale)))
    yield as_card(reply, replace(card, assistant=stale(pseudo)))
    yield from (older, pages.start_page(pseudo, locale, texts.LINK_GONE))
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
        if item.body.get("language_code") in (None, "", locale.partition("_")[0]):
            yield from read(item.body)


async def conversation(world: World, locale: str) -> Iterator[str]:
    """Talk to the bot in every kind of chat, press buttons of every kind, and give all that it said."""
    ana = world.api.user("Ana", language_code=locale.replace("_", "-"))
    page = await world.answer(await ana.send(f"/language {locale}"))
    first = len(world.api.calls)
    for text in (
        "/start", "/help", "/about", "/privacy", "/topics", "/language", "/language xx", "/dance", "/start gone",
        "When was the alliance launched?", "says who?", "shorter", "tell me more", "Hello!", "?", "5",
        "When was the alliance launched and who is the mayor of Lima?", "asdkjh qwlekj", "x " * 2000,
        "the thing about the alliance and volcano dancing", "repeat", "Je voudrais savoir la date du lancement",
    ):  # fmt: skip
        await world.answer(await ana.send(text))
    await world.answer(await ana.attach("photo"))
    await press_all(world, ana)
    await ana.press(page, "lang:auto")
    await ana.press(page, f"lang:{locale}")
    await ana.press(page, "something:old")
    await groups_and_guests(world, ana, locale)
    await world.answer(await ana.send("/forgetme"))
    await world.settled()
    return (text for call in world.api.calls[first:] for text in read(dict(call.arguments)))


async def press_all(world: World, user: User) -> None:
    """Press buttons of each kind wherever they stand, and those that appear then."""
    pressed: Counter[str] = Counter()
    for _ in range(80):
        found = next(iter(unpressed(world.api.messages(user, by_bot=True), pressed)), None)
        if found is None:
            break
        message, action = found
        pressed[kind_of(action)] += 1
        await user.press(message, action)
        await world.settled()
        if action.startswith("no:") or pressed[kind_of(action)] == 3:
            await user.send("The date is wrong.")
            await world.settled()


def unpressed(messages: tuple[Message, ...], pressed: Counter[str]) -> Iterator[tuple[Message, str]]:
    for message in reversed(messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
            for button in row:
                action = str(button.get("callback_data", ""))
                if action and not action.startswith("lang:") and pressed[kind_of(action)] < 3:
                    yield message, action


def kind_of(action: str) -> str:
    return action.partition(":")[0]


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
    for text in ("launch date", "the thing about the alliance and volcano dancing", "asdkjh qwlekj"):
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
        if (result := result_of(entry, question, pseudo, locale)) is not None:
            heard += [result.title, result.description, *said(result.reply)]
    allowed = known(pseudo, locale)
    assert {text: words for text in heard if (words := escaped(text, allowed))} == {}
    assert unheard("\n".join(map(strip_isolates, heard)), pseudo, locale) == FOR_STAFF


def unheard(heard: str, pseudo: Assistant, locale: str) -> set[texts.Text]:
    """Name the sentences of the interface that were not said at all, so that none is forgotten here."""
    interface = {text for text in vars(texts).values() if isinstance(text, texts.Text)} - NEVER_SHOWN
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
        bare = re.sub(r"\{\w+\}", "", str(text))
        assert escaped(bare, re.compile(r"Telegram")) == [], text


def test_a_literal_that_escaped_is_seen(pseudo: Assistant) -> None:
    allowed = known(pseudo, "en_XA")
    assert escaped("⟦Ȧŀŀ⟧ Sources below", allowed) == ["Sources", "below"]
    assert escaped("⟦Ȧŀŀ⟧ January 30, 2024 https://example.org/a /topics", allowed) == []


def test_what_people_are_served_is_not_mixed_with_made_up_languages(tmp_path: Path) -> None:
    for folder in (ROOT / "locales", ROOT / "locales" / "more"):
        with pytest.raises(CatalogError, match="served stand here"):
            write_pseudo(ROOT, folder)
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    with pytest.raises(CatalogError, match="served stand here"):
        write_pseudo(ROOT, tmp_path)

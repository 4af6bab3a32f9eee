"""A source text changes: translators see what, where and the old text, and readers are told until it is translated."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner

from bot.answering.assistant import Assistant, load_assistant
from bot.cli.program import app
from bot.language import texts
from bot.language.catalogs import load_catalogs
from bot.language.formats import direction, format_date, own_name, strip_isolates
from tests.conftest import ROOT
from tests.journeys.conftest import Message, World, buttons, world_of

ENTRY, CONTEXT = "launch-date", "launch-date.answer"
OLD, NEW = "was officially launched on", "officially began on"
LOCALES = load_catalogs(ROOT / "locales", domains=("bot",))[0].locales
TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's content, to be edited."""
    for name in ("knowledge", "locales", "bot/language"):
        shutil.copytree(ROOT / name, tmp_path / "project" / name)
    return tmp_path / "project"


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def command(*words: str) -> str:
    """Give a command as staff do; returns all that it says."""
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.output


def update(project: Path, *options: str) -> str:
    return command("translations", "update", "--root", str(project), *options)


def waiting(project: Path, locale: str) -> str:
    where = ("--knowledge", str(project / "knowledge"), "--locales", str(project / "locales"))
    return command("translations", "status", locale, *where)


def catalog(project: Path, locale: str) -> Path:
    return project / "locales" / locale / "LC_MESSAGES" / "knowledge.po"


def loaded(project: Path, cache_dir: Path) -> Assistant:
    return load_assistant(
        knowledge_dir=project / "knowledge", locales_dir=project / "locales", cache_dir=cache_dir
    )


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def note(assistant: Assistant, locale: str) -> str:
    """What readers are told above a stale translation."""
    date = format_date(datetime.now(UTC).date(), locale)
    return strip_isolates(assistant.catalogs.text(locale, texts.TRANSLATION_STALE_SINCE, date=date))


async def card_in(world: World, locale: str) -> Message:
    """Open the answer as somebody who has chosen a language."""
    user = world.api.user("Ana", language_code="en")
    await world.answer(await user.send(f"/language {locale}"))
    return await world.answer(await user.send(f"/start {ENTRY}"))


def read(message: Message) -> str:
    return strip_isolates(message["text"]).replace("\u200f", "")


def to_current(assistant: Assistant, locale: str, there: str = "en") -> str:
    return strip_isolates(assistant.catalogs.text(locale, texts.CARD_CURRENT, language=own_name(there)))


def labels(message: Message) -> list[str]:
    return [strip_isolates(label) for label in buttons(message)]


def test_translators_see_what_changed_where_and_the_old_text(project: Path) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    said = update(project)
    assert f"{CONTEXT}: stale: {', '.join(sorted(TRANSLATED))}\n" in said
    for locale in TRANSLATED:
        entry = next(one for one in polib.pofile(str(catalog(project, locale))) if one.msgctxt == CONTEXT)
        assert entry.fuzzy
        assert OLD in str(entry.previous_msgid)
        assert NEW in entry.msgid
        assert entry.msgstr
        assert entry.tcomment.endswith(f"stale-since: {today()}")
        report = waiting(project, locale)
        line = next(
            n
            for n, text in enumerate(catalog(project, locale).read_text().splitlines(), 1)
            if CONTEXT in text
        )
        place = re.search(
            rf"{re.escape(str(catalog(project, locale)))}:(\d+): {CONTEXT} is stale since {today()}\n", report
        )
        assert place is not None
        assert line - 12 <= int(place[1]) <= line  # the message begins with its comments
        assert f"  was: The World Digital Education Alliance (WDEA) {OLD}" in report
        assert f"  now: The World Digital Education Alliance (WDEA) {NEW}" in report
        assert f"  {locale}: {entry.msgstr}" in report


@pytest.mark.parametrize("locale", TRANSLATED)
async def test_readers_are_told_and_can_turn_to_the_current_text_and_back(
    project: Path, tmp_path: Path, cache_dir: Path, assistant: Assistant, locale: str
) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    update(project)
    older = loaded(project, cache_dir)
    async with world_of(older, tmp_path) as world:
        card = await card_in(world, locale)
        assert read(card).startswith(note(older, locale))
        assert labels(card)[0] == to_current(older, locale)
        if direction(locale) == "rtl":
            assert not card["text"][:1].isascii()
        (user,) = [person for person in (world.api.user("Ben", language_code="en"),)]
        await user.send(f"/language {locale}")
        await world.settled()
        opened = await world.answer(await user.send(f"/start {ENTRY}"))
        await user.press(opened, f"card:{ENTRY}:en:{locale}")
        current = await world.changed(opened, lambda message: NEW in message["text"])
        assert note(older, locale) not in read(current)
        await user.press(current, f"card:{ENTRY}:{locale}")
        back = await world.changed(opened, lambda message: NEW not in message["text"])
        assert read(back) == read(opened)


async def test_in_english_nobody_is_told_anything(project: Path, tmp_path: Path, cache_dir: Path) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    update(project)
    async with world_of(loaded(project, cache_dir), tmp_path) as world:
        card = await card_in(world, "en")
        assert read(card).startswith("The World Digital Education Alliance (WDEA) officially began on")


async def test_before_an_update_the_note_has_no_day(project: Path, tmp_path: Path, cache_dir: Path) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    older = loaded(project, cache_dir)
    async with world_of(older, tmp_path) as world:
        card = await card_in(world, "ru")
        assert read(card).startswith(older.catalogs.text("ru", texts.TRANSLATION_STALE))
        assert labels(card)[0] == to_current(older, "ru")


async def test_the_button_leads_to_the_default_language_where_that_is_current(
    project: Path, tmp_path: Path, cache_dir: Path
) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    update(project)
    edit(catalog(project, "fr"), "#, fuzzy\n", "")
    older = replace(loaded(project, cache_dir), default_locale="fr")
    async with world_of(older, tmp_path) as world:
        card = await card_in(world, "ru")
        assert labels(card)[0] == to_current(older, "ru", "fr")


@pytest.mark.parametrize("locale", ["fr", "ar"])
async def test_what_a_translator_has_finished_is_served_without_a_word(
    project: Path, tmp_path: Path, cache_dir: Path, locale: str
) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    update(project)
    path = catalog(project, locale)
    edit(path, "#, fuzzy\n", "")  # in any editor
    assert f"{CONTEXT} is" not in waiting(project, locale)
    update(project)
    assert "stale-since" not in path.read_text("utf-8")
    fresh = loaded(project, cache_dir)
    async with world_of(fresh, tmp_path) as world:
        card = await card_in(world, locale)
        assert note(fresh, locale) not in read(card)
        assert to_current(fresh, locale) not in labels(card)


async def test_an_editorial_edit_changes_english_and_leaves_all_else_current(
    project: Path, tmp_path: Path, cache_dir: Path
) -> None:
    edit(project / "knowledge" / "entries" / "launch.yaml", OLD, NEW)
    said = update(project, "--editorial", ENTRY)
    assert f"{CONTEXT}: current, in other words now: {', '.join(sorted(TRANSLATED))}\n" in said
    fresh = loaded(project, cache_dir)
    async with world_of(fresh, tmp_path) as world:
        card = await card_in(world, "fr")
        assert read(card).startswith("L’Alliance mondiale")
        assert NEW in read(await card_in(world, "en"))


async def test_a_facts_new_number_is_said_in_every_language_and_nothing_is_stale(
    project: Path, tmp_path: Path, cache_dir: Path
) -> None:
    facts = project / "knowledge" / "facts.yaml"
    edit(facts, "value: 2024-01-30", "value: 2024-02-07")
    assert "stale" not in update(project)
    fresh = loaded(project, cache_dir)
    async with world_of(fresh, tmp_path) as world:
        for locale in TRANSLATED:
            text = read(await card_in(world, locale))
            assert "2024" in text
            assert "7" in text.split("\n")[0]
            assert texts.TRANSLATION_STALE.message not in text
            assert not text.startswith(note(fresh, locale))

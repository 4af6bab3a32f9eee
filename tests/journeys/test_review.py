"""A question nobody could answer: seen by staff in a terminal, accepted, answered, taken back, while the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.answering.assistant import Assistant, Operator, load_assistant
from bot.cli.program import app
from bot.config import load_config
from bot.preview.botapi import User
from bot.staff.building import Wanted
from bot.staff.files import state_of
from bot.staff.overlays import Overlays
from bot.staff.reload import Snapshots
from bot.storage.choice import open_store
from tests.conftest import ROOT
from tests.journeys.conftest import Message, World, world_of

# No phrasing is near enough to these two, which ask the same.
ENGLISH, SPANISH = "Did Liu Limin retire?", "¿Se jubiló Liu Limin?"
ENTRY, KNOWN = "liu-limin", "Who is Liu Limin?"
FOLDERS = (ROOT / "knowledge", ROOT / "locales")


def load(wanted: Wanted, *, cache_dir: Path) -> Assistant:
    return load_assistant(
        knowledge_dir=wanted.knowledge_dir,
        locales_dir=wanted.locales_dir,
        operator=Operator(name="Test operators", contact="ops@example.org"),
        cache_dir=cache_dir,
        overlay=wanted.overlay,
    )


@pytest.fixture
async def followed(
    assistant: Assistant, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """A bot that follows what staff change in its store, and a terminal with the same settings."""
    monkeypatch.setenv("ALLIANCE_BOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALLIANCE_BOT_CACHE_DIR", str(cache_dir))
    monkeypatch.delenv("ALLIANCE_BOT_DATABASE_URL", raising=False)
    store = open_store(load_config().storage)
    snapshots = Snapshots(
        assistant,
        partial(load, cache_dir=cache_dir),
        folders=FOLDERS,
        files=state_of(FOLDERS),
        overlays=Overlays(store),
    )
    async with world_of(snapshots, tmp_path, store=store) as world:
        yield world


async def terminal(*words: str, typed: str = "") -> str:
    """Run the command as staff do, in a terminal of its own."""
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["review", *words], input=typed)
    assert ran.exit_code == 0, ran.output
    return ran.output


async def until(world: World, true: Callable[[Assistant], bool]) -> None:
    """Wait until the bot has learnt, or forgotten."""
    async with asyncio.timeout(60):
        for _ in range(1_200):
            if true(world.service.assistant()):
                return
            await asyncio.sleep(0.05)


async def ask(world: World, person: User, text: str) -> Message:
    return await world.answer(await person.send(text))


async def test_what_three_people_asked_in_two_languages_is_learnt_and_taken_back(followed: World) -> None:
    people = [
        followed.api.user(name, language_code="es" if name == "Carmen" else "en")
        for name in ("Ana", "Ben", "Carmen")
    ]
    for person, text in zip(people, (ENGLISH, ENGLISH.lower(), SPANISH), strict=True):
        await ask(followed, person, text)
    await followed.settled()
    unknown = (await ask(followed, followed.api.user("Dan", language_code="en"), ENGLISH))["text"]
    await followed.settled()

    listed = await terminal("--list")
    assert "asked by 4 people, 4 times" in listed
    assert ENGLISH in listed
    assert SPANISH in listed

    done = await terminal(typed=f"a\n{ENTRY}\n{ENGLISH}\n\ny\nq\n")
    assert "accepted (" in done
    await until(followed, lambda assistant: bool(assistant.learned))
    learnt = (await ask(followed, followed.api.user("Eve", language_code="en"), ENGLISH))["text"]
    assert learnt != unknown
    assert learnt == (await ask(followed, followed.api.user("Eli", language_code="en"), KNOWN))["text"]

    assert "taken back" in await terminal("undo", ENGLISH)
    await until(followed, lambda assistant: not assistant.learned)
    assert (await ask(followed, followed.api.user("Fay", language_code="en"), ENGLISH))["text"] == unknown
    assert (await terminal("audit")).count("learn ") == 2  # learn and unlearn

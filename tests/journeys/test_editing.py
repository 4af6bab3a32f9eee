"""Staff edit the content while people ask: no answer is lost, wrong or half of each."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant, load_assistant
from bot.staff.building import Wanted
from bot.staff.files import state_of
from bot.staff.kept import Kept
from bot.staff.overlays import Overlays
from bot.staff.reload import Snapshots
from bot.staff.training import train_aside
from bot.storage.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.journeys.conftest import World, world_of

# What 200 questions a second cost is measured by hand (ALLIANCE_BOT_QUESTIONS_A_SECOND=200); fewer show the same.
RATE = float(os.environ.get("ALLIANCE_BOT_QUESTIONS_A_SECOND", "40"))
MOST_WAITING = 50  # questions
LONGEST = 120.0  # seconds for anything here; a bound for what hangs, not an expectation

ASKED = {  # the same fact in every language
    "en": "How many institutions were in the alliance at its launch?",
    "fr": "membres au lancement",
    "es": "¿Cuántos miembros tenía la alianza al principio?",
    "pt": "Com quantas instituições a WDEA começou?",
    "ru": "Сколько было членов, когда альянс только учредили?",
    "ar": "عدد المؤسسات عند الإطلاق",
    "zh-hans": "创始成员有多少",
}

FIGURE = ("      value: 104\n      unit: institutions", "      value: 105\n      unit: institutions")


class Content:
    """A copy of the real content, as an editor has it."""

    def __init__(self, folder: Path) -> None:
        self.folders = (folder / "knowledge", folder / "locales")
        for copy in self.folders:
            shutil.copytree(ROOT / copy.name, copy)
        self._undo: list[tuple[Path, str]] = []

    def edit(self, name: str, old: str, new: str) -> tuple[Path, int]:
        """Replace a text in a file, and name its place."""
        path = self.folders[0].parent / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (name, old)
        self._undo.append((path, text))
        path.write_text(text.replace(old, new), "utf-8")
        return path, text[: text.index(old)].count("\n") + 1

    def undo(self) -> None:
        path, text = self._undo.pop()
        path.write_text(text, "utf-8")


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


def loader(cache_dir: Path) -> Callable[[Wanted], Assistant]:
    def load(wanted: Wanted) -> Assistant:
        return load_assistant(
            knowledge_dir=wanted.knowledge_dir,
            locales_dir=wanted.locales_dir,
            overlay=wanted.overlay,
            cache_dir=cache_dir,
        )

    return load


@asynccontextmanager
async def edited(content: Content, folder: Path, cache_dir: Path) -> AsyncIterator[World]:
    """Start a bot that follows the content and its store."""
    files = state_of(content.folders)
    load = loader(cache_dir)
    store = SqliteStore(folder / "store.sqlite3", retention_days=30)
    knowledge, locales = content.folders
    snapshots = Snapshots(
        load(Wanted(knowledge_dir=knowledge, locales_dir=locales)),
        load,
        folders=content.folders,
        files=files,
        prepare=partial(train_aside, default_locale="en", target_risk=0.05, cache_dir=cache_dir),
        kept=Kept(folder / "cache", content.folders),
        overlays=Overlays(store),
    )
    async with world_of(snapshots, folder, store=store) as world:
        yield world


def snapshots_of(world: World) -> Snapshots:
    assert world.service.snapshots is not None
    return world.service.snapshots


async def until(found: Callable[[], object]) -> None:
    async with asyncio.timeout(LONGEST):
        while not found():  # noqa: ASYNC110 - the bot is looked at from outside
            await asyncio.sleep(0.02)


class Crowd:
    """People who ask, each one question, as long as they are let."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._enough = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    async def one(self, client: str) -> str:
        """Ask a question, and wait for the answer."""
        user = self._world.api.user("Ana", language_code=client)
        reply = await self._world.answer(await user.send(ASKED[client]))
        return str(reply["text"])

    async def __aenter__(self) -> Crowd:
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._enough.set()
        assert self._asking is not None
        await self._asking
        await until(lambda: all(self.replies()))

    def replies(self) -> list[tuple[str, ...]]:
        """The texts that each of them was sent."""
        return [
            tuple(
                str(reply["text"]) for reply in self._world.api.messages(message["chat"]["id"], by_bot=True)
            )
            for _, message in self.asked
        ]

    async def _behind(self) -> bool:
        """Whether so many wait that more would only show how slow this machine is."""
        counts = await self._world.service.store.counts()
        return counts.new + len(self._world.api.pending()) > MOST_WAITING

    async def _ask(self) -> None:
        clients, began = tuple(ASKED), time.monotonic()
        while not self._enough.is_set():
            due = (time.monotonic() - began) * RATE
            while len(self.asked) < due and not self._enough.is_set() and not await self._behind():
                client = clients[len(self.asked) % len(clients)]
                user = self._world.api.user(f"P{len(self.asked)}", language_code=client)
                self.asked.append((client, await user.send(ASKED[client])))
            await asyncio.sleep(0.02)


BAD: dict[str, tuple[str, str, str, int, str]] = {
    # what is wrong -> file, text, what it becomes, how many lines below it is told of, how it is called
    "syntax": ("knowledge/entries/members.yaml", "order: 3", "order: [3", 1, "yaml-syntax"),
    "unknown fact": (
        "knowledge/entries/members.yaml",
        "launch-members-countries]\n    related: [members-now, countries",
        "launch-members-countries, launch-members-cities]\n    related: [members-now, countries",
        0,
        "unknown-fact",
    ),
    "confusing phrasing": (
        "knowledge/phrasings/en.yaml",
        "  - website of WDEA\n",
        "  - who proposed the world digital education alliance\n  - website of WDEA\n",
        0,
        "phrasing-confusable",
    ),
    "broken placeholder": (
        "locales/fr/LC_MESSAGES/knowledge.po",
        "l’alliance réunissait {launch_members_institutions, plural",
        "l’alliance réunissait {launch_members_institution, plural",
        -4,
        "unknown-placeholder",
    ),
}


async def test_bad_edits_are_refused_with_file_and_line_while_everybody_is_answered(
    content: Content, tmp_path: Path, cache_dir: Path
) -> None:
    async with edited(content, tmp_path, cache_dir) as world:
        snapshots, crowd = snapshots_of(world), Crowd(world)
        first = snapshots.current()
        before = {client: await crowd.one(client) for client in ASKED}
        async with crowd:
            for name, old, new, below, code in BAD.values():
                path, line = content.edit(name, old, new)
                place = f"{path}:{line + below}:"
                await until(lambda: place in (snapshots.trouble() or ""))  # noqa: B023 - called in this round
                assert code in (snapshots.trouble() or "")
                assert snapshots.current() is first
                content.undo()
            await until(lambda: snapshots.trouble() is None)
            content.edit(
                "knowledge/facts.yaml",
                "      value: 104\n      unit: institutions",
                "      value: 105\n      unit: institutions",
            )
            await until(lambda: snapshots.current() is not first)
            answered = len(crowd.asked)
            await until(lambda: len(crowd.asked) > answered + len(ASKED))
        after = {client: await crowd.one(client) for client in ASKED}
        await world.settled()
        ready = await world.service.checks()["knowledge"]()
        told = Counter(
            (client, replies) for (client, _), replies in zip(crowd.asked, crowd.replies(), strict=True)
        )
        decided = Counter(each.revision for each in await world.service.store.decisions())
    last = snapshots.current()
    assert (ready.reason, ready.facts["revision"], ready.facts["pinned"]) == (None, last.revision, None)
    for (
        client
    ) in ASKED:  # one line was edited, and every language is right, the plurals of Russian and Arabic too
        assert re.search("104|١٠٤", before[client])
        assert re.search("105|١٠٥", after[client])
        assert not re.search("104|١٠٤", after[client])
    assert all(before[client] != after[client] for client in ASKED)
    renewed = 0
    for (client, replies), count in told.items():
        assert replies in ((before[client],), (after[client],))  # one reply, and wholly of one revision
        renewed += count if replies == (after[client],) else 0
    assert 0 < renewed < len(crowd.asked)
    # Which revision a reply says it is of is what it says.
    assert decided == {
        first.revision: len(crowd.asked) - renewed + len(ASKED),
        snapshots.current().revision: renewed + len(ASKED),
    }
    print(f"{len(crowd.asked)} questions, {renewed} of them answered by the new revision")  # noqa: T201 - measured

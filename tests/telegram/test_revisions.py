"""Staff have the files read again, and go back to the version before, from their chat."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant, load_assistant
from bot.effects import Pin
from bot.language import staff_texts
from bot.preview.botapi import User
from bot.staff.building import Wanted
from bot.staff.files import state_of
from bot.staff.kept import Kept
from bot.staff.reload import Snapshots
from bot.telegram.staffroom import Staffroom
from tests.telegram.conftest import NOW, STAFF, StaffTalk, plant, text_of


@pytest.fixture
def keeper(stafftalk: StaffTalk) -> User:
    return stafftalk.api.user("Kim", language_code="en", identity=STAFF)


@pytest.fixture
def snapshots(stafftalk: StaffTalk, tmp_path: Path) -> Snapshots:
    """What answers can be replaced: an own garden, whose files a test may edit."""
    folders = plant(tmp_path / "edited")
    cache = tmp_path / "cache"

    def load(wanted: Wanted) -> Assistant:
        return load_assistant(
            knowledge_dir=wanted.knowledge_dir, locales_dir=wanted.locales_dir, cache_dir=cache
        )

    files = state_of(folders)
    first = load(Wanted(knowledge_dir=folders[0], locales_dir=folders[1]))
    held = Snapshots(first, load, folders=folders, files=files, kept=Kept(cache, folders))
    stafftalk.dispatcher._assistant = held.current
    stafftalk.dispatcher._staffroom = Staffroom(stafftalk.store, now=lambda: NOW, snapshots=held)
    return held


def edit(snapshots: Snapshots, old: str, new: str) -> None:
    file = snapshots.current().knowledge.root / "entries" / "tools.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


async def said(stafftalk: StaffTalk, keeper: User, command: str) -> str:
    await keeper.send(command)
    return text_of(await stafftalk.said())


async def test_a_reload_tells_what_answers_now_and_what_changed(
    stafftalk: StaffTalk, keeper: User, snapshots: Snapshots
) -> None:
    before = snapshots.current().revision
    edit(snapshots, "A sharp one.", "A blunt one.")
    told = await said(stafftalk, keeper, "/reload")
    assert snapshots.current().revision != before
    assert snapshots.current().revision in told
    assert before in told
    assert "spade" in told


async def test_ten_faults_are_named_with_file_and_line_and_the_others_are_counted(
    stafftalk: StaffTalk, keeper: User, snapshots: Snapshots
) -> None:
    missing = json.dumps([f"fact-{number}" for number in range(13)])
    edit(snapshots, '["founded"]', missing)
    before = snapshots.current().revision
    told = await said(stafftalk, keeper, "/reload")
    assert snapshots.current().revision == before
    assert "tools.yaml:1:" in told
    assert told.count("error unknown-fact") == 10
    assert "and 3 more" in told


async def test_a_reload_that_changes_nothing_says_so(
    stafftalk: StaffTalk, keeper: User, snapshots: Snapshots
) -> None:
    told = await said(stafftalk, keeper, "/reload")
    assistant = snapshots.current()
    assert told == assistant.catalogs.text("en", staff_texts.RELOAD_SAME, revision=assistant.revision)


async def test_going_back_pins_the_version_before_and_says_how_it_ends(
    stafftalk: StaffTalk, keeper: User, snapshots: Snapshots
) -> None:
    before = snapshots.current().files
    await snapshots.reload()  # what answers well is kept
    edit(snapshots, "A sharp one.", "A blunt one.")
    await snapshots.reload()
    await keeper.send("/rollback")
    replied = await stafftalk.said()
    assert replied.effects == (Pin(revision=before, at=NOW),)
    assert before in text_of(replied)
    assert "/reload" in text_of(replied)


async def test_without_an_earlier_version_nothing_is_pinned(
    stafftalk: StaffTalk, keeper: User, garden: Assistant
) -> None:
    await keeper.send("/rollback")
    replied = await stafftalk.said()
    assert replied.effects == ()
    assert text_of(replied) == garden.catalogs.text("en", staff_texts.ROLLBACK_NONE)

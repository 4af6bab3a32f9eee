"""Learning in a process of its own, a real one."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant, Unlearnt, learnt, read_content
from bot.errors import KnowledgeError
from bot.files import ReadCache
from bot.staff.building import Loading, Prepared, Present, Wanted
from bot.staff.files import state_of
from bot.staff.reload import Snapshots
from bot.staff.training import Training
from tests.knowledge.conftest import MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

EDITED = ("knowledge/phrasings/en.yaml",)


class Office:
    """A small knowledge base, what answers from it, and who trains the next one."""

    def __init__(self, knowledge: Path, root: Path) -> None:
        self.folders = (knowledge, root / "locales")
        self.folders[1].mkdir()
        self.cache = root / "cache"
        self.learnt_here: list[str] = []
        self.loading = Loading(self._read, self._learn)
        self.training = Training(self.loading, target_risk=0.05, cache_dir=self.cache)
        self.wanted = Wanted(knowledge_dir=knowledge, locales_dir=self.folders[1])

    def first(self) -> Assistant:
        first = self.loading(self.wanted)
        self.learnt_here.clear()
        return first

    def edit(self, old: str, new: str, name: str = "phrasings/en.yaml") -> None:
        path = self.folders[0] / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    async def prepare(self, first: Assistant) -> Prepared:
        return await self.training.prepare(self.wanted, Present(assistant=first, sound=True))

    def _read(self, wanted: Wanted) -> Unlearnt:
        return read_content(
            *wanted.folders, default_locale="en", target_risk=0.05, kept=ReadCache(self.cache)
        )

    def _learn(self, content: Unlearnt) -> Assistant:
        return learnt(content, cache_dir=self.cache, progress=self.learnt_here.append)


@pytest.fixture
def office(make_knowledge: MakeKnowledge, tmp_path: Path) -> Office:
    return Office(make_knowledge(), tmp_path)


def learnt_aside(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("matcher-*")}


async def test_what_was_learnt_aside_need_not_be_learnt_again(office: Office) -> None:
    first = office.first()
    office.edit("launch date please", "date of the launch")
    with capture_logs() as logs:
        prepared = await office.prepare(first)
    assert logs == []
    assert prepared.problems == ()
    assert "date of the launch" in prepared.load().matcher.speakers[0].texts
    assert office.learnt_here == []


async def test_a_reload_learns_aside_first(office: Office) -> None:
    files = state_of(office.folders)
    first = office.first()
    snapshots = Snapshots(
        first, office.loading, folders=office.folders, files=files, prepare=office.training.prepare
    )
    before = learnt_aside(office.cache)
    office.edit("launch date please", "date of the launch")
    assert (await snapshots.reload()).replaced
    assert learnt_aside(office.cache) > before
    assert office.learnt_here == []


async def test_an_edit_from_which_nothing_is_learnt_starts_no_process(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = office.first()
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    office.edit("It was launched", "It began", "entries/launch.yaml")
    with capture_logs() as logs:
        prepared = await office.prepare(first)
    assert logs == []
    assert prepared.load().knowledge.entries["launch-when"].answer.startswith("It began")


async def test_wrong_content_is_told_by_whoever_prepares(office: Office) -> None:
    first = office.first()
    (office.folders[0] / "facts.yaml").write_text("- [")
    with pytest.raises(KnowledgeError):
        await office.prepare(first)


# --- what becomes of the process ----------------------------------------------------------------------


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def noted(note: Path) -> str:
    """Read which number a process has noted; nothing until it has."""
    return note.read_text().strip() if note.exists() else ""


async def started(note: Path) -> Path:
    """Wait until a process has noted its number, and say where the system shows it."""
    async with asyncio.timeout(5):
        while not noted(note):  # noqa: ASYNC110 - as another process does
            await asyncio.sleep(0.01)
    return Path(f"/proc/{noted(note)}")


async def test_secrets_stay_in_the_process_that_needs_them(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = office.first()
    office.edit("launch date please", "date of the launch")
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", "4242:secret")
    monkeypatch.setattr(
        sys,
        "executable",
        script(tmp_path / "shows", f"(env; echo $@; cat) > {tmp_path}/shown"),
    )
    await office.prepare(first)
    shown = (tmp_path / "shown").read_text()
    assert "PATH=" in shown
    assert "date of the launch" in shown
    assert "4242:secret" not in shown


@pytest.mark.parametrize(("program", "reason"), [("exit 9", "exit status 9"), (None, "No such file")])
async def test_a_process_that_fails_is_told_of_and_harms_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, reason: str
) -> None:
    first = office.first()
    office.edit("launch date please", "date of the launch")
    path = tmp_path / "program"
    monkeypatch.setattr(sys, "executable", script(path, program) if program else str(path))
    with capture_logs() as logs:
        async with office.training.at_hand(EDITED):
            prepared = await office.prepare(first)
    assert [log["event"] for log in logs] == ["training_failed"]
    assert reason in logs[0]["reason"]
    assert "date of the launch" in prepared.load().matcher.speakers[0].texts
    assert office.learnt_here == ["learning en: 8 phrasings"]


@pytest.mark.parametrize("cancelled", [True, False])
async def test_no_process_is_left_behind(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    first = office.first()
    office.edit("launch date please", "date of the launch")
    monkeypatch.setattr("bot.staff.training._LONGEST_SECONDS", 60 if cancelled else 0.3)
    note = tmp_path / "pid"
    monkeypatch.setattr(sys, "executable", script(tmp_path / "stuck", f"echo $$ > {note}; exec sleep 60"))
    task = asyncio.ensure_future(office.prepare(first))
    process = await started(note)
    if cancelled:
        task.cancel()
    with capture_logs() as logs:
        await asyncio.gather(task, return_exceptions=True)
    assert not process.exists()
    assert [log["reason"] for log in logs] == ([] if cancelled else ["not done after 0.3 s"])


async def test_nothing_more_is_learnt_of_what_is_not_fit_to_answer(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = office.first()
    office.edit("launch date please", "launch date please\n  - How many members are there?")
    note = tmp_path / "pid"
    monkeypatch.setattr(sys, "executable", script(tmp_path / "stuck", f"echo $$ > {note}; exec sleep 60"))
    async with office.training.at_hand(EDITED):
        process = await started(note)
        async with asyncio.timeout(20):
            prepared = await office.prepare(first)
        assert not process.exists()
    assert prepared.problems[0].code == "duplicate-phrasing"


@pytest.mark.parametrize("changed", [EDITED, ("knowledge/names.yaml",), ("knowledge/synonyms/fr.yaml",)])
async def test_a_process_is_at_hand_as_long_as_an_edit_may_call_for_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: tuple[str, ...]
) -> None:
    note = tmp_path / "pid"
    monkeypatch.setattr(sys, "executable", script(tmp_path / "stuck", f"echo $$ > {note}; exec sleep 60"))
    with suppress(KeyError):
        async with office.training.at_hand(changed):
            process = await started(note)
            raise KeyError
    assert not process.exists()


async def test_the_process_that_is_at_hand_is_used(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = office.first()
    office.edit("launch date please", "date of the launch")
    count = tmp_path / "count"
    monkeypatch.setattr(
        sys, "executable", script(tmp_path / "counts", f"echo started >> {count}; exec {sys.executable} $@")
    )
    async with office.training.at_hand(EDITED):
        prepared = await office.prepare(first)
    assert prepared.load().knowledge.phrasings["en"]
    assert count.read_text().split() == ["started"]
    assert office.learnt_here == []


async def test_no_process_is_at_hand_for_other_edits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.staff.training.Aside.start", None)  # would fail
    async with office.training.at_hand(("knowledge/facts.yaml", "locales/fr/LC_MESSAGES/bot.po")):
        await asyncio.sleep(0)


async def test_a_process_that_is_told_nothing_ends_by_itself() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.staff.learning", stdin=asyncio.subprocess.PIPE
    )
    await process.communicate(b"")
    assert process.returncode == 0

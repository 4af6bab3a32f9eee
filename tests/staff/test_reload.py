"""How edits become what the bot says while it runs, on real files."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.answering.answer import answer
from bot.answering.assistant import Assistant, load_assistant
from bot.errors import CatalogError, KnowledgeError
from bot.staff import building
from bot.staff import files as files_module
from bot.staff import reload as module
from bot.staff import watching as watching_module
from bot.staff.building import Wanted
from bot.staff.files import Told, state_of
from bot.staff.kept import Kept
from bot.staff.reload import Reload, Snapshots
from bot.types import Problem, Question
from tests.conftest import ASKED_AT, ROOT
from tests.knowledge.conftest import FILES

QUESTION = "When was it launched?"
Logs = list[Any]


class Content:
    """A small knowledge base and one catalog, as an editor has them on disk."""

    def __init__(self, root: Path) -> None:
        self.knowledge, self.locales = root / "knowledge", root / "locales"
        self.folders = (self.knowledge, self.locales)
        self.builds = 0
        for name, text in FILES.items():
            path = self.knowledge / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.catalog = self.locales / "fr" / "LC_MESSAGES" / "bot.po"
        self.catalog.parent.mkdir(parents=True)
        shutil.copy(ROOT / "locales" / "fr" / "LC_MESSAGES" / "bot.po", self.catalog)
        header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        self.catalog.with_name("knowledge.po").write_text(header)

    def load(self, wanted: Wanted | None = None) -> Assistant:
        self.builds += 1
        return load_assistant(
            knowledge_dir=wanted.knowledge_dir if wanted else self.knowledge,
            locales_dir=wanted.locales_dir if wanted else self.locales,
            overlay=wanted.overlay if wanted else None,
        )

    def edit(self, old: str, new: str, name: str = "entries/launch.yaml") -> None:
        path = self.knowledge / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def said(assistant: Assistant) -> str:
    reply = answer(Question(text=QUESTION, asked_at=ASKED_AT), assistant)
    return " ".join(part.text for part in reply.parts)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


@pytest.fixture
def logs() -> Iterator[Logs]:
    with capture_logs() as logs:
        yield logs


async def until(found: Callable[[], bool], within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not found():  # noqa: ASYNC110 - the snapshot is looked at from outside
            await asyncio.sleep(0.01)


@asynccontextmanager
async def watching(content: Content, **parts: Any) -> AsyncIterator[Snapshots]:
    files = state_of(content.folders)
    first = content.load()
    snapshots = Snapshots(first, content.load, folders=content.folders, files=files, **parts)
    task = asyncio.create_task(snapshots.watch())
    try:
        yield snapshots
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def events(logs: Logs) -> list[str]:
    return [log["event"] for log in logs]


async def test_an_edited_answer_is_live_within_seconds(content: Content, logs: Logs) -> None:
    replaced: list[Reload] = []
    async with watching(content, on_replaced=replaced.append) as snapshots:
        before = snapshots.current()
        await asyncio.sleep(0.2)
        content.edit("It was launched in Shanghai", "It started in Shanghai")
        await until(lambda: snapshots.current() is not before)
        assert said(snapshots.current()).startswith("It started in Shanghai")
        assert said(before).startswith("It was launched")  # whoever still answers with it is not disturbed
    (reload,) = replaced
    assert reload.revision == snapshots.current().revision != before.revision == reload.previous
    (log,) = logs
    assert (log["event"], log["revision"], log["previous"]) == (
        "knowledge_reloaded",
        reload.revision,
        before.revision,
    )
    assert log["changed"] == ["knowledge/entries/launch.yaml"]
    assert snapshots.trouble() is None


async def test_a_corrected_translation_is_live_too(content: Content, logs: Logs) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current().revision
        text = content.catalog.read_text()
        new = text.replace('msgstr "', 'msgstr "Ah, ', 2).replace('msgstr "Ah, "', 'msgstr ""', 1)
        content.catalog.write_text(new)
        await until(lambda: snapshots.current().revision != before)
    assert logs[-1]["changed"] == ["locales/fr/LC_MESSAGES/bot.po"]


async def test_wrong_content_keeps_the_last_good_one_and_says_what_is_wrong_where(
    content: Content, logs: Logs
) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current()
        content.edit("{launch_date}", "{lunch_date}")
        await until(lambda: snapshots.trouble() is not None)
        assert snapshots.current() is before
        place = f"{content.knowledge}/entries/launch.yaml:6:"
        problem = next(log for log in logs if log["event"] == "knowledge_problem")
        assert place in problem["problem"]
        assert "lunch_date" in problem["problem"]
        assert problem["log_level"] == "error"
        kept = next(log for log in logs if log["event"] == "knowledge_kept")
        assert kept["revision"] == before.revision
        assert kept["changed"] == ["knowledge/entries/launch.yaml"]
        trouble = snapshots.trouble()
        assert trouble is not None
        assert place in trouble
        assert "last good ones answer" in trouble
        content.edit("{lunch_date}", "{launch_date}")
        await until(lambda: snapshots.trouble() is None)
        assert snapshots.current() is before
    assert events(logs)[-1] == "knowledge_well_again"
    assert "knowledge_reloaded" not in events(logs)


@pytest.mark.parametrize("broken", ["entries: [", "\t- x", "\x00", "title: [1]\nentries: 5\n"])
async def test_a_file_that_cannot_be_read_keeps_the_last_good_one(
    content: Content, logs: Logs, broken: str
) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current()
        (content.knowledge / "entries" / "launch.yaml").write_text(broken)
        await until(lambda: "knowledge_kept" in events(logs))
        assert snapshots.current() is before


async def test_a_broken_catalog_keeps_the_last_good_one(content: Content, logs: Logs) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current()
        content.catalog.write_text('msgid "x\nmsgstr')
        await until(lambda: "knowledge_kept" in events(logs))
        assert snapshots.current() is before
        assert any(str(content.catalog) in log.get("problem", "") for log in logs)


async def test_folders_that_go_away_and_come_back_are_taken_up_again(
    content: Content, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching_module, "_POLL_SECONDS", 0.1)
    monkeypatch.setattr(files_module, "LOOK_SECONDS", 0.3)
    aside = content.knowledge.with_name("aside")
    async with watching(content) as snapshots:
        before = snapshots.current()
        content.knowledge.rename(aside)
        await until(lambda: "knowledge_kept" in events(logs))
        assert snapshots.current() is before
        path = aside / "entries" / "launch.yaml"
        path.write_text(path.read_text().replace("It was launched", "It began"))
        aside.rename(content.knowledge)
        await until(lambda: snapshots.current() is not before)
        content.edit("It began", "It started")
        await until(lambda: said(snapshots.current()).startswith("It started"))


async def test_an_edit_that_changes_nothing_is_no_reload(content: Content, logs: Logs) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current()
        path = content.knowledge / "facts.yaml"
        path.write_text("# a remark\n" + path.read_text())
        os.utime(content.catalog)
        (content.knowledge / "notes.txt").write_text("not content")
        await until(lambda: content.builds == 2)
        await asyncio.sleep(0.3)
        assert snapshots.current() is before
    assert logs == []


async def test_nothing_is_built_while_nothing_changes(content: Content) -> None:
    async with watching(content):
        await asyncio.sleep(0.3)
        assert content.builds == 1


async def test_many_files_written_one_by_one_are_one_reload(content: Content, logs: Logs) -> None:
    async with watching(content) as snapshots:
        before = snapshots.current()
        await asyncio.sleep(0.1)
        content.edit("title: The launch", "title: Beginnings")
        for number in range(8):
            await asyncio.sleep(0.05)
            content.edit("launch date please", f"launch date please {number}", "phrasings/en.yaml")
            content.edit(f"launch date please {number}", "launch date please", "phrasings/en.yaml")
        content.edit("  - when did it start", "  - when did it all start", "phrasings/en.yaml")
        await until(lambda: snapshots.current() is not before)
    assert events(logs) == ["knowledge_reloaded"]
    assert logs[0]["changed"] == ["knowledge/entries/launch.yaml", "knowledge/phrasings/en.yaml"]


async def test_an_edit_made_during_a_build_is_never_half_taken(content: Content, logs: Logs) -> None:
    """The build that read both states is thrown away."""
    entered, go_on = threading.Event(), threading.Event()
    loading = content.load

    def slow(_wanted: Wanted) -> Assistant:
        if content.builds == 1:
            entered.set()
            go_on.wait(5)
        return loading()

    files = state_of(content.folders)
    snapshots = Snapshots(loading(), slow, folders=content.folders, files=files)
    reload = asyncio.create_task(snapshots.reload())
    await asyncio.to_thread(entered.wait, 5)
    content.edit("It was launched", "It began")
    go_on.set()
    result = await asyncio.wait_for(reload, 5)
    assert result.changed == ("knowledge/entries/launch.yaml",)
    assert content.builds == 3
    assert said(snapshots.current()).startswith("It began")
    assert events(logs) == ["knowledge_reloaded"]


async def test_files_that_change_all_the_time_are_left_for_later(
    content: Content, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching_module, "_QUIET_SECONDS", 0.01)
    monkeypatch.setattr(watching_module, "_LONGEST_WAIT", 0.02)
    first = content.load()

    def restless(_wanted: Wanted) -> Assistant:
        os.utime(content.catalog, ns=(content.builds, content.builds))
        return content.load()

    snapshots = Snapshots(first, restless, folders=content.folders)
    result = await asyncio.wait_for(snapshots.reload(), 10)
    assert not result.replaced
    assert events(logs)[0] == "knowledge_changing"


async def test_an_edit_made_while_the_first_one_was_built_is_found(content: Content) -> None:
    files = state_of(content.folders)
    first = content.load()
    content.edit("It was launched", "It began")
    for known in (files, None):
        snapshots = Snapshots(first, content.load, folders=content.folders, files=known)
        task = asyncio.create_task(snapshots.watch())
        await until(lambda: snapshots.current() is not first)  # noqa: B023 - called before the next round
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_first_snapshot_is_judged_once(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    looked = building.faults

    def noted(found: Assistant, sound: Assistant | None = None) -> tuple[Problem, ...]:
        judged.append(found.revision)
        return looked(found, sound)

    monkeypatch.setattr(module, "faults", noted)
    kept = Kept(tmp_path / "cache", content.folders)
    for _ in range(2):
        shutil.rmtree(tmp_path / "cache" / "revisions", ignore_errors=True)
        async with watching(content, kept=kept) as snapshots:
            await until(lambda: kept.all() == (snapshots.current().files,))
    assert judged == [snapshots.current().revision]


async def test_what_is_wrong_with_the_first_snapshot_is_asked_again(content: Content, tmp_path: Path) -> None:
    content.edit("launch date please", "How many members are there?", "phrasings/en.yaml")
    kept = Kept(tmp_path / "cache", content.folders)
    for _ in range(2):
        async with watching(content, kept=kept) as snapshots:
            await until(lambda: "asks member-count, too" in (snapshots.trouble() or ""))
    assert kept.all() == ()


async def test_what_was_wrong_with_the_first_snapshot_is_found_after_another_edit_too(
    content: Content,
) -> None:
    """Only what differs from a sound snapshot need not be judged again."""
    content.edit("launch date please", "How many members are there?", "phrasings/en.yaml")
    async with watching(content) as snapshots:
        await until(lambda: snapshots.trouble() is not None)
        first = snapshots.current()
        content.edit("It was launched", "It began")
        await until(lambda: content.builds == 2 and "cannot be used" in (snapshots.trouble() or ""))
        assert snapshots.current() is first
        content.edit("How many members are there?", "launch date", "phrasings/en.yaml")
        await until(lambda: snapshots.trouble() is None)
        assert said(snapshots.current()).startswith("It began")


async def test_a_reload_on_request_says_what_came_of_it(content: Content, logs: Logs) -> None:
    files = state_of(content.folders)
    snapshots = Snapshots(content.load(), content.load, folders=content.folders, files=files)
    nothing = await snapshots.reload()
    assert (nothing.replaced, nothing.changed, nothing.problems) == (False, (), ())
    assert events(logs) == ["knowledge_unchanged"]
    content.edit("{launch_date}", "{lunch_date}")
    wrong = await snapshots.reload()
    assert not wrong.replaced
    assert [problem.location.line for problem in wrong.problems if isinstance(problem, Problem)] == [6]
    content.edit("{lunch_date}", "{launch_date} or so")
    right = await snapshots.reload()
    assert right.replaced
    assert right.revision == snapshots.current().revision


async def test_a_signal_can_ask_for_a_reload(content: Content) -> None:
    snapshots = Snapshots(content.load(), content.load, folders=content.folders)
    before = snapshots.current()
    content.edit("It was launched", "It began")
    snapshots.ask()
    snapshots.ask()
    await until(lambda: snapshots.current() is not before)


def unwatchable(error: Exception) -> Told:
    async def told(folders: Sequence[Path]) -> AsyncGenerator[bool, None]:
        raise error
        yield True

    return told


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("OS file watch limit reached")]
)
async def test_when_watching_fails_the_files_are_looked_at(
    content: Content, logs: Logs, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(watching_module, "_POLL_SECONDS", 0.1)
    async with watching(content, told=unwatchable(error)) as snapshots:
        before = snapshots.current()
        await until(lambda: "watching_failed" in events(logs))
        content.edit("It was launched", "It began")
        await until(lambda: snapshots.current() is not before)
    assert events(logs) == ["watching_failed", "knowledge_reloaded"]
    assert str(error) in logs[0]["reason"]
    assert logs[0]["instead"] == "looking every 0.1 s"


async def test_a_change_that_nobody_tells_of_is_found_and_the_watch_renewed(content: Content) -> None:
    """As on mounted folders."""
    watches = 0

    async def deaf(folders: Sequence[Path]) -> AsyncGenerator[bool, None]:
        nonlocal watches
        watches += 1
        while True:
            await asyncio.sleep(0.05)
            yield False

    async with watching(content, told=deaf) as snapshots:
        before = snapshots.current()
        await asyncio.sleep(0.2)
        content.edit("It was launched", "It began")
        await until(lambda: snapshots.current() is not before)
        await until(lambda: watches == 2)


async def test_a_failure_that_is_not_the_contents_is_tried_again(
    content: Content, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUILD_AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(files_module, "LOOK_SECONDS", 0.1)
    troubles: list[Exception] = [OSError(24, "Too many open files"), MemoryError()]

    def shaky(_wanted: Wanted) -> Assistant:
        if troubles:
            raise troubles.pop(0)
        return content.load()

    files = state_of(content.folders)
    snapshots = Snapshots(content.load(), shaky, folders=content.folders, files=files)
    before = snapshots.current()
    task = asyncio.create_task(snapshots.watch())
    content.edit("It was launched", "It began")
    await until(lambda: snapshots.current() is not before)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert events(logs).count("knowledge_not_built") == 2
    assert snapshots.trouble() is None


def test_a_state_follows_links_and_is_not_led_in_circles(content: Content, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "de.yaml").write_text("{}")
    (content.knowledge / "linked").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(content.knowledge)
    (content.knowledge / "nowhere.yaml").symlink_to(tmp_path / "missing")
    before = state_of(content.folders)
    assert str(content.knowledge / "linked" / "de.yaml") in before
    assert before[str(content.knowledge / "nowhere.yaml")] == (0, 0, 0)
    assert len(before) == len(FILES) + 2 + 2
    (elsewhere / "de.yaml").write_text("{a: 1}")
    assert state_of(content.folders) != before


@pytest.mark.parametrize("count", [1, 80])
async def test_only_so_many_problems_fill_the_log(content: Content, logs: Logs, count: int) -> None:
    def wrong(kind: type[KnowledgeError | CatalogError], _wanted: Wanted) -> Assistant:
        raise kind([f"problem {number}" for number in range(count)])

    for kind in (KnowledgeError, CatalogError):
        logs.clear()
        snapshots = Snapshots(content.load(), partial(wrong, kind), folders=content.folders)
        result = await snapshots.reload()
        assert len(result.problems) == count
        assert events(logs).count("knowledge_problem") == min(count, 50)
        trouble = snapshots.trouble() or ""
        assert ("more" in trouble) is (count > 1)

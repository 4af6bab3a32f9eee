"""What staff change in the store while the bot runs: learned rows, withdrawn answers, revisions to go back to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant
from bot.effects import Learn, Pin, Restore, StaffEffect, Unlearn, Withdraw
from bot.errors import KnowledgeError, StorageUnavailable
from bot.staff import reload as module
from bot.staff.building import Wanted
from bot.staff.files import state_of
from bot.staff.kept import Kept, last_good
from bot.staff.overlays import Overlays
from bot.staff.reload import Reload, Snapshots
from bot.storage.sqlite import SqliteStore
from bot.types import Overlay
from tests.conftest import ASKED_AT
from tests.staff.test_reload import Content, events, said, until

ROWS = Learn(locale="en", entry_id="launch-when", text="how old is the club", at=ASKED_AT)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STAFF_SECONDS", 0.05)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path / "content")


@asynccontextmanager
async def following(
    content: Content, store: SqliteStore, cache: Path, told: list[Reload] | None = None
) -> AsyncIterator[Snapshots]:
    files = state_of(content.folders)
    kept = Kept(cache, content.folders)
    note = told.append if told is not None else None
    snapshots = Snapshots(
        content.load(),
        content.load,
        folders=content.folders,
        files=files,
        kept=kept,
        overlays=Overlays(store),
        on_replaced=note,
        on_kept=note,
    )
    await snapshots.heed_staff()
    task = asyncio.create_task(snapshots.watch())
    await until(lambda: bool(kept.all()), 30)
    try:
        yield snapshots
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def changed(snapshots: Snapshots, since: Assistant) -> Assistant:
    await until(lambda: snapshots.current().revision != since.revision, 30)
    return snapshots.current()


async def test_a_learned_row_is_live_and_goes_when_it_is_taken_back(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    told: list[Reload] = []
    async with following(content, store, tmp_path, told) as snapshots:
        first = snapshots.current()
        await store.apply("7", [ROWS])
        second = await changed(snapshots, first)
        assert "how old is the club" in second.knowledge.phrasings["en"]["launch-when"]
        assert second.files == first.files
        await store.apply("7", [Unlearn(locale="en", text=ROWS.text, why="undone", at=ASKED_AT)])
        assert (await changed(snapshots, second)).revision == first.revision
    assert [reload.why for reload in told] == ["staff", "staff"]
    assert told[0].difference is not None
    assert told[0].difference.phrasings["en"].changed == ("launch-when",)


async def test_a_withdrawal_takes_effect_without_building_anything(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    async with following(content, store, tmp_path) as snapshots:
        first, builds = snapshots.current(), content.builds
        await store.apply("7", [Withdraw(entry_id="launch-when", at=ASKED_AT)])
        out = await changed(snapshots, first)
        assert out.withdrawn == {"launch-when"}
        assert "being checked" in said(out)
        content.edit("It was launched in", "It began in")  # a reload keeps it so
        edited = await changed(snapshots, out)
        assert edited.withdrawn == {"launch-when"}
        await store.apply("7", [Restore(entry_id="launch-when", at=ASKED_AT)])
        assert said(await changed(snapshots, edited)).startswith("It began in")
        assert content.builds == builds + 1


async def test_an_answer_withdrawn_before_the_start_is_never_given(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    await store.apply("7", [Withdraw(entry_id="launch-when", at=ASKED_AT)])
    async with following(content, store, tmp_path) as snapshots:
        assert "being checked" in said(snapshots.current())


async def test_a_row_that_does_not_fit_is_told_in_the_log(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        async with following(content, store, tmp_path) as snapshots:
            first = snapshots.current()
            gone = Learn(locale="en", entry_id="gone", text="how big is it", at=ASKED_AT)
            await store.apply("7", [ROWS, gone])
            await changed(snapshots, first)
    (log,) = [log for log in logs if log["event"] == "learned_left_out"]
    assert "store:learned/en:2" in log["problem"]


async def test_going_back_answers_from_the_copies_and_holds_after_a_restart(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    told: list[Reload] = []
    async with following(content, store, tmp_path, told) as snapshots:
        first = snapshots.current()
        assert snapshots.previous() is None
        content.edit("It was launched in", "It began in")
        second = await changed(snapshots, first)
        await until(lambda: snapshots.previous() == first.files, 30)
        await store.apply("7", [Pin(revision=first.files, at=ASKED_AT)])
        back = await changed(snapshots, second)
        assert (back.files, snapshots.pinned) == (first.files, first.files)
        assert said(back).startswith("It was launched in")
        assert snapshots.trouble() is None
        assert told[-1].why == "pin"
    async with following(content, store, tmp_path) as snapshots:
        await until(lambda: snapshots.pinned == first.files, 30)
        assert said(snapshots.current()).startswith("It was launched in")
        content.edit("It began in", "It started in")  # an edit that was not there ends it
        await until(lambda: said(snapshots.current()).startswith("It started in"), 30)
        async with asyncio.timeout(30):
            while (await store.overlay()).pinned is not None:  # noqa: ASYNC110 - written by another task
                await asyncio.sleep(0.02)
        assert snapshots.pinned is None


async def gone_back(
    content: Content, store: SqliteStore, snapshots: Snapshots
) -> tuple[Assistant, Assistant]:
    """Edit a file, and have staff go back; returns what answers again, and what the edit had made."""
    first = snapshots.current()
    content.edit("It was launched in", "It began in")
    second = await changed(snapshots, first)
    await until(lambda: snapshots.previous() is not None, 30)
    await store.apply("7", [Pin(revision=first.files, at=ASKED_AT)])
    await changed(snapshots, second)
    return first, second


async def test_a_wrong_edit_does_not_end_a_pin(content: Content, store: SqliteStore, tmp_path: Path) -> None:
    async with following(content, store, tmp_path) as snapshots:
        first, _ = await gone_back(content, store, snapshots)
        content.edit("{launch_date}", "{lunch_date}")
        await until(lambda: snapshots.trouble() is not None, 30)
        assert (snapshots.pinned, snapshots.current().files) == (first.files, first.files)


async def test_a_reload_on_request_ends_a_pin(content: Content, store: SqliteStore, tmp_path: Path) -> None:
    async with following(content, store, tmp_path) as snapshots:
        _, second = await gone_back(content, store, snapshots)
        reload = await snapshots.reload("9")
        assert reload.revision == second.revision
        assert snapshots.pinned is None
        assert (await store.overlay()).pinned is None
        assert (await store.audit())[0].who == "9"


async def test_a_revision_that_is_not_kept_here_is_told_and_the_files_answer(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        async with following(content, store, tmp_path) as snapshots:
            first = snapshots.current()
            for revision in ("0123456789ab", "../../etc"):
                await store.apply("7", [Pin(revision=revision, at=ASKED_AT)])
                await until(lambda: revision in (snapshots.trouble() or ""), 30)  # noqa: B023 - called at once
            assert snapshots.current() is first
            assert snapshots.pinned is None
    assert events(logs).count("pinned_not_kept") == 2


async def test_a_damaged_copy_is_not_answered_from(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    async with following(content, store, tmp_path) as snapshots:
        first = snapshots.current()
        content.edit("It was launched in", "It began in")
        second = await changed(snapshots, first)
        await until(lambda: snapshots.previous() is not None, 30)
        copies = Kept(tmp_path, content.folders).find(first.files)
        assert copies is not None
        path = copies[0] / "entries" / "launch.yaml"
        path.write_text(path.read_text().replace("It was", "It is"))
        await store.apply("7", [Pin(revision=first.files, at=ASKED_AT)])
        await until(lambda: "damaged" in (snapshots.trouble() or ""), 30)
        assert snapshots.current() is second


async def test_a_start_with_broken_files_answers_from_the_last_good_ones(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    async with following(content, store, tmp_path) as snapshots:
        first = snapshots.current()
    content.edit("{launch_date}", "{lunch_date}")
    knowledge, locales = content.folders
    wanted, kept = Wanted(knowledge_dir=knowledge, locales_dir=locales), Kept(tmp_path, content.folders)
    with capture_logs() as logs:
        found, problems = last_good(content.load, wanted, kept)
    assert found.revision == first.revision
    assert "lunch_date" in str(problems[0])
    assert events(logs) == ["started_with_last_good", "knowledge_problem"]
    with pytest.raises(KnowledgeError):
        last_good(content.load, wanted, Kept(tmp_path / "empty", content.folders))


async def test_a_golden_question_that_goes_wrong_keeps_the_last_good_snapshot(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    golden = content.knowledge / "golden.yaml"
    golden.write_text('en:\n  "When was it launched?": launch-when\n')
    async with following(content, store, tmp_path) as snapshots:
        first = snapshots.current()
        golden.write_text('en:\n  "When was it launched?": member-count\n')
        await until(lambda: f"{golden}:2:3: error golden-question" in (snapshots.trouble() or ""), 30)
        assert snapshots.current() is first


def test_only_the_last_revisions_are_kept(content: Content, tmp_path: Path) -> None:
    kept = Kept(tmp_path / "cache", content.folders)
    names = [f"{number:012x}" for number in range(6)]
    for name in names:
        assert kept.keep(name, needed={names[0]})
    assert kept.all() == (names[0], *names[-3:])
    assert kept.before(names[-1]) == names[-2]
    assert kept.before("ffffffffffff") == names[-1]
    assert kept.before(names[0]) is None
    assert Kept(tmp_path / "cache", (tmp_path, tmp_path)).all() == ()


class Away:
    """A store that cannot be reached."""

    def __init__(self) -> None:
        self.away = True

    async def overlay_version(self) -> int:
        if self.away:
            raise StorageUnavailable("gone")
        return 5

    async def overlay(self, at: datetime | None = None) -> Overlay:
        return Overlay(version=5)

    async def apply(self, who: str, effects: Sequence[StaffEffect]) -> None:
        raise StorageUnavailable("gone")


async def test_a_store_that_is_away_is_told_once() -> None:
    store = Away()
    overlays = Overlays(store)
    with capture_logs() as logs:
        assert [await overlays.newer(0) for _ in range(3)] == [None, None, None]
        store.away = False
        assert await overlays.newer(0) == Overlay(version=5)
        assert await overlays.newer(5) is None
        assert not await overlays.unpin("7")
    assert events(logs) == ["overlay_not_read", "overlay_read_again", "unpin_not_stored"]


async def test_two_processes_that_share_a_store_come_to_the_same_revision(
    content: Content, store: SqliteStore, tmp_path: Path
) -> None:
    other = SqliteStore(tmp_path / "store.sqlite3", retention_days=30)
    await other.open()
    clock = asyncio.get_running_loop().time
    took: dict[str, float] = {}
    async with (
        following(content, store, tmp_path / "one") as one,
        following(content, other, tmp_path / "two") as two,
    ):
        changes: dict[str, Callable[[], object]] = {
            "an edit": lambda: content.edit("It was launched in", "It began in"),
            "a row": lambda: store.apply("7", [ROWS]),
            "a withdrawal": lambda: store.apply("7", [Withdraw(entry_id="launch-when", at=ASKED_AT)]),
        }
        for name, change in changes.items():
            before, began = one.current().revision, clock()
            doing = change()
            if asyncio.iscoroutine(doing):
                await doing
            await until(lambda: before != one.current().revision == two.current().revision, 60)  # noqa: B023
            took[name] = clock() - began
    await other.close()
    print({name: f"{seconds:.1f} s" for name, seconds in took.items()})  # noqa: T201 - measured

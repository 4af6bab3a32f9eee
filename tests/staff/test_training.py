"""Training in a process of its own, a real one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.answering.assistant import Assistant, load_assistant
from bot.staff.building import Verdict, Wanted
from bot.staff.files import state_of
from bot.staff.reload import Snapshots
from bot.staff.training import train_aside
from tests.knowledge.conftest import MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

Train = Callable[[], Awaitable[Verdict | None]]


@pytest.fixture
def folders(make_knowledge: MakeKnowledge, tmp_path: Path) -> tuple[Path, Path]:
    locales = tmp_path / "locales"
    locales.mkdir()
    return make_knowledge(), locales


@pytest.fixture
def train(folders: tuple[Path, Path], tmp_path: Path) -> Train:
    knowledge, locales = folders
    return partial(
        train_aside,
        Wanted(knowledge_dir=knowledge, locales_dir=locales),
        default_locale="en",
        target_risk=0.05,
        cache_dir=tmp_path / "cache",
    )


def cached(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


async def test_what_was_trained_aside_need_not_be_trained_again(
    folders: tuple[Path, Path], train: Train, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        await train()
    assert logs == []
    trained = cached(tmp_path / "cache")
    assert trained
    load_assistant(knowledge_dir=folders[0], locales_dir=folders[1], cache_dir=tmp_path / "cache")
    assert cached(tmp_path / "cache") == trained


async def test_a_reload_trains_aside_first(folders: tuple[Path, Path], train: Train, tmp_path: Path) -> None:
    def load(wanted: Wanted) -> Assistant:
        return load_assistant(
            knowledge_dir=wanted.knowledge_dir, locales_dir=wanted.locales_dir, cache_dir=tmp_path / "cache"
        )

    async def prepare(_wanted: Wanted) -> Verdict | None:
        return await train()

    files = state_of(folders)
    first = load(Wanted(knowledge_dir=folders[0], locales_dir=folders[1]))
    snapshots = Snapshots(first, load, folders=folders, files=files, prepare=prepare)
    before = cached(tmp_path / "cache")
    path = folders[0] / "phrasings" / "en.yaml"
    path.write_text(path.read_text().replace("launch date please", "date of the launch"))
    assert (await snapshots.reload()).replaced
    assert set(cached(tmp_path / "cache")) > set(before)


async def test_wrong_content_is_left_to_whoever_builds_the_snapshot(
    folders: tuple[Path, Path], train: Train
) -> None:
    (folders[0] / "facts.yaml").write_text("- [")
    with capture_logs() as logs:
        await train()
    assert logs == []


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


async def test_secrets_stay_in_the_process_that_needs_them(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", "4242:secret")
    monkeypatch.setattr(
        sys, "executable", script(tmp_path / "shows", f"env > {tmp_path}/env; echo $@ >> {tmp_path}/env")
    )
    await train()
    shown = (tmp_path / "env").read_text()
    assert "PATH=" in shown
    assert "4242:secret" not in shown


@pytest.mark.parametrize(("program", "reason"), [("exit 9", "exit status 9"), (None, "No such file")])
async def test_a_process_that_fails_is_told_of_and_harms_nothing(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, reason: str
) -> None:
    path = tmp_path / "program"
    monkeypatch.setattr(sys, "executable", script(path, program) if program else str(path))
    with capture_logs() as logs:
        await train()
    assert [log["event"] for log in logs] == ["training_failed"]
    assert reason in logs[0]["reason"]


@pytest.mark.parametrize("cancelled", [True, False])
async def test_no_process_is_left_behind(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    monkeypatch.setattr("bot.staff.training._LONGEST_SECONDS", 60 if cancelled else 0.3)
    started = tmp_path / "pid"
    monkeypatch.setattr(sys, "executable", script(tmp_path / "stuck", f"echo $$ > {started}; exec sleep 60"))
    task = asyncio.ensure_future(train())
    async with asyncio.timeout(5):
        while not (started.exists() and started.read_text().strip()):  # noqa: ASYNC110 - as another process does
            await asyncio.sleep(0.01)
    if cancelled:
        task.cancel()
    with capture_logs():
        await asyncio.gather(task, return_exceptions=True)
    assert not Path(f"/proc/{started.read_text().strip()}").exists()  # noqa: ASYNC240 - a look at memory

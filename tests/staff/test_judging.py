"""The first snapshot is judged by a process of its own, as it would be here."""

from __future__ import annotations

from pathlib import Path

from bot.staff.building import faults
from bot.staff.judging import judged_aside
from tests.staff.test_impact import edit, load, repository

__all__ = ["repository"]


async def test_another_process_finds_what_this_one_does(repository: Path, tmp_path: Path) -> None:
    folders = (repository / "knowledge", repository / "locales")
    assert await judged_aside(load(repository), folders, tmp_path / "cache") == ()
    edit(repository, "phrasings/en.yaml", "number of members", "'?!'")
    misled = load(repository)
    found = await judged_aside(misled, folders, tmp_path / "cache")
    assert found == faults(misled)
    assert found


async def test_files_that_are_no_more_those_of_the_snapshot_are_not_judged(
    repository: Path, tmp_path: Path
) -> None:
    first = load(repository)
    edit(repository, "phrasings/en.yaml", "number of members", "name the secretary")
    folders = (repository / "knowledge", repository / "locales")
    assert await judged_aside(first, folders, tmp_path / "cache") is None
    (repository / "knowledge" / "facts.yaml").write_text("{")
    assert await judged_aside(first, folders, tmp_path / "cache") is None

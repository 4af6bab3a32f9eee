"""Is a file whole or not at all, and is what was read before what would be read now?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.files import ReadCache, Recent, forget_old, hashed, replacing
from bot.knowledge.loader import load_knowledge
from bot.language.catalogs import load_catalogs

ROOT = Path(__file__).parents[1]


def test_a_file_that_fails_half_way_leaves_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("before")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()

    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["facts.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_new_file_has_the_rights_it_is_given(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"

    with replacing(path, mode) as file:
        file.write(b"whole")

    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == mode


def test_only_the_newest_files_stay(tmp_path: Path) -> None:
    for age in range(4):
        path = tmp_path / f"kept-{age}.json"
        path.touch()
        os.utime(path, (1_000 - age, 1_000 - age))
    (tmp_path / "other.json").touch()

    forget_old(tmp_path, "kept-*.json", 2)

    assert sorted(os.listdir(tmp_path)) == ["kept-0.json", "kept-1.json", "other.json"]


def test_what_is_hashed_cannot_pass_from_one_part_into_the_next() -> None:
    assert hashed([b"ab", b"c"]) != hashed([b"a", b"bc"])


def test_nothing_is_kept_without_a_folder() -> None:
    ReadCache().keep("phrasings-fr", b"text", ["content"])

    assert ReadCache().find("phrasings-fr", b"text") is None


def test_another_text_is_not_known(tmp_path: Path) -> None:
    ReadCache(tmp_path).keep("phrasings-fr", b"text", ["content"])

    assert ReadCache(tmp_path).find("phrasings-fr", b"text") == ["content"]
    assert ReadCache(tmp_path).find("phrasings-fr", b"text ") is None
    assert ReadCache(tmp_path).find("phrasings-es", b"text") is None


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")

    ReadCache(tmp_path / "cache").keep("phrasings-fr", b"text", [])

    assert ReadCache(tmp_path / "cache").find("phrasings-fr", b"text") is None


def test_the_content_is_the_same_read_again(tmp_path: Path) -> None:
    plain, kept = load_knowledge(ROOT / "knowledge"), ReadCache(tmp_path)
    first = load_knowledge(ROOT / "knowledge", kept=kept)
    catalogs = load_catalogs(ROOT / "locales", kept=kept)
    files = sorted(os.listdir(tmp_path))

    assert len(files) == 8 + 14 + 1  # phrasings of eight languages, two catalogs of seven, names
    assert first == plain == load_knowledge(ROOT / "knowledge", kept=kept)
    assert load_catalogs(ROOT / "locales") == catalogs == load_catalogs(ROOT / "locales", kept=kept)
    assert sorted(os.listdir(tmp_path)) == files


def test_a_process_reads_only_what_has_changed_since(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    kept = ReadCache(recent=Recent())
    before, _ = load_knowledge(tmp_path / "knowledge", kept=kept)
    catalogs, _ = load_catalogs(tmp_path / "locales", kept=kept)
    path = tmp_path / "knowledge" / "phrasings" / "fr.yaml"
    path.write_text(path.read_text("utf-8").replace("  - ", "  - ah, ", 1), "utf-8")

    after, problems = load_knowledge(tmp_path / "knowledge", kept=kept)

    assert not problems
    assert after == load_knowledge(tmp_path / "knowledge")[0]
    assert after.phrasings["fr"] != before.phrasings["fr"]
    assert all(after.phrasings["es"][entry] is found for entry, found in before.phrasings["es"].items())
    assert after.names is before.names
    again, _ = load_catalogs(tmp_path / "locales", kept=kept)
    assert again == catalogs
    assert all(one is other for one, other in zip(again.entries, catalogs.entries, strict=True))


def test_a_file_that_nobody_asks_for_any_more_is_forgotten() -> None:
    recent, path = Recent(), Path("phrasings/fr.yaml")
    first = recent.same(path, b"text", lambda: ["content"])
    recent.forget()
    assert recent.same(path, b"text", lambda: ["content"]) is first
    recent.forget()
    recent.forget()
    assert recent.same(path, b"text", lambda: ["content"]) is not first


@pytest.mark.parametrize("damage", ["", "[[", "{}", "[[1]]", '[["id", ["text"], [1], [1, 2]]]'])
def test_a_damaged_file_is_as_if_it_were_not_there(damage: str, tmp_path: Path) -> None:
    load_knowledge(ROOT / "knowledge", kept=ReadCache(tmp_path))
    load_catalogs(ROOT / "locales", kept=ReadCache(tmp_path))
    for path in tmp_path.glob("read-*.json"):
        path.write_text(damage)

    assert load_knowledge(ROOT / "knowledge", kept=ReadCache(tmp_path)) == load_knowledge(ROOT / "knowledge")
    assert load_catalogs(ROOT / "locales", kept=ReadCache(tmp_path)) == load_catalogs(ROOT / "locales")


def test_a_faulty_file_keeps_its_faults(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    (folder / "phrasings").mkdir(parents=True)
    (folder / "phrasings" / "fr.yaml").write_text("mission:\n  - a question\n  - {}\n", encoding="utf-8")
    kept = ReadCache(tmp_path / "cache")

    _, once = load_knowledge(folder, kept=kept)
    _, again = load_knowledge(folder, kept=kept)

    assert once == again
    assert any(problem.location.path.name == "fr.yaml" for problem in again)

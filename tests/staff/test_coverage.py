from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polib
from typer.testing import CliRunner

from bot.cli.program import app
from bot.staff.coverage import coverage, lint_content, to_write
from bot.staff.translations import new

ROOT = Path(__file__).resolve().parents[2]


def copied(folder: Path) -> Path:
    """The project's own content, to be spoilt."""
    shutil.copytree(ROOT / "knowledge", folder / "knowledge")
    shutil.copytree(ROOT / "locales", folder / "locales")
    texts = folder / "bot" / "language" / "texts.py"
    texts.parent.mkdir(parents=True)
    shutil.copy(ROOT / "bot" / "language" / "texts.py", texts)
    return folder


def test_the_project_has_translations_that_nobody_stumbles_over() -> None:
    assert [str(problem) for problem in lint_content(ROOT / "knowledge", ROOT / "locales")] == []


def test_counts_what_is_stale_missing_and_reviewed(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "locales" / "fr" / "LC_MESSAGES" / "bot.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    catalog[0].flags = ["fuzzy"]
    catalog[1].msgstr = ""
    catalog[2].tcomment = "Reviewed 2026-11-27 by Awa"
    catalog[3].tcomment = "reviewed 2026-11-27 by Awa"
    catalog[3].flags = ["fuzzy"]
    catalog.save()
    french = next(row for row in coverage(folder / "knowledge", folder / "locales") if row.locale == "fr")
    assert (french.stale, french.missing, french.reviewed) == (2, 1, 1)
    assert french.translated == french.messages - 3
    assert 0.98 < french.share < 1


def test_what_is_too_long_for_its_place_is_counted_and_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "locales" / "fr" / "LC_MESSAGES" / "bot.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    next(
        entry for entry in catalog if entry.msgctxt == "card.share"
    ).msgstr = "Partager cette réponse avec d’autres"
    catalog.save()
    rows = {row.locale: row.too_long for row in coverage(folder / "knowledge", folder / "locales")}
    (problem,) = lint_content(folder / "knowledge", folder / "locales")
    assert (rows["fr"], rows["es"], problem.code) == (1, 0, "too-long")


def test_a_new_language_says_what_to_write(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    created = new(folder, "it", today=date(2026, 11, 27))
    lines = list(to_write(folder, "it"))
    assert [path.name for path in created] == ["bot.po", "knowledge.po"]
    assert lines[0].endswith(f"{len(polib.pofile(str(created[0])))} messages to translate")
    assert [Path(line.split(":")[0]).parent.name for line in lines[2:-1]] == [
        "phrasings",
        "evaluation",
        "synonyms",
    ]


def test_the_commands_print_a_table_and_the_problems_of_one_language(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "locales" / "pt" / "LC_MESSAGES" / "bot.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    entry = next(entry for entry in catalog if entry.msgctxt == "start.examples")
    entry.msgstr = "Escreva"
    catalog.save()
    where = ["--knowledge", str(folder / "knowledge"), "--locales", str(folder / "locales")]
    status = CliRunner().invoke(app, ["translations", "status", *where])
    clean = CliRunner().invoke(app, ["translations", "lint", "--strict", "fr", *where])
    faulty = CliRunner().invoke(app, ["translations", "lint", "--strict", "pt", *where])
    assert status.exit_code == 0
    assert "zh_Hans" in status.output
    assert (clean.exit_code, clean.output) == (0, "0 errors, 0 warnings\n")
    assert faulty.exit_code == 1
    assert "pt/LC_MESSAGES/bot.po" in faulty.output
    assert "other-ending: start.examples" in faulty.output

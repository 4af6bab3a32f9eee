from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.errors import CatalogError
from bot.staff.coverage import coverage, lint_content, print_waiting, waiting

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
    names = ("locale", "messages", "translated", "stale", "missing", "too long", "reviewed", "current")
    assert all(name in status.output for name in names)
    assert (clean.exit_code, clean.output) == (0, "0 errors, 0 warnings\n")
    assert faulty.exit_code == 1
    assert "pt/LC_MESSAGES/bot.po" in faulty.output
    assert "other-ending: start.examples" in faulty.output


def test_a_language_that_does_not_exist_has_no_status(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    with pytest.raises(CatalogError, match='did you mean "fr"'):
        print_waiting(folder / "knowledge", folder / "locales", "frr")


def test_what_is_missing_and_what_is_doubted_is_listed_with_its_place(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "locales" / "fr" / "LC_MESSAGES" / "bot.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    catalog[0].flags = ["fuzzy"]
    catalog[1].msgstr = ""
    catalog.save()
    lines = list(waiting(folder / "knowledge", folder / "locales", "fr"))
    assert lines[0].startswith(f"{path}:")
    assert lines[0].endswith(": start.text is stale")
    assert lines[1].startswith("  now: Hello!")
    assert lines[2].startswith("  fr: Bonjour")
    assert lines[3].endswith(": start.examples is not translated")
    assert len(lines) == 5

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.errors import CatalogError
from bot.staff.coverage import Coverage, coverage
from bot.staff.reviewed import mark_reviewed

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 27)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def french(project: Path) -> Coverage:
    rows = coverage(project / "knowledge", project / "locales")
    return next(row for row in rows if row.locale == "fr")


def change(project: Path, context: str, *, flags: list[str] | None = None, msgstr: str | None = None) -> None:
    path = project / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    entry = next(entry for entry in catalog if entry.msgctxt == context)
    entry.flags = entry.flags if flags is None else flags
    entry.msgstr = entry.msgstr if msgstr is None else msgstr
    catalog.save()


def everything(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (project / "locales").rglob("*.po")}


def test_a_text_or_a_whole_entry_is_noted_and_counted(project: Path) -> None:
    assert french(project).reviewed == 0
    assert mark_reviewed(project, "fr", ["start.text"], by="Awa Diop", today=DAY) == 1
    assert mark_reviewed(project, "fr", ["launch-date"], by="Awa Diop", today=DAY) == 2
    assert mark_reviewed(project, "fr", ["launch-date.answer"], by="Li Wei", today=DAY) == 1
    assert french(project).reviewed == 3
    text = (project / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po").read_text("utf-8")
    assert text.count("# reviewed-by: Awa Diop 2026-11-27\n") == 1
    assert text.count("# reviewed-by: Li Wei 2026-11-27\n") == 1


def test_everything_that_is_current_can_be_noted_at_once(project: Path) -> None:
    change(project, "launch-date.answer", flags=["fuzzy"])
    count = mark_reviewed(project, "fr", None, by="Awa Diop", today=DAY)
    row = french(project)
    assert (row.reviewed, row.translated, row.stale) == (count, count, 1)


def test_what_does_not_exist_or_is_not_current_is_refused_and_nothing_is_noted(project: Path) -> None:
    change(project, "launch-date.answer", flags=["fuzzy"])
    change(project, "launch-place.answer", msgstr="")
    before = everything(project)
    with pytest.raises(CatalogError) as caught:
        mark_reviewed(
            project,
            "fr",
            ["start.text", "launch-dat", "launch-date", "launch-place.answer"],
            by="A",
            today=DAY,
        )
    message = str(caught.value)
    assert 'there is no text "launch-dat"; did you mean "launch-date"?' in message
    assert "launch-date.answer is stale" in message
    assert "launch-place.answer is not translated" in message
    assert everything(project) == before


@pytest.mark.parametrize(
    ("locale", "names", "by", "said"),
    [
        ("frr", ["start.text"], "Awa", 'did you mean "fr"?'),
        ("fr", [], "Awa", "give --all"),
        ("fr", ["start.text"], " ", "--by"),
        ("fr", ["start.text"], "A" * 51, "50 characters"),
    ],
)
def test_what_is_missing_is_asked_for(
    project: Path, locale: str, names: list[str], by: str, said: str
) -> None:
    with pytest.raises(CatalogError, match=said.replace("?", r"\?")):
        mark_reviewed(project, locale, names, by=by, today=DAY)


def test_the_command_says_how_many(project: Path) -> None:
    arguments = ["translations", "reviewed", "fr", "launch-date", "--by", "Awa Diop", "--root", str(project)]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stderr or result.output) == (
        0,
        "2 translations noted as reviewed by Awa Diop\n",
    )

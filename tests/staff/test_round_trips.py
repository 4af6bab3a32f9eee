"""What editors do to a catalog when they save it, and what an update makes of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polib
import pytest

from bot.staff.coverage import coverage
from bot.staff.reviewed import mark_reviewed
from bot.staff.translations import update

ROOT = Path(__file__).resolve().parents[2]
DAY, LATER = date(2026, 11, 27), date(2026, 12, 3)
LOCALES = ("ar", "fr", "zh_Hans")  # from right to left, with spaces that must not break, without spaces
STALE = {"launch-date.answer", "what-is-wdea.answer", "notice.translation_stale"}
State = dict[str, tuple[object, ...]]


def gettext(*command: str) -> Callable[[Path], None]:
    """Save as one of gettext's tools does."""

    def save(path: Path) -> None:
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        path.write_text(done.stdout, "utf-8")

    return save


def header(path: Path, first: tuple[str, ...], **more: str) -> None:
    """Put some fields of the header first and add others, and leave all else as it is."""
    catalog = polib.pofile(path.read_text("utf-8-sig"), wrapwidth=78)
    rest = [name for name in catalog.metadata if name not in first]
    catalog.metadata = {name: catalog.metadata[name] for name in (*first, *rest)} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    lines = [f'"{name}: {value}\\n"' for name, value in catalog.metadata.items()]
    head, _, body = path.read_text("utf-8-sig").partition('msgid ""\nmsgstr ""\n')
    path.write_text(
        f'{head}msgid ""\nmsgstr ""\n' + "\n".join(lines) + "\n\n" + body.partition("\n\n")[2], "utf-8"
    )


def poedit(path: Path) -> None:
    """Save as Poedit 3.2.2 was seen to: lines as they were, a day without a template, a language without script."""
    text = path.read_text("utf-8")
    text = text.replace('"PO-Revision-Date: 2026-', '"POT-Creation-Date: \\n"\n"PO-Revision-Date: 2027-')
    text = text.replace('"Language: zh_Hans\\n"', '"Language: zh\\n"')
    path.write_text(text.replace("\n\n", '\n"X-Generator: Poedit 3.2.2\\n"\n\n', 1), "utf-8")


def poedit_that_wraps(path: Path) -> None:
    """Save as Poedit set to wrap does: lines of 79 characters, the header in its own order, and its name in it."""
    gettext("msgcat", "--width=79")(path)
    header(path, ("Project-Id-Version", "Report-Msgid-Bugs-To", "Last-Translator"), X_Generator="Poedit 3.5")


def poedit_on_windows(path: Path) -> None:
    """Save as an editor on Windows may: with a byte order mark and its own ends of lines."""
    poedit_that_wraps(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))


def weblate(path: Path) -> None:
    """Save as Weblate does, with the Translate Toolkit: lines of 77 characters, its team, its name."""
    gettext("msgcat", "--width=77")(path)
    team = "French <https://hosted.example.org/projects/bot/fr/>"
    header(path, ("Project-Id-Version",), Language_Team=team, X_Generator="Weblate 5.15")


SAVES: dict[str, Callable[[Path], None]] = {
    "msgattrib": gettext("msgattrib"),
    "msgattrib, long lines": gettext("msgattrib", "--no-wrap"),
    "msgcat": gettext("msgcat"),
    "msgcat, sorted": gettext("msgcat", "--sort-output"),
    "Poedit": poedit,
    "Poedit, wrapping": poedit_that_wraps,
    "Poedit on Windows": poedit_on_windows,
    "Weblate": weblate,
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own content with stale, reviewed, editorial and obsolete translations and notes."""
    root = tmp_path_factory.mktemp("project")
    for name in ("knowledge", "bot/language"):
        shutil.copytree(ROOT / name, root / name)
    for locale in LOCALES:
        shutil.copytree(ROOT / "locales" / locale, root / "locales" / locale)
    update(root, today=DAY)
    mark_reviewed(root, "fr", ["name-meaning", "start.text"], by="Awa Diop", today=DAY)
    change(root / "knowledge" / "entries" / "launch.yaml", "was officially launched on", "was launched on")
    change(root / "knowledge" / "entries" / "alliance.yaml", "is an alliance of", "is a network of")
    change(
        root / "knowledge" / "entries" / "alliance.yaml", "In Chinese the alliance", "The alliance in Chinese"
    )
    change(root / "knowledge" / "entries" / "alliance.yaml", "id: name-french", "id: name-in-french")
    change(
        root / "bot" / "language" / "texts.py", "is older than the English", "is not as new as the English"
    )
    update(root, today=DAY, editorial=["name-chinese.answer"])
    french = root / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po"
    change(french, "stale-since: 2026-11-27", "stale-since: 2026-11-27\n# Voir avec l’équipe de presse.")
    update(root, today=LATER)
    return root


@pytest.fixture
def project(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "project"))


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def catalogs(project: Path) -> list[Path]:
    return sorted((project / "locales").rglob("*.po"))


def contents(project: Path) -> dict[Path, State]:
    """Everything that must not be lost, by context."""
    return {
        path.relative_to(project): {
            entry.msgctxt: (
                *(entry.msgid, entry.msgstr, tuple(entry.flags), entry.previous_msgid, entry.tcomment),
                *(entry.comment, tuple(entry.occurrences), bool(entry.obsolete)),
            )
            for entry in polib.pofile(path.read_text("utf-8"), wrapwidth=0)
        }
        for path in catalogs(project)
    }


def files(project: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in catalogs(project)}


def test_the_catalogs_hold_what_the_saves_are_tried_on(prepared: Path) -> None:
    french = contents(prepared)[Path("locales/fr/LC_MESSAGES/knowledge.po")]
    notes = {str(values[4]) for values in french.values()}
    assert {context for context in french if french[context][2] == ("fuzzy",)} == STALE - {
        "notice.translation_stale"
    }
    assert any("Voir avec" in note and "stale-since" in note for note in notes)
    assert any(note.startswith("same-meaning:") for note in notes)
    assert any(note.startswith("reviewed-by: Awa Diop") for note in notes)
    assert any(values[7] for values in french.values())  # obsolete


@pytest.mark.parametrize("name", SAVES)
def test_after_a_save_an_update_has_lost_nothing_and_a_second_one_changes_no_byte(
    project: Path, name: str
) -> None:
    before = contents(project)
    rows = coverage(project / "knowledge", project / "locales")
    for path in catalogs(project):
        SAVES[name](path)
    done = update(project, today=date(2027, 1, 1))
    assert contents(project) == before
    assert (dict(done.stale), dict(done.kept)) == ({}, {})
    assert coverage(project / "knowledge", project / "locales") == rows
    for path in catalogs(project):
        assert polib.pofile(path.read_text("utf-8")).metadata["Language"] == path.parts[-3]
    written = files(project)
    update(project, today=date(2027, 2, 2))
    assert files(project) == written


@pytest.mark.parametrize("name", SAVES)
def test_a_translation_that_is_finished_in_an_editor_becomes_current(project: Path, name: str) -> None:
    path = project / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po"
    SAVES[name](path)
    catalog = polib.pofile(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    entry = next(entry for entry in catalog if entry.msgctxt == "launch-date.answer")
    assert str(entry.previous_msgid).startswith("The World Digital Education Alliance (WDEA) was officially")
    entry.msgstr, entry.flags = entry.msgstr + " ", []  # editors take the flag away, the note stays
    path.write_text(str(catalog), "utf-8")
    update(project, today=LATER)
    found = contents(project)[Path("locales/fr/LC_MESSAGES/knowledge.po")]["launch-date.answer"]
    assert found[2:4] == ((), None)
    assert "stale-since" not in str(found[4])


@pytest.mark.parametrize("name", SAVES)
def test_what_is_saved_and_what_is_updated_passes_msgfmt(project: Path, name: str) -> None:
    for path in catalogs(project):
        check(path)
        SAVES[name](path)
        if name != "Poedit on Windows":  # msgfmt reads no byte order mark
            check(path)
    update(project, today=LATER)
    for path in catalogs(project):
        check(path)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "locales").rglob("*.po")), ids=lambda path: "/".join(path.parts[-3::2])
)
def test_the_projects_own_catalogs_pass_msgfmt(path: Path) -> None:
    check(path)


def check(path: Path) -> None:
    command = ["msgfmt", "--check", "--output-file=/dev/null", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_tool_takes_the_flag_of_what_is_stale(project: Path) -> None:
    path = project / "locales" / "ar" / "LC_MESSAGES" / "knowledge.po"
    command = ["msgattrib", "--only-fuzzy", "--no-obsolete", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    fuzzy = polib.pofile(done.stdout)
    assert {entry.msgctxt for entry in fuzzy} == STALE - {"notice.translation_stale"}
    assert all(entry.previous_msgid for entry in fuzzy)
    assert all(entry.tcomment == "stale-since: 2026-11-27" for entry in fuzzy)

"""What an edit changes for those who ask, on a small knowledge base in a repository of its own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.answering.assistant import Assistant, load_assistant
from bot.cli.program import app
from bot.staff.history import HistoryError, checked_out
from bot.staff.impact import Asked, Changed, difference, impact, report, summary
from tests.conftest import ASKED_AT, ROOT
from tests.knowledge.conftest import FILES

LAUNCH = Asked(text="When was it launched?", locale="en")
MEMBERS = Asked(text="How many members are there?", locale="en")
WEATHER = Asked(text="xyzzy plugh", locale="en")


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Staff", "-c", "user.email=staff@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that holds a small knowledge base and an empty French catalog."""
    for name, text in FILES.items():
        path = tmp_path / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    catalog = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "bot.po"
    catalog.parent.mkdir(parents=True)
    shutil.copy(ROOT / "locales" / "fr" / "LC_MESSAGES" / "bot.po", catalog)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    catalog.with_name("knowledge.po").write_text(header)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    return tmp_path


def load(repository: Path) -> Assistant:
    return load_assistant(knowledge_dir=repository / "knowledge", locales_dir=repository / "locales")


def edit(repository: Path, name: str, old: str, new: str) -> None:
    path = repository / "knowledge" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_nothing_changed_is_said_so(repository: Path) -> None:
    found = impact(load(repository), load(repository), [LAUNCH, MEMBERS], asked_at=ASKED_AT)
    assert not found.moved
    assert summary(found) == "of 2 questions none is dealt with otherwise"
    assert list(report(found))[1] == "  nothing is added, changed or removed"


def test_a_new_figure_changes_the_fact_and_every_language_s_answer_and_moves_nothing(
    repository: Path,
) -> None:
    before = load(repository)
    edit(repository, "facts.yaml", "value: 104", "value: 120")
    found = impact(before, load(repository), [MEMBERS], asked_at=ASKED_AT)
    assert found.facts.changed == ("members",)
    assert found.answers == {"en": ("member-count",), "fr": ("member-count",)}
    assert not found.entries
    assert not found.moved


def test_a_removed_entry_leaves_its_question_unanswered_or_elsewhere(repository: Path) -> None:
    before = load(repository)
    launch = FILES["entries/launch.yaml"]
    kept = launch[: launch.index("    related")] + "\n"
    (repository / "knowledge" / "entries" / "launch.yaml").write_text(kept)
    phrasings = repository / "knowledge" / "phrasings" / "en.yaml"
    phrasings.write_text("launch-when: [When did it begin]\n")
    found = impact(before, load(repository), [MEMBERS, WEATHER], asked_at=ASKED_AT)
    assert found.entries.removed == ("member-count",)
    assert found.phrasings["en"].removed
    (moved,) = [moved for moved in found.moved if moved.asked == MEMBERS]
    assert moved.before == ("member-count",)
    assert moved.kind == "unanswered"
    assert "of 2 questions 1 became unanswered" in summary(found)
    back = impact(load(repository), before, [MEMBERS], asked_at=ASKED_AT)
    assert [(moved.kind, moved.after) for moved in back.moved] == [("answered", ("member-count",))]


def test_the_same_question_is_asked_once(repository: Path) -> None:
    assistant = load(repository)
    found = impact(assistant, assistant, [LAUNCH, LAUNCH, MEMBERS], asked_at=ASKED_AT)
    assert found.questions == {"en": 2}


def test_folders_are_read_as_they_were_at_a_revision(repository: Path) -> None:
    edit(repository, "facts.yaml", "value: 104", "value: 120")
    folders = (repository / "knowledge", repository / "locales")
    with checked_out(folders, "HEAD") as (knowledge, locales):
        assert "value: 104" in (knowledge / "facts.yaml").read_text()
        assert (locales / "fr").is_dir()
    assert not knowledge.exists()


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "HEAD~40"])
def test_a_revision_that_is_none_is_refused(repository: Path, revision: str) -> None:
    with (
        pytest.raises(HistoryError, match="rev-parse"),
        checked_out((repository / "knowledge",), revision),
    ):
        pass


def test_a_folder_that_the_repository_does_not_hold_is_named(repository: Path) -> None:
    installed = repository / ".venv" / "content"
    installed.mkdir(parents=True)
    with (
        pytest.raises(HistoryError, match=r"content is not in the repository .* name your folders"),
        checked_out((installed,), "HEAD"),
    ):
        pass


def test_a_folder_outside_any_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="git repository"), checked_out((tmp_path,), "HEAD"):
        pass


def test_the_command_writes_markdown_for_a_pull_request(repository: Path, tmp_path: Path) -> None:
    edit(repository, "facts.yaml", "value: 104", "value: 120")
    where = ["--knowledge", str(repository / "knowledge"), "--locales", str(repository / "locales")]
    environment = {"ALLIANCE_BOT_DATA_DIR": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = CliRunner().invoke(app, ["diff", "HEAD", "--format", "markdown", *where], env=environment)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("### Content ")
    assert "- facts changed: `members`" in lines
    assert "- answers in other words in en: `member-count`" in lines
    assert not (tmp_path / "data").exists()  # only looking makes no store


def test_a_phrasing_that_a_running_bot_would_refuse_is_named_before_it_is_committed(
    assistant: Assistant, cache_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    edit(
        tmp_path,
        "phrasings/en.yaml",
        "\nwebsite:\n",
        "\nwebsite:\n  - what is the number of members at present\n",
    )
    where = ["--knowledge", str(tmp_path / "knowledge"), "--locales", str(tmp_path / "locales")]
    environment = {"ALLIANCE_BOT_DATA_DIR": str(tmp_path / "data"), "ALLIANCE_BOT_CACHE_DIR": str(cache_dir)}
    done = CliRunner().invoke(app, ["diff", *where], env=environment)
    assert done.exit_code == 0, done.output
    said = done.stdout.partition("A bot that runs keeps its present knowledge until this is put right\n")[2]
    assert "phrasing-confusable" in said
    assert "of website is taken for members-now" in said


def test_names_synonyms_and_notices_are_compared_too(repository: Path) -> None:
    folder = repository / "knowledge"
    (folder / "synonyms").mkdir()
    (folder / "synonyms" / "en.yaml").write_text("- [car, cars]\n- [quick, fast]\n- [old, aged]\n")
    (folder / "names.yaml").write_text("- id: wdea\n  names: {en: [WDEA]}\n- id: one\n  names: {en: [One]}\n")
    notice = "- id: {id}\n  text: {text}\n  from: 2026-01-01\n  until: 2027-01-01\n"
    (folder / "notices.yaml").write_text(notice.format(id="a", text="A.") + notice.format(id="b", text="B."))
    before = load(repository)
    (folder / "synonyms" / "en.yaml").write_text("- [car, cars]\n- [quick, fast, rapid]\n- [new, fresh]\n")
    (folder / "names.yaml").write_text(
        "- id: wdea\n  names: {en: [WDEA, W.D.E.A.]}\n- id: two\n  names: {en: [Two]}\n"
    )
    (folder / "notices.yaml").write_text(
        notice.format(id="b", text="Bee.") + notice.format(id="c", text="C.")
    )
    found = difference(before, load(repository))
    assert found.synonyms == {"en": Changed(added=("new",), changed=("quick",), removed=("old",))}
    assert found.names == Changed(added=("two",), changed=("wdea",), removed=("one",))
    assert found.notices == Changed(added=("c",), changed=("b",), removed=("a",))
    assert (found.entries, found.facts, found.phrasings) == (Changed(), Changed(), {})


def test_what_a_follow_up_leads_to_is_a_part_of_its_entry(assistant: Assistant) -> None:
    entries = dict(assistant.knowledge.entries)
    leading = next(entry for entry in entries.values() if entry.follow_ups)
    entries[leading.id] = replace(leading, follow_ups={})
    after = replace(assistant, knowledge=replace(assistant.knowledge, entries=entries))
    assert difference(assistant, after).entries.changed == (leading.id,)

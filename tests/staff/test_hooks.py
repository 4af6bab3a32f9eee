"""What runs before each commit is offered to other repositories, fits the commands, and stops what is wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli.program import app
from bot.staff.formatting import format_file, write_formatted
from bot.staff.schemas import kind_of, knowledge_files
from tests.knowledge.conftest import FILES

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "knowledge"
FORMAT, LINT, CHECK = "alliance-bot-format", "alliance-bot-translations-lint", "alliance-bot-check"
CATALOG = Path("locales/fr/LC_MESSAGES/bot.po")
FACTS = Path("knowledge/facts.yaml")


def hooks() -> dict[str, dict[str, Any]]:
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]
    assert local["repo"] == "local"
    assert [{**hook, "language": "system"} for hook in offered] == local["hooks"]
    return {hook["id"]: hook for hook in offered}


def run(*paths: Path) -> dict[str, int]:
    """Run the hooks as pre-commit does, in the present folder, on files about to be committed; give exit statuses."""
    statuses = {}
    for name, hook in hooks().items():
        found = [path.as_posix() for path in paths if re.search(hook.get("files", ""), path.as_posix())]
        if found or hook.get("always_run", False):
            words = hook["entry"].split()[1:]
            given = found if hook.get("pass_filenames", True) else []
            statuses[name] = CliRunner().invoke(app, [*words, *given]).exit_code
    return statuses


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with content of its own, in the form that is wanted."""
    for name, text in FILES.items():
        path = tmp_path / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for path in knowledge_files(tmp_path / "knowledge"):
        write_formatted(format_file(path, tmp_path / "knowledge"))
    (tmp_path / CATALOG).parent.mkdir(parents=True)
    shutil.copy(ROOT / CATALOG, tmp_path / CATALOG)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    (tmp_path / CATALOG).with_name("knowledge.po").write_text(header)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_hooks_are_those_that_are_promised_the_quick_ones_first() -> None:
    assert list(hooks()) == [FORMAT, LINT, CHECK]
    assert not {name for name in hooks() if name not in (ROOT / "README.md").read_text(encoding="utf-8")}


def test_each_hook_runs_a_command_that_takes_what_it_is_given() -> None:
    for hook in hooks().values():
        program, *words = hook["entry"].split()
        assert program == "alliance-bot"
        command = get_command(app)
        while isinstance(command, typer.core.TyperGroup):
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known
        takes_files = any(parameter.name == "files" and parameter.nargs == -1 for parameter in command.params)
        assert hook.get("pass_filenames", True) == takes_files


def test_a_hook_that_reads_everything_runs_also_when_a_file_is_only_deleted() -> None:
    for hook in hooks().values():
        assert hook.get("always_run", False) != hook.get("pass_filenames", True)


def test_the_files_are_formatted_in_one_go_so_that_they_are_counted_once() -> None:
    assert hooks()[FORMAT]["require_serial"]


def test_the_hook_that_formats_sees_the_files_it_is_for() -> None:
    pattern = re.compile(hooks()[FORMAT]["files"])
    for path in KNOWLEDGE.rglob("*.*"):
        seen = bool(pattern.search(path.relative_to(ROOT).as_posix()))
        assert seen == (kind_of(path, KNOWLEDGE) is not None)


@pytest.mark.usefixtures("content")
def test_content_without_faults_passes() -> None:
    assert run(FACTS, CATALOG) == {FORMAT: 0, LINT: 0, CHECK: 0}
    assert run(Path("README.md")) == {LINT: 0, CHECK: 0}


@pytest.mark.usefixtures("content")
def test_a_wrong_key_stops_a_commit() -> None:
    edit(FACTS, "  statement:", "  statment:")
    assert run(FACTS)[CHECK] == 1


@pytest.mark.usefixtures("content")
def test_a_file_in_another_form_is_formatted_and_passes_then() -> None:
    before = FACTS.read_text(encoding="utf-8")
    edit(FACTS, "- id: launch-date\n  topic: launch\n", "- topic:   launch\n  id:  launch-date\n")
    assert run(FACTS) == {FORMAT: 0, LINT: 0, CHECK: 0}  # pre-commit itself stops where a hook changed a file
    assert FACTS.read_text(encoding="utf-8") == before


@pytest.mark.usefixtures("content")
def test_a_file_that_is_no_yaml_stops_a_commit() -> None:
    edit(FACTS, "- id: launch-date", "- id: [")
    assert (run(FACTS)[FORMAT], run(FACTS)[CHECK]) == (1, 1)


@pytest.mark.usefixtures("content")
def test_a_broken_placeholder_stops_a_commit() -> None:
    text = CATALOG.read_text(encoding="utf-8")
    CATALOG.write_text(re.sub(r"(?m)^(msgstr .*)\{revision\}", r"\1{revisoin}", text), encoding="utf-8")
    assert run(CATALOG) == {LINT: 1, CHECK: 1}


@pytest.mark.usefixtures("content")
def test_deleting_a_file_that_others_need_stops_a_commit() -> None:
    FACTS.unlink()
    assert run()[CHECK] == 1

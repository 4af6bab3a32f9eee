from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALL = "python3 -m venv .venv && . .venv/bin/activate && pip install -e"


def _tree() -> set[str]:
    """Read the paths from the architecture page's tree, by their indentation."""
    page = (ROOT / "bot" / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- tree.*?-->\n```\n(.*?)```", page, re.DOTALL)
    assert block is not None
    paths: set[str] = set()
    folders: list[str] = []
    for line in block.group(1).splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        folders = folders[:depth]
        if name.endswith("/"):
            folders.append(name)
        paths.add("".join(folders) + ("" if name.endswith("/") else name))
    return paths


def test_architecture_page_shows_the_tree_that_exists() -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if path.name not in ("__init__.py",) and "content" not in path.parts
    }
    shown = {path for path in _tree() if path.endswith(".py")}
    assert shown == modules


def test_top_level_holds_only_what_belongs_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        pytest.skip("not a git checkout: nothing tells project files from others")
    allowed = {
        "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "bot", "knowledge", "locales", "tests", "deploy",
    }  # fmt: skip
    top = {path.split("/")[0] for path in listed}
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_readme_test_line_is_what_continuous_integration_runs() -> None:
    line = f"{INSTALL} '.[dev]' && pytest"
    assert line in README
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_first_line_installs_and_starts_the_preview() -> None:
    assert f"{INSTALL} . && alliance-bot preview" in README


def test_readme_names_every_command() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    commands = set(re.findall(r"^│ ([a-z]+) ", listed, re.MULTILINE))
    assert {"run", "preview", "ask", "check", "evaluate"} <= commands
    missing = [command for command in commands if not re.search(rf"`?alliance-bot {command}\b", README)]
    assert missing == []


def test_readme_lists_every_setting_with_its_default() -> None:
    from bot.config.settings import settings_table

    assert settings_table() in README


def test_the_guide_for_staff_names_commands_that_exist_and_stays_short() -> None:
    guide = (ROOT / "knowledge" / "README.md").read_text(encoding="utf-8")
    listed = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    commands = set(re.findall(r"^│ ([a-z]+) ", listed, re.MULTILINE))
    named = set(re.findall(r"`alliance-bot ([a-z]+)", guide))
    assert named
    assert named <= commands
    assert len(guide.split()) < 1000  # two pages
    assert guide.count("## Example") == 3

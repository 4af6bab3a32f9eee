"""Does `alliance-bot check` say which files it has read?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from tests.conftest import ROOT


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder with content of its own, in which an error keeps everything else from being checked."""
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "knowledge" / "facts.yaml").write_text("facts: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_folders_are_named(broken: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--knowledge", "knowledge", "--locales", "locales"])
    assert result.exit_code == 1
    assert "facts.yaml" in result.stdout
    assert result.stdout.splitlines()[-1] == "checked knowledge and locales"
    assert result.stderr == ""


def test_knowledge_that_lies_here_but_was_not_checked_is_told(broken: Path) -> None:
    other = broken / "other"
    shutil.copytree(broken / "knowledge", other)
    result = CliRunner().invoke(app, ["check", "--knowledge", str(other), "--locales", "locales"])
    assert result.stdout.splitlines()[-1] == f"checked {other} and locales"
    assert "knowledge: not checked; --knowledge knowledge --locales locales checks it" in result.stderr

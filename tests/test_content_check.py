"""The workflow for repositories of staff: it can be read, and each of its commands does what it is there for."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.cli.program import app
from tests.conftest import ROOT
from tests.staff.test_impact import edit, git, repository

__all__ = ["repository"]

FILE = ROOT / "deploy" / "content-check.yml"


def workflow() -> dict[Any, Any]:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(read, dict)
    return read


def steps() -> list[dict[str, Any]]:
    (job,) = workflow()["jobs"].values()
    return list(job["steps"])


def commands() -> Iterator[list[str]]:
    """List the words of each call of alliance-bot."""
    for step in steps():
        for line in step.get("run", "").splitlines():
            words = shlex.split(line)
            if "alliance-bot" in words:
                called = words[words.index("alliance-bot") + 1 :]
                yield called[: called.index(">")] if ">" in called else called


def test_it_runs_on_pull_requests_with_no_more_rights_than_a_comment_needs() -> None:
    read = workflow()
    assert set(read[True]) == {"pull_request"}  # YAML 1.1 takes the key `on` for true
    assert read["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert all(set(step) <= {"name", "id", "if", "uses", "with", "run", "env"} for step in steps())
    assert all(("uses" in step) != ("run" in step) for step in steps())


def test_nothing_of_a_pull_request_is_pasted_into_a_script() -> None:
    assert not [step["run"] for step in steps() if "${{" in step.get("run", "")]


def test_it_checks_lints_says_how_far_languages_are_and_what_changes() -> None:
    called = [" ".join(words) for words in commands()]
    assert called == ["check", "translations lint", "translations status", "diff $BASE --format markdown"]


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_each_command_exists_with_these_options(words: list[str]) -> None:
    command = typer.main.get_command(app)
    context = command.make_context("alliance-bot", words)
    while hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


def test_its_scripts_write_the_summary_and_the_comment(repository: Path, tmp_path: Path) -> None:
    edit(repository, "facts.yaml", "value: 104", "value: 120")
    git(repository, "commit", "-a", "-q", "-m", "Count again")
    programs, temporary = tmp_path / "programs", tmp_path / "temporary"
    programs.mkdir()
    temporary.mkdir()
    for name, script in {
        "alliance-bot": f'exec {shlex.quote(sys.executable)} -m bot "$@"',
        "gh": f'cp "${{@: -1}}" {shlex.quote(str(tmp_path / "comment.md"))}',
    }.items():
        (programs / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (programs / name).chmod(0o755)
    (job,) = workflow()["jobs"].values()
    settings = {name: text for name, text in job["env"].items() if "${{" not in text}
    environment = {
        **os.environ,
        **settings,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "BASE": "HEAD~1",
        "NUMBER": "7",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "RUNNER_TEMP": str(temporary),
        "ALLIANCE_BOT_CACHE_DIR": str(tmp_path / "cache"),
        "ALLIANCE_BOT_DATA_DIR": str(tmp_path / "data"),
    }
    for name in (
        "How far each language is",
        "What changes for those who ask",
        "Say it under the pull request",
    ):
        (script,) = [step["run"] for step in steps() if step.get("name") == name]
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=repository, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    comment, summary = (tmp_path / "comment.md").read_text(), (tmp_path / "summary.md").read_text()
    assert "- facts changed: `members`" in comment
    assert comment in summary
    assert "fr" in summary

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it in a virtual environment of its own and return its command.

    The libraries come from this environment through a path file, which does not reach this checkout.
    """
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    environment = folder / "venv"
    venv.create(environment, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    wheel = next(folder.glob("*.whl"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(packages), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    script = environment / "bin" / "alliance-bot"
    script.write_text(
        f"#!{environment / 'bin' / 'python'}\nfrom bot.cli import main\nmain()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    return script


def run(command: Path, *arguments: str, cwd: Path, **environment: str) -> Run:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_BOT_")}
    return subprocess.run(
        [str(command), *arguments],
        cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip


def test_an_installed_wheel_answers_from_another_directory(command: Path, tmp_path: Path) -> None:
    result = run(command, "ask", "When was the alliance launched?", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["entry_id"] == "launch-date"


def test_other_content_can_be_named_by_flag_and_by_environment(command: Path, tmp_path: Path) -> None:
    knowledge, locales = tmp_path / "knowledge", tmp_path / "locales"
    shutil.copytree(ROOT / "knowledge", knowledge)
    shutil.copytree(ROOT / "locales", locales)
    facts = knowledge / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").replace("2024-01-30", "2024-01-29"), encoding="utf-8")
    question = ("ask", "When was the alliance launched?")
    by_flag = run(command, *question, "--knowledge", str(knowledge), "--locales", str(locales), cwd=tmp_path)
    by_environment = run(
        command, *question, cwd=tmp_path,
        ALLIANCE_BOT_KNOWLEDGE_DIR=str(knowledge), ALLIANCE_BOT_LOCALES_DIR=str(locales),
    )  # fmt: skip
    assert "29 January 2024" in by_flag.stdout
    assert by_environment.stdout == by_flag.stdout


def test_a_folder_without_knowledge_is_one_clear_error(command: Path, tmp_path: Path) -> None:
    result = run(command, "ask", "x", "--knowledge", str(tmp_path / "none"), cwd=tmp_path)
    assert result.returncode in (1, 2)
    assert "none" in result.stderr
    assert "Traceback" not in result.stderr

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import explain
from bot.answering.ask import Asked, QuestionsError, ask_one, read_questions
from bot.answering.assistant import Assistant
from bot.types import Explanation, Question
from tests.conftest import ASKED_AT, ROOT


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "ask", *arguments],
        capture_output=True, text=True, cwd=cwd, check=False, timeout=120,
    )  # fmt: skip


def test_json_has_the_documented_fields(assistant: Assistant) -> None:
    answered = ask_one(Asked(question="When was the alliance launched?"), assistant, now=ASKED_AT)
    fields = json.loads(answered.line(as_json=True, explain=False))
    assert fields["decision"] == "answer"
    assert fields["entry_id"] == "launch-date"
    assert fields["facts"] == ["launch-date", "launch-place"]
    assert fields["kind"] == "knowledge"
    assert 0 <= fields["probability"] <= 1
    assert fields["locale"] == "en"
    assert fields["revision"] == assistant.revision
    assert fields["choices"] == []
    assert "30 January 2024" in fields["text"]
    assert fields["citations"][0]["url"].startswith("https://")
    assert [part["entry_id"] for part in fields["parts"]] == ["launch-date"]


def test_exit_status_tells_the_decision() -> None:
    assert run("When was the alliance launched?").returncode == 0
    assert run("🙂").returncode == 4


def test_text_ends_with_the_source() -> None:
    printed = run("When was the alliance launched?", "--locale", "fr").stdout
    assert "30 janvier 2024" in printed
    assert "https://en.ceaie.edu.cn/article/detail?columnid=10&id=410" in printed.splitlines()[-1]


def test_explain_names_matches_and_bounds() -> None:
    printed = run("when was the aliance lanched", "--explain").stdout
    assert re.search(r"^version of the knowledge: [0-9a-f]{12}$", printed, re.MULTILINE)
    assert "1. launch-date" in printed
    assert "bounds: answer from" in printed


def test_explain_says_what_is_a_phrasing_word_for_word() -> None:
    printed = run("when was the alliance launched?", "--explain").stdout
    assert "1. launch-date 0.98" in printed
    assert "a phrasing of that entry, word for word: compared with no other" in printed


def test_a_file_is_answered_line_by_line_in_order(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "When was it launched?"}\n'
        "\n"
        '{"question": "and where?", "after": "When was it launched?"}\n'
        '{"question": "Who proposed the alliance?", "locale": "fr", "client_language": "ru"}\n',
        encoding="utf-8",
    )
    result = run("--file", str(file), "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["entry_id"] for line in lines] == ["launch-date", "launch-place", "proposer"]
    assert lines[2]["locale"] == "fr"
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "question"),
        ('{"question": 3}', "question"),
        ('{"question": "x", "after": 1}', "after"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "x"}\n' + line, encoding="utf-8")
    with pytest.raises(QuestionsError, match=rf"questions\.jsonl:2.*{message}"):
        list(read_questions(file))


def test_a_missing_file_is_one_clear_line_and_status_1(tmp_path: Path) -> None:
    result = run("--file", str(tmp_path / "none.jsonl"))
    assert result.returncode == 1
    assert "none.jsonl" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_warm_question_does_not_load_servers_or_optimisers(assistant: Assistant, cache_dir: Path) -> None:
    program = (
        "import sys, os\n"
        "from bot.cli import app\n"
        "try:\n"
        "    app(['ask', 'When was the alliance launched?'], standalone_mode=False)\n"
        "finally:\n"
        "    heavy = {'telegram', 'starlette', 'uvicorn', 'aiohttp', 'scipy.optimize'} & set(sys.modules)\n"
        "    print('HEAVY', sorted(heavy))\n"
    )
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=120,
        )
    assert "HEAVY []" in result.stdout, result.stdout + result.stderr


def test_a_line_separator_in_a_question_ends_no_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"question": "When was it\u2028launched?"}\r\n{"question": "a\u0085b"}\n', encoding="utf-8"
    )
    assert [asked.question for asked in read_questions(file)] == ["When was it\u2028launched?", "a\u0085b"]


def test_what_was_asked_before_is_read_in_the_default_language(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str | None]] = []

    def spy(question: Question, assistant: Assistant) -> Explanation:
        seen.append((question.text, question.default))
        return explain(question, assistant)

    monkeypatch.setattr("bot.answering.ask.explain", spy)
    ask_one(Asked(question="qui ?", after="WDEA"), replace(assistant, default_locale="fr"), now=ASKED_AT)
    assert seen == [("WDEA", "fr"), ("qui ?", "fr")]

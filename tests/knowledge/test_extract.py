from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polib
import pytest

from bot.errors import KnowledgeError
from bot.knowledge.extract import extract_entries, read_value_comments
from bot.knowledge.loader import load_knowledge
from tests.knowledge.conftest import FILES, MakeKnowledge

ROOT = Path(__file__).resolve().parents[2]


def pybabel(output: Path, *folders: str, cwd: Path) -> polib.POFile:
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    subprocess.run(
        [*command, "-F", str(ROOT / "pyproject.toml"), "-o", str(output), *folders], cwd=cwd, check=True
    )
    return polib.pofile(str(output))


def test_plain_pybabel_finds_the_messages_under_their_contexts(
    make_knowledge: MakeKnowledge, tmp_path: Path
) -> None:
    root = make_knowledge()
    template = pybabel(tmp_path / "x.pot", root.name, cwd=root.parent)
    assert {(entry.msgctxt, entry.msgid) for entry in template} == {
        ("topic.launch.title", "The launch"),
        ("launch-when.question", "When was it launched?"),
        ("launch-when.answer", "It was launched in Shanghai on {launch_date}."),
        ("member-count.question", "How many members are there?"),
        ("member-count.answer", "There are {members.1, plural, one {# member} other {# members}}."),
        ("greeting.question", "Hello!"),
        ("greeting.answer", "Hello, ask me something."),
    }
    places = {entry.msgctxt: entry.occurrences for entry in template}
    assert places["launch-when.answer"] == [("knowledge/entries/launch.yaml", "6")]


def test_plain_pybabel_finds_interface_and_knowledge_of_this_project(tmp_path: Path) -> None:
    template = pybabel(tmp_path / "x.pot", "bot", "knowledge", cwd=ROOT)
    contexts = {entry.msgctxt for entry in template}
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    wanted = {
        f"{e.id}.{key}" for e in knowledge.entries.values() if e.answer for key in ("question", "answer")
    }
    assert wanted <= contexts
    assert {"start.text", "command.help"} <= contexts
    start = next(entry for entry in template if entry.msgctxt == "start.text")
    assert start.comment.startswith("Translators: ")


def extracted(path: Path) -> dict[str, list[str]]:
    with path.open("rb") as file:
        return {message[0]: comments for _, _, message, comments in extract_entries(file, {}, (), {})}


def test_comments_name_the_words_of_the_facts_and_the_limit(make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("How many members", "How many in Shanghai, China,")
    entries = entries.replace("facts: [members]", "facts: [members, launch-date]")
    comments = extracted(make_knowledge({"entries/launch.yaml": entries}) / "entries" / "launch.yaml")
    assert comments["launch-when.answer"] == ["launch-date: Shanghai, China", "limit: 600 characters"]
    assert comments["launch-when.question"] == []  # it does not say where
    assert comments["member-count.question"] == ["launch-date: Shanghai, China"]


def test_comments_hold_the_wordings_of_the_facts_and_can_be_read_back(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge()
    knowledge, _ = load_knowledge(root)
    written = extracted(root / "entries" / "launch.yaml")["launch-when.answer"]
    words = [value.wording for value in knowledge.facts["launch-date"].values if value.value is None]
    assert [f"launch-date: {wording}" for wording in words] == written[:-1]
    assert read_value_comments("\n".join(written)) == {"launch-date": {"Shanghai, China"}}


def test_a_file_that_cannot_be_read_stops_the_extraction(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge({"entries/launch.yaml": "title: *x\n"})
    with pytest.raises(KnowledgeError) as raised:
        extracted(root / "entries" / "launch.yaml")
    assert "alias" in str(raised.value)


def test_the_message_is_the_text_that_the_loader_gives(make_knowledge: MakeKnowledge) -> None:
    folded = FILES["entries/launch.yaml"].replace(
        "answer: It was launched in Shanghai on {launch_date}.",
        "answer: |\n      Two lines,\n      on {launch_date}.\n",
    )
    root = make_knowledge({"entries/launch.yaml": folded})
    knowledge, problems = load_knowledge(root)
    assert problems == ()
    with (root / "entries" / "launch.yaml").open("rb") as file:
        messages = dict(message for _, _, message, _ in extract_entries(file, {}, (), {}))
    assert (
        messages["launch-when.answer"]
        == knowledge.entries["launch-when"].answer
        == "Two lines,\non {launch_date}."
    )

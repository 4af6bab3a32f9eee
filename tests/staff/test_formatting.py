from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from bot.cli.program import app
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.knowledge.schema import (
    ConversationItem,
    EntryItem,
    FactItem,
    NoticeItem,
    QuestionItem,
    SourceItem,
    TopicFile,
    ValueItem,
)
from bot.staff.formatting import NotFormatted, format_file, format_text, write_formatted
from bot.staff.glossary import TermItem
from bot.staff.keyorder import ORDERS
from bot.staff.schemas import FOLDER, kind_of, knowledge_files, schema_files, schema_line

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "knowledge"


def written(kind: str, text: str) -> str:
    """Format a text twice, and give what stands below the line that names the schema."""
    after = format_text(text.encode(), Path(f"{kind}.yaml"), kind)
    assert format_text(after.encode(), Path(f"{kind}.yaml"), kind) == after
    head, _, body = after.partition("\n")
    assert head + "\n" == schema_line(kind)
    return body


# --- the files of this project ---


@pytest.mark.parametrize("path", list(knowledge_files(KNOWLEDGE)), ids=lambda path: path.stem)
def test_the_files_of_this_project_are_formatted(path: Path) -> None:
    assert not format_file(path, KNOWLEDGE).changed


def test_every_yaml_file_of_this_project_has_a_schema() -> None:
    assert set(knowledge_files(KNOWLEDGE)) == set(KNOWLEDGE.rglob("*.yaml"))


def test_each_first_line_leads_to_a_schema_that_the_file_keeps() -> None:
    for path in knowledge_files(KNOWLEDGE):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        target = (path.parent / first.partition("$schema=")[2]).resolve()
        assert json.loads(target.read_text(encoding="utf-8"))["title"] == f"{kind_of(path, KNOWLEDGE)}.yaml"


class AsEditorsRead(yaml.SafeLoader):
    """Knows numbers, true, false and null; a date is text (YAML 1.2)."""


AsEditorsRead.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in known if "timestamp" not in tag]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", list(knowledge_files(KNOWLEDGE)), ids=lambda path: path.stem)
def test_editors_find_no_fault_with_the_files_of_this_project(path: Path) -> None:
    schema = json.loads(schema_files()[f"{kind_of(path, KNOWLEDGE)}.schema.json"])
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=AsEditorsRead)
    faults = [
        error.json_path + error.message[:200] for error in Draft202012Validator(schema).iter_errors(content)
    ]
    assert faults == []


def test_the_schemas_are_those_of_the_code() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (KNOWLEDGE / FOLDER).iterdir()}
    assert kept == schema_files(), "alliance-bot schema --write renews them"


def test_schemas_are_no_content(tmp_path: Path) -> None:
    """The loader finds nothing in them, and nothing wrong with them."""
    for path in knowledge_files(KNOWLEDGE):
        copy = tmp_path / path.relative_to(KNOWLEDGE)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    here, problems = load_knowledge(KNOWLEDGE)
    without, _ = load_knowledge(tmp_path)
    assert problems == ()
    assert (here.entries.keys(), here.phrasings) == (without.entries.keys(), without.phrasings)
    assert load_evaluation(KNOWLEDGE)[1] == ()


@pytest.mark.parametrize(
    ("kind", "under", "model"),
    [
        ("sources", "", SourceItem),
        ("facts", "", FactItem),
        ("facts", "values", ValueItem),
        ("entries", "", TopicFile),
        ("entries", "entries", EntryItem),
        ("conversation", "", ConversationItem),
        ("notices", "", NoticeItem),
        ("evaluation", "", QuestionItem),
        ("glossary", "", TermItem),
    ],
)
def test_every_key_of_the_schema_has_a_place(kind: str, under: str, model: type[EntryItem]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert keys <= set(ORDERS[kind][under])


# --- one form ---


def test_keys_stand_in_the_order_of_their_kind_and_keep_their_comments() -> None:
    before = """\
# About sources.

# --- press ---

- url: https://example.org/a  # read twice
  # as the page calls itself
  title: A page
  id: page-a

# --- books ---
- publisher: Somebody
  id: page-b
"""
    assert (
        written("sources", before)
        == """\
# About sources.

# --- press ---

- id: page-a
  # as the page calls itself
  title: A page
  url: https://example.org/a  # read twice

# --- books ---
- id: page-b
  publisher: Somebody
"""
    )


def test_keys_inside_of_items_are_ordered_too() -> None:
    before = """\
- values:
  - value: 104
    type: number
  - value: "yes"
    name: said
    type: text
  id: members
"""
    assert (
        written("facts", before)
        == """\
- id: members
  values:
    - type: number
      value: 104
    - name: said
      type: text
      value: "yes"
"""
    )


def test_unknown_keys_come_last_and_mappings_of_the_editor_keep_their_order() -> None:
    before = "- names:\n    fr: [b]\n    es: [a]\n  surprise: x\n  term: A thing\n"
    assert written("glossary", before) == (
        "- term: A thing\n  names:\n    fr: [b]\n    es: [a]\n  surprise: x\n"
    )


def test_lists_are_indented_and_quotation_marks_double() -> None:
    before = "what-is-it:\n- 'What is: it?'\n- plain\n-   'He said \"no\"'\n- \"it's\"\n"
    assert written("phrasings", before) == (
        'what-is-it:\n  - "What is: it?"\n  - plain\n  - \'He said "no"\'\n  - "it\'s"\n'
    )


@pytest.mark.parametrize(
    "value", ["null", "~", "", "no", "1.10", "2024-01-30", "12:30", "0x1F", '"null"', "1_000"]
)
def test_scalars_are_written_as_they_were(value: str) -> None:
    line = f'  "Who won?": {value}'.rstrip()
    assert written("golden", f"en:\n{line}\n") == f"en:\n{line}\n"


def test_letters_of_all_scripts_stay_letters() -> None:
    text = 'thanks:\n  - "شكرا 👍🏽"\n  - 谢谢！\n  - "\\u200fx"\n'
    assert "شكرا 👍🏽" in written("phrasings", text)
    assert "谢谢！" in written("phrasings", text)


def test_block_texts_keep_their_lines_unless_one_is_too_long() -> None:
    short = "- id: a\n  text: >-\n    one two\n    three\n  from: 2027-01-04\n"
    assert written("notices", short) == short
    long = (
        f"- id: a\n  text: >-\n    {'word ' * 40}{{count, plural, one {{# thing}} other {{# things}}}} end\n"
    )
    lines = written("notices", long).splitlines()
    assert max(map(len, lines)) <= 120
    assert any("{count, plural, one {# thing} other {# things}}" in line for line in lines)
    literal = "- id: a\n  text: |\n    # no comment\n\n    " + "word " * 40 + "end\n"
    assert written("notices", literal) == literal


def test_a_text_without_spaces_is_not_broken() -> None:
    text = f"- id: a\n  text: >-\n    {'字' * 200}\n"
    assert written("notices", text) == text


def test_a_file_of_comments_or_with_an_empty_list_only_gets_the_first_line() -> None:
    assert written("notices", "# Nothing yet.\n[]\n") == "# Nothing yet.\n[]\n"
    assert written("synonyms", "# Nothing yet.\n") == "# Nothing yet.\n"


def test_a_wrong_schema_line_is_corrected_and_stands_first() -> None:
    text = "# Head.\n# yaml-language-server: $schema=elsewhere.json\n- [a, b]\n"
    assert written("synonyms", text) == "# Head.\n- [a, b]\n"


def test_line_ends_of_other_systems_become_those_of_this_project() -> None:
    assert written("synonyms", "# Head.\r\n- [a, b]\r\n- [c, d]") == "# Head.\n- [a, b]\n- [c, d]\n"


# --- files ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "synonyms").mkdir()
    (tmp_path / "synonyms" / "en.yaml").write_text("- ['a', b]\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["format", "--knowledge", str(folder), *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_check_prints_what_would_change_and_writes_nothing(folder: Path) -> None:
    path = folder / "synonyms" / "en.yaml"
    status, out, err = run(folder, "--check")
    assert status == 1
    assert "-- ['a', b]" in out
    assert '+- ["a", b]' in out
    assert "1 would change" in err
    assert path.read_text(encoding="utf-8") == "- ['a', b]\n"


def test_the_second_run_has_nothing_to_do(folder: Path) -> None:
    path = folder / "synonyms" / "en.yaml"
    path.chmod(0o640)
    assert run(folder)[0] == 0
    content = path.read_bytes()
    assert b'- ["a", b]' in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(path.parent) == ["en.yaml"]
    status, out, err = run(folder, "--check")
    assert (status, out) == (0, "")
    assert "0 would change" in err
    assert run(folder)[0] == 0
    assert path.read_bytes() == content


def test_a_link_stays_a_link(folder: Path) -> None:
    path = folder / "synonyms" / "fr.yaml"
    path.symlink_to(folder / "synonyms" / "en.yaml")
    write_formatted(format_file(path, folder))
    assert path.is_symlink()
    assert '- ["a", b]' in (folder / "synonyms" / "en.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- [a, b\n- [c]\n", r"fr\.yaml:\d+(:\d+)?: error yaml-syntax: .*; check quotes, brackets"),
        (b"- a: b: c\n", r"fr\.yaml:1(:\d+)?: error yaml-syntax: .*; a text with a colon needs quotes"),
        (b"- [a]\n- &x [b]\n- *x\n", r"fr\.yaml:2(:\d+)?: error alias"),
        (b"- [\xff]\n", r"fr\.yaml:1(:\d+)?: error invalid-utf-8"),
        (b"- {a: b, a: c}\n", r"fr\.yaml:1(:\d+)?: error duplicate-key"),
    ],
)
def test_a_faulty_file_is_named_with_its_line_and_left_alone(folder: Path, content: bytes, said: str) -> None:
    path = folder / "synonyms" / "fr.yaml"
    path.write_bytes(content)
    status, _, err = run(folder)
    assert status == 1
    assert re.search(said, err)
    assert "2 files: 1 changed, 1 refused" in err
    assert path.read_bytes() == content


def test_a_comment_that_would_be_lost_is_named_with_its_line() -> None:
    text = "- [c, d]\n- [a,  # why\n   b]\n- [e]\n"
    with pytest.raises(NotFormatted, match=r'en\.yaml:2:.*the comment "# why" would be lost; write it above'):
        format_text(text.encode(), Path("en.yaml"), "synonyms")
    advised = "- [c, d]\n# why\n- [a, b]\n- [e]\n"
    assert written("synonyms", advised) == advised


def test_empty_lines_that_belong_to_a_text_move_with_it() -> None:
    assert written("notices", "- text: |+\n    one\n\n  id: a\n") == "- id: a\n  text: |+\n    one\n\n"


def test_a_file_that_would_say_something_else_is_refused() -> None:
    text = "- until: 2027-01-31\n  text: |+\n    one\n\n\n"  # its last lines are those of the text, not of the item
    with pytest.raises(NotFormatted, match="would say something else afterwards; it is left as it is"):
        format_text(text.encode(), Path("notices.yaml"), "notices")


def test_a_file_that_is_none_of_the_knowledge_base_is_refused(folder: Path) -> None:
    for name in ("other.yaml", "synonyms/en.yml", "synonyms/deep/en.yaml", "../en.yaml"):
        with pytest.raises(NotFormatted, match="name one of them"):
            format_file(folder / name, folder)
    assert "cannot be read" in run(folder, str(folder / "facts.yaml"))[2]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    status, _, err = run(tmp_path / "nowhere")
    assert status == 2
    assert "no such folder" in err


def test_schema_wants_a_folder_or_write(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["schema"]).exit_code == 2
    assert CliRunner().invoke(app, ["schema", "--write", "--knowledge", str(tmp_path)]).exit_code == 0
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == set(schema_files())

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.dates import Day, Days, Month, Period
from bot.language.formats import Link, Money, Number, Phone, Year
from bot.types import Location
from tests.knowledge.conftest import FILES, MakeKnowledge

ROOT = Path(__file__).resolve().parents[2]


def source(**changes: str) -> str:
    lines = {
        "id": "page", "title": "A page", "publisher": "Example", "language": "en", "checked_on": "2026-11-23",
    } | changes  # fmt: skip
    return "- " + "\n  ".join(f"{key}: {value}" for key, value in lines.items() if value) + "\n"


def fact(values: str) -> str:
    return (
        "- id: launch-date\n  topic: launch\n  statement: A statement.\n  as_of: 2024-01-30\n  source: page\n"
        f"  confidence: high\n  values:\n{values}"
        + FILES["facts.yaml"][FILES["facts.yaml"].index("- id: members") :]
    )


def entry(text: str) -> str:
    return (
        f"title: The launch\norder: 1\nentries:\n  - id: launch-when\n{text}"
        + FILES["entries/launch.yaml"][FILES["entries/launch.yaml"].index("  - id: member-count") :]
    )


TOPIC = FILES["entries/launch.yaml"]
TALK = FILES["conversation.yaml"]
WORDED = "    question: When?\n    answer: Then.\n"

FAULTS: list[tuple[str, str, list[tuple[int, str]]]] = [
    # sources
    ("sources.yaml", source(titel="A page", title=""), [(1, "missing-key"), (5, "unknown-key")]),
    ("sources.yaml", source(id="Page 1"), [(1, "bad-id")]),
    ("sources.yaml", source(url="example.org"), [(6, "bad-url")]),
    ("sources.yaml", source(language="zh-hans"), [(4, "bad-locale")]),
    ("sources.yaml", source(language="xx_YY"), [(4, "bad-locale")]),
    ("sources.yaml", source(checked_on="23.11.2026"), [(5, "bad-date")]),
    ("sources.yaml", source(checked_on="2026-02-30"), [(5, "bad-date")]),
    ("sources.yaml", source(described="yes"), [(6, "bad-flag")]),
    ("sources.yaml", source(title="' '"), [(2, "empty-text")]),
    ("sources.yaml", source() + source(), [(6, "duplicate-id")]),
    ("sources.yaml", source() + "  title: Another\n", [(6, "duplicate-key")]),
    ("sources.yaml", "page: {}\n", [(1, "wrong-shape")]),
    ("sources.yaml", source() + "- just a text\n", [(6, "wrong-shape")]),
    # facts
    ("facts.yaml", fact("    - type: number\n      value: 1,000\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: number\n      value: " + "9" * 5000 + "\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: year\n      value: 24\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-13\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-02-30/2024-03-01\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-01-30/2024-01-30\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-01-30/2024-01-29\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-01/2024-02\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-01-03/2024-01-05, 2024-01-09\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: date\n      value: 2024-01-05, 2024-01-03\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: link\n      value: no address\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: phone\n      value: call us\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: money\n      value: 120 EUR\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: money\n      value: {value: 1, currency: euro}\n"), [(9, "bad-value")]),
    ("facts.yaml", fact("    - type: numbre\n      value: 1\n"), [(8, "bad-value")]),
    ("facts.yaml", fact("    - name: First\n      type: number\n      value: 1\n"), [(8, "bad-name")]),
    (
        "facts.yaml",
        FILES["facts.yaml"].replace("source: page", "source: pages"),
        [(10, "unknown-source"), (23, "unknown-source")],
    ),
    (
        "facts.yaml",
        FILES["facts.yaml"].replace("- type: number\n", "- name: countries\n      type: number\n", 1),
        [(20, "duplicate-name")],
    ),
    # entries
    ("entries/launch.yaml", entry(WORDED), [(4, "no-source")]),
    ("entries/launch.yaml", entry("    question: When?\n"), [(4, "missing-key")]),
    ("entries/launch.yaml", entry(WORDED + "    facts: [launch-dat]\n"), [(7, "unknown-fact")]),
    ("entries/launch.yaml", entry(WORDED + "    sources: [pag]\n"), [(7, "unknown-source")]),
    (
        "entries/launch.yaml",
        entry(WORDED + "    facts:\n      - launch-date\n      - launch-date\n"),
        [(9, "duplicate-reference")],
    ),
    (
        "entries/launch.yaml",
        entry(WORDED + "    facts: [launch-date]\n    related: [members-count, launch-when]\n"),
        [(8, "unknown-entry"), (8, "self-reference")],
    ),
    (
        "entries/launch.yaml",
        entry(WORDED + "    facts: [launch-date]\n    related: [follow-up-how-many]\n"),
        [(8, "unknown-entry")],
    ),
    (
        "entries/launch.yaml",
        entry(
            WORDED + "    facts: [launch-date]\n"
            "    follow_ups:\n      where: member-count\n      how-many: x\n"
        ),
        [(9, "unknown-follow-up"), (10, "unknown-entry")],
    ),
    (
        "entries/launch.yaml",
        entry(WORDED + "    facts: [launch-date]\n    aliases: [member-count]\n"),
        [(9, "duplicate-id")],
    ),
    (
        "entries/launch.yaml",
        entry("    question: When?\n    answer: On {launch_dat}.\n    facts: [launch-date]\n"),
        [(6, "unknown-placeholder")],
    ),
    (
        "entries/launch.yaml",
        entry("    question: When?\n    answer: There are {members.1}.\n    facts: [launch-date]\n"),
        [(6, "unknown-placeholder")],
    ),
    (
        "entries/launch.yaml",
        entry("    question: When?\n    answer: In {launch_date.2}.\n    facts: [launch-date]\n"),
        [(6, "unknown-placeholder")],
    ),
    (
        "entries/launch.yaml",
        entry(
            "    question: When?\n    facts: [launch-date]\n"
            '    answer: "{launch_date, plural, one {#} other {#}}"\n'
        ),
        [(7, "bad-placeholder")],
    ),
    (
        "entries/launch.yaml",
        entry("    question: What's new?\n    answer: '{launch_date'\n    facts: [launch-date]\n"),
        [(5, "ascii-apostrophe"), (6, "message-syntax")],
    ),
    ("entries/launch.yaml", TOPIC.replace("order: 1", "order: first"), [(2, "bad-number")]),
    ("entries/launch.yaml", TOPIC + "teh: x\n", [(14, "unknown-key")]),
    (
        "entries/launch.yaml",
        entry(
            "    question: When?\n    facts: [launch-date]\n"
            '    answer: "{launch_date, select, other {x}}"\n'
        ),
        [(7, "bad-placeholder")],
    ),
    ("entries/Launch Day.yaml", TOPIC.replace("id: ", "id: x-").split("    related")[0], [(1, "bad-id")]),
    ("entries/more.yaml", "- id: x\n", [(1, "wrong-shape")]),
    # conversation
    ("conversation.yaml", TALK + "  answer: Yes.\n", [(5, "unknown-key")]),
    ("conversation.yaml", TALK.replace("greeting", "follow-up-greeting"), [(1, "bad-id")]),
    ("conversation.yaml", TALK.replace("  answer: Hello, ask me something.\n", ""), [(1, "missing-key")]),
    # phrasings
    ("phrasings/en.yaml", "launch-whn:\n  - when\n", [(1, "unknown-entry")]),
    ("phrasings/en.yaml", "launch-when:\n  - when\n  -\n", [(3, "empty-text")]),
    ("phrasings/en.yaml", "launch-when: when\n", [(1, "wrong-shape")]),
    ("phrasings/en.yaml", "- when\n", [(1, "wrong-shape")]),
    ("phrasings/en.yaml", "launch-when: [when]\nlaunch-when: [then]\n", [(2, "duplicate-key")]),
    ("phrasings/zh-hans.yaml", "launch-when: [when]\n", [(1, "bad-locale")]),
    ("phrasings/en.yml", "launch-when: [when]\n", [(1, "unexpected-file")]),
    ("synonyms/en.yaml", "begin: start\n", [(1, "wrong-shape")]),
    ("names.yaml", "ada: Ada\n", [(1, "wrong-shape")]),
    ("names.yaml", "- id: ada\n  names:\n    en: []\n", [(3, "bad-value")]),
    ("names.yaml", "- id: ada\n  names:\n    english: [Ada]\n", [(3, "bad-locale")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), FAULTS)
def test_every_fault_is_reported_with_its_line(
    name: str, text: str, expected: list[tuple[int, str]], make_knowledge: MakeKnowledge
) -> None:
    root = make_knowledge({name: text})
    _, problems = load_knowledge(root)
    found = [(p.location.line, p.code) for p in problems if p.location.path == root / name]
    assert sorted(found) == sorted(expected)
    follow_on = [p for p in problems if p.location.path != root / name]
    assert {p.code for p in follow_on} <= {
        "unknown-entry",
        "unknown-source",
    }  # of ids that the text above left out


def test_a_sound_knowledge_base_has_no_problems(make_knowledge: MakeKnowledge) -> None:
    _, problems = load_knowledge(make_knowledge())
    assert problems == ()


def test_the_knowledge_of_this_project_can_be_read() -> None:
    knowledge, problems = load_knowledge(ROOT / "knowledge")
    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert len(knowledge.facts) >= 150
    assert len(knowledge.sources) >= 54


def test_one_faulty_item_hides_no_other_and_is_reported_once(make_knowledge: MakeKnowledge) -> None:
    facts = FILES["facts.yaml"].replace("value: 2024-01-30", "value: yesterday")
    knowledge, problems = load_knowledge(make_knowledge({"facts.yaml": facts}))
    assert [(p.code, p.location.line) for p in problems] == [("bad-value", 6)]
    assert set(knowledge.facts) == {"members"}
    assert set(knowledge.entries) >= {"launch-when", "member-count"}


def test_all_faults_of_all_files_are_listed(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge(
        {
            "sources.yaml": source(id="A B"),
            "phrasings/en.yaml": "nobody: [x]\n",
            "phrasings/fr.yaml": "a: *b\n",
        }
    )
    _, problems = load_knowledge(root)
    assert {(p.location.path.name, p.code) for p in problems} >= {
        ("sources.yaml", "bad-id"),
        ("facts.yaml", "unknown-source"),
        ("en.yaml", "unknown-entry"),
        ("fr.yaml", "alias"),
    }


def test_a_problem_prints_place_severity_code_and_what_to_do(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge({"entries/launch.yaml": entry(WORDED + "    facts: [launch-dat]\n")})
    _, problems = load_knowledge(root)
    path = root / "entries" / "launch.yaml"
    assert str(problems[0]) == (
        f'{path}:7:13: error unknown-fact: there is no fact "launch-dat"; did you mean "launch-date"?'
    )


@pytest.mark.parametrize("name", ["sources.yaml", "facts.yaml", "entries/launch.yaml", "conversation.yaml"])
@pytest.mark.parametrize("text", ["a: *b\n", "just a text\n"])
def test_a_file_that_cannot_be_read_is_one_problem(
    name: str, text: str, make_knowledge: MakeKnowledge
) -> None:
    root = make_knowledge({name: text})
    _, problems = load_knowledge(root)
    assert [problem.location.path for problem in problems] == [root / name]


def test_entries_of_a_faulty_topic_are_known(make_knowledge: MakeKnowledge) -> None:
    knowledge, problems = load_knowledge(
        make_knowledge({"entries/launch.yaml": TOPIC.replace("order: 1\n", "")})
    )
    assert [problem.code for problem in problems] == ["missing-key"]
    assert knowledge.topics == ()
    assert "launch-when" in knowledge.entries


@pytest.mark.parametrize("name", ["sources.yaml", "facts.yaml", "entries/launch.yaml"])
def test_a_missing_file_is_a_problem(name: str, make_knowledge: MakeKnowledge) -> None:
    _, problems = load_knowledge(make_knowledge(without=name))
    assert "missing-file" in {problem.code for problem in problems}


def test_a_folder_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    knowledge, problems = load_knowledge(tmp_path / "nowhere")
    assert not knowledge.entries
    assert {problem.code for problem in problems} == {"missing-file"}


def test_conversation_may_be_left_out(make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("    follow_ups: {how-many: member-count}\n", "")
    phrasings = {"phrasings/en.yaml": "launch-when: [when]\n", "entries/launch.yaml": entries}
    _, problems = load_knowledge(make_knowledge(phrasings, without="conversation.yaml"))
    assert problems == ()


def test_values_are_typed_as_their_type_says(make_knowledge: MakeKnowledge) -> None:
    values = """\
    - {type: number, value: 15000}
    - {type: number, value: 36.5}
    - {type: year, value: 2018}
    - {type: date, value: 2024-01-30}
    - {type: date, value: 2022-09}
    - {type: date, value: 2023-02-13/2023-02-14}
    - {type: date, value: "2022-09-16, 2022-09-17, 2022-09-19"}
    - {type: money, value: {value: 120.50, currency: EUR}}
    - {type: link, value: wdea.bnu.edu.cn}
    - {type: phone, value: +86-10-66416080}
    - {type: org, value: CEAIE}
    - {name: head, type: person, value: Liu Limin, role: President}
"""
    root = make_knowledge({"facts.yaml": fact(values)})
    knowledge, problems = load_knowledge(root)
    assert [p.code for p in problems] == [
        "unknown-placeholder"
    ]  # the answer means the only value of the fact
    assert [value.value for value in knowledge.facts["launch-date"].values] == [
        Number(15000),
        Number(Decimal("36.5")),
        Year(2018),
        Day(date(2024, 1, 30)),
        Month(2022, 9),
        Period(date(2023, 2, 13), date(2023, 2, 14)),
        Days((date(2022, 9, 16), date(2022, 9, 17), date(2022, 9, 19))),
        Money(Decimal("120.50"), "EUR"),
        Link("wdea.bnu.edu.cn"),
        Phone("+86-10-66416080"),
        None,
        None,
    ]
    assert knowledge.facts["launch-date"].values[-1].wording == "Liu Limin (President)"


def test_scalars_that_yaml_would_type_stay_text(make_knowledge: MakeKnowledge) -> None:
    phrasings = {"phrasings/no.yaml": "launch-when: [no, 12:30, 1e3, 2024-01-30, null, ~, yes]\n"}
    knowledge, problems = load_knowledge(make_knowledge(phrasings))
    assert problems == ()
    assert knowledge.phrasings["no"]["launch-when"] == (
        "no",
        "12:30",
        "1e3",
        "2024-01-30",
        "null",
        "~",
        "yes",
    )


def test_each_phrasing_keeps_its_place(make_knowledge: MakeKnowledge) -> None:
    root = make_knowledge()
    knowledge, _ = load_knowledge(root)
    assert [(place.line, place.column) for place in knowledge.phrasing_places["en", "launch-when"]] == [
        (1, 1),
        (2, 5),
        (3, 5),
    ]


def test_topics_are_ordered_and_entries_follow_them(make_knowledge: MakeKnowledge) -> None:
    first = "title: First\norder: 0\nentries:\n" + (
        "  - id: first-one\n    question: A?\n    answer: B.\n    facts: [members]\n"
    )
    knowledge, problems = load_knowledge(make_knowledge({"entries/zz-first.yaml": first}))
    assert problems == ()
    assert [(topic.id, topic.title, topic.entries) for topic in knowledge.topics] == [
        ("zz-first", "First", ("first-one",)),
        ("launch", "The launch", ("launch-when", "member-count")),
    ]
    assert list(knowledge.entries) == [
        "first-one", "launch-when", "member-count", "greeting", "follow-up-how-many",
    ]  # fmt: skip
    assert [knowledge.entries[entry_id].kind for entry_id in list(knowledge.entries)[2:]] == [
        "knowledge", "conversation", "follow-up",
    ]  # fmt: skip


def test_a_duplicate_id_keeps_the_first_and_names_its_place(make_knowledge: MakeKnowledge) -> None:
    conversation = FILES["conversation.yaml"].replace("id: greeting", "id: launch-when")
    root = make_knowledge({"conversation.yaml": conversation, "phrasings/en.yaml": ""})
    knowledge, problems = load_knowledge(root)
    assert knowledge.entries["launch-when"].kind == "knowledge"
    assert [(p.code, p.location.line) for p in problems] == [("duplicate-id", 1)]
    assert f"{root / 'entries' / 'launch.yaml'}:4" in problems[0].message


def test_a_renamed_entry_is_found_and_advised(make_knowledge: MakeKnowledge) -> None:
    entries = entry(WORDED + "    facts: [launch-date]\n    aliases: [founded-when]\n")
    root = make_knowledge({"entries/launch.yaml": entries, "phrasings/en.yaml": "founded-when: [x]\n"})
    knowledge, problems = load_knowledge(root)
    found = knowledge.resolve("founded-when")
    assert found is not None
    assert found.id == "launch-when"
    assert knowledge.resolve("nobody") is None
    assert [(p.code, p.advice) for p in problems] == [("unknown-entry", 'it is called "launch-when" now')]


def test_sources_of_an_entry_are_those_of_its_facts_unless_given(make_knowledge: MakeKnowledge) -> None:
    sources = FILES["sources.yaml"] + source(id="other")
    given = entry(WORDED + "    facts: [launch-date, members]\n    sources: [other]\n")
    knowledge, problems = load_knowledge(
        make_knowledge({"sources.yaml": sources, "entries/launch.yaml": given})
    )
    assert problems == ()
    assert knowledge.entries["launch-when"].sources == ("other",)
    assert knowledge.entries["member-count"].sources == ("page",)


def test_names_have_forms_in_each_language(make_knowledge: MakeKnowledge) -> None:
    text = "- id: ada\n  names:\n    en: [Ada, Ada Lindqvist]\n    fr: [Ada]\n"  # the same form in two languages is one
    knowledge, problems = load_knowledge(make_knowledge({"names.yaml": text}))
    assert problems == ()
    assert knowledge.names == {"ada": {"en": ("Ada", "Ada Lindqvist"), "fr": ("Ada",)}}


def test_a_form_means_one_name(make_knowledge: MakeKnowledge) -> None:
    text = "- id: ada\n  names:\n    en: [Ada]\n- id: eda\n  names:\n    en: [Eda]\n    fr:\n      - Éda\n      - ADA\n"
    _, problems = load_knowledge(make_knowledge({"names.yaml": text}))
    assert [(problem.location.line, problem.code, problem.message) for problem in problems] == [
        (9, "name-shared", '"ADA" is already a form of ada, in line 3')
    ]


def test_synonyms_are_groups_of_words(make_knowledge: MakeKnowledge) -> None:
    knowledge, problems = load_knowledge(
        make_knowledge({"synonyms/en.yaml": "- [start, begin]\n- [no, nope]\n"})
    )
    assert problems == ()
    assert knowledge.synonyms == {"en": (("start", "begin"), ("no", "nope"))}


def test_labelled_questions_are_read_per_locale(make_knowledge: MakeKnowledge) -> None:
    labelled = """\
- question: when did it begin?
  entry: launch-when
- question: no
  decline: true
- question: when, and how many?
  both: [launch-when, member-count]
- question: how many?
  after: when?
  entry: [member-count, launch-when]
"""
    root = make_knowledge({"evaluation/en.yaml": labelled})
    evaluation, problems = load_evaluation(root)
    assert problems == ()
    first, second, third, fourth = evaluation["en"]
    assert (first.question, first.entries, first.locale) == ("when did it begin?", ("launch-when",), "en")
    assert first.location == Location(path=root / "evaluation" / "en.yaml", line=1, column=13)
    assert (second.question, second.decline, second.entries) == ("no", True, ())
    assert third.both == ("launch-when", "member-count")
    assert (fourth.entries, fourth.after) == (("member-count", "launch-when"), "when?")


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("- question: x\n", 1, "bad-label"),
        ("- question: x\n  both: [a]\n", 1, "bad-label"),
        ("- question: x\n  both: [a, b]\n  decline: true\n", 1, "bad-label"),
        ("- question: x\n  entry: A b\n", 2, "bad-id"),
        ("- question: x\n  entri: a\n  decline: true\n", 2, "unknown-key"),
        ("question: x\n", 1, "wrong-shape"),
    ],
)
def test_faults_of_labels_are_reported(
    text: str, line: int, code: str, make_knowledge: MakeKnowledge
) -> None:
    _, problems = load_evaluation(make_knowledge({"evaluation/en.yaml": text}))
    assert [(p.location.line, p.code) for p in problems] == [(line, code)]


def test_the_labelled_questions_of_this_project_can_be_read() -> None:
    evaluation, problems = load_evaluation(ROOT / "knowledge")
    assert problems == ()
    assert all(len(items) >= 100 for items in evaluation.values())

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polib
import pytest

from bot.knowledge.checks import check, check_evaluation, summary
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.language.catalogs import Catalogs, load_catalogs
from bot.types import Problem
from tests.knowledge.conftest import FILES, MakeKnowledge

ROOT = Path(__file__).resolve().parents[2]
WHEN = ("launch-when.answer", "It was launched in Shanghai on {launch_date}.")
COUNT = ("member-count.answer", "There are {members.1, plural, one {# member} other {# members}}.")


def write_catalog(
    path: Path, messages: Mapping[tuple[str, str], str], *, fuzzy: bool = False, comment: str = ""
) -> None:
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for (context, message), translation in messages.items():
        flags = ["fuzzy"] if fuzzy else []
        catalog.append(
            polib.POEntry(msgctxt=context, msgid=message, msgstr=translation, flags=flags, comment=comment)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.save(str(path))


def russian(tmp_path: Path, messages: Mapping[tuple[str, str], str], **more: object) -> tuple[Catalogs, Path]:
    path = tmp_path / "locales" / "ru" / "LC_MESSAGES" / "knowledge.po"
    write_catalog(path, messages, **more)  # type: ignore[arg-type]
    return load_catalogs(tmp_path / "locales")[0], path


def found(problems: tuple[Problem, ...], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


def of_phrasings(text: str, make_knowledge: MakeKnowledge) -> tuple[Problem, ...]:
    knowledge, problems = load_knowledge(make_knowledge({"phrasings/en.yaml": text}))
    assert problems == ()
    return check(knowledge, Catalogs())


def test_few_phrasings_are_a_warning_for_each_entry(make_knowledge: MakeKnowledge) -> None:
    texts = "member-count: [one, two, three, four, five, six]\nlaunch-when: [one thing]\n"
    problems = found(of_phrasings(texts, make_knowledge), "few-phrasings")
    assert {(p.location.line, p.message.split()[0]) for p in problems} == {
        (2, "launch-when"), (1, "greeting"), (1, "follow-up-how-many"),
    }  # fmt: skip
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize(
    ("texts", "line", "code"),
    [
        ("greeting: [good day, Good DAY!]\n", 1, "duplicate-phrasing"),
        ("greeting: [good day]\nlaunch-when: ['Good day?']\n", 2, "duplicate-phrasing"),
        ("greeting: ['When was it launched']\n", 1, "duplicate-phrasing"),  # another entry's own question
        ("greeting: [hi, '?!']\n", 1, "empty-phrasing"),
    ],
)
def test_phrasings_that_cannot_be_told_apart_are_errors(
    texts: str, line: int, code: str, make_knowledge: MakeKnowledge
) -> None:
    errors = [p for p in of_phrasings(texts, make_knowledge) if p.severity == "error"]
    assert [(p.location.line, p.code) for p in errors] == [(line, code)]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("when was the alliance launched", "what day was the alliance launched", True),
        ("when was the alliance launched", "tell me about the beginning of it all", False),
        ("the alliance launched", "when was the alliance launched", False),  # a fragment
        ("launch of the alliance in shanghai", "alliance launch", False),
        ("世界数字教育联盟什么时候成立", "世界数字教育联盟哪天成立的", True),
        ("世界数字教育联盟什么时候成立", "它从何时起步的呢", False),
        ("联盟何时成立", "联盟何时成立的呢请问", False),  # six characters: a fragment
    ],
)
def test_alike_phrasings_are_a_warning_unless_one_is_a_fragment(
    first: str, second: str, alike: bool, make_knowledge: MakeKnowledge
) -> None:
    texts = f"greeting:\n  - {first}\n  - {second}\n"
    problems = found(of_phrasings(texts, make_knowledge), "similar-phrasing")
    assert [(p.location.line, p.severity) for p in problems] == ([(3, "warning")] if alike else [])


@pytest.mark.parametrize(
    ("answer", "literals"),
    [
        ("There are 104 of them.", 1),
        ("There are 1,104 of them.", 0),
        ("There are {members.1, plural, =104 {just enough} other {# members}}.", 0),
        ("There are {members.1, plural, one {# of 41} other {# of 41}}.", 1),
        ("It is item SDG 41 of the list.", 0),
        ("From 41 countries, 104 in all.", 2),
    ],
)
def test_values_that_are_typed_out_are_a_warning(
    answer: str, literals: int, make_knowledge: MakeKnowledge
) -> None:
    entries = (
        FILES["entries/launch.yaml"].split('    answer: "')[0]
        + f'    answer: "{answer}"\n    facts: [members]\n'
    )
    knowledge, problems = load_knowledge(make_knowledge({"entries/launch.yaml": entries}))
    assert problems == ()
    reported = found(check(knowledge, Catalogs()), "literal-value")
    assert len(reported) == literals
    assert all(p.location.line == 12 and "members." in p.advice for p in reported)


@pytest.mark.parametrize(
    ("statement", "value", "told"),
    [
        ("104 members from 41 countries.", "104", 0),
        ("104 members from 41 countries.", "120", 1),
        ("1,104 members from 41 countries.", "1104", 0),
        ("Seven members from 41 countries.", "7", 0),
        ("36.7 billion members from 41 countries.", "36700000000", 0),
        ("36.8 billion members from 41 countries.", "36700000000", 1),
    ],
)
def test_a_figure_that_its_statement_does_not_hold_is_a_warning(
    statement: str, value: str, told: int, make_knowledge: MakeKnowledge
) -> None:
    facts = FILES["facts.yaml"].replace("104 members from 41 countries.", statement)
    facts = facts.replace("value: 104", f"value: {value}")
    knowledge, problems = load_knowledge(make_knowledge({"facts.yaml": facts}))
    assert problems == ()
    reported = found(check(knowledge, Catalogs()), "unstated-figure")
    assert len(reported) == told
    line = facts[: facts.index(statement)].count("\n") + 1
    assert all(p.location.line == line and "as_of" in p.advice for p in reported)


def test_a_date_that_is_typed_out_is_a_warning(make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("When was it launched?", "Was it on 30 January 2024?")
    knowledge, _ = load_knowledge(make_knowledge({"entries/launch.yaml": entries}))
    reported = found(check(knowledge, Catalogs()), "literal-value")
    assert [(p.location.line, p.advice) for p in reported] == [(5, "write {launch_date}")]


@pytest.mark.parametrize(
    "typed",
    ["13–14 February 2023", "13-14 February 2023", "13 and 14 February 2023", "13 to 14 February 2023"],
)
def test_a_period_that_is_typed_out_is_a_warning(typed: str, make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("When was it launched?", f"Was it on {typed} at 13?")
    facts = FILES["facts.yaml"].replace("value: 2024-01-30", "value: 2023-02-13/2023-02-14")
    knowledge, _ = load_knowledge(make_knowledge({"entries/launch.yaml": entries, "facts.yaml": facts}))
    reported = found(check(knowledge, Catalogs()), "literal-value")
    assert [(p.location.line, p.advice) for p in reported] == [(5, "write {launch_date}")]


MILLIONS = {"facts.yaml": FILES["facts.yaml"].replace("value: 104", "value: 36700000000")}


def test_a_large_number_that_is_typed_out_is_a_warning(make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("How many members are there?", "Why 36.7 billion?")
    knowledge, _ = load_knowledge(make_knowledge({"entries/launch.yaml": entries, **MILLIONS}))
    reported = found(check(knowledge, Catalogs()), "literal-value")
    assert [(p.location.line, p.advice) for p in reported] == [(11, "write {members.1}")]


@pytest.mark.parametrize(
    ("forms", "missing"),
    [("one {# vue} other {# vues}", 1), ("one {# vue} many {# de vues} other {# vues}", 0)],
)
def test_what_is_counted_in_millions_needs_its_form(
    forms: str, missing: int, make_knowledge: MakeKnowledge, tmp_path: Path
) -> None:
    path = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po"
    write_catalog(path, {COUNT: f"{{members.1, plural, {forms}}}"})
    catalogs = load_catalogs(tmp_path / "locales")[0]
    knowledge, _ = load_knowledge(make_knowledge(MILLIONS))
    reported = found(check(knowledge, catalogs), "missing-category")
    assert [(p.location.path, p.location.line, p.severity) for p in reported] == [
        (path, 5, "error")
    ] * missing
    knowledge, _ = load_knowledge(make_knowledge())
    assert found(check(knowledge, catalogs), "missing-category") == []


def test_a_long_answer_is_a_warning(make_knowledge: MakeKnowledge) -> None:
    entries = FILES["entries/launch.yaml"].replace("It was launched", "It was launched" + " and so on" * 60)
    knowledge, _ = load_knowledge(make_knowledge({"entries/launch.yaml": entries}))
    assert [p.location.line for p in found(check(knowledge, Catalogs()), "long-answer")] == [6]


def test_wrong_translations_are_errors_at_their_line(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    catalogs, path = russian(
        tmp_path,
        {WHEN: "Это было в Шанхае.", COUNT: "{members.1, plural, one {# член} other {# членов}}"},
    )
    knowledge, _ = load_knowledge(make_knowledge())
    errors = [p for p in check(knowledge, catalogs) if p.severity == "error"]
    assert [(p.location.path, p.location.line, p.code) for p in errors] == [
        (path, 5, "dropped-placeholder"),
        (path, 9, "missing-category"),
    ]


def test_missing_and_stale_translations_are_warnings(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    catalogs, path = russian(
        tmp_path,
        {WHEN: "Он начал работу в Шанхае {launch_date}.", ("topic.launch.title", "A launch"): "Начало"},
    )
    knowledge, _ = load_knowledge(make_knowledge())
    problems = check(knowledge, catalogs)
    stale = found(problems, "stale-translation")
    assert [(p.location.path, p.location.line) for p in stale] == [(path, 9)]
    missing = found(problems, "untranslated")
    assert {p.message.split()[0] for p in missing} == {
        "launch-when.question", "member-count.question", "member-count.answer",
        "greeting.question", "greeting.answer",
    }  # fmt: skip
    assert {p.severity for p in (*stale, *missing)} == {"warning"}


def test_an_out_of_date_translation_that_cannot_be_written_is_an_error(
    make_knowledge: MakeKnowledge, tmp_path: Path
) -> None:
    catalogs, path = russian(tmp_path, {WHEN: "Он начал работу {other_date}."}, fuzzy=True)
    knowledge, _ = load_knowledge(make_knowledge())
    errors = [p for p in check(knowledge, catalogs) if p.severity == "error"]
    assert [(p.location.path, p.location.line, p.code) for p in errors] == [(path, 5, "format-error")]


def test_a_changed_name_makes_every_message_with_it_stale(
    make_knowledge: MakeKnowledge, tmp_path: Path
) -> None:
    comment = "launch-date: Beijing, China\nlimit: 600 characters\ngone-fact: x"
    messages = {
        WHEN: "Он начал работу в Пекине {launch_date}.",
        ("launch-when.question", "When was it launched?"): "Когда?",
    }
    catalogs, path = russian(tmp_path, messages, comment=comment)
    template = tmp_path / "locales" / "knowledge.pot"
    write_catalog(template, {WHEN: ""}, comment=comment)
    folder = make_knowledge()
    knowledge, _ = load_knowledge(folder)
    problems = found(check(knowledge, catalogs, template=template), "stale-fact")
    assert [(p.location.path.name, p.location.line) for p in problems] == [
        ("launch.yaml", 6),  # the English sentence, where it is written
        (path.name, 5),
        (path.name, 12),
    ]
    assert "“Beijing, China”" in problems[0].message
    assert "“Shanghai, China”" in problems[0].message


def test_an_unchanged_name_is_not_stale(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    catalogs, _ = russian(
        tmp_path, {WHEN: "Он начал работу в Шанхае {launch_date}."}, comment="launch-date: Shanghai, China"
    )
    knowledge, _ = load_knowledge(make_knowledge())
    assert found(check(knowledge, catalogs), "stale-fact") == []


def test_a_template_behind_the_texts_is_a_warning(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    template = tmp_path / "knowledge.pot"
    write_catalog(template, {WHEN: ""})
    knowledge, _ = load_knowledge(make_knowledge())
    assert len(found(check(knowledge, Catalogs(), template=template), "stale-template")) == 1
    assert found(check(knowledge, Catalogs(), template=tmp_path / "none.pot"), "stale-template") == []


def test_the_summary_counts_each_locale(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    catalogs, _ = russian(tmp_path, {WHEN: "Он начал работу в Шанхае {launch_date}."})
    knowledge, _ = load_knowledge(make_knowledge({"phrasings/fr.yaml": "greeting: [bonjour, salut]\n"}))
    english, other, french = summary(knowledge, catalogs)
    assert (english.locale, english.entries, english.phrasings, english.phrased) == ("en", 3, 5, 4)
    assert (english.missing, english.stale) == (0, 0)
    assert (other.locale, other.translated, other.phrasings) == ("ru", 1, 0)
    assert other.missing == english.translated - 1
    assert (french.locale, french.phrasings, french.phrased, french.translated) == ("fr", 2, 1, 0)


@pytest.mark.parametrize(
    ("question", "learnt"),
    [
        ("When did it START?", True),
        ("when did it star", True),
        ("when did it stark", True),
        ("when did  it sstart", True),
        ("when did they start", False),
        ("👍", False),
    ],
)
def test_labelled_questions_differ_from_phrasings_by_more_than_an_edit(
    question: str, learnt: bool, make_knowledge: MakeKnowledge
) -> None:
    root = make_knowledge({"evaluation/en.yaml": f"- question: '{question}'\n  entry: launch-when\n"})
    problems = check_evaluation(load_knowledge(root)[0], load_evaluation(root)[0])
    assert [(p.location.line, p.code) for p in problems] == ([(1, "learnt-question")] if learnt else [])


def test_labels_name_entries_that_exist(make_knowledge: MakeKnowledge) -> None:
    labelled = "- question: x y z\n  entry: launch-whn\n- question: y z x\n  both: [launch-when, nobody]\n"
    root = make_knowledge({"evaluation/en.yaml": labelled})
    problems = check_evaluation(load_knowledge(root)[0], load_evaluation(root)[0])
    assert [(p.location.line, p.code) for p in problems] == [(1, "unknown-entry"), (3, "unknown-entry")]
    assert problems[0].advice == 'did you mean "launch-when"?'

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.catalogs import load_catalogs
from bot.staff.glossary import contains_name, load_glossary

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "name", "locale"),
    [
        (
            "Секретариат Всемирного альянса цифрового образования (WDEA)",
            "Всемирный альянс цифрового образования",
            "ru",
        ),
        ("принципы Саммита по трансформации образования", "Саммит по трансформации образования", "ru"),
        ("عضو في التحالف العالمي للتعليم الرقمي", "التحالف العالمي للتعليم الرقمي", "ar"),
        ("وبالجمعية العامة للتحالف", "الجمعية العامة", "ar"),
        ("据世界数字教育联盟介绍", "世界数字教育联盟", "zh_Hans"),
        ("de l'Alliance mondiale pour l'éducation numérique", "Alliance mondiale pour l’éducation numérique", "fr"),
        ("the World Digital Education Alliance's site", "World Digital Education Alliance", "en"),
    ],
)  # fmt: skip
def test_finds_a_name_in_whatever_case_it_stands(text: str, name: str, locale: str) -> None:
    assert contains_name(text, name, locale)


@pytest.mark.parametrize(
    ("text", "name", "locale"),
    [
        ("Всемирный альянс цифрового обучения", "Всемирный альянс цифрового образования", "ru"),
        ("世界教育联盟", "世界数字教育联盟", "zh_Hans"),
        ("l’Alliance pour l’éducation numérique", "Alliance mondiale pour l’éducation numérique", "fr"),
        ("Vice-Minister of Education of China", "Ministry of Education of China", "en"),
        ("التحالف الدولي للتعليم الرقمي", "التحالف العالمي للتعليم الرقمي", "ar"),
    ],
)
def test_does_not_take_another_name_for_it(text: str, name: str, locale: str) -> None:
    assert not contains_name(text, name, locale)


def test_the_project_has_a_name_of_every_term_in_every_language() -> None:
    terms, problems = load_glossary(ROOT / "knowledge" / "glossary.yaml")
    catalogs, _ = load_catalogs(ROOT / "locales")
    assert not problems
    assert len(terms) >= 30
    assert {term.english[0] for term in terms if set(catalogs.locales[1:]) - term.names.keys()} == set()


def test_faults_of_the_file_are_named_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text("- term: A B\n  names: {fr: [A]}\n- term: C\n  name: {}\n", encoding="utf-8")
    terms, problems = load_glossary(path)
    assert [term.english for term in terms] == [("A B",)]
    assert {(problem.location.line, problem.code) for problem in problems} == {
        (3, "missing-key"),
        (4, "unknown-key"),
    }


def test_a_knowledge_base_without_glossary_has_no_terms(tmp_path: Path) -> None:
    assert load_glossary(tmp_path / "glossary.yaml") == ((), ())


def test_a_glossary_that_is_no_list_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text("term: A\n", encoding="utf-8")
    assert [problem.code for problem in load_glossary(path)[1]] == ["wrong-shape"]

"""Announcements: when they are due, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.checks import check
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.extract import extract_entries
from bot.knowledge.loader import load_knowledge
from bot.knowledge.notices import due
from bot.knowledge.revision import revision
from bot.language.catalogs import Catalogs, load_catalogs
from tests.knowledge.conftest import MakeKnowledge
from tests.knowledge.test_checks import write_catalog

NOTICES = """\
- id: survey
  text: Please tell us how useful this is.
  from: 2026-11-01
  until: 2026-11-30
- id: fair
  text: See you at the fair.
  from: 2026-11-10
  until: 2026-11-12
  topics: [launch]
  locales: [fr, ru]
"""
TODAY = date(2026, 11, 11)


def read(make_knowledge: MakeKnowledge, text: str) -> tuple[KnowledgeBase, list[tuple[int, int, str]]]:
    knowledge, problems = load_knowledge(make_knowledge({"notices.yaml": text}))
    return knowledge, [(p.location.line, p.location.column, p.code) for p in problems]


def test_the_file_may_be_missing_or_empty(make_knowledge: MakeKnowledge) -> None:
    knowledge, problems = load_knowledge(make_knowledge())
    assert (knowledge.notices, problems) == ((), ())
    assert read(make_knowledge, "# nothing now\n[]\n")[1] == []
    assert read(make_knowledge, "# nothing now\n")[1] == []


@pytest.mark.parametrize(
    ("day", "locale", "topics", "told", "expected"),
    [
        ("2026-11-11", "fr", ["launch"], [], ["survey", "fair"]),
        ("2026-11-11", "fr", ["launch"], ["survey"], ["fair"]),
        ("2026-11-11", "ar", ["launch"], [], ["survey"]),
        ("2026-11-11", "fr", ["other"], [], ["survey"]),
        ("2026-11-12", "ru", ["launch"], [], ["survey", "fair"]),
        ("2026-11-13", "ru", ["launch"], [], ["survey"]),
        ("2026-11-01", "en", [], [], ["survey"]),
        ("2026-10-31", "en", [], [], []),
        ("2026-12-01", "en", [], [], []),
    ],
)
def test_a_notice_is_due_in_its_days_for_its_readers_with_its_topics(
    day: str,
    locale: str,
    topics: list[str],
    told: list[str],
    expected: list[str],
    make_knowledge: MakeKnowledge,
) -> None:
    knowledge, problems = read(make_knowledge, NOTICES)
    assert problems == []
    found = due(knowledge, date.fromisoformat(day), locale=locale, topics=topics, told=told)
    assert [notice.id for notice in found] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("until: 2026-11-12", "until: 2026-11-09", (8, 10, "bad-period")),
        ("topics: [launch]", "topics: [launhc]", (9, 12, "unknown-topic")),
        ("locales: [fr, ru]", "locales: [fr, xx_YY]", (10, 17, "bad-locale")),
        ("id: fair", "id: survey", (5, 7, "duplicate-id")),
        ("until: 2026-11-12", "til: 2026-11-12", (8, 3, "unknown-key")),
        ("from: 2026-11-10", "from: soon", (7, 9, "bad-date")),
        ("See you at the fair.", "See you in {month}.", (6, 9, "unknown-placeholder")),
        ("See you at the fair.", "See you {", (6, 9, "message-syntax")),
    ],
)
def test_each_fault_has_its_place(
    before: str, after: str, expected: tuple[int, int, str], make_knowledge: MakeKnowledge
) -> None:
    assert before in NOTICES
    assert expected in read(make_knowledge, NOTICES.replace(before, after))[1]


def test_what_is_long_expired_or_for_nobody_is_told(make_knowledge: MakeKnowledge) -> None:
    text = NOTICES.replace("See you at the fair.", "So " * 110 + "long.").replace("[fr, ru]", "[fr, de]")
    knowledge, _ = read(make_knowledge, text)
    catalogs = Catalogs(("en", "fr"))
    late = check(knowledge, catalogs, today=date(2026, 11, 13))
    found = [(p.location.line, p.code, p.severity) for p in late if p.location.path.name == "notices.yaml"]
    assert found == [
        (6, "too-long", "error"),
        (8, "expired-notice", "warning"),
        (10, "unread-notice", "warning"),
    ]
    assert not [p for p in check(knowledge, catalogs, today=TODAY) if p.code == "expired-notice"]


def test_a_notice_is_needed_only_in_its_languages(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    for locale in ("ar", "ru"):
        write_catalog(tmp_path / "locales" / locale / "LC_MESSAGES" / "knowledge.po", {("x", "y"): "z"})
    knowledge, _ = read(make_knowledge, NOTICES)
    catalogs, _ = load_catalogs(tmp_path / "locales")
    missing = [
        p.message for p in check(knowledge, catalogs) if p.code == "untranslated" and "notice." in p.message
    ]
    assert sorted(missing) == [
        "notice.fair is not translated", "notice.survey is not translated", "notice.survey is not translated",
    ]  # fmt: skip


def test_a_translation_of_a_notice_keeps_its_limit(make_knowledge: MakeKnowledge, tmp_path: Path) -> None:
    path = tmp_path / "locales" / "ru" / "LC_MESSAGES" / "knowledge.po"
    message = ("notice.survey", "Please tell us how useful this is.")
    write_catalog(path, {message: "Да " * 100 + "."}, comment="limit: 300 characters")
    knowledge, _ = read(make_knowledge, NOTICES)
    catalogs, _ = load_catalogs(tmp_path / "locales")
    (problem,) = [p for p in check(knowledge, catalogs) if p.code == "too-long"]
    assert (problem.location.path, problem.location.line) == (path, 5)
    assert problem.message == "notice.survey can have 301 characters in ru; 300 are the limit"


def test_notices_are_extracted_with_their_limit(make_knowledge: MakeKnowledge) -> None:
    path = make_knowledge({"notices.yaml": NOTICES}) / "notices.yaml"
    with path.open("rb") as file:
        found = list(extract_entries(file, {}, (), {}))
    limit = ["limit: 300 characters"]
    assert found == [
        (2, "pgettext", ("notice.survey", "Please tell us how useful this is."), limit),
        (6, "pgettext", ("notice.fair", "See you at the fair."), limit),
    ]


def test_the_revision_covers_notices(make_knowledge: MakeKnowledge) -> None:
    knowledge, _ = read(make_knowledge, NOTICES)
    now = revision(knowledge, Catalogs())
    other = replace(knowledge.notices[0], until=date(2026, 12, 1))
    assert revision(replace(knowledge, notices=(other, *knowledge.notices[1:])), Catalogs()) != now
    assert revision(replace(knowledge, notices=()), Catalogs()) != now

"""What is past its day of review, or rests on an old source, is listed where it stands with what rests on it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.knowledge.loader import load_knowledge
from bot.staff.stale import Stale, months_before, stale, table
from tests.knowledge.conftest import FILES

ENTRIES = FILES["entries/launch.yaml"] + "    review_by: 2026-12-01\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in {**FILES, "entries/launch.yaml": ENTRIES, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def found(folder: Path, today: date, **options: int) -> list[tuple[str, str, str, str]]:
    knowledge, problems = load_knowledge(folder)
    assert not [problem for problem in problems if problem.severity == "error"]
    listed = stale(knowledge, today=today, months=options.get("months", 12), **_flags(options))
    return [(one.kind, one.id, one.why, one.since.isoformat()) for one in listed]


def _flags(options: dict[str, int]) -> dict[str, bool]:
    return {"by_publication": bool(options.get("by_publication"))}


def line_of(folder: Path, one: Stale) -> str:
    return (folder / one.location.path).read_text().splitlines()[one.location.line - 1].strip()


def test_the_day_of_review_itself_is_not_past(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert found(folder, date(2026, 12, 1)) == []
    assert found(folder, date(2026, 12, 2)) == [("entry", "member-count", "review", "2026-12-01")]


def test_facts_past_review_are_listed_with_the_answers_that_rest_on_them(tmp_path: Path) -> None:
    folder = written(tmp_path)
    knowledge, _ = load_knowledge(folder)
    assert [one.id for one in stale(knowledge, today=date(2027, 5, 23), months=12)] == ["member-count"]
    entry, fact = stale(knowledge, today=date(2027, 5, 24), months=12)
    assert (entry.id, fact.id, fact.entries) == ("member-count", "members", ("member-count",))
    assert line_of(folder, fact) == "review_by: 2027-05-23"
    assert line_of(folder, entry) == "review_by: 2026-12-01"
    lines = list(table((fact,), date(2027, 5, 24)))
    assert lines == [
        f"{fact.location}: fact members: review was due on 2027-05-23, 1 day ago; answers: member-count",
        "1 fact and 0 entries to look at",
    ]


def test_a_source_is_as_old_as_its_last_reading_or_as_its_publication(tmp_path: Path) -> None:
    published = FILES["sources.yaml"] + "  published: 2024-02-01\n"
    folder = written(
        tmp_path, **{"sources.yaml": published, "entries/launch.yaml": FILES["entries/launch.yaml"]}
    )
    facts = [("fact", "launch-date", "source"), ("fact", "members", "source")]
    assert found(folder, date(2026, 12, 1), months=12) == []
    assert [each[:3] for each in found(folder, date(2026, 12, 24), months=1)] == facts
    assert found(folder, date(2026, 12, 23), months=1) == []
    by_publication = found(folder, date(2026, 12, 1), months=12, by_publication=True)
    assert by_publication == [(*each, "2024-02-01") for each in facts]


def test_an_entry_that_names_an_old_source_itself_is_listed(tmp_path: Path) -> None:
    other = FILES["sources.yaml"] + FILES["sources.yaml"].replace("id: page", "id: other").replace(
        "2026-11-23", "2020-01-31"
    )
    entries = FILES["entries/launch.yaml"] + "    sources: [page, other]\n"
    folder = written(tmp_path, **{"sources.yaml": other, "entries/launch.yaml": entries})
    knowledge, _ = load_knowledge(folder)
    (one,) = stale(knowledge, today=date(2026, 12, 1), months=12)
    assert (one.kind, one.id, one.source, one.entries) == (
        "entry",
        "member-count",
        "other",
        ("member-count",),
    )
    assert line_of(folder, one) == "sources: [page, other]"


def test_small_talk_grows_no_older(tmp_path: Path) -> None:
    talk = FILES["conversation.yaml"].replace("something.\n", "something.\n  review_by: 2020-01-01\n", 1)
    assert "review_by" in talk
    folder = written(
        tmp_path, **{"conversation.yaml": talk, "entries/launch.yaml": FILES["entries/launch.yaml"]}
    )
    assert found(folder, date(2026, 12, 1)) == []


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 12, 24), 1, date(2026, 11, 24)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 1, 15), 1200, date(1926, 1, 15)),
        (date(50, 1, 15), 1200, date.min),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_the_command_says_by_its_status_whether_something_is_listed(tmp_path: Path) -> None:
    where = ["--knowledge", str(written(tmp_path))]
    clean = CliRunner().invoke(app, ["stale", "--on", "2026-11-30", *where])
    assert (clean.exit_code, clean.stdout) == (0, "0 facts and 0 entries to look at\n")
    listed = CliRunner().invoke(app, ["stale", "--on", "2027-06-01", "--json", *where])
    assert listed.exit_code == 1
    first = json.loads(listed.stdout)[0]
    assert (first["id"], first["why"], first["since"]) == ("member-count", "review", "2026-12-01")
    missing = CliRunner().invoke(app, ["stale", "--knowledge", str(tmp_path / "none")])
    assert missing.exit_code == 2
    (tmp_path / "facts.yaml").write_text("- id: 5\n")
    broken = CliRunner().invoke(app, ["stale", *where])
    assert broken.exit_code == 2
    assert "facts.yaml:1" in broken.stderr

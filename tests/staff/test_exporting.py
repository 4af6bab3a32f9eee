from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.knowledge.loader import load_knowledge
from bot.staff.exporting import Export, NotExported, plan_export, write_export
from bot.types import Learned
from tests.knowledge.conftest import FILES, MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def row(text: str, entry_id: str = "launch-when", locale: str = "en") -> Learned:
    return Learned(locale=locale, entry_id=entry_id, text=text, who="7", at=NOW)


def exported(folder: Path, *rows: Learned) -> Export:
    knowledge, problems = load_knowledge(folder)
    assert not problems
    export = plan_export(rows, knowledge, folder)
    write_export(export)
    return export


def test_accepted_phrasings_become_a_file_that_loads(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    hand = (folder / "phrasings" / "en.yaml").read_text(encoding="utf-8")
    texts = ['on which "day": 2024 # really', "- or when", "l’année ?", "是什么时候"]
    export = exported(folder, row("how big", "member-count"), *map(row, texts))
    file = folder / "learned" / "en.yaml"
    assert list(export.files) == [file]
    assert len(export.held) == 5
    assert [(one.text, one.why) for one in export.removals(NOW)] == [
        (text, "exported") for text in ("how big", *texts)
    ]
    knowledge, problems = load_knowledge(folder)
    assert not problems
    assert knowledge.phrasings["en"]["launch-when"][-4:] == tuple(texts)
    assert "how big" in knowledge.phrasings["en"]["member-count"]
    assert (folder / "phrasings" / "en.yaml").read_text(encoding="utf-8") == hand
    written = file.read_text(encoding="utf-8")
    assert written.index("launch-when:") < written.index("member-count:")  # entries by name


def test_exporting_twice_changes_nothing(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    exported(folder, row("on which day"))
    before = (folder / "learned" / "en.yaml").read_bytes()
    again = exported(folder, row("on which day"))
    assert not again.files
    assert len(again.held) == 1  # it may still be in the store
    assert (folder / "learned" / "en.yaml").read_bytes() == before


def test_later_phrasings_are_added_to_the_file(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    exported(folder, row("on which day"))
    exported(folder, row("which day was it"), row("On which day?"))
    knowledge, _ = load_knowledge(folder)
    assert knowledge.phrasings["en"]["launch-when"][-2:] == ("on which day", "which day was it")


def test_rows_that_do_not_fit_stay_in_the_store(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    rows = (row("on which day", "gone"), row("am Tag", locale="de"), row("Number of members"))
    export = exported(folder, *rows)
    assert export.left == rows
    assert not export.files
    assert not export.removals(NOW)
    assert not (folder / "learned").exists()


def test_a_renamed_entry_takes_its_phrasing_along(make_knowledge: MakeKnowledge) -> None:
    launch = FILES["entries/launch.yaml"].replace(
        "  - id: launch-when\n", "  - id: launch-when\n    aliases: [launched]\n"
    )
    folder = make_knowledge({"entries/launch.yaml": launch})
    exported(folder, row("on which day", "launched"))
    knowledge, _ = load_knowledge(folder)
    assert "on which day" in knowledge.phrasings["en"]["launch-when"]


def test_what_stands_in_the_files_is_only_taken_from_the_store(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    export = exported(folder, row("When did it start?"))
    assert not export.files
    assert len(export.held) == 1


def test_a_file_that_cannot_be_written_is_named(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    (folder / "learned").write_text("in the way", encoding="utf-8")
    knowledge, _ = load_knowledge(folder)
    with pytest.raises(NotExported, match=r"learned"):
        write_export(plan_export([row("on which day")], knowledge, folder))

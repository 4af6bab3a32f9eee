"""What staff accepted, on top of the files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import explain
from bot.answering.assistant import Assistant, load_assistant
from bot.knowledge.learned import teach
from bot.knowledge.loader import load_knowledge
from bot.language.catalogs import Catalogs
from bot.types import Answer, Learned, Overlay, Question, Withdrawn
from tests.conftest import ASKED_AT
from tests.knowledge.conftest import FILES, MakeKnowledge


def row(text: str, entry_id: str = "member-count", locale: str = "en") -> Learned:
    return Learned(locale=locale, entry_id=entry_id, text=text, who="7", at=ASKED_AT)


def load(folder: Path, *rows: Learned, withdrawn: tuple[str, ...] = ()) -> Assistant:
    out = tuple(Withdrawn(entry_id=entry_id, who="7", at=ASKED_AT) for entry_id in withdrawn)
    overlay = Overlay(version=1, learned=rows, withdrawn=out)
    locales = folder.with_name("locales")
    locales.mkdir(exist_ok=True)
    return load_assistant(knowledge_dir=folder, locales_dir=locales, overlay=overlay)


def test_a_row_is_a_phrasing_and_says_where_it_comes_from(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    taught = load(folder, row("how big is the club"))
    assert taught.knowledge.phrasings["en"]["member-count"][-1] == "how big is the club"
    assert str(taught.knowledge.phrasing_places["en", "member-count"][-1]) == "store:learned/en:1:1"
    asked = Question(text="How big is the club?", asked_at=ASKED_AT)
    (part,) = explain(asked, taught).parts
    assert isinstance(part.decision, Answer)
    assert part.decision.match.entry_id == "member-count"
    assert taught.left_out == ()


def test_the_revision_is_that_of_files_rows_and_withdrawals(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    plain = load(folder)
    assert plain.revision == plain.files
    taught = load(folder, row("how big is the club"))
    assert taught.files == plain.files
    later = replace(row("how big is the club"), who="8")
    assert load(folder, later).revision == taught.revision  # who accepted it changes no answer
    revisions = {
        plain.revision,
        taught.revision,
        load(folder, row("how big is it")).revision,
        load(folder, withdrawn=("launch-when",)).revision,
        load(folder, row("how big is the club"), withdrawn=("launch-when",)).revision,
    }
    assert len(revisions) == 5


def test_a_row_that_the_files_hold_is_not_doubled(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge()
    rows = row("Number of members!"), row("how big is the club"), row("How big is the club?")
    taught = load(folder, *rows, row("How many members are there?"))
    assert taught.knowledge.phrasings["en"]["member-count"] == ("number of members", "how big is the club")
    assert taught.left_out == ()


def test_a_row_follows_an_entry_that_was_renamed(make_knowledge: MakeKnowledge) -> None:
    renamed = FILES["entries/launch.yaml"].replace(
        "  - id: member-count\n", "  - id: member-count\n    aliases: [how-many-there-are]\n"
    )
    taught = load(make_knowledge({"entries/launch.yaml": renamed}), row("how big", "how-many-there-are"))
    assert "how big" in taught.knowledge.phrasings["en"]["member-count"]


@pytest.mark.parametrize(
    ("learned", "code", "said"),
    [
        (row("how big", "gone"), "learned-entry-gone", "gone"),
        (row("combien", locale="fr"), "learned-language-gone", "fr"),
        (row("?!"), "learned-nothing", "?!"),
        (row("when did it start"), "learned-elsewhere", "launch-when"),
        (row("When was it launched?"), "learned-elsewhere", "launch-when"),
    ],
)
def test_a_row_that_does_not_fit_is_told_and_left_out(
    make_knowledge: MakeKnowledge, learned: Learned, code: str, said: str
) -> None:
    taught = load(make_knowledge(), row("how big is the club"), learned)
    (problem,) = taught.left_out
    assert (problem.code, problem.severity) == (code, "warning")
    assert said in problem.message
    assert "by 7 on 2026-11-23" in problem.message
    assert problem.location.path == Path("store:learned") / learned.locale
    assert taught.knowledge.phrasings["en"]["member-count"][1:] == ("how big is the club",)


def test_learned_files_hold_phrasings_like_the_others(make_knowledge: MakeKnowledge) -> None:
    folder = make_knowledge(
        {"learned/en.yaml": "member-count:\n  - how big is the club\nlaunch-when: [was it old]\n"}
    )
    knowledge, problems = load_knowledge(folder)
    assert problems == ()
    assert knowledge.phrasings["en"]["member-count"] == ("number of members", "how big is the club")
    assert knowledge.phrasing_places["en", "member-count"][-1].path == folder / "learned" / "en.yaml"
    assert teach(knowledge, Catalogs(), [row("how big is the club")]).knowledge is knowledge


def test_faults_of_learned_files_are_named_with_their_line(make_knowledge: MakeKnowledge) -> None:
    _, problems = load_knowledge(make_knowledge({"learned/en.yaml": "member-count: [a]\ngone:\n  - b\n"}))
    (problem,) = problems
    assert (problem.code, problem.location.path.name, problem.location.line) == (
        "unknown-entry",
        "en.yaml",
        2,
    )

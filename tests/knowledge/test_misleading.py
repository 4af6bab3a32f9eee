"""Is everything that misleads found in what differs from sound content, and nothing else looked at?"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.checks import CHECKS, MISLEADING, check, misleading
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.loader import load_knowledge
from bot.knowledge.translated import _stale, stale_facts
from bot.language.catalogs import Catalogs, load_catalogs
from bot.language.normalize import normalize
from bot.types import NormalizedText
from tests.conftest import ROOT
from tests.knowledge.conftest import FILES, MakeKnowledge
from tests.knowledge.test_checks import COUNT, WHEN, write_catalog

GOOD = {
    WHEN: "Это было в Шанхае, {launch_date}.",
    COUNT: "{members.1, plural, one {# член} few {# члена} many {# членов} other {# члена}}",
}
NOTICE = "- id: fair\n  text: {text}\n  from: 2026-11-01\n  until: 2026-11-30\n"

Loaded = tuple[KnowledgeBase, Catalogs]


@pytest.fixture
def load(make_knowledge: MakeKnowledge, tmp_path: Path) -> Callable[..., Loaded]:
    def load(files: dict[str, str] | None = None, **messages: str) -> Loaded:
        path = tmp_path / "locales" / "ru" / "LC_MESSAGES" / "knowledge.po"
        translated = {
            key: messages.get(key[0].partition(".")[0].replace("-", "_"), GOOD[key]) for key in GOOD
        }
        write_catalog(path, translated, comment=messages.get("comment", ""))
        knowledge, problems = load_knowledge(make_knowledge(files))
        assert problems == ()
        return knowledge, load_catalogs(tmp_path / "locales")[0]

    return load


def phrasings(old: str, new: str) -> dict[str, str]:
    return {"phrasings/en.yaml": FILES["phrasings/en.yaml"].replace(old, new)}


@pytest.mark.parametrize(
    ("edit", "messages", "code"),
    [
        (phrasings("launch date please", "number of members"), {}, "duplicate-phrasing"),
        (phrasings("launch date please", "How many members are there?"), {}, "duplicate-phrasing"),
        (phrasings("launch date please", "'?!'"), {}, "empty-phrasing"),
        (
            {"entries/launch.yaml": FILES["entries/launch.yaml"].replace("When was it launched?", "Number of members?")},
            {},
            "duplicate-phrasing",
        ),
        ({"phrasings/ru.yaml": "greeting: [привет]\nlaunch-when: [Привет!]\n"}, {}, "duplicate-phrasing"),
        ({}, {"launch_when": "Это было в Шанхае."}, "dropped-placeholder"),
        (
            {"facts.yaml": FILES["facts.yaml"].replace("value: 104", "value: 104000000")},
            {"member_count": "{members.1, plural, one {# член} few {# члена} other {# члена}}"},
            "missing-category",
        ),
        ({"notices.yaml": NOTICE.replace("{text}", "So " * 110 + "long.")}, {}, "too-long"),
    ],
)  # fmt: skip
def test_what_an_edit_spoils_is_found_as_by_every_check(
    load: Callable[..., Loaded], edit: dict[str, str], messages: dict[str, str], code: str
) -> None:
    sound = load()
    assert misleading(*sound) == ()
    edited = load(edit, **messages)
    errors = tuple(problem for problem in check(*edited) if problem.severity == "error")
    assert {problem.code for problem in errors} == {code}
    assert misleading(*edited) == errors
    assert misleading(*edited, sound=sound) == errors


def test_a_translation_that_is_asked_for_again_is_compared(load: Callable[..., Loaded]) -> None:
    """It stood in the catalog before, but nothing in the knowledge base called for it."""
    wrong = {"launch_when": "Это было в Шанхае."}
    entries = FILES["entries/launch.yaml"]
    other = {"entries/launch.yaml": entries.replace("id: launch-when", "id: launch-then")}
    other |= phrasings("launch-when:", "launch-then:")
    sound, edited = load(other, **wrong), load(None, **wrong)
    assert misleading(*sound) == ()
    assert [problem.code for problem in misleading(*edited, sound=sound)] == ["dropped-placeholder"]


def test_languages_that_are_as_they_were_are_not_looked_at(
    load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch
) -> None:
    russian = {"phrasings/ru.yaml": "greeting: [привет]\n"}
    sound = load(russian)
    edited = load(russian | phrasings("launch date please", "date of the launch"))
    folded: list[str] = []

    def noted(text: str) -> NormalizedText:
        folded.append(text)
        return normalize(text)

    monkeypatch.setattr("bot.knowledge.content.normalize", noted)
    misleading(*edited, sound=sound)
    assert "date of the launch" in folded
    assert "привет" not in folded


def test_checks_that_find_only_work_left_report_nothing_else() -> None:
    """By their text: whoever lets one of them find an error adds it to the others."""
    for rule in set(CHECKS) - set(MISLEADING):
        text = inspect.getsource(rule if rule is not stale_facts else _stale)
        assert text.count("problem(") == text.count('"warning"') > 0, rule.__name__
    assert set(MISLEADING) < set(CHECKS)


def test_the_real_content_is_sound() -> None:
    knowledge, _ = load_knowledge(ROOT / "knowledge")
    catalogs, _ = load_catalogs(ROOT / "locales")
    assert misleading(knowledge, catalogs) == ()

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.knowledge.loader import load_knowledge
from bot.knowledge.revision import revision
from bot.language.catalogs import Catalogs, load_catalogs
from tests.knowledge.conftest import FILES, MakeKnowledge


def test_a_revision_is_short_and_stays_the_same(make_knowledge: MakeKnowledge) -> None:
    first = revision(load_knowledge(make_knowledge())[0], Catalogs())
    assert re.fullmatch("[0-9a-f]{12}", first)
    moved = {name: f"# a comment\n\n{text}" for name, text in FILES.items()}
    assert revision(load_knowledge(make_knowledge(moved))[0], Catalogs()) == first


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("sources.yaml", "A page", "Another page"),
        ("facts.yaml", "value: 104", "value: 105"),
        ("facts.yaml", "as_of: 2024-01-30", "as_of: 2024-01-31"),
        ("entries/launch.yaml", "in Shanghai on", "on"),
        ("conversation.yaml", "ask me", "do ask me"),
        ("phrasings/en.yaml", "good morning", "good evening"),
    ],
)
def test_every_change_of_content_is_another_revision(
    name: str, before: str, after: str, make_knowledge: MakeKnowledge
) -> None:
    first = revision(load_knowledge(make_knowledge())[0], Catalogs())
    changed = load_knowledge(make_knowledge({name: FILES[name].replace(before, after)}))[0]
    assert revision(changed, Catalogs()) != first


def test_the_day_since_when_a_translation_is_stale_counts_because_readers_are_told(
    make_knowledge: MakeKnowledge, tmp_path: Path
) -> None:
    knowledge, _ = load_knowledge(make_knowledge())
    path = tmp_path / "locales" / "fr" / "LC_MESSAGES" / "knowledge.po"
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'

    def revision_with(lines: str) -> str:
        path.write_text(f'{head}{lines}msgctxt "a.answer"\nmsgid "Yes."\nmsgstr "Oui."\n', "utf-8")
        return revision(knowledge, load_catalogs(tmp_path / "locales", domains=("knowledge",))[0])

    stale = revision_with("# stale-since: 2026-11-27\n#, fuzzy\n")
    assert revision_with("# stale-since: 2026-11-28\n#, fuzzy\n") != stale
    assert revision_with("# stale-since: 2026-11-27\n") == revision_with("# A note.\n")

"""Which questions must go right whatever is edited? A few of the most important ones, in each language.

They are asked of every new snapshot before it answers anybody, so they are few and clear; how good the answers are in
general is what knowledge/evaluation measures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.content import problem
from bot.knowledge.entries import KnowledgeBase
from bot.knowledge.nodes import MapNode
from bot.knowledge.schema import GoldenFile
from bot.knowledge.validate import nearest, validate
from bot.knowledge.yamltext import read_yaml
from bot.types import Location, Problem

FILE = "golden.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenQuestion:
    """A question, and what must become of it."""

    locale: str
    question: str
    entry_id: str | None  # that answers it; None: no knowledge may answer it
    location: Location


def load_golden(
    path: Path, knowledge: KnowledgeBase
) -> tuple[tuple[GoldenQuestion, ...], tuple[Problem, ...]]:
    """Read the golden questions of a knowledge folder; none when there is no such file.

    Args:
        path: The knowledge folder.
        knowledge: What was read of it, to find entries and languages that do not exist.
    """
    file = path / FILE
    if not file.exists():
        return (), ()
    document, problems = read_yaml(file)
    if document.root is None:
        return (), problems
    _, faults = validate(GoldenFile, document.root, document)
    if faults or not isinstance(document.root, MapNode):
        return (), (*problems, *faults)
    questions: list[GoldenQuestion] = []
    for locale, asked in document.root.items.items():
        for key, node in asked.items.items() if isinstance(asked, MapNode) else ():
            wanted = _wanted(getattr(node, "text", ""))
            place = document.at(key)
            questions.append(
                GoldenQuestion(locale=locale.text, question=key.text, entry_id=wanted, location=place)
            )
    return tuple(questions), (*problems, *_unknown(questions, knowledge))


def _wanted(text: str) -> str | None:
    return None if text in ("", "null", "~") else text


def _unknown(questions: list[GoldenQuestion], knowledge: KnowledgeBase) -> Iterator[Problem]:
    for golden in questions:
        if golden.locale not in knowledge.phrasings:
            advice = nearest(golden.locale, knowledge.phrasings) or "write them, or remove the questions"
            yield problem(
                golden.location, "unknown-locale", f"{golden.locale} has no phrasings to find it by", advice
            )
        elif golden.entry_id is not None and golden.entry_id not in knowledge.entries:
            renamed = knowledge.aliases.get(golden.entry_id)
            advice = (
                f'it is called "{renamed}" now' if renamed else nearest(golden.entry_id, knowledge.entries)
            )
            message = f'there is no entry "{golden.entry_id}"'
            yield problem(golden.location, "unknown-entry", message, advice or "correct it, or write null")

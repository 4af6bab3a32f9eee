"""What does the bot know while it is tried, and how is an answer recognised?

A small knowledge base, so that a start takes a second. Every answer is one, two or three messages long, and each
message says which entry it belongs to and which part of it is: `[rose 2/3]`.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.answering.answer import answer
from bot.answering.assistant import load_assistant
from bot.telegram.render import Target, render
from bot.types import ChatRef, Question

ROOT = Path(__file__).resolve().parent.parent.parent

_NAMES = """
rose tulip lily daisy orchid violet poppy dahlia iris aster peony lotus jasmine magnolia camellia lavender marigold
hyacinth begonia petunia carnation narcissus primrose geranium zinnia cactus fern bamboo maple willow birch cedar cherry
peach apricot walnut chestnut hazel olive fig lemon orange pumpkin carrot spinach lettuce radish turnip
"""
_MARK = re.compile(r"\[([a-z]+) ([1-3])/([1-3])\]")
_FILLING = (
    "Water it in the morning and look after its leaves. " * 52
)  # two such paragraphs exceed one message
_SOURCES = """\
- id: gardening-page
  title: A page
  url: https://example.org/page
  publisher: Example
  language: en
  checked_on: 2026-11-23
"""
_FACTS = """\
- id: gardening
  topic: gardening
  statement: It was founded on 30 January 2024.
  values:
    - type: date
      value: 2024-01-30
  as_of: 2024-01-30
  source: gardening-page
  confidence: high
"""
_EMPTY_PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An entry of the knowledge base."""

    name: str
    question: str
    parts: int  # how many messages its answer has


def _parts(position: int) -> int:
    return {8: 2, 9: 3}.get(position % 10, 1)  # of ten answers, one is two messages long and one three


TOPICS = tuple(
    Topic(name=name, question=f"How do I grow a {name}?", parts=_parts(position))
    for position, name in enumerate(_NAMES.split())
)
_PHRASINGS = {topic.name: [f"growing a {topic.name}", f"{topic.name} care"] for topic in TOPICS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The folders that a bot is started with."""

    knowledge: Path
    locales: Path
    cache: Path


def write_content(folder: Path) -> Content:
    """Write knowledge and catalogs, train once, and see that every question gets its answer."""
    content = Content(knowledge=folder / "knowledge", locales=folder / "locales", cache=folder / "cache")
    (content.knowledge / "entries").mkdir(parents=True)
    (content.knowledge / "phrasings").mkdir()
    (content.knowledge / "sources.yaml").write_text(_SOURCES)
    (content.knowledge / "facts.yaml").write_text(_FACTS)
    (content.knowledge / "conversation.yaml").write_text("[]\n")
    (content.knowledge / "phrasings" / "en.yaml").write_text(json.dumps(_PHRASINGS))
    _write_entries(content)
    catalog = content.locales / "fr" / "LC_MESSAGES"
    catalog.mkdir(parents=True)
    shutil.copy(ROOT / "locales" / "fr" / "LC_MESSAGES" / "bot.po", catalog / "bot.po")
    (catalog / "knowledge.po").write_text(_EMPTY_PO)
    _check(content)
    return content


def write_full_content(folder: Path) -> Content:
    """Write the same beside everything that the bot really knows, to see its true size."""
    content = Content(knowledge=folder / "knowledge", locales=ROOT / "locales", cache=folder / "cache")
    shutil.copytree(ROOT / "knowledge", content.knowledge)
    for name, more in (("sources", _SOURCES), ("facts", _FACTS)):
        with (content.knowledge / f"{name}.yaml").open("a") as file:
            file.write(f"\n{more}")
    english = content.knowledge / "phrasings" / "en.yaml"
    known = yaml.safe_load(english.read_text())
    english.write_text(yaml.safe_dump({**known, **_PHRASINGS}))
    _write_entries(content)
    _check(content)
    return content


def marked(text: str) -> tuple[str, int] | None:
    """Read to which entry a message belongs, and which part of its answer it is."""
    found = _MARK.search(text)
    return (found[1], int(found[2])) if found else None


def _answer(topic: Topic) -> str:
    if topic.parts == 1:
        return f"[{topic.name} 1/1] Water it every morning."
    return "\n\n".join(
        f"[{topic.name} {part}/{topic.parts}] {_FILLING.strip()}" for part in range(1, topic.parts + 1)
    )


def _write_entries(content: Content) -> None:
    entries = [
        {"id": topic.name, "question": topic.question, "answer": _answer(topic), "facts": ["gardening"]}
        for topic in TOPICS
    ]
    listed = {"title": "Growing", "order": 90, "entries": entries}
    (content.knowledge / "entries" / "gardening.yaml").write_text(json.dumps(listed))


def _check(content: Content) -> None:
    assistant = load_assistant(
        knowledge_dir=content.knowledge, locales_dir=content.locales, cache_dir=content.cache
    )
    for topic in TOPICS:
        question = Question(text=topic.question, asked_at=datetime.now(UTC), client="en", default="en")
        target = Target(chat=ChatRef(channel="telegram", chat_id="1"))
        said = [
            marked(str(message.body["text"])) for message in render([answer(question, assistant)], target)
        ]
        expected = [(topic.name, part) for part in range(1, topic.parts + 1)]
        if said != expected:
            raise RuntimeError(f"{topic.question!r} is answered by {said}, not {expected}")

"""A knowledge base of a few lines, to be changed file by file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

FILES: Mapping[str, str] = {
    "sources.yaml": """\
- id: page
  title: A page
  url: https://example.org/page
  publisher: Example
  language: en
  checked_on: 2026-11-23
""",
    "facts.yaml": """\
- id: launch-date
  topic: launch
  statement: It was launched on 30 January 2024 in Shanghai.
  values:
    - type: date
      value: 2024-01-30
    - type: place
      value: Shanghai, China
  as_of: 2024-01-30
  source: page
  confidence: high
- id: members
  topic: numbers
  statement: 104 members from 41 countries.
  values:
    - type: number
      value: 104
      unit: members
    - name: countries
      type: number
      value: 41
  as_of: 2024-01-30
  source: page
  confidence: high
  review_by: 2027-05-23
""",
    "entries/launch.yaml": """\
title: The launch
order: 1
entries:
  - id: launch-when
    question: When was it launched?
    answer: It was launched in Shanghai on {launch_date}.
    facts: [launch-date]
    related: [member-count]
    follow_ups: {how-many: member-count}
  - id: member-count
    question: How many members are there?
    answer: "There are {members.1, plural, one {# member} other {# members}}."
    facts: [members]
""",
    "conversation.yaml": """\
- id: greeting
  kind: conversation
  question: Hello!
  answer: Hello, ask me something.
- id: follow-up-how-many
  kind: follow-up
""",
    "phrasings/en.yaml": """\
launch-when:
  - when did it start
  - launch date please
member-count:
  - number of members
greeting:
  - good morning
follow-up-how-many:
  - and how many
""",
}

MakeKnowledge = Callable[..., Path]


@pytest.fixture
def make_knowledge(tmp_path: Path) -> MakeKnowledge:
    """Write the small knowledge base, with some of its files replaced."""

    def make(files: Mapping[str, str] | None = None, *, without: str | None = None) -> Path:
        root = tmp_path / "knowledge"
        for name, text in {**FILES, **(files or {})}.items():
            if name != without:
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return root

    return make

"""Which messages of the knowledge base are translated, and what do translators read beside them?

A Babel extractor, registered as `alliance_entries`, so that plain `pybabel extract` finds topic titles,
questions and answers under a context that stays the same when the wording changes. The comments name the
values that stand inside the sentence: when such a value changes, the translation is out of date although
the English text may look the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO

from bot.errors import KnowledgeError
from bot.knowledge.entries import NOTICE_LIMIT
from bot.knowledge.nodes import Document, ListNode, MapNode, Node, Scalar
from bot.knowledge.scalars import PLACEABLE
from bot.knowledge.yamltext import parse_yaml, read_yaml

ANSWER_LIMIT = 600  # characters, formatted; two sentences with long names need about 400

_VALUE_COMMENT = re.compile(r"([a-z0-9-]+): (.+)")

Extracted = tuple[int, str, tuple[str, str], list[str]]  # line, function, (context, message), comments


def extract_entries(
    fileobj: IO[bytes],
    keywords: Mapping[str, object],
    comment_tags: Collection[str],
    options: Mapping[str, object],
) -> Iterator[Extracted]:
    """Yield the messages of a topic, of conversation.yaml or of notices.yaml, for Babel.

    The facts are read from `facts.yaml` in the folder of the file or the one above it.

    Raises:
        KnowledgeError: A file is not YAML; an incomplete template would drop translations.
    """
    path = Path(fileobj.name)
    document, problems = parse_yaml(fileobj.read(), path)
    if problems:
        raise KnowledgeError(problems)
    root = document.root
    if path.stem == "notices":
        yield from _notices(root)
        return
    words = _words_of_facts(path)
    if isinstance(root, MapNode):
        if isinstance(title := root.get("title"), Scalar):
            yield _extracted(f"topic.{path.stem}.title", title, [])
        root = root.get("entries")
    for node in root.items if isinstance(root, ListNode) else ():
        yield from _entry(node, words)


def read_value_comments(comment: str) -> dict[str, set[str]]:
    """Read the values from the comments of a message: fact id to wordings.

    Editors wrap long comments; a line that begins no value goes on with the one before.
    """
    found: dict[str, set[str]] = {}
    lines: list[str] = []
    for line in comment.splitlines():
        if _VALUE_COMMENT.fullmatch(line.strip()) or not lines:
            lines.append(line.strip())
        else:
            lines[-1] += f" {line.strip()}"
    for line in lines:
        if (match := _VALUE_COMMENT.fullmatch(line)) and match[1] != "limit":
            found.setdefault(match[1], set()).add(match[2])
    return found


def _notices(root: Node | None) -> Iterator[Extracted]:
    for node in _items(root):
        if isinstance(node, MapNode):
            identity, text = node.get("id"), node.get("text")
            if isinstance(identity, Scalar) and isinstance(text, Scalar) and text.text.strip():
                yield _extracted(f"notice.{identity.text}", text, [f"limit: {NOTICE_LIMIT} characters"])


def _entry(node: Node, words: Mapping[str, list[str]]) -> Iterator[Extracted]:
    if not isinstance(node, MapNode) or not isinstance(identity := node.get("id"), Scalar):
        return
    facts = [fact.text for fact in _items(node.get("facts")) if isinstance(fact, Scalar)]
    comments = [f"{fact}: {wording}" for fact in facts for wording in words.get(fact, ())]
    if isinstance(question := node.get("question"), Scalar) and question.text.strip():
        yield _extracted(
            f"{identity.text}.question", question, [c for c in comments if _said(c, question.text)]
        )
    if isinstance(answer := node.get("answer"), Scalar) and answer.text.strip():
        yield _extracted(f"{identity.text}.answer", answer, [*comments, f"limit: {ANSWER_LIMIT} characters"])


def _said(comment: str, text: str) -> bool:
    """Whether a question names a value; most questions do not, and need no new look when it changes."""
    value = comment.split(": ", 1)[1].split(" (")[0]
    return value.casefold() in text.casefold()


def _extracted(context: str, message: Scalar, comments: list[str]) -> Extracted:
    return message.line, "pgettext", (context, message.text.strip()), comments


def _words_of_facts(path: Path) -> dict[str, list[str]]:
    """Read which wordings each fact puts into sentences."""
    file = next(
        (f for f in (path.parent / "facts.yaml", path.parent.parent / "facts.yaml") if f.exists()), None
    )
    document, problems = read_yaml(file) if file else (Document(path, None), ())
    if problems:
        raise KnowledgeError(problems)
    words: dict[str, list[str]] = {}
    for fact in _items(document.root):
        if isinstance(fact, MapNode) and isinstance(identity := fact.get("id"), Scalar):
            values = [value for value in _items(fact.get("values")) if isinstance(value, MapNode)]
            words[identity.text] = [wording for value in values if (wording := _wording(value))]
    return words


def _wording(value: MapNode) -> str:
    kind, text, role = value.get("type"), value.get("value"), value.get("role")
    if not isinstance(kind, Scalar) or kind.text in (*PLACEABLE, "money") or not isinstance(text, Scalar):
        return ""
    return (
        f"{text.text.strip()} ({role.text.strip()})"
        if isinstance(role, Scalar) and role.text
        else text.text.strip()
    )


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, ListNode) else ()

"""How does an item of a file become a model, with every fault at its own line?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge.nodes import Document, Node, plain
from bot.knowledge.schema import keys
from bot.types import Problem

Model = TypeVar("Model", bound=BaseModel)

_SHAPES = {  # type of pydantic's error -> what the format wants there
    "string_type": "a text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}


def validate(model: type[Model], node: Node, document: Document) -> tuple[Model | None, tuple[Problem, ...]]:
    """Type one node of a document.

    Returns:
        The model, or None and all its faults.
    """
    try:
        return model.model_validate(plain(node)), ()
    except ValidationError as exc:
        details = exc.errors(include_url=False)
        return None, tuple(_problem(detail, model, node, document) for detail in details)


def nearest(word: str, known: Iterable[str]) -> str:
    """Advise the known word that looks most like one; empty when none does."""
    found = get_close_matches(word, tuple(known), n=1)
    return f'did you mean "{found[0]}"?' if found else ""


def _problem(detail: ErrorDetails, model: type[BaseModel], node: Node, document: Document) -> Problem:
    code, message, advice = _words(detail, model)
    steps = tuple(step for step in detail["loc"] if step != "[key]")
    at_key = code == "unknown-key" or "[key]" in detail["loc"]
    location = document.locate(steps, key=at_key, start=node)
    return Problem(location=location, code=code, message=message, advice=advice)


def _words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str]:
    """Code, message and advice of one fault."""
    kind, last = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    context = detail.get("ctx", {})
    if "advice" in context:
        return kind, context["message"], context["advice"]
    if kind == "missing":
        return "missing-key", f'the key "{last}" is missing', "add it"
    if kind == "extra_forbidden":
        known = keys(model)
        return (
            "unknown-key",
            f'there is no key "{last[:80]}" here',
            nearest(last, known) or f"use {', '.join(known)}",
        )
    if kind == "literal_error":
        given = str(detail["input"])[:80]
        return "bad-value", f'"{given}" is not allowed here', f"use {context['expected']}"
    if kind in _SHAPES:
        return "wrong-shape", f"{_SHAPES[kind]} is expected here", "compare with another item of this file"
    return "bad-value", detail["msg"], "compare with another item of this file"

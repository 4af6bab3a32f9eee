from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from bot.knowledge.schema import json_schemas

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_file_has_a_schema() -> None:
    schemas = json_schemas()
    assert set(schemas) == {
        "sources", "facts", "entries", "conversation", "notices", "phrasings", "learned", "synonyms",
        "evaluation", "golden", "names",
    }  # fmt: skip
    assert json.loads(json.dumps(schemas)) == schemas


def test_lists_and_mappings_are_told_apart() -> None:
    kinds = {name: schema["type"] for name, schema in json_schemas().items()}
    assert kinds == {
        "sources": "array", "facts": "array", "entries": "object", "conversation": "array", "notices": "array",
        "phrasings": "object", "learned": "object", "synonyms": "array", "evaluation": "array", "golden": "object",
        "names": "array",
    }  # fmt: skip


def test_unknown_keys_are_refused_and_required_ones_named() -> None:
    schema = json_schemas()["facts"]
    assert schema["items"]["additionalProperties"] is False
    assert set(schema["items"]["required"]) == {
        "id", "topic", "statement", "as_of", "source", "confidence",
    }  # fmt: skip
    value = schema["$defs"]["ValueItem"]
    assert "money" in value["properties"]["type"]["enum"]


@pytest.mark.parametrize("name", ["sources", "facts", "conversation"])
def test_the_files_of_this_project_use_only_keys_of_the_schema(name: str) -> None:
    schema = json_schemas()[name]["items"]
    items = yaml.load((ROOT / "knowledge" / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)
    for item in items:
        assert set(item) <= set(schema["properties"])
        assert set(schema["required"]) <= set(item)

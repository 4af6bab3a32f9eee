"""How does an editor learn what may stand in a YAML file? By a schema beside the files, named in each one's first line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.knowledge.schema import describe, json_schemas
from bot.staff.glossary import TermItem

FOLDER = "schemas"
MARK = "# yaml-language-server:"
PER_FILE = (
    "sources",
    "facts",
    "conversation",
    "notices",
    "glossary",
    "golden",
    "names",
)  # knowledge/<kind>.yaml
PER_FOLDER = ("entries", "phrasings", "learned", "synonyms", "evaluation")  # knowledge/<kind>/*.yaml


def kind_of(path: Path, knowledge_dir: Path) -> str | None:
    """Say which kind of file stands at a path; None where the knowledge base keeps none."""
    try:
        parts = path.resolve().relative_to(knowledge_dir.resolve()).parts
    except ValueError:
        return None
    if path.suffix != ".yaml":
        return None
    if len(parts) == 1:
        return path.stem if path.stem in PER_FILE else None
    return parts[0] if len(parts) == 2 and parts[0] in PER_FOLDER else None


def knowledge_files(knowledge_dir: Path) -> Iterator[Path]:
    """Give every YAML file of a knowledge folder that has a schema."""
    for kind in PER_FILE:
        if (path := knowledge_dir / f"{kind}.yaml").is_file():
            yield path
    for kind in PER_FOLDER:
        yield from sorted(path for path in (knowledge_dir / kind).glob("*.yaml") if path.name[0] != ".")


def schema_line(kind: str) -> str:
    """Write the line that tells an editor which schema a file of a kind follows; it is a file's first one."""
    way = "../" if kind in PER_FOLDER else ""
    return f"{MARK} $schema={way}{FOLDER}/{kind}.schema.json\n"


def schema_files() -> Mapping[str, str]:
    """Write the schemas.

    Returns:
        Name of each file, and what it holds.
    """
    schemas = json_schemas() | {"glossary": describe("glossary", TermItem, is_list=True)}
    return {
        f"{kind}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for kind, schema in schemas.items()
    }

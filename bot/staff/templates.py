"""Which English texts are there to translate?

Templates are extracted with Babel, from the code and from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file

from bot.errors import CatalogError
from bot.knowledge.extract import read_value_comments
from bot.staff.pofiles import by_context, empty, read_catalog, write_catalog
from bot.types import Location, Problem


def extract(root: Path) -> None:
    """Write the templates `locales/bot.pot` and `locales/knowledge.pot` of a project folder.

    Raises:
        KnowledgeError: A file of the knowledge base is not YAML.
        CatalogError: The folder does not hold the project, or an English sentence has names that the facts
            no longer have; then no template is changed.
    """
    write_templates(root, templates(root))


def templates(root: Path) -> Mapping[str, polib.POFile]:
    """Extract the template of each domain, and write nothing.

    Raises:
        KnowledgeError, CatalogError: As extract() does.
    """
    interface = root / "bot" / "language" / "texts.py"
    files = sorted((root / "knowledge" / "entries").glob("*.yaml"))
    if not interface.exists() or not files:
        missing = "no bot/language/texts.py and knowledge/entries here"
        raise CatalogError([f"{root}: {missing}; name the project's folder"])
    beside = sorted(interface.parent.glob("*_texts.py"))
    others = [root / "knowledge" / f"{name}.yaml" for name in ("conversation", "notices")]
    files += [file for file in others if file.exists()]
    return {
        "bot": _template(root, "bot", [interface, *beside], "python"),
        "knowledge": _template(root, "knowledge", files, "alliance_entries"),
    }


def write_templates(root: Path, extracted: Mapping[str, polib.POFile]) -> None:
    """Write templates that have been extracted."""
    for domain, template in extracted.items():
        write_catalog(root / "locales" / f"{domain}.pot", template)


def _template(root: Path, domain: str, files: Iterable[Path], method: str) -> polib.POFile:
    template = empty(domain, "")
    path = root / "locales" / f"{domain}.pot"
    former = by_context(read_catalog(path)) if path.exists() else {}
    outdated: list[Problem] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        for line, context, message, comments in _messages(file, method):
            entry = polib.POEntry(
                msgctxt=context, msgid=message, comment="\n".join(comments), occurrences=[(name, "")]
            )
            template.append(entry)
            outdated += _outdated(former.get(context), entry, Location(path=file, line=line))
    if outdated:
        raise CatalogError(outdated)
    return template


def _outdated(former: polib.POEntry | None, entry: polib.POEntry, place: Location) -> Iterator[Problem]:
    """Find names in an English sentence that the facts no longer have.

    Once the template holds the new names nobody would be told any more.
    """
    if former is None or former.msgid != entry.msgid:
        return
    before, after = read_value_comments(former.comment), read_value_comments(entry.comment)
    for fact in sorted(before.keys() & after.keys()):
        for gone in sorted(before[fact] - after[fact]):
            name = gone.split(" (")[0]
            if name.casefold() in entry.msgid.casefold():
                yield Problem(
                    location=place,
                    code="stale-fact",
                    message=f"{entry.msgctxt} still says “{name}”; {fact} is now “{' · '.join(sorted(after[fact]))}”",
                    advice="correct the English sentence first",
                )


def _messages(file: Path, method: str) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give line, context, message and comments of each message of a file, in its order."""
    extracted = extract_from_file(
        method, str(file), DEFAULT_KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for line, message, comments, context in extracted:
        if isinstance(message, str) and context:
            yield line, context, message, comments

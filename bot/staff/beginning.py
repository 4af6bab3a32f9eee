"""How does a new language begin? With all its files, and a list of what to write and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polib
from babel import Locale

from bot.errors import CatalogError
from bot.knowledge.checks import ENOUGH_PHRASINGS
from bot.knowledge.entries import Entry, KnowledgeBase
from bot.knowledge.loader import load_evaluation, load_knowledge
from bot.knowledge.nodes import MapNode
from bot.knowledge.scalars import check_locale
from bot.knowledge.yamltext import read_yaml
from bot.language.catalogs import SOURCE_LOCALE
from bot.language.formats import language_name
from bot.staff.counting import counted
from bot.staff.glossary import load_glossary
from bot.staff.pofiles import DOMAINS, catalog_path
from bot.staff.schemas import schema_line
from bot.staff.templates import extract
from bot.staff.translations import begin

ENOUGH_QUESTIONS = 130  # labelled ones, as many as each language has; fewer measure too little
_COUNTED = 1_001  # numbers that are tried to give examples of a plural category, and a few larger ones
_SHOWN = 3  # of the examples
_WISH = "follow-up-language-"  # entries by which people ask for another language

_PHRASINGS = """\
# Ways in which people ask in {language}: written for the language by itself, never translated, as people type.
# Below each entry stand at least {enough}, in different words: a full question, a short one, single words. Like this:
#
#   entry-id:
#     - a way to ask it
#     - "another one: in quotation marks when it holds a colon or begins with a mark"
#
# Beside each entry is what it answers. No typing errors: the matcher repairs those.
"""
_EVALUATION = """\
# Labelled test questions in {language}. They measure how often the bot finds the right answer, and how often it
# rightly declines. Phrasings are never taken from here, so these are written by somebody who has not read
# phrasings/{locale}.yaml: about {enough}, some of them hasty, with typing errors, or about things that no entry answers.
# An item has one of these forms; the names of the entries stand in knowledge/entries:
#
# - question: "a question as somebody might type it"
#   entry: entry-id          # or a list, of which any is right
# - question: "two questions in one message"
#   both: [entry-id, other-entry-id]
# - question: "a follow-up"
#   after: "the question that was asked before it"
#   entry: entry-id
# - question: "something that no entry answers"
#   decline: true
"""
_SYNONYMS = """\
# Words that mean the same when people ask in {language}, a group on each line. A word stands in one group only, and
# every form of it is listed: words are compared as they stand here. The file may stay as it is.
#
# - [launched, founded, created]
"""


def new(root: Path, locale: str, *, today: date) -> tuple[Path, ...]:
    """Create the files of a language, with headers that say how each is filled; existing ones stay as they are.

    Returns:
        The files that were created.

    Raises:
        CatalogError: Not a CLDR locale id, or the source language itself.
    """
    fault = check_locale(locale)
    if fault or locale == SOURCE_LOCALE:
        message, advice = fault or (
            f'"{locale}" is the language of the messages themselves',
            "it needs no catalog",
        )
        raise CatalogError([f"{message}; {advice}"])
    extract(root)
    words = _how_to_translate(locale)
    created = [begin(root, locale, domain, today=today, words=words) for domain in DOMAINS]
    created += [_create(path, text) for path, text in _knowledge_files(root, locale).items()]
    return tuple(path for path in created if path is not None)


def to_write(root: Path, locale: str) -> Iterator[str]:
    """List what a language still lacks, in the order in which it is best written."""
    knowledge, _ = load_knowledge(root / "knowledge")
    lines = [line for line in _lacking(root, locale, knowledge) if line]
    if not lines:
        yield "Nothing is left to write."
    for number, line in enumerate(lines, 1):
        yield f"{number}. {line}"
    yield "Then: `alliance-bot translations lint`, `alliance-bot check`, `alliance-bot evaluate`."
    if lines:
        yield f"`alliance-bot translations new {locale}` shows again what is left; what is written stays as it is."


def _lacking(root: Path, locale: str, knowledge: KnowledgeBase) -> Iterator[str]:
    terms, _ = load_glossary(root / "knowledge" / "glossary.yaml")
    if nameless := [term.english[0] for term in terms if locale not in term.names]:
        path = root / "knowledge" / "glossary.yaml"
        yield (
            f"{path}: {len(nameless)} of {len(terms)} official names, before anything else: all texts use them; where there "
            f"is none and you translate it, {locale} also goes into its list own:"
        )
    for domain in DOMAINS:
        path = catalog_path(root / "locales", locale, domain)
        waiting = [entry for entry in polib.pofile(str(path)) if not entry.obsolete and not _current(entry)]
        if waiting:
            words = sum(len(entry.msgid.split()) for entry in waiting)
            yield f"{path}: {counted(len(waiting), 'message')} to translate, {words:,} English words"
    entries, phrased = knowledge.entries, knowledge.phrasings.get(locale, {})
    few = [entry_id for entry_id in entries if len(phrased.get(entry_id, ())) < ENOUGH_PHRASINGS]
    if few:
        path = root / "knowledge" / "phrasings" / f"{locale}.yaml"
        yield f"{path}: {len(few)} of {len(entries)} entries need {ENOUGH_PHRASINGS} ways to ask or more"
    yield from _wished(root, locale, knowledge)
    unwritten = [name for name, forms in knowledge.names.items() if not forms.get(locale)]
    if unwritten:
        path = root / "knowledge" / "names.yaml"
        yield (
            f"{path}: {len(unwritten)} of {len(knowledge.names)} names, in each its forms in {_name(locale)}: the usual one "
            "first, then other ways to write it, and the Latin one where people type that"
        )
    if not knowledge.synonyms.get(locale):
        yield f"{root / 'knowledge' / 'synonyms' / f'{locale}.yaml'}: words with the same meaning; may stay empty"
    if _without_golden(root / "knowledge" / "golden.yaml", locale):
        yield f"{root / 'knowledge' / 'golden.yaml'}: the questions of {SOURCE_LOCALE} there, asked in {_name(locale)}"
    questions = len(load_evaluation(root / "knowledge")[0].get(locale, ()))
    if questions < ENOUGH_QUESTIONS:
        path = root / "knowledge" / "evaluation" / f"{locale}.yaml"
        person = "by somebody who has not read the phrasings"
        yield f"{path}: {ENOUGH_QUESTIONS - questions} of {ENOUGH_QUESTIONS} questions, each with its entry, {person}"


def _wished(root: Path, locale: str, knowledge: KnowledgeBase) -> Iterator[str]:
    """Say where it lacks that people can ask for the language itself, in every language."""
    entries, wish = knowledge.entries, _wish(locale)
    if not any(entry_id.startswith(_WISH) for entry_id in entries):
        return
    if wish not in entries:
        yield f"{root / 'knowledge' / 'conversation.yaml'}: the entry {wish}, by which people ask for {_name(locale)}"
    for other in sorted(knowledge.phrasings):
        asked = knowledge.phrasings[other].get(wish, ())
        if other != locale and len(asked) < ENOUGH_PHRASINGS:
            path = root / "knowledge" / "phrasings" / f"{other}.yaml"
            yield (
                f"{path}: below {wish}, {ENOUGH_PHRASINGS} ways or more to ask in {_name(other)} for {_name(locale)}"
            )


def _wish(locale: str) -> str:
    """Name the entry by which people ask for a language."""
    return f"{_WISH}{locale.lower().replace('_', '-')}"


def _without_golden(path: Path, locale: str) -> bool:
    """Whether there are questions that must always go right, and none of them in a language."""
    content = read_yaml(path)[0].root if path.exists() else None
    return isinstance(content, MapNode) and content.get(locale) is None


def _name(locale: str) -> str:
    return language_name(locale, SOURCE_LOCALE)


def _current(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr) and not entry.fuzzy


def _how_to_translate(locale: str) -> str:
    """Write the head of a catalog: what translators must know, in plain words."""
    return (
        f"Write each translation into {_name(locale)} between the quotation marks of msgstr.\n"
        "Names in braces, such as {date}, stay as they are; they may stand anywhere in the sentence.\n"
        "Where a message reads {count, plural, one {…} other {…}}, write a form for each of these:\n"
        f"{_plurals(locale)}\n"
        "A sign # in such a form becomes the number. Two lines stay two lines.\n"
        "Official names are those of knowledge/glossary.yaml. A limit in a comment holds for the finished text."
    )


def _plurals(locale: str) -> str:
    """Name the plural categories of a locale, each with numbers that take it."""
    rule = Locale.parse(locale).plural_form
    examples: dict[str, list[str]] = {}
    for number in (*range(_COUNTED), 1_000_000):
        examples.setdefault(rule(number), []).append(f"{number:,}")
    order = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in {*rule.tags, "other"}]
    return "; ".join(f"{tag} ({_some(examples.get(tag, []))})" for tag in order)


def _some(numbers: list[str]) -> str:
    more = " …" if len(numbers) > _SHOWN else ""
    return ", ".join(numbers[:_SHOWN]) + more if numbers else "fractions"


def _knowledge_files(root: Path, locale: str) -> dict[Path, str]:
    knowledge, _ = load_knowledge(root / "knowledge")
    words = {"language": _name(locale), "locale": locale}
    texts = {
        "phrasings": _PHRASINGS.format(**words, enough=ENOUGH_PHRASINGS)
        + "".join((*_entries(knowledge), *_waiting(locale, knowledge))),
        "evaluation": _EVALUATION.format(**words, enough=ENOUGH_QUESTIONS),
        "synonyms": _SYNONYMS.format(**words),
    }
    folder = root / "knowledge"
    return {folder / kind / f"{locale}.yaml": schema_line(kind) + text for kind, text in texts.items()}


def _entries(knowledge: KnowledgeBase) -> Iterator[str]:
    """Write the names of all entries, by topic, each with what it answers."""
    titles = {topic.id: topic.title for topic in knowledge.topics}
    last: str | None = ""
    for entry in knowledge.entries.values():
        if entry.topic != last:
            yield f"\n# --- {titles.get(entry.topic or '', 'Conversation')} ---\n\n"
            last = entry.topic
        yield f"{entry.id}:{_meaning(entry, knowledge)}\n"


def _waiting(locale: str, knowledge: KnowledgeBase) -> Iterator[str]:
    """Write what is to be filled once its entry stands in the knowledge base, as a comment: a name must exist."""
    wish = _wish(locale)
    if wish not in knowledge.entries and any(entry_id.startswith(_WISH) for entry_id in knowledge.entries):
        yield "\n# Once conversation.yaml has this entry, take the mark # at the beginning of the next line away.\n"
        yield f"# {wish}:  # ways to ask for {_name(locale)}\n"


def _meaning(entry: Entry, knowledge: KnowledgeBase) -> str:
    """Say what an entry answers; small talk has no question of its own, so an English phrasing stands for it."""
    phrased = knowledge.phrasings.get(SOURCE_LOCALE, {}).get(entry.id, ())
    said = entry.question or " / ".join(phrased[:_SHOWN])
    return f"  # {' '.join(said.split())}" if said else ""


def _create(path: Path, text: str) -> Path | None:
    if path.exists():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

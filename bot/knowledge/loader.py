"""How do the files of a folder become one knowledge base, and which faults did they have?

Every item is typed by itself, so one fault costs one item and hides no other. References are checked last;
an item or file that could not be read still counts as known there, so that one fault is reported once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from bot.files import NO_CACHE, ReadCache
from bot.knowledge.asked import read_asked
from bot.knowledge.entries import Entry, EvaluationItem, Fact, FactValue, KnowledgeBase, Notice, Source, Topic
from bot.knowledge.named import read_names
from bot.knowledge.nodes import Document, ListNode, MapNode, Node, Scalar, walk
from bot.knowledge.references import Faulty, check_references
from bot.knowledge.scalars import check_id, check_locale
from bot.knowledge.schema import (
    ConversationItem,
    EntryItem,
    FactItem,
    NoticeItem,
    QuestionItem,
    SourceItem,
    SynonymsFile,
    TopicFile,
)
from bot.knowledge.validate import validate
from bot.knowledge.yamltext import read_yaml
from bot.types import Location, Problem

Model = TypeVar("Model", bound=BaseModel)


def load_knowledge(path: Path, *, kept: ReadCache = NO_CACHE) -> tuple[KnowledgeBase, tuple[Problem, ...]]:
    """Read a knowledge folder; phrasings that were read before, from where they are kept.

    Returns:
        What could be read, and all faults by file and line. With an error among them some references may lead
        nowhere; such a knowledge base is for showing, not for answering.
    """
    reader = _Reader(path, kept)
    knowledge = reader.read()
    problems = [
        *reader.problems,
        *check_references(knowledge, Faulty(ids=reader.broken, kinds=reader.unread)),
    ]
    return knowledge, tuple(sorted(problems, key=lambda problem: problem.location))


def load_evaluation(path: Path) -> tuple[Mapping[str, tuple[EvaluationItem, ...]], tuple[Problem, ...]]:
    """Read the labelled questions of a knowledge folder, per locale."""
    reader = _Reader(path)
    questions = {
        locale: tuple(
            EvaluationItem(
                locale=locale,
                question=item.question,
                entries=item.entry,
                decline=item.decline,
                both=item.both,
                after=item.after,
                location=document.locate(("question",), start=node),
            )
            for node, item in reader.items(document, QuestionItem)
        )
        for locale, document in reader.per_locale("evaluation")
    }
    return questions, tuple(sorted(reader.problems, key=lambda problem: problem.location))


class _Reader:
    """Collects what the files hold, and their faults."""

    def __init__(self, root: Path, kept: ReadCache = NO_CACHE) -> None:
        self.root = root
        self.kept = kept
        self.problems: list[Problem] = []
        self.broken: set[str] = set()  # ids of items that could not be typed
        self.unread: set[str] = set()  # kinds of things of which a file could not be read
        self._seen: dict[tuple[str, str], Location] = {}  # (kind of id, id) -> its first place

    def read(self) -> KnowledgeBase:
        """Read all files."""
        sources = dict(self._sources())
        facts = dict(self._facts())
        topics, entries = self._topics(facts)
        entries |= self._conversation(facts)
        phrasings, places = self._phrasings()
        return KnowledgeBase(
            root=self.root,
            sources=sources,
            facts=facts,
            entries=entries,
            topics=topics,
            phrasings=phrasings,
            phrasing_places=places,
            synonyms=self._synonyms(),
            names=self._names(),
            aliases={alias: entry.id for entry in entries.values() for alias in entry.aliases},
            notices=tuple(self._notices()),
        )

    def per_locale(self, folder: str) -> Iterator[tuple[str, Document]]:
        """Open each file of a folder that has one file per locale."""
        for locale, file in self._by_locale(folder):
            yield locale, self._open(file)

    def items(
        self, document: Document, model: type[Model], root: Node | None = None
    ) -> Iterator[tuple[Node, Model]]:
        """Type each item of a list; by default the whole file is the list."""
        node = root or document.root
        if node is None:
            return
        if not isinstance(node, ListNode):
            self.unread.add(
                {SourceItem: "source", FactItem: "fact", NoticeItem: "notice"}.get(model, "entry")
            )
            message = "a list is expected here"
            self._report(document.at(node), "wrong-shape", message, 'begin each item with "- "')
            return
        for item_node in node.items:
            if (item := self._typed(model, item_node, document)) is not None:
                yield item_node, item

    # --- one method per kind of file ---

    def _sources(self) -> Iterator[tuple[str, Source]]:
        document = self._open(self.root / "sources.yaml", "source")
        for node, item in self.items(document, SourceItem):
            location = document.locate(("id",), start=node)
            if self._new("source", item.id, location):
                yield item.id, Source(**dict(item), location=location)

    def _facts(self) -> Iterator[tuple[str, Fact]]:
        document = self._open(self.root / "facts.yaml", "fact")
        for node, item in self.items(document, FactItem):
            location = document.locate(("id",), start=node)
            if self._new("fact", item.id, location):
                values = tuple(
                    FactValue(
                        type=value.type,
                        text=value.value.text,
                        value=value.value.value,
                        name=value.name,
                        unit=value.unit,
                        role=value.role,
                    )
                    for value in item.values
                )
                fields = dict(item) | {
                    "values": values,
                    "location": location,
                    "places": _places(node, document),
                }
                yield item.id, Fact(**fields)

    def _topics(self, facts: Mapping[str, Fact]) -> tuple[tuple[Topic, ...], dict[str, Entry]]:
        files = self._files("entries")
        if not files:
            place = Location(path=self.root / "entries")
            self._report(place, "missing-file", "there are no entries", "add a topic")
        topics: list[Topic] = []
        entries: dict[str, dict[str, Entry]] = {}  # topic id -> its entries, also when its head is faulty
        for file in files:
            if wrong := check_id(file.stem):
                self._report(Location(path=file), "bad-id", *wrong)
            topics += self._topic(file, facts, entries.setdefault(file.stem, {}))
        topics.sort(key=lambda topic: (topic.order, topic.id))
        order = dict.fromkeys([*(topic.id for topic in topics), *entries])
        return tuple(topics), {k: v for topic_id in order for k, v in entries[topic_id].items()}

    def _topic(self, file: Path, facts: Mapping[str, Fact], entries: dict[str, Entry]) -> Iterator[Topic]:
        document = self._open(file, "entry")
        root = document.root
        if not isinstance(root, MapNode):
            if root is not None:
                self.unread.add("entry")
                message = "title, order and entries are expected here"
                self._report(document.at(root), "wrong-shape", message, "compare with another topic")
            return
        entries.update(self._entries(document, root.get("entries"), EntryItem, facts, file.stem))
        head = MapNode({key: value for key, value in root.items.items() if key.text != "entries"}, 1, 1)
        if (topic := self._typed(TopicFile, head, document)) is not None:
            place = document.locate(("title",))
            yield Topic(
                id=file.stem, title=topic.title, order=topic.order, entries=tuple(entries), location=place
            )

    def _conversation(self, facts: Mapping[str, Fact]) -> dict[str, Entry]:
        file = self.root / "conversation.yaml"
        if not file.exists():
            return {}
        document = self._open(file, "entry")
        return dict(self._entries(document, document.root, ConversationItem, facts, None))

    def _entries(
        self,
        document: Document,
        root: Node | None,
        model: type[EntryItem],
        facts: Mapping[str, Fact],
        topic: str | None,
    ) -> Iterator[tuple[str, Entry]]:
        for node, item in self.items(document, model, root):
            location = document.locate(("id",), start=node)
            own = self._new("entry", item.id, location)
            places = _places(node, document)
            for position, alias in enumerate(item.aliases):
                own = self._new("entry", alias, places[f"aliases.{position}"]) and own
            if own:
                given = dict(item)
                named = item.sources or tuple(facts[fact].source for fact in item.facts if fact in facts)
                given |= {
                    "kind": given.get("kind", "knowledge"),
                    "topic": topic,
                    "sources": tuple(dict.fromkeys(named)),
                }
                yield item.id, Entry(**given, location=location, places=places)

    def _notices(self) -> Iterator[Notice]:
        file = self.root / "notices.yaml"
        document = self._open(file, "notice") if file.exists() else Document(file, None)
        for node, item in self.items(document, NoticeItem):
            location = document.locate(("id",), start=node)
            if self._new("notice", item.id, location):
                yield Notice(**dict(item), location=location, places=_places(node, document))

    def _phrasings(
        self,
    ) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[tuple[str, str], tuple[Location, ...]]]:
        phrasings: dict[str, dict[str, tuple[str, ...]]] = {}
        places: dict[tuple[str, str], tuple[Location, ...]] = {}
        for locale, file in (*self._by_locale("phrasings"), *self._by_locale("learned")):
            found = phrasings.setdefault(locale, {})
            asked, problems = read_asked(file, self.kept)
            self.problems += problems
            for one in asked:
                if one.entry_id not in found:  # in nearly all cases; what was read once is held once
                    found[one.entry_id], places[locale, one.entry_id] = one.texts, one.places
                    continue
                found[one.entry_id] = (*found[one.entry_id], *one.texts)
                places[locale, one.entry_id] = (*places[locale, one.entry_id], *one.places[1:])
        return phrasings, places

    def _synonyms(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        synonyms: dict[str, tuple[tuple[str, ...], ...]] = {}
        for locale, document in self.per_locale("synonyms"):
            node = document.root or ListNode((), 1, 1)
            if (item := self._typed(SynonymsFile, node, document)) is not None:
                synonyms[locale] = tuple(tuple(group) for group in item.root)
        return synonyms

    def _names(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        file = self.root / "names.yaml"
        names, problems = read_names(file, self.kept) if file.exists() else ({}, ())
        self.problems += problems
        return names

    # --- shared steps ---

    def _files(self, folder: str) -> Sequence[Path]:
        """List the YAML files of a folder; anything else in it is reported, since it would be missed."""
        files = sorted(file for file in (self.root / folder).glob("*") if not file.name.startswith("."))
        for file in files:
            if file.suffix != ".yaml":
                self._report(
                    Location(path=file),
                    "unexpected-file",
                    "only .yaml files are read here",
                    "rename or move it",
                )
        return [file for file in files if file.suffix == ".yaml"]

    def _by_locale(self, folder: str) -> Iterator[tuple[str, Path]]:
        """List the files of a folder that has one file per locale."""
        for file in self._files(folder):
            if fault := check_locale(file.stem):
                self._report(Location(path=file), "bad-locale", *fault)
            else:
                yield file.stem, file

    def _open(self, file: Path, kind: str = "") -> Document:
        """Read a file that holds things of a kind."""
        if not file.exists():
            self._report(
                Location(path=file), "missing-file", "this file is missing", "create it, even if empty"
            )
            return Document(file, None)
        document, problems = read_yaml(file, self.kept)
        self.problems.extend(problems)
        if problems and document.root is None:
            self.unread.add(kind)
        return document

    def _typed(self, model: type[Model], node: Node, document: Document) -> Model | None:
        item, problems = validate(model, node, document)
        self.problems.extend(problems)
        identity = node.get("id") if isinstance(node, MapNode) else None
        if item is None and isinstance(identity, Scalar):
            self.broken.add(identity.text)
        return item

    def _new(self, kind: str, identity: str, location: Location) -> bool:
        """Claim an id; a second claim is a fault."""
        first = self._seen.setdefault((kind, identity), location)
        if first is not location:
            message = f'the {kind} "{identity}" stands already in {first.path}:{first.line}'
            self._report(location, "duplicate-id", message, "give one of them another id")
        return first is location

    def _report(self, location: Location, code: str, message: str, advice: str) -> None:
        self.problems.append(Problem(location=location, code=code, message=message, advice=advice))


def _places(node: Node, document: Document) -> dict[str, Location]:
    """Where each part of an item stands, by its way: "answer", "facts.0"."""
    return {".".join(map(str, steps)): document.at(part) for steps, part in walk(node)}

"""Does every reference lead somewhere, and does every message find its values?

One function per rule, all listed in RULES. They run with every load: what they find would fail while
answering.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from bot.knowledge.entries import FOLLOW_UP_PREFIX, Entry, KnowledgeBase
from bot.knowledge.validate import nearest
from bot.language.formats import Number, Value, Year
from bot.language.messages import MessageSyntaxError, parse, placeholders
from bot.types import Location, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """What exists but could not be read or typed; it is reported already."""

    ids: Collection[str] = ()
    kinds: Collection[str] = ()  # "source", "fact", "entry": a whole file of them could not be read

    def hides(self, kind: str, identity: str) -> bool:
        """Whether a thing that was not found may well exist."""
        return kind in self.kinds or identity in self.ids


FAULTLESS = Faulty()

Rule = Callable[[KnowledgeBase, Faulty], Iterator[Problem]]


def check_references(knowledge: KnowledgeBase, faulty: Faulty = FAULTLESS) -> tuple[Problem, ...]:
    """Find references that lead nowhere.

    Args:
        knowledge: As far as it could be read.
        faulty: What exists but could not be read.
    """
    return tuple(chain.from_iterable(rule(knowledge, faulty) for rule in RULES))


def sources_of_facts(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Every fact names a source that exists."""
    for fact in knowledge.facts.values():
        place = fact.places.get("source", fact.location)
        yield from _unknown("source", fact.source, place, knowledge.sources, faulty)


def names_of_values(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """No two values of a fact have one name."""
    for fact in knowledge.facts.values():
        seen: set[str] = set()
        for position, value in enumerate(fact.values):
            if value.name and value.name in seen:
                place = fact.places.get(f"values.{position}.name", fact.location)
                message = f'another value of this fact is called "{value.name}"'
                yield _error(place, "duplicate-name", message, "give one of them another name")
            seen.add(value.name or "")


def references_of_entries(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Facts, sources and related entries exist and are named once."""
    answers = _answers(knowledge)
    for entry in knowledge.entries.values():
        yield from _listed(entry, "facts", "fact", knowledge.facts, faulty)
        yield from _listed(entry, "related", "entry", answers, faulty)
        if "sources" in entry.places:
            yield from _listed(entry, "sources", "source", knowledge.sources, faulty)
        if entry.id in entry.related:
            place = entry.place("related", entry.related.index(entry.id))
            yield _error(place, "self-reference", "the entry is related to itself", "remove it")


def follow_ups(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Each kind of follow-up has phrasings in conversation.yaml, and leads to an entry."""
    answers = _answers(knowledge)
    kinds = [
        key.removeprefix(FOLLOW_UP_PREFIX) for key in knowledge.entries if key.startswith(FOLLOW_UP_PREFIX)
    ]
    for entry in knowledge.entries.values():
        for kind, target in entry.follow_ups.items():
            place = entry.place("follow_ups", kind)
            if kind not in kinds and not faulty.hides("entry", FOLLOW_UP_PREFIX + kind):
                message = f'conversation.yaml has no entry "{FOLLOW_UP_PREFIX}{kind}"'
                yield _error(
                    place, "unknown-follow-up", message, nearest(kind, kinds) or "add it, and its phrasings"
                )
            yield from _unknown("entry", target, place, answers, faulty, knowledge)


def entries_have_sources(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """What is stated as knowledge has a source."""
    for entry in knowledge.entries.values():
        if entry.kind == "knowledge" and not entry.sources and not entry.facts:
            yield _error(
                entry.location, "no-source", "nothing says where this is known from", "name its facts"
            )


def entries_of_phrasings(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Phrasings belong to entries that exist."""
    for locale, phrasings in knowledge.phrasings.items():
        for entry_id in phrasings:
            place = knowledge.phrasing_places[locale, entry_id][0]
            yield from _unknown("entry", entry_id, place, knowledge.entries, faulty, knowledge)


def messages(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Titles, questions and answers can be read, and use only values of the entry's facts."""
    for topic in knowledge.topics:
        yield from _message_problems(topic.title, {}, topic.location, (), knowledge)
    for entry in knowledge.entries.values():
        if any(faulty.hides("fact", fact) for fact in entry.facts):
            continue  # its values are not known; the fact's own fault comes first
        values = knowledge.values_for(entry)
        for key in ("question", "answer"):
            yield from _message_problems(
                getattr(entry, key), values, entry.place(key), entry.facts, knowledge
            )


def notices(knowledge: KnowledgeBase, faulty: Faulty) -> Iterator[Problem]:
    """Notices end after they begin, and name topics that exist."""
    topics = {topic.id for topic in knowledge.topics} | {entry.topic for entry in knowledge.entries.values()}
    hidden = "entry" in faulty.kinds  # a file of a topic could not be read
    for notice in knowledge.notices:
        if notice.until < notice.begins:
            message = f"it would end on {notice.until}, before it begins on {notice.begins}"
            yield _error(notice.place("until"), "bad-period", message, "correct one of the two days")
        for position, topic in enumerate(notice.topics):
            if topic not in topics and not hidden:
                place, advice = notice.place("topics", position), nearest(topic, filter(None, topics))
                yield _error(place, "unknown-topic", f'there is no topic "{topic}"', advice or "remove it")
        yield from _message_problems(notice.text, {}, notice.place("text"), (), knowledge)


RULES: tuple[Rule, ...] = (
    sources_of_facts,
    names_of_values,
    references_of_entries,
    follow_ups,
    entries_have_sources,
    entries_of_phrasings,
    messages,
    notices,
)


def _message_problems(
    text: str, values: dict[str, Value], place: Location, facts: Collection[str], knowledge: KnowledgeBase
) -> Iterator[Problem]:
    try:
        used = placeholders(parse(text))
    except MessageSyntaxError as exc:
        yield _error(place, exc.code, str(exc), "correct the message")
        return
    for name, kind in used.items():
        if name not in values:
            yield _unknown_placeholder(name, values, place, facts, knowledge)
        elif kind == "plural" and not isinstance(values[name], Number | Year):
            yield _error(place, "bad-placeholder", f"{{{name}, plural}} is not a number", f"write {{{name}}}")
        elif kind == "select":
            yield _error(
                place, "bad-placeholder", f"{{{name}, select}} has nothing to select by", f"write {{{name}}}"
            )


def _unknown_placeholder(
    name: str, values: Collection[str], place: Location, facts: Collection[str], knowledge: KnowledgeBase
) -> Problem:
    fact_id = name.split(".")[0].replace("_", "-")
    fact = knowledge.facts.get(fact_id)
    advice = nearest(name, values) or "name a number, date, money, link or phone of a fact"
    if fact and fact_id not in facts:
        advice = f'add "{fact_id}" to the facts of this entry'
    elif fact and all(value.value is None for value in fact.values):
        advice = "this fact has only words: write them into the sentence"
    return _error(place, "unknown-placeholder", f"{{{name}}} is no value of the facts of this entry", advice)


def _listed(entry: Entry, key: str, kind: str, known: Collection[str], faulty: Faulty) -> Iterator[Problem]:
    references: tuple[str, ...] = getattr(entry, key)
    for position, reference in enumerate(references):
        place = entry.place(key, position)
        yield from _unknown(kind, reference, place, known, faulty)
        if reference in references[:position]:
            yield _error(place, "duplicate-reference", f'"{reference}" is named twice', "remove one of them")


def _unknown(
    kind: str,
    reference: str,
    place: Location,
    known: Collection[str],
    faulty: Faulty,
    knowledge: KnowledgeBase | None = None,
) -> Iterator[Problem]:
    if reference in known or faulty.hides(kind, reference):
        return
    renamed = knowledge.aliases.get(reference) if knowledge else None
    advice = (
        f'it is called "{renamed}" now'
        if renamed
        else nearest(reference, known) or f"add the {kind}, or remove this"
    )
    yield _error(place, f"unknown-{kind}", f'there is no {kind} "{reference}"', advice)


def _answers(knowledge: KnowledgeBase) -> Collection[str]:
    """Ids of entries that say something, in file order."""
    return {entry.id: None for entry in knowledge.entries.values() if entry.kind != "follow-up"}


def _error(place: Location, code: str, message: str, advice: str) -> Problem:
    return Problem(location=place, code=code, message=message, advice=advice)

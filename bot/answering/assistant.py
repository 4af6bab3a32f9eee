"""What answers a question? One immutable snapshot of knowledge, matcher and catalogs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import CatalogError, KnowledgeError
from bot.files import ReadCache
from bot.knowledge.entries import FOLLOW_UP_PREFIX, Entry, KnowledgeBase
from bot.knowledge.learned import teach
from bot.knowledge.loader import load_knowledge
from bot.knowledge.revision import revision, revision_with
from bot.language import identify
from bot.language.catalogs import Catalogs, load_catalogs
from bot.language.own_names import OwnName, own_names
from bot.matching.build import Example, Languages, LearnElsewhere, languages_of, learn_languages
from bot.matching.index import Matcher
from bot.types import Learned, Overlay, Problem, Withdrawn

DEFAULT_TARGET_RISK = 0.05  # at most this share of the answers given may be wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs this bot, as the public is told."""

    name: str | None = None
    contact: str | None = None
    official: bool = False  # whether this is an official channel of the alliance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Assistant:
    """Everything an answer rests on; never changed, only replaced as a whole."""

    knowledge: KnowledgeBase
    matcher: Matcher
    catalogs: Catalogs
    operator: Operator
    default_locale: str  # CLDR id; one of the catalogs' locales
    revision: str  # hash of the content: of the files, of what staff accepted, and of what they withdrew
    files: str = ""  # hash of the files alone; empty when it was built from none
    learned: tuple[Learned, ...] = ()  # rows that it was built with, also those left out
    left_out: tuple[Problem, ...] = ()  # why some rows are left out; warnings
    withdrawn: frozenset[str] = frozenset()  # entries whose answers are out of service
    careful: frozenset[str] = field(init=False, repr=False)  # entries that are answered only when very sure
    talk: frozenset[str] = field(init=False, repr=False)  # entries that are small talk
    remarks: frozenset[str] = field(init=False, repr=False)  # those of them that ask nothing
    follow_ups: tuple[str, ...] = field(
        init=False, repr=False
    )  # entries that say what a short text refers to
    names_in: Callable[[str], Iterator[OwnName]] = field(
        init=False, repr=False
    )  # that people give as their own

    def __post_init__(self) -> None:
        entries = self.knowledge.entries.values()
        talk = frozenset(entry.id for entry in entries if entry.kind == "conversation")
        follow_ups = tuple(entry.id for entry in entries if entry.id.startswith(FOLLOW_UP_PREFIX))
        object.__setattr__(self, "careful", frozenset(entry.id for entry in entries if entry.careful))
        object.__setattr__(self, "talk", talk)
        object.__setattr__(self, "remarks", frozenset(entry.id for entry in entries if entry.remark))
        object.__setattr__(self, "follow_ups", follow_ups)
        object.__setattr__(self, "names_in", own_names(self.catalogs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlearnt:
    """Everything that an assistant rests on, before the matcher has learnt it."""

    knowledge: KnowledgeBase  # with what staff accepted
    languages: Languages
    catalogs: Catalogs
    default_locale: str
    files: str  # as of Assistant
    learned: tuple[Learned, ...]
    left_out: tuple[Problem, ...]
    withdrawn: tuple[Withdrawn, ...]

    @property
    def revision(self) -> str:
        """As of Assistant, while nothing is withdrawn."""
        return revision_with(self.files, self.learned, ())


def load_assistant(
    *,
    knowledge_dir: Path,
    locales_dir: Path,
    operator: Operator | None = None,
    default_locale: str = "en",
    target_risk: float = DEFAULT_TARGET_RISK,
    cache_dir: Path | None = None,
    progress: Callable[[str], None] | None = None,
    aside: LearnElsewhere | None = None,
    overlay: Overlay | None = None,
) -> Assistant:
    """Read the content, refuse it when it has errors, and train the matcher on it.

    Args:
        knowledge_dir: Folder with sources, facts, entries and phrasings.
        locales_dir: Folder with the catalogs.
        operator: Who runs the bot.
        default_locale: Language for people whose own is not known.
        target_risk: Share (0-1) of wrong ones among the answers given that may be expected.
        cache_dir: Where trained rankers are kept, and what files were read as; None trains each time.
        progress: Called with a short line when something takes long.
        aside: Trains several rankers at once, into `cache_dir`; None trains one after the other.
        overlay: What staff accepted and withdrew, on top of the files; what it pins is the caller's to find.

    Raises:
        KnowledgeError: The knowledge base has errors; all are listed.
        CatalogError: A catalog cannot be read, or none exists for the default locale.
    """
    content = read_content(
        knowledge_dir,
        locales_dir,
        default_locale=default_locale,
        target_risk=target_risk,
        kept=ReadCache(cache_dir),
        overlay=overlay,
    )
    return learnt(content, operator=operator, cache_dir=cache_dir, progress=progress, aside=aside)


def read_content(
    knowledge_dir: Path,
    locales_dir: Path,
    *,
    default_locale: str,
    target_risk: float,
    kept: ReadCache,
    overlay: Overlay | None = None,
) -> Unlearnt:
    """Read the content, and refuse it when it has errors; as for `load_assistant`.

    Args:
        knowledge_dir: Folder with sources, facts, entries and phrasings.
        locales_dir: Folder with the catalogs.
        default_locale: Language for people whose own is not known.
        target_risk: Share (0-1) of wrong ones among the answers given that may be expected.
        kept: What files were read as.
        overlay: What staff accepted and withdrew.
    """
    knowledge, catalogs = _read(knowledge_dir, locales_dir, default_locale, kept)
    overlay = overlay or Overlay()
    taught = teach(knowledge, catalogs, overlay.learned)
    languages = languages_of(
        examples(taught.knowledge, catalogs),
        synonyms=knowledge.synonyms,
        names=knowledge.names,
        people=knowledge.people,
        target_risk=target_risk,
    )
    return Unlearnt(
        knowledge=taught.knowledge,
        languages=languages,
        catalogs=catalogs,
        default_locale=default_locale,
        files=revision(knowledge, catalogs),
        learned=overlay.learned,
        left_out=taught.left_out,
        withdrawn=overlay.withdrawn,
    )


def learnt(
    content: Unlearnt,
    *,
    operator: Operator | None = None,
    cache_dir: Path | None = None,
    progress: Callable[[str], None] | None = None,
    aside: LearnElsewhere | None = None,
) -> Assistant:
    """Train the matcher on what was read; as for `load_assistant`."""
    identify.keep_in(cache_dir)
    assistant = Assistant(
        knowledge=content.knowledge,
        matcher=learn_languages(content.languages, cache_dir=cache_dir, progress=progress, aside=aside),
        catalogs=content.catalogs,
        operator=operator or Operator(),
        default_locale=content.default_locale,
        revision=content.revision,
        files=content.files,
        learned=content.learned,
        left_out=content.left_out,
    )
    return withdrawing(assistant, content.withdrawn)


def withdrawing(assistant: Assistant, withdrawn: Collection[Withdrawn]) -> Assistant:
    """Take exactly these entries out of service; nothing is trained. The same snapshot when they are already."""
    known = map(assistant.knowledge.resolve, (each.entry_id for each in withdrawn))
    entries = frozenset(entry.id for entry in known if entry is not None)
    if entries == assistant.withdrawn:
        return assistant
    named = revision_with(assistant.files, assistant.learned, entries)
    return replace(assistant, withdrawn=entries, revision=named)


def _read(
    knowledge_dir: Path, locales_dir: Path, default_locale: str, kept: ReadCache
) -> tuple[KnowledgeBase, Catalogs]:
    knowledge, problems = load_knowledge(knowledge_dir, kept=kept)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise KnowledgeError(errors)
    catalogs, problems = load_catalogs(locales_dir, kept=kept)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise CatalogError(errors)
    if default_locale not in catalogs.locales:
        known = ", ".join(catalogs.locales)
        raise CatalogError([f"default locale {default_locale!r} has no catalog; there are: {known}"])
    return knowledge, catalogs


def examples(knowledge: KnowledgeBase, catalogs: Catalogs) -> tuple[Example, ...]:
    """List what the matcher learns from: each phrasing, and each entry's question in each language."""
    return tuple(_examples(knowledge, catalogs))


def _examples(knowledge: KnowledgeBase, catalogs: Catalogs) -> Iterator[Example]:
    for locale, phrasings in knowledge.phrasings.items():
        for entry_id, texts in phrasings.items():
            places = knowledge.phrasing_places[locale, entry_id]  # the entry's key, then its phrasings
            for text, place in zip(texts, places[1:], strict=True):
                yield Example(locale=locale, entry_id=entry_id, text=text, kind="phrasing", location=place)
            title = title_of(knowledge.entries[entry_id], locale, catalogs)
            if title:
                yield Example(locale=locale, entry_id=entry_id, text=title, kind="title", location=places[0])


def title_of(entry: Entry, locale: str, catalogs: Catalogs) -> str | None:
    """Give the question of an entry in a locale; None where it has none in that language."""
    if not entry.question or locale not in catalogs.locales:
        return None
    translation = catalogs.lookup(locale, "knowledge", f"{entry.id}.question", entry.question)
    return translation.text if translation.locale == locale else None

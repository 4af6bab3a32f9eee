"""Which knowledge gave an answer? A short name for the content of a snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator

from bot.knowledge.entries import KnowledgeBase
from bot.language.catalogs import Catalogs
from bot.language.normalize import FOLD_VERSION
from bot.types import Learned

_LENGTH = 12  # hexadecimal characters: two snapshots in a billion billion would have to meet


def revision(knowledge: KnowledgeBase, catalogs: Catalogs) -> str:
    """Hash everything in the files that may change an answer.

    Places in files and comments do not count, so that a moved line is the same knowledge.

    Returns:
        Twelve hexadecimal characters, the same on every machine.
    """
    return _hash(_lines(knowledge, catalogs))


def revision_with(files: str, learned: Iterable[Learned], withdrawn: Collection[str]) -> str:
    """Name the content of the files together with what staff changed on top of it.

    Args:
        files: Revision of the files.
        learned: Rows; who accepted them and when changes no answer.
        withdrawn: Entries that are out of service.

    Returns:
        The revision of the files itself where nothing was changed.
    """
    rows = sorted({(row.locale, row.entry_id, row.text) for row in learned})
    if not rows and not withdrawn:
        return files
    return _hash([files, *map(repr, rows), "withdrawn", *sorted(withdrawn)])


def _hash(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "backslashreplace") + b"\n")
    return digest.hexdigest()[:_LENGTH]


def _lines(knowledge: KnowledgeBase, catalogs: Catalogs) -> Iterator[str]:
    """Write the content down, one item a line."""
    yield f"fold {FOLD_VERSION}"
    for source in sorted(knowledge.sources.values(), key=lambda source: source.id):
        yield repr((source.id, source.title, source.url, source.publisher, source.language, source.described))
        yield repr((str(source.published), str(source.checked_on)))
    for fact in sorted(knowledge.facts.values(), key=lambda fact: fact.id):
        yield repr((fact.id, fact.statement, fact.values, str(fact.as_of), fact.source, str(fact.review_by)))
    for topic in knowledge.topics:
        yield repr((topic.id, topic.title, topic.order, topic.entries))
    for entry in knowledge.entries.values():
        yield repr(
            (entry.id, entry.kind, entry.topic, entry.question, entry.answer, entry.facts, entry.related)
        )
        yield repr(
            (
                sorted(entry.follow_ups.items()),
                entry.sources,
                str(entry.review_by),
                entry.careful,
                entry.remark,
                entry.aliases,
            )
        )
    for notice in knowledge.notices:
        yield repr((notice.id, notice.text, str(notice.begins), str(notice.until)))
        yield repr((notice.topics, notice.locales))
    for locale, phrasings in sorted(knowledge.phrasings.items()):
        yield repr((locale, sorted(phrasings.items())))
    for locale, synonyms in sorted(knowledge.synonyms.items()):
        yield repr((locale, synonyms))
    for name, forms in knowledge.names.items():
        yield repr((name, sorted(forms.items())))
    for item in sorted(
        catalogs.entries, key=lambda item: (item.locale, item.domain, item.context or "", item.message)
    ):
        yield repr((item.locale, item.domain, item.context, item.message, item.translation, item.fuzzy))
        if item.fuzzy and item.stale_since is not None:  # readers are told
            yield str(item.stale_since)

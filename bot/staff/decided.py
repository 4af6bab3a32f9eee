"""Which questions are decided otherwise in another snapshot? Nothing is asked twice that need not be.

A decision rests on what the languages have learnt and on a few rules. Languages that learnt the same are shared by
both snapshots; a question that only they hear is asked once; and what a snapshot decided is kept in the cache folder,
under a hash of everything that it rests on, the program's own text among it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import bot
from bot.answering.answer_types import ANSWER_TYPES, types_of
from bot.answering.assistant import Assistant, examples
from bot.files import forget_old, replacing
from bot.language.word_texts import JOINING_WORDS, NAME_WORDS, POLITE_WORDS, QUESTION_WORDS
from bot.matching.speaker import Speaker
from bot.matching.unaffected import is_phrasing, unaffected
from bot.staff.asking import Decided, Put, Settled, decide_all, decide_alone

_PACKAGES = ("answering", "knowledge", "language", "matching")  # what decides
_KEPT = 12  # snapshots whose decisions are kept
_MOST = 50_000  # decisions of one snapshot that are kept; a bound for the file


class Otherwise(NamedTuple):
    """A question that two snapshots decide differently."""

    put: Put
    before: Decided
    after: Decided


def decided_otherwise(
    questions: Iterable[Put],
    before: Assistant,
    after: Assistant,
    *,
    asked_at: datetime,
    cache_dir: Path | None = None,
) -> tuple[Otherwise, ...]:
    """Ask two snapshots the same questions, and tell which they decide differently, in the order given.

    The same choices in another order are no difference that anybody has to look at.

    Args:
        questions: Each is asked alone, not after another one.
        before: The one snapshot.
        after: The other one.
        asked_at: When they are asked.
        cache_dir: Where decisions are kept for another time; None keeps none.
    """
    learnt, anew = _learnt(before), _learnt(after)
    if learnt == anew:
        return ()
    pair = _Pair.of(before, after, learnt, anew, asked_at)
    old, new = _Kept.load(cache_dir, learnt), _Kept.load(cache_dir, anew)
    puts = tuple(dict.fromkeys(questions))
    both = pair.decide(puts, old, new)
    old.save()
    new.save()
    return tuple(Otherwise(put, was, now) for put, (was, now) in both.items() if _sets(was) != _sets(now))


def _sets(decided: Decided) -> list[tuple[str, frozenset[str]]]:
    return [(kind, frozenset(entries)) for kind, entries in decided]


# --- what a decision rests on -------------------------------------------------------------------------


class _Learnt(NamedTuple):
    """Everything that decisions rest on, as hashes."""

    languages: Mapping[str, str]
    rules: str

    @property
    def name(self) -> str:
        return rests_on([self.rules, *(f"{locale} {one}" for locale, one in self.languages.items())])


def _learnt(assistant: Assistant) -> _Learnt:
    catalogs, knowledge = assistant.catalogs, assistant.knowledge
    taught: dict[str, list[str]] = {}
    for one in examples(knowledge, catalogs):
        taught.setdefault(one.locale, []).extend((one.entry_id, one.kind, one.text))
    languages, names = {}, rests_on([repr(knowledge.names), repr(sorted(knowledge.people))])
    for speaker in assistant.matcher.speakers:
        locale = speaker.locale
        parts = [repr(speaker.calibration.bounds), repr(knowledge.synonyms.get(locale, ())), names]
        languages[locale] = rests_on([locale, *parts, *taught.get(locale, ())])
    words = [
        catalogs.text(locale, text)
        for locale in catalogs.locales
        for text in (JOINING_WORDS, QUESTION_WORDS, NAME_WORDS, POLITE_WORDS, *ANSWER_TYPES)
    ]
    named = [
        sorted(each) for each in (assistant.careful, assistant.talk, assistant.remarks, assistant.withdrawn)
    ]
    near = [
        (entry.id, entry.topic, entry.related, sorted(entry.follow_ups.items()))
        for _, entry in sorted(knowledge.entries.items())
    ]
    rules = [
        *map(repr, (*named, assistant.follow_ups, catalogs.locales, near)),
        assistant.default_locale,
        *words,
    ]
    return _Learnt(languages, rests_on(rules))


def rests_on(parts: Iterable[str]) -> str:
    """Hash what decisions rest on, the program's own text among it."""
    digest = blake2b(_program(), digest_size=12)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "little") + raw)
    return digest.hexdigest()


@cache
def _program() -> bytes:
    digest = blake2b()
    for package in _PACKAGES:
        for path in sorted((Path(bot.__file__).parent / package).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()[:32]


# --- asking -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two snapshots, with one speaker for each language that learnt the same in both."""

    before: Assistant
    after: Assistant
    kept: tuple[Speaker, ...]  # languages that learnt the same
    changed: tuple[Speaker, ...] | None  # the others; None: rules differ, everything may be decided otherwise
    asked_at: datetime

    @classmethod
    def of(cls, before: Assistant, after: Assistant, was: _Learnt, now: _Learnt, asked_at: datetime) -> _Pair:
        same = {locale for locale, one in was.languages.items() if now.languages.get(locale) == one}
        own = {speaker.locale: speaker for speaker in before.matcher.speakers if speaker.locale in same}
        shared = tuple(own.get(speaker.locale, speaker) for speaker in after.matcher.speakers)
        after = replace(after, matcher=replace(after.matcher, speakers=shared))
        changed = None
        if was.rules == now.rules and not _asked_for_otherwise(before, after):
            both = (*before.matcher.speakers, *after.matcher.speakers)
            changed = tuple(speaker for speaker in both if speaker.locale not in same)
        return cls(before, after, tuple(own.values()), changed, asked_at)

    def decide(self, puts: Sequence[Put], old: _Kept, new: _Kept) -> dict[Put, tuple[Decided, Decided]]:
        """Decide what is not known yet, and note it."""
        was, now = old.known(puts), new.known(puts)
        unknown = [put for put in puts if put not in was or put not in now]
        for settled in self._ask([put for put in puts if put not in was], self.before):
            was[settled.put] = settled.decided
            if settled.put not in now and self._same(settled):
                now[settled.put] = settled.decided
        for settled in self._ask([put for put in puts if put not in now], self.after):
            now[settled.put] = settled.decided
        for put in unknown:
            if was[put] != now[put]:  # perhaps by rounding alone, which is another one where many are heard
                was[put] = decide_alone(put, self.before, asked_at=self.asked_at)
                now[put] = decide_alone(put, self.after, asked_at=self.asked_at)
        old.note(was)
        new.note(now)
        return {put: (was[put], now[put]) for put in puts}

    def _ask(self, puts: Sequence[Put], assistant: Assistant) -> Iterator[Settled]:
        return decide_all(puts, assistant, asked_at=self.asked_at)

    def _same(self, settled: Settled) -> bool:
        """Whether all that a question was heard as is surely heard the same in both snapshots."""
        if self.changed is None or any(is_phrasing(text, self.changed) for text in settled.looked_up):
            return False
        names = self.after.matcher.names
        return all(
            unaffected(text, prefer or "", kept=self.kept, changed=self.changed, names=names)
            for text, prefer in settled.heard
        )


def _asked_for_otherwise(before: Assistant, after: Assistant) -> bool:
    """Whether an entry is asked for something else in one snapshot: its answer may fit no longer, in whichever language."""
    was, now = _asked(before), _asked(after)
    changed = [entry_id for entry_id in was.keys() & now.keys() if was[entry_id] != now[entry_id]]
    return any(types_of(entry_id, before) != types_of(entry_id, after) for entry_id in changed)


def _asked(assistant: Assistant) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for one in examples(assistant.knowledge, assistant.catalogs):
        asked.setdefault(one.entry_id, []).append(one.text)
    return asked


# --- keeping ------------------------------------------------------------------------------------------


class _Kept:
    """What one snapshot decided, by hashes of the questions: no wording is kept."""

    def __init__(self, path: Path | None, decided: dict[str, Decided]) -> None:
        self._path = path
        self._decided = decided
        self._new = False

    @classmethod
    def load(cls, folder: Path | None, learnt: _Learnt) -> _Kept:
        """Read what is kept of a snapshot; a damaged file counts as absent."""
        path = folder / f"decisions-{learnt.name}.json" if folder else None
        with suppress(OSError, ValueError, TypeError):
            if path is not None:
                return cls(path, dict(_read(json.loads(path.read_bytes()))))
        return cls(path, {})

    def known(self, puts: Iterable[Put]) -> dict[Put, Decided]:
        """Tell what was decided on those of some questions that are known."""
        found = {put: self._decided.get(_key(put)) for put in puts}
        return {put: decided for put, decided in found.items() if decided is not None}

    def note(self, decided: Mapping[Put, Decided]) -> None:
        """Note what was decided."""
        for put, each in decided.items():
            key = _key(put)
            known = self._decided.get(key)
            if known != each and (known is not None or len(self._decided) < _MOST):
                self._decided[key] = each
                self._new = True

    def save(self) -> None:
        """Write what is new; where nothing can be written, the next time takes longer."""
        if self._path is None or not self._new:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as file:
                file.write(json.dumps(self._decided, separators=(",", ":")).encode("ascii"))
            forget_old(self._path.parent, "decisions-*.json", _KEPT)


def _read(content: object) -> Iterator[tuple[str, Decided]]:
    if not isinstance(content, dict):
        raise ValueError("not an object")
    for key, parts in content.items():
        yield key, tuple((_text(kind), tuple(_text(entry) for entry in entries)) for kind, entries in parts)


def _text(item: object) -> str:
    if not isinstance(item, str):
        raise ValueError("not a text")
    return item


def _key(put: Put) -> str:
    raw = f"{put.locale}\0{put.text}".encode("utf-8", "surrogatepass")
    return blake2b(raw, digest_size=12).hexdigest()

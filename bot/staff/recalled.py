"""What does today's assistant make of a question that was asked before? Nothing is heard twice while it knows the same.

A queue is gathered again and again, by every member of staff and after every press, and few of its questions are new.
What was made of the others is kept in the process, and in the cache folder under a hash of everything that it rests on,
the program's own text among it. Questions are known by hashes: no wording is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.answering.assistant import Assistant
from bot.files import forget_old, hashed, replacing
from bot.matching.decide import decide
from bot.matching.hearing import Hearing
from bot.matching.together import Together
from bot.staff.decided import rests_on
from bot.types import Answer, NormalizedText

NEAREST = 3  # entries that are named
_KEPT = 4  # assistants of which it is kept what they made of questions
_MOST = 20_000  # questions of one assistant; a bound for memory and file


class Folded(NamedTuple):
    """A question, and the language that it is in."""

    text: NormalizedText
    locale: str


@dataclass(frozen=True, slots=True)
class Made:
    """What an assistant makes of a question."""

    answered: str | None  # entry with which it is answered; None: it is not answered surely
    nearest: tuple[tuple[str, float], ...]  # entries with the chance of each, best first


class Recalled:
    """What one assistant made of questions.

    Args:
        assistant: Its withdrawn answers make no difference.
        cache_dir: Where it is kept for another process; None keeps it nowhere.
    """

    def __init__(self, assistant: Assistant, cache_dir: Path | None = None) -> None:
        self._assistant = assistant
        self._name = _name(assistant)
        self._path = cache_dir / f"recalled-{self._name}.json" if cache_dir else None
        self._made: dict[str, Made] = {}
        self._new = False
        with suppress(OSError, ValueError, TypeError):  # damaged: as if it were not there
            if self._path is not None:
                self._made = dict(_read(json.loads(self._path.read_bytes())))

    def fits(self, assistant: Assistant) -> bool:
        """Whether an assistant would make the same of every question."""
        return assistant is self._assistant or _name(assistant) == self._name

    def hear(self, questions: Iterable[Folded], together: Together) -> dict[Folded, Made]:
        """Tell what comes of questions; those of which it is not known are heard, all at once."""
        keys = {folded: _key(folded) for folded in questions}
        known = self._made  # another thread may begin a new one
        new = {key: folded for folded, key in keys.items() if key not in known}
        if new:
            hearings = self._assistant.matcher.hear_all([*new.values()], together)
            if len(known) + len(new) > _MOST:
                known = {key: known[key] for key in keys.values() if key in known}
            known.update(zip(new, map(self._make_of, hearings), strict=True))
            self._made, self._new = known, True
        return {folded: known[key] for folded, key in keys.items()}

    def save(self) -> None:
        """Keep what is new; where nothing can be written, the next time takes longer."""
        if self._path is None or not self._new:
            return
        written = {key: [made.answered, made.nearest] for key, made in self._made.items()}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as file:
                file.write(json.dumps(written, separators=(",", ":")).encode("ascii"))
            forget_old(self._path.parent, "recalled-*.json", _KEPT)
        self._new = False

    def _make_of(self, hearing: Hearing) -> Made:
        assistant = self._assistant
        ranking = hearing.ranking(assistant.follow_ups, most=NEAREST)
        decision = decide(ranking, careful=assistant.careful, talk=assistant.talk)
        answered = decision.match.entry_id if isinstance(decision, Answer) else None
        return Made(answered, tuple((match.entry_id, match.probability) for match in ranking.matches))


def _name(assistant: Assistant) -> str:
    learned = sorted({(row.locale, row.entry_id, row.text) for row in assistant.learned})
    bounds = [repr(speaker.calibration.bounds) for speaker in assistant.matcher.speakers]
    return rests_on([assistant.files, *map(repr, learned), *bounds])


def _key(folded: Folded) -> str:
    return hashed((folded.locale.encode(), folded.text.folded.encode("utf-8", "surrogatepass")))


def _read(content: object) -> Iterator[tuple[str, Made]]:
    if not isinstance(content, dict):
        raise ValueError("not an object")
    for key, (answered, nearest) in content.items():
        if answered is not None and not isinstance(answered, str):
            raise ValueError("not an entry")
        yield key, Made(answered, tuple((str(entry), float(chance)) for entry, chance in nearest))

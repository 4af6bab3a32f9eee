"""Which known words were meant by an unknown one? Typing errors by edit distance, length and script; lost spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.language.scripts import script_of
from bot.matching.features import is_dense

_SHORTEST = 3  # letters; shorter words have too many neighbours
# Letters; in a shorter word the first one is right, and another one is wrong only for a word that is known well:
# "make" is not "fake", but "whem" is "when".
_ANY_ERROR_FROM = 5
_KNOWN_WELL = 4  # phrasings
_TWO_ERRORS_FROM = (
    7  # letters that a word must have for two errors; 8 forgives fewer, 6 tells worse what nothing answers
)
_SPLIT_FROM = 5  # letters that words written together must have
_MOST_PARTS = 3
_REMEMBERED = 1_000  # words
_UNSEEN = ""  # no word is repaired to it


@dataclass(frozen=True)  # without slots: a cached property needs its place
class Repairer:
    """The words of one language's phrasings, and those that an unknown word may have been meant to be."""

    words: Mapping[str, int]  # and how many phrasings hold each
    # What was found for the words of late: each is asked for more than once, and people make the same mistakes.
    _found: dict[str, str | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def meant(self, word: str) -> str | None:
        """Name the known word, or the several with spaces between, that an unknown one was likely meant to be."""
        one = self.repair(word)
        several = None if one else self.split(word)
        return " ".join(several) if several else one

    def repair(self, word: str) -> str | None:
        """Name the known word nearest to an unknown one (the most frequent of several), if any is near."""
        if len(word) < _SHORTEST or not word.isalpha() or is_dense(word):
            return None
        found = self._found.get(word, _UNSEEN)
        if found == _UNSEEN:
            found = self._repaired(word)
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[word] = found
        return found or None

    def split(self, word: str, *, most: int = _MOST_PARTS) -> tuple[str, ...] | None:
        """Take an unknown word for two or three known ones without the spaces between (the most frequent ones)."""
        if len(word) < _SPLIT_FROM or is_dense(word):
            return None
        known = self.words
        cuts: list[tuple[str, ...]] = []
        for at in range(1, len(word)):
            first, rest = word[:at], word[at:]
            if first not in known:
                continue
            if rest in known:
                cuts.append((first, rest))
            elif most > 2 and at > 1 and (more := self.split(rest, most=most - 1)):
                cuts.append((first, *more))
        # The rarest word counts, since "the" and "a" are in every sentence; two words rather than three.
        return max(cuts, key=lambda cut: (-len(cut), min(known[part] for part in cut), cut), default=None)

    @cached_property
    def _shelves(self) -> Mapping[tuple[str, int], Sequence[str]]:
        """The words by script and length, since only alike ones are compared; sorted when a word is first unknown."""
        shelves: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self.words):
            if len(word) >= _SHORTEST - 1 and word.isalpha() and not is_dense(word):
                shelves.setdefault((script_of(word[0]), len(word)), []).append(word)
        return shelves

    def _repaired(self, word: str) -> str | None:
        reach = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        script = script_of(word[0])
        candidates: list[str] = []
        for length in range(len(word) - reach, len(word) + reach + 1):
            candidates.extend(self._shelves.get((script, length), ()))
        return self._nearest(word, candidates, reach)

    def _nearest(self, word: str, candidates: Sequence[str], reach: int) -> str | None:
        if not candidates:
            return None
        from rapidfuzz.distance import OSA  # a question without unknown words does not need it
        from rapidfuzz.process import extract

        found = extract(word, candidates, scorer=OSA.distance, processor=None, score_cutoff=reach, limit=None)
        likely = [(distance, known) for known, distance, _ in found if self._likely(word, known)]
        if not likely:
            return None
        best = min(distance for distance, _ in likely)
        nearest = (known for distance, known in likely if distance == best)
        return max(nearest, key=lambda known: (self.words[known], known))

    def _likely(self, word: str, known: str) -> bool:
        """Whether one is an error for the other: short words often differ by one letter and are both right."""
        if len(word) >= _ANY_ERROR_FROM:
            return True
        return word[0] == known[0] and (sorted(word) == sorted(known) or self.words[known] >= _KNOWN_WELL)

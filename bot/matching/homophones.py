"""Which word was meant where another character of the same sound was typed? Chinese is written by its sounds.

Whoever types pinyin chooses among the characters that are read so, and sometimes takes the next one: 秘书初 for 秘书处.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.matching.features import is_dense

# What two neighbours are worth that one, two, three or more phrasings hold, and what a changed character costs, one that is
# in some phrasing and one that is in none. Of 641 questions with two wrong characters 555 have the right entry first, for
# 501 as they stand; where each pair is worth 1, as many, but 231 instead of 92 of 877 without an error are changed.
_WORTH = (0.0, 0.5, 0.7, 0.8, 1.0)
_CHANGE, _CHANGE_OF_UNKNOWN = 0.9, 0.7
_CHANGES = 2  # at most, in one text without spaces; more is another text


@dataclass(frozen=True)  # without slots: a cached property needs its place
class Homophones:
    """The words of one language, by how their characters sound; none sounds like another where it is not Chinese."""

    locale: str
    words: Mapping[str, int]  # and how many phrasings hold each; of Chinese, pairs of neighbouring characters

    def meant(self, token: str) -> str | None:
        """Name the text that was likely meant by one with unknown pairs; None when nothing is likelier than what stands."""
        if not self.locale.startswith("zh") or not is_dense(token):
            return None
        pairs = [token[at : at + 2] for at in range(len(token) - 1)]
        if all(pair in self.words for pair in pairs):
            return None
        best: dict[str, tuple[float, str]] = {
            first: (-cost, first) for first, cost in self._instead(token[0])
        }
        for typed in token[1:]:
            following: dict[str, tuple[float, str]] = {}
            for character, cost in self._instead(typed):
                ways = (
                    (worth + self._worth(before + character) - cost, text + character)
                    for before, (worth, text) in best.items()
                )
                following[character] = max(ways, key=lambda one: _worthiest(one[0], one[1], token))
            best = following
        _, meant = max(best.values(), key=lambda one: _worthiest(one[0], one[1], token))
        changes = sum(one != other for one, other in zip(meant, token, strict=True))
        return meant if 0 < changes <= _CHANGES else None

    def _instead(self, typed: str) -> Iterator[tuple[str, float]]:
        yield typed, 0.0
        sound = self._readings.get(typed, "")
        alike = self._alike.get(sound, "")
        cost = _CHANGE if typed in alike else _CHANGE_OF_UNKNOWN
        yield from ((character, cost) for character in alike if character != typed)

    def _worth(self, pair: str) -> float:
        return _WORTH[min(self.words.get(pair, 0), len(_WORTH) - 1)]

    @cached_property
    def _readings(self) -> Mapping[str, str]:
        from bot.language.pinyin import READINGS  # 6,763 characters, which few texts need

        return READINGS

    @cached_property
    def _alike(self) -> Mapping[str, str]:
        """The known characters by their sound."""
        found: dict[str, str] = {}
        for character in sorted({one for word in self.words if is_dense(word) for one in word}):
            if sound := self._readings.get(character):
                found[sound] = found.get(sound, "") + character
        return found


def _worthiest(worth: float, text: str, typed: str) -> tuple[float, int, str]:
    """Order texts by what they are worth; of equal ones the one that keeps more of what was typed comes last."""
    kept = sum(one == other for one, other in zip(text, typed, strict=False))
    return round(worth, 9), kept, text

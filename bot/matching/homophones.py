"""Which word was meant where another character of the same sound was typed? Chinese is written by its sounds.

Whoever types pinyin chooses among the characters that are read so, and sometimes takes the next one: 秘书初 for 秘书处.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.matching.features import is_dense

# What a changed character costs, in pairs of neighbours that are known by it. Above 1 the first and the last character of
# a text are never changed: of 641 questions with two wrong characters, 530 in place of 546 have the right entry first.
_CHANGE = 0.9
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
                following[character] = max(
                    (worth + (before + character in self.words) - cost, text + character)
                    for before, (worth, text) in best.items()
                )
            best = following
        _, meant = max(best.values(), key=lambda one: (one[0], one[1] == token, one[1]))
        changes = sum(one != other for one, other in zip(meant, token, strict=True))
        return meant if 0 < changes <= _CHANGES else None

    def _instead(self, typed: str) -> Iterator[tuple[str, float]]:
        yield typed, 0.0
        for character in self._alike.get(self._readings.get(typed, ""), ""):
            if character != typed:
                yield character, _CHANGE

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

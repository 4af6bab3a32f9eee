"""Which words of a language sound alike? For texts that spell it in Latin letters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from bot.language.readings import READABLE, native_key


class Spoken:
    """The words of one language by their sound, found out when a text first needs it: hardly any does.

    Args:
        locale: Of the language; one that nobody spells in Latin letters has none.
        frequencies: How many phrasings hold each word.
    """

    def __init__(self, locale: str, frequencies: Mapping[str, int]) -> None:
        self._language = locale.partition("_")[0]
        self._frequencies = frequencies

    def __bool__(self) -> bool:
        """Whether texts may spell the language by sound."""
        return self._language in READABLE

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """By key of sound, frequent words first, of equals by their letters."""
        found: dict[str, list[str]] = {}
        if self:
            often = self._frequencies
            for word in sorted(sorted(often), key=often.__getitem__, reverse=True):
                if key := native_key(word, self._language):
                    found.setdefault(key, []).append(word)
        return {key: tuple(alike) for key, alike in found.items()}

"""Which texts are heard the same, whatever becomes of some languages? What is sure is not heard twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.matching.features import words
from bot.matching.index import KNOWN_SHARE, known_words
from bot.matching.speaker import Speaker, scripts_of
from bot.types import NormalizedText


def unaffected(
    text: NormalizedText, prefer: str, *, kept: Sequence[Speaker], changed: Collection[Speaker]
) -> bool:
    """Say whether a matcher of `kept` hears a text the same with, without and with other states of `changed`.

    It does when a language that is kept knows more than half the words, so that the text is not read in other
    letters, and no state of the others knows half as many as that one, so that none of them is asked.

    Args:
        text: As given to `Matcher.hear`.
        prefer: As given to `Matcher.hear`.
        kept: Languages that are in both matchers.
        changed: All states of the languages that are in one of them, or in both and differ.

    Returns:
        True only where it is certain.
    """
    heard, written = words(text), scripts_of(text)
    if not heard:
        return True
    if any(speaker.locale == prefer for speaker in changed):
        return False
    best = max((known_words(heard, speaker) for speaker in kept if speaker.scripts & written), default=0)
    if best <= KNOWN_SHARE * len(heard):
        return False
    return not any(
        speaker.scripts & written and known_words(heard, speaker) >= KNOWN_SHARE * best for speaker in changed
    )

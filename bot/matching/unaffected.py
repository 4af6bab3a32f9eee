"""Which texts are heard the same, whatever becomes of some languages? What is sure is not heard twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.matching.borrowed import may_lend
from bot.matching.exact import text_key
from bot.matching.features import words
from bot.matching.index import KNOWN_SHARE, known_words
from bot.matching.names import Names
from bot.matching.speaker import Speaker, scripts_of
from bot.types import NormalizedText


def unaffected(
    text: NormalizedText, prefer: str, *, kept: Sequence[Speaker], changed: Collection[Speaker], names: Names
) -> bool:
    """Say whether a matcher of `kept` hears a text the same with, without and with other states of `changed`.

    It does when a language that is kept knows more than half the words, so that the text is not read in other letters, and
    of no state of the others it is a phrasing, none knows half as many words as that one, so that none of them is asked,
    and none knows a word that one of those asked does not know.

    Args:
        text: As given to `Matcher.hear`.
        prefer: As given to `Matcher.hear`.
        kept: Languages that are in both matchers.
        changed: All states of the languages that are in one of them, or in both and differ.
        names: Of both matchers.

    Returns:
        True only where it is certain.
    """
    if _hides_otherwise(text, kept, changed, names):
        return False
    heard, written = words(text), scripts_of(text)
    if is_phrasing(text, changed):
        return False
    if not heard:
        return True
    if any(speaker.locale == prefer for speaker in changed):
        return False
    able = {speaker: known_words(heard, speaker) for speaker in kept if speaker.scripts & written}
    best = max(able.values(), default=0)
    enough = KNOWN_SHARE * best
    if best <= KNOWN_SHARE * len(heard):
        return False
    if any(speaker.scripts & written and known_words(heard, speaker) >= enough for speaker in changed):
        return False
    asked = [speaker for speaker, count in able.items() if count >= enough]
    found = names.find(text)
    return not any(
        may_lend(lender, speaker, read)
        for speaker in asked
        for read in (text, names.beside(text, found, speaker.locale, speaker.stems))
        for lender in changed
    )


def _hides_otherwise(
    text: NormalizedText, kept: Sequence[Speaker], changed: Collection[Speaker], names: Names
) -> bool:
    """Whether a name in a text may be a stranger's with some of the languages only."""

    def hidden(speakers: Collection[Speaker]) -> str:
        return names.without_strangers(text, lambda word: any(word in one.stems for one in speakers)).folded

    return hidden(kept) != text.folded or hidden(()) != hidden((*kept, *changed))


def is_phrasing(text: NormalizedText, speakers: Collection[Speaker]) -> bool:
    """Whether a text is a phrasing of one of some languages, word for word: that counts whatever its letters are."""
    key = text_key(text)
    return any(speaker.exact.get(key) is not None for speaker in speakers)

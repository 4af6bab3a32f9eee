"""What else may a text say that is written in the wrong letters? Readings in the words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.language.normalize import normalize
from bot.language.readings import retyped, spelling, spoken_key, words_as_spoken
from bot.matching.features import words
from bot.matching.speaker import Speaker, scripts_of
from bot.types import NormalizedText

_DISTANT_FROM = 5  # letters of a key from which one may be wrong


# Of the words, that must be known in another reading: typed on another keyboard, spelt by sound in the user's own
# language, and in another one. Keys are exact, sounds are not.
_RETYPED_SHARE, _RETYPED_ELSEWHERE, _SPELT_SHARE, _SPELT_ELSEWHERE = 0.34, 0.6, 0.6, 0.75
_FEWEST_ELSEWHERE = 3  # words of a text that may be spelt by sound in another language than the user's
_TELLING = 3  # letters of a key; half the words must have so many in another language than the user's


class Reading(NamedTuple):
    """A text in other letters."""

    text: NormalizedText
    known: int  # words that some language of these letters knows
    exact: bool  # every letter stands for one other; else words were guessed by their sound


def readings(
    text: NormalizedText, speaker: Speaker, speakers: Sequence[Speaker], *, own: bool
) -> Iterator[Reading]:
    """List what a text may say if it was typed on the other keyboard, or spelt by sound, in a speaker's language.

    Args:
        text: A text that no language knows as it is written.
        speaker: Whose keyboard and words are tried; nothing for languages without another reading.
        speakers: All languages: a text may also have been meant for the Latin keyboard.
        own: Whether the speaker's is the user's language.
    """
    if not speaker.spoken:
        return
    language = speaker.locale.partition("_")[0]
    other = retyped(text.original, language)
    if other is not None:
        yield from _reading(
            normalize(other), speakers, _RETYPED_SHARE if own else _RETYPED_ELSEWHERE, exact=True
        )
    if scripts_of(text) == {"Latn"}:
        spelt = words_as_spoken(text.original, language)
        telling = sum(len(spoken_key(word, language)) >= _TELLING for word in spelt)
        if own or (2 * telling >= len(spelt) and len(spelt) >= _FEWEST_ELSEWHERE):
            meant = (_meant(word, language, speaker) or word for word in spelt)
            share = _SPELT_SHARE if own else _SPELT_ELSEWHERE
            yield from _reading(normalize(" ".join(meant)), [speaker], share, exact=False)


def _reading(
    text: NormalizedText, speakers: Sequence[Speaker], share: float, *, exact: bool
) -> Iterator[Reading]:
    heard, written = words(text), scripts_of(text)
    able = [one for one in speakers if one.scripts & written]
    known = max((sum(word in one.stems for word in heard) for one in able), default=0)
    if heard and known >= share * len(heard):
        yield Reading(text, known, exact)


def _meant(word: str, language: str, speaker: Speaker) -> str | None:
    if word in speaker.stems:
        return word  # a name in Latin letters
    key = spoken_key(word, language)
    alike = speaker.spoken.words.get(key, ())
    if len(alike) == 1 or (not alike and len(key) < _DISTANT_FROM):
        return alike[0] if alike else None
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    if alike:  # vowels decide; of equals the more frequent one
        return min(alike, key=lambda known: OSA.distance(word, spelling(known, language)))
    found = extractOne(key, speaker.spoken.words.keys(), scorer=OSA.distance, processor=None, score_cutoff=1)
    return speaker.spoken.words[found[0]][0] if found else None

"""Which words of a text are another language's? Who mixes languages is understood by all that know a part of it.

"Сколько people пришло?": a word that a language's phrasings do not have, but those of another language do, says nothing
to the one and much to the other. So the rest is heard without it, it is heard by the other language, and what both say
of each entry is multiplied. Nothing is translated: it is enough that both speak of the same entries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.matching.features import Values, words, words_of
from bot.matching.ranker import Scores, log_softmax
from bot.matching.speaker import Heard, Speaker
from bot.types import NormalizedText

# How much the other language's word counts against the own one's: none / .3 / .5 / .7 / 1 give 2,488 / 2,516 / 2,526 / 2,541
# / 2,522 right answers to 3,883 questions, 59 / 58 / 58 / 58 / 63 wrong ones, and 14 / 14 / 13 / 12 / 13 to 1,278 that
# must be declined.
_SHARE = 0.7
_LEAST = 2  # letters of a word; a single one is in many languages


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Words of a text that are left to another language."""

    lender: Speaker
    text: NormalizedText  # those words alone, in their order

    @property
    def words(self) -> frozenset[str]:
        """The words; where no spaces are written, each two neighbouring letters."""
        return frozenset(words(self.text))

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Each word as it is written, and whose it is, for people who ask why."""
        return tuple((token, self.lender.locale) for token in dict.fromkeys(self.text.tokens))

    def taken_from(self, text: NormalizedText) -> NormalizedText:
        """Leave the words out of a text."""
        return _of([token for token in text.tokens if token not in self.text.tokens], text)

    def joined(self, own: Heard, speaker: Speaker, lent: Heard) -> Heard:
        """Let what the lender says of its words have a say in what a language says of the rest.

        Args:
            own: The text without the borrowed words.
            speaker: The language that heard it.
            lent: The borrowed words, as the lender heard them.
        """
        # What the lender has no entry for is as unlikely as its least likely one.
        places = [self.lender.places.get(entry_id, -1) for entry_id in speaker.entries]
        soft: Values = np.append(lent.scores.soft, lent.scores.soft.min())[places]
        ridge: Values = np.append(lent.scores.ridge, np.float32(0))[places]
        share = np.float32(_SHARE)
        scores = Scores(log_softmax(own.scores.soft + share * soft), own.scores.ridge + share * ridge)
        return replace(own, scores=scores)


def borrowed(
    text: NormalizedText, unknown: Collection[str], speaker: Speaker, every: Sequence[Speaker]
) -> Borrowed | None:
    """Find the language that knows most of the words that one language does not know.

    Args:
        text: As the language takes it to be meant.
        unknown: Its words that the language does not know.
        speaker: The language.
        every: All languages.

    Returns:
        None where no other language knows any of them, or nothing else would be left to hear.
    """
    strange = [
        token
        for token in text.tokens
        if len(token) >= _LEAST and all(word in unknown for word in words_of(token))
    ]
    if not strange:
        return None
    known = {
        other: [token for token in strange if _is_known(token, other)] for other in every if other != speaker
    }
    lender = max(
        known, key=lambda other: (len(known[other]), _frequency(known[other], other)), default=speaker
    )
    lent = known.get(lender)
    if not lent or set(lent) == set(text.tokens):
        return None
    return Borrowed(lender, _of(lent, text))


def may_lend(lender: Speaker, speaker: Speaker, text: NormalizedText) -> bool:
    """Whether a language knows a word of a text that another one does not know: else it cannot matter to that one."""
    return any(word in lender.stems and word not in speaker.stems for word in words(text))


def _is_known(token: str, speaker: Speaker) -> bool:
    return all(word in speaker.stems for word in words_of(token))


def _frequency(known: Sequence[str], speaker: Speaker) -> int:
    """Count the phrasings that hold the words."""
    return sum(speaker.repairer.words[word] for token in known for word in words_of(token))


def _of(tokens: Sequence[str], text: NormalizedText) -> NormalizedText:
    return NormalizedText(original=text.original, folded=" ".join(tokens), tokens=tuple(tokens))

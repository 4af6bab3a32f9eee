"""Which entries may answer a text? One index of all languages, asked in one call.

Each language has its own speaker (index, ranker, calibration); the matcher lets those whose script fits hear
the text, judges by what they know of it which language it is in, and pools what they say by entry. A name
that is the same in all languages is therefore never counted twice, and a question half in one language and
half in another still finds the words of both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bot.matching.exact import text_key
from bot.matching.features import words, words_of
from bot.matching.hearing import Hearing, Said, known
from bot.matching.names import NO_NAMES, Names
from bot.matching.readings import readings
from bot.matching.speaker import Heard, Speaker, scripts_of
from bot.matching.together import Hearings, Together, Utterance, alone
from bot.types import Evidence, NormalizedText, Ranking

_PREFERRED = 0.10  # head start of the user's own language, in shares of the text
_SHARPNESS = 12.0  # how fast a language falls behind that knows less of the text
_NEGLIGIBLE = 0.02  # weight under which a language has no say
_SURE = 0.7  # weight from which the language of a question may decide that of the reply
_TELLING = 3  # letters of a word that may tell a language; shorter ones are in many
# How much a text still counts as it was written once words of it were repaired: a word that is unknown is not always a
# typing error. 0.3 and 0.5 tell better than 0 what nothing answers, 0.5 forgives fewer typing errors.
_AS_WRITTEN = 0.3
KNOWN_SHARE = 0.5  # of the words of a text, or of those that the best language knows


class _Repaired(NamedTuple):
    """A text as one language takes it to be meant."""

    text: NormalizedText
    repaired: tuple[tuple[str, str], ...]  # words, and what stands for them
    unknown: tuple[str, ...]  # words that nothing stands for


@dataclass(frozen=True, slots=True)
class Matcher:
    """Everything trained on one state of the knowledge base; never changed after it is built."""

    speakers: tuple[Speaker, ...]  # by locale, ascending
    names: Names = NO_NAMES

    def rank(
        self,
        text: NormalizedText,
        *,
        prefer: str | None = None,
        exclude: Collection[str] = (),
    ) -> Ranking:
        """Order the entries by how likely each one answers the text.

        Args:
            text: One question, folded by normalize(); may be empty, then nothing matches.
            prefer: The user's locale; it decides between languages that fit about equally well.
            exclude: Ids of entries that are not to be considered.
        """
        return self.hear(text, prefer=prefer).ranking(exclude)

    def hear(self, text: NormalizedText, *, prefer: str | None = None) -> Hearing:
        """Let the languages hear a text once, so that it can be ranked among all entries and among some."""
        return alone(self._hearing(text, prefer))

    def hear_all(
        self, texts: Sequence[tuple[NormalizedText, str | None]], together: Together
    ) -> list[Hearing]:
        """Let the languages hear many texts, each given with what `hear` takes as `prefer`; for less work than one by one."""
        return together.run([self._hearing(text, prefer) for text, prefer in texts])

    def _hearing(self, text: NormalizedText, prefer: str | None) -> Hearings[Hearing]:
        reread = self._reread(text, prefer)
        heard_text = reread or text
        said = yield from self._ask(heard_text, prefer)
        if not said:
            return Hearing(said, heard_text)
        first = said[0]
        return Hearing(
            said,
            heard_text,
            locale_sure=first.weight >= _SURE and self._telling(heard_text, first.speaker, prefer),
            evidence=Evidence(
                matched=tuple(dict.fromkeys(w for w in words(heard_text) if w in first.speaker.stems)),
                read_as=reread.folded if reread else None,
                repaired=first.repaired,
                unknown=first.unknown,
            ),
        )

    def known(self, text: NormalizedText, *, prefer: str | None = None) -> Ranking | None:
        """Rank a text that is a phrasing of one entry, word for word, without comparing it with anything.

        Returns:
            That entry alone; None for any other text, and for one that several languages have and the user's does not.
        """
        key = text_key(text)
        places = ((speaker, speaker.exact.get(key)) for speaker in self.speakers)
        found = [(speaker, place) for speaker, place in places if place is not None]
        own = [(speaker, place) for speaker, place in found if speaker.locale == prefer]
        if not own and len(found) != 1:
            return None
        ((speaker, place),) = own or found
        return known(text, speaker, place, locale_sure=self._telling(text, speaker, prefer))

    def phrased(self, text: NormalizedText) -> frozenset[str]:
        """Name the entries of which a text is a phrasing, word for word, in any language."""
        key = text_key(text)
        found = ((speaker, speaker.exact.get(key)) for speaker in self.speakers)
        return frozenset(speaker.entries[place] for speaker, place in found if place is not None)

    def _telling(self, text: NormalizedText, speaker: Speaker, prefer: str | None) -> bool:
        """Whether a text has a word of a language that the user's own language does not have too."""
        own = next((one for one in self.speakers if one.locale == prefer), None)
        if own is None or own is speaker:
            return True
        written = scripts_of(text)
        if not written <= own.scripts:
            return bool(written)
        known = [word for word in words(text) if word in speaker.stems and not word.isdecimal()]
        if not known:
            return bool(written)  # then it was told by the letters alone
        return any(word not in own.stems and len(word) >= _TELLING for word in known)

    def _reread(self, text: NormalizedText, prefer: str | None) -> NormalizedText | None:
        """Read a text that no language knows in its own letters as one of another keyboard or spelling."""
        if not any(speaker.spoken for speaker in self.speakers):
            return None
        heard, written = words(text), scripts_of(text)
        able = [speaker for speaker in self.speakers if speaker.scripts & written]
        enough = KNOWN_SHARE * len(heard)
        if not heard or any(known_words(heard, speaker) > enough for speaker in able):
            return None  # nobody looks for typing errors where the words are right
        known = max((_understandable(heard, speaker) for speaker in able), default=0)
        if known > enough:
            return None
        found = [
            reading
            for speaker in self.speakers
            for reading in readings(text, speaker, self.speakers, own=speaker.locale == prefer)
            if reading.known > known
        ]
        # Sounds can be heard in anything; what the keys give is words or it is not.
        return max(found, key=lambda one: (one.exact, one.known)).text if found else None

    def _ask(self, text: NormalizedText, prefer: str | None) -> Hearings[tuple[Said, ...]]:
        """Let the languages that may be meant hear the text; the likeliest first."""
        written = scripts_of(text)
        heard = words(text)
        speakers = _candidates(
            [one for one in self.speakers if one.scripts & written] or self.speakers, heard
        )
        if not heard or not speakers:
            return ()
        found = self.names.find(text)
        texts = [self.names.beside(text, found, speaker.locale, speaker.stems) for speaker in speakers]
        first = yield [Utterance(speaker, one) for speaker, one in zip(speakers, texts, strict=True)]
        if not any(one.known for one in first):
            return ()
        weights = _weights(first, speakers, prefer)
        understood = [
            (speaker, one, self._repaired(speaker, text, speakers))
            for speaker, one, text, weight in zip(speakers, first, texts, weights, strict=True)
            if weight >= _NEGLIGIBLE
        ]
        again = [Utterance(speaker, one.text) for speaker, _, one in understood if one.repaired]
        better = iter((yield again) if again else ())
        said = [
            Said(
                speaker,
                next(better).between(heard, _AS_WRITTEN) if one.repaired else heard,
                one.repaired,
                one.unknown,
            )
            for speaker, heard, one in understood
        ]
        weights = (
            _weights([one.heard for one in said], [one.speaker for one in said], prefer)
            if len(said) > 1
            else [1.0]
        )
        weighed = [replace(one, weight=weight) for one, weight in zip(said, weights, strict=True)]
        return tuple(sorted(weighed, key=lambda one: (-one.weight, one.speaker.locale)))

    def _repaired(self, speaker: Speaker, text: NormalizedText, others: Sequence[Speaker]) -> _Repaired:
        """Replace words that no language knows by those likely meant."""
        repaired: dict[str, str] = {}
        unknown: dict[str, None] = {}
        for token in dict.fromkeys(text.tokens):
            alike = speaker.homophones.meant(token)
            if alike is not None:
                repaired[token] = alike
            for word in words_of(alike or token):
                if word in speaker.stems:
                    continue
                elsewhere = any(word in other.stems for other in others)
                meant = None if elsewhere else speaker.repairer.meant(word)
                if meant is None:
                    unknown[word] = None
                else:
                    repaired[word] = meant
        if repaired:
            folded = " ".join(repaired.get(token, token) for token in text.tokens)
            text = NormalizedText(original=text.original, folded=folded, tokens=tuple(folded.split(" ")))
            text = self.names.beside(text, self.names.find(text), speaker.locale, speaker.stems)
        return _Repaired(text, tuple(repaired.items()), tuple(unknown))


def _candidates(speakers: Sequence[Speaker], heard: Sequence[str]) -> list[Speaker]:
    """Drop the languages that know less than half as many words of a text as the best one."""
    known = [known_words(heard, speaker) for speaker in speakers]
    enough = KNOWN_SHARE * max(known, default=0)
    return [speaker for speaker, count in zip(speakers, known, strict=True) if count >= enough]


def known_words(heard: Sequence[str], speaker: Speaker) -> int:
    """Count the words of a text that a language knows."""
    return sum(word in speaker.stems for word in heard)


def _understandable(heard: Sequence[str], speaker: Speaker) -> int:
    """Count the words that a language knows, or knows with a typing error."""
    return sum(word in speaker.stems or speaker.repairer.repair(word) is not None for word in heard)


def _weights(heard: Sequence[Heard], speakers: Sequence[Speaker], prefer: str | None) -> list[float]:
    """Judge how well a text fits each language: what is known of it, and how near the best entry is."""
    marks = np.array([one.known + float(one.scores.ridge.max()) for one in heard])
    marks += [_PREFERRED * (speaker.locale == prefer) for speaker in speakers]
    weights = np.exp(_SHARPNESS * (marks - marks.max()))
    return [float(weight) for weight in weights / weights.sum()]

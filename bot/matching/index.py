"""Which entries may answer a text? One index of all languages, asked in one call.

Each language has its own speaker (index, ranker, calibration); the matcher lets those whose script fits hear
the text, judges by what they know of it which language it is in, and pools what they say by entry. A name
that is the same in all languages is therefore never counted twice, and a question half in one language and
half in another still finds the words of both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bot.language.normalize import normalize
from bot.matching.borrowed import Borrowed, borrowed
from bot.matching.exact import text_key
from bot.matching.features import words, words_of
from bot.matching.hearing import Hearing, Said, known
from bot.matching.names import NO_NAMES, Names, is_hidden
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
# Letters from which a word is no typing error where any language knows it, also one that is not asked: shorter ones are in
# too many.
_FOREIGN = 4
_FAR_MORE = 10  # times: Arabic has "ووهان" (Wuhan) 95 times and "وهان" once, "ومؤشر" (and an index) twice and "مؤشر" once
KNOWN_SHARE = 0.5  # of the words of a text, or of those that the best language knows


class _Understood(NamedTuple):
    """A text as one language takes it to be meant."""

    speaker: Speaker
    heard: Heard  # as it was written
    text: NormalizedText  # as it is meant, without the words of another language
    repaired: tuple[tuple[str, str], ...]  # words, and what stands for them
    unknown: tuple[str, ...]  # words that nothing stands for, and no other language knows
    borrowed: Borrowed | None  # what is left to another language

    @property
    def again(self) -> list[Utterance]:
        """What is to be heard besides."""
        if self.borrowed is None:
            return [Utterance(self.speaker, self.text)] if self.repaired else []
        return [Utterance(self.speaker, self.text), Utterance(self.borrowed.lender, self.borrowed.text)]

    def said(self, heard: Iterator[Heard]) -> Said:
        """Join everything that was heard of the text; `heard` gives what `again` has asked for."""
        own = next(heard) if self.again else self.heard
        if self.repaired:
            own = own.between(self.heard, _AS_WRITTEN)
        if self.borrowed is not None:
            own = self.borrowed.joined(own, self.speaker, next(heard))
        return Said(self.speaker, own, self.repaired, self.unknown, self.borrowed)


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
        heard_text = self.names.without_strangers(reread or text, self.is_known)
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
                unknown=tuple(word for word in first.unknown if not is_hidden(word)),
                borrowed=first.borrowed.told if first.borrowed else (),
            ),
        )

    def is_known(self, word: str) -> bool:
        """Whether a folded word is in a phrasing of any language."""
        return any(word in speaker.stems for speaker in self.speakers)

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

    def strangers(self, text: NormalizedText) -> tuple[str, ...]:
        """List the people whom a text asks about and whom no language knows a name of."""
        return self.names.strangers(text, self.is_known)

    def is_far_commoner(self, locale: str, word: str, other: str) -> bool:
        """Whether the phrasings of a language have one word far more often than another one."""
        counts = next((one.repairer.words for one in self.speakers if one.locale == locale), {})
        often, seldom = (counts.get(normalize(each).folded, 0) for each in (word, other))
        return often > _FAR_MORE * seldom

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
            self._understood(speaker, one, text, speakers)
            for speaker, one, text, weight in zip(speakers, first, texts, weights, strict=True)
            if weight >= _NEGLIGIBLE
        ]
        again = [utterance for one in understood for utterance in one.again]
        heard_again = iter((yield again) if again else ())
        said = [one.said(heard_again) for one in understood]
        if len(said) == 1:
            return tuple(said)
        # Which language a text is in is judged with all its words: borrowed ones are no sign of the one that borrows.
        whole = [
            one.heard if one.borrowed else joined.heard for one, joined in zip(understood, said, strict=True)
        ]
        weights = _weights(whole, [one.speaker for one in said], prefer)
        weighed = [replace(one, weight=weight) for one, weight in zip(said, weights, strict=True)]
        return tuple(sorted(weighed, key=lambda one: (-one.weight, one.speaker.locale)))

    def _understood(
        self, speaker: Speaker, heard: Heard, text: NormalizedText, asked: Sequence[Speaker]
    ) -> _Understood:
        """Replace words that no language knows by those likely meant, and leave those of another language to that one."""
        repaired: dict[str, str] = {}
        unknown: dict[str, None] = {}
        for token in dict.fromkeys(text.tokens):
            alike = speaker.homophones.meant(token)
            if alike is not None:
                repaired[token] = alike
            for word in words_of(alike or token):
                if word in speaker.stems:
                    continue
                able = self.speakers if len(word) >= _FOREIGN else asked
                elsewhere = any(word in other.stems for other in able)
                meant = None if elsewhere else speaker.repairer.meant(word)
                if meant is None:
                    unknown[word] = None
                else:
                    repaired[word] = meant
        if repaired:
            folded = " ".join(repaired.get(token, token) for token in text.tokens)
            text = NormalizedText(original=text.original, folded=folded, tokens=tuple(folded.split(" ")))
            text = self.names.beside(text, self.names.find(text), speaker.locale, speaker.stems)
        lent = borrowed(text, unknown, speaker, self.speakers)
        if lent is not None:
            text = lent.taken_from(text)
            unknown = {word: None for word in unknown if word not in lent.words}
        return _Understood(speaker, heard, text, tuple(repaired.items()), tuple(unknown), lent)


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
    if len(speakers) == 1:
        return [1.0]
    marks = np.array([one.known + float(one.scores.ridge.max()) for one in heard])
    marks += [_PREFERRED * (speaker.locale == prefer) for speaker in speakers]
    weights = np.exp(_SHARPNESS * (marks - marks.max()))
    return [float(weight) for weight in weights / weights.sum()]

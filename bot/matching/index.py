"""Which entries may answer a text? One index of all languages, asked in one call.

Each language has its own speaker (index, ranker, calibration); the matcher lets those whose script fits hear
the text, judges by what they know of it which language it is in, and pools what they say by entry. A name
that is the same in all languages is therefore never counted twice, and a question half in one language and
half in another still finds the words of both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.matching.features import gram_keys, words
from bot.matching.names import NO_NAMES, Names
from bot.matching.postings import highest
from bot.matching.readings import readings
from bot.matching.speaker import (
    Heard,
    Speaker,
    scripts_of,
    text_key,
)
from bot.types import Bounds, Evidence, Match, NormalizedText, Ranking

_PREFERRED = 0.10  # head start of the user's own language, in shares of the text
_SHARPNESS = 12.0  # how fast a language falls behind that knows less of the text
_NEGLIGIBLE = 0.02  # weight under which a language has no say
_SURE = 0.7  # weight from which the language of a question may decide that of the reply
_TELLING = 3  # letters of a word that may tell a language; shorter ones are in many
_KNOWN = 0.98  # chance of an entry of which the text is a phrasing, word for word
KNOWN_SHARE = 0.5  # of the words of a text, or of those that the best language knows
_MATCHES = 10
_NOTHING = Ranking(
    matches=(),
    bounds=Bounds(answer=1.0, clarify=1.0),
    locale=None,
    locale_sure=False,
    evidence=Evidence(),
    answerable=0.0,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one speaker says, and how much its word counts."""

    speaker: Speaker
    heard: Heard
    repaired: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """A text as all languages heard it: the dear part of a ranking, whichever entries are considered."""

    said: tuple[_Said, ...]  # the likeliest language first; empty when none knows anything of the text
    text: NormalizedText  # as it was heard
    locale_sure: bool = False
    evidence: Evidence = _NOTHING.evidence

    def ranking(self, exclude: Collection[str] = ()) -> Ranking:
        """Order the entries by how likely each one answers the text.

        Args:
            exclude: Ids of entries that are not to be considered.
        """
        if not self.said:
            return _NOTHING
        pooled, answerable = self._pooled(exclude)
        speaker = self.said[0].speaker
        return Ranking(
            matches=tuple(_match(entry_id, chance, self.said) for entry_id, chance in pooled.items()),
            answerable=round(answerable, 6),
            bounds=speaker.calibration.bounds,
            locale=speaker.locale,
            locale_sure=self.locale_sure,
            evidence=self.evidence,
        )

    def first(self) -> str | None:
        """Name the likeliest of all entries; less work than a whole ranking."""
        return next(iter(self._pooled(())[0]), None) if self.said else None

    def _pooled(self, exclude: Collection[str]) -> tuple[dict[str, float], float]:
        pooled, answerable = _pooled(self.said, exclude)
        known = _known(self.text, self.said, exclude)
        if known is None:
            return pooled, answerable
        return {known: max(_KNOWN, pooled.pop(known, 0.0)), **pooled}, max(_KNOWN, answerable)


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
        reread = self._reread(text, prefer)
        heard_text = reread or text
        said = self._ask(heard_text, prefer)
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

    def _ask(self, text: NormalizedText, prefer: str | None) -> tuple[_Said, ...]:
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
        distinct = {
            one.folded: one for one in texts
        }  # one, unless a name is called otherwise in some language
        read = {folded: (gram_keys(one), words(one)) for folded, one in distinct.items()}
        first = [speaker.hear(one, *read[one.folded]) for speaker, one in zip(speakers, texts, strict=True)]
        if not any(one.known for one in first):
            return ()
        weights = _weights(first, speakers, prefer)
        said = [
            self._understood(speaker, one, text, speakers)
            for speaker, one, text, weight in zip(speakers, first, texts, weights, strict=True)
            if weight >= _NEGLIGIBLE
        ]
        weights = (
            _weights([one.heard for one in said], [one.speaker for one in said], prefer)
            if len(said) > 1
            else [1.0]
        )
        weighed = [replace(one, weight=weight) for one, weight in zip(said, weights, strict=True)]
        return tuple(sorted(weighed, key=lambda one: (-one.weight, one.speaker.locale)))

    def _understood(
        self, speaker: Speaker, heard: Heard, text: NormalizedText, others: Sequence[Speaker]
    ) -> _Said:
        """Hear the text again, words that no language knows replaced by those likely meant."""
        repaired: dict[str, str] = {}
        unknown: list[str] = []
        for word in dict.fromkeys(words(text)):
            if word in speaker.stems:
                continue
            elsewhere = any(word in other.stems for other in others)
            meant = None if elsewhere else speaker.repairer.meant(word)
            if meant is None:
                unknown.append(word)
            else:
                repaired[word] = meant
        if repaired:
            folded = " ".join(repaired.get(token, token) for token in text.tokens)
            text = NormalizedText(original=text.original, folded=folded, tokens=tuple(folded.split(" ")))
            text = self.names.beside(text, self.names.find(text), speaker.locale, speaker.stems)
            heard = speaker.hear(text, gram_keys(text), words(text))
        return _Said(speaker, heard, tuple(repaired.items()), tuple(unknown))


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


def _pooled(said: Sequence[_Said], exclude: Collection[str]) -> tuple[dict[str, float], float]:
    """Pool what the languages say by entry: the mean of their probabilities by the weight of their word."""
    pooled: dict[str, float] = {}
    answerable = 0.0
    total = sum(one.weight for one in said)
    for one in said:
        places = one.speaker.places
        out = {places[entry_id] for entry_id in exclude if entry_id in places}
        if len(out) == len(places):
            continue
        scores = one.heard.scores.without(out) if out else one.heard.scores
        share = one.weight / total
        answerable += share * one.speaker.calibration.chance(scores)
        best_places = highest(scores.order, 2 * _MATCHES + len(out))
        probabilities = one.speaker.calibration.probabilities(scores, best_places)
        for place, probability in zip(best_places.tolist(), probabilities.tolist(), strict=True):
            if place in out:
                continue
            entry_id = one.speaker.entries[place]
            pooled[entry_id] = pooled.get(entry_id, 0.0) + share * probability
    best = sorted(pooled, key=lambda entry_id: (-round(pooled[entry_id], 9), entry_id))[:_MATCHES]
    return {entry_id: pooled[entry_id] for entry_id in best}, answerable


def _known(text: NormalizedText, said: Sequence[_Said], exclude: Collection[str]) -> str | None:
    """Name the entry of which a text is a phrasing, in the likeliest language that has it."""
    key = text_key(text)
    for one in said:
        place = one.speaker.exact.get(key)
        if place is not None and one.speaker.entries[place] not in exclude:
            return one.speaker.entries[place]
    return None


def _match(entry_id: str, probability: float, said: Sequence[_Said]) -> Match:
    one = next(one for one in said if entry_id in one.speaker.places)
    place = one.speaker.places[entry_id]
    return Match(
        entry_id=entry_id,
        phrasing=one.speaker.nearest(place, one.heard.similarities),
        locale=one.speaker.locale,
        score=round(one.heard.scores.of(place), 6),
        probability=round(min(probability, 1.0), 6),
    )

"""What did the languages make of a text? What each says of it, pooled by entry.

The dear part of a ranking is done by then: a text that was heard can be ranked among all entries and among some.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.matching.borrowed import Borrowed
from bot.matching.exact import text_key
from bot.matching.features import words
from bot.matching.postings import highest
from bot.matching.speaker import Heard, Speaker
from bot.types import Bounds, Evidence, Match, NormalizedText, Ranking

_KNOWN = 0.98  # chance of an entry of which the text is a phrasing, word for word
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
class Said:
    """What one speaker says, and how much its word counts."""

    speaker: Speaker
    heard: Heard
    repaired: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    borrowed: Borrowed | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """A text as all languages heard it: the dear part of a ranking, whichever entries are considered."""

    said: tuple[Said, ...]  # the likeliest language first; empty when none knows anything of the text
    text: NormalizedText  # as it was heard
    locale_sure: bool = False
    evidence: Evidence = _NOTHING.evidence

    def ranking(self, exclude: Collection[str] = (), *, most: int = _MATCHES) -> Ranking:
        """Order the entries by how likely each one answers the text.

        Args:
            exclude: Ids of entries that are not to be considered.
            most: How many are described.
        """
        if not self.said:
            return _NOTHING
        pooled, answerable = self._pooled(exclude)
        speaker = self.said[0].speaker
        best = islice(pooled.items(), most)
        return Ranking(
            matches=tuple(_match(entry_id, chance, self.said) for entry_id, chance in best),
            answerable=round(answerable, 6),
            bounds=speaker.calibration.bounds,
            locale=speaker.locale,
            locale_sure=self.locale_sure,
            evidence=self.evidence,
        )

    def _pooled(self, exclude: Collection[str]) -> tuple[dict[str, float], float]:
        pooled, answerable = _pooled(self.said, exclude)
        known = _known(self.text, self.said, exclude)
        if known is None:
            return pooled, answerable
        return {known: max(_KNOWN, pooled.pop(known, 0.0)), **pooled}, max(_KNOWN, answerable)


def known(text: NormalizedText, speaker: Speaker, place: int, *, locale_sure: bool) -> Ranking:
    """Rank a text that is a phrasing of a language, given with the place of its entry."""
    match = Match(
        entry_id=speaker.entries[place],
        phrasing=text.original,
        locale=speaker.locale,
        score=1.0,
        probability=_KNOWN,
    )
    return Ranking(
        matches=(match,),
        bounds=speaker.calibration.bounds,
        locale=speaker.locale,
        locale_sure=locale_sure,
        evidence=Evidence(matched=tuple(dict.fromkeys(words(text)))),
        answerable=_KNOWN,
    )


def _pooled(said: Sequence[Said], exclude: Collection[str]) -> tuple[dict[str, float], float]:
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
        best_places = highest(scores.order, 2 * _MATCHES)
        probabilities = one.speaker.calibration.probabilities(scores, best_places)
        for place, probability in zip(best_places.tolist(), probabilities.tolist(), strict=True):
            if place in out:
                continue
            entry_id = one.speaker.entries[place]
            pooled[entry_id] = pooled.get(entry_id, 0.0) + share * probability
    best = sorted(pooled, key=lambda entry_id: (-round(pooled[entry_id], 9), entry_id))[:_MATCHES]
    return {entry_id: pooled[entry_id] for entry_id in best}, answerable


def _known(text: NormalizedText, said: Sequence[Said], exclude: Collection[str]) -> str | None:
    """Name the entry of which a text is a phrasing, in the likeliest language that has it."""
    key = text_key(text)
    for one in said:
        place = one.speaker.exact.get(key)
        if place is not None and one.speaker.entries[place] not in exclude:
            return one.speaker.entries[place]
    return None


def _match(entry_id: str, probability: float, said: Sequence[Said]) -> Match:
    one = next(one for one in said if entry_id in one.speaker.places)
    place = one.speaker.places[entry_id]
    return Match(
        entry_id=entry_id,
        phrasing=one.speaker.nearest(place, one.heard.similarities),
        locale=one.speaker.locale,
        score=round(one.heard.scores.of(place), 6),
        probability=round(min(probability, 1.0), 6),
    )

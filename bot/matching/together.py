"""What do the languages say of many texts? The same as of one after the other, in fewer and larger steps.

A text alone is compared with all phrasings by walking through a few megabytes for each language that hears it. For
hundreds of texts that is one product of matrices a language, which walks through them once. What is said differs from
what is said of one text alone by no more than rounding: by less than two hundred-thousandths of a probability.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.matching.extracting import extract_all, grams_of
from bot.matching.features import Features, Keys, Values, gram_keys, words
from bot.matching.postings import BLOCK_SHARES, Places, Postings, Weighed
from bot.matching.ranker import Scores, Weights
from bot.matching.speaker import Heard, Speaker
from bot.types import NormalizedText

if TYPE_CHECKING:
    from scipy.sparse import csr_array

R = TypeVar("R")

_ROWS = 512  # texts that are compared with all phrasings at a time


class Utterance(NamedTuple):
    """A text that a speaker is asked to hear."""

    speaker: Speaker
    text: NormalizedText


# What is to be heard next, until all is known; what was heard comes back in the same order.
Hearings = Generator[Sequence[Utterance], Sequence[Heard], R]


def alone(steps: Hearings[R]) -> R:
    """Hear one text, one language after the other."""
    try:
        wanted = next(steps)
        while True:
            # Mostly one text for all languages, unless a name in it is called otherwise in some.
            distinct = {one.text.folded: one.text for one in wanted}
            read = {folded: (gram_keys(text), words(text)) for folded, text in distinct.items()}
            wanted = steps.send([one.speaker.hear(one.text, *read[one.text.folded]) for one in wanted])
    except StopIteration as end:
        result: R = end.value
        return result


@dataclass(frozen=True, slots=True)
class WeighedTexts:
    """Texts as vectors over the features of a language, one after the other."""

    places: Places  # of each feature in Postings.keys; any where it is not among them
    known: NDArray[np.bool_]  # whether it is
    values: Values  # of length 1 for each text
    starts: NDArray[np.int64]  # of each text's features; one more at the end

    def whole(self) -> Iterator[Values]:
        """List the vectors with what is not known of them, each brought to length 1."""
        lengths = np.sqrt(_sums(self.values, self.starts))  # less than 1 where a kind of features is missing
        scaled = self.values / np.repeat(np.maximum(lengths, 1e-9), np.diff(self.starts)).astype(np.float32)
        return iter(np.split(scaled, self.starts[1:-1]))

    def known_shares(self) -> NDArray[np.float64]:
        """Say of each text which share (0-1) of its squared length known features have."""
        return _sums(np.where(self.known, self.values, np.float32(0)), self.starts)

    def one_by_one(self) -> Iterator[Weighed]:
        """List the texts as `weigh` gives them."""
        for (start, end), share in zip(pairwise(self.starts.tolist()), self.known_shares(), strict=True):
            known = self.known[start:end]
            yield Weighed(self.places[start:end][known], self.values[start:end][known], float(share))

    def known_rows(self, columns: int) -> csr_array:
        """Keep the known part: a row for each text, a column for each known feature."""
        from scipy.sparse import csr_array  # a text alone does not need it

        counts = np.concatenate([[0], np.cumsum(self.known)])
        held = (self.values[self.known], self.places[self.known], counts[self.starts])
        return csr_array(held, shape=(len(self.starts) - 1, columns))


def weigh_texts(postings: Postings, texts: Sequence[Features]) -> WeighedTexts:
    """Turn the features of texts into vectors of length 1, as `weigh` does for one."""
    keys = np.concatenate([np.zeros(0, dtype=np.uint64), *(one.keys for one in texts)])
    places = np.searchsorted(postings.keys, keys)
    places[places == len(postings.keys)] = 0
    known = postings.keys[places] == keys
    values = np.where(known, postings.weights[places], np.float32(postings.unknown))
    lengths = np.array(
        [(one.blocks[0], one.blocks[1] - one.blocks[0], len(one.keys) - one.blocks[1]) for one in texts],
        dtype=np.int64,
    ).reshape(-1, len(BLOCK_SHARES))
    edges = np.concatenate([[0], np.cumsum(lengths)])
    squares = _sums(values, edges).reshape(lengths.shape)
    scales = np.sqrt(np.divide(BLOCK_SHARES, squares, out=np.zeros_like(squares), where=squares > 0))
    values = (values * np.repeat(scales.ravel(), lengths.ravel())).astype(np.float32)
    return WeighedTexts(places.astype(np.int32), known, values, edges[:: len(BLOCK_SHARES)])


def _sums(values: Values, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add up the squares between each two edges."""
    added = np.concatenate([[0.0], np.cumsum(np.square(values, dtype=np.float64))])
    sums: NDArray[np.float64] = np.diff(added[edges])
    return sums


class Together:
    """The languages, for as long as many texts are heard: what it takes to compare them is put together once."""

    def __init__(self) -> None:
        self._phrasings: dict[Speaker, csr_array] = {}

    def run(self, many: Sequence[Hearings[R]]) -> list[R]:
        """Hear many texts, those of a language at once; what comes of them is in the same order."""
        results: dict[int, R] = {}
        heard: dict[int, Sequence[Heard] | None] = dict.fromkeys(range(len(many)))
        while heard:
            wanted: dict[int, Sequence[Utterance]] = {}
            for number, answers in heard.items():
                try:
                    wanted[number] = next(many[number]) if answers is None else many[number].send(answers)
                except StopIteration as end:
                    results[number] = end.value
            said = self._hear([one for every in wanted.values() for one in every])
            heard = {
                number: [said[one.speaker, one.text.folded] for one in every]
                for number, every in wanted.items()
            }
        return [results[number] for number in range(len(many))]

    def scores(self, speaker: Speaker, texts: WeighedTexts) -> Scores:
        """Say how much a language's phrasings speak for each of its entries, by letters and words: a row for each text."""
        return Scores.all_of([scores for _, scores in self._compared(speaker, texts)])

    def _hear(self, wanted: Sequence[Utterance]) -> dict[tuple[Speaker, str], Heard]:
        """Hear texts, each once in a language."""
        texts = {one.text.folded: one.text for one in wanted}
        grams = dict(zip(texts, grams_of(list(texts.values())), strict=True))
        by_speaker: dict[Speaker, dict[str, None]] = {}
        for one in wanted:
            by_speaker.setdefault(one.speaker, {})[one.text.folded] = None
        return {
            (speaker, folded): heard
            for speaker, every in by_speaker.items()
            for folded, heard in zip(every, self._heard_by(speaker, every, texts, grams), strict=True)
        }

    def _heard_by(
        self,
        speaker: Speaker,
        every: Collection[str],
        texts: Mapping[str, NormalizedText],
        grams: Mapping[str, Keys],
    ) -> Iterator[Heard]:
        stems = [speaker.stems_of(words(texts[folded])) for folded in every]
        weighed = weigh_texts(speaker.postings, extract_all([grams[folded] for folded in every], stems))
        shares = weighed.known_shares().tolist()
        place = 0
        for similarities, scores in self._compared(speaker, weighed, tuple(every)):
            for row, similar in enumerate(similarities):
                yield Heard(Scores(scores.soft[row], scores.ridge[row]), similar, shares[place])
                place += 1

    def _compared(
        self, speaker: Speaker, texts: WeighedTexts, folded: Sequence[str] = ()
    ) -> Iterator[tuple[Values, Scores]]:
        """Compare texts with all phrasings, some at a time; only with their wording is it blended with other sources."""
        ranker, count = speaker.ranker, len(texts.starts) - 1
        if not isinstance(ranker, Weights):  # very many phrasings: only the nearest have a say
            for place, text in enumerate(texts.one_by_one()):
                similar = ranker.compare(speaker.postings, text)
                similar = speaker.blend.of_text(similar, folded[place]) if folded else similar
                scores = ranker.score(similar)
                yield similar[None], Scores(scores.soft[None], scores.ridge[None])
            return
        phrasings = self._phrasings_of(speaker)
        rows = texts.known_rows(phrasings.shape[0])
        for start in range(0, count, _ROWS):
            similarities: Values = (rows[start : start + _ROWS] @ phrasings).toarray()
            if folded and speaker.blend.parts:
                some = zip(similarities, folded[start : start + _ROWS], strict=True)
                similarities = np.stack([speaker.blend.of_text(similar, text) for similar, text in some])
            yield similarities, ranker.score(similarities)

    def _phrasings_of(self, speaker: Speaker) -> csr_array:
        """Put a language's phrasings together: a row for each feature, a column for each phrasing."""
        found = self._phrasings.get(speaker)
        if found is None:
            from scipy.sparse import csr_array  # a text alone does not need it

            postings = speaker.postings
            held = (postings.values, postings.rows.astype(np.int32), postings.starts)
            found = csr_array(held, shape=(len(postings.keys), postings.count))
            self._phrasings[speaker] = found
        return found

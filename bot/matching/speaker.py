"""What does one language's part of the knowledge base say about a text?

A speaker is everything trained on the phrasings of one language: index, ranker, calibration, vocabulary.
Speakers know nothing of each other, so that each can be cached, and trained again, alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.language.normalize import normalize
from bot.language.scripts import script_of
from bot.matching import postings as index
from bot.matching.cache import Arrays
from bot.matching.calibrate import Calibration, calibrate
from bot.matching.exact import Exact, text_key
from bot.matching.extracting import extract_all, grams_of
from bot.matching.features import (
    Features,
    Keys,
    Synonyms,
    Values,
    extract,
    stem,
    stem_key,
    words,
)
from bot.matching.fitting import Trained, train
from bot.matching.homophones import Homophones
from bot.matching.names import NO_NAMES, Names
from bot.matching.neighbours import Neighbours, learn_neighbours
from bot.matching.ranker import Ranker, Scores, Weights
from bot.matching.repair import Repairer
from bot.matching.sounds import Spoken
from bot.matching.sources import Blend, Weighted, blend
from bot.types import Bounds, Location, NormalizedText

# Phrasings of one language; more are not trained on when it loads, but on the nearest when a text arrives.
MOST_TRAINED = 4_000
_AT_ONCE = 2_000  # phrasings whose features are found together
_SCRIPT_SHARE = 0.15  # of the letters; scripts with less are names in the phrasings, not the language's own


_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text of which the knowledge base says which entry answers it."""

    locale: str
    entry_id: str
    text: str
    kind: Literal["phrasing", "title", "answer"] = "phrasing"
    location: Location | None = None  # where it is written, for findings about it


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as one language understands it."""

    scores: Scores  # one row, a column for each of the speaker's entries
    similarities: Values  # to each phrasing
    known: float  # 0-1, share of the text that the language's phrasings have

    def between(self, other: Heard, share: float) -> Heard:
        """Let another reading of the same text have a share (0-1) in the scores."""
        return replace(self, scores=self.scores.between(other.scores, share))


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Speaker:
    """All that is known in one language."""

    locale: str
    entries: tuple[str, ...]  # ascending
    places: Mapping[str, int]  # of the entries
    texts: tuple[str, ...]  # phrasings as written
    owners: NDArray[np.int32]  # entry of each phrasing
    rows: tuple[NDArray[np.intp], ...]  # phrasings of each entry, ascending
    postings: index.Postings
    ranker: Ranker
    calibration: Calibration
    stems: Mapping[str, int]  # of each known word
    scripts: frozenset[str]
    synonyms: Synonyms
    repairer: Repairer
    blend: Blend
    exact: Exact
    spoken: Spoken
    homophones: Homophones

    def stems_of(self, heard: Sequence[str]) -> list[int]:
        """Hash the stems of the words of a text."""
        known = self.stems
        return [
            known[word] if word in known else stem_key(word, self.locale, self.synonyms) for word in heard
        ]

    def hear(self, text: NormalizedText, grams: Keys, heard: Sequence[str]) -> Heard:
        """Compare a text, given with its grams and its words, with everything that is known in this language."""
        weighed = index.weigh(self.postings, extract(grams, self.stems_of(heard)))
        similarities = self.blend.of_text(self.ranker.compare(self.postings, weighed), text.folded)
        return Heard(self.ranker.score(similarities), similarities, weighed.known)

    def nearest(self, entry: int, similarities: Values) -> str:
        """Name the phrasing of an entry that is most similar to the text."""
        rows = self.rows[entry]
        return self.texts[int(rows[similarities.take(rows).argmax()])]

    @property
    def arrays(self) -> Arrays:
        """What training found out, to be kept; the rest follows from the examples."""
        bounds = self.calibration.bounds
        vocabulary = "\n".join(self.stems).encode()
        return {
            **self.postings.arrays,
            **(self.ranker.arrays if isinstance(self.ranker, Weights) else {}),
            "right": np.array(self.calibration.right),
            "answerable": np.array(self.calibration.answerable),
            "bounds": np.array([bounds.answer, bounds.clarify]),
            "words": np.frombuffer(vocabulary, dtype=np.uint8),
            "stems": np.array(list(self.stems.values()), dtype=np.uint64),
            "exact": self.exact.keys,
            "exact_owners": self.exact.owners,
            "frequencies": np.array([self.repairer.words[word] for word in self.stems], dtype=np.int64),
        }


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt from the examples of one language."""

    entries: tuple[str, ...]
    owners: NDArray[np.int32]
    postings: index.Postings
    trained: Trained
    stems: Mapping[str, int]
    frequencies: Mapping[str, int]
    exact: Exact
    blend: Blend


def learn(
    locale: str,
    examples: Sequence[Example],
    synonyms: Synonyms,
    sources: Sequence[Weighted] = (),
    *,
    names: Names = NO_NAMES,
    thorough: bool = False,
) -> Lesson:
    """Index the examples of one language and train on them; `thorough` as in `train`."""
    entries, owners = _owners(examples)
    frequencies: Counter[str] = Counter()
    stems: dict[str, int] = {}
    held: dict[int, set[int]] = {}

    def features(some: Sequence[Example], owned: Sequence[int]) -> list[Features]:
        read: list[NormalizedText] = []
        for example, owner in zip(some, owned, strict=True):
            text = normalize(example.text)
            held.setdefault(text_key(text), set()).add(owner)
            if example.kind == "title":  # "What is … (WDEA)?" is asked with and without
                held.setdefault(text_key(normalize(_BRACKETS.sub("", example.text))), set()).add(owner)
            read.append(names.beside(text, names.find(text), locale))
        heard = [words(text) for text in read]
        for said in heard:
            frequencies.update(set(said))
            for word in said:
                if word not in stems:
                    stems[word] = stem_key(word, locale, synonyms)
        return extract_all(grams_of(read), [[stems[word] for word in said] for said in heard])

    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(examples), _AT_ONCE)]
    every_feature = (one for part in parts for one in features(examples[part], owners[part].tolist()))
    postings = index.build_postings(every_feature, owners)
    stems = {word: stems[word] for word in sorted(stems)}
    vectors = index.vectors(postings)
    blended = _blended(locale, examples, sources)
    if len(owners) > MOST_TRAINED:
        trained = learn_neighbours(Neighbours(vectors, owners, len(entries), blended))
    else:
        every = np.arange(len(owners))
        kernel = blended.among(vectors.among(every), every)
        offsets = np.array([crc32(entry.encode()) for entry in entries], dtype=np.int64)
        luck = np.array([crc32(example.text.encode()) for example in examples]) / 2**32
        trained = train(kernel, owners, len(entries), offsets=offsets, luck=luck, thorough=thorough)
    return Lesson(entries, owners, postings, trained, stems, frequencies, Exact.of(held), blended)


def everything_of(locale: str, examples: Sequence[Example], synonyms: Synonyms, names: Names) -> list[str]:
    """List everything that may change what is learnt from the examples of one language."""
    forms = [
        "\0".join((name, language, *written))
        for name, by_locale in names.forms.items()
        for language, written in by_locale.items()
    ]
    texts = [part for one in examples for part in (one.entry_id, one.kind, one.text)]
    return [locale, repr(sorted(synonyms.words.items())), *forms, *texts]


def train_speaker(
    locale: str,
    examples: Sequence[Example],
    synonyms: Synonyms,
    target_risk: float,
    sources: Sequence[Weighted] = (),
    names: Names = NO_NAMES,
) -> Speaker:
    """Learn one language from its examples."""
    lesson = learn(locale, examples, synonyms, sources, names=names)
    return Speaker(
        locale=locale,
        entries=lesson.entries,
        places={entry_id: place for place, entry_id in enumerate(lesson.entries)},
        texts=tuple(example.text for example in examples),
        owners=lesson.owners,
        rows=_rows(lesson.owners),
        postings=lesson.postings,
        ranker=lesson.trained.ranker,
        calibration=calibrate(lesson.trained, lesson.owners[lesson.trained.rows], target_risk),
        stems=lesson.stems,
        scripts=_scripts(lesson.stems),
        synonyms=synonyms,
        repairer=_repairer(lesson.frequencies, names, locale),
        blend=lesson.blend,
        exact=lesson.exact,
        spoken=Spoken(locale, lesson.frequencies),
        homophones=Homophones(locale, lesson.frequencies),
    )


def restore_speaker(
    locale: str,
    examples: Sequence[Example],
    synonyms: Synonyms,
    arrays: Arrays,
    sources: Sequence[Weighted] = (),
    names: Names = NO_NAMES,
) -> Speaker:
    """Rebuild a language from kept arrays.

    Raises:
        KeyError: An array is missing.
        ValueError: The arrays do not fit the examples.
    """
    entries, owners = _owners(examples)
    vocabulary = arrays["words"].tobytes().decode().split("\n")
    frequencies = dict(zip(vocabulary, arrays["frequencies"].tolist(), strict=True))
    stems = dict(zip(vocabulary, arrays["stems"].tolist(), strict=True))
    answer, clarify = arrays["bounds"].tolist()
    right, answerable = tuple(arrays["right"].tolist()), tuple(arrays["answerable"].tolist())
    postings = index.restore_postings(arrays)
    if postings.count != len(examples):
        raise ValueError("kept arrays of another knowledge base")
    blended = _blended(locale, examples, sources)
    ranker: Ranker
    if len(examples) > MOST_TRAINED:
        ranker = Neighbours(index.vectors(postings), owners, len(entries), blended)
    else:
        ranker = Weights.restored(arrays, owners)
        if ranker.entries != len(entries):
            raise ValueError("kept arrays of another knowledge base")
    return Speaker(
        locale=locale,
        entries=entries,
        places={entry_id: place for place, entry_id in enumerate(entries)},
        texts=tuple(example.text for example in examples),
        owners=owners,
        rows=_rows(owners),
        postings=postings,
        ranker=ranker,
        calibration=Calibration(right, answerable, Bounds(answer=answer, clarify=clarify)),
        stems=stems,
        scripts=_scripts(stems),
        synonyms=synonyms,
        repairer=_repairer(frequencies, names, locale),
        blend=blended,
        exact=Exact(
            arrays["exact"].astype(np.int64, copy=False), arrays["exact_owners"].astype(np.int32, copy=False)
        ),
        spoken=Spoken(locale, frequencies),
        homophones=Homophones(locale, frequencies),
    )


def _repairer(frequencies: Mapping[str, int], names: Names, locale: str) -> Repairer:
    return Repairer({**dict.fromkeys(names.vocabulary(locale), 1), **frequencies})


def _blended(locale: str, examples: Sequence[Example], sources: Sequence[Weighted]) -> Blend:
    if not sources:
        return Blend(locale)
    return blend(locale, [normalize(example.text).folded for example in examples], sources)


def representatives(groups: Sequence[Sequence[str]], locale: str) -> Synonyms:
    """Find the key that stands for each group of synonyms.

    Other forms of the words belong to the group too, unless their stem is that of two groups; phrases are
    left out.
    """
    return _representatives(tuple(map(tuple, groups)), locale)


@lru_cache(maxsize=16)  # an edit seldom touches more than one language's
def _representatives(groups: tuple[tuple[str, ...], ...], locale: str) -> Synonyms:
    meant: dict[str, str] = {}
    claimed: dict[str, set[str]] = {}
    for group in groups:
        folded = [text.folded for text in map(normalize, group) if len(text.tokens) == 1]
        for word in folded:
            head = meant.setdefault(word, f"={folded[0]}")  # no stem begins like that
            claimed.setdefault(stem(word, locale), set()).add(head)
    return Synonyms(meant, {own: heads.pop() for own, heads in claimed.items() if len(heads) == 1})


def scripts_of(text: NormalizedText) -> frozenset[str]:
    """Name the scripts of a text's letters."""
    return frozenset(script_of(letter) for letter in set(text.folded) if letter.isalpha())


def _owners(examples: Sequence[Example]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    entries = tuple(sorted({example.entry_id for example in examples}))
    places = {entry_id: place for place, entry_id in enumerate(entries)}
    return entries, np.array([places[example.entry_id] for example in examples], dtype=np.int32)


def _rows(owners: NDArray[np.int32]) -> tuple[NDArray[np.intp], ...]:
    ends = np.cumsum(np.bincount(owners))
    return tuple(np.split(np.argsort(owners, kind="stable"), ends[:-1]))


def _scripts(vocabulary: Mapping[str, int]) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for letter, count in Counter("".join(vocabulary)).items():
        if letter.isalpha():
            counts[script_of(letter)] += count
    total = counts.total()
    return frozenset(script for script, count in counts.items() if count >= _SCRIPT_SHARE * total)

"""How does a matcher come about? Language by language: taken from a snapshot that lives, read from the cache, or trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from weakref import WeakValueDictionary

from bot.matching import cache
from bot.matching.features import Synonyms
from bot.matching.index import Matcher
from bot.matching.names import NO_NAMES, Forms, Names
from bot.matching.sources import Weighted
from bot.matching.speaker import (
    Example,
    Speaker,
    everything_of,
    representatives,
    restore_speaker,
    train_speaker,
)
from bot.matching.threads import use_one_thread

__all__ = ["Example", "Languages", "LearnElsewhere", "build_matcher", "languages_of", "learn_languages"]

# Learns some languages, given their examples, and the synonyms and names of all, and puts what it learnt into the cache.
LearnElsewhere = Callable[
    [Mapping[str, Sequence[Example]], Mapping[str, Sequence[Sequence[str]]], Forms], None
]

# Languages that some snapshot still uses, by their cache and what they are made of: the next one takes them over as they are.
_ALIVE: WeakValueDictionary[tuple[Path, str], Speaker] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class Language:
    """What a speaker is made of."""

    locale: str
    examples: Sequence[Example]
    synonyms: Synonyms
    target_risk: float
    sources: Sequence[Weighted]
    names: Names
    made_of: str  # hash of everything that may change what is learnt

    def train(self) -> Speaker:
        """Learn it: the same bits wherever that is done, and so in one thread."""
        import scipy.linalg.lapack  # noqa: F401 - brings a library of its own, which has to be told too

        use_one_thread()
        return train_speaker(
            self.locale, self.examples, self.synonyms, self.target_risk, self.sources, self.names
        )

    def restore(self, kept: cache.Arrays) -> Speaker:
        """Rebuild it from what was learnt.

        Raises:
            KeyError, ValueError: The arrays are damaged.
        """
        return restore_speaker(self.locale, self.examples, self.synonyms, kept, self.sources, self.names)


@dataclass(frozen=True, slots=True)
class Languages:
    """What a matcher is made of, before any of it is learnt."""

    each: tuple[Language, ...]  # by locale, ascending
    synonyms: Mapping[str, Sequence[Sequence[str]]]
    names: Names

    def unknown(self, cache_dir: Path) -> dict[str, Sequence[Example]]:
        """Give the examples of the languages that have still to be learnt."""
        return {
            one.locale: one.examples
            for one in self.each
            if (cache_dir, one.made_of) not in _ALIVE and not cache.kept(cache_dir, one.locale, one.made_of)
        }


def languages_of(
    examples: Iterable[Example],
    *,
    synonyms: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({}),
    target_risk: float = 0.05,
    names: Forms = MappingProxyType({}),
    people: frozenset[str] = frozenset(),
    sources: Sequence[Weighted] = (),
) -> Languages:
    """Put together what a matcher is made of; as for `build_matcher`.

    `people` says which of the names are people's; nothing is learnt from that.
    """
    by_locale: dict[str, list[Example]] = {}
    for example in examples:
        if example.kind != "answer":  # as phrasings they gained nothing sure (tests/benchmarks/README.md)
            by_locale.setdefault(example.locale, []).append(example)
    every_name = Names(names, people) if names else NO_NAMES

    def language(locale: str, texts: Sequence[Example]) -> Language:
        meant = representatives(synonyms.get(locale, ()), locale)
        weighed = [f"{one.source.name} {one.weights.get(locale, 0.0)}" for one in sources]
        learnt = everything_of(locale, texts, meant, every_name)
        made_of = cache.fingerprint([repr(target_risk), *weighed, *learnt])
        return Language(locale, texts, meant, target_risk, sources, every_name, made_of)

    each = tuple(language(locale, texts) for locale, texts in sorted(by_locale.items()))
    return Languages(each, synonyms, every_name)


def build_matcher(
    examples: Iterable[Example],
    *,
    synonyms: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({}),
    target_risk: float = 0.05,
    names: Forms = MappingProxyType({}),
    sources: Sequence[Weighted] = (),
    cache_dir: Path | None = None,
    progress: Callable[[str], None] | None = None,
    aside: LearnElsewhere | None = None,
) -> Matcher:
    """Train a matcher, language by language; what was trained before is read from the cache.

    From then on this process multiplies matrices in one thread.

    Args:
        examples: All phrasings and titles; their order matters only for equally near phrasings.
        synonyms: For each locale, groups of words that mean the same.
        names: For each name, its forms in each locale, the usual one first.
        target_risk: Share (0-1) of wrong ones among the answers given that may be expected.
        sources: Further evidence of likeness, besides letters and words.
        cache_dir: Where trained languages are kept; None trains all of them.
        progress: Called with a short line before a language is trained.
        aside: Called first when several languages are not in the cache; whatever it leaves undone is trained here.
    """
    languages = languages_of(
        examples, synonyms=synonyms, target_risk=target_risk, names=names, sources=sources
    )
    return learn_languages(languages, cache_dir=cache_dir, progress=progress, aside=aside)


def learn_languages(
    languages: Languages,
    *,
    cache_dir: Path | None = None,
    progress: Callable[[str], None] | None = None,
    aside: LearnElsewhere | None = None,
) -> Matcher:
    """Train a matcher of what it is made of; as for `build_matcher`."""
    if cache_dir is not None and aside is not None and not any(one.sources for one in languages.each):
        unknown = languages.unknown(cache_dir)
        if len(unknown) > 1:
            aside(unknown, languages.synonyms, languages.names.forms)
    speakers = tuple(_speaker(one, cache_dir, progress) for one in languages.each)
    use_one_thread()
    return Matcher(speakers, languages.names)


def _speaker(language: Language, cache_dir: Path | None, progress: Callable[[str], None] | None) -> Speaker:
    locale, known = language.locale, language.made_of
    if cache_dir is not None:
        if (alive := _ALIVE.get((cache_dir, known))) is not None:
            return alive
        kept = cache.load(cache_dir, locale, known)
        if kept is not None:
            try:
                _ALIVE[cache_dir, known] = restored = language.restore(kept)
                return restored
            except (KeyError, ValueError):
                pass  # damaged: as if it were not there
    if progress is not None:
        progress(f"learning {locale}: {len(language.examples)} phrasings")
    speaker = language.train()
    if cache_dir is not None:
        cache.save(cache_dir, locale, known, speaker.arrays)
        _ALIVE[cache_dir, known] = speaker
    return speaker

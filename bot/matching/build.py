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
from bot.matching.threads import all_cores, use_one_thread

__all__ = ["Aside", "Example", "build_matcher"]

# Learns some languages, given their examples, and the synonyms and names of all, and puts what it learnt into the cache.
Aside = Callable[[Mapping[str, Sequence[Example]], Mapping[str, Sequence[Sequence[str]]], Forms], None]

# Languages that some snapshot still uses, by their cache and what they are made of: the next one takes them over as they are.
_ALIVE: WeakValueDictionary[tuple[Path, str], Speaker] = WeakValueDictionary()


def build_matcher(
    examples: Iterable[Example],
    *,
    synonyms: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({}),
    target_risk: float = 0.05,
    names: Forms = MappingProxyType({}),
    sources: Sequence[Weighted] = (),
    cache_dir: Path | None = None,
    progress: Callable[[str], None] | None = None,
    aside: Aside | None = None,
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
    by_locale: dict[str, list[Example]] = {}
    for example in examples:
        if example.kind != "answer":  # as phrasings they gained nothing sure (tests/benchmarks/README.md)
            by_locale.setdefault(example.locale, []).append(example)
    every_name = Names(names) if names else NO_NAMES
    languages = [
        _Language(
            locale, texts, representatives(synonyms.get(locale, ()), locale), target_risk, sources, every_name
        )
        for locale, texts in sorted(by_locale.items())
    ]
    made_of = {one.locale: one.fingerprint for one in languages} if cache_dir is not None else {}
    if cache_dir is not None and aside is not None and not sources:
        unknown = {
            one.locale: one.examples
            for one in languages
            if not cache.kept(cache_dir, one.locale, made_of[one.locale])
        }
        if len(unknown) > 1:
            aside(unknown, synonyms, names)
    speakers = tuple(_speaker(one, made_of.get(one.locale, ""), cache_dir, progress) for one in languages)
    use_one_thread()
    return Matcher(speakers, every_name)


@dataclass(frozen=True, slots=True)
class _Language:
    """What a speaker is made of."""

    locale: str
    examples: Sequence[Example]
    synonyms: Synonyms
    target_risk: float
    sources: Sequence[Weighted]
    names: Names

    @property
    def fingerprint(self) -> str:
        """Hash everything that may change what is learnt."""
        sources = [f"{one.source.name} {one.weights.get(self.locale, 0.0)}" for one in self.sources]
        learnt = everything_of(self.locale, self.examples, self.synonyms, self.names)
        return cache.fingerprint([repr(self.target_risk), *sources, *learnt])

    def train(self) -> Speaker:
        return train_speaker(
            self.locale, self.examples, self.synonyms, self.target_risk, self.sources, self.names
        )

    def restore(self, kept: cache.Arrays) -> Speaker:
        return restore_speaker(self.locale, self.examples, self.synonyms, kept, self.sources, self.names)


def _speaker(
    language: _Language, known: str, cache_dir: Path | None, progress: Callable[[str], None] | None
) -> Speaker:
    locale = language.locale
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
    with all_cores():
        speaker = language.train()
    if cache_dir is not None:
        cache.save(cache_dir, locale, known, speaker.arrays)
        _ALIVE[cache_dir, known] = speaker
    return speaker

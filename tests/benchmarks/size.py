"""How long does one question take among how many phrasings, and how much is kept for them?

Made-up phrasings of words by Zipf's law, ten an entry; questions are phrasings with a word replaced. The peer is
rapidfuzz's WRatio over the same phrasings in the same run.

    python -m tests.benchmarks.size --phrasings 1000 10000 100000
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.index import Matcher

_WORDS = 20_000
_PEER_QUESTIONS = 25  # it is slow
_SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "tu",
    "sal",
    "ve",
    "dor",
    "pi",
    "nex",
    "ga",
    "wum",
    "bri",
    "sta",
    "fol",
)


def made_up(count: int, rng: random.Random) -> list[tuple[str, str]]:
    """Make phrasings with the entry of each."""
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 4))) for _ in range(_WORDS)]
    shares = [1 / rank for rank in range(1, _WORDS + 1)]
    found = []
    for entry in range(count // 10):
        topic = rng.choices(words, shares, k=4)
        for _ in range(10):
            said = [*rng.sample(topic, 3), *rng.choices(words, shares, k=rng.randint(2, 6))]
            rng.shuffle(said)
            found.append((f"entry-{entry}", " ".join(said)))
    return found


def asked(phrasings: Sequence[tuple[str, str]], count: int, rng: random.Random) -> list[str]:
    """Make questions: phrasings with one word changed for another."""
    found = []
    for _, text in rng.choices(phrasings, k=count):
        words = text.split()
        words[rng.randrange(len(words))] = rng.choice(rng.choice(phrasings)[1].split())
        found.append(" ".join(words))
    return found


def timed(call: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Seconds of each call, ascending."""
    found = []
    for question in questions:
        began = time.perf_counter()
        call(question)
        found.append(time.perf_counter() - began)
    return sorted(found)


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--phrasings", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--questions", type=int, default=400)
    options = parser.parse_args()
    print("| phrasings | p50 / p99 ms | WRatio p50 ms | ready from nothing s | arrays MB |")
    print("| --- | --- | --- | --- | --- |")
    for count in options.phrasings:
        rng = random.Random(7)
        phrasings = made_up(count, rng)
        questions = asked(phrasings, options.questions, rng)
        began = time.perf_counter()
        matcher = build_matcher(Example(locale="en", entry_id=entry, text=text) for entry, text in phrasings)
        ready = time.perf_counter() - began
        print(_row(count, matcher, [text for _, text in phrasings], questions, ready), flush=True)


def _row(count: int, matcher: Matcher, texts: list[str], questions: list[str], ready: float) -> str:
    timed(lambda text: matcher.rank(normalize(text)), questions[:20])
    ours = timed(lambda text: matcher.rank(normalize(text)), questions)
    peer = timed(
        lambda text: process.extractOne(text, texts, scorer=fuzz.WRatio), questions[:_PEER_QUESTIONS]
    )
    size = sum(array.nbytes for speaker in matcher.speakers for array in speaker.arrays.values()) / 1e6
    times = f"{1000 * statistics.median(ours):.2f} / {1000 * ours[int(0.99 * len(ours))]:.2f}"
    return f"| {count:,} | {times} | {1000 * statistics.median(peer):.1f} | {ready:.1f} | {size:.0f} |"


if __name__ == "__main__":
    main()

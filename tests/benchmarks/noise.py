"""How much is lost when people mistype, drop accents or use another keyboard?

    python -m tests.benchmarks.noise [--knowledge DIR] [--json]

Every labelled question of the knowledge base that one entry answers is asked as it is and with generated noise. Printed
for each noise: right in first place, right or among what was offered, wrong among answered, and the loss against the
clean questions. The seed is fixed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from anyascii import anyascii

from bot.answering.assistant import Assistant, load_assistant
from bot.answering.evaluate import judge
from bot.knowledge.entries import EvaluationItem
from bot.knowledge.loader import load_evaluation
from bot.language.han import SIMPLIFIED
from bot.language.pinyin import READINGS
from bot.language.readings import retyped

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEED = 20261123

Noise = Callable[[str, random.Random], str | None]  # None: this noise does not exist for the text


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.noise", description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=ROOT / "knowledge")
    parser.add_argument("--locales", type=Path, default=ROOT / "locales")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    assistant = load_assistant(knowledge_dir=options.knowledge, locales_dir=options.locales)
    items, _ = load_evaluation(options.knowledge)
    asked = [
        one
        for locale in sorted(items)
        for one in items[locale]
        if one.entries and not one.after and not one.decline
    ]
    report = {name: measure(noise, asked, assistant) for name, noise in NOISES.items()}
    if options.json:
        print(json.dumps(report, indent=2))
        return 0
    print(f"{'noise':28}{'questions':>10}{'first':>8}{'offered':>9}{'wrong':>8}{'lost':>7}")
    for name, figures in report.items():
        print(
            f"{name:28}{figures['questions']:>10}{figures['first']:>8.1%}{figures['offered']:>9.1%}"
            f"{figures['wrong']:>8.1%}{100 * (figures['clean'] - figures['first']):>7.1f}"
        )
    return 0


def measure(noise: Noise, items: Sequence[EvaluationItem], assistant: Assistant) -> dict[str, float]:
    """Ask all questions with a noise; `clean` is the share right in first place of the same questions without."""
    rng = random.Random(SEED)
    noisy = [(item, text) for item in items if (text := noise(item.question, rng)) is not None]
    clean = [judge(item, assistant, asked_at=NOW) for item, _ in noisy]
    judged = [judge(replace(item, question=text), assistant, asked_at=NOW) for item, text in noisy]
    count = max(len(judged), 1)
    answered = sum(one.verdict in ("right", "wrong") for one in judged)
    offered = sum(
        one.verdict == "right" or (one.verdict == "clarified" and bool({*one.item.entries} & {*one.got}))
        for one in judged
    )
    return {
        "questions": len(judged),
        "first": sum(one.first for one in judged) / count,
        "offered": offered / count,
        "wrong": sum(one.verdict == "wrong" for one in judged) / max(answered, 1),
        "clean": sum(one.first for one in clean) / count,
    }


# --- noises -------------------------------------------------------------------------------------------


def edits(count: int) -> Noise:
    """Change, drop, double or swap letters."""

    def noise(text: str, rng: random.Random) -> str:
        letters = list(text)
        known = sorted({letter.lower() for letter in text if letter.isalpha()})
        for _ in range(count):
            places = [at for at, letter in enumerate(letters) if letter.isalpha()]
            at, kind = rng.choice(places), rng.randrange(4)
            if kind == 0 and len(places) > 1:
                del letters[at]
            elif kind == 1:
                letters.insert(at, rng.choice(known))
            elif kind == 2:
                letters[at] = rng.choice(known)
            elif at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
        return "".join(letters)

    return noise


def spaces(count: int, by: str) -> Noise:
    """Lose or double some spaces."""

    def noise(text: str, rng: random.Random) -> str | None:
        for _ in range(count):
            places = [at for at, letter in enumerate(text) if letter == " "]
            if not places:
                return None
            at = rng.choice(places)
            text = text[:at] + by + text[at + 1 :]
        return text

    return noise


def without_accents(text: str, rng: random.Random) -> str | None:
    """Drop what stands above and below letters."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return plain if plain != unicodedata.normalize("NFD", text) else None


def upper(text: str, rng: random.Random) -> str | None:
    """Write everything in capitals."""
    return text.upper() if text.upper() != text else None


def keyboard(language: str, low: str, high: str) -> Noise:
    """Type a text with the Latin layout on."""

    def noise(text: str, rng: random.Random) -> str | None:
        if not any(low <= letter <= high for letter in text) or any(
            one.isascii() and one.isalpha() for one in text
        ):
            return None
        return retyped(text, language)

    return noise


def traditional(text: str, rng: random.Random) -> str | None:
    """Write Chinese in traditional characters."""
    written = text.translate({simple: full for full, simple in SIMPLIFIED.items()})
    return written if written != text else None


def homophones(count: int) -> Noise:
    """Type the wrong one of the characters that sound the same; of those in use, not only of those that are known."""

    def noise(text: str, rng: random.Random) -> str | None:
        letters = list(text)
        places = [
            at for at, letter in enumerate(letters) if len(_ALIKE.get(READINGS.get(letter, ""), "")) > 1
        ]
        if len(places) < count:
            return None
        for at in rng.sample(places, count):
            letters[at] = rng.choice([one for one in _ALIKE[READINGS[letters[at]]] if one != letters[at]])
        return "".join(letters)

    return noise


def latin(low: str, high: str) -> Noise:
    """Spell by sound, as a table does."""

    def noise(text: str, rng: random.Random) -> str | None:
        return anyascii(text).lower() if any(low <= letter <= high for letter in text) else None

    return noise


_ALIKE: dict[str, str] = {}
for _character, _sound in READINGS.items():
    if _character.encode("gb2312")[0] < 0xD8:  # level 1: the 3,755 in daily use
        _ALIKE[_sound] = _ALIKE.get(_sound, "") + _character

NOISES: Mapping[str, Noise] = {
    "clean": lambda text, rng: text,
    "one edit": edits(1),
    "two edits": edits(2),
    "no accents": without_accents,
    "a space missing": spaces(1, ""),
    "two spaces missing": spaces(2, ""),
    "two spaces doubled": spaces(2, "  "),
    "capitals": upper,
    "Russian, Latin keyboard": keyboard("ru", "а", "я"),
    "Arabic, Latin keyboard": keyboard("ar", "ا", "ي"),
    "traditional Chinese": traditional,
    "one wrong character that sounds the same": homophones(1),
    "two wrong characters that sound the same": homophones(2),
    "Russian in Latin letters": latin("а", "я"),
    "Arabic in Latin letters": latin("ا", "ي"),
}


if __name__ == "__main__":
    sys.exit(main())

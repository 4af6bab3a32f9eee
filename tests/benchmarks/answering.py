"""How long does one answer take, and a process, and a start?

    python -m tests.benchmarks.answering [--rounds 5]

The peer is `rapidfuzz.process.extractOne` over the same phrasings in the same process: what a quick prototype would
call. Rounds alternate; the figures are the median over all questions, and the middle round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rapidfuzz import process

from bot.answering.answer import answer
from bot.answering.assistant import Assistant, load_assistant
from bot.knowledge.loader import load_evaluation
from bot.types import Question

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, 21))
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as cache:
        cold, assistant = _loaded(Path(cache))
        warm, assistant = _loaded(Path(cache))
        print(f"ready from nothing {cold:.2f} s, with a warm cache {warm:.2f} s")
        _one_answer(assistant, rounds)
        _whole_process(Path(cache), rounds)


def _loaded(cache: Path) -> tuple[float, Assistant]:
    started = time.perf_counter()
    assistant = load_assistant(
        knowledge_dir=ROOT / "knowledge", locales_dir=ROOT / "locales", cache_dir=cache
    )
    return time.perf_counter() - started, assistant


def _one_answer(assistant: Assistant, rounds: int) -> None:
    items, _ = load_evaluation(ROOT / "knowledge")
    questions = [item.question for locale in sorted(items) for item in items[locale]]
    phrasings = [
        text
        for by_entry in assistant.knowledge.phrasings.values()
        for texts in by_entry.values()
        for text in texts
    ]
    ours: list[float] = []
    peer: list[float] = []
    worst: list[float] = []
    for _ in range(rounds):
        times = _times(questions, lambda text: answer(Question(text=text, asked_at=NOW), assistant))
        ours.append(statistics.median(times))
        worst.append(statistics.quantiles(times, n=100)[98])
        peer.append(
            statistics.median(_times(questions[::10], lambda text: process.extractOne(text, phrasings)))
        )
    middle, other = statistics.median(ours), statistics.median(peer)
    print(f"{len(questions)} questions, {len(phrasings)} phrasings, {rounds} rounds")
    print(f"one answer: p50 {middle * 1e3:.2f} ms, p99 {statistics.median(worst) * 1e3:.2f} ms")
    print(f"rapidfuzz extractOne: p50 {other * 1e3:.2f} ms; ratio {other / middle:.1f}")


def _times(questions: list[str], call: Callable[[str], object]) -> list[float]:
    times = []
    for text in questions:
        started = time.perf_counter()
        call(text)
        times.append(time.perf_counter() - started)
    return times


def _whole_process(cache: Path, rounds: int) -> None:
    command = [sys.executable, "-m", "bot", "ask", "When was the alliance launched?"]
    environment = os.environ | {"ALLIANCE_BOT_CACHE_DIR": str(cache)}
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)
        times.append(time.perf_counter() - started)
    print(f"`alliance-bot ask` as a whole process, warm: median {statistics.median(times):.2f} s of {rounds}")


if __name__ == "__main__":
    main()

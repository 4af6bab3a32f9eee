"""How good and how fast is the matcher on labelled questions?

    python -m tests.benchmarks.matching --data DIR

The folder holds CSV files with the columns `text,label`. What `--train` names is the knowledge base (a label
is an entry, its name the entry's title), what `--test` names are the questions; the labels `__oos__`, `oos`
and none mean that no entry answers. The matcher sees of the test one text at a time, and sets its threshold
itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.decide import decide
from bot.staff.reliability import Guess, calibration_error
from bot.types import Abstain, Answer, Clarify
from tests.benchmarks import baselines

ROOT = Path(__file__).resolve().parents[2]
OUT_OF_SCOPE = frozenset({"__oos__", "oos", ""})
_LIKELY = 0.5  # a benchmark has no "did you mean": answered is what is more likely right than wrong

_TRIED = 50  # thresholds for a system that has none

Row = tuple[str, str | None]  # text and label; None: out of scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a system says about one question."""

    best: tuple[str, ...]  # labels, best first, at most three
    probability: float  # of the best, or any score that grows with it
    answerable: float  # grows with the chance that any entry answers
    decision: str  # "answer", "clarify", "abstain"; "" for systems that never decline


System = Callable[[str], Verdict]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print a table or JSON."""
    options = _options().parse_args(arguments)
    train = [row for name in options.train for row in read_rows(options.data / name) if row[1] is not None]
    test = read_rows(options.data / options.test)
    report: dict[str, dict[str, float | None]] = {
        "matcher": measure(lambda: _matcher(train, options), test, threshold=_LIKELY)
    }
    if not options.no_baselines:
        baselines.load_libraries()
        pairs = [(text, label) for text, label in train if label is not None]
        for name, build in baselines.SYSTEMS.items():
            report[name] = measure(partial(_ranked, build, pairs), test, threshold=None)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        print_table(report)
    return 0


def read_rows(path: Path) -> list[Row]:
    """Read the questions of a file; rows without text are skipped."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [((row["text"] or "").strip(), (row["label"] or "").strip()) for row in csv.DictReader(file)]
    return [(text, None if label in OUT_OF_SCOPE else label) for text, label in rows if text]


def measure(
    build: Callable[[], System], test: Sequence[Row], *, threshold: float | None
) -> dict[str, float | None]:
    """Build a system, ask it every question, and compare; None stands for what cannot be said."""
    started = perf_counter()
    system = build()
    load = perf_counter() - started
    verdicts, seconds = [], []
    for text, _ in test:
        started = perf_counter()
        verdicts.append(system(text))
        seconds.append(perf_counter() - started)
    tracemalloc.start()  # a second time for the memory: tracing costs time
    kept = build()
    memory = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del kept, system
    figures: dict[str, float | None] = dict(_figures(verdicts, [label for _, label in test], threshold))
    figures |= {
        "load_s": load,
        "p50_ms": 1000 * float(np.quantile(seconds, 0.5)),
        "p99_ms": 1000 * float(np.quantile(seconds, 0.99)),
        "memory_mb": memory,
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def print_table(report: Mapping[str, Mapping[str, float | None]]) -> None:
    """Print a line for each figure and a column for each system."""
    names = dict.fromkeys(name for figures in report.values() for name in figures)
    print(f"{'':18}" + "".join(f"{system:>20}" for system in report))
    for name in names:
        values = (figures.get(name) for figures in report.values())
        print(
            f"{name:18}"
            + "".join(f"{'-' if value is None else format(value, '.3f'):>20}" for value in values)
        )


# --- systems ----------------------------------------------------------------------------------------


def _matcher(train: Sequence[Row], options: argparse.Namespace) -> System:
    examples = [
        Example(locale=options.locale, entry_id=label, text=text)
        for text, label in train
        if label is not None
    ]
    if not options.no_titles:
        labels = sorted({example.entry_id for example in examples})
        examples += [
            Example(locale=options.locale, entry_id=label, text=_title(label), kind="title")
            for label in labels
        ]
    matcher = build_matcher(
        examples,
        synonyms={options.locale: _synonyms(options.synonyms, options.locale)},
        target_risk=options.target_risk,
    )

    def ask(text: str) -> Verdict:
        ranking = matcher.rank(normalize(text))
        match decide(ranking):
            case Answer():
                decision = "answer"
            case Clarify():
                decision = "clarify"
            case Abstain():
                decision = "abstain"
        return Verdict(
            best=tuple(match.entry_id for match in ranking.matches[:3]),
            probability=ranking.matches[0].probability if ranking.matches else 0.0,
            answerable=ranking.answerable,
            decision=decision,
        )

    return ask


def _synonyms(folder: Path, locale: str) -> list[list[str]]:
    """Read the synonyms of a language, as the knowledge base has them; none when there is no file."""
    path = folder / f"{locale}.yaml"
    if not path.exists():
        return []
    groups: list[list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return groups


def _title(label: str) -> str:
    """Read a label as words: `card_arrival`, `weather/find`, `CardArrival`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[_/:.-]+", " ", label))


def _ranked(build: Callable[[baselines.Pairs], baselines.Rank], pairs: baselines.Pairs) -> System:
    rank = build(pairs)

    def ask(text: str) -> Verdict:
        labels, scores = rank(text)
        score = scores[0] if scores else 0.0
        return Verdict(best=tuple(labels[:3]), probability=score, answerable=score, decision="")

    return ask


# --- figures ----------------------------------------------------------------------------------------


def _figures(
    verdicts: Sequence[Verdict], gold: Sequence[str | None], threshold: float | None
) -> dict[str, float | None]:
    known = np.array([label is not None for label in gold])
    right = np.array([label in verdict.best[:1] for verdict, label in zip(verdicts, gold, strict=True)])
    among = np.array([label in verdict.best for verdict, label in zip(verdicts, gold, strict=True)])
    answerable = np.array([verdict.answerable for verdict in verdicts])
    figures: dict[str, float | None] = {
        "accuracy": _mean(right[known]),
        "top3": _mean(among[known]),
        "auroc": _auroc(answerable[known], answerable[~known]),
        "mcc": None,
        "in_scope_accuracy": None,
        "oos_recall": None,
        "ece": None,
    }
    probability = np.array([verdict.probability for verdict in verdicts])
    if threshold is None:  # a system without one: the best Matthews correlation that any would have given
        tried = np.quantile(probability, np.linspace(0, 1, _TRIED))
        return figures | {
            "mcc": max(matthews(gold, _said(verdicts, probability >= bound)) for bound in tried)
        }
    kept = probability >= threshold
    answered = np.array([verdict.decision == "answer" for verdict in verdicts])
    offered = np.array([verdict.decision == "clarify" for verdict in verdicts])
    return figures | {
        "mcc": matthews(gold, _said(verdicts, kept)),
        "in_scope_accuracy": _mean((right & kept)[known]),
        "oos_recall": _mean(~kept[~known]),
        "ece": calibration_error(
            [Guess(probability=p, right=r) for p, r in zip(probability.tolist(), right.tolist(), strict=True)]
        ),
        "answered": _mean(answered[known]),
        "wrong_of_answered": _mean(~right[answered & known]),
        "offered": _mean(offered[known]),
        "oos_answered": _mean(answered[~known]),
    }


def _said(verdicts: Sequence[Verdict], kept: NDArray[np.bool_]) -> list[str | None]:
    """The label that each question is answered with; None where it is not."""
    return [one.best[0] if keep and one.best else None for one, keep in zip(verdicts, kept, strict=True)]


def matthews(gold: Sequence[str | None], said: Sequence[str | None]) -> float:
    """Multi-class Matthews correlation; out of scope is one more class."""
    classes = {label: place for place, label in enumerate(sorted({*gold, *said}, key=str))}
    table = np.zeros((len(classes), len(classes)))
    for one, other in zip(gold, said, strict=True):
        table[classes[one], classes[other]] += 1
    true, given, total = table.sum(1), table.sum(0), table.sum()
    above = np.trace(table) * total - true @ given
    below = np.sqrt((total**2 - given @ given) * (total**2 - true @ true))
    return float(above / below) if below else 0.0


def _auroc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float | None:
    """Chance that a question in scope has a higher score than one out of scope; a draw counts half."""
    if not len(inside) or not len(outside):
        return None
    outside = np.sort(outside)
    below = np.searchsorted(outside, inside, side="left")
    up_to = np.searchsorted(outside, inside, side="right")
    return float((below + up_to).mean() / (2 * len(outside)))


def _mean(values: NDArray[np.bool_]) -> float | None:
    return float(values.mean()) if len(values) else None


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.matching", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the CSV files")
    parser.add_argument("--train", nargs="+", default=["train.csv"], help="files that are the knowledge base")
    parser.add_argument("--test", default="test.csv", help="file of questions")
    parser.add_argument("--locale", default="en", help="language of the data, for the stemmer")
    parser.add_argument("--target-risk", type=float, default=0.05, help="of a wrong answer, for `answered`")
    parser.add_argument(
        "--synonyms",
        type=Path,
        default=ROOT / "knowledge" / "synonyms",
        help="folder of <locale>.yaml (another folder: none)",
    )
    parser.add_argument("--no-titles", action="store_true", help="do not use the labels' names as titles")
    parser.add_argument("--no-baselines", action="store_true", help="measure the matcher alone")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""How are several languages learnt at once? On all cores, in processes of their own, into the matcher's cache.

What they leave undone, for whatever reason, is learnt by whoever asked; it only takes longer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from bot.matching.build import Example, LearnElsewhere, build_matcher
from bot.matching.names import Forms
from bot.matching.threads import cores
from bot.staff.aside import ONE_THREAD, PROGRAM, without_secrets

_NICE = 10  # learning takes all cores there are, but not from the answers
MOST = 4  # processes; each takes up to 200 MB
_LONGEST_SECONDS = (
    600.0  # for all of them together; one language takes two to four where there is nothing else to do
)


class Order(TypedDict):
    """One language to be learnt."""

    cache_dir: str
    target_risk: float
    examples: dict[str, list[tuple[str, str, str]]]  # locale -> (entry, kind, text) of each
    synonyms: dict[str, list[list[str]]]
    names: dict[str, dict[str, list[str]]]


def side_by_side(cache_dir: Path, *, target_risk: float, progress: Callable[[str], None]) -> LearnElsewhere:
    """Make what `build_matcher` calls when several languages have still to be learnt."""

    def learn(
        examples: Mapping[str, Sequence[Example]],
        synonyms: Mapping[str, Sequence[Sequence[str]]],
        names: Forms,
    ) -> None:
        count = min(len(examples), cores(), MOST)
        if count < 2:
            return
        progress(f"learning {', '.join(sorted(examples))}, {count} at a time")
        orders = orders_of(examples, synonyms, names, cache_dir=cache_dir, target_risk=target_risk)
        _run(shares(orders, count))

    return learn


def orders_of(
    examples: Mapping[str, Sequence[Example]],
    synonyms: Mapping[str, Sequence[Sequence[str]]],
    names: Forms,
    *,
    cache_dir: Path,
    target_risk: float,
) -> list[Order]:
    """Say what there is to learn, the largest language first."""
    forms = {
        name: {language: list(every) for language, every in by_locale.items()}
        for name, by_locale in names.items()
    }
    return [
        Order(
            cache_dir=str(cache_dir.resolve()),
            target_risk=target_risk,
            examples={locale: [(one.entry_id, one.kind, one.text) for one in examples[locale]]},
            synonyms={locale: [list(group) for group in synonyms.get(locale, ())]},
            names=forms,
        )
        for locale in sorted(examples, key=lambda locale: (-len(examples[locale]), locale))
    ]


def shares(orders: Sequence[Order], count: int) -> list[list[Order]]:
    """Give each of some processes about as many examples."""
    shared: list[list[Order]] = [[] for _ in range(count)]
    sizes = [0] * count
    for order in orders:
        least = sizes.index(min(sizes))
        shared[least].append(order)
        sizes[least] += sum(map(len, order["examples"].values()))
    return shared


def _run(shared: Sequence[Sequence[Order]]) -> None:
    running: list[subprocess.Popen[bytes]] = []
    try:
        with suppress(OSError):
            for _ in shared:
                process = subprocess.Popen(
                    [sys.executable, "-m", "bot.staff.learning"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    # What can be shared is halved by the matcher itself; the library's threads stand in each other's way.
                    env=without_secrets() | ONE_THREAD,
                    cwd=PROGRAM,
                )
                running.append(process)
            for process, share in zip(running, shared, strict=True):
                _tell(process, share)
        _wait(running)
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
            process.wait()


def _tell(process: subprocess.Popen[bytes], share: Iterable[Order]) -> None:
    assert process.stdin is not None  # a pipe was asked for
    with process.stdin as pipe:
        pipe.write(json.dumps(list(share)).encode())


def _wait(running: Iterable[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _LONGEST_SECONDS
    with suppress(subprocess.TimeoutExpired):
        for process in running:
            process.wait(max(0.0, until - time.monotonic()))


def _learn(order: Order) -> None:
    build_matcher(
        [
            Example(
                locale=locale, entry_id=entry_id, text=text, kind="title" if kind == "title" else "phrasing"
            )
            for locale, examples in order["examples"].items()
            for entry_id, kind, text in examples
        ],
        synonyms=order["synonyms"],
        names=order["names"],
        target_risk=order["target_risk"],
        cache_dir=Path(order["cache_dir"]),
    )


def _main() -> None:
    # Whatever learning takes is loaded while the order is still being written.
    import scipy.linalg.lapack
    import scipy.sparse  # noqa: F401

    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICE)
    told = sys.stdin.read()
    for each in json.loads(told) if told else ():  # nothing is told when there is nothing to learn
        _learn(each)
    sys.stdout.flush()
    os._exit(0)  # taking apart what is given back to the system anyway would take longer


if __name__ == "__main__":
    _main()

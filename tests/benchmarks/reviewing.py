"""What does the list of a full review queue cost?

    python -m tests.benchmarks.reviewing [--rows 5000] [--rounds 5]

The queue is made of the labelled questions in all languages, as they are and mistyped, each asked by several people: two
thirds of them are to be declined, the others are known, and nobody could answer any under an older state of the
knowledge, so that today's has to be asked again. `alliance-bot review --list` runs in a process of its own, with its
rankers in the cache: first as after an edit of the knowledge, then with what was made of the questions in the cache, too.
CPU time is the operating system's, over all threads.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from bot.config import load_config
from bot.knowledge.loader import load_evaluation
from bot.storage.choice import DATABASE
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Received, Result
from bot.types import ChatRef, Outcome
from tests.benchmarks.noise import NOISES

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261123

_NOISES = ("clean", "clean", "one edit", "two edits", "no accents", "a space missing", "capitals")
_PEOPLE = 900
_DAYS = 20  # over which they asked
_AT_ONCE = 250  # rows that are written together


def main() -> None:
    """Fill a store, list it again and again, and print what that took."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reviewing", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="alliance-bot-") as folder:
        asyncio.run(fill(Path(folder), options.rows))
        compiled = str(
            Path(folder) / "compiled"
        )  # as an installed bot has its modules, whatever the shell says
        environment = {**os.environ, "ALLIANCE_BOT_DATA_DIR": folder, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        listed(environment)  # so that the rankers are in the cache
        first, again = [], []
        for _ in range(options.rounds):
            for path in load_config().content.cache_dir.glob("recalled-*.json"):
                path.unlink()
            first.append(listed(environment))
            again.append(listed(environment))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{options.rows:,} rows, {options.rounds} rounds, s of CPU: first {_told(first)}, again {_told(again)}; "
        f"load average {load}"
    )


def _told(taken: Sequence[float]) -> str:
    return f"{statistics.median(taken):.2f} in the median ({min(taken):.2f} to {max(taken):.2f})"


async def fill(folder: Path, rows: int) -> None:
    """Write questions that nobody could answer into a store."""
    store = SqliteStore(folder / DATABASE, retention_days=30)
    await store.open()
    try:
        asked = list(questions(rows))
        for start in range(0, rows, _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            updates = [_update(start + place, asker, at) for place, (_, _, asker, at) in enumerate(some)]
            entries = await store.receive(updates)
            results = [_result(locale, text, at) for locale, text, _, at in some]
            await asyncio.gather(*map(store.finish, entries, results))
    finally:
        await store.close()


def questions(count: int) -> Iterator[tuple[str, str, str, datetime]]:
    """Draw questions: language, wording, who asks, when; the earliest first."""
    rng = random.Random(SEED)
    items, _ = load_evaluation(ROOT / "knowledge")
    every = [one for locale in sorted(items) for one in items[locale] if not one.after and not one.both]
    declined, known = [one for one in every if one.decline], [one for one in every if not one.decline]
    began = datetime.now(UTC) - timedelta(days=_DAYS)
    for number in range(count):
        item = rng.choice(known if rng.random() < 1 / 3 else declined)
        text = NOISES[rng.choice(_NOISES)](item.question, rng) or item.question
        at = began + number * timedelta(days=_DAYS) / count
        yield item.locale, text, str(rng.randrange(_PEOPLE)), at


def listed(environment: Mapping[str, str]) -> float:
    """List the queue in a process of its own; return its seconds of CPU."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "review", "--list"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None  # it is a pipe
    said = process.stderr.read()
    process.stderr.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"the list ended with status {process.returncode}: {said.decode(errors='replace')}"
        )
    return used.ru_utime + used.ru_stime


def _update(number: int, asker: str, at: datetime) -> Received:
    return Received(
        chat=ChatRef(channel="telegram", chat_id=asker),
        user_id=asker,
        event_id=str(number),
        payload="{}",
        received_at=at,
    )


def _result(locale: str, text: str, at: datetime) -> Result:
    decision: Literal["clarify", "abstain"] = "clarify" if len(text) % 4 == 0 else "abstain"
    outcome = Outcome(
        decision=decision,
        entry_id=None,
        probability=None,
        locale=locale,
        question_text=text,
        asked_at=at,
        revision="an older one",
    )
    return Result(state="done", at=at, outcomes=(outcome,))


if __name__ == "__main__":
    main()

"""Is a question answered, and a language learnt, by one thread?"""

from __future__ import annotations

import json
import os
import subprocess
import sys

_ASK = """
import json
from threadpoolctl import threadpool_info
from bot.matching import build
from bot.matching.speaker import Example

def threads():
    return sorted({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})

found = []
train = build.train_speaker

def watched(*args):
    found.append(threads())
    return train(*args)

build.train_speaker = watched
texts = {"launch": ("when was it launched", "day of the launch"), "members": ("who is a member", "all members")}
examples = [Example(locale="en", entry_id=entry, text=text) for entry, asked in texts.items() for text in asked]
build.build_matcher(examples)
print(json.dumps([*found, threads()]))
"""


def _threads(**environment: str) -> list[list[int]]:
    chosen = {name: text for name, text in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run(
        [sys.executable, "-c", _ASK], check=True, capture_output=True, env=chosen | environment
    )
    found: list[list[int]] = json.loads(ran.stdout)
    return found


def test_learning_and_questions_take_one_thread() -> None:
    assert _threads() == [[1], [1]]


def test_whoever_chose_a_number_keeps_it() -> None:
    assert _threads(OPENBLAS_NUM_THREADS="2") == [[2], [2]]

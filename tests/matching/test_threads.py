"""Is a question answered by one thread, and a language learnt by all?"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bot.matching.threads import cores

_ASK = """
import json
import numpy, scipy.linalg.lapack
from threadpoolctl import threadpool_info
from bot.matching.build import build_matcher
from bot.matching.speaker import Example
from bot.matching.threads import all_cores

def threads():
    return sorted({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})

texts = {"launch": ("when was it launched", "day of the launch"), "members": ("who is a member", "all members")}
examples = [Example(locale="en", entry_id=entry, text=text) for entry, asked in texts.items() for text in asked]
matcher = build_matcher(examples)
found = [threads()]
with all_cores():
    found.append(threads())
print(json.dumps([*found, threads()]))
"""


def _threads(**environment: str) -> list[list[int]]:
    chosen = {name: text for name, text in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run(
        [sys.executable, "-c", _ASK], check=True, capture_output=True, env=chosen | environment
    )
    found: list[list[int]] = json.loads(ran.stdout)
    return found


def test_questions_take_one_thread_and_learning_all() -> None:
    assert _threads() == [[1], [cores()], [1]]


def test_whoever_chose_a_number_keeps_it() -> None:
    assert _threads(OPENBLAS_NUM_THREADS="1") == [[1], [1], [1]]

"""How is a snapshot trained without slowing the one that answers? In a process of its own.

Training takes seconds of Python and tens of megabytes, which a thread would take from the answers. So another
process trains first and leaves the result in the matcher's cache, from which the snapshot is then built in a
fraction of a second. Whatever happens to that process, the snapshot is built rightly; it only takes longer.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import structlog

from bot.answering.assistant import load_assistant
from bot.errors import BotError

_LONGEST_SECONDS = 120.0
_EXIT_CONTENT = 1  # the content has errors; whoever builds the snapshot tells them

_log = structlog.get_logger(__name__)


class _Order(TypedDict):
    knowledge_dir: str
    locales_dir: str
    default_locale: str
    target_risk: float
    cache_dir: str


async def train_aside(
    *, knowledge_dir: Path, locales_dir: Path, default_locale: str, target_risk: float, cache_dir: Path
) -> None:
    """Bring the matcher's cache up to date with the content, in another process; as for `load_assistant`."""
    order = _Order(
        knowledge_dir=str(knowledge_dir),
        locales_dir=str(locales_dir),
        default_locale=default_locale,
        target_risk=target_risk,
        cache_dir=str(cache_dir),
    )
    # The token and whatever else is secret stays here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_BOT_")}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.staff.training", json.dumps(order)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
    except OSError as exc:
        _log.warning("training_failed", reason=exc.strerror)
        return
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            status = await process.wait()
    except TimeoutError:
        _log.warning("training_failed", reason=f"not done after {_LONGEST_SECONDS:g} s")
    else:
        if status not in (0, _EXIT_CONTENT):
            _log.warning("training_failed", reason=f"exit status {status}")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _train(order: _Order) -> int:
    try:
        load_assistant(
            knowledge_dir=Path(order["knowledge_dir"]),
            locales_dir=Path(order["locales_dir"]),
            default_locale=order["default_locale"],
            target_risk=order["target_risk"],
            cache_dir=Path(order["cache_dir"]),
        )
    except BotError:
        return _EXIT_CONTENT
    return 0


if __name__ == "__main__":
    sys.exit(_train(json.loads(sys.argv[1])))

"""How is a snapshot trained without slowing the one that answers? In a process of its own.

Training takes seconds of Python and tens of megabytes, which a thread would take from the answers. So another
process trains first and leaves the result in the matcher's cache, from which the snapshot is then built in a
fraction of a second; it also looks whether that snapshot would be fit to answer. Whatever happens to that process,
the snapshot is built rightly; it only takes longer.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.answering.assistant import load_assistant
from bot.errors import BotError
from bot.staff.aside import run_aside
from bot.staff.building import Verdict, Wanted, faults

_LONGEST_SECONDS = 120.0
_EXIT_CONTENT = 1  # the content has errors; whoever builds the snapshot tells them

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the other process is told."""

    wanted: Wanted
    default_locale: str
    target_risk: float
    cache_dir: Path


_ORDER, _VERDICT = TypeAdapter(_Order), TypeAdapter(Verdict)


async def train_aside(
    wanted: Wanted, *, default_locale: str, target_risk: float, cache_dir: Path
) -> Verdict | None:
    """Bring the matcher's cache up to date with the content, in another process; as for `load_assistant`.

    Returns:
        What that process found wrong with the snapshot; None when it could not build one.
    """
    order = _Order(wanted=wanted, default_locale=default_locale, target_risk=target_risk, cache_dir=cache_dir)
    try:
        told = await run_aside("bot.staff.training", _ORDER.dump_json(order), seconds=_LONGEST_SECONDS)
    except TimeoutError:
        _log.warning("training_failed", reason=f"not done after {_LONGEST_SECONDS:g} s")
        return None
    except OSError as exc:
        _log.warning("training_failed", reason=exc.strerror)
        return None
    return _verdict(told.status, told.said)


def _verdict(status: int, said: bytes) -> Verdict | None:
    if status == _EXIT_CONTENT:
        return None
    if status != 0:
        _log.warning("training_failed", reason=f"exit status {status}")
        return None
    try:
        return _VERDICT.validate_json(said)
    except ValidationError:
        _log.warning("training_failed", reason="its answer cannot be read")
        return None


def _train(order: _Order) -> Verdict | None:
    wanted = order.wanted
    try:
        assistant = load_assistant(
            knowledge_dir=wanted.knowledge_dir,
            locales_dir=wanted.locales_dir,
            default_locale=order.default_locale,
            target_risk=order.target_risk,
            cache_dir=order.cache_dir,
            overlay=wanted.overlay,
        )
    except BotError:
        return None
    return Verdict(revision=assistant.revision, problems=faults(assistant))


def _main() -> int:
    found = _train(_ORDER.validate_json(sys.stdin.buffer.read()))
    if found is None:
        return _EXIT_CONTENT
    sys.stdout.buffer.write(_VERDICT.dump_json(found))
    return 0


if __name__ == "__main__":
    sys.exit(_main())

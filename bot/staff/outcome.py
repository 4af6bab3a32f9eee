"""What came of building a new snapshot?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import structlog

from bot.answering.assistant import Assistant
from bot.errors import CatalogError, KnowledgeError
from bot.staff.impact import Difference
from bot.types import Problem

_MOST_TOLD = 50  # problems in the log; `alliance-bot check` lists them all

_log = structlog.get_logger(__name__)

Why = Literal["files", "staff", "pin", "request"]
Faults = tuple[Problem | str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What came of building a new snapshot."""

    revision: str  # that answers from now on
    previous: str  # that answered before; the same when nothing was replaced
    changed: tuple[
        str, ...
    ] = ()  # files that differ from those of the snapshot before, such as knowledge/facts.yaml
    problems: Faults = ()  # why the last good snapshot is kept; empty when none is wrong
    why: Why = "files"  # files changed, staff changed a row of the store or a pin, or somebody asked for it
    who: str | None = None  # asked for it, and so need not be told
    difference: Difference | None = None  # of the content; None when nothing was replaced
    withdrawn: tuple[str, ...] = ()  # entries that are out of service
    pinned: str | None = None  # revision of the files that staff went back to and that answers now

    @property
    def replaced(self) -> bool:
        """Whether another knowledge answers now."""
        return self.revision != self.previous


def tell(reload: Reload, built: Assistant, before: Assistant) -> None:
    """Note in the log that another snapshot answers."""
    more = {"pinned": reload.pinned} if reload.pinned else {}
    if built.withdrawn != before.withdrawn:
        more["withdrawn"] = ", ".join(reload.withdrawn)
    _log.info(
        "knowledge_reloaded",
        revision=reload.revision,
        previous=reload.previous,
        changed=list(reload.changed),
        **more,
    )
    for problem in built.left_out:
        if problem not in before.left_out:
            _log.warning("learned_left_out", problem=str(problem))


def listed(error: Exception) -> Faults:
    """Note in the log each thing that is wrong, and list them."""
    if not isinstance(error, KnowledgeError | CatalogError):
        _log.error("knowledge_not_built", error=type(error).__name__, exc_info=error)
        return (f"{type(error).__name__}: {error}",)
    for problem in error.problems[:_MOST_TOLD]:
        _log.error("knowledge_problem", problem=str(problem))
    return error.problems

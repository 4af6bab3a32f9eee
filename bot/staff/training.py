"""How is a snapshot prepared without slowing the one that answers? What must be learnt is learnt by another process.

Learning takes seconds and tens of megabytes, which a thread would take from the answers. The other process leaves the
result in the matcher's cache, from which the language is then built in a moment; meanwhile the content is judged here,
and where it is not fit to answer learning ends at once. Whatever happens to that process, the snapshot is built
rightly; it only takes longer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

import structlog

from bot.answering.assistant import Unlearnt
from bot.matching.threads import cores
from bot.staff.aside import Aside
from bot.staff.building import Loading, Prepared, Present, Wanted, judged
from bot.staff.learning import MOST, Order, orders_of, shares

_LONGEST_SECONDS = (
    600.0  # for all languages that must be learnt; one takes about three where nothing else goes on
)
_MODULE = "bot.staff.learning"
_TAUGHT = ("phrasings", "learned", "synonyms")  # folders whose edits surely have something learnt
_NAMES = "names.yaml"

_log = structlog.get_logger(__name__)


class Training:
    """Prepares snapshots.

    Args:
        loading: Reads and builds them.
        target_risk: As for `load_assistant`.
        cache_dir: As for `load_assistant`.
    """

    def __init__(self, loading: Loading, *, target_risk: float, cache_dir: Path) -> None:
        self._loading = loading
        self._target_risk = target_risk
        self._cache_dir = cache_dir
        self._ready: asyncio.Task[Aside] | None = None  # has loaded what learning takes

    @asynccontextmanager
    async def at_hand(self, changed: Collection[str]) -> AsyncIterator[None]:
        """Have a process start meanwhile that can learn, if what has changed surely calls for it.

        Args:
            changed: Files, such as knowledge/phrasings/fr.yaml.
        """
        self._ready = asyncio.create_task(Aside.start(_MODULE)) if any(map(_teaches, changed)) else None
        try:
            yield
        finally:
            ready, self._ready = self._ready, None
            if ready is not None:
                await _end(ready)

    async def prepare(self, wanted: Wanted, present: Present) -> Prepared:
        """Read and judge what is wanted while its languages are learnt.

        Raises:
            KnowledgeError, CatalogError: The content has errors.
        """
        content, orders = await asyncio.to_thread(self._read, wanted)
        learning = asyncio.create_task(self._learn(orders))
        try:
            problems = await asyncio.to_thread(judged, content, present)
            if not problems:
                await learning
        finally:
            learning.cancel()
            await asyncio.gather(learning, return_exceptions=True)
        return Prepared(problems, partial(self._loading.learn, content))

    def _read(self, wanted: Wanted) -> tuple[Unlearnt, list[list[Order]]]:
        content = self._loading.read(wanted)
        unknown = content.languages.unknown(self._cache_dir)
        orders = orders_of(
            unknown,
            content.languages.synonyms,
            content.languages.names.forms,
            cache_dir=self._cache_dir,
            target_risk=self._target_risk,
        )
        # A process fewer than cores; and each gives way to the answers where it takes two of them.
        return content, shares(orders, min(len(orders), max(cores() - 1, 1), MOST))

    async def _learn(self, orders: Sequence[Sequence[Order]]) -> None:
        """Have languages learnt; says so when that fails."""
        try:
            async with asyncio.TaskGroup() as group:
                for order in orders:
                    group.create_task(self._carry_out(json.dumps(order).encode()))
        except* TimeoutError:
            _log.warning("training_failed", reason=f"not done after {_LONGEST_SECONDS:g} s")
        except* OSError as failed:
            _log.warning("training_failed", reason=str(failed.exceptions[0]))

    async def _carry_out(self, order: bytes) -> None:
        ready, self._ready = self._ready, None
        aside = await (ready or Aside.start(_MODULE))
        told = await aside.carry_out(order, seconds=_LONGEST_SECONDS)
        if told.status != 0:
            _log.warning("training_failed", reason=f"exit status {told.status}")


def _teaches(file: str) -> bool:
    path = PurePosixPath(file)
    return path.parent.name in _TAUGHT or path.name == _NAMES


async def _end(starting: asyncio.Task[Aside]) -> None:
    with suppress(OSError):  # it could not be started
        await (await starting).end()

"""What may a handler look up for staff?"""

from __future__ import annotations

import asyncio
import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog
from pydantic import TypeAdapter

from bot.answering.assistant import Assistant
from bot.answering.compose import question_of
from bot.knowledge.entries import Entry
from bot.staff.considering import (
    MOST_RECORDED,
    Candidate,
    Considered,
    Considering,
    NotConsidered,
    consider_aside,
)
from bot.staff.outcome import Reload
from bot.staff.recalled import Recalled
from bot.staff.redact import marked
from bot.staff.reload import Snapshots
from bot.staff.review import ASKERS, Cluster, Queue, review
from bot.storage.store import Received, SetAsideRecord, Store
from bot.types import ChatRef, Overlay

IMPACT = "impact"  # in the id and the payload of a row of the inbox that tells what would change

_FRESH_SECONDS = 20.0  # for which a queue is shown again, unless staff decided something meanwhile
_NEAR = 3  # entries that are offered for a name that is none
_LIKE = 0.5  # how like they must be (difflib)

_log = structlog.get_logger(__name__)


Prepared = Callable[..., Considering]  # with what does not depend on the candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be worked out: what changes when a question is added to an entry."""

    cluster_id: str
    entry_id: str
    candidates: tuple[Candidate, ...]
    again: bool  # whether it was decided before
    locale: str  # of whoever asked
    chat: ChatRef
    user_id: str
    message_id: str  # where it is told
    event_id: str  # of the update that asked for it


_ORDER, _CONSIDERED = TypeAdapter(Order), TypeAdapter(list[Considered])


class Staffroom:
    """What is open to staff only; a handler reads here, and changes nothing but by its effects.

    Args:
        store: Where questions and decisions are.
        now: The time.
        snapshots: Replaces what answers; None: it is never replaced.
        prepared: Where the content is, for the process that works out what a candidate would change; None: nobody can.
        askers: How many different people must have asked a question before it is shown.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime],
        snapshots: Snapshots | None = None,
        prepared: Prepared | None = None,
        askers: int = ASKERS,
    ) -> None:
        self.store = store
        self._now = now
        self._snapshots = snapshots
        self._prepared = prepared
        self._askers = askers
        self._made: tuple[object, float, Queue] | None = (
            None  # what it was made of, and when, by the loop's clock
        )
        self._recalled: Recalled | None = None  # what the present assistant made of questions
        self._working: dict[tuple[str, str], asyncio.Task[None]] = {}  # by chat and message

    @property
    def working(self) -> tuple[asyncio.Task[None], ...]:
        """What is being worked out."""
        return tuple(self._working.values())

    async def close(self) -> None:
        """Leave off what is being worked out."""
        working = self.working
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    # --- versions of the content ------------------------------------------------------------------

    async def reload(self, who: str) -> Reload | None:
        """Read the files now; None where they are never read again."""
        return None if self._snapshots is None else await self._snapshots.reload(who)

    def previous(self) -> str | None:
        """Name the version of the files that can be gone back to; None when there is none."""
        return None if self._snapshots is None else self._snapshots.previous()

    # --- the queue --------------------------------------------------------------------------------

    async def queue(self, assistant: Assistant, *, without: str = "") -> Queue:
        """Gather what staff have to look at; what was added, and the cluster named, is left out already."""
        verdicts, overlay = await self.store.set_aside(), await self.store.overlay()
        made_of = (assistant.revision, overlay.version, verdicts)
        clock = asyncio.get_running_loop().time
        if self._made is None or self._made[0] != made_of or clock() - self._made[1] > _FRESH_SECONDS:
            self._made = (made_of, clock(), await self._review(assistant, verdicts, overlay))
        found = self._made[2]
        learned = {(each.locale, each.text) for each in overlay.learned}
        waiting = tuple(
            cluster
            for cluster in found.waiting
            if cluster.id != without
            and learned.isdisjoint((each.locale, each.text) for each in cluster.wordings)
        )
        return replace(found, waiting=waiting)

    async def everything(self, assistant: Assistant) -> Queue:
        """Gather the same as if nobody had set anything aside."""
        return await self._review(assistant, (), await self.store.overlay())

    async def _review(
        self, assistant: Assistant, verdicts: tuple[SetAsideRecord, ...], overlay: Overlay
    ) -> Queue:
        if self._recalled is None or not self._recalled.fits(assistant):
            self._recalled = Recalled(assistant)
        make = partial(
            review,
            await self.store.decisions(),
            await self.store.votes(),
            verdicts=verdicts,
            overlay=overlay,
            assistant=assistant,
            now=self._now(),
            askers=self._askers,
            recalled=self._recalled,
        )
        return await asyncio.to_thread(make)

    # --- what would change ------------------------------------------------------------------------

    def work_out(self, order: Order) -> None:
        """Begin to work out what would change; what comes of it is put into the inbox, to be told there.

        One thing at a time for each message. When this process dies meanwhile, nothing comes; a press asks anew.
        """
        self.leave(order.chat, order.message_id)
        place = (order.chat.chat_id, order.message_id)
        task = asyncio.create_task(self._work_out(order), name="impact")
        self._working[place] = task
        task.add_done_callback(
            lambda done: self._working.pop(place) if self._working.get(place) is done else None
        )

    def leave(self, chat: ChatRef, message_id: str) -> None:
        """Leave off what was to be told in a message that shows something else now."""
        if task := self._working.pop((chat.chat_id, message_id), None):
            task.cancel()

    async def _work_out(self, order: Order) -> None:
        try:
            found = [await self._considered(candidate) for candidate in order.candidates]
        except NotConsidered as exc:
            _log.warning("not_considered", reason=str(exc))
            found = []
        told = {
            **_ORDER.dump_python(order, mode="json"),
            "found": _CONSIDERED.dump_python(found, mode="json"),
        }
        row = Received(
            chat=order.chat,
            user_id=order.user_id,
            event_id=f"{IMPACT}:{order.event_id}",
            payload=json.dumps({IMPACT: told}, separators=(",", ":")),
            received_at=self._now(),
            kind=IMPACT,
        )
        await self.store.receive([row], hold=False)  # whoever sweeps takes it, within about a second

    async def _considered(self, candidate: Candidate) -> Considered:
        if self._prepared is None:
            raise NotConsidered("this process does not know where the content is")
        asked = [(row.question_text, row.locale) for row in await self.store.decisions() if row.question_text]
        order = self._prepared(
            candidate=candidate,
            recorded=tuple(asked[-MOST_RECORDED:]),
            asked_at=self._now(),
            overlay=await self.store.overlay(),
        )
        return await consider_aside(order)


def candidates_of(cluster: Cluster, entry_id: str, assistant: Assistant) -> tuple[Candidate, ...]:
    """Choose what is added to an entry: in each language that is spoken here, what most people wrote."""
    against = tuple(dict.fromkeys(complaint.entry_id for complaint in cluster.complaints))
    found: dict[str, Candidate] = {}
    for wording in cluster.wordings:
        if wording.locale in assistant.catalogs.locales and not marked(wording.text):
            candidate = Candidate(
                locale=wording.locale, entry_id=entry_id, text=wording.text, against=against
            )
            found.setdefault(wording.locale, candidate)
    return tuple(found.values())


def order_in(payload: str) -> tuple[Order, list[Considered]]:
    """Read the payload of a row that `Staffroom.work_out` wrote; nothing is found when it could not be worked out."""
    told = json.loads(payload)[IMPACT]
    found = _CONSIDERED.validate_python(told.pop("found"))
    return _ORDER.validate_python(told), found


def named_entry(name: str, assistant: Assistant) -> Entry | None:
    """Find an entry by its id, present or former, however somebody typed it."""
    return assistant.knowledge.resolve(name.strip().lower().replace(" ", "-").replace("_", "-"))


def near_entries(name: str, assistant: Assistant, locale: str) -> tuple[Entry, ...]:
    """List the entries whose ids or questions are like what somebody typed, the likest first; at most three."""
    wanted = " ".join(name.casefold().replace("-", " ").split())
    entries = assistant.knowledge.entries
    known: dict[str, str] = {}
    for entry in entries.values():
        if entry.answer:
            for spelt in (entry.id.replace("-", " "), question_of(entry, assistant, locale), entry.question):
                known.setdefault(spelt.casefold(), entry.id)
    found = difflib.get_close_matches(wanted, known, n=_NEAR * 2, cutoff=_LIKE)
    return tuple(entries[each] for each in dict.fromkeys(known[each] for each in found))[:_NEAR]

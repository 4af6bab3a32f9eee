"""Which questions could the bot not answer well, and what becomes of them? The queue that staff work through.

Pure: the rows of the store go in, clusters of alike questions come out, most asked first. A question is known by its
folded wording with personal data taken out of it, and is shown only when enough different people asked it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.answering.assistant import Assistant
from bot.effects import VoteReason
from bot.storage.store import DecisionRecord, SetAsideRecord, VoteRecord
from bot.types import Overlay

ASKERS = 2  # people who must have asked before a question is shown

Reason = Literal["unanswered", "clarified", "down-voted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a question was put, without personal data."""

    locale: str
    text: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A vote against the answer that a question got."""

    entry_id: str  # as it is called today
    reason: VoteReason | None
    comment: str | None  # without personal data
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry that may be what was meant."""

    entry_id: str
    probability: float  # 0-1, by today's assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Questions that ask the same, in one language or several."""

    id: str  # short; the same as long as the wording of its oldest question is kept
    questions: tuple[str, ...]  # folded, most asked first; what `SetAside` takes
    wordings: tuple[Wording, ...]  # most asked first
    askers: int  # different people
    times: int
    first_asked: datetime
    last_asked: datetime
    reasons: Mapping[Reason, int]  # how many times for which reason
    complaints: tuple[Complaint, ...]  # newest first
    nearest: tuple[Near, ...]  # at most three, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What staff have to look at."""

    waiting: tuple[Cluster, ...] = ()  # most asked first
    to_write: tuple[Cluster, ...] = ()  # staff said that an entry is to be written; most asked first
    few: int = 0  # clusters that fewer people asked than it takes to be shown

    def find(self, cluster_id: str) -> Cluster | None:
        """Find a cluster by its id, in either list."""
        return next((one for one in (*self.waiting, *self.to_write) if one.id == cluster_id), None)


def review(
    decisions: Sequence[DecisionRecord],
    votes: Sequence[VoteRecord],
    *,
    verdicts: Collection[SetAsideRecord],
    overlay: Overlay,
    assistant: Assistant,
    now: datetime,
    askers: int = ASKERS,
) -> Queue:
    """Gather the questions that staff should look at.

    Args:
        decisions: All that was decided.
        votes: What people said about answers.
        verdicts: What staff decided on questions before.
        overlay: What staff changed; a down-voted question that was learned since its vote is settled.
        assistant: What answers today; a question that it answers surely is settled, unless it was voted down.
        now: For verdicts that end.
        askers: How many different people must have asked.
    """
    raise NotImplementedError

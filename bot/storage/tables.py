"""What does a store answer from its tables, besides the inbox? Written once for every kind of store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

from bot.effects import StaffEffect
from bot.storage import content, votes, wishes
from bot.storage.pruning import pruning
from bot.storage.pseudonym import pseudonym
from bot.storage.rows import DEAD_COLUMNS, DECISION_COLUMNS, asked_between, read_dead, read_decision, storable
from bot.storage.scripts import Script
from bot.storage.store import (
    AuditRecord,
    DeadEntry,
    DecisionRecord,
    InboxCounts,
    SetAsideRecord,
    StoreHealth,
    VoteCounts,
    VoteRecord,
    WishRecord,
)
from bot.types import ChatRef, Overlay

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]

_READ_NOTE = "SELECT text FROM notes WHERE name = :name"
_NOTE = """
    INSERT INTO notes (name, text) VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text
"""
_NO_NOTE = "DELETE FROM notes WHERE name = :name"
_COUNTS = "SELECT state, count(*) FROM inbox GROUP BY state"
_OLDEST = "SELECT min(received_at) FROM inbox WHERE state = 'new'"
_DEAD = f"SELECT {DEAD_COLUMNS} FROM inbox WHERE state = 'dead' ORDER BY seq"
_DECISIONS = f"""
    SELECT {DECISION_COLUMNS} FROM decisions WHERE asked_at >= :since AND asked_at < :before ORDER BY id
"""
_MOST_ASKED = """
    SELECT entry_id FROM decisions
    WHERE answered_at > :since AND decision = 'answer' AND entry_id IS NOT NULL
    GROUP BY entry_id ORDER BY count(*) DESC, entry_id LIMIT :limit
"""
_SECRETS = "SELECT secret FROM keys ORDER BY id"
_KEPT = """
    SELECT (SELECT count(*) FROM decisions WHERE asker = :name) + (SELECT count(*) FROM votes WHERE voter = :name)
"""


class Tables(ABC):
    """The part of a `Store` that is the same statements everywhere.

    Args:
        retention_days: How long the wording of questions is kept, and who asked is known under a pseudonym.
    """

    def __init__(self, *, retention_days: int) -> None:
        self._retention_days = retention_days

    # --- people and notes -----------------------------------------------------------------------------

    async def kept_of(self, chat: ChatRef, user_id: str) -> int:
        """Count the decisions, votes and wishes that are still known to be a person's."""
        return await self._look(lambda: _counting(chat.channel, user_id))

    async def votes_of(self, chat: ChatRef, user_id: str) -> Mapping[str, bool]:
        """Say which entries helped a person and which did not, the latest vote last."""
        return await self._glance(lambda: _voted(chat.channel, user_id))

    async def note(self, name: str) -> str | None:
        """Read a shared text."""
        rows = await self._rows(_READ_NOTE, {"name": name})
        return str(rows[0][0]) if rows else None

    async def set_note(self, name: str, text: str | None) -> None:
        """Write a shared text; None removes it."""
        if text is None:
            await self._write(_NO_NOTE, {"name": name})
        else:
            await self._write(_NOTE, {"name": name, "text": storable(text)})

    # --- records --------------------------------------------------------------------------------------

    async def health(self) -> StoreHealth:
        """Write a little, and say how much waits."""
        await self.set_note("health", datetime.now(UTC).isoformat())
        counts = await self.counts()
        ((oldest,),) = await self._rows(_OLDEST)
        return StoreHealth(
            schema=await self._schema(),
            waiting=counts.new,
            dead=counts.dead,
            oldest=None if oldest is None else datetime.fromtimestamp(oldest, UTC),
        )

    async def counts(self) -> InboxCounts:
        """Count the rows of the inbox."""
        by_state = {state: number for state, number in await self._rows(_COUNTS)}
        return InboxCounts(**{state: by_state.get(state, 0) for state in ("new", "done", "dead")})

    async def dead(self) -> tuple[DeadEntry, ...]:
        """Load what was given up, oldest first."""
        return tuple(read_dead(row) for row in await self._rows(_DEAD))

    async def decisions(
        self, since: datetime | None = None, before: datetime | None = None
    ) -> tuple[DecisionRecord, ...]:
        """Load the decisions, oldest first; only those on questions asked since one moment and before another."""
        return tuple(read_decision(row) for row in await self._rows(_DECISIONS, asked_between(since, before)))

    async def votes(self) -> tuple[VoteRecord, ...]:
        """Load the votes, oldest first."""
        return tuple(votes.read_vote(row) for row in await self._rows(votes.VOTES))

    async def vote_counts(self) -> Mapping[str, VoteCounts]:
        """Count the votes of each entry that has any."""
        return votes.read_counts(await self._rows(votes.VOTE_COUNTS))

    async def most_asked(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Name the entries that were answered most often."""
        values = {"since": since.timestamp(), "limit": limit}
        return tuple(str(row[0]) for row in await self._rows(_MOST_ASKED, values))

    async def prune(self, now: datetime) -> None:
        """Forget what has been kept long enough."""
        locks = (content.LOCK, wishes.LOCK)
        await self._run(lambda: pruning(now, retention_days=self._retention_days), locks=locks)

    # --- what staff decide ------------------------------------------------------------------------------

    async def overlay_version(self) -> int:
        """Say how often staff changed the content that is kept here."""
        rows = await self._rows(content.VERSION)
        return int(rows[0][0]) if rows else 0

    async def overlay(self, at: datetime | None = None) -> Overlay:
        """Load the content that is kept here, as it is or was."""
        rows = await self._rows(content.OVERLAY, {"at": None if at is None else at.timestamp()})
        return content.read_overlay(rows, at)

    async def apply(self, who: str, effects: Sequence[StaffEffect]) -> None:
        """Do what staff decided in a terminal, in one transaction."""
        await self._run(lambda: content.changing(who, effects), locks=(content.LOCK,))

    async def set_aside(self) -> tuple[SetAsideRecord, ...]:
        """Load the last verdict on each question, oldest first."""
        return tuple(content.read_set_aside(row) for row in await self._rows(content.SET_ASIDE))

    async def audit(self, limit: int = 100) -> tuple[AuditRecord, ...]:
        """Load what staff did last, newest first."""
        return tuple(content.read_audit(row) for row in await self._rows(content.AUDIT, {"limit": limit}))

    async def wishes(self) -> tuple[WishRecord, ...]:
        """Load who wants to be told, oldest first."""
        return tuple(wishes.read_wish(row) for row in await self._rows(wishes.WISHES))

    # --- of each store ----------------------------------------------------------------------------------

    @abstractmethod
    async def _look(self, script: Callable[[], Script[T]]) -> T:
        """Run a script that changes nothing; each of its statements sees a moment of its own."""

    @abstractmethod
    async def _glance(self, script: Callable[[], Script[T]]) -> T:
        """Do the same for a script that reads a few rows by their keys."""

    @abstractmethod
    async def _run(self, script: Callable[[], Script[T]], *, locks: Collection[str] = ()) -> T:
        """Run a script in one transaction; it is made anew for every try.

        Args:
            script: Makes it.
            locks: Names that no other transaction has at the same time, where several processes write at once.
        """

    @abstractmethod
    async def _schema(self) -> int:
        """Read the number of the last migration."""

    async def _rows(self, statement: str, values: Mapping[str, Any] = MappingProxyType({})) -> Rows:
        def script() -> Script[Rows]:
            return (yield statement, dict(values)).rows

        return await self._look(script)

    async def _write(self, statement: str, values: dict[str, Any]) -> None:
        def script() -> Script[None]:
            yield statement, values

        await self._run(script)


def _counting(channel: str, user_id: str) -> Script[int]:
    """Count what is still known to be a person's."""
    ((count,),) = (yield wishes.WISHES_OF, {"channel": channel, "user": user_id}).rows
    for (secret,) in (yield _SECRETS, {}).rows:
        ((named,),) = (yield _KEPT, {"name": pseudonym(secret, channel, user_id)}).rows
        count += named
    return int(count)


def _voted(channel: str, user_id: str) -> Script[Mapping[str, bool]]:
    """Read a person's votes under every key, the latest last."""
    found: list[tuple[float, str, bool]] = []
    for (secret,) in (yield _SECRETS, {}).rows:
        rows = (yield votes.VOTES_OF, {"voter": pseudonym(secret, channel, user_id)}).rows
        found += [(at, entry_id, bool(helpful)) for at, entry_id, helpful in rows]
    return {entry_id: helpful for _, entry_id, helpful in sorted(found)}

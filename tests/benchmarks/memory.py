"""What would the same bot do without a store? It keeps everything in memory, and forgets it with the process."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.effects import StaffEffect
from bot.storage.effects import state_after
from bot.storage.store import (
    AuditRecord,
    ChatState,
    DeadEntry,
    DecisionRecord,
    Finished,
    InboxCounts,
    InboxEntry,
    Received,
    Result,
    SetAsideRecord,
    StoreHealth,
    VoteCounts,
    VoteRecord,
    WishRecord,
)
from bot.types import ChatRef, Overlay


class MemoryStore:
    """A `Store` that stores nothing."""

    def __init__(self) -> None:
        self._open: dict[int, InboxEntry] = {}
        self._states: dict[tuple[ChatRef, str], ChatState] = {}
        self._notes: dict[str, str] = {}
        self._seq = 0

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Number the updates."""
        entries = tuple(
            InboxEntry(
                seq=seq,
                chat=update.chat,
                user_id=update.user_id,
                event_id=update.event_id,
                payload=update.payload,
                received_at=update.received_at,
            )
            for seq, update in enumerate(updates, self._seq + 1)
        )
        self._seq += len(entries)
        self._open |= {entry.seq: entry for entry in entries}
        return entries  # also when there is no room: nothing else would find them

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Give what is in hand."""
        return tuple(self._open.values())

    async def claim(self, limit: int) -> tuple[InboxEntry, ...]:
        """Find nothing: everything is in hand."""
        return ()

    async def renew(self) -> frozenset[int]:
        """Hold everything."""
        return frozenset(self._open)

    async def release(self, seqs: Collection[int]) -> None:
        """Forget."""

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Give what is remembered."""
        return self._states.get((chat, user_id), ChatState())

    async def kept_of(self, chat: ChatRef, user_id: str) -> int:
        """Keep nothing."""
        return 0

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure."""
        self._open[seq] = replace(self._open[seq], attempts=self._open[seq].attempts + 1)

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note what has gone out."""
        self._open[seq] = replace(self._open[seq], sent=tuple(sent))

    async def finish(self, entry: InboxEntry, result: Result) -> Finished:
        """Forget the row."""
        person = entry.chat, entry.user_id
        self._states[person] = state_after(self._states.get(person, ChatState()), result)
        return Finished(ended=self._open.pop(entry.seq, None) is not None)

    async def dead(self) -> tuple[DeadEntry, ...]:
        """Remember none."""
        return ()

    async def retry(self, seqs: Collection[int] | None = None) -> int:
        """Open none."""
        return 0

    async def lease(self, name: str) -> str | None:
        """Give every lease."""
        return None

    async def unlease(self, name: str) -> None:
        """Take it back."""

    async def note(self, name: str) -> str | None:
        """Read a text."""
        return self._notes.get(name)

    async def set_note(self, name: str, text: str | None) -> None:
        """Write a text."""
        self._notes.pop(name, None)
        if text is not None:
            self._notes[name] = text

    async def health(self) -> StoreHealth:
        """Be well."""
        return StoreHealth(schema=0, waiting=len(self._open), dead=0, oldest=None)

    async def counts(self) -> InboxCounts:
        """Count what is in hand."""
        return InboxCounts(new=len(self._open), done=0, dead=0)

    async def decisions(
        self, since: datetime | None = None, before: datetime | None = None
    ) -> tuple[DecisionRecord, ...]:
        """Remember none."""
        return ()

    async def votes_of(self, chat: ChatRef, user_id: str) -> Mapping[str, bool]:
        """Know of none."""
        return {}

    async def votes(self) -> tuple[VoteRecord, ...]:
        """Know of none."""
        return ()

    async def vote_counts(self) -> Mapping[str, VoteCounts]:
        """Count none."""
        return {}

    async def overlay_version(self) -> int:
        """Nothing is changed while it runs."""
        return 0

    async def overlay(self, at: datetime | None = None) -> Overlay:
        """Nothing was accepted or withdrawn."""
        return Overlay()

    async def apply(self, who: str, effects: Sequence[StaffEffect]) -> None:
        """Nobody of the staff works here."""

    async def set_aside(self) -> tuple[SetAsideRecord, ...]:
        """Remember none."""
        return ()

    async def audit(self, limit: int = 100) -> tuple[AuditRecord, ...]:
        """Remember none."""
        return ()

    async def wishes(self) -> tuple[WishRecord, ...]:
        """Remember none."""
        return ()

    async def fulfil(self, wishes: Mapping[int, Received]) -> tuple[InboxEntry, ...]:
        """Fulfil none."""
        return ()

    async def most_asked(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Count none."""
        return ()

    async def prune(self, now: datetime) -> None:
        """Nothing to forget."""

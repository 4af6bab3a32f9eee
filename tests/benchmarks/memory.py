"""What would the same bot do without a store? It keeps everything in memory, and forgets it with the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.storage.effects import changed, with_exchange
from bot.storage.store import ChatState, DecisionRecord, InboxCounts, InboxEntry, Received, Result
from bot.types import ChatRef


class MemoryStore:
    """A `Store` that stores nothing."""

    def __init__(self) -> None:
        self._open: dict[int, InboxEntry] = {}
        self._states: dict[tuple[ChatRef, str], ChatState] = {}
        self._seq = 0

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def receive(self, updates: Sequence[Received]) -> tuple[InboxEntry, ...]:
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
        return entries

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Give what is in hand."""
        return tuple(self._open.values())

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Give what is remembered."""
        return self._states.get((chat, user_id), ChatState())

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure."""
        self._open[seq] = replace(self._open[seq], attempts=self._open[seq].attempts + 1)

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note what has gone out."""
        self._open[seq] = replace(self._open[seq], sent=tuple(sent))

    async def finish(self, entry: InboxEntry, result: Result) -> bool:
        """Forget the row."""
        state = self._states.get((entry.chat, entry.user_id), ChatState())
        for effect in result.effects:
            state = changed(state, effect)
        if result.exchange is not None:
            state = with_exchange(state, result.exchange)
        self._states[entry.chat, entry.user_id] = state
        return self._open.pop(entry.seq, None) is not None

    async def counts(self) -> InboxCounts:
        """Count what is in hand."""
        return InboxCounts(new=len(self._open), done=0, dead=0)

    async def decisions(self) -> tuple[DecisionRecord, ...]:
        """Remember none."""
        return ()

    async def prune(self, now: datetime) -> None:
        """Nothing to forget."""

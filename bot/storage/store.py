"""What must a store do, and in which rows?

A store keeps what was asked and is not yet answered (the inbox), what is remembered about people in chats,
and what was decided. Every method that writes returns only when the change is committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.types import ChatRef, Effect, Outcome

FINISHED_KEPT_DAYS = 3  # how long an update's id is remembered; Telegram repeats updates for at most 24 hours
EXCHANGES_KEPT = 10  # questions of a person whose replies can still be edited

FinalState = Literal["done", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An update as it arrived, not yet stored."""

    chat: ChatRef
    user_id: str  # who wrote or pressed; the chat's own id when nobody in particular did
    event_id: str  # unique in the channel
    payload: str  # raw JSON, ASCII only
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """An update in the inbox that is not finished."""

    seq: int  # order of arrival
    chat: ChatRef
    user_id: str
    event_id: str
    payload: str
    received_at: datetime
    attempts: int = 0  # how often handling it failed
    sent: tuple[str | None, ...] = ()  # ids of its messages that have gone out, None for those without id


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and the messages that replied to it, so that an edited question can edit them."""

    question_id: str
    reply_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatState:
    """What is remembered about a person in a chat."""

    locale: str | None = None  # chosen by the person
    topic: str | None = None  # entry of the last answer
    topic_at: datetime | None = None
    choices: tuple[str, ...] = ()  # entries last offered by number
    choices_at: datetime | None = None
    choices_locale: str | None = None  # in which they were offered
    exchanges: tuple[Exchange, ...] = ()  # oldest first, at most EXCHANGES_KEPT

    def replies_to(self, question_id: str) -> tuple[str, ...]:
        """Find the messages that replied to a question; empty when it is not remembered."""
        for exchange in reversed(self.exchanges):
            if exchange.question_id == question_id:
                return exchange.reply_ids
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a row ended."""

    state: FinalState
    at: datetime
    note: str | None = None  # why nothing was said, or why it was given up
    effects: tuple[Effect, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """What was decided about one part of a question; holds no person."""

    entry_id: str | None
    decision: str
    probability: float | None
    locale: str
    revision: str
    question_text: str | None  # None: not kept, or no longer
    asked_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """How many rows there are in each state."""

    new: int
    done: int
    dead: int


class Store(Protocol):
    """What the rest of the program may ask of a store."""

    async def open(self) -> None:
        """Connect and bring the schema up to date.

        Raises:
            SchemaOutdated: The store was written by a newer version.
            StorageUnavailable: It cannot be opened.
        """

    async def close(self) -> None:
        """Finish what was asked, then disconnect."""

    async def receive(self, updates: Sequence[Received]) -> tuple[InboxEntry, ...]:
        """Store updates; all or none.

        Returns:
            Those that are open, in the order given: the new ones, and known ones that are not finished. A
            known finished one is left out.
        """

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Load everything that is not finished, in order of arrival."""

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Load what is remembered about a person in a chat."""

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure of a row."""

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note the messages of a row that have gone out so far."""

    async def finish(self, entry: InboxEntry, result: Result) -> bool:
        """End a row and apply what follows from it, in one transaction.

        A done row loses its payload and the names of chat and person; a dead one keeps them for another try.

        Returns:
            Whether the row was still open; nothing changes when it was not.
        """

    async def counts(self) -> InboxCounts:
        """Count the rows of the inbox."""

    async def decisions(self) -> tuple[DecisionRecord, ...]:
        """Load the decisions, oldest first."""

    async def prune(self, now: datetime) -> None:
        """Forget finished rows, wording and chats that have been kept long enough."""

"""What must a store do, and in which rows?

A store keeps what was asked and is not yet answered (the inbox), what is remembered about people in chats,
and what was decided. Every method that writes returns only when the change is committed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.effects import Effect, StaffEffect, Verdict, VoteReason
from bot.types import ChatRef, Outcome, Overlay

FINISHED_KEPT_DAYS = 3  # how long an update's id is remembered; Telegram repeats updates for at most 24 hours
LEASE_SECONDS = (
    30.0  # how long a process holds rows and named leases unless it renews them, by the database's clock
)
MAINTENANCE = "maintenance"  # name of the shared note that holds the operator's text while work rests
FOLLOWING_ROWS = 20  # of a chat that are taken up at once
EXCHANGES_KEPT = 10  # questions of a person whose replies can still be edited
PROMPTS_KEPT = 10  # lines about answers that a person was asked for, and may still write
NOTICES_KEPT = 50  # notices that a person was told; more are never due at the same time
WISHES_KEPT_DAYS = 90  # how long somebody who asked to be told is kept
WISHES_OF_A_PERSON = 20  # that are kept at once; the oldest go first
PHRASINGS = (
    "phrasings"  # in the detail of a row of the audit that tells of several, each with "locale" and "text"
)

FinalState = Literal["done", "dead"]


def client_note(channel: str, user_id: str) -> str:
    """Name the note that holds the language of a person's application; it goes when they are forgotten."""
    return f"client {channel} {user_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An update as it arrived, not yet stored."""

    chat: ChatRef
    user_id: str  # who wrote or pressed; the chat's own id when nobody in particular did
    event_id: str  # unique in the channel
    payload: str  # raw JSON, ASCII only
    received_at: datetime
    kind: str = ""  # such as "message"; only counted, not stored


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
    again: bool = False  # another process held it: its next message may have gone out


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEntry:
    """An update that was given up; kept with its payload for another try."""

    seq: int
    chat: ChatRef
    event_id: str
    payload: str
    received_at: datetime
    finished_at: datetime
    attempts: int
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of the attempt to end a row."""

    ended: bool  # False: another process holds it, or had ended it before
    following: tuple[InboxEntry, ...] = ()  # rows of the same chat that are now held


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHealth:
    """How the store does."""

    schema: int  # number of its last migration
    waiting: int  # open rows
    dead: int
    oldest: datetime | None  # when the oldest open row arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and the messages that replied to it, so that an edited question can edit them."""

    question_id: str
    reply_ids: tuple[str, ...]
    notices: tuple[str, ...] = ()  # ids of those that stood above the reply, and stay with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A line that a person was asked for, about an answer that did not help."""

    entry_id: str
    message_id: str  # a reply to this message is that line
    at: datetime
    remark_ids: tuple[str, ...] = ()  # messages in which they wrote it, the first ones first


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
    window_at: datetime | None = None  # start of the minute in which questions are counted
    window_count: int = 0  # questions since then
    prompts: tuple[Prompt, ...] = ()  # oldest first, at most PROMPTS_KEPT
    private_locale: str | None = None  # in a group: chosen by the person in their private chat
    group_locale: str | None = None  # in a group: chosen by its administrators
    notices: tuple[str, ...] = ()  # ids of those that the person has been told, at most NOTICES_KEPT
    notices_until: datetime | None = None  # when the last of them is out of date

    @property
    def chosen(self) -> str | None:
        """The language to answer in: the person's own choice comes before that of the group."""
        return self.locale or self.private_locale or self.group_locale

    def replies_to(self, question_id: str) -> tuple[str, ...]:
        """Find the messages that replied to a question; empty when it is not remembered."""
        exchange = self.exchange_of(question_id)
        return exchange.reply_ids if exchange is not None else ()

    def exchange_of(self, question_id: str) -> Exchange | None:
        """Find what replied to a question; None when it is not remembered."""
        return next((each for each in reversed(self.exchanges) if each.question_id == question_id), None)

    def prompt_in(self, message_id: str) -> Prompt | None:
        """Find the line that a message asks for; None when it asks for none."""
        return next((prompt for prompt in self.prompts if prompt.message_id == message_id), None)


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
    """What was decided about one part of a question; holds a person only under a pseudonym."""

    entry_id: str | None
    decision: str
    probability: float | None
    locale: str
    revision: str
    question_text: str | None  # None: not kept, or no longer
    asker: (
        str | None
    )  # pseudonym, the same for one person as long as its key lives; None: not kept, or no longer
    asked_at: (
        datetime  # when the message was sent, by Telegram's clock, to the second; of a press: when it came in
    )
    answered_at: datetime  # when the last message of the reply had gone out, by this machine's clock
    unavailable: str | None = None  # CLDR code of the question's language, when it had no catalog
    written_in: str | None = None  # locale of the answer's text, when it was not translated into the reply's


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRecord:
    """One person's word on one entry; one that did not help is for staff to look at."""

    entry_id: str
    voter: str  # pseudonym, as of DecisionRecord.asker
    helpful: bool
    reason: VoteReason | None
    comment: str | None
    locale: str
    revision: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCounts:
    """How many people an entry helped."""

    helpful: int
    not_helpful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideRecord:
    """A question that staff need not see in the queue for now."""

    question: str  # folded
    verdict: Verdict
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRecord:
    """Somebody who wants to be told once their question can be answered."""

    id: int
    chat: ChatRef
    user_id: str
    text: str
    locale: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """What staff did; never changed afterwards."""

    who: str
    action: str  # name of the effect in kebab-case: "learn", "set-aside"
    subject: str  # entry, revision or number of questions that it was done to
    detail: Mapping[str, object]  # the other fields of the effect, but for the wording of questions
    at: datetime

    @property
    def phrasings(self) -> tuple[tuple[str, str], ...]:
        """Tell which phrasings were accepted or taken back, as (locale, text), whether it was one or several."""
        told = self.detail.get(PHRASINGS, [self.detail] if "text" in self.detail else [])
        assert isinstance(told, list)
        return tuple((str(each["locale"]), str(each["text"])) for each in told)


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

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Store updates; all or none.

        Args:
            updates: In order of arrival.
            hold: Whether to take them in hand; False when there is no room.

        Returns:
            Those that this process now holds, in the order given: new ones, and known ones that are not
            finished, where it holds every earlier open row of their chat too. A known finished one is left out.
        """

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Load everything that is not finished, in order of arrival, whoever holds it."""

    async def claim(self, limit: int) -> tuple[InboxEntry, ...]:
        """Take the oldest open row of each chat of which nobody holds one.

        Held by nobody is what was never taken or was given back, what a dead process of this host held, and
        what a process did not renew in time.
        """

    async def renew(self) -> frozenset[int]:
        """Hold for another LEASE_SECONDS what this process holds, and return its numbers (`seq`)."""

    async def release(self, seqs: Collection[int]) -> None:
        """Give rows back that were not begun."""

    async def lease(self, name: str) -> str | None:
        """Take a named lease, or renew it, for LEASE_SECONDS.

        Returns:
            None when this process has it now; otherwise who has it.
        """

    async def unlease(self, name: str) -> None:
        """Give a named lease back."""

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Load what is remembered about a person in a chat."""

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure of a row."""

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note the messages of a row that have gone out so far."""

    async def finish(self, entry: InboxEntry, result: Result) -> Finished:
        """End a row that this process holds and apply what follows from it, in one transaction.

        A done row loses its payload, and chat and person are named by an HMAC from then on; a dead one keeps
        them for another try. Nothing changes when another process holds the row or it has ended before.
        """

    async def dead(self) -> tuple[DeadEntry, ...]:
        """Load what was given up, oldest first."""

    async def retry(self, seqs: Collection[int] | None = None) -> int:
        """Open dead rows again, all of them when None, and return how many."""

    async def kept_of(self, chat: ChatRef, user_id: str) -> int:
        """Count the decisions, votes and wishes that are still known to be a person's."""

    async def votes_of(self, chat: ChatRef, user_id: str) -> Mapping[str, bool]:
        """Say which entries helped a person and which did not, as they voted in whatever chat; the latest last."""

    async def note(self, name: str) -> str | None:
        """Read a small text that all processes share."""

    async def set_note(self, name: str, text: str | None) -> None:
        """Write a shared text; None removes it."""

    async def health(self) -> StoreHealth:
        """Write a little, and say how much waits.

        Raises:
            StorageUnavailable: Nothing can be written now.
        """

    async def counts(self) -> InboxCounts:
        """Count the rows of the inbox."""

    async def decisions(
        self, since: datetime | None = None, before: datetime | None = None
    ) -> tuple[DecisionRecord, ...]:
        """Load the decisions, oldest first; only those on questions asked since one moment and before another."""

    async def votes(self) -> tuple[VoteRecord, ...]:
        """Load the votes, oldest first; a vote that was changed is as old as its last change."""

    async def vote_counts(self) -> Mapping[str, VoteCounts]:
        """Count the votes of each entry that has any."""

    async def most_asked(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Name the entries that were given as answers most often since a moment, the most frequent first."""

    async def overlay_version(self) -> int:
        """Say how often staff changed the content that is kept here; cheap, asked every second."""

    async def overlay(self, at: datetime | None = None) -> Overlay:
        """Load the content that is kept here, as it is, or as it was at a moment (its version is then 0)."""

    async def apply(self, who: str, effects: Sequence[StaffEffect]) -> None:
        """Do what staff decided in a terminal, in one transaction; each effect has its row in the audit.

        The phrasings of one entry that are accepted, or taken back, at the same moment have one row together. An
        effect that changes nothing (learned already, not withdrawn) leaves no row.
        """

    async def set_aside(self) -> tuple[SetAsideRecord, ...]:
        """Load the last verdict on each question, oldest first."""

    async def audit(self, limit: int = 100) -> tuple[AuditRecord, ...]:
        """Load what staff did last, newest first."""

    async def wishes(self) -> tuple[WishRecord, ...]:
        """Load who wants to be told, oldest first."""

    async def fulfil(self, wishes: Mapping[int, Received]) -> tuple[InboxEntry, ...]:
        """Turn wishes into rows of the inbox, in one transaction; one that is gone meanwhile is left out.

        Args:
            wishes: What is put into the inbox, by the wish's number.

        Returns:
            Those rows that this process now holds.
        """

    async def prune(self, now: datetime) -> None:
        """Forget finished rows, wording, votes, verdicts, wishes and chats that have been kept long enough."""

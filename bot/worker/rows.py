"""How does one row come to its end?

It is handled (which neither sends nor writes), its messages go out one by one, and then it is done, in one
transaction with whatever follows from it. Whatever goes wrong on the way, the row stays open and is tried
again, so nothing is lost; after three failures to handle it a row is dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, TypeVar, assert_never

import structlog

from bot.effects import Migrated, StaffEffect
from bot.errors import (
    DeliveryDelayed,
    DeliveryError,
    DeliveryMoved,
    DeliveryRefused,
    DeliveryUnknown,
    StorageUnavailable,
)
from bot.ops.metrics import Metrics
from bot.storage.store import ChatState, Exchange, InboxEntry, Result, Store
from bot.types import (
    ChatRef,
    Explanation,
    Failed,
    Handling,
    Ignored,
    Outcome,
    OutgoingMessage,
    Refusal,
    Replied,
)

T = TypeVar("T")

_HANDLING_ATTEMPTS = 3  # then the row is dead
_LONGEST_DELAY = 60.0  # seconds between two attempts
_STORE_ATTEMPTS = 6  # about half a minute; then it is better to stop than to go on half dead
_FLEETING_SECONDS = 10.0  # an answer to a pressed button is worth nothing later

_log = structlog.get_logger(__name__)


class Send(Protocol):
    """Sends one message and returns its id, or raises a DeliveryError."""

    async def __call__(self, message: OutgoingMessage, *, again: bool = False) -> str | None:
        """Send; `again` says that it may have gone out before."""


Handle = Callable[[InboxEntry, ChatState], Awaitable[Handling]]
Apologise = Callable[[InboxEntry, ChatState], Sequence[OutgoingMessage]]
Report = Callable[[InboxEntry, str], Awaitable[Sequence[OutgoingMessage]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was just decided, for whoever watches; again when the row is tried again."""

    chat: ChatRef
    event_id: str  # of the update
    explanation: Explanation | None  # None when nothing had to be matched
    outcomes: tuple[Outcome, ...]


Observer = Callable[[Observation], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """How hard to work, and what to do in doubt."""

    sends: int = 4  # at the same time; also the most doubles after a crash
    rows: int = 32  # in hand at the same time
    waiting: int = 750  # from here on intake pauses; a chat in hand takes 8 kB
    unsure: Literal["resend", "drop"] = "resend"  # when a message may have gone out or not
    first_delay: float = 1.0  # seconds before the second attempt; doubles each time
    give_up_after: float = 86_400.0  # seconds in which a message could not be sent

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures before this one."""
        return min(self.first_delay * 2.0 ** min(failures, 16), _LONGEST_DELAY)


@dataclass(slots=True, kw_only=True)
class Row:
    """A row in hand."""

    entry: InboxEntry
    again: bool  # its next message may have gone out before
    accepted: float  # by the loop's clock
    sent: list[str | None]
    attempts: int  # failures to handle it
    begun: bool = False  # whether anything was done about it
    lost: bool = False  # another process holds it now
    failures: int = 0  # failures to deliver it, in a row
    failing_since: float | None = None  # by the loop's clock
    note: str | None = None  # what went otherwise than wanted
    over: bool = False  # nothing more of it will be sent
    moved_to: str | None = None  # id under which its chat goes on
    given_up: str | None = None  # why it cannot be delivered


class Rows:
    """Brings rows to their end.

    Args:
        store: Where the rows are.
        handle: Decides what to reply; neither sends nor writes.
        send: Sends one message.
        apologise: Writes the message that says that something went wrong.
        now: The time, for records.
        settings: What to do in doubt.
        observer: Is told of each answer.
        metrics: What is counted.
        report: Writes the messages that tell staff of a row that was given up.
        following: Takes the rows that may now be worked on because one of their chat has ended.
    """

    def __init__(
        self,
        store: Store,
        *,
        handle: Handle,
        send: Send,
        apologise: Apologise,
        now: Callable[[], datetime],
        settings: WorkerSettings,
        observer: Observer | None,
        metrics: Metrics,
        report: Report,
        following: Callable[[Sequence[InboxEntry]], None],
    ) -> None:
        self._store = store
        self._handle = handle
        self._send = send
        self._apologise = apologise
        self._now = now
        self._settings = settings
        self._observer = observer
        self._metrics = metrics
        self._report = report
        self._following = following
        self._sends = asyncio.Semaphore(settings.sends)

    async def attempt(self, row: Row) -> float | None:
        """Handle and deliver a row once.

        Returns:
            Seconds until the next attempt; None when the row is finished.

        Raises:
            StorageUnavailable: The store stayed away.
        """
        entry = row.entry
        row.begun = True
        state = await self.state_of(entry)
        clock = asyncio.get_running_loop().time
        began = clock()
        handling = await self._handled(entry, state)
        self._metrics.handled(clock() - began)
        match handling:
            case Replied():
                self._observe(entry, handling)
                return await self._deliver(row, handling)
            case Ignored(reason=reason, effects=effects):
                _log.info("update_ignored", reason=reason.value)
                self._metrics.ignored(reason.value)
                note = f"ignored: {reason.value}"
                await self._finish(row, Result(state="done", at=self._now(), note=note, effects=effects))
                return None
            case Failed(error=DeliveryError() as unread):  # what had to be read first could not be
                delay = self._delivery_failed(row, unread)
                return await self._deliver(row, Replied(messages=())) if delay is None else delay
            case Failed(error=error):
                return await self._failed(row, state, error)
            case _:
                assert_never(handling)

    async def _handled(self, entry: InboxEntry, state: ChatState) -> Handling:
        try:
            return await self._handle(entry, state)
        except Exception as exc:  # one update that cannot be handled must not stop the others
            return Failed(error=exc)

    async def _failed(self, row: Row, state: ChatState, error: Exception) -> float | None:
        row.attempts += 1
        await self._kept(lambda: self._store.record_attempt(row.entry.seq))
        name = type(error).__name__
        if row.attempts < _HANDLING_ATTEMPTS:
            self._metrics.retried("failed")
            _log.warning("handling_failed", attempts=row.attempts, error=name, exc_info=error)
            return self._settings.delay(row.attempts - 1)
        _log.error("row_dead", attempts=row.attempts, error=name, exc_info=error)
        for message in self._apologise(row.entry, state):
            await self._send_once(message)
        note = f"handling failed: {name}"
        await self._finish(row, Result(state="dead", at=self._now(), note=note))
        await self.tell(await self._report(row.entry, note))
        return None

    def _observe(self, entry: InboxEntry, replied: Replied) -> None:
        if self._observer is None:
            return
        observation = Observation(
            chat=entry.chat,
            event_id=entry.event_id,
            explanation=replied.explanation,
            outcomes=replied.outcomes,
        )
        try:
            self._observer(observation)
        except Exception:  # whoever watches must not be able to stop the work
            _log.exception("observer_failed")

    # --- delivery -------------------------------------------------------------------------------------

    async def _deliver(self, row: Row, replied: Replied) -> float | None:
        messages = replied.messages[len(row.sent) :]
        ended = False
        for message in messages:
            # A place is free again only when what was sent is committed: a crash then doubles no more messages than
            # there are places.
            async with nullcontext() if message.fleeting else self._sends:
                delay = await self._send_next(row, message)
                if delay is not None:
                    return delay
                ended = row.over or len(row.sent) == len(replied.messages)
                if ended:
                    await self._end(row, replied)
                elif not message.fleeting:
                    await self._kept(lambda: self._store.record_sent(row.entry.seq, tuple(row.sent)))
            if ended:
                break
        if not ended:
            await self._end(row, replied)
        await self._ended(row, replied)
        return None

    async def _send_next(self, row: Row, message: OutgoingMessage) -> float | None:
        """Send one message of a row and note what became of it; seconds to wait when it has to be tried again."""
        sent: str | None = None
        try:
            if not message.fleeting:
                sent = await self._send_where_it_goes_on(row, message)
            elif asyncio.get_running_loop().time() - row.accepted < _FLEETING_SECONDS:
                await self._send_once(message)
        except DeliveryRefused as exc:
            _log.warning("delivery_refused", method=message.method, kind=exc.kind.value, reason=exc.reason)
            self._metrics.refused(exc.kind)
            row.note, row.over = f"refused: {exc.reason}", True
            return None
        except DeliveryError as exc:
            delay = self._delivery_failed(row, exc)
            if delay is not None or row.over:
                return delay
            row.note = "perhaps not sent"  # and the operator prefers once or never
        row.sent.append(sent)
        row.failures, row.failing_since, row.again = 0, None, False
        return None

    async def _send_where_it_goes_on(self, row: Row, message: OutgoingMessage) -> str | None:
        """Send a message of a row, into the supergroup that its group has become, if it has."""
        try:
            return await self._send(_moved(message, row.moved_to), again=row.again)
        except DeliveryMoved as exc:
            if row.moved_to is not None:
                raise DeliveryRefused(str(exc), kind=Refusal.MIGRATED) from exc
            row.moved_to = exc.chat_id
        _log.info("chat_migrated")
        return await self._send_where_it_goes_on(row, message)

    async def _send_once(self, message: OutgoingMessage) -> None:
        """Send what nobody misses when it does not arrive."""
        try:
            try:
                await self._send(message)
            except DeliveryMoved as exc:
                await self._send(_moved(message, exc.chat_id))
        except DeliveryError as exc:
            _log.info("not_delivered", method=message.method, reason=str(exc))

    def _delivery_failed(self, row: Row, exc: DeliveryError) -> float | None:
        """Decide what a failed delivery means: seconds to wait, or None to go on."""
        clock = asyncio.get_running_loop().time()
        row.failing_since = clock if row.failing_since is None else row.failing_since
        row.failures += 1
        name = type(exc).__name__
        _log.warning("delivery_failed", error=name, reason=str(exc), failures=row.failures)
        if clock - row.failing_since > self._settings.give_up_after:
            row.given_up, row.over = f"not delivered: {name}", True
            return None
        if isinstance(exc, DeliveryDelayed):
            self._metrics.flooded()
            self._metrics.retried("delayed")
            return exc.retry_after
        if isinstance(exc, DeliveryUnknown):
            if self._settings.unsure == "drop":
                return None
            row.again = True
        self._metrics.retried("unknown" if isinstance(exc, DeliveryUnknown) else "unsent")
        return self._settings.delay(row.failures - 1)

    async def _end(self, row: Row, replied: Replied) -> None:
        reply_ids = tuple(dict.fromkeys(message_id for message_id in row.sent if message_id is not None))
        exchange = None
        if replied.question_id is not None and reply_ids and row.moved_to is None:
            exchange = Exchange(question_id=replied.question_id, reply_ids=reply_ids)
        moves = (Migrated(old=row.entry.chat.chat_id, new=row.moved_to),) if row.moved_to else ()
        result = Result(
            state="dead" if row.given_up else "done",
            at=self._now(),
            note=row.given_up or row.note,
            effects=(*replied.effects, *moves),
            outcomes=replied.outcomes,
            exchange=exchange,
        )
        await self._finish(row, result)

    async def _ended(self, row: Row, replied: Replied) -> None:
        """Tell whoever wants to know what became of a row."""
        if row.given_up:
            await self.tell(await self._report(row.entry, row.given_up))
        for effect in replied.effects:
            if isinstance(effect, StaffEffect):
                entry = getattr(effect, "entry_id", None)
                _log.info(
                    "staff_decided", what=type(effect).__name__.lower(), entry=entry, who=row.entry.user_id
                )
        if row.over:
            return  # not all of it has gone out
        if replied.messages:
            self._metrics.answered((self._now() - row.entry.received_at).total_seconds())
        for outcome in replied.outcomes:
            self._metrics.decided(outcome.decision, outcome.locale)
            _log.info(
                "question_answered",
                decision=outcome.decision,
                entry=outcome.entry_id,
                probability=outcome.probability,
                locale=outcome.locale,
            )

    # --- the store ------------------------------------------------------------------------------------

    async def _finish(self, row: Row, result: Result) -> None:
        finished = await self._kept(lambda: self._store.finish(row.entry, result))
        if not finished.ended:
            _log.warning("row_taken_over")  # it was answered twice, or will be
        self._following(finished.following)

    async def tell(self, messages: Sequence[OutgoingMessage]) -> None:
        """Send messages that belong to no row, and that nobody misses when they do not arrive."""
        for message in messages:
            async with self._sends:
                await self._send_once(message)

    async def state_of(self, entry: InboxEntry) -> ChatState:
        """Load what is remembered about whoever a row came from."""
        return await self._kept(lambda: self._store.chat_state(entry.chat, entry.user_id))

    async def _kept(self, call: Callable[[], Awaitable[T]]) -> T:
        """Ask the store until it answers, within a bound."""
        for attempt in range(_STORE_ATTEMPTS - 1):
            try:
                return await call()
            except StorageUnavailable as exc:
                self._metrics.retried("storage")
                _log.warning("store_unavailable", attempts=attempt + 1, reason=str(exc))
                await asyncio.sleep(self._settings.delay(attempt))
        return await call()


def _moved(message: OutgoingMessage, chat_id: str | None) -> OutgoingMessage:
    return message if chat_id is None else replace(message, chat=replace(message.chat, chat_id=chat_id))

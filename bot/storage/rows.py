"""What stands in the columns of the inbox and of the decisions, whatever the store is made of?"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.storage.pseudonym import pseudonym
from bot.storage.store import DeadEntry, DecisionRecord, InboxEntry, Received, Result
from bot.types import ChatRef, Outcome

ENTRY_COLUMNS = "seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent, owner"
DEAD_COLUMNS = "seq, channel, chat_id, event_id, payload, received_at, finished_at, attempts, note"
DECISION_COLUMNS = (
    "entry_id, decision, probability, locale, revision, question_text, asker, asked_at, answered_at, "
    "unavailable, written_in"
)
DECIDED_COLUMNS = (
    *("seq", "entry_id", "decision", "probability", "locale", "revision", "question_text", "asker", "key_id"),
    *("asked_at", "answered_at", "unavailable", "written_in"),
)

Key = tuple[int, bytes] | None  # id and secret under which people are named; None: nobody is

TAKEN_AWAY = ""  # stands as owner of a row whose holder did not renew it: its next message may have gone out


def read_entry(row: Sequence[Any], owner: str) -> InboxEntry:
    """Read a row of ENTRY_COLUMNS as a process takes it in hand; its last column says who held it before."""
    seq, channel, chat_id, user_id, event_id, payload, received_at, attempts, sent, held_by = row
    return InboxEntry(
        seq=seq,
        chat=ChatRef(channel=channel, chat_id=chat_id),
        user_id=user_id,
        event_id=event_id,
        payload=payload,
        received_at=_at(received_at),
        attempts=attempts,
        sent=tuple(json.loads(sent)),
        again=held_by not in (None, owner),
    )


def fresh_entry(seq: int, update: Received) -> InboxEntry:
    """Make the entry of an update that was stored just now."""
    return InboxEntry(
        seq=seq,
        chat=update.chat,
        user_id=update.user_id,
        event_id=update.event_id,
        payload=update.payload,
        received_at=update.received_at,
    )


def read_dead(row: Sequence[Any]) -> DeadEntry:
    """Read a row of DEAD_COLUMNS."""
    seq, channel, chat_id, event_id, payload, received_at, finished_at, attempts, note = row
    return DeadEntry(
        seq=seq,
        chat=ChatRef(channel=channel, chat_id=chat_id),
        event_id=event_id,
        payload=payload,
        received_at=_at(received_at),
        finished_at=_at(finished_at),
        attempts=attempts,
        note=note,
    )


def read_decision(row: Sequence[Any]) -> DecisionRecord:
    """Read a row of DECISION_COLUMNS."""
    entry_id, decision, probability, locale, revision, question_text, asker, *rest = row
    asked_at, answered_at, unavailable, written_in = rest
    return DecisionRecord(
        entry_id=entry_id,
        decision=decision,
        probability=probability,
        locale=locale,
        revision=revision,
        question_text=question_text,
        asker=asker,
        asked_at=_at(asked_at),
        answered_at=_at(answered_at),
        unavailable=unavailable,
        written_in=written_in,
    )


def decided(
    entry: InboxEntry, outcome: Outcome, result: Result, key: Key, *, wording: bool
) -> tuple[Any, ...]:
    """Write a decision as a row of DECIDED_COLUMNS; `wording` says whether the question's text may be written."""
    asker = pseudonym(key[1], entry.chat.channel, entry.user_id) if key and entry.user_id else None
    return (
        *(
            entry.seq,
            outcome.entry_id,
            outcome.decision,
            outcome.probability,
            outcome.locale,
            outcome.revision,
        ),
        *(storable(outcome.question_text) if wording else None, asker, key and key[0]),
        *(outcome.asked_at.timestamp(), result.at.timestamp(), outcome.unavailable, outcome.written_in),
    )


def asked_between(since: datetime | None, before: datetime | None) -> dict[str, float]:
    """Write a span of time, open at either end, as values of `asked_at`: from the first, before the second."""
    return {
        "since": -math.inf if since is None else since.timestamp(),
        "before": math.inf if before is None else before.timestamp(),
    }


def chat_name(key: Key, chat: ChatRef) -> str:
    """Name the chat of a done row."""
    return pseudonym(key[1], "chat", chat.channel, chat.chat_id) if key else ""


def storable(text: str | None) -> str | None:
    """Replace what no database takes as text: halves of an emoji, and the character NUL."""
    return (
        None
        if text is None
        else text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

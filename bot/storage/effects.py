"""How do effects change what is remembered about a person in a chat?"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from bot.storage.store import EXCHANGES_KEPT, ChatState, Exchange, InboxEntry, Result
from bot.types import ChatRef, Effect, SetChoices, SetLocale, SetTopic

_COLUMNS = ("locale", "topic", "topic_at", "choices", "choices_at", "choices_locale", "exchanges")
_LOAD = f"SELECT {', '.join(_COLUMNS)} FROM chat_state WHERE channel = ? AND chat_id = ? AND user_id = ?"
_SAVE = f"""
    INSERT INTO chat_state (channel, chat_id, user_id, {", ".join(_COLUMNS)}, changed_at)
    VALUES (?, ?, ?, {", ".join("?" for _ in _COLUMNS)}, ?)
    ON CONFLICT (channel, chat_id, user_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "changed_at"))}
"""


def state_of(connection: sqlite3.Connection, chat: ChatRef, user_id: str) -> ChatState:
    """Load what is remembered; an empty state for somebody new."""
    row = connection.execute(_LOAD, (chat.channel, chat.chat_id, user_id)).fetchone()
    if row is None:
        return ChatState()
    locale, topic, topic_at, choices, choices_at, choices_locale, exchanges = row
    return ChatState(
        locale=locale,
        topic=topic,
        topic_at=_moment(topic_at),
        choices=tuple(json.loads(choices)),
        choices_at=_moment(choices_at),
        choices_locale=choices_locale,
        exchanges=tuple(Exchange(question_id=q, reply_ids=tuple(ids)) for q, ids in json.loads(exchanges)),
    )


def apply_effects(connection: sqlite3.Connection, entry: InboxEntry, result: Result) -> None:
    """Change what is remembered about whoever a row came from."""
    if not result.effects and result.exchange is None:
        return
    state = state_of(connection, entry.chat, entry.user_id)
    for effect in result.effects:
        state = changed(state, effect)
    if result.exchange is not None:
        state = with_exchange(state, result.exchange)
    connection.execute(
        _SAVE,
        (
            *(entry.chat.channel, entry.chat.chat_id, entry.user_id, state.locale),
            *(state.topic, _seconds(state.topic_at), json.dumps(state.choices), _seconds(state.choices_at)),
            state.choices_locale,
            json.dumps([[exchange.question_id, exchange.reply_ids] for exchange in state.exchanges]),
            result.at.timestamp(),
        ),
    )


def changed(state: ChatState, effect: Effect) -> ChatState:
    """Return the state after one effect."""
    match effect:
        case SetLocale(locale=locale):
            return replace(state, locale=locale)
        case SetTopic(entry_id=entry_id, at=at):
            return replace(state, topic=entry_id, topic_at=at)
        case SetChoices(entry_ids=entry_ids, at=at, locale=locale):
            return replace(state, choices=entry_ids, choices_at=at, choices_locale=locale)
        case _:
            assert_never(effect)


def with_exchange(state: ChatState, exchange: Exchange) -> ChatState:
    """Return the state with one more exchange, or with a known one renewed."""
    others = tuple(known for known in state.exchanges if known.question_id != exchange.question_id)
    return replace(state, exchanges=(*others, exchange)[-EXCHANGES_KEPT:])


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

"""What is kept of a group itself: its language, and where it goes on when it becomes a supergroup?

The group's row of `chat_state` has no person in it. Both stores execute the same statements; only the marks of their
parameters differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, assert_never

from bot.effects import ChatEffect, Effect, ForgetChat, Migrated, SetGroupLocale, StaffEffect, Wish
from bot.storage.effects import STATE_COLUMNS
from bot.storage.scripts import Statement, in_postgres
from bot.storage.store import ChatState, Result
from bot.types import ChatRef

NOBODY = ""  # stands for the person in the row of the group itself

# Message ids begin anew in the supergroup, so which messages answered which is left behind.
_MOVED = ", ".join("'[]'" if name == "exchanges" else name for name in STATE_COLUMNS)
_CHOSEN = """
    SELECT user_id, locale FROM chat_state
    WHERE channel = :channel AND locale IS NOT NULL
        AND ((chat_id = :chat AND user_id = '') OR (chat_id = :person AND user_id = :person AND chat_id <> :chat))
"""
_SET_LOCALE = """
    INSERT INTO chat_state (channel, chat_id, user_id, locale, changed_at) VALUES (:channel, :chat, '', :locale, :at)
    ON CONFLICT (channel, chat_id, user_id) DO UPDATE SET
        locale = excluded.locale, changed_at = excluded.changed_at
"""
_MOVE = f"""
    INSERT INTO chat_state (channel, chat_id, user_id, {", ".join(STATE_COLUMNS)}, changed_at)
    SELECT channel, :new, CASE WHEN user_id = :old THEN :new ELSE user_id END, {_MOVED}, changed_at
    FROM chat_state WHERE channel = :channel AND chat_id = :old
    ON CONFLICT (channel, chat_id, user_id) DO UPDATE SET locale = coalesce(chat_state.locale, excluded.locale)
"""
_FORGET = "DELETE FROM chat_state WHERE channel = :channel AND chat_id = :chat"


def of_people(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Leave out the effects on the chat itself, and those that change nothing that is remembered in a chat."""
    return tuple(effect for effect in effects if not isinstance(effect, ChatEffect | StaffEffect | Wish))


def chats_changed(chat: ChatRef, result: Result) -> frozenset[ChatRef]:
    """Name the chats whose rows change when a row of a chat ends."""
    moves = [effect for effect in result.effects if isinstance(effect, Migrated)]
    ids = {each for move in moves for each in (move.old, move.new)}
    return frozenset({chat, *(replace(chat, chat_id=each) for each in ids)})


def statements(chat: ChatRef, result: Result) -> Iterator[Statement]:
    """Write the effects on a chat itself as statements, with `:name` for a parameter."""
    for effect in result.effects:
        if isinstance(effect, ChatEffect):
            yield from _statements(effect, chat, result.at.timestamp())


def chosen_statement(chat: ChatRef, user_id: str) -> Statement:
    """Ask for the languages that count besides the person's own in the chat."""
    return _CHOSEN, {"channel": chat.channel, "chat": chat.chat_id, "person": user_id}


def with_chosen(state: ChatState, rows: Iterable[Sequence[Any]]) -> ChatState:
    """Add what `chosen_statement` found."""
    found = {user_id == NOBODY: locale for user_id, locale in rows}
    return replace(state, group_locale=found.get(True), private_locale=found.get(False))


def for_psycopg(statement: str) -> str:
    """Write the parameters as psycopg reads them; PostgreSQL has to be told that an id is a text."""
    return in_postgres(statement.replace(":new", ":new::text").replace(":old", ":old::text"))


def _statements(effect: ChatEffect, chat: ChatRef, at: float) -> Iterator[Statement]:
    match effect:
        case SetGroupLocale(locale=locale):
            values = {"channel": chat.channel, "chat": chat.chat_id, "locale": locale, "at": at}
            yield _SET_LOCALE, values
        case Migrated(old=old, new=new, last=last):
            yield _MOVE, {"channel": chat.channel, "old": old, "new": new}
            if last:
                yield _FORGET, {"channel": chat.channel, "chat": old}
        case ForgetChat():
            yield _FORGET, {"channel": chat.channel, "chat": chat.chat_id}
        case _:
            assert_never(effect)

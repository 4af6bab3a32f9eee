"""How do effects change what is remembered about a person in a chat, and how is that written in columns?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

from bot.effects import (
    Counted,
    Effect,
    Forget,
    ForgetChat,
    Learn,
    Lift,
    Migrated,
    NoticeShown,
    Pin,
    Prompted,
    Remark,
    Restore,
    SetAside,
    SetChoices,
    SetGroupLocale,
    SetLocale,
    SetTopic,
    Unlearn,
    Unvote,
    Vote,
    Wish,
    Withdraw,
)
from bot.storage.store import (
    EXCHANGES_KEPT,
    NOTICES_KEPT,
    PROMPTS_KEPT,
    ChatState,
    Exchange,
    Prompt,
    Result,
)

STATE_COLUMNS = (
    *("locale", "topic", "topic_at", "choices", "choices_at", "choices_locale", "exchanges"),
    *("window_at", "window_count", "prompt", "notices", "notices_until"),
)
_WINDOW = timedelta(minutes=1)


def read_state(row: Sequence[Any] | None) -> ChatState:
    """Read a row of STATE_COLUMNS; an empty state for None."""
    if row is None:
        return ChatState()
    locale, topic, topic_at, choices, choices_at, choices_locale, exchanges, *others = row
    window_at, window_count, prompt, notices, notices_until = others
    return ChatState(
        locale=locale,
        topic=topic,
        topic_at=moment(topic_at),
        choices=tuple(json.loads(choices)),
        choices_at=moment(choices_at),
        choices_locale=choices_locale,
        exchanges=tuple(map(_read_exchange, json.loads(exchanges))),
        window_at=moment(window_at),
        window_count=window_count,
        prompts=_read_prompts(prompt),
        notices=tuple(json.loads(notices)),
        notices_until=moment(notices_until),
    )


def written_state(state: ChatState) -> tuple[Any, ...]:
    """Write a state as a row of STATE_COLUMNS."""
    return (
        *(state.locale, state.topic, seconds(state.topic_at)),
        *(json.dumps(state.choices), seconds(state.choices_at), state.choices_locale),
        json.dumps([_written_exchange(exchange) for exchange in state.exchanges]),
        *(seconds(state.window_at), state.window_count),
        *(_written_prompts(state.prompts), json.dumps(state.notices), seconds(state.notices_until)),
    )


def forgets(result: Result) -> bool:
    """Whether everything about the person is to be erased."""
    return any(isinstance(effect, Forget) for effect in result.effects)


def state_after(state: ChatState, result: Result) -> ChatState:
    """Return what is remembered once a row has ended."""
    for effect in result.effects:
        state = changed(state, effect)
    if result.exchange is None:
        return state
    told = tuple(effect.notice_id for effect in result.effects if isinstance(effect, NoticeShown))
    return with_exchange(state, replace(result.exchange, notices=told))


def changed(state: ChatState, effect: Effect) -> ChatState:
    """Return the state after one effect."""
    match effect:
        case SetLocale(locale=locale):
            return replace(state, locale=locale)
        case SetTopic(entry_id=entry_id, at=at):
            return replace(state, topic=entry_id, topic_at=at)
        case SetChoices(entry_ids=entry_ids, at=at, locale=locale):
            return replace(state, choices=entry_ids, choices_at=at, choices_locale=locale)
        case Counted(at=at):
            if in_window(state, at):
                return replace(state, window_count=state.window_count + 1)
            return replace(state, window_at=at, window_count=1)
        case Vote(entry_id=entry_id, former=former, helpful=helpful):
            # What helps needs no line about what does not: a reply is a question again.
            return _without_prompts(state, (entry_id, *former)) if helpful else state
        case Unvote(entry_id=entry_id, former=former):
            return _without_prompts(state, (entry_id, *former))
        case Prompted(entry_id=entry_id, message_id=message_id, at=at):
            return _prompted(state, Prompt(entry_id=entry_id, message_id=message_id, at=at))
        case Remark(asked_in=asked_in, message_id=message_id):
            prompt = state.prompt_in(asked_in)
            if prompt is None or message_id in prompt.remark_ids:
                return state
            return _prompted(state, replace(prompt, remark_ids=(*prompt.remark_ids, message_id)))
        case NoticeShown(notice_id=notice_id, until=until):
            told = tuple(known for known in state.notices if known != notice_id)
            last = max(state.notices_until or until, until)
            return replace(state, notices=(*told, notice_id)[-NOTICES_KEPT:], notices_until=last)
        case SetGroupLocale(locale=locale):
            return replace(state, group_locale=locale)
        case Migrated() | Wish():
            return state
        case Forget() | ForgetChat():
            return ChatState()
        case Learn() | Unlearn() | SetAside() | Lift() | Withdraw() | Restore() | Pin():
            return state
        case _:
            assert_never(effect)


def _without_prompts(state: ChatState, entry_ids: Sequence[str]) -> ChatState:
    """Take back the requests for a line about an entry."""
    return replace(state, prompts=tuple(each for each in state.prompts if each.entry_id not in entry_ids))


def _prompted(state: ChatState, prompt: Prompt) -> ChatState:
    others = tuple(each for each in state.prompts if each.message_id != prompt.message_id)
    return replace(state, prompts=(*others, prompt)[-PROMPTS_KEPT:])


def in_window(state: ChatState, at: datetime) -> bool:
    """Whether a moment is within the minute in which questions are counted now."""
    return state.window_at is not None and abs(at - state.window_at) < _WINDOW


def with_exchange(state: ChatState, exchange: Exchange) -> ChatState:
    """Return the state with one more exchange, or with a known one renewed, whose notices stay."""
    before = state.exchange_of(exchange.question_id)
    if before is not None:
        exchange = replace(exchange, notices=tuple(dict.fromkeys((*before.notices, *exchange.notices))))
    others = tuple(known for known in state.exchanges if known.question_id != exchange.question_id)
    return replace(state, exchanges=(*others, exchange)[-EXCHANGES_KEPT:])


def seconds(at: datetime | None) -> float | None:
    """Write a moment as seconds since 1970."""
    return None if at is None else at.timestamp()


def moment(since: float | None) -> datetime | None:
    """Read seconds since 1970."""
    return None if since is None else datetime.fromtimestamp(since, UTC)


def _read_exchange(written: Sequence[Any]) -> Exchange:
    question_id, reply_ids, *notices = written
    return Exchange(
        question_id=question_id, reply_ids=tuple(reply_ids), notices=tuple(notices[0]) if notices else ()
    )


def _written_exchange(exchange: Exchange) -> list[object]:
    """Write an exchange as an earlier version did, unless there is more to say."""
    written: list[object] = [exchange.question_id, exchange.reply_ids]
    return [*written, exchange.notices] if exchange.notices else written


def _read_prompts(text: str | None) -> tuple[Prompt, ...]:
    """Read the lines that were asked for; an earlier version kept one, and not in a list."""
    written = json.loads(text) if text else []
    return tuple(
        _read_prompt(each) for each in ([written] if written and isinstance(written[0], str) else written)
    )


def _read_prompt(written: Sequence[Any]) -> Prompt:
    entry_id, message_id, at, remarks = written
    known = [remarks] if isinstance(remarks, str) else remarks or ()
    since = datetime.fromtimestamp(at, UTC)
    return Prompt(entry_id=entry_id, message_id=message_id, at=since, remark_ids=tuple(known))


def _written_prompts(prompts: Sequence[Prompt]) -> str | None:
    if not prompts:
        return None
    return json.dumps(
        [[each.entry_id, each.message_id, each.at.timestamp(), each.remark_ids] for each in prompts]
    )

"""What does a handler get, and where does its outcome go?

The library's dispatch returns nothing: not for a handler that raised, and not for one with nothing to say. So
each row is dispatched with a `Turn` in hand, and every handler leaves exactly one outcome in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from telegram import Message, Update

from bot.answering.assistant import Assistant
from bot.answering.reply_language import preferred_locale
from bot.effects import Counted
from bot.language import texts
from bot.storage.effects import in_window
from bot.storage.store import ChatState, InboxEntry
from bot.telegram.addressed import reason_to_ignore
from bot.telegram.notices import with_notices
from bot.telegram.pages import line
from bot.telegram.render import Target, render
from bot.telegram.results import guest_answer, inline_answer, inline_correction
from bot.telegram.staffroom import Staffroom
from bot.types import (
    ChatRef,
    Failed,
    Handled,
    Handling,
    Ignored,
    IgnoreReason,
    OutgoingMessage,
    Question,
    Replied,
)

GENERAL = 1  # id of a forum's General topic; Telegram refuses messages that name it
_TOPIC_SECONDS = 600.0  # how long "and where?" and a typed number refer to what was said last


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything a handler may read."""

    entry: InboxEntry
    state: ChatState
    assistant: Assistant
    retention_days: int
    rate_limit: int  # questions of a person in a minute; 0: as many as they like
    kept: int  # decisions that are known to be the person's; 0 where nobody needs to know
    bot_id: int
    bot_name: str  # without @
    leads: bool = (
        False  # whether the person may choose the group's language; only known where that is asked for
    )
    votes: Mapping[str, bool] = field(
        default_factory=dict
    )  # entry -> whether it helped the person, oldest first
    popular: tuple[str, ...] = ()  # entries that are asked most, the most asked first
    staffroom: Staffroom | None = None  # what staff may look up; None for everybody else

    def question(self, text: str, update: Update) -> Question:
        """Put a text as a question of whoever the update came from."""
        user = update.effective_user
        at = self.asked_at(update)
        return Question(
            text=text,
            asked_at=at,
            chosen=self.state.chosen,
            client=user.language_code if user else None,
            default=self.assistant.default_locale,
            previous_entry=self.topic(at),
        )

    def topic(self, at: datetime) -> str | None:
        """Name the entry that is talked of at a moment: the one answered last, or the first of those offered since."""
        state = self.state
        offered = state.choices_at if state.choices else None
        if offered and self.recent(offered, at) and (state.topic_at is None or offered > state.topic_at):
            return state.choices[0]
        return state.topic if self.recent(state.topic_at, at) else None

    def asked_at(self, update: Update) -> datetime:
        """When something was written; a press carries no time, so it counts from its arrival."""
        message = update.message or update.edited_message or update.guest_message
        if message is None:
            return self.entry.received_at
        return message.edit_date or message.date

    def vote_on(self, entry_id: str, *former: str) -> bool | None:
        """Say whether an entry helped the person, as they said in whatever chat; None when they did not say.

        Args:
            entry_id: The entry's id.
            *former: Those that it had before.
        """
        known = (entry_id, *former)
        return next(
            (helpful for voted, helpful in reversed(tuple(self.votes.items())) if voted in known), None
        )

    def recent(self, earlier: datetime | None, at: datetime) -> bool:
        """Whether something said earlier still counts."""
        return earlier is not None and abs((at - earlier).total_seconds()) <= _TOPIC_SECONDS


@dataclass(slots=True)
class _Desk:
    turn: Turn
    handling: list[Handling] = field(default_factory=list)


_DESK: ContextVar[_Desk] = ContextVar("desk")

Handler = Callable[[Update, Turn], Handled | Ignored]
Consulting = Callable[[Update, Turn], Awaitable[Handled | Ignored]]
Callback = Callable[[Update, Any], Coroutine[Any, Any, None]]


def replying(handler: Handler) -> Callback:
    """Make a handler one of the library's, which leaves its outcome on the desk."""

    async def callback(update: Update, _context: Any) -> None:
        desk = _DESK.get()
        reason = reason_to_ignore(update)
        handled = Ignored(reason=reason) if reason else _within_limit(handler, update, desk.turn)
        if not isinstance(handled, Ignored):
            handled = _with_notices(handled, update, desk.turn)
        desk.handling.append(handled if isinstance(handled, Ignored) else replied(handled, update, desk.turn))

    callback.__name__ = getattr(handler, "__name__", "handler")
    return callback


def consulting(handler: Consulting) -> Callback:
    """Make a handler of staff's one of the library's: it may look things up that take a while.

    Nobody but staff makes it wait, so that there is no limit, and no notice to tell.
    """

    async def callback(update: Update, _context: Any) -> None:
        desk = _DESK.get()
        reason = reason_to_ignore(update)
        handled = Ignored(reason=reason) if reason else await handler(update, desk.turn)
        desk.handling.append(handled if isinstance(handled, Ignored) else replied(handled, update, desk.turn))

    callback.__name__ = getattr(handler, "__name__", "handler")
    return callback


def _within_limit(handler: Handler, update: Update, turn: Turn) -> Handled | Ignored:
    """Handle an update, unless its sender has asked too much in this minute; said once, then nothing."""
    message = update.message or update.edited_message or update.guest_message
    if not turn.rate_limit or message is None or is_command(message):
        return handler(update, turn)
    at, state = turn.entry.received_at, turn.state
    over = state.window_count - turn.rate_limit if in_window(state, at) else -1
    if over > 0 and message.chat.type == message.chat.PRIVATE:
        return Ignored(reason=IgnoreReason.RATE_LIMITED)
    handled = handler(update, turn)
    if isinstance(handled, Ignored):
        return handled
    if over > 0:
        return Ignored(reason=IgnoreReason.RATE_LIMITED)
    if over == 0:
        locale = preferred_locale(turn.question("", update), turn.assistant).locale
        handled = Handled(replies=(line(texts.RATE_LIMITED, turn.assistant, locale),))
    return replace(handled, effects=(*handled.effects, Counted(at=at)))


def _with_notices(handled: Handled, update: Update, turn: Turn) -> Handled:
    """Tell what is due; not in groups, where the same person would be told again in each."""
    chat = update.effective_chat
    if chat is None or chat.type != chat.PRIVATE:
        return handled
    query = update.callback_query
    pressed = query.message if query else None
    above = pressed.text or "" if isinstance(pressed, Message) and not handled.anew else ""
    edited = update.edited_message
    exchange = turn.state.exchange_of(str(edited.message_id)) if edited is not None else None
    return with_notices(
        handled,
        turn.assistant,
        told=turn.state.notices,
        at=turn.asked_at(update),
        above=above,
        standing=exchange.notices if exchange is not None else (),
    )


async def on_error(_update: object, context: object) -> None:
    """Leave what a handler raised on the desk."""
    error = getattr(context, "error", None)
    _DESK.get().handling.append(
        Failed(error=error if isinstance(error, Exception) else RuntimeError("no error"))
    )


async def taken(turn: Turn, dispatch: Callable[[], Awaitable[None]]) -> Handling:
    """Dispatch with a turn in hand and return the one outcome."""
    desk = _Desk(turn)
    token = _DESK.set(desk)
    try:
        await dispatch()
    finally:
        _DESK.reset(token)
    if len(desk.handling) != 1:
        return Failed(error=RuntimeError(f"{len(desk.handling)} outcomes for one update"))
    return desk.handling[0]


def replied(handled: Handled, update: Update, turn: Turn) -> Replied:
    """Write what a handler wants said as messages."""
    target = _target(update, turn)
    target = replace(target, quote=target.quote or handled.quote)
    if handled.anew:
        target = replace(target, edit_ids=())
    message = update.message or update.edited_message
    asked = message is not None and bool(message.text) and not is_command(message)
    return Replied(
        messages=_messages(handled, update, target),
        effects=handled.effects,
        outcomes=(
            *(part.outcome for reply in handled.replies for part in reply.parts if part.outcome is not None),
            *handled.outcomes,
        ),
        question_id=target.question_id if asked else None,
        explanation=handled.explanation,
    )


def _messages(handled: Handled, update: Update, target: Target) -> tuple[OutgoingMessage, ...]:
    """Write what is to be said in the form that fits where it was asked."""
    if update.inline_query is not None and handled.offer is not None:
        return (inline_answer(handled.offer, update.inline_query.id, target.chat),)
    chosen = update.chosen_inline_result
    if chosen is not None and chosen.inline_message_id:
        sent = chosen.inline_message_id
        return tuple(inline_correction(reply, sent, target.chat) for reply in handled.replies[:1])
    guest = update.guest_message
    if guest is not None and guest.guest_query_id:
        return tuple(guest_answer(reply, guest.guest_query_id, target.chat) for reply in handled.replies[:1])
    return render(handled.replies, target, alert=handled.alert, toast=handled.toast)


def is_command(message: Message) -> bool:
    """Whether a message begins with a command."""
    entities = message.entities
    return bool(entities) and entities[0].type == entities[0].BOT_COMMAND and entities[0].offset == 0


def _target(update: Update, turn: Turn) -> Target:
    query = update.callback_query
    if query is not None:
        return _pressed(update, turn)
    message = update.message or update.edited_message
    if message is None:
        return Target(chat=turn.entry.chat)
    question_id = str(message.message_id)
    return Target(
        chat=_chat(message.chat.id, turn),
        question_id=question_id,
        # Below an edited question others may stand by now.
        quote=message.chat.type != message.chat.PRIVATE or update.edited_message is not None,
        thread_id=_topic(message),
        edit_ids=turn.state.replies_to(question_id) if update.edited_message else (),
    )


def _pressed(update: Update, turn: Turn) -> Target:
    query = update.callback_query
    assert query is not None  # the caller looked
    message = query.message
    if message is None:
        return Target(chat=turn.entry.chat, callback_id=query.id)
    return Target(
        chat=_chat(message.chat.id, turn),
        thread_id=_topic(message) if isinstance(message, Message) else None,
        edit_ids=(str(message.message_id),),
        callback_id=query.id,
    )


def _topic(message: Message) -> int | None:
    """The topic of a forum; the General one must not be named, and elsewhere threads are chains of replies."""
    thread = message.message_thread_id
    return thread if message.is_topic_message and thread != GENERAL else None


def _chat(chat_id: int, turn: Turn) -> ChatRef:
    return ChatRef(channel=turn.entry.chat.channel, chat_id=str(chat_id))

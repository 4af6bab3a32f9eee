"""In which language do staff read what they did not ask for?

In the one they chose with /language, as everywhere. Whoever chose none reads answers in the language of their
application, but that stands only in what they send. So it is noted when staff use a command or a button of theirs; the
note goes with what else is kept of a person when they ask to be forgotten.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from telegram import Update

from bot.answering.assistant import Assistant
from bot.answering.reply_language import preferred_locale
from bot.errors import StorageError
from bot.language.negotiate import canonical
from bot.storage.store import Store, client_note
from bot.types import ChatRef, Question

_log = structlog.get_logger(__name__)


async def note_language(update: Update, chat: ChatRef, store: Store) -> None:
    """Note the language of somebody's application, in their private chat."""
    user = update.effective_user
    spoken = canonical(user.language_code) if user else None
    name = client_note(chat.channel, chat.chat_id)
    if await store.note(name) != spoken:
        await store.set_note(name, spoken)


async def language_of(chat: ChatRef, store: Store, assistant: Assistant, at: datetime) -> str:
    """Choose the language for a private chat that nothing came from just now, at a moment.

    When nobody can say, it is the operator's: rather another language than no message at all.
    """
    try:
        return await _language_of(chat, store, assistant, at)
    except StorageError as exc:
        _log.warning("staff_language_unknown", reason=str(exc))
        return assistant.default_locale


async def _language_of(chat: ChatRef, store: Store, assistant: Assistant, at: datetime) -> str:
    state = await store.chat_state(chat, chat.chat_id)
    client = await store.note(client_note(chat.channel, chat.chat_id))
    default = assistant.default_locale
    question = Question(text="", asked_at=at, chosen=state.chosen, client=client, default=default)
    return preferred_locale(question, assistant).locale

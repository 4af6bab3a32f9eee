"""Who wants to be told once a question can be answered, and until when is that kept, whatever the store is made of?

A wish names its chat in clear, because somebody asked to be written to. It goes when it is fulfilled, with what else is
kept of the person or the chat, and by time.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.effects import Effect, Forget, ForgetChat, Migrated, Wish
from bot.storage.effects import forgets
from bot.storage.rows import storable
from bot.storage.scripts import Script
from bot.storage.store import WISHES_OF_A_PERSON, InboxEntry, Received, Result, WishRecord
from bot.types import ChatRef

LOCK = "wishes"  # name of the lock under which PostgreSQL counts them, and takes several of them away

WISHES = "SELECT id, channel, chat_id, user_id, text, locale, at FROM wishes ORDER BY at, id"
WISHES_OF = "SELECT count(*) FROM wishes WHERE channel = :channel AND user_id = :user"

_RENEW = """
    UPDATE wishes SET text = :text, locale = :locale, at = :at
    WHERE channel = :channel AND chat_id = :chat AND user_id = :user AND question_key = :key
"""
_COUNT = """
    INSERT INTO counters (name, value) VALUES ('wishes', 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
"""
# Numbers are counted, so that none comes twice, not even in a store that was put back from a copy: rows of the inbox
# that are named after a wish are unique.
_ADD = """
    INSERT INTO wishes (id, channel, chat_id, user_id, text, question_key, locale, at) VALUES
        ((SELECT value FROM counters WHERE name = 'wishes'), :channel, :chat, :user, :text, :key, :locale, :at)
"""
_KEEP_LATEST = """
    DELETE FROM wishes WHERE channel = :channel AND user_id = :user AND id NOT IN (
        SELECT id FROM wishes WHERE channel = :channel AND user_id = :user ORDER BY at DESC, id DESC LIMIT :limit
    )
"""
_NEW_PERSON = "CASE WHEN wishes.user_id = :old THEN :new ELSE wishes.user_id END"
_MOVE = f"""
    UPDATE wishes SET chat_id = :new, user_id = {_NEW_PERSON}
    WHERE channel = :channel AND chat_id = :old AND NOT EXISTS (
        SELECT 1 FROM wishes AS there
        WHERE there.channel = wishes.channel AND there.chat_id = :new AND there.user_id = {_NEW_PERSON}
            AND there.question_key = wishes.question_key
    )
"""
_FORGET_CHAT = "DELETE FROM wishes WHERE channel = :channel AND chat_id = :chat"
_FORGET_PERSON = "DELETE FROM wishes WHERE channel = :channel AND user_id = :user"
_TAKE = "DELETE FROM wishes WHERE id = :id"


def changes_wishes(effects: Iterable[Effect]) -> bool:
    """Whether wishes may come, move or go."""
    return any(isinstance(effect, Wish | Migrated | Forget | ForgetChat) for effect in effects)


def following(entry: InboxEntry, result: Result) -> Script[None]:
    """Write what follows for wishes from the end of a row."""
    chat = {"channel": entry.chat.channel, "chat": entry.chat.chat_id}
    person = {"channel": entry.chat.channel, "user": entry.user_id}
    if forgets(result):
        yield _FORGET_PERSON, person
    for effect in result.effects:
        if isinstance(effect, Wish) and not forgets(result):
            yield from _wish(effect, {**chat, **person})
        elif isinstance(effect, Migrated):
            yield _MOVE, {"channel": entry.chat.channel, "old": effect.old, "new": effect.new}
            yield _FORGET_CHAT, {**chat, "chat": effect.old}  # the same was wished for in both
        elif isinstance(effect, ForgetChat):
            yield _FORGET_CHAT, chat


def taking(wishes: Mapping[int, Received]) -> Script[list[Received]]:
    """Take wishes out, and return what is to be received for those that were still there."""
    taken = []
    for number, update in wishes.items():
        found = yield _TAKE, {"id": number}
        if found.count:
            taken.append(update)
    return taken


def read_wish(row: Sequence[Any]) -> WishRecord:
    """Read a row of WISHES."""
    number, channel, chat_id, user_id, text, locale, at = row
    return WishRecord(
        id=number,
        chat=ChatRef(channel=channel, chat_id=chat_id),
        user_id=user_id,
        text=text,
        locale=locale,
        at=datetime.fromtimestamp(at, UTC),
    )


def _wish(effect: Wish, named: dict[str, Any]) -> Script[None]:
    key, text = _question_key(effect.text), storable(effect.text)
    values = {**named, "text": text, "key": key, "locale": effect.locale, "at": effect.at.timestamp()}
    found = yield _RENEW, values
    if not found.count:
        yield _COUNT, {}
        yield _ADD, values
        person = {name: named[name] for name in ("channel", "user")}
        yield _KEEP_LATEST, {**person, "limit": WISHES_OF_A_PERSON}


def _question_key(text: str) -> str:
    """Hash the words of a question, so that its spelling in capitals or its punctuation makes no other one of it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in folded).split()
    return hashlib.sha256((" ".join(words) or folded).encode("utf-8", "surrogatepass")).hexdigest()

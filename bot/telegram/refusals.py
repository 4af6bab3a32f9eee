"""What does it mean when the Bot API refuses a message, and what is left to do?

Telegram tells refusals apart by their wording alone. `REFUSALS` is the list to read: the first line whose words occur in
the description counts. Operators find the same list in deploy/README.md.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.telegram.cutting import MAX_UNITS, utf16_length
from bot.types import Refusal

Body = dict[str, Any]

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a refusal means."""

    words: tuple[str, ...]  # in small letters; any of them
    methods: frozenset[str] = frozenset()  # only of these; empty: of any
    harmless: bool = False  # what was wanted is so, or does not matter any more
    anew: Callable[[Body], Body | None] | None = None  # what to send instead, once; None: nothing
    fault: bool = False  # of this program, to be told as an error
    kind: Refusal = Refusal.OTHER  # why it is final, when nothing else can be done


def meaning_of(description: str, method: str) -> Meaning:
    """Find what a refusal means; one that is not known is final."""
    said = description.lower()
    for meaning in REFUSALS:
        if any(words in said for words in meaning.words) and (
            not meaning.methods or method in meaning.methods
        ):
            return meaning
    return _UNKNOWN


# --- what to send instead -----------------------------------------------------------------------------


def _without_topic(body: Body) -> Body | None:
    """Answer beside the question if it is still there; it is gone when the topic was deleted with it."""
    quoted = body.get("reply_parameters")
    if "message_thread_id" not in body or not quoted:
        return None
    return {**_without(body, "message_thread_id"), "reply_parameters": {"message_id": quoted["message_id"]}}


def _without_quote(body: Body) -> Body | None:
    """Answer without showing which question, unless the quote was what showed that it is still there."""
    quoted = body.get("reply_parameters")
    return _without(body, "reply_parameters") if quoted and "allow_sending_without_reply" in quoted else None


def _as_new(body: Body) -> Body | None:
    """Say it in another message; nothing when it stood in a chat that the bot is not in."""
    return _without(body, "message_id") if "message_id" in body else None


def _as_plain_text(body: Body) -> Body | None:
    if "parse_mode" not in body:
        return None
    return {**_without(body, "parse_mode"), "text": html.unescape(_TAG.sub("", body["text"]))}


def _cut(body: Body) -> Body | None:
    """Keep the beginning, which holds the answer, as plain text: a cut must not fall into a tag."""
    plain = _as_plain_text(body) or body
    text = str(plain["text"])[: MAX_UNITS - 1]
    while utf16_length(text) > MAX_UNITS - 1:
        text = text[:-1]
    return {**plain, "text": text + "…"}


def _without_buttons(body: Body) -> Body | None:
    return _without(body, "reply_markup") if "reply_markup" in body else None


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


# --- the list -----------------------------------------------------------------------------------------

_EDITS = frozenset({"editMessageText", "editMessageReplyMarkup"})
_DELETES = frozenset({"deleteMessage"})
_UNKNOWN = Meaning(words=())

REFUSALS: tuple[Meaning, ...] = (
    # All is well
    Meaning(words=("message is not modified", "message_not_modified"), harmless=True),
    Meaning(words=("query is too old", "query id is invalid", "query_id_invalid"), harmless=True),
    Meaning(
        words=("message to delete not found", "message can't be deleted", "message_id_invalid"),
        methods=_DELETES,
        harmless=True,
    ),
    # To be sent another way
    Meaning(
        words=("message to edit not found", "message can't be edited", "message_id_invalid"),
        methods=_EDITS,
        anew=_as_new,
    ),
    Meaning(
        words=("message thread not found", "topic_deleted", "topic_id_invalid"),
        anew=_without_topic,
        kind=Refusal.TOPIC_GONE,
    ),
    Meaning(
        words=("message to be replied not found", "replied message not found", "reply_message_id_invalid"),
        anew=_without_quote,
        kind=Refusal.TOPIC_GONE,
    ),
    Meaning(
        words=("can't parse entities", "can't find end", "entity_bounds_invalid"),
        anew=_as_plain_text,
        fault=True,
        kind=Refusal.MALFORMED,
    ),
    Meaning(words=("message is too long", "message_too_long"), anew=_cut, fault=True, kind=Refusal.MALFORMED),
    Meaning(
        words=("button_", "inline keyboard", "reply markup"),
        anew=_without_buttons,
        fault=True,
        kind=Refusal.MALFORMED,
    ),
    # Final: nothing is said, neither here nor elsewhere
    Meaning(words=("topic_closed",), kind=Refusal.TOPIC_CLOSED),
    Meaning(
        words=(
            "not enough rights",
            "have no rights to send",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_send_plain_forbidden",
            "chat_admin_required",
            "need administrator rights",
        ),
        kind=Refusal.NO_RIGHT,
    ),
    Meaning(words=("bot was blocked by the user", "user_is_blocked"), kind=Refusal.BLOCKED),
    Meaning(words=("user is deactivated", "input_user_deactivated"), kind=Refusal.DEACTIVATED),
    Meaning(words=("bot was kicked", "bot is not a member", "channel_private"), kind=Refusal.REMOVED),
    Meaning(
        words=(
            "chat not found",
            "peer_id_invalid",
            "group chat was deleted",
            "chat was deactivated",
            "chat_id_invalid",
        ),
        kind=Refusal.CHAT_GONE,
    ),
    Meaning(words=("can't initiate conversation", "can't send messages to bots"), kind=Refusal.STRANGER),
)

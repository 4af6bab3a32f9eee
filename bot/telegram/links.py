"""Which address opens an answer?"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.answering.assistant import Assistant
from bot.answering.compose import question_of

MAX_PAYLOAD = 64  # Bot API, deep links: 1-64 characters of A-Z, a-z, 0-9, _ and -
# What the buttons above inline results say to /start; the ids of entries have no underscore.
LANGUAGE_LINK = "choose_language"
ASK_LINK = "ask_here"
_SHARE = "https://t.me/share/url"  # opens the list of chats in every application, without inline mode


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLink:
    """An entry, its question and the address that opens its answer."""

    entry_id: str
    question: str
    url: str


def link_to(entry_id: str, bot_name: str, *, group: bool = False) -> str:
    """Return the address that opens an answer in the private chat with the bot, or in a group that it is added to."""
    return f"https://t.me/{bot_name}?{'startgroup' if group else 'start'}={entry_id}"


def sharing(url: str, text: str) -> str:
    """Return the address that lets a person pass a link on, with words of their own choice beside it."""
    return f"{_SHARE}?{urlencode({'url': url, 'text': text})}"


def links(assistant: Assistant, bot_name: str, locale: str, *, group: bool = False) -> tuple[EntryLink, ...]:
    """List the answers that a link can open, in the order of the topics."""
    return tuple(
        EntryLink(
            entry_id=entry.id,
            question=question_of(entry, assistant, locale),
            url=link_to(entry.id, bot_name, group=group),
        )
        for entry in assistant.knowledge.entries.values()
        if entry.kind == "knowledge"
    )

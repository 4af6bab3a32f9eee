"""Which announcements stand above an answer, and what has to be remembered of them?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.answering.assistant import Assistant
from bot.effects import NoticeShown
from bot.knowledge.content import KNOWLEDGE
from bot.knowledge.entries import Notice
from bot.knowledge.notices import due
from bot.types import Handled, Reply

_RLM = "\u200f"  # rendering puts it before lines that begin with Latin letters


def with_notices(
    handled: Handled,
    assistant: Assistant,
    *,
    told: Collection[str],
    at: datetime,
    above: str = "",
    standing: Collection[str] = (),
) -> Handled:
    """Put the notices that are due above the first answer that they fit, and note that they were told.

    What stands above a message stays there, whatever is opened in its place: it is told only once, so that it would
    be lost to whoever pressed a button before reading it.

    Args:
        handled: What a handler wants said.
        assistant: With the notices.
        told: Ids of the notices that the person has been told.
        at: When the person asked.
        above: Text of the message that is written over, as it is shown; empty when there is none, or it is not known.
        standing: Ids of the notices above the message that is written over, where its text is not known.
    """
    if not assistant.knowledge.notices:
        return handled
    today = at.astimezone(UTC).date()
    replies: list[Reply] = []
    shown: list[Notice] = []
    kept = _standing(above, standing, assistant, today)
    stay = {notice.id for notice in kept}
    for reply in handled.replies:
        known = {*told, *stay, *(notice.id for notice in shown)}
        found = _due(reply, assistant, known, today)
        shown += found
        texts = tuple(_text(notice, reply.locale, assistant) for notice in (*kept, *found))
        replies.append(replace(reply, notices=(*reply.notices, *texts)))
        kept = ()  # the first reply is the one that is written over the message
    effects = (NoticeShown(notice_id=notice.id, until=_end(notice)) for notice in shown)
    return replace(handled, replies=tuple(replies), effects=(*handled.effects, *effects))


def _due(reply: Reply, assistant: Assistant, told: Collection[str], today: date) -> tuple[Notice, ...]:
    """List the notices that a reply brings; only an answer brings any."""
    entries = assistant.knowledge.entries
    answered = [entries.get(part.entry_id or "") for part in reply.parts if part.kind == "knowledge"]
    topics = {entry.topic for entry in answered if entry is not None and entry.topic}
    return due(assistant.knowledge, today, locale=reply.locale, topics=topics, told=told) if topics else ()


def _standing(shown: str, known: Collection[str], assistant: Assistant, today: date) -> tuple[Notice, ...]:
    """Find the notices that a message carries, in whatever language; what is out of date goes with the next edit."""
    paragraphs = f"\n\n{shown.replace(_RLM, '')}\n\n"
    return tuple(
        notice
        for notice in assistant.knowledge.notices
        if notice.begins <= today <= notice.until
        and (notice.id in known or (shown and _stands(notice, paragraphs, assistant)))
    )


def _stands(notice: Notice, paragraphs: str, assistant: Assistant) -> bool:
    return any(
        f"\n\n{_text(notice, locale, assistant).replace(_RLM, '').strip()}\n\n" in paragraphs
        for locale in assistant.catalogs.locales
    )


def _text(notice: Notice, locale: str, assistant: Assistant) -> str:
    return assistant.catalogs.lookup(locale, KNOWLEDGE, f"notice.{notice.id}", notice.text).text


def _end(notice: Notice) -> datetime:
    return datetime.combine(notice.until + timedelta(days=1), time(), UTC)

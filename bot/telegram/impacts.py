"""What are staff told about what a new phrasing would change?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.answering.assistant import Assistant
from bot.answering.reply_language import preferred_locale
from bot.language import staff_texts as said
from bot.language.formats import format_list
from bot.language.texts import Text
from bot.staff.considering import Candidate, Considered
from bot.staff.impact import Kind, Moved
from bot.staff.redact import redact
from bot.storage.store import InboxEntry
from bot.telegram.pages import Rows, page
from bot.telegram.queued import ADD, AGAIN, CONFIRM, SEE, Reader
from bot.telegram.reasons import reason
from bot.telegram.render import MAX_CALLBACK_BYTES, Target, render
from bot.telegram.staffroom import IMPACT, Order, order_in
from bot.telegram.turn import Turn
from bot.types import Button, Handling, Question, Replied, Reply, Severity

_MOST_MOVED = 8  # questions that are listed
_MOST_REASONS = 6
_OTHERWISE: dict[Kind, Text] = {
    "answered": said.REVIEW_ANSWERED_NOW,
    "elsewhere": said.REVIEW_ELSEWHERE_NOW,
    "unanswered": said.REVIEW_UNANSWERED_NOW,
    "offered": said.REVIEW_OFFERED_NOW,
}


def is_impact(entry: InboxEntry) -> bool:
    """Whether a row tells what would change, and does not come from Telegram."""
    return entry.event_id.startswith(f"{IMPACT}:")


def worked_out(entry: InboxEntry, turn: Turn) -> Handling:
    """Tell what would change, in place of the page that says that it is being worked out."""
    order, found = order_in(entry.payload)
    asked = Question(
        text="",
        asked_at=entry.received_at,
        chosen=turn.state.chosen,
        client=order.locale,
        default=turn.assistant.default_locale,
    )
    reader = Reader(assistant=turn.assistant, locale=preferred_locale(asked, turn.assistant).locale)
    target = Target(chat=entry.chat, edit_ids=(order.message_id,))
    return Replied(messages=render([impact_page(order, found, reader)], target))


def impact_page(order: Order, found: Sequence[Considered], reader: Reader) -> Reply:
    """Write what would change, and offer what is fit; nothing found: it could not be worked out."""
    sign = AGAIN if order.again else ""
    back = (reader.button(said.REVIEW_BACK, f"{SEE}{sign}", order.cluster_id),)
    if not found:
        again = reader.button(said.REVIEW_AGAIN, f"{ADD}{sign}", order.cluster_id, order.entry_id)
        return page(reader.say(said.REVIEW_NOT_WORKED_OUT), reader.locale, ((again,), back))
    both = list(zip(order.candidates, found, strict=True))
    fit = [candidate for candidate, considered in both if not considered.refused]
    entry = reader.entry(order.entry_id)
    paragraphs = []
    if refused := _reasons(both, "error", reader):
        paragraphs.append("\n".join((reader.say(said.REVIEW_REFUSED, **entry), *refused)))
    if fit:
        listed = [f"• {reader.quoted(candidate.text)}" for candidate in fit]
        paragraphs.append("\n".join((reader.say(said.REVIEW_WOULD_ADD, **entry), *listed)))
        paragraphs.append("\n".join(_changes(found, reader)))
        if warned := _reasons(both, "warning", reader):
            paragraphs.append("\n".join((reader.say(said.REVIEW_WARNED), *warned)))
    rows: Rows = ((_confirming(order, fit, reader, sign),), back) if fit else (back,)
    return page("\n\n".join(paragraphs), reader.locale, rows)


def locales_meant(word: str, assistant: Assistant) -> Collection[str]:
    """Read which languages' wordings a button adds; all of them when it does not say."""
    locales = assistant.catalogs.locales
    digits = word.partition("-")[2]
    chosen = int(digits, 16) if digits else -1
    return [locale for place, locale in enumerate(locales) if chosen >> place & 1]


def _confirming(order: Order, fit: Sequence[Candidate], reader: Reader, sign: str) -> Button:
    """Make the button that adds what is fit; of which languages that is stands in the id's end, in hexadecimal."""
    locales = reader.assistant.catalogs.locales
    chosen = sum(1 << locales.index(candidate.locale) for candidate in fit if candidate.locale in locales)
    words = [f"{order.cluster_id}-{chosen:x}", order.entry_id]
    if len(":".join((f"{CONFIRM}{sign}", *words)).encode()) > MAX_CALLBACK_BYTES:
        words[0] = order.cluster_id  # what is unfit is left out when the languages are learnt
    return reader.button(said.REVIEW_CONFIRM, f"{CONFIRM}{sign}", *words)


def _reasons(
    both: Sequence[tuple[Candidate, Considered]], severity: Severity, reader: Reader
) -> tuple[str, ...]:
    lines = [
        f"• {reader.say(said.REVIEW_REASON, wording=reader.quoted(candidate.text), reason=reason(problem, reader))}"
        for candidate, considered in both
        for problem in considered.problems
        if problem.severity == severity
    ]
    return tuple(lines[:_MOST_REASONS])


def _changes(found: Sequence[Considered], reader: Reader) -> Iterator[str]:
    moved = tuple(
        dict.fromkeys(each for considered in found if not considered.refused for each in considered.moved)
    )
    if not moved:
        yield reader.say(said.REVIEW_UNCHANGED)
        return
    yield reader.say(said.REVIEW_CHANGED, count=len(moved))
    yield from (f"• {_change(each, reader)}" for each in moved[:_MOST_MOVED])
    if len(moved) > _MOST_MOVED:
        yield "…"


def _change(moved: Moved, reader: Reader) -> str:
    before, after = (_names(entries, reader) for entries in (moved.before, moved.after))
    wording = reader.quoted(redact(moved.asked.text, reader.assistant.catalogs))
    return reader.say(_OTHERWISE[moved.kind], wording=wording, before=before, after=after)


def _names(entries: Sequence[str], reader: Reader) -> str:
    return format_list(entries, reader.locale) if entries else reader.say(said.REVIEW_NOTHING)

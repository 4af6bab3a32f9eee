"""What form does a reply take in Telegram?

One reply becomes one message, or several when it is too long. The text goes out as HTML in which everything
that is not ours is escaped. Where it must be cut says `bot.telegram.cutting`.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.language.formats import direction
from bot.telegram.cutting import split, utf16_length
from bot.types import Button, ChatRef, OutgoingMessage, Reply, RichText, Span

MAX_CALLBACK_BYTES = 64  # Bot API, InlineKeyboardButton: callback_data, 1-64 bytes
MAX_ALERT = 200  # Bot API, answerCallbackQuery: text, 0-200 characters
MAX_LABEL = 60  # longer ones are cut by the applications anyway; the whole text stands in the message

_RLM = "\u200f"  # right-to-left mark
_TAGS = {"bold": "b", "italic": "i"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a reply goes, and how it hangs together with what is there."""

    chat: ChatRef
    question_id: str | None = None  # the message that is answered
    quote: bool = False  # show which one, as in groups
    thread_id: int | None = None  # topic of a forum
    edit_ids: tuple[str, ...] = ()  # messages to write over, in place of new ones
    callback_id: str | None = None  # of a pressed button, which waits for an answer


def render(
    replies: Sequence[Reply], target: Target, *, alert: str | None = None, toast: str | None = None
) -> tuple[OutgoingMessage, ...]:
    """Write replies as calls of the Bot API, in the order in which they go out.

    Args:
        replies: What to say.
        target: Where.
        alert: A short line for whoever pressed a button, shown over the chat until they close it.
        toast: Such a line that goes by itself; without an alert.

    Raises:
        ValueError: A button's action is longer than Telegram carries; a fault of this program.
    """
    texts = [body for reply in replies for body in bodies(reply)]
    messages = [_callback_answer(target, alert, toast)] if target.callback_id is not None else []
    for position, body in enumerate(texts):
        edited = target.edit_ids[position] if position < len(target.edit_ids) else None
        messages.append(_message(body, target, edited))
    if texts:  # an edited question may need fewer messages than before
        messages.extend(_deletion(target, message_id) for message_id in target.edit_ids[len(texts) :])
    return tuple(messages)


def action(*words: str | int, locale: str) -> str:
    """Write what a button does, with the language of its page unless that would be too long."""
    short = ":".join(map(str, words))
    full = f"{short}:{locale}"
    return full if len(full.encode()) <= MAX_CALLBACK_BYTES else short


def to_html(rich: Iterable[Span]) -> str:
    """Write runs of text as HTML; a quote of several lines is folded by the applications when it is long.

    A single line never is: it would hide the date at its end.
    """
    written = ""
    for quoted, spans in groupby(rich, key=lambda span: span.quoted):
        text = "".join(_tagged(span) for span in spans)
        tag = "blockquote expandable" if "\n" in text else "blockquote"
        written += f"<{tag}>{text}</blockquote>" if quoted else text
    return written


def directed(rich: RichText, locale: str) -> RichText:
    """Make each line run in the locale's direction.

    An application takes the direction of a line from its first letter; a line that begins with a Latin name
    would turn around, so it gets an invisible mark in front. A foreign sentence keeps its own direction.
    """
    text = "".join(span.text for span in rich)
    if direction(locale) != "rtl" or _is_foreign(text):
        return rich
    marked: list[Span] = []
    line = text.split("\n")
    number, at_start = 0, True
    for span in rich:
        pieces = []
        for index, piece in enumerate(span.text.split("\n")):
            if index:
                number, at_start = number + 1, True
            pieces.append(_RLM + piece if at_start and _begins_latin(line[number]) else piece)
            at_start = at_start and not piece and not _begins_latin(line[number])
        marked.append(replace(span, text="\n".join(pieces)))
    return tuple(marked)


# --- a reply as text ----------------------------------------------------------------------------------


def bodies(reply: Reply) -> Iterator[dict[str, object]]:
    """Write the texts of a reply; the last one carries the buttons."""
    paragraphs = [directed(paragraph, reply.locale) for paragraph in _paragraphs(reply)]
    texts = split(paragraphs)
    for position, rich in enumerate(texts):
        last = position == len(texts) - 1
        keyboard = _keyboard(reply) if last else []
        body: dict[str, object] = {
            "text": to_html(rich),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if reply.asks and last and not keyboard:
            yield {**body, "reply_markup": {"force_reply": True}}
        else:
            yield {**body, "reply_markup": {"inline_keyboard": keyboard}} if keyboard else body


def _paragraphs(reply: Reply) -> Iterator[RichText]:
    for notice in reply.notices:
        yield (Span(text=notice, style="italic"),)
    number = 1
    for part in reply.parts:
        yield from ((Span(text=paragraph),) for paragraph in part.text.split("\n\n") if paragraph.strip())
        if part.choices:
            lines = [f"{n}. {choice.label}" for n, choice in enumerate(part.choices, number)]
            number += len(lines)
            yield (Span(text="\n".join(lines)),)
        if part.citations:
            sources = _joined(citation.line for citation in part.citations)
            yield tuple(replace(span, quoted=part.whole) for span in sources)
    if reply.prompt:
        yield (Span(text=reply.prompt),)


def _joined(lines: Iterable[RichText]) -> Iterator[Span]:
    for position, line in enumerate(lines):
        if position:
            yield Span(text="\n")
        yield from line


def _keyboard(reply: Reply) -> list[list[dict[str, object]]]:
    choices = [choice for part in reply.parts for choice in part.choices]
    rows = []
    for number, choice in enumerate(choices, 1):
        pressed = action("entry", choice.entry_id, locale=reply.locale)
        rows.append((Button(label=f"{number}. {choice.label}", action=pressed),))
    return [[_button(button) for button in row] for row in (*rows, *reply.buttons)]


def _button(button: Button) -> dict[str, object]:
    label = button.label if len(button.label) <= MAX_LABEL else button.label[: MAX_LABEL - 1].rstrip() + "…"
    if button.url is not None:
        return {"text": label, "url": button.url}
    if button.copies is not None:
        return {"text": label, "copy_text": {"text": button.copies}}
    if not 1 <= len(button.action.encode()) <= MAX_CALLBACK_BYTES:
        raise ValueError(f"a button's action must have 1 to {MAX_CALLBACK_BYTES} bytes: {button.action!r}")
    return {"text": label, "callback_data": button.action}


def _tagged(span: Span) -> str:
    text = html.escape(span.text, quote=False)
    if not span.text.strip():
        return text
    if span.style in _TAGS:
        text = f"<{_TAGS[span.style]}>{text}</{_TAGS[span.style]}>"
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def _is_foreign(text: str) -> bool:
    """Whether a text begins with a letter, and none of its letters runs from right to left."""
    return text[:1].isalpha() and {"R", "AL"}.isdisjoint(map(unicodedata.bidirectional, text))


def _begins_latin(line: str) -> bool:
    """Whether the first letter with a direction runs from left to right."""
    first = next((kind for kind in map(unicodedata.bidirectional, line) if kind in ("L", "R", "AL")), None)
    return first == "L"


# --- the calls ----------------------------------------------------------------------------------------


def _message(body: dict[str, object], target: Target, edited: str | None) -> OutgoingMessage:
    body = {"chat_id": int(target.chat.chat_id), **body}
    if target.thread_id is not None:
        body["message_thread_id"] = target.thread_id
    if edited is not None:
        body["message_id"] = int(edited)
        return OutgoingMessage(chat=target.chat, method="editMessageText", body=body)
    if target.quote and target.question_id is not None:
        quoted = {"message_id": int(target.question_id), "allow_sending_without_reply": True}
        body["reply_parameters"] = quoted
    return OutgoingMessage(chat=target.chat, method="sendMessage", body=body, question_id=target.question_id)


def _deletion(target: Target, message_id: str) -> OutgoingMessage:
    body = {"chat_id": int(target.chat.chat_id), "message_id": int(message_id)}
    return OutgoingMessage(chat=target.chat, method="deleteMessage", body=body)


def _callback_answer(target: Target, alert: str | None, toast: str | None) -> OutgoingMessage:
    body: dict[str, object] = {"callback_query_id": target.callback_id}
    if said := alert or toast:
        short = said if utf16_length(said) <= MAX_ALERT else said[: MAX_ALERT // 2 - 1] + "…"
        body |= {"text": short, "show_alert": bool(alert)}
    return OutgoingMessage(chat=target.chat, method="answerCallbackQuery", body=body, fleeting=True)

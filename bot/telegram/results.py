"""What form does a reply take outside the chats that the bot is in?

There a reply is one message, a “result” that somebody may send or that Telegram sends for the bot. It cannot be
continued in a second message, so it is shortened until it fits; its sources stay.
"""

from __future__ import annotations

from dataclasses import replace

from bot.telegram.render import bodies, directed
from bot.types import ChatRef, Offer, OutgoingMessage, Reply, Span

# So long Telegram may offer the same results for the same words of the same person again without asking. A withdrawn
# answer must be out of service within five seconds, and another process may know it a second later. Who goes to the
# private chat to change the language must not find the old one on coming back either.
CACHE_SECONDS = 3
_SHORTER = 0.8  # of a text that does not fit
_TITLE = 60  # characters of an answer that stand for its title, where one is asked for and none is shown
_STEPS = 40  # afterwards nothing would be left of the longest text


def inline_answer(offer: Offer, query_id: str, chat: ChatRef) -> OutgoingMessage:
    """Write the answer to an inline question; nobody waits for it when it is late."""
    results = [
        {
            **_article(result.result_id, result.title, result.reply),
            "description": _directed(result.description, offer.locale),
        }
        for result in offer.results
    ]
    body: dict[str, object] = {
        "inline_query_id": query_id,
        "results": results,
        "cache_time": CACHE_SECONDS,
        "is_personal": True,  # the language is the person's
        "next_offset": "",
        "button": {"text": offer.button.label, "start_parameter": offer.button.action},
    }
    return OutgoingMessage(chat=chat, method="answerInlineQuery", body=body, fleeting=True)


def inline_correction(reply: Reply, message_id: str, chat: ChatRef) -> OutgoingMessage:
    """Write another text over a result that somebody has sent."""
    body = {"inline_message_id": message_id, **_one_body(reply)}
    return OutgoingMessage(chat=chat, method="editMessageText", body=body)


def guest_answer(reply: Reply, query_id: str, chat: ChatRef) -> OutgoingMessage:
    """Write the one message of a guest; Telegram takes it once, so that sending again doubles nothing."""
    result = _article("answer", reply.parts[0].text[:_TITLE], reply)
    return OutgoingMessage(
        chat=chat, method="answerGuestQuery", body={"guest_query_id": query_id, "result": result}
    )


def _article(identity: str, title: str, reply: Reply) -> dict[str, object]:
    body = _one_body(reply)
    content = {name: body[name] for name in ("parse_mode", "link_preview_options")}
    article: dict[str, object] = {
        "type": "article",
        "id": identity,
        "title": _directed(title, reply.locale),
        "input_message_content": {"message_text": body["text"], **content},
    }
    return {**article, "reply_markup": body["reply_markup"]} if "reply_markup" in body else article


def _one_body(reply: Reply) -> dict[str, object]:
    """Write a reply as one message, its longest text shortened until it fits."""
    for _ in range(_STEPS):
        first, *others = bodies(reply)
        if not others:
            return first
        longest = max(reply.parts, key=lambda part: len(part.text))
        short = longest.text[: int(len(longest.text) * _SHORTER)].rstrip("…").rstrip() + "…"
        parts = tuple(replace(part, text=short) if part is longest else part for part in reply.parts)
        reply = replace(reply, parts=parts)
    return first


def _directed(text: str, locale: str) -> str:
    return "".join(span.text for span in directed((Span(text=text),), locale))

"""Which parts of a text are bold, a link, a command?

Offsets and lengths count UTF-16 code units, like Telegram's. Texts are cleaned, trimmed and limited as the
real server does it (TDLib, `MessageEntity.cpp` and `clean_input_string`), and links, mentions and commands
are found in plain text by the same rules, except that only common top-level domains count without a scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.preview.arguments import JsonObject
from bot.preview.errors import bad_request

TEXT_LIMIT = 4096  # Bot API, sendMessage: 1-4096 characters after entities parsing
ENTITY_LIMIT = 100  # further ones are dropped without a word
_INPUT_LIMIT = 1 << 15  # bytes before parsing; "text is too long"

# Removed from every text: line separators, bidi embeddings (isolates stay) and three "vertical lines".
_REMOVED = re.compile("[\u2028-\u202e\r\u0333\u033f\u030a]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_KINDS = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
    "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "custom_emoji",
})  # fmt: skip
_PRIORITY = {"blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "text_link": 49, "bold": 90}

_URL = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"«»]+"
    r"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|int|gov|info|io|me|cn|fr|es|ru|br|pt|de|uk|eu|us|ch)\b(?:[/?#][^\s<>\"«»]*)?)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9_.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w)")
_COMMAND = re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>@])")
_HASHTAG = re.compile(r"(?<!\w)#(?!\d+\b)\w{1,256}")
_FINDERS = (
    ("url", _URL),
    ("email", _EMAIL),
    ("mention", _MENTION),
    ("bot_command", _COMMAND),
    ("hashtag", _HASHTAG),
)


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units a text takes."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Take away what Telegram takes away from every text."""
    return _BLANKED.sub(" ", _REMOVED.sub("", text))


def check_link(url: str) -> str | None:
    """Say what is wrong with the address of a link or a button, None when nothing is."""
    if url.lower().startswith("tg:"):
        return None
    address = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if parts.scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    if not host or re.search(r"[\s<>\"]", url):
        return "URL host is empty" if not host else "Wrong HTTP URL"
    return None if "." in host or ":" in host else "Wrong HTTP URL"


def formatted(text: str, entities: Sequence[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Trim a text and its entities, find links and commands in it, and refuse what is too long.

    Raises:
        ApiError: When nothing is left, or more than 4096 UTF-16 code units.
    """
    trimmed = text.rstrip()
    if not trimmed:
        raise bad_request("Text must be non-empty")
    end = utf16_length(trimmed)
    kept = [_clipped(entity, trimmed, end) for entity in entities]
    known = [entity for entity in kept if entity is not None]
    lead = len(trimmed) - len(trimmed.lstrip(" \n"))
    lead = min([lead, *(entity["offset"] for entity in known)])
    for entity in known:
        entity["offset"] -= lead
    result = trimmed[lead:]
    if utf16_length(result) > TEXT_LIMIT:
        raise bad_request("Message is too long")
    return result, sort_entities([*known, *_found_beside(result, known)])[:ENTITY_LIMIT]


def check_input(text: str) -> str:
    """Clean a text that the bot sends, before it is parsed.

    Raises:
        ApiError: When it is empty or beyond any limit.
    """
    if not text:
        raise bad_request("Message text is empty")
    if len(text.encode("utf-8", "replace")) > _INPUT_LIMIT:
        raise bad_request("Text is too long")
    return clean(text)


def checked_entities(value: object, text: str) -> list[JsonObject]:
    """Read the `entities` that a caller passed instead of markup.

    Raises:
        ApiError: When it is no list of entities; those beyond the text are dropped, as Telegram does.
    """
    if not isinstance(value, list):
        return []
    length = utf16_length(text)
    result: list[JsonObject] = []
    for item in value:
        if not isinstance(item, dict):
            raise bad_request("Can't parse MessageEntity: expected an Object")
        for name, kind in (("type", str), ("offset", int), ("length", int)):
            if not isinstance(item.get(name), kind):
                raise bad_request(f"Can't parse MessageEntity: Can't find field \"{name}\"")
        if item["type"] not in _KINDS:
            raise bad_request("Can't parse MessageEntity: Unsupported type specified")
        if item["offset"] >= 0 and item["length"] > 0 and item["offset"] + item["length"] <= length:
            result.append(dict(item))
    return sort_entities(result)


def find_entities(text: str) -> list[JsonObject]:
    """Find links, addresses, mentions, commands and hashtags in plain text, in order, none overlapping."""
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _FINDERS:
        for start, end in _spans(pattern, text, kind):
            if not any(start < other_end and other_start < end for other_start, other_end, _ in found):
                found.append((start, end, kind))
    return [
        {"offset": utf16_length(text[:start]), "length": utf16_length(text[start:end]), "type": kind}
        for start, end, kind in sorted(found)
    ]


def entities_of(message: JsonObject) -> list[tuple[str, JsonObject]]:
    """Give each entity of a message with the text it stands in: the message's own, or its caption."""
    text, caption = message.get("text", ""), message.get("caption", "")
    return [
        *((text, entity) for entity in message.get("entities", ())),
        *((caption, entity) for entity in message.get("caption_entities", ())),
    ]


def sort_entities(entities: list[JsonObject]) -> list[JsonObject]:
    """Order entities as Telegram does: by start, longest first, quotes outside."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], _PRIORITY.get(e["type"], 50)))


def _clipped(entity: JsonObject, text: str, end: int) -> JsonObject | None:
    length = min(entity["length"], end - entity["offset"])
    if length <= 0 or not utf16_slice(text, entity["offset"], length).strip():
        return None
    return {**entity, "length": length}


def _found_beside(text: str, known: list[JsonObject]) -> Iterator[JsonObject]:
    closed = [e for e in known if e["type"] in {"code", "pre", "text_link", "text_mention"}]
    for entity in find_entities(text):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not any(start < e["offset"] + e["length"] and e["offset"] < end for e in [*closed]):
            yield entity


def _spans(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        start, end = match.span()
        if kind == "url":
            end = _without_punctuation(text, start, end)
            if check_link(text[start:end]) is not None:
                continue
        yield start, end


def _without_punctuation(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in ".,:;!?'…)]}":
        closing = text[end - 1]
        opening = {")": "(", "]": "[", "}": "{"}.get(closing)
        if opening and text.count(opening, start, end) >= text.count(closing, start, end):
            break
        end -= 1
    return end

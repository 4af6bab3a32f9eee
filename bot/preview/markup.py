"""What does a text in Telegram's HTML say?

The parser follows TDLib's `parse_html` step by step, with its tags, its attributes, its errors and their byte
offsets, so that markup which Telegram refuses is refused here, in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.preview.arguments import Arguments, JsonObject
from bot.preview.entities import (
    check_input,
    check_link,
    checked_entities,
    clean,
    formatted,
    sort_entities,
    utf16_length,
)
from bot.preview.errors import ApiError, bad_request

_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = frozenset(_STYLES) | {"a", "tg-emoji", "pre", "code", "blockquote"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\n\r\v\f\0"


def message_text(arguments: Arguments) -> tuple[str, list[JsonObject]]:
    """Read text, parse mode and entities of a message that the bot sends.

    Returns:
        The text as readers see it and its entities.

    Raises:
        ApiError: When Telegram would refuse it.
    """
    text = check_input(arguments.text("text"))
    mode = arguments.text("parse_mode").lower()
    if mode in {"", "none"}:
        given = arguments.json("entities", "Can't parse entities JSON object")
        return formatted(text, checked_entities(given, text))
    if mode != "html":
        raise bad_request("Unsupported parse_mode")
    return formatted(*parse_html(text))


def parse_html(source: str) -> tuple[str, list[JsonObject]]:
    """Split markup into text and entities.

    Raises:
        ApiError: "can't parse entities: …", for markup that Telegram does not accept.
    """
    parser = _Parser(source)
    return parser.run()


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    name: str
    argument: str
    offset: int  # UTF-16, in the text so far
    position: int  # in pieces, in the text so far


class _Parser:
    """One pass over the markup; `position` is the next character to read."""

    def __init__(self, source: str) -> None:
        self.source = source + "\0"  # the end, as in C
        self.size = len(source)
        self.position = 0
        self.text: list[str] = []
        self.offset = 0  # UTF-16 length of `text`
        self.open: list[_Open] = []
        self.entities: list[JsonObject] = []

    def run(self) -> tuple[str, list[JsonObject]]:
        while self.position < self.size:
            character = self.source[self.position]
            if character == "<":
                self._tag()
                continue
            decoded = self._reference() if character == "&" else None
            if decoded is None:
                self.position += 1
            self._emit(character if decoded is None else clean(decoded))
        if self.open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.text), sort_entities(self.entities)

    def _emit(self, text: str) -> None:
        self.text.append(text)
        self.offset += utf16_length(text)

    def _reference(self) -> str | None:
        """Decode `&lt;` or `&#1234;` and move past it; None when it is only an ampersand."""
        start, end = self.position, self.position + 1
        if self.source[end] == "#":
            base = 16 if self.source[end + 1] == "x" else 10
            end = digits = end + (2 if base == 16 else 1)
            allowed = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
            while self.source[end] in allowed:
                end += 1
            code = int(self.source[digits:end] or "0", base)
            if code == 0 or code >= 0x10FFFF or end - start >= 10:
                return None
            result = chr(code)
        else:
            while self.source[end].isascii() and self.source[end].isalpha():
                end += 1
            found = _NAMED.get(self.source[start + 1 : end])
            if found is None:
                return None
            result = found
        self.position = end + (self.source[end] == ";")
        return result

    def _tag(self) -> None:
        begin = self.position
        self.position += 1
        if self.source[self.position] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)
        self.position += 1

    def _start_tag(self, begin: int) -> None:
        name = self._word(stop=">").lower()
        if self._at_end():
            raise _refused(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _TAGS:
            raise _refused(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        argument = ""
        while self._skip_space() != ">":
            attribute, value = self._attribute(name, begin)
            argument = _argument(name, attribute, value) or argument
        if name == "span" and argument != "spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(_Open(name, argument, self.offset, len(self.text)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        unclosed = _refused(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begin)}')
        name = self._word(stop="=>/\"'")
        if not name:
            if self._at_end():
                raise unclosed
            raise _refused(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        if self._skip_space() != "=":
            if self._at_end():
                raise unclosed
            return name, None
        self.position += 1
        quote = self._skip_space()
        if self._at_end():
            raise unclosed
        value = self._quoted() if quote in "'\"" else self._token()
        if self._at_end():
            raise _refused(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        return name, value

    def _token(self) -> str:
        start = self.position
        while (character := self.source[self.position]).isascii() and (
            character.isalnum() or character in ".-"
        ):
            self.position += 1
        if self.source[self.position] not in _SPACE + ">":
            raise _refused(f"Unexpected end of name token at byte offset {self._bytes(start)}")
        return self.source[start : self.position].lower()

    def _quoted(self) -> str:
        quote = self.source[self.position]
        self.position += 1
        value: list[str] = []
        while self.position < self.size and self.source[self.position] != quote:
            character = self.source[self.position]
            decoded = self._reference() if character == "&" else None
            if decoded is None:
                self.position += 1
            value.append(character if decoded is None else decoded)
        self.position += not self._at_end()
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        where = f"at byte offset {self._bytes(begin)}"
        if not self.open:
            raise _refused(f"Unexpected end tag {where}")
        self.position += 1
        name = self._word(stop=">").lower()
        if self._skip_space() != ">":
            raise _refused(f"Unclosed end tag {where}")
        opened = self.open.pop()
        if name and name != opened.name:
            raise _refused(f'Unmatched end tag {where}, expected "</{opened.name}>", found "</{name}>"')
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, tag: _Open) -> None:
        entity: JsonObject = {"offset": tag.offset, "length": self.offset - tag.offset}
        last = self.entities[-1] if self.entities else {}
        same = all(last.get(key) == value for key, value in entity.items())
        if tag.name == "a":
            url = tag.argument or "".join(self.text[tag.position :])
            if check_link(url) is None:
                self.entities.append({**entity, "type": "text_link", "url": url})
        elif tag.name == "pre" and same and last.get("type") == "code" and last.get("language"):
            last["type"] = "pre"
        elif tag.name == "code" and same and last.get("type") == "pre" and tag.argument:
            last["language"] = tag.argument
        elif tag.name in {"pre", "code"}:
            language = {"language": tag.argument} if tag.argument else {}
            self.entities.append({**entity, "type": tag.name, **language})
        elif tag.name == "blockquote":
            kind = "expandable_blockquote" if tag.argument else "blockquote"
            self.entities.append({**entity, "type": kind})
        elif tag.name == "tg-emoji":
            if not tag.argument.isdigit():
                raise bad_request("Invalid custom emoji identifier specified")
            self.entities.append({**entity, "type": "custom_emoji", "custom_emoji_id": tag.argument})
        else:
            self.entities.append({**entity, "type": _STYLES[tag.name]})

    def _word(self, *, stop: str) -> str:
        start = self.position
        while self.source[self.position] not in _SPACE + stop:
            self.position += 1
        return self.source[start : self.position]

    def _skip_space(self) -> str:
        while self.position < self.size and self.source[self.position] in _SPACE:
            self.position += 1
        return self.source[self.position]

    def _at_end(self) -> bool:
        return self.position >= self.size

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "replace"))


def _argument(tag: str, attribute: str, value: str | None) -> str:
    """Return what an attribute contributes to the entity, "" when nothing."""
    if tag == "blockquote" and attribute == "expandable":
        return "1"
    if value is None:
        return ""
    match tag, attribute:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
    return ""


def _refused(reason: str) -> ApiError:
    return bad_request(f"Can't parse entities: {reason}")

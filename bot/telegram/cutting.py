"""How is a long text divided into messages? Between paragraphs, then lines, then words, never inside a link."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.types import RichText, Span

MAX_UNITS = 4096  # Bot API, sendMessage: 1-4096 characters after entities parsing, counted in UTF-16
MAX_ENTITIES = 100  # Bot API: what is marked beyond the hundredth is shown plain


def split(paragraphs: Sequence[RichText], *, limit: int = MAX_UNITS) -> tuple[RichText, ...]:
    """Gather paragraphs into texts that fit into one message each.

    A paragraph that is too long alone is cut between lines, else between words, else anywhere; a link is
    cut only when it is too long by itself.
    """
    texts: list[RichText] = []
    current: list[Span] = []
    for piece, separator in _pieces(paragraphs, limit):
        joined = [*current, Span(text=separator), *piece] if current else list(piece)
        if current and not _fits(joined, limit):
            texts.append(tuple(current))
            joined = list(piece)
        current = joined
    if current:
        texts.append(tuple(current))
    return tuple(texts)


def utf16_length(text: str) -> int:
    """Count a text as Telegram does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fits(rich: Iterable[Span], limit: int) -> bool:
    spans = tuple(rich)
    marked = sum(bool(span.url) + (span.style != "plain") for span in spans)
    marked += sum(quoted for quoted, _ in groupby(spans, key=lambda span: span.quoted))
    return marked <= MAX_ENTITIES and sum(utf16_length(span.text) for span in spans) <= limit


def _pieces(paragraphs: Iterable[RichText], limit: int) -> Iterator[tuple[RichText, str]]:
    """Yield what may stand together in one message, each with what divides it from the one before."""
    for paragraph in paragraphs:
        if _fits(paragraph, limit):
            yield paragraph, "\n\n"
            continue
        separator = "\n\n"
        for line in _lines(paragraph):
            if _fits(line, limit):
                yield line, separator
            else:
                for position, piece in enumerate(_cut(line, limit)):
                    yield piece, "" if position else separator
            separator = "\n"


def _lines(paragraph: RichText) -> Iterator[RichText]:
    line: list[Span] = []
    for span in paragraph:
        first, *others = span.text.split("\n")
        line.append(replace(span, text=first))
        for text in others:
            yield tuple(each for each in line if each.text)
            line = [replace(span, text=text)]
    yield tuple(each for each in line if each.text)


def _cut(line: RichText, limit: int) -> Iterator[RichText]:
    """Cut one line between words; a link stays whole if it can."""
    current: list[Span] = []
    for span in line:
        for piece in _atoms(span, limit):
            if current and not _fits([*current, piece], limit):
                yield tuple(current)
                current = []
            current.append(piece)
    if current:
        yield tuple(current)


def _atoms(span: Span, limit: int) -> Iterator[Span]:
    whole = span.url is not None and utf16_length(span.text) <= limit
    for word in [span.text] if whole else _words(span.text):
        rest = word
        while rest:
            taken = _prefix(rest, limit)
            yield replace(span, text=rest[:taken])
            rest = rest[taken:]


def _words(text: str) -> Iterator[str]:
    """Yield the words, each with the white space after it."""
    start = 0
    for position in range(1, len(text)):
        if text[position - 1].isspace() and not text[position].isspace():
            yield text[start:position]
            start = position
    yield text[start:]


def _prefix(text: str, limit: int) -> int:
    """How many characters fit, at least one; combining marks stay with their letter."""
    if utf16_length(text) <= limit:
        return len(text)
    taken = limit
    while utf16_length(text[:taken]) > limit:
        taken -= utf16_length(text[:taken]) - limit
    while taken > 1 and unicodedata.combining(text[taken]):
        taken -= 1
    return max(taken, 1)

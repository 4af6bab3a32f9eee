"""What is said around a question? Greetings, thanks and the like, at the beginning and at the end of a message.

"Bonjour ! Quand a été fondée l'alliance ? merci" is a question about the launch; as one text it is as much like thanks.
Only what is a remark word for word is taken away, so that no word of a question is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import lru_cache

from bot.language.normalize import normalize
from bot.language.word_texts import listed
from bot.matching.features import is_dense

_MOST = 4  # remarks around one question
_WORDS = 3  # of a remark that no mark sets apart: "hi", "good morning", "thanks in advance"
_LETTERS = 4  # the same in scripts without spaces
# Of what begins a question politely: "por favor me puede decir usted".
_OPENING_WORDS, _OPENING_LETTERS = 7, 8
_WRITTEN = re.compile(r"[\w'’-]+")
_BETWEEN = " ,:;.-–—，、：。…"
MARK = re.compile(r"[?？؟;；!！。…\n,，،、:：]+|\.(?=\s|$)|\s[-–—]\s")


def without_remarks(text: str, is_remark: Callable[[str], bool]) -> str | None:
    """Take away the remarks around a question; None where there are none, or nothing else.

    Args:
        text: A message without hostile characters, as it was written.
        is_remark: Whether a text asks nothing, word for word.
    """
    rest = text
    for _ in range(_MOST):
        shorter = next((inner for outer, inner in _ends(rest) if is_remark(outer)), None)
        if shorter is None or not normalize(shorter).folded:
            break
        rest = shorter
    return None if rest == text else rest


def without_opening(text: str, openings: Container[str]) -> str:
    """Take away the words with which a question is begun politely: "could you tell me", "请问"; the longest that fit.

    Args:
        text: A message without hostile characters, as it was written.
        openings: Such words, folded.

    Returns:
        The same text where there are none, or nothing else.
    """
    words = list(_WRITTEN.finditer(text))
    for count in range(min(_OPENING_WORDS, len(words) - 1), 0, -1):
        end = words[count - 1].end()
        if normalize(text[:end]).folded in openings:
            return text[end:].strip(_BETWEEN)
    if text and is_dense(text[0]):
        for end in range(min(_OPENING_LETTERS, len(text) - 1), 1, -1):
            if text[:end] in openings:
                return text[end:].strip(_BETWEEN)
    return text


@lru_cache(maxsize=4)
def openings_of(lists: tuple[str, ...]) -> frozenset[str]:
    """Fold the words of several languages with which a question is begun politely; each list is separated by commas."""
    folded = (normalize(words).folded for one in lists for words in listed(one))
    return frozenset(filter(None, folded))


def _ends(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text once, near its beginning or its end: (what may be a remark, the rest), what marks set apart first."""
    marks = [mark for mark in MARK.finditer(text) if normalize(text[: mark.start()]).folded]
    if marks:
        yield text[: marks[0].start()], text[marks[0].end() :].strip()
        inner = [mark for mark in marks if normalize(text[mark.end() :]).folded]
        if inner:  # the mark stays: it may be that of the question
            yield text[inner[-1].end() :], text[: inner[-1].end()].strip()
    words = text.split()
    for count in range(min(_WORDS, len(words) - 1), 0, -1):
        yield " ".join(words[:count]), " ".join(words[count:])
        yield " ".join(words[-count:]), " ".join(words[:-count])
    if text and is_dense(text[0]):
        for count in range(min(_LETTERS, len(text) - 1), 1, -1):
            yield text[:count], text[count:]
    if text and is_dense(text[-1]):
        for count in range(min(_LETTERS, len(text) - 1), 1, -1):
            yield text[-count:], text[:-count]

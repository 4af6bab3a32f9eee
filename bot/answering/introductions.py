"""Who asks? Names that people give as their own, and names under a message, say nothing of what is asked.

"My name is Fatou Diop and I would like to know when the alliance was launched" and "…? Thanks, Ingrid Halvorsen" were
declined: four words that nobody knows look like a question about something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from bot.answering.remarks import MARK
from bot.answering.split import SENTENCE_END
from bot.language.normalize import normalize
from bot.language.own_names import OwnName
from bot.matching.names import NAME_WORD

_QUESTION = re.compile(r"[?？؟]")
# Words behind a name up to the next mark that still speak of who asks: "from the University of Dakar".
_REST = 5
_BETWEEN = " \n,，،、"
# Words of a name under a message, and of an address above one: "Dear Ms Halvorsen Okafor".
_SIGNATURE, _ADDRESS = 4, 5


def without_introductions(text: str, names: Iterable[OwnName], is_known: Callable[[str], bool]) -> str | None:
    """Take away who asks and who is spoken to; None where nobody is named, or nothing else is said.

    Args:
        text: A message without hostile characters, as it was written.
        names: The names in it that people give as their own, from left to right.
        is_known: Whether a word means something in any language.
    """
    rest = _without_signature(_without_address(_without_own(text, names), is_known), is_known)
    return rest if rest != text and normalize(rest).folded else None


def _without_own(text: str, names: Iterable[OwnName]) -> str:
    kept: list[str] = []
    start = 0
    for name in names:
        kept.append(text[start : max(start, name.words)])
        start = _past_own(text, name.end)
    return "".join((*kept, text[start:])).strip(_BETWEEN) if kept else text


def _past_own(text: str, end: int) -> int:
    """Find where what is said of who asks is over: at the end of the sentence, at a comma, or with the name."""
    for marks in (SENTENCE_END, MARK):
        mark = marks.search(text, end)
        if (
            mark is not None
            and not _QUESTION.search(mark[0])
            and len(NAME_WORD.findall(text, end, mark.start())) <= _REST
            and normalize(text[mark.end() :]).folded
        ):
            return mark.end()
    return end


def _without_address(text: str, is_known: Callable[[str], bool]) -> str:
    """Take away a first piece that names somebody whom nobody knows, with a word before the name."""
    mark = MARK.search(text)
    if mark is None or not normalize(text[mark.end() :]).folded:
        return text
    spoken_to = NAME_WORD.findall(text, 0, mark.start())
    named = any(
        _is_name(first, is_known) and _is_name(second, is_known) for first, second in pairwise(spoken_to[1:])
    )
    return text[mark.end() :].strip() if named and len(spoken_to) <= _ADDRESS else text


def _without_signature(text: str, is_known: Callable[[str], bool]) -> str:
    """Take away a last piece that is nothing but the name of somebody whom nobody knows."""
    marks = [mark for mark in MARK.finditer(text) if normalize(text[mark.end() :]).folded]
    if not marks or not normalize(text[: marks[-1].start()]).folded:
        return text
    signed = NAME_WORD.findall(text, marks[-1].end())
    named = 0 < len(signed) <= _SIGNATURE and all(_is_name(word, is_known) for word in signed)
    return text[: marks[-1].end()].strip(_BETWEEN) if named else text


def _is_name(word: str, is_known: Callable[[str], bool]) -> bool:
    return word[0].isupper() and not any(map(is_known, normalize(word).tokens))

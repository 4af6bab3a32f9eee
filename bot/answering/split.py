"""Which questions does one message hold?

People ask two things at once ("when did it start and how many joined?"), greet first, or tell a story before they
ask. A message is cut at question marks, at the ends of sentences and at joining words; the joining words and the
question words of a language stand in its catalog. Whether a cut is used is decided in `bot.answering.several`, from
what each half is worth on its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.language.catalogs import Catalogs
from bot.language.normalize import normalize
from bot.language.scripts import DENSE, script_of
from bot.language.word_texts import JOINING_WORDS, QUESTION_WORDS, listed

MAX_PARTS = 3
_MOST_SENTENCES = 5
_ASKING_WORDS = 4  # of a piece, among which its question word stands: "and in which city …"
_QUESTION_END = re.compile(r"[?？؟;；]+")
_COMMA = re.compile(r"[,，،、]")
_GREETING_WORDS = 3  # before the first comma: "hi", "good morning", "dear alliance team"
_GREETING_LETTERS = 4  # the same in scripts without spaces
_REST = re.compile(r"\w+")
SENTENCE_END = re.compile(r"[?？؟;；!！。…\n]+|\.(?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One way to cut a message."""

    pieces: tuple[str, ...]  # 2-3 pieces with at least one letter or digit each
    questions: bool  # whether each piece shows that it is a question of its own
    asks: tuple[bool, ...] = ()  # for sentences: whether each one asks; one that does not may be only a story
    greets: bool = False  # whether the first piece is only cut off in case it is a greeting
    joined: tuple[
        str, ...
    ] = ()  # folded joining words between their neighbours, where no question begins: "countries and regions"

    @property
    def each_asks(self) -> bool:
        """Whether there is a question in each piece."""
        return self.questions or (bool(self.asks) and all(self.asks))


def cuts(
    text: str,
    locale: str,
    catalogs: Catalogs,
    *,
    talks: Callable[[str], bool] = lambda _: False,
    whole: Callable[[str, str], bool] = lambda _, __: False,
) -> tuple[Cut, ...]:
    """List the ways to cut a message, the surest first.

    Args:
        text: A message without hostile characters, as it was written.
        locale: The language whose joining words and question words count.
        catalogs: Where these words stand.
        talks: Whether a text is small talk: it is cut off where it begins a message, also without a comma.
        whole: Whether a word that begins with the letters of a joining word is one of its own; given with what would be
            left of it without them: Arabic “ووهان” (Wuhan), “هان”.
    """
    asking = _words(catalogs, locale, "question")
    found: list[Cut] = []
    by_mark = _pieces(_QUESTION_END.split(text))
    if 2 <= len(by_mark) <= MAX_PARTS and len(_QUESTION_END.findall(text)) >= 2:
        found.append(Cut(pieces=by_mark, questions=True))
    by_word = _by_word(text, _joining(_words(catalogs, locale, "joining")), asking, whole)
    if 2 <= len(by_word) <= MAX_PARTS:
        questions = all(_asks(piece, asking) for piece in by_word)
        found.append(Cut(pieces=by_word, questions=questions, joined=_joined(text, by_word, asking)))
    by_space = _by_space(text)
    if 2 <= len(by_space) <= MAX_PARTS and all(_asks(piece, asking) for piece in by_space):
        found.append(Cut(pieces=by_space, questions=True))
    greeting, *rest = _COMMA.split(text, maxsplit=1)
    if rest and 0 < len(normalize(greeting).tokens) <= _GREETING_WORDS and normalize(rest[0]).folded:
        found.append(Cut(pieces=_pieces([greeting, *rest]), questions=False, greets=True))
    beginning = next((cut for cut in _beginnings(text) if talks(cut[0])), None)
    if beginning is not None and normalize(beginning[1]).folded:
        found.append(Cut(pieces=beginning, questions=False))
    sentences = _sentences(text)
    if 2 <= len(sentences) <= _MOST_SENTENCES and tuple(sentences) != by_mark:
        asks = tuple(asked or _asks(piece, asking) for piece, asked in sentences.items())
        found.append(Cut(pieces=tuple(sentences), questions=False, asks=asks))
    return tuple(cut for cut in found if not any(_asks_nothing(piece, asking) for piece in cut.pieces))


def _by_word(
    text: str, joining: re.Pattern[str], asking: tuple[str, ...], whole: Callable[[str, str], bool]
) -> tuple[str, ...]:
    """Cut a text at joining words, but leave together what holds only question words: "where and when was it?"."""
    spans = [(0, 0)]  # of the pieces; each ends where the joining word behind it begins
    for mark in joining.finditer(text):
        rest = _REST.match(text, mark.end())
        if rest is not None and mark[0][-1:].isalnum() and whole(mark[0] + rest[0], rest[0]):
            continue
        start, _ = spans[-1]
        if not _asks_nothing(text[start : mark.start()], asking):
            spans[-1] = (start, mark.start())
            spans.append((mark.end(), 0))
    start, _ = spans.pop()
    if spans and _asks_nothing(text[start:], asking):
        start, _ = spans.pop()
    return _pieces([*(text[begin:end] for begin, end in spans), text[start:]])


def _by_space(text: str) -> tuple[str, ...]:
    """Cut a text at the spaces between letters that need none: there they stand for commas."""
    pieces: list[str] = []
    for word in text.split():
        if pieces and not (_dense(pieces[-1][-1]) and _dense(word[0])):
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return _pieces(pieces)


def _joined(text: str, pieces: tuple[str, ...], asking: tuple[str, ...]) -> tuple[str, ...]:
    """List the joining words with the word before and the word behind them, unless that is a question word."""
    tokens = normalize(text).tokens
    read = [normalize(piece).tokens for piece in pieces]
    edges = {(before[-1], behind[0]) for before, behind in pairwise(read)}
    threes = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return tuple(
        " ".join((before, joining, behind))
        for before, joining, behind in threes
        if (before, behind) in edges and behind not in _tokens(asking)
    )


def _beginnings(text: str) -> Iterator[tuple[str, str]]:
    """Cut the first words off a text, the most of them first; the first letters where there are no spaces."""
    words = text.split()
    for count in range(_GREETING_WORDS, 0, -1):
        if len(words) > count:
            yield " ".join(words[:count]), " ".join(words[count:])
    if _dense(text[:1]):
        for count in range(min(_GREETING_LETTERS, len(text) - 1), 1, -1):
            yield text[:count], text[count:]


def _asks_nothing(piece: str, words: tuple[str, ...]) -> bool:
    """Whether a piece holds nothing or only question words, as the first one of "when and where was the launch?"."""
    known = _tokens(words)
    return all(token in known for token in normalize(piece).tokens)


@lru_cache(maxsize=64)
def _tokens(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token for word in words for token in normalize(word).tokens)


def _sentences(text: str) -> dict[str, bool]:
    """Cut a text at the ends of its sentences; tells of each whether it ends with a question mark."""
    found: dict[str, bool] = {}
    start = 0
    for end in [*SENTENCE_END.finditer(text), None]:
        piece = text[start : end.start() if end else len(text)].strip()
        if normalize(piece).folded:
            found[piece] = bool(end and _QUESTION_END.fullmatch(end[0]))
        start = end.end() if end else start
    return found


def _pieces(pieces: list[str]) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in pieces if normalize(piece).folded)


def _words(catalogs: Catalogs, locale: str, which: str) -> tuple[str, ...]:
    return listed(catalogs.text(locale, JOINING_WORDS if which == "joining" else QUESTION_WORDS))


@lru_cache(maxsize=64)
def _joining(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match a joining word between two pieces.

    A word with a hyphen at its end is written together with the next word (Arabic “و-”); words of scripts without
    spaces are found anywhere, all others only between spaces.
    """
    alternatives = [
        r"(?<=\s)[+&](?=\s)",
        r"(?<![\w-])and(?![\w-])",
    ]  # in every language: many write half in English
    for word in words:
        if word.endswith("-"):
            alternatives.append(rf"(?<=\s){re.escape(word[:-1])}(?=\w{{2}})")
        elif _dense(word) or not any(char.isalnum() for char in word):
            alternatives.append(re.escape(word))
        else:
            alternatives.append(rf"(?<![\w-]){re.escape(word)}(?![\w-])")  # "e" is no word in "e-mail"
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _asks(piece: str, words: tuple[str, ...]) -> bool:
    folded = normalize(piece)
    beginning = " ".join(folded.tokens[:_ASKING_WORDS]) + " "
    return any(
        wanted in folded.folded if _dense(word) else f" {wanted} " in f" {beginning}"
        for word, wanted in _folded(words)
    )


@lru_cache(maxsize=64)
def _folded(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, normalize(word).folded) for word in words)


def _dense(word: str) -> bool:
    return any(script_of(letter) in DENSE for letter in word)

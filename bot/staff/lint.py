"""Is a translation well made? What a program can see of that, in every catalog.

`bot.knowledge.checks` refuses what would break an answer; here is what would make a reader frown. Each rule
is a function from one translated message to its faults, listed in RULES.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.language.catalogs import Catalogs
from bot.language.formats import direction, own_name
from bot.language.icu import MessageSyntaxError, walk
from bot.language.messages import Fault, compare, parse
from bot.language.pofile import CatalogEntry
from bot.staff.glossary import Term
from bot.types import Problem, Severity

_LEFT_ENGLISH = 4  # words in a row as in the source, one of them a little one, are no name
_LITTLE = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "by", "for", "from", "has", "have", "in", "is", "it", "its"),
        *("not", "of", "on", "or", "that", "the", "this", "to", "was", "were", "with", "you"),
    }
)
_ENDS = {  # marks that do the same at the end of a sentence -> the one they stand for
    **dict.fromkeys(".。।۔", "."),
    **dict.fromkeys("?？؟", "?"),
    **dict.fromkeys("!！", "!"),
    **dict.fromkeys(":：", ":"),
    **dict.fromkeys("…", "…"),
}
_OPENING = "\u202a\u202b\u202d\u202e"  # LRE, RLE, LRO, RLO
_ISOLATING = "\u2066\u2067\u2068"  # LRI, RLI, FSI
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_MARKS = "\u200e\u200f\u061c"  # LRM, RLM, ALM
# English names and titles stand in brackets or quotation marks, beside what they mean or alone.
_QUOTED = re.compile(r"\([^()]*\)|（[^（）]*）|«[^«»]*»|“[^“”]*”|《[^《》]*》|「[^「」]*」|„[^“]*“")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ’'-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A translated message, and its words apart from placeholders."""

    entry: CatalogEntry
    source: str  # what is said in English, one form after the other
    target: str


Rule = Callable[[Message, Sequence[Term]], Iterator[Fault]]


def lint(catalogs: Catalogs, terms: Sequence[Term]) -> tuple[Problem, ...]:
    """Apply every rule to every current translation, in the order of files and lines."""
    found: list[Problem] = []
    for entry in catalogs.entries:
        if not entry.translation or entry.fuzzy:
            continue
        faults = compare(entry.message, entry.translation, entry.locale)
        found += [_problem(entry, fault, "error") for fault in faults]
        if not any(code in ("message-syntax", "ascii-apostrophe") for code, _ in faults):
            message = Message(entry=entry, source=_words(entry.message), target=_words(entry.translation))
            found += [_problem(entry, fault, "warning") for rule in RULES for fault in rule(message, terms)]
    return tuple(sorted(found, key=lambda problem: problem.location))


# --- rules --------------------------------------------------------------------------------------------


def untouched(message: Message, _terms: Sequence[Term]) -> Iterator[Fault]:
    """A translation does not repeat the English words."""
    if sum(character.isalpha() for character in message.source) < 4:
        return
    if message.target == message.source and _is_english(message.source, message.entry.locale):
        yield "left-english", "the translation is the English text"
        return
    source = [word.casefold() for word in _LATIN_WORD.findall(message.source)]
    target = _LATIN_WORD.findall(_QUOTED.sub(" · ", message.target))
    known = {tuple(source[start : start + _LEFT_ENGLISH]) for start in range(len(source))}
    for start in range(len(target) - _LEFT_ENGLISH + 1):
        run = target[start : start + _LEFT_ENGLISH]
        little = [word in _LITTLE for word in run]
        named = all(small or word[:1].isupper() for word, small in zip(run, little, strict=True))
        if sum(little) > 1 and not named and tuple(word.casefold() for word in run) in known:
            yield "left-english", f"“{' '.join(run)}” is left in English"
            return


def ending(message: Message, _terms: Sequence[Term]) -> Iterator[Fault]:
    """A translation ends with the same kind of mark as its source."""
    source, target = _end(message.entry.message), _end(message.entry.translation)
    if source != target and None not in (source, target):
        shown = [f"“{mark}”" if mark else "no mark" for mark in (source, target)]
        yield "other-ending", f"the source ends with {shown[0]}, the translation with {shown[1]}"


def bidi_marks(message: Message, _terms: Sequence[Term]) -> Iterator[Fault]:
    """Invisible marks for the direction are balanced, and stand only where two directions meet."""
    text = message.entry.translation
    opened = sum(text.count(mark) for mark in _OPENING), sum(text.count(mark) for mark in _ISOLATING)
    if opened != (text.count(_POP), text.count(_POP_ISOLATE)):
        yield (
            "unbalanced-marks",
            "invisible marks for the direction are opened and not closed, or the other way",
        )
    if any(mark in text for mark in "\u202d\u202e"):
        yield "forced-direction", "an invisible mark forces the direction of letters; use an isolate"
    one_way = not any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in text if character not in _MARKS
    )
    if direction(message.entry.locale) == "ltr" and one_way and any(mark in text for mark in _MARKS):
        yield "stray-mark", "an invisible mark for the direction stands in a text of one direction"


def names(message: Message, terms: Sequence[Term]) -> Iterator[Fault]:
    """What has an official name is called by it."""
    locale = message.entry.locale
    for term in terms:
        if locale not in term.names or not term.named_in(message.source):
            continue
        if not term.translated_in(message.target, locale):
            wanted = " / ".join(term.names[locale])
            kind = "own translation" if locale in term.own else "official name"
            yield "other-name", f"“{term.english[0]}” is “{wanted}” ({kind}); it does not stand here"


RULES: tuple[Rule, ...] = (untouched, ending, bidi_marks, names)


def _problem(entry: CatalogEntry, fault: Fault, severity: Severity) -> Problem:
    code, text = fault
    message = f"{entry.context or entry.message[:40]}: {text}"
    return Problem(location=entry.location, code=code, message=message, severity=severity)


def _words(text: str) -> str:
    """Write the text of a message without placeholders; of several forms all, one after the other."""
    try:
        return "".join(part for part in walk(parse(text).parts) if isinstance(part, str)).strip()
    except MessageSyntaxError:  # an English text that cannot be read is reported where it stands
        return text


def _is_english(text: str, locale: str) -> bool:
    """Whether a text that is the same in both languages is English: a name may be, and one word (“Conversation”)."""
    words = _LATIN_WORD.findall(text)
    if any(word.casefold() in _LITTLE for word in words):
        return True
    small = [word for word in words if word[:1].islower()]
    if _LATIN_WORD.search(own_name(locale)):
        return len(words) > 1 and bool(small)
    return bool(small) or any(len(word) > 1 and word[1:].islower() and len(words) == 1 for word in words)


def _end(text: str) -> str | None:
    """The mark at the end of a text; None when it ends with a value, which may bring its own."""
    closing = text.rstrip(' \u00a0\u202f\u200e\u200f”»"）)』」’')
    return None if closing.endswith("}") else _ENDS.get(closing[-1:], "")

"""Why is a new phrasing refused, or to be minded? Said to staff in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.language import staff_texts as said
from bot.language.formats import format_list, format_share, isolate, language_name
from bot.language.texts import Text
from bot.telegram.queued import Reader
from bot.types import Problem

_MOST_WORDS = 80  # characters of a wording that is named in a reason
_MOST_CHARACTERS = 250  # of a reason that is not known here

_Values = Mapping[str, str]


def reason(problem: Problem, reader: Reader) -> str:
    """Say what speaks against a phrasing; a problem that is not known here is said in English."""
    values = dict(problem.values)
    if (alone := _ALONE.get(problem.code)) is not None:
        return reader.say(alone)
    if values and (write := _WRITTEN.get(problem.code)) is not None:
        return write(values, reader)
    text = f"{problem.message}; {problem.advice}" if problem.advice else problem.message
    return isolate(
        text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…", reader.locale
    )


def _no_entry(values: _Values, reader: Reader) -> str:
    return reader.say(said.BECAUSE_NO_ENTRY, entry=isolate(values["entry"], reader.locale))


def _no_language(values: _Values, reader: Reader) -> str:
    return reader.say(said.BECAUSE_NO_LANGUAGE, language=_language(values, reader))


def _too_long(values: _Values, reader: Reader) -> str:
    return reader.say(said.BECAUSE_TOO_LONG, count=int(values["most"]))


def _known(values: _Values, reader: Reader) -> str:
    return reader.say(said.BECAUSE_KNOWN, **reader.entry(values["entry"]))


def _shared(values: _Values, reader: Reader) -> str:
    return reader.say(
        said.BECAUSE_SHARED, language=_language(values, reader), **reader.entry(values["entry"])
    )


def _confusing(values: _Values, reader: Reader) -> str:
    """Say that a phrasing is another entry's: this one today, or one of the files once this one is learnt."""
    if "probability" in values:
        percent = isolate(format_share(float(values["probability"]), reader.locale), reader.locale)
        return reader.say(said.BECAUSE_ANSWERED, percent=percent, **reader.entry(values["entry"]))
    other = reader.entry(values["taken"])
    return reader.say(
        said.BECAUSE_CONFUSING,
        wording=_wording(values, reader),
        other=other["question"],
        taken=other["entry"],
        **reader.entry(values["entry"]),
    )


def _astray(values: _Values, reader: Reader) -> str:
    wanted = _names(values["wanted"], reader)
    after = _names(values["after"], reader)
    return reader.say(said.BECAUSE_ASTRAY, wanted=wanted, after=after, **_asked(values, reader))


def _golden(values: _Values, reader: Reader) -> str:
    wanted = _names(values["wanted"], reader)
    return reader.say(said.BECAUSE_GOLDEN, wanted=wanted, **_asked(values, reader))


def _asked(values: _Values, reader: Reader) -> dict[str, str]:
    return {"wording": _wording(values, reader), "language": _language(values, reader)}


def _wording(values: _Values, reader: Reader) -> str:
    text = values["wording"]
    return reader.quoted(text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1] + "…")


def _language(values: _Values, reader: Reader) -> str:
    return isolate(language_name(values["locale"], reader.locale), reader.locale)


def _names(ids: str, reader: Reader) -> str:
    """List entries by their ids; none of them is told, too."""
    listed = [isolate(each, reader.locale) for each in ids.split()]
    return format_list(listed, reader.locale) if listed else reader.say(said.REVIEW_NOTHING)


_ALONE: Mapping[str, Text] = {
    "personal": said.BECAUSE_PERSONAL,
    "no-words": said.BECAUSE_NO_WORDS,
    "learned-nothing": said.BECAUSE_NO_WORDS,
}
_WRITTEN: Mapping[str, Callable[[_Values, Reader], str]] = {
    "unknown-entry": _no_entry,
    "learned-entry-gone": _no_entry,
    "unknown-locale": _no_language,
    "learned-language-gone": _no_language,
    "too-long": _too_long,
    "phrasing-known": _known,
    "phrasing-shared": _shared,
    "learned-elsewhere": _shared,
    "phrasing-confusable": _confusing,
    "question-led-astray": _astray,
    "golden-question": _golden,
}

"""What do the comments above a translation say about it: since when it is stale, who has read it?

They are translators' comments (`# `), a line each. Those survive `msgattrib`, `msgmerge`, Poedit and Weblate,
all of which take the extracted comments (`#.`) anew from the template. Other lines are the translators' own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["stale-since", "reviewed-by", "same-meaning"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AGAIN = ", again "


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What the comments of a translation say."""

    stale_since: date | None = None  # the day of the first change after it was made
    changed_again: bool = False  # whether the source has changed once more since
    reviewed: bool = False  # whether somebody else has read it


def read_notes(comment: str) -> Notes:
    """Read the translators' comment of a message; people may begin a line with "reviewed" in their own words."""
    stale = _line(comment, "stale-since") or ""
    day = _DAY.search(stale)
    return Notes(
        stale_since=_day(day[0]) if day else None,
        changed_again=_AGAIN.strip() in stale,
        reviewed=any(line.strip().casefold().startswith("reviewed") for line in comment.splitlines()),
    )


def note_stale(comment: str, day: date, *, doubted: bool = False) -> str:
    """Note that the source has changed; of several changes the first day and the last one stay.

    A review was one of the former translation.

    Args:
        comment: The comment so far.
        day: When the source has changed.
        doubted: Whether the translation was not current before; then this is not the only reason to look at it.
    """
    first = read_notes(comment).stale_since or (day if doubted else None)
    value = f"{first.isoformat()}{_AGAIN}{day.isoformat()}" if first else day.isoformat()
    rest = without(without_review(comment), "same-meaning")
    return _with(rest, "stale-since", value)


def note_same_meaning(comment: str, day: date) -> str:
    """Note that the source was put into other words that mean the same."""
    return _with(without(comment, "stale-since"), "same-meaning", f"in other words since {day.isoformat()}")


def note_reviewed(comment: str, name: str, day: date) -> str:
    """Note who has read a translation; the last one counts."""
    return _with(without_review(comment), "reviewed-by", f"{name} {day.isoformat()}")


def without(comment: str, kind: Kind) -> str:
    """Take the note of a kind out of a comment."""
    return "\n".join(line for line in comment.splitlines() if not _is(line, kind))


def without_review(comment: str) -> str:
    """Take every line out of a comment that says that a translation was reviewed."""
    lines = comment.splitlines()
    return "\n".join(line for line in lines if not line.strip().casefold().startswith("reviewed"))


def _with(comment: str, kind: Kind, value: str) -> str:
    lines = [*without(comment, kind).splitlines(), f"{kind}: {value}"]
    return "\n".join(lines)


def _line(comment: str, kind: Kind) -> str | None:
    return next((line.strip() for line in comment.splitlines() if _is(line, kind)), None)


def _is(line: str, kind: Kind) -> bool:
    return line.strip().startswith(f"{kind}:")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # somebody's typing error
        return None

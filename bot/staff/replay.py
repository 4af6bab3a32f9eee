"""What would have been answered on an earlier day, and does the record of that day say the same?

That day's content, files and what staff had accepted or withdrawn, is asked by today's program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from bot.answering.ask import Answered, to_json
from bot.language.normalize import clean, normalize
from bot.staff.history import Commit
from bot.storage.store import DecisionRecord
from bot.types import Overlay

Said = tuple[tuple[str, str | None], ...]  # (decision, entry) of each part


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was decided about the question that day."""

    at: datetime
    revision: str
    said: Said
    agrees: bool  # with the replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is still kept of a day."""

    found: tuple[Recorded, ...]  # of the same question, oldest first
    unworded: int  # records of that day whose wording is kept no longer, so that nobody knows the question


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A question answered once more."""

    at: datetime  # the moment whose content answers
    commit: Commit  # that held the files
    overlay: Overlay | None  # what staff had changed; None: there is no store here
    revision: str  # of that content
    revision_now: str
    answered: Answered
    records: Records
    pin_missing: bool = False  # staff had gone back to files of which no commit was found


def moment_of(text: str, now: datetime) -> datetime:
    """Read a day or a moment; a day alone means its end, or now when it is today. All in UTC.

    Raises:
        ValueError: It is written differently, or lies in the future; says so.
    """
    written = text.strip()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            raise ValueError(
                f'"{text}" is no moment; write it as 2026-05-01 or 2026-05-01T09:30, in UTC'
            ) from None
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    else:
        at = datetime.combine(day, time.max, UTC) if day != now.date() else now
    if at > now:
        raise ValueError(f"{text} lies in the future; it is {now:%Y-%m-%dT%H:%M} UTC")
    return at


def records_of(kept: Iterable[DecisionRecord], question: str, at: datetime, answered: Answered) -> Records:
    """Find what was decided about a question on the day of a moment, and compare.

    Args:
        kept: All records.
        question: Compared as the matcher reads it.
        at: A moment of that day, in UTC.
        answered: The replay.
    """
    start = datetime.combine(at.date(), time.min, UTC)
    day = [record for record in kept if start <= record.asked_at < start + timedelta(days=1)]
    wanted, now = _folded(question), said_now(answered)
    same = [record for record in day if record.question_text and _folded(record.question_text) == wanted]
    return Records(
        found=tuple(_recorded(list(parts), now) for _, parts in groupby(same, key=_one_question)),
        unworded=sum(record.question_text is None for record in day),
    )


def said_now(answered: Answered) -> Said:
    """Tell what the replay decided, as records hold it."""
    outcomes = [part.outcome for part in answered.reply.parts if part.outcome]
    return tuple((outcome.decision, outcome.entry_id) for outcome in outcomes)


def report(replay: Replay) -> Iterator[str]:
    """Say which content answered, which answers today, and what the records of the day say."""
    commit = f"commit {replay.commit.id[:10]} of {_moment(replay.commit.at)}"
    yield f"content of {_moment(replay.at)}: revision {replay.revision} ({commit}; {_changes(replay.overlay)})"
    if replay.pin_missing and replay.overlay:
        yield (
            f"staff had gone back to files of revision {replay.overlay.pinned} then; no commit holds them, and so "
            "the files of that commit answered here"
        )
    same = " (the same)" if replay.revision_now == replay.revision else ""
    yield f"content today: revision {replay.revision_now}{same}"
    yield "program: today's"
    for record in replay.records.found:
        told = f"record of {_moment(record.at)}: {_told(record.said)} (revision {record.revision})"
        yield f"{told}: {'agrees' if record.agrees else 'differs'}"
    if not replay.records.found:
        day, lost = replay.at.date().isoformat(), replay.records.unworded
        wording = f"; {lost} of that day no longer say what was asked" if lost else ""
        yield f"no record of {day} is kept of this question{wording}"


def as_json(replay: Replay) -> dict[str, object]:
    """Give a replay the form that `replay --json` prints."""
    overlay = replay.overlay
    return {
        "at": replay.at.isoformat(timespec="seconds"),
        "commit": replay.commit.id,
        "committed_at": replay.commit.at.isoformat(),
        "revision": replay.revision,
        "revision_now": replay.revision_now,
        "learned": None if overlay is None else len(overlay.learned),
        "withdrawn": None if overlay is None else [each.entry_id for each in overlay.withdrawn],
        "pinned": overlay.pinned if overlay else None,
        "pin_missing": replay.pin_missing,
        "records": [
            {
                "at": record.at.isoformat(),
                "revision": record.revision,
                "agrees": record.agrees,
                "decided": [{"decision": kind, "entry_id": entry} for kind, entry in record.said],
            }
            for record in replay.records.found
        ],
        "unworded": replay.records.unworded,
        "reply": to_json(replay.answered.reply),
    }


def _folded(text: str) -> str:
    return normalize(clean(text)).folded


def _one_question(record: DecisionRecord) -> tuple[datetime, datetime, str | None]:
    """Tell the parts of one question by what they share."""
    return record.asked_at, record.answered_at, record.asker


def _recorded(parts: Sequence[DecisionRecord], now: Said) -> Recorded:
    said = tuple((part.decision, part.entry_id) for part in parts)
    return Recorded(
        at=parts[0].asked_at,
        revision=parts[0].revision,
        said=said,
        agrees=sorted(said, key=str) == sorted(now, key=str),
    )


def _told(said: Said) -> str:
    return " and ".join(f"{decision} {entry}" if entry else decision for decision, entry in said)


def _changes(overlay: Overlay | None) -> str:
    if overlay is None:
        return "no store here, so nothing that staff accepted or withdrew"
    learned, withdrawn = len(overlay.learned), len(overlay.withdrawn)
    phrasings = f"{learned} accepted phrasing{'' if learned == 1 else 's'}"
    return f"{phrasings} and {withdrawn} withdrawn answer{'' if withdrawn == 1 else 's'} on top"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

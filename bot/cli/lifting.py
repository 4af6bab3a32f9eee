"""Which commands show what staff set aside, and take a verdict back? The questions then wait in the queue again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.keeping import with_store
from bot.cli.opening import account
from bot.cli.options import EXIT_ERROR, ConfigOption, now, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.effects import Lift, Verdict
    from bot.storage.store import SetAsideRecord

VERDICTS: Mapping[Verdict, str] = {
    "not-ours": "not for us",
    "later": "later",
    "new-entry": "an entry is to be written",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Questions on which somebody decided at once."""

    questions: tuple[str, ...]  # folded
    verdict: Verdict
    who: str
    at: datetime

    @property
    def id(self) -> str:
        """A short name; the same as long as the verdict stands."""
        from hashlib import blake2b

        decided = f"{self.verdict}\0{self.who}\0{self.at.timestamp()}"
        return blake2b(decided.encode(), digest_size=4).hexdigest()

    def lifted(self) -> Lift:
        """Take the verdict back."""
        from bot.effects import Lift

        return Lift(questions=self.questions, verdict=self.verdict, at=now())


def aside(rows: Sequence[SetAsideRecord]) -> tuple[SetAside, ...]:
    """Put together what was decided at once, oldest first; a "later" that is over is left out."""
    from bot.staff.review import LATER

    questions: dict[tuple[Verdict, str, datetime], list[str]] = {}
    for row in rows:
        if row.verdict != "later" or now() < row.at + LATER:
            questions.setdefault((row.verdict, row.who, row.at), []).append(row.question)
    return tuple(
        SetAside(questions=tuple(texts), verdict=verdict, who=who, at=at)
        for (verdict, who, at), texts in questions.items()
    )


def review_aside(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")] = False,
    config: ConfigOption = None,
) -> None:
    """List the questions that staff set aside, newest first: not for us, later, an entry is to be written."""
    found = aside(with_store(config, lambda store: store.set_aside()))
    for one in reversed(found):
        print(json.dumps(_object(one), ensure_ascii=False) if as_json else "\n".join(_lines(one)))
    if not found:
        say("nothing is set aside")


def review_lift(
    which: Annotated[str, typer.Argument(metavar="TEXT|ID", help="As `review aside` shows it.")],
    config: ConfigOption = None,
) -> None:
    """Take a verdict back: the questions that were set aside by it wait in the queue again."""
    from bot.language.normalize import normalize

    folded = normalize(which).folded
    found = aside(with_store(config, lambda store: store.set_aside()))
    one = next((each for each in found if which == each.id or folded in each.questions), None)
    if one is None:
        say(f"{which}: nothing that is set aside is called so; `alliance-bot review aside` lists it")
        raise typer.Exit(EXIT_ERROR)
    with_store(config, lambda store: store.apply(account(), (one.lifted(),)))
    say(f"taken back: {VERDICTS[one.verdict]}, said by {one.who}; these wait again:")
    for question in one.questions:
        say(f"    “{question}”")


def _lines(one: SetAside) -> list[str]:
    from bot.staff.review import LATER

    end = f" until {one.at + LATER:%Y-%m-%d %H:%M}" if one.verdict == "later" else ""
    heading = f"[{one.id}]  {VERDICTS[one.verdict]}{end}, said by {one.who}, {one.at:%Y-%m-%d %H:%M}"
    return [heading, *(f"    “{question}”" for question in one.questions)]


def _object(one: SetAside) -> dict[str, object]:
    return {
        "id": one.id,
        "verdict": one.verdict,
        "who": one.who,
        "at": one.at.isoformat(timespec="seconds"),
        "questions": list(one.questions),
    }

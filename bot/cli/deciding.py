"""How does somebody in a terminal work through the review queue? One cluster at a time, a key or a word for each verdict."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.keeping import with_store
from bot.cli.lifting import VERDICTS, aside
from bot.cli.opening import Rows, accepted_with, account, clusters, lines, opened, row_id, undoing
from bot.cli.options import now, say
from bot.effects import Learn, SetAside, StaffEffect, Verdict
from bot.language.normalize import clean, normalize

if TYPE_CHECKING:
    from bot.answering.assistant import Assistant
    from bot.config import Config
    from bot.staff.considering import Considered
    from bot.staff.review import Cluster

_KEYS: Mapping[str, tuple[str, str]] = {
    "a": ("add", "add as phrasing of an entry"),
    "n": ("new", "new entry"),
    "x": ("not", "not for us"),
    "l": ("later", "later"),
    "s": ("skip", "skip for now"),
    "u": ("undo", "undo the last decision"),
    "q": ("quit", "quit"),
}
_VERDICTS: Mapping[str, tuple[Verdict, str]] = {
    "n": ("new-entry", "an entry is to be written"),
    "x": ("not-ours", "not for us"),
    "l": ("later", "shown again in 7 days"),
}
_MOST_MOVED = 8  # questions that are shown of those which would be dealt with otherwise
_NEAR_NAMES = 4
_TRIES = 20  # answers to one prompt that make no sense, before it counts as quitting


@dataclass(slots=True)
class _Session:
    """What happened since the command was typed."""

    settings: Config
    config: Path | None
    seen: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # clusters decided on or skipped: their questions
    rows: Rows | None = None
    assistant: Assistant | None = None

    def next(self) -> tuple[str, Cluster] | None:
        """Find the next cluster that was not decided on yet, and its list; what was accepted meanwhile counts."""
        self.rows, self.assistant, queue = opened(self.settings, self.config)
        return next(((kind, one) for kind, one in clusters(queue) if one.id not in self.seen), None)

    def show_again(self, questions: Collection[str]) -> None:
        """Forget that these were seen."""
        for cluster_id, known in list(self.seen.items()):
            if not set(known).isdisjoint(questions):
                del self.seen[cluster_id]


def decide_all(settings: Config, config: Path | None) -> None:
    """Work through the queue until it is empty, or somebody quits."""
    session = _Session(settings, config)
    found = session.next()
    if found is None:
        say("no question waits for a decision")
        return
    while found is not None:
        kind, cluster = found
        typer.echo("\n".join(["", *lines(cluster, kind)]))
        key = _key()
        if key == "q":
            return
        if key == "a":
            done = _add(session, cluster)
        elif key == "u":
            _undo(session)
            done = False
        else:
            done = True
            if key in _VERDICTS:
                _set_aside(session, cluster, key)
        if done:
            session.seen[cluster.id] = cluster.questions
        if done or key == "u":
            found = session.next()
    typer.echo("\nThat was the last one.")


def _key() -> str:
    menu = "  ".join(f"{key} = {meaning}" for key, (_, meaning) in _KEYS.items())
    for _ in range(_TRIES):
        said = typer.prompt(f"{menu}\nDecide", default="s").strip().casefold()
        found = [key for key, (word, _) in _KEYS.items() if said in (key, word)]
        if found:
            return found[0]
        typer.echo(f"“{said}” is none of these.")
    return "q"


# --- verdicts -----------------------------------------------------------------------------------------


def _set_aside(session: _Session, cluster: Cluster, key: str) -> None:
    verdict, told = _VERDICTS[key]
    effect = SetAside(questions=cluster.questions, verdict=verdict, at=now())
    with_store(session.config, lambda store: store.apply(account(), (effect,)))
    typer.echo(f"noted: {told}")


def _undo(session: _Session) -> None:
    """Take back what was decided last, by whomever; a question of it that was seen is shown again."""
    assert session.rows is not None  # a cluster was shown
    learned, verdicts = session.rows.overlay.learned, aside(session.rows.verdicts)
    effects: Sequence[StaffEffect]
    if learned and not (verdicts and verdicts[-1].at > learned[-1].at):
        last = learned[-1]
        taken = accepted_with(last, session.rows.overlay)
        texts = ", ".join(f"“{row.text}” ({row.locale})" for row in taken)
        asked = f"Take back {texts} of {last.entry_id}, accepted by {last.who}?"
        questions, effects = [normalize(row.text).folded for row in taken], undoing(taken)
    elif verdicts:
        said = verdicts[-1]
        asked = f"Take back “{VERDICTS[said.verdict]}” about “{said.questions[0]}”, said by {said.who}?"
        questions, effects = list(said.questions), (said.lifted(),)
    else:
        typer.echo("there is nothing to take back")
        return
    if typer.confirm(asked, default=True):
        with_store(session.config, lambda store: store.apply(account(), effects))
        session.show_again(questions)
        typer.echo("taken back")


# --- a new phrasing -----------------------------------------------------------------------------------


def _add(session: _Session, cluster: Cluster) -> bool:
    """Accept a wording as a phrasing; False when nothing came of it."""
    from bot.staff.redact import marked

    assert session.assistant is not None  # a cluster was shown
    entry_id = _entry(cluster, session.assistant)
    if entry_id is None:
        return False
    first = next((one for one in cluster.wordings if not marked(one.text)), cluster.wordings[0])
    text = " ".join(clean(typer.prompt("Phrasing", default=first.text)).split())
    wording = next((one for one in cluster.wordings if one.text == text), first)
    locale = typer.prompt("Language", default=wording.locale).strip()
    typer.echo("looking at what that changes …")
    found = _consider(session, cluster, locale, entry_id, text)
    for problem in found.problems:
        typer.echo(
            f"{problem.severity}: {problem.message}" + (f"; {problem.advice}" if problem.advice else "")
        )
    if found.refused:
        typer.echo("refused: it would confuse")
        return False
    typer.echo(found.summary)
    for moved in found.moved[:_MOST_MOVED]:
        was, will = (", ".join(ids) or "nothing" for ids in (moved.before, moved.after))
        typer.echo(f"    {moved.asked.locale}  “{moved.asked.text}”: {was} → {will}")
    if len(found.moved) > _MOST_MOVED:
        typer.echo(f"    and {len(found.moved) - _MOST_MOVED} more")
    if not typer.confirm(f"Accept it for {entry_id}?", default=True):
        return False
    effect = Learn(locale=locale, entry_id=entry_id, text=text, at=now())
    with_store(session.config, lambda store: store.apply(account(), (effect,)))
    typer.echo(f"accepted ({row_id(effect)}); the bot knows it within seconds; “u” takes it back")
    return True


def _entry(cluster: Cluster, assistant: Assistant) -> str | None:
    """Ask for an entry until there is one of that name; None when somebody gives up."""
    near = [one.entry_id for one in cluster.nearest]
    if near:
        typer.echo("    ".join(f"{place} = {entry_id}" for place, entry_id in enumerate(near, start=1)))
    for _ in range(_TRIES):
        said = typer.prompt(
            "Entry (its id or one of these numbers; - for none)", default=near[0] if near else "-"
        )
        said = said.strip()
        if said == "-":
            return None
        if said.isdecimal() and 1 <= int(said) <= len(near):
            return near[int(said) - 1]
        entry = assistant.knowledge.resolve(said)
        if entry is not None:
            return entry.id
        names = _near_names(said, assistant)
        typer.echo(f"there is no entry {said}" + (f"; near are: {', '.join(names)}" if names else ""))
    return None


def _near_names(said: str, assistant: Assistant) -> list[str]:
    ids = list(assistant.knowledge.entries)
    holding = [entry_id for entry_id in ids if said.casefold() in entry_id]
    return list(dict.fromkeys([*difflib.get_close_matches(said, ids, n=_NEAR_NAMES), *holding]))[:_NEAR_NAMES]


def _consider(session: _Session, cluster: Cluster, locale: str, entry_id: str, text: str) -> Considered:
    from bot.knowledge.golden import load_golden
    from bot.knowledge.loader import load_evaluation
    from bot.staff.considering import Candidate, consider
    from bot.staff.impact import Asked

    assert session.assistant is not None  # a cluster was shown
    assert session.rows is not None
    settings = session.settings
    items, _ = load_evaluation(settings.content.knowledge_dir)
    golden, _ = load_golden(settings.content.knowledge_dir, session.assistant.knowledge)
    recorded = [
        Asked(text=row.question_text, locale=row.locale, recorded=True)
        for row in session.rows.decisions
        if row.question_text
    ]
    return consider(
        Candidate(
            locale=locale,
            entry_id=entry_id,
            text=text,
            against=tuple(complaint.entry_id for complaint in cluster.complaints),
        ),
        session.assistant,
        labelled=[item for every in items.values() for item in every],
        recorded=recorded,
        golden=golden,
        asked_at=now(),
        target_risk=settings.answering.target_risk,
        cache_dir=settings.content.cache_dir,
    )

"""How is the review queue read for a terminal, and how does a cluster look there?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.keeping import with_store
from bot.cli.options import now, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.answering.assistant import Assistant
    from bot.config import Config
    from bot.effects import Learn, Unlearn
    from bot.staff.review import Cluster, Queue
    from bot.storage.store import DecisionRecord, SetAsideRecord, Store, VoteRecord
    from bot.types import Learned, Overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the store holds for a review, read in one go."""

    decisions: tuple[DecisionRecord, ...]
    votes: tuple[VoteRecord, ...]
    verdicts: tuple[SetAsideRecord, ...]
    overlay: Overlay


def opened(settings: Config, config: Path | None) -> tuple[Rows, Assistant, Queue]:
    """Read the store and gather the queue."""
    from bot.ops.memory import undisturbed
    from bot.staff.recalled import Recalled
    from bot.staff.review import review as gather

    with undisturbed():
        rows = with_store(config, _read)
        assistant = assistant_with(settings, rows.overlay)
        recalled = Recalled(assistant, settings.content.cache_dir)
        queue = gather(
            rows.decisions,
            rows.votes,
            verdicts=rows.verdicts,
            overlay=rows.overlay,
            assistant=assistant,
            now=now(),
            askers=settings.staff.askers,
            recalled=recalled,
        )
        recalled.save()
    return rows, assistant, queue


def assistant_with(settings: Config, overlay: Overlay) -> Assistant:
    """Load what answers, with what staff changed on top of the files."""
    from bot.answering.assistant import load_assistant

    content = settings.content
    return load_assistant(
        knowledge_dir=content.knowledge_dir,
        locales_dir=content.locales_dir,
        default_locale=content.default_locale,
        target_risk=settings.answering.target_risk,
        cache_dir=content.cache_dir,
        progress=say,
        overlay=overlay,
    )


def account() -> str:
    """Name whoever typed, for the audit."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        return "terminal"


def row_id(row: Learned | Learn) -> str:
    """Give an accepted phrasing a short name."""
    from hashlib import blake2b

    return blake2b(f"{row.locale}\0{row.text}".encode(), digest_size=4).hexdigest()


def accepted_with(row: Learned, overlay: Overlay) -> tuple[Learned, ...]:
    """List a phrasing and those that were accepted by the same press."""
    from bot.staff.presses import accepted_by, press

    return accepted_by(press(row.who, row.at, row.entry_id), overlay.learned)


def undoing(rows: Sequence[Learned]) -> tuple[Unlearn, ...]:
    """Take accepted phrasings back, at one moment."""
    from bot.effects import Unlearn

    at = now()
    return tuple(Unlearn(locale=row.locale, text=row.text, why="undone", at=at) for row in rows)


def lines(cluster: Cluster, kind: str) -> Iterator[str]:
    """Describe a cluster."""
    times = f"{cluster.times} time{'s' * (cluster.times > 1)}"
    people = f"{cluster.askers} {'people' if cluster.askers > 1 else 'person'}"
    span = f"{cluster.first_asked:%Y-%m-%d} to {cluster.last_asked:%Y-%m-%d}"
    reasons = ", ".join(f"{reason} {count}" for reason, count in cluster.reasons.items())
    heading = "  TO BE WRITTEN" if kind == "to-write" else ""
    yield f"[{cluster.id}]{heading}  asked by {people}, {times}, {span}: {reasons}"
    for wording in cluster.wordings:
        yield f"    {wording.locale}  “{wording.text}”" + (f"  ×{wording.times}" if wording.times > 1 else "")
    for complaint in cluster.complaints:
        comment = f": “{complaint.comment}”" if complaint.comment else ""
        yield f"    voted down: {complaint.entry_id} ({complaint.reason or 'no reason given'}){comment}"
    near = ", ".join(f"{one.entry_id} {one.probability:.0%}" for one in cluster.nearest)
    yield f"    nearest: {near or 'nothing'}"


def clusters(queue: Queue) -> Iterator[tuple[str, Cluster]]:
    """List the clusters, each with the list that it is on."""
    yield from (("waiting", cluster) for cluster in queue.waiting)
    yield from (("to-write", cluster) for cluster in queue.to_write)


async def _read(store: Store) -> Rows:
    return Rows(
        decisions=await store.decisions(),
        votes=await store.votes(),
        verdicts=await store.set_aside(),
        overlay=await store.overlay(),
    )

"""How is a run written down?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tests.reliability.ledger import Tally

HEAD = (
    "| scenario | way in | kills | questions | messages | lost | doubled (most, mean per kill) "
    "| out of order | p50 / p99 / longest s | seed | good | remark |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run."""

    scenario: str
    mode: str
    tally: Tally | None = None  # None: nothing was counted
    seed: int
    faults: tuple[str, ...] = ()  # what is not as it must be; empty when all is well
    remark: str = ""
    counts: bool = True  # whether it goes into the sums; controls do not

    @property
    def good(self) -> bool:
        """Whether all is as it must be."""
        return not self.faults

    def line(self) -> str:
        """Write it as a line of the table."""
        remark = "; ".join(filter(None, [*self.faults, self.remark]))
        good = "yes" if self.good else "**no**"
        tally = self.tally
        if tally is None:
            return f"| {self.scenario} | {self.mode} | | | | | | | | {self.seed} | {good} | {remark} |"
        doubled = str(tally.doubled)
        if tally.kills:
            doubled += f" ({max(tally.per_kill)}, {sum(tally.per_kill) / tally.kills:.2f})"
        times = " / ".join(_seconds(tally.quantile(share)) for share in (0.5, 0.99, 1.0))
        return (
            f"| {self.scenario} | {self.mode} | {tally.kills} | {tally.questions} | {tally.messages} | {tally.lost} "
            f"| {doubled} | {tally.disordered} | {times} | {self.seed} | {good} | {remark} |"
        )


def faults_of(
    tally: Tally, *, per_kill: int = 0, mean: float | None = None, doubled: int = 0, strange: int = 0
) -> tuple[str, ...]:
    """List what is not as it must be.

    Args:
        tally: What a run came to.
        per_kill: How many messages a kill may double.
        mean: How many it may double on average.
        doubled: How many may be doubled without a kill.
        strange: How many messages may answer nothing.
    """
    found = []
    if tally.lost:
        found.append(f"{tally.lost} lost")
    if tally.disordered:
        found.append(f"{tally.disordered} out of order")
    if tally.unexplained > doubled:
        found.append(f"{tally.unexplained} doubled without a kill")
    if max(tally.per_kill, default=0) > per_kill:
        found.append(f"{max(tally.per_kill)} doubled by one kill")
    if mean is not None and tally.kills and sum(tally.per_kill) / tally.kills > mean:
        found.append(f"{sum(tally.per_kill) / tally.kills:.2f} doubled per kill")
    if tally.strange > strange:
        found.append(f"{tally.strange} messages that answer nothing")
    return tuple(found)


def totals(rows: Iterable[Row]) -> str:
    """Sum up the runs with kills."""
    tallies = [row.tally for row in rows if row.tally is not None and row.tally.kills and row.counts]
    kills = sum(tally.kills for tally in tallies)
    doubled = sum(sum(tally.per_kill) for tally in tallies)
    return (
        f"{kills} kills, {sum(t.questions for t in tallies):,} questions, {sum(t.messages for t in tallies):,} "
        f"messages: {sum(t.lost for t in tallies)} lost, {sum(t.disordered for t in tallies)} out of order, "
        f"{doubled} doubled ({doubled / kills if kills else 0:.2f} per kill, "
        f"at most {max((max(t.per_kill) for t in tallies), default=0)})"
    )


def _seconds(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "never"

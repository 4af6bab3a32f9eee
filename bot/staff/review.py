"""Which questions could the bot not answer well, and what becomes of them? The queue that staff work through.

Pure: rows of the store go in, clusters of alike questions come out. A question is known by its folded wording without
personal data. What the bot answers by now is not shown, unless people voted against just that answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Literal

from bot.answering.assistant import Assistant
from bot.effects import VoteReason
from bot.language.normalize import contains_words, normalize
from bot.matching.alike import alike, describe
from bot.matching.together import Together
from bot.staff.recalled import Folded, Made, Recalled
from bot.staff.redact import redactor
from bot.storage.store import DecisionRecord, SetAsideRecord, VoteRecord
from bot.types import NormalizedText, Overlay

ASKERS = 2  # people who must have asked before a question is shown
LATER = timedelta(days=7)  # for which a verdict "later" hides a question

_MOST_SHOWN = 100  # clusters; the others come up as these are dealt with
_MOST_ASKED_AGAIN = 800  # wordings that today's assistant is asked for one queue, a millisecond or two each
_MOST_OF_A_GROUP = 5  # that are asked again
_AT_ONCE = 200  # groups whose wordings are asked together
_MOST_WORDINGS = 12  # of a cluster

Reason = Literal["unanswered", "clarified", "down-voted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a question was put, without personal data."""

    locale: str
    text: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A vote against the answer that a question got."""

    entry_id: str  # as it is called today
    reason: VoteReason | None
    comment: str | None  # without personal data
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry that may be what was meant."""

    entry_id: str
    probability: float  # 0-1, by today's assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Questions that ask the same, in one language or several."""

    id: str  # short; the same as long as the wording of its oldest question is kept
    questions: tuple[str, ...]  # folded, most asked first; what `SetAside` takes
    wordings: tuple[Wording, ...]  # most asked first
    askers: int  # different people
    times: int
    first_asked: datetime
    last_asked: datetime
    reasons: Mapping[Reason, int]  # how many times for which reason
    complaints: tuple[Complaint, ...]  # newest first
    nearest: tuple[Near, ...]  # at most three, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What staff have to look at."""

    waiting: tuple[Cluster, ...] = ()  # most asked first
    to_write: tuple[Cluster, ...] = ()  # staff said that an entry is to be written; most asked first
    few: int = 0  # clusters that fewer people asked than it takes to be shown
    more: int = 0  # clusters that are not shown because there are very many

    def find(self, cluster_id: str) -> Cluster | None:
        """Find a cluster by its id, in either list."""
        return next((one for one in (*self.waiting, *self.to_write) if one.id == cluster_id), None)


@dataclass(slots=True)
class _Asked:
    """One folded question and all the times it was asked."""

    text: NormalizedText
    locale: str
    words: Counter[str] = field(default_factory=Counter)  # as people wrote it, without personal data
    askers: set[str | None] = field(default_factory=set)  # those who are not known count as one
    times: list[datetime] = field(default_factory=list)
    reasons: Counter[Reason] = field(default_factory=Counter)
    complaints: list[Complaint] = field(default_factory=list)
    likely: bool = False  # whether it may be answered by now
    revision: str = ""  # of the knowledge that did not answer it last; empty: it was answered

    @property
    def folded(self) -> Folded:
        """The question as today's assistant is asked it."""
        return Folded(self.text, self.locale)


def review(
    decisions: Sequence[DecisionRecord],
    votes: Sequence[VoteRecord],
    *,
    verdicts: Collection[SetAsideRecord],
    overlay: Overlay,
    assistant: Assistant,
    now: datetime,
    askers: int = ASKERS,
    recalled: Recalled | None = None,
) -> Queue:
    """Gather the questions that staff should look at.

    Args:
        decisions: All that was decided, oldest first.
        votes: What people said about answers.
        verdicts: What staff decided on questions before.
        overlay: What staff changed; a down-voted question that was learned since its vote is settled.
        assistant: What answers today; a question that it answers surely is settled, unless it was voted down.
        now: For verdicts that end.
        askers: How many different people must have asked.
        recalled: What `assistant` made of questions before; None: nothing is known.
    """
    hidden = frozenset(one.question for one in verdicts if _hides(one, now))
    to_write = frozenset(one.question for one in verdicts if one.verdict == "new-entry")
    learned = {normalize(one.text).folded: one.at for one in overlay.learned}
    asked = _gather(decisions, votes, assistant, learned)
    questions = sorted(
        (one for key, one in asked.items() if key not in hidden),
        key=lambda one: (-len(one.askers), -len(one.times), one.text.folded),
    )
    together = Together()
    groups = _grouped(questions, assistant, together)
    enough = [group for group in groups if len(_askers(group)) >= askers]
    enough.sort(key=lambda group: (-len(_askers(group)), -sum(len(one.times) for one in group)))
    shown, rest = _open(enough, assistant, askers, _Heard(recalled or Recalled(assistant), together))
    return Queue(
        waiting=tuple(one for one in shown if to_write.isdisjoint(one.questions)),
        to_write=tuple(one for one in shown if not to_write.isdisjoint(one.questions)),
        few=len(groups) - len(enough),
        more=rest,
    )


def _hides(verdict: SetAsideRecord, now: datetime) -> bool:
    return verdict.verdict == "not-ours" or (verdict.verdict == "later" and now < verdict.at + LATER)


# --- gathering ----------------------------------------------------------------------------------------


def _gather(
    decisions: Sequence[DecisionRecord],
    votes: Iterable[VoteRecord],
    assistant: Assistant,
    learned: Mapping[str, datetime],
) -> dict[str, _Asked]:
    """Put together what was asked in the same words, by the folded question."""
    redacted = cache(redactor(assistant.catalogs))  # many ask in the same words
    folded = cache(normalize)
    against = {id(row): vote for row, vote in _voted_down(decisions, votes, assistant)}
    found: dict[str, _Asked] = {}
    for row in decisions:
        vote = against.get(id(row))
        reason = _reason(row, vote)
        if reason is None or row.question_text is None:
            continue
        shown = redacted(row.question_text)
        text = folded(shown)
        since = learned.get(text.folded)
        if not contains_words(text) or (vote and since and since > vote.at):
            continue
        asked = found.setdefault(text.folded, _Asked(text, row.locale))
        _count(asked, row, shown, reason)
        if vote:
            comment = redacted(vote.comment) if vote.comment else None
            entry_id = _present(vote.entry_id, assistant)
            asked.complaints.append(
                Complaint(entry_id=entry_id, reason=vote.reason, comment=comment, at=vote.at)
            )
    return found


def _reason(row: DecisionRecord, vote: VoteRecord | None) -> Reason | None:
    if vote is not None:
        return "down-voted"
    if row.decision == "abstain":
        return "unanswered"
    return "clarified" if row.decision == "clarify" else None


def _count(asked: _Asked, row: DecisionRecord, shown: str, reason: Reason) -> None:
    asked.words[shown] += 1
    asked.askers.add(row.asker)
    asked.times.append(row.asked_at)
    asked.reasons[reason] += 1
    asked.revision = "" if reason == "down-voted" else row.revision


def _voted_down(
    decisions: Sequence[DecisionRecord], votes: Iterable[VoteRecord], assistant: Assistant
) -> Iterator[tuple[DecisionRecord, VoteRecord]]:
    """Find the question behind each vote that an answer did not help: the last one before it, of that person."""
    given: dict[tuple[str, str], list[DecisionRecord]] = {}
    for row in decisions:
        if row.asker and row.entry_id and row.question_text and row.decision == "answer":
            given.setdefault((row.asker, _present(row.entry_id, assistant)), []).append(row)
    for vote in votes:
        rows = given.get((vote.voter, _present(vote.entry_id, assistant)), ())
        if not vote.helpful and rows:
            before = [row for row in rows if row.asked_at <= vote.at]
            yield (before or rows)[-1], vote


def _present(entry_id: str, assistant: Assistant) -> str:
    """Name an entry as it is called today."""
    entry = assistant.knowledge.resolve(entry_id)
    return entry.id if entry else entry_id


def _grouped(questions: Sequence[_Asked], assistant: Assistant, together: Together) -> list[list[_Asked]]:
    """Put near-duplicates together, and note what the comparison shows of each question."""
    described = describe([(one.text, one.locale) for one in questions], assistant.matcher, together)
    for one, locale, likely in zip(questions, described.locales, described.likely.tolist(), strict=True):
        one.locale, one.likely = locale, likely
    return [[questions[place] for place in places] for places in alike(described)]


# --- showing ------------------------------------------------------------------------------------------


def _open(
    groups: Sequence[Sequence[_Asked]], assistant: Assistant, askers: int, heard: _Heard
) -> tuple[list[Cluster], int]:
    """Leave out what is settled, and describe the rest; tells how many are not shown because there are too many."""
    within = _within_reach(groups, assistant)
    shown: list[list[_Asked]] = []
    for place, group in enumerate(groups):
        if len(shown) == _MOST_SHOWN or place == within:
            rest = len(groups) - place
            break
        if place % _AT_ONCE == 0:
            ahead = groups[place : min(place + _AT_ONCE, within)]
            heard.hear(
                one for each in ahead for one in each[:_MOST_OF_A_GROUP] if _may_be_settled(one, assistant)
            )
        open_ones = _unsettled(group, assistant, heard)
        if len(_askers(open_ones)) >= askers:
            shown.append(open_ones)
    else:
        rest = 0
    heard.hear(group[0] for group in shown)
    clusters = [_cluster(group, heard) for group in shown]
    return sorted(clusters, key=lambda one: (-one.askers, -one.times, one.id)) if not rest else clusters, rest


def _within_reach(groups: Sequence[Sequence[_Asked]], assistant: Assistant) -> int:
    """Count the groups that may be looked at before too much was asked again."""
    left = _MOST_ASKED_AGAIN
    for place, group in enumerate(groups):
        if left <= 0:
            return place
        left -= sum(_may_be_settled(one, assistant) for one in group[:_MOST_OF_A_GROUP])
    return len(groups)


class _Heard(dict[Folded, Made]):
    """What today's assistant makes of questions, many heard at a time."""

    def __init__(self, recalled: Recalled, together: Together) -> None:
        super().__init__()
        self._recalled, self._together = recalled, together

    def hear(self, questions: Iterable[_Asked]) -> None:
        self.update(self._recalled.hear((one.folded for one in questions), self._together))


def _unsettled(group: Sequence[_Asked], assistant: Assistant, heard: _Heard) -> list[_Asked]:
    """Leave out what is settled; of a large group the first ones are asked, and stand for those that nobody complained of."""
    first, rest = group[:_MOST_OF_A_GROUP], group[_MOST_OF_A_GROUP:]
    left = [one for one in first if not _settled(one, assistant, heard)]
    return left + [one for one in rest if left or one.complaints]


def _settled(asked: _Asked, assistant: Assistant, heard: _Heard) -> bool:
    """Whether today's assistant answers a question surely; with another entry, when one was voted down."""
    if not _may_be_settled(asked, assistant):
        return False
    answered = heard[asked.folded].answered
    return answered is not None and answered not in {complaint.entry_id for complaint in asked.complaints}


def _may_be_settled(asked: _Asked, assistant: Assistant) -> bool:
    return asked.likely and asked.revision != assistant.revision  # the same knowledge did not answer it


def _askers(group: Iterable[_Asked]) -> frozenset[str | None]:
    return frozenset(asker for one in group for asker in one.askers)


def _cluster(group: Sequence[_Asked], heard: _Heard) -> Cluster:
    times = sorted(time for one in group for time in one.times)
    oldest = min(group, key=lambda one: (one.times[0], one.text.folded))
    wordings = [
        Wording(locale=one.locale, text=text, times=count)
        for one in group
        for text, count in one.words.items()
    ]
    complaints = (complaint for one in group for complaint in one.complaints)
    return Cluster(
        id=blake2b(oldest.text.folded.encode(), digest_size=5).hexdigest(),
        questions=tuple(one.text.folded for one in group),
        wordings=tuple(sorted(wordings, key=lambda one: (-one.times, one.locale, one.text))[:_MOST_WORDINGS]),
        askers=len(_askers(group)),
        times=len(times),
        first_asked=times[0],
        last_asked=times[-1],
        reasons=dict(sum((one.reasons for one in group), Counter[Reason]()).most_common()),
        complaints=tuple(sorted(complaints, key=lambda one: one.at, reverse=True)),
        nearest=tuple(
            Near(entry_id=entry_id, probability=chance) for entry_id, chance in heard[group[0].folded].nearest
        ),
    )

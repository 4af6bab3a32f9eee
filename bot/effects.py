"""What follows from an update, besides its reply? Values that the store applies when it marks the row done.

All are frozen; times are aware and in UTC; locales are CLDR ids. A handler returns them and writes nothing, so
that a second try starts from the same state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

VoteReason = Literal["wrong", "outdated", "off-topic"]
Verdict = Literal["not-ours", "later", "new-entry"]


# --- of a person or a chat ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLocale:
    """The person chose a language; None follows the client again."""

    locale: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic:
    """The last answered entry, for follow-ups."""

    entry_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetChoices:
    """The entries last offered by number; empty when none are open."""

    entry_ids: tuple[str, ...]
    at: datetime
    locale: str | None = None  # in which they were offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One more question of a person, for the limit on how many there may be in a minute."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """Whether an answer helped a person; their last word on an entry counts."""

    entry_id: str
    helpful: bool
    locale: str  # in which the answer was read
    revision: str  # of the knowledge that gave it
    at: datetime
    reason: VoteReason | None = None  # why it did not help; None: not said, or not said again
    former: tuple[str, ...] = ()  # ids that the entry had before; a vote under one of them is this vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Unvote:
    """The person took back whether an answer helped them, and what they said with it."""

    entry_id: str
    at: datetime
    former: tuple[str, ...] = ()  # ids that the entry had before


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """The person was asked for a line about an answer that did not help."""

    entry_id: str
    message_id: str  # a reply to this message is that line
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person wrote about an answer that did not help them."""

    entry_id: str
    text: str
    asked_in: str  # message that asked for it
    message_id: str  # in which they wrote it
    more: bool = False  # it is added to what they wrote before; otherwise it takes its place
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """The person was told a notice, and is not told it again until it is out of date."""

    notice_id: str
    until: datetime  # when it is out of date


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Erase what is kept of the person, in every chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGroupLocale:
    """The administrators of a group chose its language; None follows the question again."""

    locale: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A group goes on under another id; what is kept of it and of its people goes with it."""

    old: str
    new: str
    last: bool = True  # nothing of the old chat waits any more, so that nothing is kept there


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetChat:
    """Erase what is kept of a chat and of people in it: the bot is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The person asked to be told once their question can be answered."""

    text: str  # the question
    locale: str  # in which they were told that it cannot be
    at: datetime


# --- of staff, on the content ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn:
    """A question that people asked is from now on a phrasing of an entry."""

    locale: str
    entry_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlearn:
    """A learned phrasing is one no longer: somebody took it back, or the files hold it now."""

    locale: str
    text: str
    why: Literal["undone", "exported"]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Staff decided on questions that no phrasing came of, and need not see them again for now."""

    questions: tuple[str, ...]  # as the queue showed them, folded
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Staff took a verdict back: the questions wait again, unless somebody decided otherwise on them meanwhile."""

    questions: tuple[str, ...]  # folded
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The answer of an entry is out of service until it is restored."""

    entry_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """The answer of an entry is given again."""

    entry_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Staff went back to an earlier revision of the files; None: the files count again."""

    revision: str | None
    at: datetime


StaffEffect = Learn | Unlearn | SetAside | Lift | Withdraw | Restore | Pin
ChatEffect = SetGroupLocale | Migrated | ForgetChat
PersonEffect = (
    SetLocale
    | SetTopic
    | SetChoices
    | Counted
    | NoticeShown
    | Vote
    | Unvote
    | Prompted
    | Remark
    | Wish
    | Forget
)
Effect = PersonEffect | ChatEffect | StaffEffect

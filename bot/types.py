"""Which values travel between the packages?

All are frozen; sequences are tuples; times are aware and in UTC; locales are CLDR ids with underscore
(`pt_BR`, `zh_Hans`). An optional field means "absent in the real world", never "not yet filled".
Reading order of one question: Question -> NormalizedText -> Match -> Decision -> Explanation -> Reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from bot.effects import Effect

Severity = Literal["error", "warning"]
Direction = Literal["ltr", "rtl"]


# --- content faults -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a text file."""

    path: Path
    line: int = 1  # from 1
    column: int = 1  # from 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault in content; a value, not an exception, so that all of them can be listed at once."""

    location: Location
    code: str  # kebab-case, stable: "unknown-fact"
    severity: Severity = "error"
    message: str  # what is wrong
    advice: str = ""  # what to do
    values: tuple[
        tuple[str, str], ...
    ] = ()  # what the message names, for whoever says it in another language

    def __str__(self) -> str:
        advice = f"; {self.advice}" if self.advice else ""
        return f"{self.location}: {self.severity} {self.code}: {self.message}{advice}"


# --- a question and how it was understood ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRef:
    """Where a conversation takes place."""

    channel: str  # "telegram"
    chat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as a person asked it, with all that may influence the answer."""

    text: str
    asked_at: datetime  # aware; "today" for everything that the answer says
    chosen: str | None = None  # the locale the user chose with /language
    client: str | None = None  # the language tag of the user's application, as it came
    default: str = "en"  # the operator's default locale
    previous_entry: str | None = None  # entry of the last answer, while it still counts as the topic


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedText:
    """A text and the folded form under which it is matched."""

    original: str  # without hostile characters; what a person may be shown
    folded: str  # one space between words, no punctuation
    tokens: tuple[str, ...]  # words of `folded`; runs of a dense script are one token


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One entry that may answer a question."""

    entry_id: str
    phrasing: str  # the nearest phrasing, as staff wrote it
    locale: str  # of that phrasing
    score: float  # raw number of the ranker; comparable only within one ranking
    probability: float  # 0-1, chance that this entry answers the question


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where a ranking becomes an answer, and where it becomes an offer of choices."""

    answer: float  # 0-1, for the probability of the best match
    clarify: float  # 0-1, for `Ranking.answerable`


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the ranker saw in a question, in words, for people who ask why."""

    matched: tuple[str, ...] = ()  # words or stems that the knowledge base knows
    repaired: tuple[tuple[str, str], ...] = ()  # (typed, taken for)
    borrowed: tuple[
        tuple[str, str], ...
    ] = ()  # (word, locale of the phrasings that hold it), in another language
    unknown: tuple[str, ...] = ()  # words that no phrasing holds
    unasked: tuple[
        str, ...
    ] = ()  # what is asked for ("how many"), of which no phrasing of the best entry asks
    read_as: str | None = (
        None  # the text in other letters, when it was typed on another keyboard or spelt by sound
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All that the matcher says about one text."""

    matches: tuple[Match, ...]  # at most ten, best first, ties by entry_id
    bounds: Bounds  # for the locale in which the text was understood
    locale: str | None  # language of the question as the phrasings show it; None: no evidence
    locale_sure: bool  # whether `locale` may decide the language of the reply
    evidence: Evidence
    answerable: float = 1.0  # 0-1, how likely the text is a question that the entries answer


class AbstainReason(StrEnum):
    """Why no answer is given."""

    EMPTY = "empty"  # nothing to match: blank, emoji, control characters
    UNSURE = "unsure"  # no entry is likely enough
    UNKNOWN_LANGUAGE = "unknown-language"  # a language without catalog
    WITHDRAWN = "withdrawn"  # the answer is out of service while staff check it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One entry is sure enough."""

    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """A few entries are likely; the person chooses. One is left where another half of the message is answered with the other."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstain:
    """Nothing is likely enough; say so."""

    reason: AbstainReason
    nearest: tuple[Match, ...] = ()  # at most three, offered without a claim
    withdrawn: Match | None = None  # whose answer is out of service; it is not offered


Decision = Answer | Clarify | Abstain
DecisionName = Literal["answer", "clarify", "abstain"]
EntryKind = Literal["knowledge", "conversation", "unknown-by-design"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleDecision:
    """In which language the reply is written, and why."""

    locale: str
    reason: Literal["chosen", "question", "client", "default", "request"]
    unavailable: str | None = None  # CLDR language code of a question whose language has no catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class PartExplanation:
    """How one (part of a) question was decided."""

    text: NormalizedText
    ranking: Ranking
    decision: Decision
    follow_up: str | None = None  # kind of follow-up ("where") that was resolved from the last topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything answer() decided before it wrote a word; shown by the drawer and `ask --explain`."""

    parts: tuple[PartExplanation, ...]  # at least one; several for two questions in one message
    locale: LocaleDecision
    revision: str  # of the knowledge that decided
    read: int | None = None  # characters of a very long text that were matched; None: all


# --- content that lives in the store --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A phrasing that staff accepted from what people asked, and that no file holds yet."""

    locale: str
    entry_id: str
    text: str
    who: str  # whoever accepted it: id in the channel, or name of the account in a terminal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An entry whose answer is out of service."""

    entry_id: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What staff changed in the store, on top of the files; the same for every process that shares it."""

    version: int = 0  # rises with every change
    learned: tuple[Learned, ...] = ()  # oldest first
    withdrawn: tuple[Withdrawn, ...] = ()  # oldest first
    pinned: str | None = None  # revision of the files that staff went back to; None: the present ones count


# --- a reply --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text in one style; what a channel can render and a terminal can print."""

    text: str
    url: str | None = None
    style: Literal["plain", "bold", "italic"] = "plain"
    quoted: bool = False  # part of what stands apart, as sources do; a channel may fold it


RichText = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source, as the reader is shown it."""

    source_id: str
    title: str
    url: str | None
    publisher: str
    language: str  # CLDR id of the source's language
    published: date | None
    checked_on: date
    as_of: str | None  # formatted date for which figures hold
    line: RichText  # the whole line in the reply's language, the title linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry a person may choose."""

    entry_id: str
    label: str  # the entry's question in the reply's language
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something a person may press."""

    label: str
    action: str = ""  # at most 64 bytes: "entry:launch-date", "lang:fr", "topics:2"; empty when one of the others is set
    url: str | None = None  # opens a page
    copies: str | None = None  # puts this text on the person's clipboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The decision record of one part of a reply."""

    decision: DecisionName
    entry_id: str | None  # answered; with "abstain", the entry that would have been were it not withdrawn
    probability: float | None
    locale: str
    question_text: str
    asked_at: datetime
    revision: str  # of the knowledge that answered
    unavailable: str | None = None  # CLDR code of the question's language, when it has no catalog
    written_in: str | None = None  # locale of the answer's text, when it is not translated into the reply's


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The reply to one question."""

    decision: DecisionName
    kind: EntryKind | None  # None unless answered
    entry_id: str | None
    facts: tuple[str, ...]
    probability: float | None
    text: str  # one or more paragraphs, without the sources
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
    outcome: Outcome | None = None
    whole: bool = False  # an entry's own answer, not a word about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person is told, before a channel gives it its form."""

    locale: str
    parts: tuple[Part, ...]
    notices: tuple[str, ...] = ()  # lines such as "your language is not available yet"
    prompt: str | None = None  # what the person is asked or told last, below the answer
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows; besides the choices of the parts
    asks: bool = False  # a new message without buttons opens a line to type the answer to it in


# --- the durable path -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """One of the messages that somebody who types an inline question may send."""

    result_id: str  # at most 64 bytes; the same as long as it says the same: "launch-date:fr:1f0a3c"
    title: str
    description: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered for an inline question."""

    results: tuple[InlineResult, ...]  # at most ten, the likeliest first
    button: Button  # above them; leads to the private chat, its action is what /start is told
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What a handler returns: it neither sends nor writes."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    alert: str | None = None  # a short line for the person who pressed a button, to be closed by them
    toast: str | None = None  # such a line that goes by itself; an alert goes first
    explanation: Explanation | None = None  # why the reply says what it says; None when nothing was matched
    offer: Offer | None = None  # for an inline question, in place of replies
    outcomes: tuple[Outcome, ...] = ()  # besides those of the replies: what was sent in other chats
    quote: bool = False  # show which message is answered, in a private chat too
    anew: bool = False  # below the message whose button was pressed, not in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One call of a channel's interface."""

    chat: ChatRef
    method: str  # "sendMessage", "editMessageText", ...
    body: Mapping[str, object] = field(default_factory=dict)
    question_id: str | None = None  # the message it answers; quoted when it has to be sent again
    fleeting: bool = False  # worth nothing after ten seconds: sent at once, past the queue, and never again


class IgnoreReason(StrEnum):
    """Why an update gets no reply; the list is closed, so that it can be counted."""

    NOT_ADDRESSED = "not-addressed"  # said in a group, to others
    OTHER_BOT = "other-bot"  # a command for another bot
    FROM_BOT = "from-bot"  # written by a bot, or through one
    CHANNEL_POST = "channel-post"
    SERVICE = "service"  # somebody joined, a title changed, ...
    EDIT_UNANSWERED = "edit-unanswered"  # an edit of a message that had no reply
    EDIT_NOT_TEXT = "edit-not-text"  # an edited command, caption or live location
    MIGRATED = "migrated"  # a group became a supergroup; its settings go with it
    REMOVED = "removed"  # the bot was taken out of a group; what was kept of it is erased
    MEMBERSHIP = "membership"  # the bot was let in, promoted or restricted, or somebody blocked it
    INLINE_UNKNOWN = "inline-unknown"  # a result was sent whose entry is gone
    RATE_LIMITED = "rate-limited"  # too many questions in a minute; the person has been told
    WISH_EARLY = "wish-early"  # what was to be told is not known here; the wish is kept again
    OTHER_KIND = "other-kind"  # an update this version has no use for


class Refusal(StrEnum):
    """Why Telegram will never take a message; the list is closed, so that it can be counted."""

    BLOCKED = "blocked"  # by the person
    DEACTIVATED = "deactivated"  # the account was deleted
    STRANGER = "stranger"  # somebody who never wrote to the bot, or another bot
    REMOVED = "removed"  # the bot is not in the group (any more)
    CHAT_GONE = "chat-gone"  # no such chat (any more)
    NO_RIGHT = "no-right"  # the bot may not write there
    TOPIC_CLOSED = "topic-closed"
    TOPIC_GONE = "topic-gone"  # deleted together with the question
    MIGRATED = "migrated"  # the group went on under another id more than once
    MALFORMED = "malformed"  # a fault of this program: markup, length or buttons
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """An update was handled: these messages go out, then these effects take place."""

    messages: tuple[OutgoingMessage, ...]
    effects: tuple[Effect, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    question_id: str | None = None  # the person's message; None for a pressed button
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """An update was handled, and rightly has no reply."""

    reason: IgnoreReason
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An update could not be handled; it may be tried again."""

    error: Exception


Handling = Replied | Ignored | Failed

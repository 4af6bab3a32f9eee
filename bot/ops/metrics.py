"""What is counted and measured?

Everything is declared here, once, and named after what happens in the bot. The values of labels come from
short closed lists, so that nobody outside can make Prometheus keep a series for each word they send.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from bot.types import IgnoreReason, Refusal

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4  # all names are plain, so the form that every version reads will do
OTHER = "other"

# Bot API, Update: its optional fields, of which at most one is there.
KINDS = frozenset({
    "message", "edited_message", "guest_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
})  # fmt: skip
DECISIONS = frozenset({"answer", "clarify", "abstain"})
# Not handled; flood control; no connection; perhaps sent; the store was away.
RETRIES = frozenset({"failed", "delayed", "unsent", "unknown", "storage"})

_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?")
_MOST_LOCALES = 60
_ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)
_HANDLING_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)

# A second series for each counter would say only when the process started.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """All metrics of one running bot, in a registry of their own.

    Args:
        clock: Seconds that only go forward, for the age of the last poll.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._polled_at: float | None = None
        self._locales: set[str] = set()
        self.registry = registry = CollectorRegistry(auto_describe=True)
        self._updates = _counter(registry, "updates", "Updates that came in, by kind.", "kind")
        self._decisions = _counter(
            registry, "decisions", "Decisions about questions, by what was decided and the reply's language.",
            "decision", "locale",
        )  # fmt: skip
        self._ignored = _counter(
            registry, "ignored", "Updates that rightly got no reply, by reason.", "reason"
        )
        self._retries = _counter(registry, "retries", "Further attempts at a row, by why.", "why")
        self._flood_waits = _counter(registry, "flood_waits", "Messages put off by Telegram's flood control.")
        self._refused = _counter(
            registry, "refused", "Messages that Telegram refused for good, by why.", "why"
        )
        self._answer_seconds = Histogram(
            "alliance_bot_answer_seconds",
            "From the receipt of an update to the last message that answers it.",
            buckets=_ANSWER_SECONDS,
            registry=registry,
        )
        self._handling_seconds = Histogram(
            "alliance_bot_handling_seconds",
            "How long it took to decide what to reply.",
            buckets=_HANDLING_SECONDS,
            registry=registry,
        )
        self._waiting = _gauge(registry, "inbox_waiting", "Rows of the inbox that are not finished.")
        self._oldest = _gauge(registry, "inbox_oldest_seconds", "Age of the oldest row that is not finished.")
        self._dead = _gauge(registry, "inbox_dead", "Rows that were given up and wait for somebody to look.")
        poll_age = _gauge(registry, "poll_age_seconds", "Since the last successful poll; NaN: does not poll.")
        poll_age.set_function(self._poll_age)
        self._knowledge = Gauge(
            "alliance_bot_knowledge_info", "Which knowledge answers.", ["revision"], registry=registry
        )
        _begin(self._ignored, IgnoreReason)
        _begin(self._retries, RETRIES)
        _begin(self._refused, Refusal)

    def update_received(self, kind: str) -> None:
        """Count an update that is stored."""
        self._updates.labels(_known(kind, KINDS)).inc()

    def decided(self, decision: str, locale: str) -> None:
        """Count the decision about one part of a question."""
        self._decisions.labels(_known(decision, DECISIONS), self._locale(locale)).inc()

    def ignored(self, reason: str) -> None:
        """Count an update without reply."""
        self._ignored.labels(_known(reason, _REASONS)).inc()

    def answered(self, seconds: float) -> None:
        """Measure an answer, from receipt to its last message."""
        self._answer_seconds.observe(max(0.0, seconds))

    def handled(self, seconds: float) -> None:
        """Measure how long it took to decide what to reply."""
        self._handling_seconds.observe(max(0.0, seconds))

    def retried(self, why: str) -> None:
        """Count a row that has to be tried again: one of `RETRIES`."""
        self._retries.labels(_known(why, RETRIES)).inc()

    def refused(self, why: str) -> None:
        """Count a message that will never go out: one of `Refusal`."""
        self._refused.labels(_known(why, _REFUSALS)).inc()

    def flooded(self) -> None:
        """Count a message that flood control put off."""
        self._flood_waits.inc()

    def inbox(self, waiting: int, oldest_seconds: float | None, dead: int) -> None:
        """Say how much is waiting; `oldest_seconds` is None when nothing is."""
        self._waiting.set(waiting)
        self._oldest.set(max(0.0, oldest_seconds or 0.0))
        self._dead.set(dead)

    def polled_at(self, moment: float | None) -> None:
        """Say when polling last succeeded or began, by the clock; None: this process does not poll."""
        self._polled_at = moment

    def knowledge(self, revision: str) -> None:
        """Say which knowledge answers from now on."""
        self._knowledge.clear()
        self._knowledge.labels(revision).set(1)

    def exposition(self) -> bytes:
        """Write everything down as Prometheus reads it; its type is `CONTENT_TYPE`."""
        return generate_latest(self.registry)

    def _poll_age(self) -> float:
        return math.nan if self._polled_at is None else max(0.0, self._clock() - self._polled_at)

    def _locale(self, locale: str) -> str:
        if locale in self._locales:
            return locale
        if len(self._locales) >= _MOST_LOCALES or not _LOCALE.fullmatch(locale):
            return OTHER
        self._locales.add(locale)
        return locale


_REASONS = frozenset(str(reason) for reason in IgnoreReason)
_REFUSALS = frozenset(str(refusal) for refusal in Refusal)


def _known(value: str, values: frozenset[str]) -> str:
    return value if value in values else OTHER


def _counter(registry: CollectorRegistry, name: str, documentation: str, *labels: str) -> Counter:
    return Counter(f"alliance_bot_{name}", documentation, labels, registry=registry)  # it adds "_total"


def _gauge(registry: CollectorRegistry, name: str, documentation: str) -> Gauge:
    return Gauge(f"alliance_bot_{name}", documentation, registry=registry)


def _begin(counter: Counter, values: Iterable[str]) -> None:
    """Let series start at zero; the first event would not show as an increase otherwise."""
    for value in values:
        counter.labels(str(value))

"""Which operating faults can there be?

BotError
├── ConfigError(problems)             bad settings, all of them; exit status 2
├── KnowledgeError(problems)          start refused: the knowledge base has errors
├── CatalogError(problems)            a catalog is missing or cannot be read
├── PollingSilent(seconds, failure)   Telegram was not heard for too long; to be started anew
├── StorageError
│   ├── StorageUnavailable            try again
│   ├── SchemaOutdated(found, wanted) a newer or older schema than this version knows
│   └── LeaseLost(name, holder)       another process has taken over
└── DeliveryError
    ├── DeliveryDelayed(retry_after)  flood control, not sent: try again after that many seconds
    ├── DeliveryUnsent                no connection, surely not sent: try again
    ├── DeliveryMoved(chat_id)        not sent: the chat goes on under another id; send there
    ├── DeliveryUnknown               reset, timeout: may have been sent; the setting decides
    └── DeliveryRefused(reason)       blocked, chat gone, bad request: give up, do not retry

Faults in content are values (`bot.types.Problem`); not knowing is a decision (`bot.types.Abstain`).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.types import Problem, Refusal


class BotError(Exception):
    """Any operating fault of this program."""


class _ProblemsError(BotError):
    """A fault that is a list of faults."""

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(_ProblemsError):
    """Settings that cannot be used; lists all of them."""


class KnowledgeError(_ProblemsError):
    """The knowledge base has errors, or cannot be found."""


class CatalogError(_ProblemsError):
    """A catalog is missing or cannot be read."""


class PollingSilent(BotError):
    """No poll has succeeded for so long that a new start is better than going on."""

    def __init__(self, seconds: float, failure: str | None) -> None:
        self.seconds = seconds
        self.failure = failure
        why = (
            f"the last one failed: {failure}" if failure else "the last one has neither succeeded nor failed"
        )
        super().__init__(
            f"no poll has succeeded for {seconds:.0f} s ({why}); the process ends to be started anew"
        )


class StorageError(BotError):
    """The store cannot do what it was asked."""


class StorageUnavailable(StorageError):
    """The store is away or full; the same call may go through later."""


class SchemaOutdated(StorageError):
    """The store's schema is not the one this version works with."""

    def __init__(self, *, found: int, wanted: int) -> None:
        self.found = found
        self.wanted = wanted
        hint = "upgrade Alliance Bot" if found > wanted else "run `alliance-bot migrate`"
        super().__init__(f"the store has schema {found}, this version needs {wanted}; {hint}")


class LeaseLost(StorageError):
    """Another process does what only one may do."""

    def __init__(self, name: str, holder: str) -> None:
        self.name = name
        self.holder = holder
        super().__init__(f"the lease {name!r} is held by {holder} now: this process was away for too long")


class DeliveryError(BotError):
    """A message did not go out, or perhaps did not."""


class DeliveryDelayed(DeliveryError):
    """Flood control: not sent, may be tried again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"flood control: try again in {retry_after:g} s")


class DeliveryUnsent(DeliveryError):
    """No connection came about: surely not sent, may be tried again."""


class DeliveryUnknown(DeliveryError):
    """The connection broke after the request left: the message may have been sent."""


class DeliveryMoved(DeliveryError):
    """Not sent: the chat goes on under another id, where the message can be sent."""

    def __init__(self, chat_id: str) -> None:
        self.chat_id = chat_id
        super().__init__("the group goes on as a supergroup, under another id")


class DeliveryRefused(DeliveryError):
    """Final: blocked, chat gone, or a request that will never be accepted."""

    def __init__(self, reason: str, *, kind: Refusal = Refusal.OTHER) -> None:
        self.reason = reason
        self.kind = kind
        super().__init__(reason)

"""Which update does a message of the bot answer?

The Bot API does not say. The bot works through a chat in order, and what it explains it explains before it
answers, so the answer belongs to the update explained last; once that has its answer and newer updates wait,
to the newest of them.
"""

from __future__ import annotations


class Threads:
    """The questions of one chat and the messages that answer them."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._explained: int | None = None
        self._update_of: dict[int, int] = {}  # message id -> update id

    def asked(self, update_id: int) -> None:
        """Note that an update went to the bot."""
        self._newest = update_id

    def explained(self, update_id: int) -> None:
        """Note that the bot has decided what to answer."""
        self._explained = update_id

    def answered(self, message_id: int) -> None:
        """Note that the bot wrote or edited a message."""
        pending = self._explained is not None and not self.answers_to(self._explained)
        update_id = self._explained if pending or self._newest is None else self._newest
        if update_id is not None:
            self._update_of[message_id] = update_id

    def update_of(self, message_id: int) -> int | None:
        """Return the update that a message answers, None when that is not known."""
        return self._update_of.get(message_id)

    def answers_to(self, update_id: int) -> tuple[int, ...]:
        """Return the messages that answer an update, in order."""
        return tuple(message for message, update in self._update_of.items() if update == update_id)

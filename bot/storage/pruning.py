"""What is forgotten, and after how long, whatever the store is made of?"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.scripts import Script
from bot.storage.store import FINISHED_KEPT_DAYS, WISHES_KEPT_DAYS

_NAMED = (
    "UPDATE inbox SET chat_id = '', key_id = NULL WHERE state = 'done' AND finished_at < :before",
    """
    UPDATE decisions SET question_text = NULL, asker = NULL, key_id = NULL
    WHERE answered_at < :before AND (question_text IS NOT NULL OR asker IS NOT NULL)
    """,
    "DELETE FROM votes WHERE at < :before",
    "DELETE FROM set_aside WHERE at < :before",  # each holds the wording of a question
    """
    DELETE FROM keys WHERE made_at < :before
        AND NOT EXISTS (SELECT 1 FROM decisions WHERE key_id = keys.id)
        AND NOT EXISTS (SELECT 1 FROM inbox WHERE key_id = keys.id)
        AND NOT EXISTS (SELECT 1 FROM votes WHERE key_id = keys.id)
    """,
)
_FINISHED = (
    "DELETE FROM inbox WHERE state = 'done' AND finished_at < :before",
    "DELETE FROM chat_state WHERE changed_at < :before AND locale IS NULL AND notices = '[]'",
    "DELETE FROM leases WHERE until < :before",  # of processes that have ended, days ago
    """
    -- votes: an earlier version repeated a person's votes here
    UPDATE chat_state
    SET topic = NULL, topic_at = NULL, exchanges = '[]', window_at = NULL, window_count = 0,
        choices = '[]', choices_at = NULL, choices_locale = NULL, votes = '[]', prompt = NULL
    WHERE changed_at < :before
        AND (topic IS NOT NULL OR choices <> '[]' OR exchanges <> '[]' OR window_at IS NOT NULL
            OR votes <> '[]' OR prompt IS NOT NULL)
    """,
)
_DEAD = "DELETE FROM inbox WHERE state = 'dead' AND finished_at < :before"
_NOTICES = "UPDATE chat_state SET notices = '[]', notices_until = NULL WHERE notices_until < :before"
_WISHES = "DELETE FROM wishes WHERE at < :before"


def pruning(now: datetime, *, retention_days: int) -> Script[None]:
    """Forget what has been kept long enough; `retention_days` is for wording and for who is behind a pseudonym."""
    named, finished, wished = (
        (now - timedelta(days=days)).timestamp()
        for days in (retention_days, FINISHED_KEPT_DAYS, WISHES_KEPT_DAYS)
    )
    yield _NOTICES, {"before": now.timestamp()}  # before the rows go that hold nothing else
    yield _DEAD, {"before": min(named, finished)}
    yield _WISHES, {"before": wished}
    for statement in _FINISHED:
        yield statement, {"before": finished}
    for statement in _NAMED:
        yield statement, {"before": named}

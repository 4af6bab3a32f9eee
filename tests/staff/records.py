"""Records of a small world, for tests of the report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.storage.store import DecisionRecord, VoteRecord

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def decision(day: int = 0, **fields: Any) -> DecisionRecord:
    """Something that was answered in two seconds, so many days after a Monday."""
    at = fields.pop("asked_at", MONDAY + timedelta(days=day))
    given: dict[str, Any] = {
        "entry_id": "launch-date",
        "decision": "answer",
        "probability": 0.9,
        "locale": "en",
        "revision": "abc123",
        "question_text": None,
        "asker": "p1",
        "answered_at": at + timedelta(seconds=2.5),
    }
    return DecisionRecord(asked_at=at, **(given | fields))


def unanswered(day: int = 0, **fields: Any) -> DecisionRecord:
    return decision(day, **({"decision": "abstain", "entry_id": None, "probability": None} | fields))


def vote(day: int = 0, **fields: Any) -> VoteRecord:
    given: dict[str, Any] = {
        "entry_id": "launch-date",
        "voter": "p1",
        "helpful": True,
        "reason": None,
        "comment": None,
        "locale": "en",
        "revision": "abc123",
        "at": MONDAY + timedelta(days=day, minutes=1),
    }
    return VoteRecord(**(given | fields))


def november() -> tuple[list[DecisionRecord], list[VoteRecord]]:
    """Four weeks: every kind of record, in all languages, more of some than of others."""
    entries = ("launch-date", "launch-place", "members-count", "wdec-2025-participants", "greeting")
    locales = ("en", "es", "ar", "en", "fr", "ru", "zh_Hans", "es", "pt", "en")
    records, votes = [], []
    for number in range(300):
        locale, entry = locales[number % 10], entries[number % 7 % 5]
        fields: dict[str, Any] = {
            "locale": locale,
            "asker": f"p{number}",
            "probability": 0.55 + number % 40 / 100,
        }
        day = number * 28 // 300
        if number % 11 == 3:
            spoken = ("sw", "de", None)[number % 3]
            records.append(unanswered(day, **fields, unavailable=spoken))
        elif number % 9 == 4:
            records.append(unanswered(day, **fields | {"decision": "clarify", "probability": 0.4}))
        elif number % 5 == 2:
            records.append(decision(day, **fields | {"probability": 1.0, "entry_id": entry}))
        else:
            written = "en" if locale == "pt" else None
            records.append(decision(day, **fields, entry_id=entry, written_in=written))
            if number % 4 == 0:
                helpful = number % 12 != 0
                reason = None if helpful else (None, "wrong", "outdated", "off-topic")[number % 7 % 4]
                votes.append(
                    vote(
                        day, entry_id=entry, voter=f"p{number}", helpful=helpful, reason=reason, locale=locale
                    )
                )
    return records, votes

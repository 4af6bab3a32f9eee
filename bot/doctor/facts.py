"""What do the checks look at, and what do they say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.answering.assistant import Assistant
from bot.config import Config
from bot.telegram.registration import Registration

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check has found, as one line."""

    check: str = ""
    level: Level
    text: str  # how things are
    advice: str = ""  # what to do

    def __str__(self) -> str:
        return f"{self.level:<5}{self.check:<17}{self.text}{'; ' if self.advice else ''}{self.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks look at."""

    config: Config
    now: datetime
    account: Mapping[str, Any] | None = None  # the bot, as Telegram knows it
    webhook: Registration | None = None
    silence: str = ""  # why Telegram told nothing
    server_date: datetime | None = None  # Telegram's time at `now`
    assistant: Assistant | None = None
    unloaded: str = ""  # why there is no assistant


def ok(text: str) -> Finding:
    """Say that all is well."""
    return Finding(level="ok", text=text)


def warn(text: str, advice: str = "") -> Finding:
    """Say what is unwise, or could not be seen."""
    return Finding(level="warn", text=text, advice=advice)


def fail(text: str, advice: str = "") -> Finding:
    """Say what keeps the bot from working."""
    return Finding(level="fail", text=text, advice=advice)


UNKNOWN = warn("not known, since Telegram could not be asked")

"""Which settings does the rest of the program read? Checked, frozen and grouped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]
UnsureSends = Literal["resend", "drop"]

DATABASE_FILE = "alliance-bot.sqlite3"

_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})")


class Address(NamedTuple):
    """Where a server listens."""

    host: str  # IPv6 without its brackets
    port: int  # 0: any that is free

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read HOST:PORT, with an IPv6 host in brackets.

        Raises:
            ValueError: It is written differently, or there is no such port.
        """
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or int(found[3]) > 65535:
            raise ValueError("not HOST:PORT")
        return cls(found[1] or found[2], int(found[3]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramConfig:
    """How the Bot API is reached."""

    token: str | None = field(repr=False)  # None: not needed by this command
    api_url: str
    send_concurrency: int  # messages on their way at the same time
    unsure_sends: UnsureSends  # what happens to a message that may have gone out or not
    webhook_secret: str | None = field(repr=False)  # Telegram shows it with each update it posts
    rate_limit: int  # questions that one person may ask in a minute; 0: as many as they like


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageConfig:
    """What is kept, and where."""

    data_dir: Path
    database_url: str | None = field(repr=False)  # of PostgreSQL; None: SQLite in the data folder
    retention_days: int  # how long the wording of questions is kept; 0: never written

    @property
    def database_file(self) -> Path:
        """Where everything is kept when there is no other database."""
        return self.data_dir / DATABASE_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentConfig:
    """Where the knowledge and its translations are."""

    knowledge_dir: Path
    locales_dir: Path
    default_locale: str
    cache_dir: Path  # of trained rankers


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringConfig:
    """How bold the answers are."""

    target_risk: float  # share (0-1) of wrong ones among the answers given that may be expected


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorConfig:
    """Who runs this bot, as the public is told."""

    name: str | None
    contact: str | None
    official: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffConfig:
    """Who may do more than ask."""

    ids: frozenset[int]  # Telegram's ids of these people
    askers: int = 2  # different people who must have asked before a question is shown for review
    insights_url: str | None = None  # where they find /insights of the ops server; None: they do not reach it


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """What is logged, and how."""

    level: LogLevel
    format: LogFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsConfig:
    """How the process is watched."""

    listen: Address | None  # of /healthz, /readyz, /metrics, /insights; None: not at all
    silence_seconds: int  # after so long without a successful poll the process ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked."""

    telegram: TelegramConfig
    storage: StorageConfig
    content: ContentConfig
    answering: AnsweringConfig
    operator: OperatorConfig
    staff: StaffConfig
    log: LogConfig
    ops: OpsConfig

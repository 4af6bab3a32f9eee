"""Which settings does the rest of the program read? Checked, frozen and grouped."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]
UnsureSends = Literal["resend", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramConfig:
    """How the Bot API is reached."""

    token: str | None = field(repr=False)  # None: not needed by this command
    api_url: str
    send_concurrency: int  # messages on their way at the same time
    unsure_sends: UnsureSends  # what happens to a message that may have gone out or not


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageConfig:
    """What is kept, and where."""

    data_dir: Path
    retention_days: int  # how long the wording of questions is kept; 0: never written


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
class LogConfig:
    """What is logged, and how."""

    level: LogLevel
    format: LogFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked."""

    telegram: TelegramConfig
    storage: StorageConfig
    content: ContentConfig
    answering: AnsweringConfig
    operator: OperatorConfig
    log: LogConfig

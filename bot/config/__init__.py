"""Settings: from flags, environment and file, checked and grouped."""

from bot.config.reading import load_config, require_token, secrets_of
from bot.config.settings import SETTINGS, Setting, content_dir
from bot.config.values import (
    Address,
    AnsweringConfig,
    Config,
    ContentConfig,
    LogConfig,
    OperatorConfig,
    OpsConfig,
    StaffConfig,
    StorageConfig,
    TelegramConfig,
)

__all__ = [
    "SETTINGS",
    "Address",
    "AnsweringConfig",
    "Config",
    "ContentConfig",
    "LogConfig",
    "OperatorConfig",
    "OpsConfig",
    "Setting",
    "StaffConfig",
    "StorageConfig",
    "TelegramConfig",
    "content_dir",
    "load_config",
    "require_token",
    "secrets_of",
]

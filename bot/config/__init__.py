"""Settings: from flags, environment and file, checked and grouped."""

from bot.config.reading import load_config, require_token
from bot.config.settings import SETTINGS, Setting, content_dir
from bot.config.values import (
    AnsweringConfig,
    Config,
    ContentConfig,
    LogConfig,
    OperatorConfig,
    StorageConfig,
    TelegramConfig,
)

__all__ = [
    "SETTINGS",
    "AnsweringConfig",
    "Config",
    "ContentConfig",
    "LogConfig",
    "OperatorConfig",
    "Setting",
    "StorageConfig",
    "TelegramConfig",
    "content_dir",
    "load_config",
    "require_token",
]

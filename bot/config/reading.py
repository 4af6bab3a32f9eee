"""What is set, and what is wrong with it?

Flags go over the environment, the environment over the file, the file over defaults. All faults are reported
together, each with its name, its value (secrets are never shown) and what is allowed.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, TomlConfigSettingsSource

from bot.config.settings import PREFIX, Settings, allowed_in, shown
from bot.config.values import (
    AnsweringConfig,
    Config,
    ContentConfig,
    LogConfig,
    OperatorConfig,
    StorageConfig,
    TelegramConfig,
)
from bot.errors import ConfigError


def load_config(path: Path | None = None, **flags: object) -> Config:
    """Read the settings and check all of them.

    Args:
        path: Settings file (TOML); its names are those of the environment in small letters, without prefix.
        flags: Settings by those names, as given on the command line; None means not given.

    Raises:
        ConfigError: Lists everything that is wrong.
    """
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    written, problems = _read_file(path)
    problems += _misspelt()
    if _is_set("token", written) and _is_set("token_file", written):
        problems.append(f"{PREFIX}TOKEN and {PREFIX}TOKEN_FILE: both are set; give one of them")
    try:
        settings = _sourced(path if written else None)(**given)
    except ValidationError as exc:
        problems += _value_problems(exc, flags=given, path=path)
        raise ConfigError(problems) from None  # the cause would show what was given, secrets too
    if problems:
        raise ConfigError(problems)
    return _grouped(settings)


def require_token(config: Config) -> str:
    """Return the bot's token.

    Raises:
        ConfigError: There is none.
    """
    if config.telegram.token is None:
        advice = f"get one from @BotFather, and set it or a file that holds it ({PREFIX}TOKEN_FILE)"
        raise ConfigError([f"{PREFIX}TOKEN: not set; {advice}"])
    return config.telegram.token


def _sourced(path: Path | None) -> type[Settings]:
    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            file = (TomlConfigSettingsSource(settings_cls, toml_file=path),) if path is not None else ()
            return (init_settings, env_settings, *file)

    return Sourced


def _grouped(settings: Settings) -> Config:
    token = settings.token or settings.token_file
    return Config(
        telegram=TelegramConfig(
            token=token.get_secret_value() if token else None,
            api_url=settings.api_url.rstrip("/"),
            send_concurrency=settings.send_concurrency,
            unsure_sends=settings.unsure_sends,
        ),
        storage=StorageConfig(data_dir=settings.data_dir, retention_days=settings.retention_days),
        content=ContentConfig(
            knowledge_dir=settings.knowledge_dir,
            locales_dir=settings.locales_dir,
            default_locale=settings.default_locale,
            cache_dir=settings.cache_dir,
        ),
        answering=AnsweringConfig(target_risk=settings.target_risk),
        operator=OperatorConfig(
            name=(settings.operator or "").strip() or None,
            contact=(settings.contact or "").strip() or None,
            official=settings.official,
        ),
        log=LogConfig(level=settings.log_level, format=settings.log_format),
    )


# --- what is wrong ------------------------------------------------------------------------------------


def _is_set(name: str, written: Mapping[str, object]) -> bool:
    return bool(os.environ.get(PREFIX + name.upper()) or written.get(name))


def _value_problems(exc: ValidationError, *, flags: dict[str, object], path: Path | None) -> Iterator[str]:
    for details in exc.errors(include_url=False):
        name = str(details["loc"][0])
        where = _origin(name, flags=flags, path=path)
        if details["type"] == "extra_forbidden":
            near = _near(name, list(Settings.model_fields), cutoff=0.6)
            yield f"{name}{where}: there is no such setting{near}"
        else:
            yield _line(name, where, details["input"])


def _origin(name: str, *, flags: dict[str, object], path: Path | None) -> str:
    if name in flags:
        return " (command line)"
    if any(key.upper() == PREFIX + name.upper() for key in os.environ):
        return ""
    return f" ({path})"


def _line(name: str, where: str, value: object) -> str:
    return f"{PREFIX}{name.upper()}{where}: {shown(name, value)}; allowed is {allowed_in(name)}"


def _read_file(path: Path | None) -> tuple[dict[str, object], list[str]]:
    if path is None:
        return {}, []
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except OSError as exc:
        return {}, [f"{path}: the settings file cannot be read: {exc.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        return {}, [f"{path}: the settings file is not TOML: {exc}"]


def _misspelt() -> Iterator[str]:
    """Name variables that are nearly, but not quite, those of a setting; nobody would notice otherwise."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for variable in sorted(os.environ):
        near = _near(variable, known, cutoff=0.85)  # others may use the prefix too
        if variable.startswith(PREFIX) and variable not in known and near:
            yield f"{variable}: there is no such setting{near}"


def _near(name: str, known: list[str], *, cutoff: float) -> str:
    found = difflib.get_close_matches(name, known, n=1, cutoff=cutoff)
    return f"; did you mean {found[0]}?" if found else ""

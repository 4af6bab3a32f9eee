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
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, TomlConfigSettingsSource

from bot.config.settings import PREFIX, Settings, allowed_in, shown
from bot.config.values import (
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
    problems += _given_twice(written)
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


def secrets_of(config: Config) -> tuple[str, ...]:
    """List the texts that no log line and no message may show."""
    url = config.storage.database_url
    password = (urlsplit(url).password if url else None) or ""
    found = (config.telegram.token, config.telegram.webhook_secret, url, password, unquote(password))
    return tuple(dict.fromkeys(text for text in found if text))


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
    return Config(
        telegram=TelegramConfig(
            token=_revealed(settings.token or settings.token_file),
            api_url=settings.api_url.rstrip("/"),
            send_concurrency=settings.send_concurrency,
            unsure_sends=settings.unsure_sends,
            webhook_secret=_revealed(settings.webhook_secret or settings.webhook_secret_file),
            rate_limit=settings.rate_limit,
        ),
        storage=StorageConfig(
            data_dir=settings.data_dir,
            database_url=_revealed(settings.database_url or settings.database_url_file),
            retention_days=settings.retention_days,
        ),
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
        staff=StaffConfig(
            ids=frozenset(settings.staff_ids),
            askers=settings.review_askers,
            insights_url=settings.insights_url,
        ),
        log=LogConfig(level=settings.log_level, format=settings.log_format),
        ops=OpsConfig(listen=settings.ops_listen, silence_seconds=settings.silence_seconds),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


# --- what is wrong ------------------------------------------------------------------------------------


def _given_twice(written: Mapping[str, object]) -> Iterator[str]:
    for name in ("token", "webhook_secret", "database_url"):
        if _is_set(name, written) and _is_set(f"{name}_file", written):
            variable = PREFIX + name.upper()
            yield f"{variable} and {variable}_FILE: both are set; give one of them"


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

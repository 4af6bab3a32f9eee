"""Which settings may be written, and what is allowed in each? One flat list, as it is documented."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.config.values import Address, LogFormat, LogLevel, UnsureSends

PREFIX = "ALLIANCE_BOT_"

_APPLICATION = "alliance-bot"
_PACKAGE = Path(__file__).resolve().parent.parent
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_API_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
_DATABASE_URL = re.compile(r"postgres(ql)?://\S+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Bot API, setWebhook: secret_token
_PERSON = re.compile(r"[1-9][0-9]{0,15}")  # Bot API, User.id: at most 52 significant bits
_WITH_PASSWORD = re.compile(r"://[^\s/]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting as it is documented."""

    name: str  # of the environment variable
    meaning: str
    allowed: str
    default: str  # empty when there is none
    secret: bool


def content_dir(name: str) -> Path:
    """Find default content: inside the package when that was installed, beside it in a checkout."""
    installed = _PACKAGE / "content" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def _setting(meaning: str, *, allowed: str, default: object = None, **limits: Any) -> Any:
    more: dict[str, Any] = {
        "allowed": allowed,
        "shown": str(limits.pop("shown", "" if default is None else default)),
        "secret": limits.pop("secret", False),
    }
    if "default_factory" not in limits:
        limits["default"] = default
    return Field(description=meaning, json_schema_extra=more, **limits)


def _folder(meaning: str, default: Callable[[], Path], shown: str) -> Any:
    return _setting(meaning, allowed="a folder", default_factory=default, shown=shown)


def _like(pattern: re.Pattern[str]) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError("wrong form")
        return value

    return AfterValidator(check)


def _secret_like(pattern: re.Pattern[str]) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        return _matching(value.get_secret_value(), pattern)

    return AfterValidator(check)


def _secret_in_file(pattern: re.Pattern[str]) -> BeforeValidator:
    """Replace the name of a file by the secret in it."""

    def read(path: object) -> SecretStr:
        try:
            return _matching(Path(str(path)).read_text(encoding="utf-8"), pattern)
        except OSError as exc:
            raise ValueError("unreadable") from exc

    return BeforeValidator(read)


def _matching(text: str, pattern: re.Pattern[str]) -> SecretStr:
    if not pattern.fullmatch(text.strip()):
        raise ValueError("wrong form")
    return SecretStr(text.strip())


def _people(value: object) -> tuple[int, ...]:
    """Read ids: a text with commas, or in a settings file also a number or a list."""
    items: Iterable[object] = value.split(",") if isinstance(value, str) else [value]
    if isinstance(value, list | tuple | set | frozenset):
        items = value
    written = [str(item).strip() for item in items]
    if not all(_PERSON.fullmatch(item) for item in written):
        raise ValueError("not ids")
    return tuple(int(item) for item in written)


def _listen(value: object) -> Address | None:
    return None if str(value).strip().lower() == "off" else Address.parse(str(value))


class Settings(BaseSettings):
    """The settings as they are written: one flat list."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    token: Annotated[SecretStr, _secret_like(_TOKEN)] | None = _setting(
        "The bot's token.", allowed="a token as @BotFather gives it: digits, a colon, letters", secret=True
    )
    token_file: Annotated[SecretStr, _secret_in_file(_TOKEN)] | None = _setting(
        "A file that holds the token, in place of the token itself.", allowed="a file with a token in it"
    )
    api_url: Annotated[str, _like(_API_URL)] = _setting(
        "Address of the Bot API server.",
        allowed="an address that begins with http:// or https://",
        default="https://api.telegram.org",
    )
    send_concurrency: int = _setting(
        "How many messages may be on their way at once; also the most that may arrive twice after a crash.",
        allowed="a whole number from 1 to 64",
        default=4,
        ge=1,
        le=64,
    )
    unsure_sends: UnsureSends = _setting(
        "What happens to a message that may or may not have gone out: sent again (never lost) or dropped "
        "(never doubled).",
        allowed="resend or drop",
        default="resend",
    )
    webhook_secret: Annotated[SecretStr, _secret_like(_WEBHOOK_SECRET)] | None = _setting(
        "What Telegram has to show when it posts updates to the webhook.",
        allowed="1 to 256 letters, digits, underscores and hyphens",
        secret=True,
    )
    webhook_secret_file: Annotated[SecretStr, _secret_in_file(_WEBHOOK_SECRET)] | None = _setting(
        "A file that holds it, in place of the secret itself.", allowed="a file with such a secret in it"
    )
    rate_limit: int = _setting(
        "How many questions one person may ask in a minute; 0 means as many as they like.",
        allowed="a whole number from 0 to 1000",
        default=20,
        ge=0,
        le=1000,
    )
    data_dir: Path = _folder(
        "Where questions wait until they are answered.",
        lambda: user_data_path(_APPLICATION),
        "the user's data folder",
    )
    database_url: Annotated[SecretStr, _secret_like(_DATABASE_URL)] | None = _setting(
        "The PostgreSQL database that several replicas share; when not set, a file in the data folder.",
        allowed="an address such as postgresql://user:password@host/database",
        secret=True,
    )
    database_url_file: Annotated[SecretStr, _secret_in_file(_DATABASE_URL)] | None = _setting(
        "A file that holds this address, in place of the address itself.",
        allowed="a file with such an address in it",
    )
    retention_days: int = _setting(
        "How many days the wording of questions is kept; 0 means that it is never kept.",
        allowed="a whole number from 0 to 3650",
        default=30,
        ge=0,
        le=3650,
    )
    knowledge_dir: Path = _folder(
        "The knowledge base.", lambda: content_dir("knowledge"), "the knowledge that comes with the bot"
    )
    locales_dir: Path = _folder(
        "The translations.", lambda: content_dir("locales"), "the translations that come with the bot"
    )
    cache_dir: Path = _folder(
        "Where trained rankers are kept.", lambda: user_cache_path(_APPLICATION), "the user's cache folder"
    )
    default_locale: Annotated[str, _like(_LOCALE)] = _setting(
        "Language for people whose own is not known.",
        allowed="a locale with a catalog, such as en, fr or zh_Hans",
        default="en",
    )
    target_risk: float = _setting(
        "Share of wrong ones among the answers given that may be expected.",
        allowed="a number above 0, at most 0.5",
        default=0.05,
        gt=0,
        le=0.5,
    )
    operator: str | None = _setting("Name of whoever runs this bot, shown by /about.", allowed="any text")
    contact: str | None = _setting("How to reach them, shown by /about.", allowed="any text")
    official: bool = _setting(
        "Whether this is an official channel of the alliance; /about says which.",
        allowed="true or false",
        default=False,
        shown="false",
    )
    staff_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_people)] = _setting(
        "The people who may use the commands for staff, by their ids on Telegram.",
        allowed="positive whole numbers with commas between them",
        default=(),
        shown="nobody",
    )
    review_askers: int = _setting(
        "How many different people must have asked a question before staff see it in the review queue.",
        allowed="a whole number from 1 to 1000",
        default=2,
        ge=1,
        le=1000,
    )
    insights_url: Annotated[str, _like(_API_URL)] | None = _setting(
        "Where staff reach the page /insights, such as a proxy that asks them to sign in; their weekly line links to it.",
        allowed="an address that begins with http:// or https://, without ? and #",
    )
    log_level: LogLevel = _setting(
        "The least important events that are logged.", allowed="debug, info, warning or error", default="info"
    )
    log_format: LogFormat = _setting("How log lines look.", allowed="console or json", default="console")
    ops_listen: Annotated[Address | None, NoDecode, BeforeValidator(_listen)] = _setting(
        "Where /healthz, /readyz, /metrics and /insights are served.",
        allowed="HOST:PORT, or off",
        default=Address("127.0.0.1", 9464),
    )
    silence_seconds: int = _setting(
        "After how many seconds without a successful poll the process gives up, to be started anew.",
        allowed="a whole number from 60 to 86400",
        default=600,
        ge=60,
        le=86400,
    )


def _extra(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


SETTINGS = tuple(
    Setting(
        name=PREFIX + name.upper(),
        meaning=info.description or "",
        allowed=str(_extra(info)["allowed"]),
        default=str(_extra(info)["shown"]),
        secret=bool(_extra(info)["secret"]),
    )
    for name, info in Settings.model_fields.items()
)


def allowed_in(name: str) -> str:
    """Say what a setting may hold."""
    return str(_extra(Settings.model_fields[name])["allowed"])


def shown(name: str, value: object) -> str:
    """Write a value for a message; never a secret, and neither what looks like one in the wrong place."""
    text = str(value)
    secret = name in Settings.model_fields and _extra(Settings.model_fields[name])["secret"]
    misplaced = _TOKEN.fullmatch(text.strip()) or _WITH_PASSWORD.search(text)
    return "***" if secret or misplaced else repr(text)


def settings_table() -> str:
    """Write the settings as a table in Markdown, for the README."""
    rows = ["| setting | meaning | allowed | default |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = setting.default or "not set"
        rows.append(f"| `{setting.name}` | {setting.meaning} | {setting.allowed} | {default} |")
    return "\n".join(rows)

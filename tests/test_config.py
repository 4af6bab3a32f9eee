"""Where settings come from, and how wrong ones are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import SETTINGS, Address, load_config, require_token, secrets_of
from bot.errors import ConfigError

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz_-0123"
DATABASE = "postgresql://bot:pa%2Fss@db.example.org/alliance"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ALLIANCE_BOT_"):
            monkeypatch.delenv(name)


def faults(path: Path | None = None, **flags: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, **flags)
    return [str(problem) for problem in caught.value.problems]


def test_defaults_need_nothing() -> None:
    config = load_config()
    assert config.telegram.token is None
    assert config.telegram.api_url == "https://api.telegram.org"
    assert (config.telegram.send_concurrency, config.telegram.unsure_sends) == (4, "resend")
    assert config.storage.retention_days == 30
    assert config.content.default_locale == "en"
    assert config.operator.official is False
    assert (config.content.knowledge_dir / "facts.yaml").is_file()
    assert config.content.locales_dir.is_dir()


def test_flags_go_over_environment_over_file_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bot.toml"
    file.write_text('operator = "file"\ncontact = "file"\ndefault_locale = "fr"\nretention_days = 7\n')
    monkeypatch.setenv("ALLIANCE_BOT_OPERATOR", "environment")
    monkeypatch.setenv("ALLIANCE_BOT_CONTACT", "environment")
    config = load_config(file, operator="flag", knowledge_dir=None)
    assert (config.operator.name, config.operator.contact) == ("flag", "environment")
    assert (config.content.default_locale, config.storage.retention_days) == ("fr", 7)
    assert config.log.level == "info"


@pytest.mark.parametrize(("written", "official"), [("true", True), ("1", True), ("no", False)])
def test_yes_and_no_are_understood(monkeypatch: pytest.MonkeyPatch, written: str, official: bool) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_OFFICIAL", written)
    assert load_config().operator.official is official


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", "")
    monkeypatch.setenv("ALLIANCE_BOT_RETENTION_DAYS", "")
    assert load_config().storage.retention_days == 30


def test_the_token_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert require_token(load_config()) == TOKEN


def test_a_missing_token_says_where_to_get_one() -> None:
    with pytest.raises(ConfigError, match=r"ALLIANCE_BOT_TOKEN: not set; get one from @BotFather"):
        require_token(load_config())


def test_the_token_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", TOKEN)
    assert TOKEN not in repr(load_config())
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN", "wrong token with spaces")
    assert faults() == [
        "ALLIANCE_BOT_TOKEN: ***; allowed is a token as @BotFather gives it: digits, a colon, letters"
    ]
    monkeypatch.delenv("ALLIANCE_BOT_TOKEN")
    monkeypatch.setenv("ALLIANCE_BOT_TOKEN_FILE", TOKEN)  # the token itself, put in the wrong place
    assert TOKEN not in "".join(faults())


def test_ten_wrong_settings_give_ten_lines_with_name_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {
        "TOKEN": "wrong",
        "API_URL": "telegram",
        "SEND_CONCURRENCY": "0",
        "WEBHOOK_SECRET": "with a space",
        "RATE_LIMIT": "many",
        "DATABASE_URL": "mysql://bot:hunter2@db/alliance",
        "RETENTION_DAYS": "a week",
        "STAFF_IDS": "12, @ana",
        "OPS_LISTEN": "localhost",
        "SILENCE_SECONDS": "1",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"ALLIANCE_BOT_{name}", value)
    assert faults() == [
        "ALLIANCE_BOT_TOKEN: ***; allowed is a token as @BotFather gives it: digits, a colon, letters",
        "ALLIANCE_BOT_API_URL: 'telegram'; allowed is an address that begins with http:// or https://",
        "ALLIANCE_BOT_SEND_CONCURRENCY: '0'; allowed is a whole number from 1 to 64",
        "ALLIANCE_BOT_WEBHOOK_SECRET: ***; allowed is 1 to 256 letters, digits, underscores and hyphens",
        "ALLIANCE_BOT_RATE_LIMIT: 'many'; allowed is a whole number from 0 to 1000",
        "ALLIANCE_BOT_DATABASE_URL: ***; allowed is an address such as "
        "postgresql://user:password@host/database",
        "ALLIANCE_BOT_RETENTION_DAYS: 'a week'; allowed is a whole number from 0 to 3650",
        "ALLIANCE_BOT_STAFF_IDS: '12, @ana'; allowed is positive whole numbers with commas between them",
        "ALLIANCE_BOT_OPS_LISTEN: 'localhost'; allowed is HOST:PORT, or off",
        "ALLIANCE_BOT_SILENCE_SECONDS: '1'; allowed is a whole number from 60 to 86400",
    ]


def test_faults_are_told_together_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bot.toml"
    file.write_text('log_level = "loud"\nlog_format = "xml"\nretention = 5\n')
    wrong = {
        "TOKEN": "wrong",
        "TOKEN_FILE": "/no/such/file",
        "API_URL": "telegram",
        "SEND_CONCURRENCY": "0",
        "RETENTION_DAYS": "a week",
        "DEFAULT_LOCALE": "english!",
        "OFFICIAL": "perhaps",
        "OPERATR": "x",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"ALLIANCE_BOT_{name}", value)
    lines = faults(file, target_risk=2)
    expected = [
        ("ALLIANCE_BOT_OPERATR: there is no such setting", "did you mean ALLIANCE_BOT_OPERATOR?"),
        ("ALLIANCE_BOT_TOKEN and ALLIANCE_BOT_TOKEN_FILE: both are set", "give one of them"),
        ("ALLIANCE_BOT_TOKEN: ***", "allowed is a token"),
        ("ALLIANCE_BOT_TOKEN_FILE: '/no/such/file'", "allowed is a file with a token"),
        ("ALLIANCE_BOT_API_URL: 'telegram'", "allowed is an address"),
        ("ALLIANCE_BOT_SEND_CONCURRENCY: '0'", "allowed is a whole number from 1 to 64"),
        ("ALLIANCE_BOT_RETENTION_DAYS: 'a week'", "allowed is a whole number from 0 to 3650"),
        ("ALLIANCE_BOT_DEFAULT_LOCALE: 'english!'", "allowed is a locale"),
        ("ALLIANCE_BOT_OFFICIAL: 'perhaps'", "allowed is true or false"),
        ("ALLIANCE_BOT_TARGET_RISK (command line): '2'", "allowed is a number above 0"),
        (f"ALLIANCE_BOT_LOG_LEVEL ({file}): 'loud'", "allowed is debug, info, warning or error"),
        (f"ALLIANCE_BOT_LOG_FORMAT ({file}): 'xml'", "allowed is console or json"),
        (f"retention ({file}): there is no such setting", "did you mean retention_days?"),
    ]
    assert len(lines) == len(expected)
    for start, advice in expected:
        assert [line for line in lines if line.startswith(start) and advice in line], start


@pytest.mark.parametrize(
    ("content", "told"), [("x = ", "is not TOML"), (None, "cannot be read"), (b"\xff\xfe", "is not TOML")]
)
def test_a_settings_file_that_cannot_be_read_is_told(
    tmp_path: Path, content: str | bytes | None, told: str
) -> None:
    file = tmp_path / "bot.toml"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        file.write_text(content)
    (line,) = faults(file)
    assert line.startswith(str(file))
    assert told in line


def test_a_trailing_slash_of_an_address_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_API_URL", "http://127.0.0.1:8081/api/")
    assert load_config().telegram.api_url == "http://127.0.0.1:8081/api"


def test_every_setting_is_documented() -> None:
    assert [setting.name for setting in SETTINGS if not setting.meaning or not setting.allowed] == []
    secret = {setting.name.removeprefix("ALLIANCE_BOT_") for setting in SETTINGS if setting.secret}
    assert secret == {"TOKEN", "WEBHOOK_SECRET", "DATABASE_URL"}
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS) > 15


def test_the_database_and_the_secret_of_the_webhook_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_DATABASE_URL", DATABASE)
    monkeypatch.setenv("ALLIANCE_BOT_WEBHOOK_SECRET", "s3cret_-")
    config = load_config()
    assert (config.storage.database_url, config.telegram.webhook_secret) == (DATABASE, "s3cret_-")
    assert "db.example.org" not in repr(config)
    assert "s3cret" not in repr(config)
    assert secrets_of(config) == ("s3cret_-", DATABASE, "pa%2Fss", "pa/ss")


@pytest.mark.parametrize("name", ["API_URL", "DATA_DIR_", "OPS_LISTEN", "DATABASE_URL_FILE"])
def test_a_password_in_the_wrong_place_is_not_shown_either(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"ALLIANCE_BOT_{name}", DATABASE)
    assert "ss@db" not in "".join(faults())


def test_without_secrets_there_is_nothing_to_hide() -> None:
    assert secrets_of(load_config()) == ()


@pytest.mark.parametrize("name", ["WEBHOOK_SECRET", "DATABASE_URL"])
def test_every_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value = DATABASE if name == "DATABASE_URL" else "s3cret"
    (tmp_path / "secret").write_text(f"{value}\n")
    monkeypatch.setenv(f"ALLIANCE_BOT_{name}_FILE", str(tmp_path / "secret"))
    assert value in secrets_of(load_config())
    monkeypatch.setenv(f"ALLIANCE_BOT_{name}", value)
    assert faults() == [f"ALLIANCE_BOT_{name} and ALLIANCE_BOT_{name}_FILE: both are set; give one of them"]


@pytest.mark.parametrize("secret", ["", "with space", "ünïcode", "x" * 257])
def test_the_secret_of_a_webhook_is_what_telegram_takes(tmp_path: Path, secret: str) -> None:
    (line,) = faults(webhook_secret=secret)
    assert line.startswith("ALLIANCE_BOT_WEBHOOK_SECRET (command line): ***")


@pytest.mark.parametrize(
    "url", ["postgresql://localhost/alliance", "postgres://u:p@[::1]:5432/x?sslmode=require"]
)
def test_a_database_is_one_of_postgresql(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_DATABASE_URL", url)
    assert load_config().storage.database_url == url


@pytest.mark.parametrize(
    ("written", "ids"), [("12", {12}), ("12,34", {12, 34}), (" 12 , 34 ", {12, 34}), ("12,12", {12})]
)
def test_staff_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch, written: str, ids: set[int]) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_STAFF_IDS", written)
    assert load_config().staff.ids == ids


@pytest.mark.parametrize(
    ("written", "ids"), [("12", {12}), ("[12, 34]", {12, 34}), ("[]", set()), ('"5,6"', {5, 6})]
)
def test_staff_in_a_settings_file(tmp_path: Path, written: str, ids: set[int]) -> None:
    file = tmp_path / "bot.toml"
    file.write_text(f"staff_ids = {written}\n")
    assert load_config(file).staff.ids == ids


@pytest.mark.parametrize("written", ["0", "-5", "12,", ",", "1.5", "ana", "12;34", "1" * 20])
def test_who_is_no_person_is_no_staff(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_STAFF_IDS", written)
    assert len(faults()) == 1


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("0.0.0.0:80", Address("0.0.0.0", 80)),
        ("[::1]:9464", Address("::1", 9464)),
        ("ops.example.org:1", Address("ops.example.org", 1)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_where_the_process_is_watched(
    monkeypatch: pytest.MonkeyPatch, written: str, address: Address | None
) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_OPS_LISTEN", written)
    listen = load_config().ops.listen
    assert listen == address
    assert str(listen or "off") == written.lower()


@pytest.mark.parametrize(
    "written", ["9464", "localhost", ":9464", "::1:9464", "host:65536", "host:x", "a b:1"]
)
def test_an_address_has_host_and_port(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ALLIANCE_BOT_OPS_LISTEN", written)
    assert faults() == [f"ALLIANCE_BOT_OPS_LISTEN: '{written}'; allowed is HOST:PORT, or off"]


def test_defaults_watch_on_the_loopback_and_limit_questions() -> None:
    config = load_config()
    assert config.ops.listen == ("127.0.0.1", 9464)
    assert (config.ops.silence_seconds, config.telegram.rate_limit) == (600, 20)
    assert config.staff.ids == frozenset()
    assert (config.storage.database_url, config.telegram.webhook_secret) == (None, None)

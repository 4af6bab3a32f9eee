"""What a doctor's visit says about a bot, its machine and its content."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.answering.assistant import Assistant
from bot.config import Config, load_config
from bot.doctor import CHECKS, Facts, Finding, diagnose
from bot.doctor.diagnosis import read_date
from bot.errors import KnowledgeError
from bot.language import texts
from bot.language.catalogs import Catalogs
from bot.preview.botapi import BotApi
from bot.storage.choice import DATABASE
from bot.storage.schema import migrations
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.registration import read_registration
from tests.asgi import AsgiRequest
from tests.conftest import ROOT

TOKEN = "4242:AAabcdefghijklmnopqrstuvwxyz_-0123"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://bot.example.org/telegram"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ALLIANCE_BOT_"):
            monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(
        token=TOKEN,
        api_url="http://localhost",
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        operator="Test",
        contact="ops@example.org",
    )


@pytest.fixture
def api() -> BotApi:
    return BotApi(TOKEN, seed=7)


@pytest.fixture
def facts(config: Config, assistant: Assistant) -> Facts:
    """Everything is in order, and updates are polled."""
    return Facts(
        config=config,
        now=NOW,
        account={"username": "alliance_bot", "can_read_all_group_messages": False},
        webhook=read_registration({"url": "", "pending_update_count": 0}),
        server_date=NOW,
        assistant=assistant,
    )


def look(facts: Facts, check: str) -> Finding:
    return replace(CHECKS[check](facts), check=check)


def with_webhook(facts: Facts, *, secret: str | None = "s3cret", **info: object) -> Facts:
    telegram = replace(facts.config.telegram, webhook_secret=secret)
    found = {"url": URL, "pending_update_count": 0, "allowed_updates": ALLOWED_UPDATES, **info}
    return replace(facts, config=replace(facts.config, telegram=telegram), webhook=read_registration(found))


async def visit(config: Config, api: BotApi, assistant: Assistant) -> dict[str, Finding]:
    async def same_time(address: str) -> datetime:
        return NOW

    findings = await diagnose(
        config,
        load=lambda: assistant,
        request=AsgiRequest(api.app),
        server_date=same_time,
        now=lambda: NOW,
    )
    return {finding.check: finding for finding in findings}


# --- the whole visit ----------------------------------------------------------------------------------


async def test_a_bot_in_order_gives_one_line_for_each_check(
    config: Config, api: BotApi, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5e9))
    found = await visit(config, api, assistant)
    assert list(found) == list(CHECKS)
    of_content = {"knowledge", "languages"}  # work may be left there
    assert {finding.level for name, finding in found.items() if name not in of_content} == {"ok"}
    assert "fail" not in {found[name].level for name in of_content}
    assert str(found["token"]) == f"ok   token            belongs to @{api.server.chats.bot.username}"
    assert all("\n" not in str(finding) for finding in found.values())


async def test_a_running_bot_is_not_disturbed(config: Config, api: BotApi, assistant: Assistant) -> None:
    await visit(config, api, assistant)
    assert [call.method for call in api.server.calls] == ["getMe", "getWebhookInfo"]
    assert api.server.updates.allowed() is None  # nothing was polled
    assert list(config.storage.data_dir.parent.iterdir()) == []


async def test_a_refused_token_is_one_failure_and_is_not_shown(config: Config, assistant: Assistant) -> None:
    found = await visit(config, BotApi("4242:other", seed=7), assistant)
    assert found["token"].level == "fail"
    assert "ask @BotFather" in found["token"].text
    assert [name for name, finding in found.items() if finding.level == "fail"] == ["token"]
    assert found["webhook"].text == "not known, since Telegram could not be asked"
    assert TOKEN not in "".join(map(str, found.values()))


@pytest.mark.parametrize("method", ["getMe", "getWebhookInfo"])
async def test_a_server_in_trouble_is_told_without_the_token(
    config: Config, api: BotApi, assistant: Assistant, method: str
) -> None:
    api.fail(method, 502, f"Bad Gateway for /bot{TOKEN}/{method}")
    found = await visit(config, api, assistant)
    assert found["token"].level == "fail"
    assert "Bad Gateway" in found["token"].text
    assert TOKEN not in "".join(map(str, found.values()))


async def test_without_a_token_the_rest_is_checked(config: Config, api: BotApi, assistant: Assistant) -> None:
    bare = replace(config, telegram=replace(config.telegram, token=None))
    found = await visit(bare, api, assistant)
    assert found["token"].text.startswith("ALLIANCE_BOT_TOKEN: not set; get one from @BotFather")
    assert found["knowledge"].level != "fail"


async def test_knowledge_that_cannot_be_loaded_is_told(config: Config, api: BotApi) -> None:
    def load() -> Assistant:
        raise KnowledgeError(["facts.yaml:1:1: error a", "facts.yaml:2:1: error b"])

    findings = await diagnose(config, load=load, request=AsgiRequest(api.app), now=lambda: NOW)
    found = {finding.check: finding for finding in findings}
    assert (found["knowledge"].level, found["languages"].level) == ("fail", "warn")
    assert found["knowledge"].text == "facts.yaml:1:1: error a (and 1 more)"


# --- settings and Telegram ----------------------------------------------------------------------------


def test_a_token_that_travels_unencrypted_is_told(facts: Facts) -> None:
    telegram = replace(facts.config.telegram, api_url="http://api.example.org")
    found = look(replace(facts, config=replace(facts.config, telegram=telegram)), "settings")
    assert (found.level, "not encrypted" in found.text) == ("warn", True)


def test_nobody_to_turn_to_is_told(facts: Facts) -> None:
    operator = replace(facts.config.operator, contact=None)
    assert look(replace(facts, config=replace(facts.config, operator=operator)), "settings").level == "warn"


@pytest.mark.parametrize(
    ("secret", "info", "level", "told"),
    [
        ("s3cret", {}, "ok", f"{URL}, 0 updates waiting"),
        (None, {}, "fail", "nothing can be polled"),
        ("s3cret", {"url": ""}, "warn", "none, though ALLIANCE_BOT_WEBHOOK_SECRET is set"),
        (None, {"url": ""}, "ok", "none, updates are polled"),
        (None, {"url": "", "pending_update_count": 101}, "warn", "101 updates waiting"),
        (
            "s3cret",
            {"last_error_date": NOW.timestamp() - 90, "last_error_message": "Connection refused"},
            "warn",
            "1 minute ago: Connection refused (nothing listens there",
        ),
    ],
)
def test_webhook_and_polling_do_not_contradict_each_other(
    facts: Facts, secret: str | None, info: dict[str, object], level: str, told: str
) -> None:
    found = look(with_webhook(facts, secret=secret, **info), "webhook")
    assert found.level == level
    assert told in found.text


@pytest.mark.parametrize(
    ("check", "flag", "level", "told"),
    [
        ("privacy mode", {"can_read_all_group_messages": True}, "warn", "/setprivacy"),
        ("privacy mode", {}, "ok", ""),
        (
            "inline mode",
            {"supports_inline_queries": "inline_query" not in ALLOWED_UPDATES},
            "warn",
            "/setinline",
        ),
        ("inline mode", {"supports_inline_queries": "inline_query" in ALLOWED_UPDATES}, "ok", ""),
        ("inline mode", {}, "warn", "placeholder"),
        ("guest mode", {"supports_guest_queries": True}, "ok", ""),
        ("guest mode", {}, "ok", ""),
    ],
)
def test_what_botfather_was_told_fits(
    facts: Facts, check: str, flag: dict[str, bool], level: str, told: str
) -> None:
    found = look(replace(facts, account={"username": "x", **flag}), check)
    assert found.level == level
    assert told in found.advice


@pytest.mark.parametrize(
    ("kinds", "level", "told"),
    [
        (ALLOWED_UPDATES, "ok", "message"),
        (["message"], "fail", "does not send edited_message, callback_query, inline_query"),
        ([*ALLOWED_UPDATES, "chat_member"], "warn", "chat_member"),
        (None, "warn", "all others"),
    ],
)
def test_the_kinds_of_update_are_those_that_the_bot_needs(
    facts: Facts, kinds: list[str] | None, level: str, told: str
) -> None:
    found = look(with_webhook(facts, allowed_updates=kinds), "allowed updates")
    assert found.level == level
    assert told in found.text


@pytest.mark.parametrize(
    ("ahead", "level", "told"),
    [
        (0, "ok", "agrees"),
        (-9, "ok", "agrees"),
        (40, "warn", "40 s ahead of"),
        (-400, "fail", "400 s behind"),
    ],
)
def test_the_clock_is_compared_with_telegrams(facts: Facts, ahead: int, level: str, told: str) -> None:
    found = look(replace(facts, server_date=NOW - timedelta(seconds=ahead)), "clock")
    assert found.level == level
    assert told in found.text


def test_a_date_header_is_read() -> None:
    assert read_date("Mon, 23 Nov 2026 12:00:00 GMT") == NOW
    assert (read_date(""), read_date("yesterday")) == (None, None)


def test_a_server_that_does_not_tell_the_time(facts: Facts) -> None:
    assert look(replace(facts, server_date=None), "clock").level == "warn"


# --- the machine --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("free", "level"), [(5e9, "ok"), (5e8, "warn"), (5e7, "fail")])
def test_room_on_the_disk(facts: Facts, monkeypatch: pytest.MonkeyPatch, free: float, level: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert look(facts, "disk").level == level


def test_a_folder_that_cannot_be_written_is_told(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**options: object) -> None:
        raise PermissionError

    monkeypatch.setattr("bot.doctor.machine.tempfile.TemporaryFile", refused)
    found = look(facts, "disk")
    assert (found.level, str(facts.config.storage.data_dir) in found.text) == ("fail", True)


def test_a_cache_that_cannot_be_written_only_costs_time(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5e9))
    monkeypatch.setattr("bot.doctor.machine._writable", lambda path: path.name != "cache")
    assert look(facts, "disk").level == "warn"


def database(facts: Facts, version: int) -> Path:
    file = facts.config.storage.database_file
    file.parent.mkdir(parents=True)
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {version:d}")
    connection.close()
    return file


@pytest.mark.parametrize(("ahead", "level"), [(0, "ok"), (-1, "warn"), (1, "fail")])
def test_the_schema_is_that_of_this_version(facts: Facts, ahead: int, level: str) -> None:
    database(facts, migrations("sqlite")[-1].number + ahead)
    assert look(facts, "schema").level == level


def test_a_database_that_is_none_is_told(facts: Facts) -> None:
    database(facts, 1).write_bytes(b"no database at all, " * 100)
    assert "cannot be read" in look(facts, "schema").text


def test_the_file_that_is_looked_at_is_that_of_the_application(facts: Facts) -> None:
    assert facts.config.storage.database_file.name == DATABASE


# --- the content --------------------------------------------------------------------------------------


def test_incomplete_languages_are_named(facts: Facts, assistant: Assistant) -> None:
    bare = replace(assistant, catalogs=Catalogs(locales=("en", "fr", "nl")))
    found = look(replace(facts, assistant=bare), "languages")
    assert found.level == "warn"
    assert "fr (" in found.text
    assert "nl (no phrasings)" in found.text
    assert look(replace(facts, assistant=bare), "knowledge").level in ("warn", "fail")


def test_texts_that_telegram_would_refuse_are_named(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "COMMAND_HELP", texts.Text("command.help-new", "x" * 257))
    found = look(facts, "lengths")
    assert "command.help-new in en (at most 256)" in found.text
    assert "and 3 more" in found.text  # the first five of eight languages are named


def test_answers_in_several_messages_are_named(facts: Facts, assistant: Assistant) -> None:
    entries = dict(assistant.knowledge.entries)
    first = next(entry for entry in entries.values() if entry.answer)
    entries[first.id] = replace(first, answer="word " * 1000, id="long-winded")
    talkative = replace(assistant, knowledge=replace(assistant.knowledge, entries=entries))
    found = look(replace(facts, assistant=talkative), "lengths")
    assert "long-winded in en (more than one message)" in found.text


# --- as operators call it -----------------------------------------------------------------------------


@pytest.fixture
def called(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def call(**settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ALLIANCE_BOT_DATA_DIR": str(tmp_path)}
        environment |= {f"ALLIANCE_BOT_{name}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "bot", "doctor", "--knowledge", str(tmp_path / "none")]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)

    return call


def test_a_failure_is_exit_status_1(called: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    result = called(TOKEN=TOKEN, API_URL="http://127.0.0.1:9")
    assert result.returncode == 1
    assert [line.split()[0] for line in result.stdout.splitlines()].count("fail") == 2
    assert "fail token            not reached: no connection to the Bot API" in result.stdout
    assert TOKEN not in result.stdout + result.stderr


def test_unusable_settings_are_exit_status_2(called: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    result = called(TOKEN="nonsense", RATE_LIMIT="-1")
    assert result.returncode == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "ALLIANCE_BOT_TOKEN",
        "ALLIANCE_BOT_RATE_LIMIT",
    ]

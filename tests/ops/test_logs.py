"""What is logged, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.errors import StorageUnavailable
from bot.ops.logs import redacted
from tests.logs import real_logs

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz_-0123"
SAID = "my name is Zebedee"

Logs = Callable[..., Callable[[], list[str]]]


@pytest.fixture
def logs() -> Iterator[Logs]:
    with real_logs() as configure:
        yield configure


def test_an_event_is_one_line_of_json_with_its_fields(logs: Logs) -> None:
    lines = logs(form="json")
    with structlog.contextvars.bound_contextvars(question=7):
        structlog.get_logger("bot.test").info("question_answered", entry="launch-date", probability=0.9)
    (line,) = lines()
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "question_answered",
        "entry": "launch-date",
        "probability": 0.9,
        "question": 7,
        "level": "info",
        "logger": "bot.test",
    }


def test_on_a_console_an_event_is_readable(logs: Logs) -> None:
    lines = logs(form="console")
    structlog.get_logger("bot.test").warning("poll_failed", reason="away")
    assert "poll_failed" in lines()[0]
    assert "reason=away" in lines()[0]


def test_less_important_events_are_left_out(logs: Logs) -> None:
    lines = logs(level="warning")
    structlog.get_logger("bot.test").info("unimportant")
    assert lines() == []


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_line_holds_the_token_wherever_it_comes_from(logs: Logs, form: str) -> None:
    lines = logs(form=form, level="debug", secrets=["short-secret"])
    ours, theirs = structlog.get_logger("bot.test"), logging.getLogger("some.library")
    ours.info(f"text {TOKEN}", field=TOKEN, nested={"a": [f"x {TOKEN} y"]}, thing=ValueError(TOKEN))
    ours.warning("secret", value="short-secret")
    theirs.warning("calling %s with %s", f"https://api.telegram.org/bot{TOKEN}/getMe", {"token": TOKEN})
    try:
        raise RuntimeError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe") from ValueError(TOKEN)
    except RuntimeError as exc:
        ours.exception("failed")
        theirs.exception("failed too")
        ours.error("third", exc_info=exc)
    written = "\n".join(lines())
    assert written.count("RuntimeError") >= 3
    assert "AAabcdef" not in written
    assert "short-secret" not in written


def test_libraries_that_tell_what_people_wrote_are_quiet_even_at_debug(logs: Logs) -> None:
    lines = logs(level="debug")
    logging.getLogger("telegram.Bot").debug("what people wrote")
    logging.getLogger("httpx").info("POST …")
    assert lines() == []


def test_only_texts_are_changed_by_redaction() -> None:
    assert redacted({"a": 1, "b": [True, None, 2.5, "x"]}) == {"a": 1, "b": [True, None, 2.5, "x"]}


def _fail(*, ours: bool) -> None:
    try:
        int(SAID)
    except ValueError as exc:
        if ours:
            raise StorageUnavailable("the disk is full") from exc
        raise ExceptionGroup(SAID, [KeyError(SAID)]) from None


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("foreign", [True, False])
def test_an_exception_may_quote_somebody_at_debug_only(
    logs: Logs, form: str, ours: bool, foreign: bool
) -> None:
    logger = logging.getLogger("some.library") if foreign else structlog.get_logger("bot.test")
    for level in ("info", "debug"):
        lines = logs(form=form, level=level)
        try:
            _fail(ours=ours)
        except Exception as exc:
            logger.error("failed", exc_info=exc)
        written = "\n".join(lines())
        assert (SAID in written) is (level == "debug")
        assert "_fail(ours=ours)" in written  # the lines of the program are shown
        assert ("StorageUnavailable: the disk is full" if ours else "KeyError") in written
        assert "ValueError" in written or not ours

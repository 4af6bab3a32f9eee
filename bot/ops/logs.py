"""How is it told what happens?

As events with fields, for people on a console or for machines as JSON; every line about a question carries
its number. What people wrote or are called is logged at DEBUG only. That holds for the messages of exceptions
too, because a library may quote what it could not read: above DEBUG a traceback names them by their type.
Whatever looks like the bot's token is taken out of every line, tracebacks included.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import ExcInfo, Processor

from bot.errors import BotError

HIDDEN = "***"

_TOKEN = re.compile(r"(?<![0-9])[0-9]{5,}:[A-Za-z0-9_-]{20,}")
_HARMLESS = (BotError, OSError, sqlite3.Error)  # their messages tell of this machine, not of people
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logs(
    *,
    level: str = "info",
    form: Literal["console", "json"] = "console",
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logs, those of libraries too, to one stream in one form.

    Args:
        level: The least important events to show: debug, info, warning or error.
        form: For people or for machines.
        secrets: Texts that must never be shown, such as the bot's token.
        stream: Where to; standard error when None.
    """
    output = stream or sys.stderr
    shared = _shared(secrets, private=level != "debug")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form, output)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_LEVELS[level])
    for library in (
        "telegram",
        "aiohttp",
        "httpx",
        "uvicorn",
        "asyncio",
        "watchfiles",
    ):  # they tell what people wrote
        logging.getLogger(library).setLevel(max(_LEVELS[level], logging.WARNING))


def redacted(value: Any, secrets: Sequence[str] = ()) -> Any:
    """Take secrets out of a text, or out of every text in a list or mapping."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return _TOKEN.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {name: redacted(item, secrets) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(redacted(item, secrets) for item in value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return redacted(str(value), secrets)


class _Redaction:
    """A step of logging that lets no secret through."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(
        self, _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        for name, value in event.items():
            if not name.startswith("_"):  # those are the formatter's own
                event[name] = redacted(value, self._secrets)
        return event


def _shared(secrets: Sequence[str], *, private: bool) -> list[Processor]:
    """Steps for every event, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.ExceptionRenderer(_without_messages)
        if private
        else structlog.processors.format_exc_info,
        _Redaction(secrets),
    ]


def _without_messages(exc_info: ExcInfo) -> str:
    """Write a traceback that names exceptions by type, and says no more unless it is harmless."""
    return "\n".join(_chain(exc_info[1]))


def _chain(exc: BaseException) -> Iterator[str]:
    """Write an exception after what it came from, as Python does."""
    if exc.__cause__ is not None:
        yield from _chain(exc.__cause__)
        yield "\nThe above exception was the direct cause of the following exception:\n"
    elif exc.__context__ is not None and not exc.__suppress_context__:
        yield from _chain(exc.__context__)
        yield "\nDuring handling of the above exception, another exception occurred:\n"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(exc.__traceback__)).rstrip("\n")
    name = f"{type(exc).__module__}.{type(exc).__qualname__}".removeprefix("builtins.")
    yield f"{name}: {exc}" if isinstance(exc, _HARMLESS) else f"{name} (its message is shown at level debug)"
    if isinstance(exc, BaseExceptionGroup):
        for part in exc.exceptions:
            yield from _chain(part)


def _renderer(form: Literal["console", "json"], output: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=output.isatty())

"""Real logs, written to memory in place of the terminal."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from bot.ops.logs import configure_logs

Written = Callable[[], list[str]]


@contextmanager
def real_logs() -> Iterator[Callable[..., Written]]:
    """Give a function that configures logs and returns what reads them; everything is as before afterwards."""
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in root.manager.loggerDict}
    handlers, level = root.handlers[:], root.level

    def configure(**settings: Any) -> Written:
        output = io.StringIO()
        configure_logs(stream=output, **settings)
        return lambda: output.getvalue().splitlines()

    try:
        yield configure
    finally:
        root.handlers[:], root.level = handlers, level
        for name, set_before in before.items():
            logging.getLogger(name).setLevel(set_before)
        structlog.reset_defaults()

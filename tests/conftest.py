"""Factories and fixtures that every test may use; our own code is never mocked."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import DEFAULT_TARGET_RISK, Assistant, Operator, load_assistant
from bot.staff.learning import side_by_side
from bot.types import Question

ROOT = Path(__file__).resolve().parent.parent
ASKED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Turn a skipped test into a failed one where every real part is present (ALLIANCE_BOT_NO_SKIPS)."""
    report = yield
    if report.skipped and os.environ.get("ALLIANCE_BOT_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"must not be skipped here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of trained rankers that lives as long as the test run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def assistant(cache_dir: Path) -> Assistant:
    """The real knowledge, trained once for the whole run."""
    return load_assistant(
        knowledge_dir=ROOT / "knowledge",
        locales_dir=ROOT / "locales",
        operator=Operator(name="Test operators", contact="ops@example.org"),
        cache_dir=cache_dir,
        aside=side_by_side(cache_dir, target_risk=DEFAULT_TARGET_RISK, progress=lambda _: None),
    )


@pytest.fixture
def make_question() -> Callable[..., Question]:
    """Make a question asked at a fixed time."""

    def make(text: str, **fields: Any) -> Question:
        return Question(text=text, asked_at=fields.pop("asked_at", ASKED_AT), **fields)

    return make

"""What Prometheus reads."""

from __future__ import annotations

import math
import timeit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from telegram import Update

from bot.ops.metrics import KINDS, RETRIES, Metrics
from bot.types import IgnoreReason


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Read the exposition as Prometheus does: (name, label value, …) → value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_every_metric_has_the_name_that_dashboards_and_alerts_use() -> None:
    families = {
        family.name: (family.type, bool(family.documentation))
        for family in text_string_to_metric_families(Metrics().exposition().decode())
    }
    assert families == {
        "alliance_bot_updates": ("counter", True),
        "alliance_bot_decisions": ("counter", True),
        "alliance_bot_refused": ("counter", True),
        "alliance_bot_ignored": ("counter", True),
        "alliance_bot_answer_seconds": ("histogram", True),
        "alliance_bot_handling_seconds": ("histogram", True),
        "alliance_bot_inbox_waiting": ("gauge", True),
        "alliance_bot_inbox_oldest_seconds": ("gauge", True),
        "alliance_bot_inbox_dead": ("gauge", True),
        "alliance_bot_retries": ("counter", True),
        "alliance_bot_flood_waits": ("counter", True),
        "alliance_bot_poll_age_seconds": ("gauge", True),
        "alliance_bot_knowledge_info": ("gauge", True),
    }


def test_what_happens_is_counted() -> None:
    metrics = Metrics()
    metrics.update_received("message")
    metrics.update_received("message")
    metrics.decided("answer", "pt_BR")
    metrics.decided("abstain", "zh_Hans")
    metrics.ignored(IgnoreReason.FROM_BOT)
    metrics.answered(0.3)
    metrics.handled(0.004)
    metrics.retried("unknown")
    metrics.flooded()
    metrics.inbox(3, 12.5, 1)
    seen = samples(metrics)
    assert seen["alliance_bot_updates_total", "message"] == 2
    assert seen["alliance_bot_decisions_total", "answer", "pt_BR"] == 1
    assert seen["alliance_bot_decisions_total", "abstain", "zh_Hans"] == 1
    assert seen["alliance_bot_ignored_total", "from-bot"] == 1
    assert seen["alliance_bot_answer_seconds_bucket", "0.25"] == 0
    assert seen["alliance_bot_answer_seconds_bucket", "0.5"] == 1
    assert seen["alliance_bot_answer_seconds_sum",] == 0.3
    assert seen["alliance_bot_handling_seconds_count",] == 1
    assert seen["alliance_bot_retries_total", "unknown"] == 1
    assert seen["alliance_bot_flood_waits_total",] == 1
    assert seen["alliance_bot_inbox_waiting",] == 3
    assert seen["alliance_bot_inbox_oldest_seconds",] == 12.5
    assert seen["alliance_bot_inbox_dead",] == 1


def test_counters_that_alerts_watch_start_at_zero() -> None:
    seen = samples(Metrics())
    assert {name[1] for name in seen if name[0] == "alliance_bot_retries_total"} == RETRIES
    assert {name[1] for name in seen if name[0] == "alliance_bot_ignored_total"} == set(IgnoreReason)
    assert seen["alliance_bot_flood_waits_total",] == 0


def test_an_empty_inbox_has_no_age() -> None:
    metrics = Metrics()
    metrics.inbox(5, 90.0, 0)
    metrics.inbox(0, None, 0)
    assert samples(metrics)["alliance_bot_inbox_oldest_seconds",] == 0


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    metrics = Metrics()
    metrics.answered(-3.0)
    assert samples(metrics)["alliance_bot_answer_seconds_sum",] == 0


def test_nobody_can_make_series_by_sending_something_new() -> None:
    metrics = Metrics()
    for number in range(500):
        metrics.update_received(f"kind{number}")
        metrics.decided(f"decision{number}", f"x{number}")
        metrics.decided("answer", chr(97 + number % 26) + chr(97 + number // 26) + "x")
        metrics.ignored(f"reason{number}")
        metrics.retried('why"\n{}')
    seen = samples(metrics)
    assert seen["alliance_bot_updates_total", "other"] == 500
    assert seen["alliance_bot_ignored_total", "other"] == 500
    assert seen["alliance_bot_retries_total", "other"] == 500
    assert len(seen) < 200


def test_the_library_knows_no_other_kinds() -> None:
    assert set(Update.ALL_TYPES) <= KINDS


def test_the_age_of_the_last_poll_grows_until_the_next() -> None:
    now = 100.0
    metrics = Metrics(clock=lambda: now)
    assert math.isnan(samples(metrics)["alliance_bot_poll_age_seconds",])
    metrics.polled_at(now)
    now += 42
    assert samples(metrics)["alliance_bot_poll_age_seconds",] == 42
    metrics.polled_at(None)
    assert math.isnan(samples(metrics)["alliance_bot_poll_age_seconds",])


def test_only_the_present_knowledge_is_shown() -> None:
    metrics = Metrics()
    metrics.knowledge("aaaa")
    metrics.knowledge("bbbb")
    shown = {name: value for name, value in samples(metrics).items() if name[0].endswith("knowledge_info")}
    assert shown == {("alliance_bot_knowledge_info", "bbbb"): 1}


def test_two_bots_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.flooded()
    assert samples(second)["alliance_bot_flood_waits_total",] == 0


@pytest.mark.parametrize("call", ["decided('answer', 'fr')", "update_received('message')", "answered(0.2)"])
def test_counting_costs_microseconds(call: str) -> None:
    best = min(timeit.repeat(f"metrics.{call}", globals={"metrics": Metrics()}, number=1000, repeat=5))
    assert best / 1000 < 50e-6  # about 1.5 µs on a quiet machine

"""What machines are told about the bot over HTTP, and how it is served."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.errors import ConfigError, StorageUnavailable
from bot.ops import web
from bot.ops.metrics import Metrics
from bot.ops.web import (
    Check,
    Part,
    knowledge_check,
    lease_check,
    ops_app,
    polling_check,
    serve,
    storage_check,
    webhook_check,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz_-0123"


@dataclass(frozen=True)
class Health:
    schema: int = 3
    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None


async def healthy() -> Health:
    return Health()


def failing(error: Exception) -> Check:
    async def check() -> Part:
        raise error

    return check


async def get(
    path: str, checks: Mapping[str, Check] | None = None, *, method: str = "GET", **parts: Any
) -> httpx.Response:
    app = ops_app(checks or {}, metrics=parts.pop("metrics", Metrics()), **parts)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ops") as client:
        return await client.request(method, path)


async def readyz(**checks: Check) -> tuple[int, Any]:
    answer = await get("/readyz", checks)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


async def test_a_living_process_says_so_whatever_its_parts_do() -> None:
    answer = await get("/healthz", {"storage": failing(StorageUnavailable("away"))})
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_a_bot_is_ready_when_every_part_is() -> None:
    status, body = await readyz(
        knowledge=knowledge_check(lambda: {"revision": "abc123"}),
        storage=storage_check(healthy, lambda: NOW),
        updates=polling_check(lambda: 12.34, within=90),
        lease=lease_check(lambda: None),
    )
    assert status == 200
    assert body == {
        "ready": True,
        "parts": {
            "knowledge": {"ok": True, "revision": "abc123"},
            "storage": {"ok": True, "schema": 3, "waiting": 0, "dead": 0, "oldest_seconds": None},
            "updates": {"ok": True, "mode": "polling", "last_success_seconds": 12.3},
            "lease": {"ok": True, "role": "active"},
        },
    }


async def test_the_age_of_what_waits_is_told() -> None:
    async def health() -> Health:
        return Health(waiting=2, dead=1, oldest=NOW - timedelta(seconds=75))

    _, body = await readyz(storage=storage_check(health, lambda: NOW))
    assert body["parts"]["storage"]["oldest_seconds"] == 75


async def test_knowledge_that_could_not_be_replaced_still_answers_and_says_why() -> None:
    status, body = await readyz(knowledge=knowledge_check(lambda: {"revision": "abc123"}, lambda: "2 errors"))
    assert status == 200
    assert body["parts"]["knowledge"] == {"ok": True, "reason": "2 errors", "revision": "abc123"}


async def test_a_store_that_cannot_be_written_makes_it_unready_and_is_named() -> None:
    status, body = await readyz(
        knowledge=knowledge_check(lambda: {"revision": "abc123"}),
        storage=failing(StorageUnavailable("the disk is full")),
    )
    assert (status, body["ready"]) == (503, False)
    assert body["parts"]["storage"] == {"ok": False, "reason": "the disk is full"}
    assert body["parts"]["knowledge"]["ok"] is True


async def test_polling_that_fell_silent_makes_it_unready() -> None:
    status, body = await readyz(updates=polling_check(lambda: 91.0, within=90))
    assert status == 503
    assert body["parts"]["updates"]["reason"] == "no successful poll for 91 s"


async def test_a_standby_is_ready_and_says_whom_it_waits_for() -> None:
    status, body = await readyz(
        updates=polling_check(lambda: None, within=90), lease=lease_check(lambda: "other:17:3")
    )
    assert status == 200
    assert body["parts"]["updates"] == {"ok": True, "mode": "standby"}
    assert body["parts"]["lease"] == {"ok": True, "role": "standby", "holder": "other:17:3"}


async def test_behind_a_webhook_no_poll_is_waited_for() -> None:
    status, body = await readyz(updates=webhook_check())
    assert (status, body["parts"]["updates"]) == (200, {"ok": True, "mode": "webhook"})


async def test_a_part_that_does_not_answer_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_CHECK_SECONDS", 0.05)

    async def stuck() -> Part:
        await asyncio.sleep(60)
        return Part()

    status, body = await readyz(storage=stuck, lease=lease_check(lambda: None))
    assert status == 503
    assert body["parts"]["storage"] == {"ok": False, "reason": "no answer within 0.05 s"}
    assert body["parts"]["lease"]["ok"] is True


async def test_neither_a_fault_nor_a_fact_shows_the_token() -> None:
    with capture_logs():
        answer = await get(
            "/readyz",
            {
                "storage": failing(StorageUnavailable(f"cannot reach https://x/bot{TOKEN}/getMe")),
                "other": failing(RuntimeError(TOKEN)),
                "lease": lease_check(lambda: TOKEN),
            },
        )
    assert answer.status_code == 503
    assert "AAabc" not in answer.text
    assert answer.json()["parts"]["other"]["reason"] == "the check failed: RuntimeError"


async def test_prometheus_reads_figures_that_were_just_refreshed() -> None:
    metrics = Metrics()

    async def refresh() -> None:
        metrics.inbox(4, 1.5, 0)

    answer = await get("/metrics", metrics=metrics, refresh=refresh)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "alliance_bot_inbox_waiting 4.0" in answer.text


async def test_figures_are_shown_while_the_store_is_away() -> None:
    async def refresh() -> None:
        raise StorageUnavailable("away")

    with capture_logs() as logs:
        answer = await get("/metrics", refresh=refresh)
    assert answer.status_code == 200
    assert "alliance_bot_flood_waits_total 0.0" in answer.text
    assert [log["event"] for log in logs] == ["metrics_not_refreshed"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_only_reading_is_allowed(path: str) -> None:
    assert (await get(path, method="POST")).status_code == 405
    assert (await get(path, method="HEAD")).status_code == 200


async def test_further_routes_stand_beside_its_own() -> None:
    def hook(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("taken")

    answer = await get("/hook", method="POST", routes=[Route("/hook", hook, methods=["POST"])])
    assert answer.text == "taken"
    assert (await get("/nothing")).status_code == 404


# --- over sockets -------------------------------------------------------------------------------------


async def test_a_served_application_answers_at_once_and_ends_with_the_block() -> None:
    app = ops_app({}, metrics=Metrics())
    async with serve(app, "127.0.0.1", 0, setting="ALLIANCE_BOT_OPS_LISTEN") as address:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{address}/healthz")
        assert answer.text == "ok\n"
        assert "server" not in answer.headers
    host, port = address.removeprefix("http://").split(":")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, int(port))


async def test_it_listens_on_ipv6_where_there_is_any() -> None:
    served = serve(ops_app({}, metrics=Metrics()), "::1", 0, setting="x")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        with pytest.raises(ConfigError):
            await served.__aenter__()
        return
    async with served as address, httpx.AsyncClient() as client:
        assert address.startswith("http://[::1]:")
        assert (await client.get(f"{address}/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", None), ("192.0.2.1", 0), ("no.such.host.invalid", 0)]
)
async def test_an_address_that_cannot_be_listened_on_is_told_with_its_setting(
    host: str, port: int | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = port if port is not None else taken.getsockname()[1]
        with pytest.raises(ConfigError, match=r"--listen x: cannot be used \(.+\); choose another one"):
            async with serve(Starlette(), host, where, setting="--listen x"):
                pass


async def test_signals_are_left_to_the_application() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, told.set)
    before = signal.getsignal(signal.SIGTERM)
    try:
        async with serve(ops_app({}, metrics=Metrics()), "127.0.0.1", 0, setting="x") as address:
            assert signal.getsignal(signal.SIGTERM) is before
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.wait_for(told.wait(), 5)
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"{address}/healthz")).status_code == 200
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)


async def test_a_request_that_never_ends_does_not_hold_up_the_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_CLOSING_SECONDS", 0.2)

    async def stuck(_request: Request) -> PlainTextResponse:
        await asyncio.sleep(60)
        return PlainTextResponse("late")

    loop = asyncio.get_running_loop()
    async with serve(Starlette(routes=[Route("/", stuck)]), "127.0.0.1", 0, setting="x") as address:
        host, port = address.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)
        began = loop.time()
    assert loop.time() - began < 3
    writer.close()

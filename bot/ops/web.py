"""Is the bot alive, is it ready, and what are its figures? Answered over HTTP, for machines.

`/healthz` says that the process runs; `/readyz` names each part that it needs and what is wrong with it;
`/metrics` is for Prometheus. None of them reads a body, and none shows a secret.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.errors import BotError, ConfigError
from bot.ops.logs import redacted
from bot.ops.metrics import CONTENT_TYPE, Metrics

_CHECK_SECONDS = 2.0  # a part that does not answer in this time is not well
_KEPT_SECONDS = 75  # idle connections; longer than proxies keep theirs, so that it is they who close
_CLOSING_SECONDS = 5  # for requests that are being answered when the server stops
_BACKLOG = 2048
_UNCACHED = {"Cache-Control": "no-store"}

_log = structlog.get_logger(__name__)

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one part of the bot is."""

    ok: bool = True
    reason: str | None = None  # what is wrong; also what is worth knowing although all is well
    facts: Mapping[str, Fact] = field(default_factory=dict)


Check = Callable[[], Awaitable[Part]]


class Health(Protocol):
    """How a store is, once it was seen that it can be written."""

    @property
    def schema(self) -> int:
        """Version of its schema."""

    @property
    def waiting(self) -> int:
        """Rows that are not finished."""

    @property
    def dead(self) -> int:
        """Rows that were given up."""

    @property
    def oldest(self) -> datetime | None:
        """When the oldest unfinished row arrived."""


def ops_app(
    checks: Mapping[str, Check],
    *,
    metrics: Metrics,
    refresh: Callable[[], Awaitable[None]] | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Make the application that machines ask.

    Args:
        checks: What has to be well for the bot to be ready, by name.
        metrics: What is shown to Prometheus.
        refresh: Brings figures up to date that nobody counts along, before they are shown.
        routes: Further ones, such as the webhook.
    """
    ops = _Ops(checks, metrics, refresh)
    own = [
        Route("/healthz", ops.healthz, name="healthz"),
        Route("/readyz", ops.readyz, name="readyz"),
        Route("/metrics", ops.metrics, name="metrics"),
    ]
    return Starlette(routes=[*own, *routes])


# --- checks -------------------------------------------------------------------------------------------


def knowledge_check(
    facts: Callable[[], Mapping[str, Fact]], trouble: Callable[[], str | None] = lambda: None
) -> Check:
    """Check which knowledge answers.

    Args:
        facts: Which one it is.
        trouble: Why newer files are not used; the last good knowledge still answers, so this is only told.
    """

    async def check() -> Part:
        return Part(reason=trouble(), facts=facts())

    return check


def storage_check(health: Callable[[], Awaitable[Health]], now: Callable[[], datetime]) -> Check:
    """Check that the store can be written, and say how much is waiting."""

    async def check() -> Part:
        found = await health()
        age = None if found.oldest is None else max(0.0, (now() - found.oldest).total_seconds())
        facts = {"schema": found.schema, "waiting": found.waiting, "dead": found.dead, "oldest_seconds": age}
        return Part(facts=facts)

    return check


def polling_check(silent: Callable[[], float | None], *, within: float) -> Check:
    """Check that polling succeeded recently.

    Args:
        silent: Seconds since the last success; None while this process does not poll, which is well.
        within: How many seconds are recent.
    """

    async def check() -> Part:
        seconds = silent()
        if seconds is None:
            return Part(facts={"mode": "standby"})
        reason = None if seconds <= within else f"no successful poll for {seconds:.0f} s"
        return Part(
            ok=reason is None,
            reason=reason,
            facts={"mode": "polling", "last_success_seconds": round(seconds, 1)},
        )

    return check


def webhook_check() -> Check:
    """Say that updates come by webhook, so that no poll is waited for."""

    async def check() -> Part:
        return Part(facts={"mode": "webhook"})

    return check


def lease_check(holder: Callable[[], str | None]) -> Check:
    """Say whether this process has the lease, or waits for another one's, which is well too.

    Args:
        holder: Who else has it; None when it is ours.
    """

    async def check() -> Part:
        other = holder()
        return Part(facts={"role": "active"} if other is None else {"role": "standby", "holder": other})

    return check


# --- serving ------------------------------------------------------------------------------------------


@asynccontextmanager
async def serve(app: ASGIApp, host: str, port: int, *, setting: str) -> AsyncIterator[str]:
    """Serve an application while the block runs; signals are left to the caller.

    Args:
        app: What to serve.
        host: Address to listen on.
        port: Port to listen on; 0 for any free one.
        setting: What the operator would change when it cannot be listened on, such as `--port 8080`.

    Yields:
        The address of the server, such as http://127.0.0.1:9464, which answers by then.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    listener = _listen(host, port, setting)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEPT_SECONDS,
            timeout_graceful_shutdown=_CLOSING_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]), name=f"server for {setting}")
    try:
        await server.ready.wait()
        yield _address(listener)
    finally:
        server.should_exit = True
        await serving
        listener.close()


class _Server(uvicorn.Server):
    """A server that leaves signals to the application."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


def _listen(host: str, port: int, setting: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise ConfigError([f"{setting}: cannot be used ({reason}); choose another one"]) from exc


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


# --- the routes ---------------------------------------------------------------------------------------


class _Ops:
    def __init__(
        self,
        checks: Mapping[str, Check],
        metrics: Metrics,
        refresh: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._checks = dict(checks)
        self._metrics = metrics
        self._refresh = refresh

    async def healthz(self, _request: Request) -> Response:
        return Response("ok\n", media_type="text/plain", headers=_UNCACHED)

    async def readyz(self, _request: Request) -> Response:
        parts = await asyncio.gather(*(_asked(name, check) for name, check in self._checks.items()))
        ready = all(part.ok for part in parts)
        body = {
            "ready": ready,
            "parts": {name: _shown(part) for name, part in zip(self._checks, parts, strict=True)},
        }
        return JSONResponse(body, 200 if ready else 503, headers=_UNCACHED)

    async def metrics(self, _request: Request) -> Response:
        if self._refresh is not None:
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._refresh()
            except (BotError, TimeoutError) as exc:  # the other figures are needed most just then
                _log.warning("metrics_not_refreshed", reason=str(exc) or "no answer in time")
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE, headers=_UNCACHED)


async def _asked(name: str, check: Check) -> Part:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            return await check()
    except BotError as exc:
        return Part(ok=False, reason=str(exc))
    except TimeoutError:
        return Part(ok=False, reason=f"no answer within {_CHECK_SECONDS:g} s")
    except Exception as exc:  # whoever asks wants to hear of the other parts too
        _log.exception("check_failed", part=name)
        return Part(ok=False, reason=f"the check failed: {type(exc).__name__}")


def _shown(part: Part) -> dict[str, object]:
    shown: dict[str, object] = {"ok": part.ok}
    if part.reason is not None:
        shown["reason"] = part.reason
    return redacted({**shown, **part.facts})  # type: ignore[no-any-return]

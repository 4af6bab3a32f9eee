"""How do calls reach the Bot API?

python-telegram-bot's objects over aiohttp, 2.5-4 times cheaper in CPU than its default client, which turns
quadratic when many calls run at once. Two things the library hides are kept apart here: a call that surely
did not leave, and one that may have had its effect. The token is part of every address, so no address is
shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

SessionFactory = Callable[[], aiohttp.ClientSession]

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0  # a slow answer must not be taken for a lost one: the message would go out twice
_KEPT_SECONDS = 15.0  # idle connections are closed before the server does it while we send
_FLOOD_SECONDS = 5.0  # when a 429 does not say how long to wait
_LONG_SECRET = 20  # characters after the colon that cannot stand in an answer by chance; real ones have 35
_FINAL = frozenset({400, 401, 403, 404, 409})  # what the library can tell apart, besides 429


class NotSent(NetworkError):
    """No connection came about, so the call surely had no effect."""


class Flooded(TelegramError):
    """Too many calls; this one had no effect."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"flood control, retry after {retry_after:g} s")


class BotApiRequest(BaseRequest):
    """Calls over aiohttp.

    Args:
        connections: At most this many at the same time.
        read_timeout: Seconds for one whole call, unless the caller says otherwise.
        session_factory: Makes the session; to go through a proxy, or to a server in the same process.
    """

    __slots__ = ("_factory", "_read_timeout", "_session")

    def __init__(
        self,
        *,
        connections: int = 16,
        read_timeout: float = _READ_SECONDS,
        session_factory: SessionFactory | None = None,
    ) -> None:
        self._read_timeout = read_timeout
        self._factory = session_factory or (lambda: _session(connections))
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for one whole call."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None or self._session.closed:
            self._session = self._factory()

    async def shutdown(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return its HTTP status and body.

        Raises:
            NotSent: The server was not reached.
            Flooded: The server refused because of too many calls.
            TimedOut: No answer in time; the call may have had its effect.
            NetworkError: The connection broke; the call may have had its effect.
        """
        connect = _seconds(connect_timeout, _CONNECT_SECONDS)
        # In all, so that a server that sends a byte now and then cannot hold a call for ever.
        total = connect + _seconds(read_timeout, self._read_timeout)
        limits = aiohttp.ClientTimeout(total=total, connect=connect)
        try:
            status, body = await self.exchange(method, url, _content(request_data), limits)
        except (aiohttp.ClientError, OSError) as exc:  # TimeoutError is one of the latter
            failure, cause = _translated(exc), _safe(exc, url)
        else:
            body = _without_token(body, url)
            return self._known_status(status, body), body
        raise failure from cause  # outside the handler, or the original would hang on it as its context

    async def exchange(
        self, method: str, url: str, content: Mapping[str, Any], limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Send one HTTP request; the one place to replace in order to reach a server without a socket.

        Args:
            method: GET or POST.
            url: Holds the token.
            content: `json` or `data`, as aiohttp takes it; empty for no body.
            limits: How long it may take.
        """
        if self._session is None:
            raise NotSent("the connection to the Bot API is closed")
        async with self._session.request(method, url, timeout=limits, **content) as response:
            return response.status, await response.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a body; whatever is wrong with it, the library hears of it in its own kind of error."""
        try:
            parsed = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as exc:
            raise TelegramError(f"the answer of the Bot API is not JSON ({len(payload)} bytes)") from exc
        if not isinstance(parsed, dict):
            raise TelegramError("the answer of the Bot API is not a JSON object")
        if parsed.get("ok") and "result" not in parsed:
            raise TelegramError("the answer of the Bot API has no result")
        return parsed

    def _known_status(self, status: int, body: bytes) -> int:
        """Turn statuses that the library takes for network trouble into what they are."""
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(self._retry_after(body))
        if 400 <= status < 500 and status not in _FINAL:
            return HTTPStatus.BAD_REQUEST  # such as 413: refused, and will be again
        return status

    def _retry_after(self, body: bytes) -> float:
        try:
            return float(self.parse_json_payload(body)["parameters"]["retry_after"])
        except (TelegramError, KeyError, TypeError, ValueError):
            return _FLOOD_SECONDS


class RawBot(ExtBot[None]):
    """The library's bot, with a way to call any method and to get the answer as it came."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Name the class; the library would show the token."""
        return "RawBot"

    async def initialize(self) -> None:
        """Open the connections and ask who we are.

        Raises:
            InvalidToken: The server refuses the token, which is not named; the library would.
        """
        try:
            await super().initialize()
        except InvalidToken:
            pass
        else:
            return
        raise InvalidToken("the Bot API refuses the token")

    async def call(
        self,
        method: str,
        body: Mapping[str, object],
        *,
        seconds: float | None = None,
        connect: float | None = None,
    ) -> Any:
        """Call a method of the Bot API with a body, and return its result unparsed.

        As `do_api_request`, without its warning about methods that the library knows, and without taking a
        refused token for an unknown method.

        Args:
            method: Such as sendMessage.
            body: Its parameters.
            seconds: How long to wait for the answer, when not as long as usual.
            connect: How long to wait for the connection, when not as long as usual.
        """
        timeout = BaseRequest.DEFAULT_NONE if seconds is None else seconds
        reached = BaseRequest.DEFAULT_NONE if connect is None else connect
        polling, other = self._request
        request = polling if method == "getUpdates" else other
        # A body that is JSON already: the library would look into each value for files and objects.
        data = RequestData([RequestParameter(name, value, None) for name, value in body.items()])
        return await request.post(
            f"{self.base_url}/{method}", data, read_timeout=timeout, connect_timeout=reached
        )


def connect_bot(
    token: str, *, api_url: str, request: BaseRequest | None = None, polling: BaseRequest | None = None
) -> RawBot:
    """Make the bot that talks to a Bot API server.

    Args:
        token: The bot's token.
        api_url: Address of the server, such as https://api.telegram.org.
        request: Carries all calls but getUpdates.
        polling: Carries getUpdates, which occupies its connection.
    """
    address = api_url.rstrip("/")
    return RawBot(
        token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request or BotApiRequest(),
        get_updates_request=polling or BotApiRequest(connections=1),
    )


def _session(connections: int) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=_KEPT_SECONDS)
    return aiohttp.ClientSession(connector=connector, headers={"User-Agent": BaseRequest.USER_AGENT})


def _content(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"json": request_data.parameters}
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _seconds(given: ODVInput[float], default: float) -> float:
    return default if given is None or isinstance(given, DefaultValue) else given


def _translated(exc: Exception) -> NetworkError:
    """Say in the library's terms what a failed call means; the library's names for it are too coarse."""
    name = type(exc).__name__
    if isinstance(exc, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return NotSent(f"no connection to the Bot API ({name})")
    if isinstance(exc, TimeoutError):
        return TimedOut("the Bot API did not answer in time")
    return NetworkError(f"the connection to the Bot API broke ({name})")


def _without_token(body: bytes, url: str) -> bytes:
    """Take the token out of an answer; error pages quote the address, and errors quote such pages."""
    token = url.rpartition("/")[0].rpartition("/bot")[2]
    secret = token.partition(":")[2]
    for shown in (token, secret if len(secret) >= _LONG_SECRET else ""):
        if shown:
            body = body.replace(shown.encode(), b"***")
    return body


def _safe(exc: Exception, url: str) -> Exception | None:
    """Keep the cause of an error unless it would show the address, and with it the token."""
    path = url.partition("://")[2].partition("/")[2]
    return None if path and path in f"{exc!s} {exc!r}" else exc

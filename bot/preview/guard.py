"""Who may talk to the preview?

Only this machine. A page elsewhere on the web must not reach it through the visitor's browser: a foreign
`Host` (DNS rebinding) and a foreign `Origin` are refused, and answers say that nothing may be loaded from
anywhere else.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SAME = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: the page itself, or typed into the address bar


class LoopbackOnly:
    """An ASGI middleware that lets in only requests from this machine's own pages and programs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a foreign request; pass on any other and add the headers that close the page off."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reason = refusal(Headers(scope=scope), str(scope["path"]))
        if reason is not None:
            await PlainTextResponse(reason, 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def refusal(headers: Headers, path: str) -> str | None:
    """Say why a request is refused, None when it is not."""
    host = headers.get("host", "")
    if not _is_loopback(host):
        return "This preview answers only under its own address on this machine."
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
        return "This preview does not answer other pages."
    if path != "/" and headers.get("sec-fetch-site", "none") not in _SAME:
        return "This preview does not answer other sites."
    return None


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

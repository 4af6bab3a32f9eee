from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from bot.preview.guard import refusal


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "localhost", "[::1]:8080", "127.0.0.5"])
def test_this_machine_is_let_in(host: str) -> None:
    assert refusal(Headers({"host": host}), "/") is None


@pytest.mark.parametrize(
    "host", ["", "example.org", "127.0.0.1.example.org:8080", "192.168.1.2", "[::1", "0.0.0.0"]
)
def test_other_names_are_refused(host: str) -> None:
    assert refusal(Headers({"host": host}), "/") is not None


@pytest.mark.parametrize(
    ("headers", "path", "refused"),
    [
        ({"origin": "http://127.0.0.1:8080"}, "/api/conversations", False),
        ({"origin": "http://127.0.0.1:9090"}, "/api/conversations", True),
        ({"origin": "https://evil.example"}, "/bot1:preview/sendMessage", True),
        ({"origin": "null"}, "/api/conversations", True),
        ({"sec-fetch-site": "cross-site"}, "/bot1:preview/sendMessage", True),
        ({"sec-fetch-site": "same-site"}, "/api/conversations", True),
        ({"sec-fetch-site": "same-origin"}, "/api/conversations", False),
        ({"sec-fetch-site": "cross-site"}, "/", False),  # a link to the page itself
        ({}, "/bot1:preview/getMe", False),  # no browser at all
    ],
)
def test_other_pages_are_refused(headers: dict[str, str], path: str, refused: bool) -> None:
    found = refusal(Headers({"host": "127.0.0.1:8080", **headers}), path)
    assert (found is not None) is refused

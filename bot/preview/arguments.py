"""What did the caller pass?

The Bot API takes its arguments as JSON, as a form, as multipart or in the address, and is lenient about
types: numbers may come as text, objects as JSON in text. `Arguments` reads them the way the real server
does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from bot.preview.errors import ApiError, bad_request

JsonObject = dict[str, Any]  # JSON as it travels; typed where it is read

_TRUE = frozenset({"true", "yes", "1"})


class Arguments:
    """The arguments of one call, by name."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def text(self, name: str) -> str:
        """Return an argument as text; "" when it is missing."""
        value = self.values.get(name, "")
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return an argument as a number; `default` when it is missing or is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        """Return whether an argument says yes."""
        return self.text(name).strip().lower() in _TRUE

    def json(self, name: str, complaint: str) -> object:
        """Return an argument that is JSON, or None when it is missing.

        Raises:
            ApiError: With `complaint`, when the text is not JSON.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            parsed: object = json.loads(value)
        except ValueError as exc:
            raise bad_request(complaint) from exc
        return parsed


def read_arguments(content_type: str, body: bytes, query: str) -> Arguments:
    """Read the arguments of one request from its address and its body.

    Raises:
        ApiError: When the body is not what its content type says.
    """
    values: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        values |= _from_json(body)
    elif kind == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        values |= _from_multipart(content_type, body)
    return Arguments(values)


def _from_json(body: bytes) -> JsonObject:
    try:
        parsed = json.loads(body)
    except ValueError as exc:
        raise ApiError(400, "Bad Request: can't parse request body as JSON") from exc
    if not isinstance(parsed, dict):
        raise ApiError(400, "Bad Request: object expected as request body")
    return parsed


def _from_multipart(content_type: str, body: bytes) -> JsonObject:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    values: JsonObject = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            values[name] = payload.decode("utf-8", "replace")
    return values

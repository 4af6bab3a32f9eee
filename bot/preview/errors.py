"""How does the Bot API say no?

Every refusal is an `ApiError`; its text is the one of Telegram's own server, so that code which reads
descriptions ("message is not modified") meets the real words.
"""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A call that is refused, in the form in which Telegram refuses it."""

    def __init__(
        self, code: int, description: str, *, parameters: Mapping[str, object] | None = None
    ) -> None:
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})
        super().__init__(f"{code} {description}")

    def body(self) -> dict[str, object]:
        """Return the JSON body of the refusal."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """Return a 400; like the real server, start the reason with a small letter unless it is a constant."""
    constant = len(reason) > 1 and (reason[1] == "_" or reason[1].isupper())
    return ApiError(400, f"Bad Request: {reason if constant else reason[:1].lower() + reason[1:]}")


def forbidden(reason: str) -> ApiError:
    """Return a 403: the bot may not write there."""
    return ApiError(403, f"Forbidden: {reason}")


def migrated(new_chat_id: int) -> ApiError:
    """Return the 400 that says under which id a group goes on."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, words, parameters={"migrate_to_chat_id": new_chat_id})


def too_many_requests(retry_after: int) -> ApiError:
    """Return a 429 that asks to wait `retry_after` seconds."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", parameters={"retry_after": retry_after}
    )

"""How does one message go out, and what does a failure mean for it?"""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.errors import DeliveryDelayed, DeliveryRefused, DeliveryUnknown, DeliveryUnsent
from bot.telegram.transport import Flooded, NotSent, RawBot
from bot.types import OutgoingMessage

_DEADLINE_SECONDS = 30.0  # for one message, whatever happens on the way

# Descriptions of errors, in small letters, as the Bot API words them.
_ALREADY_SO = ("message is not modified", "message_not_modified")
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOT_DELETABLE = ("message to delete not found", "message can't be deleted")


class Sender:
    """Sends messages through one bot.

    Args:
        bot: Through which to send.
        deadline: Seconds after which a message counts as perhaps sent.
    """

    def __init__(self, bot: RawBot, *, deadline: float = _DEADLINE_SECONDS) -> None:
        self._bot = bot
        self._deadline = deadline

    async def send(self, message: OutgoingMessage, *, again: bool = False) -> str | None:
        """Send one message.

        Args:
            message: What to send.
            again: It may have gone out before; then it quotes its question, so that a double looks meant.

        Returns:
            The id of the message that was written or edited; None when there is none.

        Raises:
            DeliveryDelayed: Not sent because of flood control.
            DeliveryUnsent: Not sent because the server was not reached.
            DeliveryUnknown: Perhaps sent.
            DeliveryRefused: Not sent, and never will be.
        """
        try:
            async with asyncio.timeout(self._deadline):
                return await self._send(message.method, _body(message, again=again))
        except TimeoutError as exc:
            raise DeliveryUnknown(f"no answer to {message.method} within {self._deadline:g} s") from exc

    async def _send(self, method: str, body: dict[str, Any]) -> str | None:
        try:
            try:
                return _message_id(await self._bot.call(method, body))
            except ChatMigrated as moved:
                return _message_id(await self._bot.call(method, {**body, "chat_id": moved.new_chat_id}))
        except BadRequest as exc:
            return await self._refused(method, body, exc)
        except Forbidden as exc:
            raise DeliveryRefused(exc.message) from exc
        except Flooded as exc:
            raise DeliveryDelayed(exc.retry_after) from exc
        except (NotSent, InvalidToken) as exc:  # a withdrawn token stops the intake, and with it the bot
            raise DeliveryUnsent(exc.message) from exc
        except TelegramError as exc:  # after a call has left, every other error means: perhaps
            raise DeliveryUnknown(exc.message) from exc

    async def _refused(self, method: str, body: dict[str, Any], exc: BadRequest) -> str | None:
        """Do what is left to do after a refusal; some refusals say that all is well."""
        why = exc.message.lower()
        if _says(why, _ALREADY_SO):
            return str(body["message_id"])
        if _says(why, _TOO_LATE) or (method == "deleteMessage" and _says(why, _NOT_DELETABLE)):
            return None
        if method == "editMessageText" and _says(why, _NOT_EDITABLE):
            fresh = {name: value for name, value in body.items() if name != "message_id"}
            return await self._send("sendMessage", fresh)
        raise DeliveryRefused(exc.message) from exc


def _body(message: OutgoingMessage, *, again: bool) -> dict[str, Any]:
    body = dict(message.body)
    if again and message.method == "sendMessage" and message.question_id is not None:
        quoted = {"message_id": int(message.question_id), "allow_sending_without_reply": True}
        body.setdefault("reply_parameters", quoted)
    return body


def _message_id(result: Any) -> str | None:
    return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None


def _says(description: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in description for phrase in phrases)

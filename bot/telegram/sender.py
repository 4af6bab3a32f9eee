"""How does one message go out, and what does a failure mean for it?"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.errors import DeliveryDelayed, DeliveryMoved, DeliveryRefused, DeliveryUnknown, DeliveryUnsent
from bot.telegram.refusals import Meaning, meaning_of
from bot.telegram.transport import Flooded, NotSent, RawBot
from bot.types import ChatRef, OutgoingMessage

_DEADLINE_SECONDS = 30.0  # for one message, whatever happens on the way

_log = structlog.get_logger(__name__)


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
            DeliveryMoved: Not sent because the group is a supergroup now, under another id.
            DeliveryUnsent: Not sent because the server was not reached.
            DeliveryUnknown: Perhaps sent.
            DeliveryRefused: Not sent, and never will be.
        """
        try:
            async with asyncio.timeout(self._deadline):
                return await self._send(*_call(message, again=again))
        except TimeoutError as exc:
            raise DeliveryUnknown(f"no answer to {message.method} within {self._deadline:g} s") from exc

    async def _send(self, method: str, body: dict[str, Any], tried: tuple[Meaning, ...] = ()) -> str | None:
        try:
            return _message_id(await self._bot.call(method, body))
        except ChatMigrated as moved:
            raise DeliveryMoved(str(moved.new_chat_id)) from moved
        except (BadRequest, Forbidden) as exc:
            return await self._refused(method, body, exc, tried)
        except Flooded as exc:
            raise DeliveryDelayed(exc.retry_after) from exc
        except (NotSent, InvalidToken) as exc:  # a withdrawn token stops the intake, and with it the bot
            raise DeliveryUnsent(exc.message) from exc
        except TelegramError as exc:  # after a call has left, every other error means: perhaps
            raise DeliveryUnknown(exc.message) from exc

    async def _refused(
        self, method: str, body: dict[str, Any], exc: TelegramError, tried: tuple[Meaning, ...]
    ) -> str | None:
        """Do what is left to do after a refusal, each thing once; some refusals say that all is well."""
        meaning = meaning_of(exc.message, method)
        if meaning.harmless:
            return str(body["message_id"]) if method.startswith("edit") and "message_id" in body else None
        if meaning.fault:
            _log.error("message_malformed", method=method, reason=exc.message)
        anew = meaning.anew(body) if meaning.anew is not None and meaning not in tried else None
        if anew is None:
            raise DeliveryRefused(exc.message, kind=meaning.kind) from exc
        if "message_id" in body and "message_id" not in anew:
            method = "sendMessage"
        return await self._send(method, anew, (*tried, meaning))


def _call(message: OutgoingMessage, *, again: bool) -> tuple[str, dict[str, Any]]:
    """Write the method and the body of a call."""
    method, body = message.method, dict(message.body)
    if "chat_id" in body and str(body["chat_id"]) != message.chat.chat_id:
        return _moved(method, body, message.chat)
    if again and method == "sendMessage" and message.question_id is not None:
        quoted = {"message_id": int(message.question_id), "allow_sending_without_reply": True}
        body.setdefault("reply_parameters", quoted)
    return method, body


def _moved(method: str, body: dict[str, Any], chat: ChatRef) -> tuple[str, dict[str, Any]]:
    """Write a call for the chat in which the message's own goes on; ids of messages mean others there."""
    kept = {name: value for name, value in body.items() if name not in ("message_id", "reply_parameters")}
    return ("sendMessage" if method == "editMessageText" else method), {**kept, "chat_id": int(chat.chat_id)}


def _message_id(result: Any) -> str | None:
    return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None

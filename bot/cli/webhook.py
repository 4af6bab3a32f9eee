"""Which commands say where Telegram posts updates?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import ConfigOption, now

if TYPE_CHECKING:
    from bot.config import Config
    from bot.telegram.transport import RawBot


def webhook_set(
    url: Annotated[str, typer.Argument(help="Such as https://bot.example.org/telegram.")],
    connections: Annotated[int, typer.Option(min=1, max=100, help="At most so many posts at once.")] = 40,
    config: ConfigOption = None,
) -> None:
    """Let Telegram post updates to an address, with the secret of ALLIANCE_BOT_WEBHOOK_SECRET.

    Exit status: 0 done, 1 the Bot API refused or was not reached, 2 unusable settings or address.
    """

    async def act(bot: RawBot, settings: Config) -> None:
        from bot.telegram.registration import set_webhook

        secret, api_url = settings.telegram.webhook_secret, settings.telegram.api_url
        await set_webhook(bot, url, secret=secret, api_url=api_url, connections=connections)
        await _show(bot)

    with_bot(config, act)


def webhook_delete(config: ConfigOption = None) -> None:
    """Let Telegram keep updates until `alliance-bot run` polls them.

    Exit status: 0 done, 1 the Bot API refused or was not reached, 2 unusable settings.
    """

    async def act(bot: RawBot, settings: Config) -> None:
        from bot.telegram.registration import delete_webhook

        await delete_webhook(bot)
        await _show(bot)

    with_bot(config, act)


def webhook_info(config: ConfigOption = None) -> None:
    """Say where updates are posted, how many wait, and what went wrong last.

    Exit status: 0 told, 1 the Bot API refused or was not reached, 2 unusable settings.
    """

    async def act(bot: RawBot, settings: Config) -> None:
        await _show(bot)

    with_bot(config, act)


async def _show(bot: RawBot) -> None:
    from bot.telegram.registration import described, registration

    for line in described(await registration(bot), now()):
        print(line)


def with_bot(config: ConfigOption, act: Callable[[RawBot, Config], Awaitable[None]]) -> None:
    """Let a command talk to the Bot API as the configured bot."""
    import asyncio

    from bot.config import load_config, require_token
    from bot.telegram.transport import BotApiRequest, connect_bot

    settings = load_config(config)
    token = require_token(settings)

    async def connected() -> None:
        async with BotApiRequest(connections=1) as request:
            await act(connect_bot(token, api_url=settings.telegram.api_url, request=request), settings)

    asyncio.run(connected())

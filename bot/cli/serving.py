"""How is the bot started: on Telegram, or on this machine to try it?"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import ConfigOption, KnowledgeOption, LocalesOption, loader_of, say
from bot.config.values import Address
from bot.errors import ConfigError

PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")]


def run(
    webhook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Let Telegram post updates to this address instead of polling."),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where the webhook's posts arrive.")
    ] = "127.0.0.1:8443",
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Answer on Telegram; the token is read from ALLIANCE_BOT_TOKEN."""
    import asyncio

    from bot.app import run as run_app
    from bot.config import load_config, require_token

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    if webhook is not None and settings.telegram.webhook_secret is None:
        raise ConfigError(
            [
                "ALLIANCE_BOT_WEBHOOK_SECRET: not set; without it anybody could post updates, choose a long random one"
            ]
        )
    require_token(settings)  # before anything takes long
    address = _address(listen)
    load = loader_of(settings, progress=say)
    asyncio.run(run_app(settings, load, webhook=webhook, listen=address))


def preview(
    port: PortOption = 8080,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the default browser.")
    ] = False,
    config: ConfigOption = None,
    knowledge: KnowledgeOption = None,
    locales: LocalesOption = None,
) -> None:
    """Try the bot in the browser: no token, no network, the real application on a local Bot API."""
    import asyncio

    from bot.app import run_preview
    from bot.config import load_config

    settings = load_config(config, knowledge_dir=knowledge, locales_dir=locales)
    say("Alliance Bot: reading the knowledge …")
    load = loader_of(settings, progress=say)
    try:
        asyncio.run(run_preview(settings, load, port=port, open_browser=open_browser, say=say))
    except KeyboardInterrupt:
        say("stopped")


def _address(listen: str) -> Address:
    try:
        return Address.parse(listen)
    except ValueError:
        raise ConfigError([f"--listen {listen}: allowed is HOST:PORT, such as 127.0.0.1:8443"]) from None

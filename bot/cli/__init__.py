"""The command line."""

from bot.cli.program import app, main

__all__ = ["app", "main"]

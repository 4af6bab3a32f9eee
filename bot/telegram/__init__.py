"""The Telegram channel: intake, handlers, rendering, sending."""

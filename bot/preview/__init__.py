"""A local emulation of the Bot API and a chat page on top of it."""

"""From stored updates to sent answers: in order within a chat, chats side by side."""

from bot.worker.chats import Worker
from bot.worker.rows import Apologise, Handle, Observation, Observer, Send, WorkerSettings

__all__ = ["Apologise", "Handle", "Observation", "Observer", "Send", "Worker", "WorkerSettings"]

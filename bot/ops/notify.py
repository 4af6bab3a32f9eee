"""How does systemd learn that the bot is ready, alive, or going?

By datagrams to the socket that it names in NOTIFY_SOCKET (sd_notify(3)); without one nothing is sent. A
message that cannot be delivered is never worth stopping for.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress

import structlog

_SHARE = 3.0  # signs of life in each span that systemd waits; two may come late

_log = structlog.get_logger(__name__)


class Notifier:
    """Tells the service manager what the process is doing.

    Args:
        address: Path of a datagram socket, or an abstract name with a leading @; None tells nobody.
        watchdog_seconds: How long the manager waits for a sign of life before it restarts the process; None
            when it does not.
    """

    def __init__(self, address: str | None = None, *, watchdog_seconds: float | None = None) -> None:
        self.watchdog_seconds = watchdog_seconds
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._failed = False

    def ready(self, status: str) -> None:
        """Say that the start is over; what waits for this service may start now."""
        self._send("READY=1", f"STATUS={_line(status)}")

    def starting(self, status: str, *, within: float) -> None:
        """Say that the start takes longer, and within how many seconds more will be heard.

        Otherwise the manager ends a process that is not ready in time (TimeoutStartSec), which helps nobody who
        waits for somebody else.
        """
        self._send(f"EXTEND_TIMEOUT_USEC={round(within * 1_000_000)}", f"STATUS={_line(status)}")

    def status(self, status: str) -> None:
        """Say in a few words what is going on; `systemctl status` shows it."""
        self._send(f"STATUS={_line(status)}")

    def alive(self) -> None:
        """Give a sign of life."""
        self._send("WATCHDOG=1")

    def stopping(self, status: str = "stopping") -> None:
        """Say that the process is about to end."""
        self._send("STOPPING=1", f"STATUS={_line(status)}")

    async def keep_alive(self) -> None:
        """Give signs of life while the event loop turns, until cancelled; at once over when nobody waits."""
        if self._address is None or self.watchdog_seconds is None:
            return
        while True:
            self.alive()
            await asyncio.sleep(self.watchdog_seconds / _SHARE)

    def _send(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)  # a manager that does not read must not hold up an answer
                sender.sendto("\n".join(lines).encode("utf-8", "replace"), self._address)
        except OSError as exc:
            if not self._failed:
                _log.warning("service_manager_not_told", reason=exc.strerror or type(exc).__name__)
            self._failed = True
        else:
            self._failed = False


def notifier(environment: Mapping[str, str], *, pid: int) -> Notifier:
    """Make the notifier that the environment asks for.

    Args:
        environment: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read.
        pid: Of this process; a watchdog meant for another one is none of ours.
    """
    seconds: float | None = None
    with suppress(ValueError):
        seconds = int(environment.get("WATCHDOG_USEC", "")) / 1_000_000
    if environment.get("WATCHDOG_PID", str(pid)) != str(pid) or (seconds is not None and seconds <= 0):
        seconds = None
    return Notifier(environment.get("NOTIFY_SOCKET") or None, watchdog_seconds=seconds)


def _line(text: str) -> str:
    """Keep a text on one line; a second one would be an assignment of its own."""
    return " ".join(text.split())

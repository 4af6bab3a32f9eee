"""Which process holds something, and does it still live?

A process is named "host:pid:start", so that whatever a dead process of this host held can be taken over at once,
without waiting for its lease to end.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

_START_FIELD = 19  # of /proc/<pid>/stat after the name in brackets: starttime, in clock ticks since the boot


@cache
def this_process() -> str:
    """Name this process."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether an owner was a process of this host that has ended; False for those that cannot be seen from here."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    return _started(int(rest)) != started


def _started(pid: int) -> str:
    """When a process began, in a form of the system's own; "" when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return _alive(pid)
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[_START_FIELD]


def _alive(pid: int) -> str:
    """The same where the system has no /proc: only whether it lives."""
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "0"
    return "0"

"""Which process holds something, and does it still live?

A process is named "host/namespace:pid:start", so that whatever a dead process of this host held can be taken over at
once, without waiting for its lease to end. Numbers of processes mean something only within their namespace: two
containers may have the same host name, and each its own process 1.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

_START_FIELD = 19  # of /proc/<pid>/stat after the name in brackets: starttime, in clock ticks since the boot


@cache
def this_process() -> str:
    """Name this process."""
    return name_of(os.getpid())


def name_of(pid: int) -> str:
    """Name a living process of this host."""
    return f"{_where()}:{pid}:{_started(pid) or 0}"


def is_gone(owner: str) -> bool:
    """Whether an owner was a process that has ended; False for those that cannot be seen from here."""
    where, _, number = owner.rpartition(":")[0].rpartition(":")
    if where != _where() or not number.isdecimal():
        return False
    pid = int(number)
    try:
        os.kill(pid, 0)  # sends nothing
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass  # somebody else's
    started = _started(pid)
    return started is not None and started != owner.rpartition(":")[2]


def described(owner: str) -> str:
    """Say who an owner is, for people; when it was started only where that can be known."""
    where, _, number = owner.rpartition(":")[0].rpartition(":")
    host, _, namespace = where.rpartition("/")
    if not host or not number.isdecimal():
        return owner
    here = where == _where()
    inside = f" (process namespace {namespace})" if namespace and not here else ""
    began = _began(owner.rpartition(":")[2]) if here else None
    since = "" if began is None else f", started {began:%Y-%m-%d %H:%M:%S} UTC"
    return f"process {number} on host {host}{inside}{since}"


def _began(ticks: str) -> datetime | None:
    """Turn a start as /proc counts it into a time of day."""
    try:
        lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
        booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
        return datetime.fromtimestamp(booted + int(ticks) / os.sysconf("SC_CLK_TCK"), UTC)
    except (OSError, ValueError, StopIteration):
        return None


@cache
def _where() -> str:
    try:
        namespace = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}"


def _started(pid: int) -> str | None:
    """When a process began, in a form of the system's own; "" when it has ended, None when that cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[_START_FIELD]

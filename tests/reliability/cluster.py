"""How does a private PostgreSQL come and go?"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import tempfile
import uuid
from pathlib import Path

from tests.reliability.sockets import LOOPBACK, free_port

ADDRESS = "ALLIANCE_BOT_TEST_POSTGRES"  # of a server on which databases may be made

_USER = "postgres"
_SETTINGS = "listen_addresses = '127.0.0.1'\nmax_connections = 50\nlog_min_messages = fatal\n"


def binaries() -> Path | None:
    """Find the programs of the newest PostgreSQL of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """A PostgreSQL server of our own, in a temporary folder, run by a user who is not root."""

    def __init__(self) -> None:
        programs = binaries()
        if programs is None:
            raise RuntimeError("there is no PostgreSQL on this machine")
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="alliance-bot-pg-"))
        self._data = self._folder / "data"
        self.port = free_port()

    @property
    def address(self) -> str:
        """Of its first database."""
        return f"postgresql://{_USER}@{LOOPBACK}:{self.port}/postgres"

    async def start(self) -> None:
        """Make the cluster if there is none, and start it."""
        if not self._data.exists():
            if os.geteuid() == 0:
                os.chown(self._folder, pwd.getpwnam(_USER).pw_uid, -1)
            await self._run("initdb", "-D", self._data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync")
            with (self._data / "postgresql.conf").open("a") as settings:
                settings.write(f"{_SETTINGS}port = {self.port}\nunix_socket_directories = '{self._folder}'\n")
        log = self._folder / "log"
        await self._run("pg_ctl", "-D", self._data, "-l", log, "-w", "-t", "30", "start")

    async def stop(self) -> None:
        """Stop it in good order, ending its sessions."""
        await self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    async def crash(self) -> None:
        """Let it die without a chance to finish anything."""
        await self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    async def remove(self) -> None:
        """Stop it and delete everything."""
        if (self._data / "postmaster.pid").exists():
            await self.crash()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _USER, "--", *command]
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        if status := await process.wait():
            raise RuntimeError(f"{program} ended with status {status}")


async def new_database(address: str) -> str:
    """Make an empty database on a server, and return its address."""
    import psycopg  # an extra: only who uses PostgreSQL has it

    name = f"reliability_{uuid.uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f'CREATE DATABASE "{name}"'.encode())
    base, _, query = address.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

"""Where do tests get a real PostgreSQL, and a real PgBouncer before it? Private ones, ended by their process id.

Neither program agrees to run as root: there it runs as the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_USER = "postgres"
_LOW_PORTS = range(
    20_000, 32_000
)  # higher ones may be taken by outgoing connections, just while a server is down
_START_SECONDS = 30.0
_PASSWORD = "p%2Fss-w0rd"  # in the form of a URL; nobody checks it, and no message may show it


class NoPrograms(Exception):
    """The programs are not installed here."""


class Cluster:
    """A private PostgreSQL server that can be stopped, crashed and started again.

    Args:
        folder: Where everything of it is.
        durable: Whether a commit waits for the disk; only a power cut tells the difference.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._bin = _programs()
        self._durable = durable
        self.port = free_port()

    @property
    def url(self) -> str:
        """Of a database in which databases may be created."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Of one of its databases."""
        return f"postgresql://{_USER}:{_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make an empty cluster."""
        arguments = ["--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--no-locale", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._folder / "data"), *arguments)
        with (self._folder / "data" / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\n"
                f"unix_socket_directories = '{self._folder}'\nmax_connections = 60\nshared_buffers = 32MB\n"
            )
            if not self._durable:
                file.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._folder / "log"
        self._control("start", f"--log={log}", f"--timeout={_START_SECONDS:.0f}")

    def stop(self) -> None:
        """End it in good order, without waiting for its clients."""
        self._control("stop", "--mode=fast")

    def crash(self) -> None:
        """End it at once, as if it had been killed; it recovers when it is started again."""
        self._control("stop", "--mode=immediate")

    def running(self) -> bool:
        """Whether the server is up."""
        return (self._folder / "data" / "postmaster.pid").exists()

    def _control(self, action: str, *arguments: str) -> None:
        self._run("pg_ctl", action, "--wait", "--pgdata", str(self._folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile("w+") as output:  # a pipe would be kept open by the server
            command = [*as_other_user(), str(self._bin / program), *arguments]
            done = subprocess.run(command, stdout=output, stderr=output, cwd=self._folder, check=False)
            output.seek(0)
            assert done.returncode == 0, f"{program}: {output.read()}"


@contextmanager
def private_cluster(*, durable: bool = True) -> Iterator[Cluster]:
    """Run a PostgreSQL server of one's own.

    Raises:
        NoPrograms: PostgreSQL is not installed.
    """
    _programs()
    with _private_folder("pg-") as folder:
        cluster = Cluster(folder, durable=durable)
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.running():
                cluster.crash()  # nothing of it is needed any more


class Pooler:
    """A private PgBouncer in transaction mode."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url_of(self, database: str) -> str:
        """Of a database of the server behind it."""
        return f"postgresql://{_USER}:{_PASSWORD}@127.0.0.1:{self.port}/{database}"


@contextmanager
def private_pooler(host: str, port: int, user: str = _USER) -> Iterator[Pooler]:
    """Run a PgBouncer before a server that trusts this machine.

    Raises:
        NoPrograms: PgBouncer is not installed.
    """
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise NoPrograms("PgBouncer is not installed")
    with _private_folder("pgbouncer-") as folder:
        pooler = Pooler(free_port())
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host={host} port={port} user={user}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {pooler.port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\nmin_pool_size = 0\n"
            "server_idle_timeout = 2\nserver_login_retry = 1\n"
            f"logfile = {folder / 'log'}\npidfile = {folder / 'pid'}\n",
            encoding="ascii",
        )
        settings.chmod(0o644)
        command = [*as_other_user(), program, "-q", str(settings)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await_port(pooler.port, process)
            yield pooler
        finally:
            _end(process, folder / "pid")


def free_port() -> int:
    """Find a low port that nobody listens on."""
    for _ in range(200):
        port = random.choice(_LOW_PORTS)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def as_other_user() -> list[str]:
    """What stands before a command that must not run as root."""
    return ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("pg_ctl")
    if elsewhere is None:
        raise NoPrograms("PostgreSQL's server is not installed")
    return Path(elsewhere).resolve().parent


@contextmanager
def _private_folder(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            account = pwd.getpwnam(_USER)
            os.chown(name, account.pw_uid, account.pw_gid)
        yield Path(name)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "PgBouncer ended at once"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("PgBouncer does not listen")


def _end(process: subprocess.Popen[bytes], pid_file: Path) -> None:
    """End PgBouncer itself, and with it the program that changed the user."""
    with suppress(OSError, ValueError):
        os.kill(int(pid_file.read_text(encoding="ascii")), signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

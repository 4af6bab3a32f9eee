"""How is everything kept so that several processes, on several machines, share the work?

PostgreSQL. Rows are held under leases by the database's clock, so that the work of a process that died is taken over.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.errors import SchemaOutdated
from bot.storage import replicas
from bot.storage.connections import Connection, Database
from bot.storage.inbox import Holder
from bot.storage.owner import is_gone, this_process
from bot.storage.pseudonym import new_secret
from bot.storage.rows import Key
from bot.storage.schema import POSTGRES_KNOWN, POSTGRES_VERSION, migrations
from bot.storage.scripts import Script, run_in_postgres
from bot.storage.store import LEASE_SECONDS, ChatState, Finished, InboxEntry, Received, Result
from bot.storage.tables import Tables
from bot.storage.wishes import LOCK, taking
from bot.types import ChatRef

T = TypeVar("T")
_StoredKey = tuple[int, bytes, float]  # id, secret, and when it was made

_FAILED_ONCE = "UPDATE inbox SET attempts = attempts + 1 WHERE seq = %s AND state = 'new' AND owner = %s"
_SENT = "UPDATE inbox SET sent = %s WHERE seq = %s AND state = 'new' AND owner = %s"
_HOLDER = "SELECT owner FROM leases WHERE name = %s"
_LEASE = f"""
    INSERT INTO leases (name, owner, until) VALUES (%(name)s, %(owner)s, {replicas.CLOCK} + %(seconds)s)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE leases.owner = ANY(%(free)s) OR leases.until < {replicas.CLOCK}
    RETURNING 1
"""
_UNLEASE = "DELETE FROM leases WHERE name = %s AND owner = %s"
_LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended('keys', 0))"
_KEY = "SELECT id, secret, made_at FROM keys WHERE made_at > %s ORDER BY id DESC LIMIT 1"
_NEW_KEY = "INSERT INTO keys (secret, made_at) VALUES (%s, %s) RETURNING id, secret, made_at"


class PostgresStore(Tables):
    """The `Store` in a PostgreSQL database.

    Args:
        url: Of the database.
        retention_days: How long the wording of questions is kept, and who asked is known under a pseudonym; 0 means
            that neither is ever written.
        owner: The process that holds rows and leases; this one when None.
        lease_seconds: How long it holds them unless it renews that.
    """

    def __init__(
        self,
        url: str,
        *,
        retention_days: int = 30,
        owner: str | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        super().__init__(retention_days=retention_days)
        self._database = Database(url)
        self._holder = Holder(owner=owner or this_process(), seconds=lease_seconds)
        self._key: _StoredKey | None = None  # the present one
        self._mine: set[int] = set()  # rows that were handed out and are not finished
        # The connection may break after a commit was asked for. Then nobody here knows whether it took place:
        self._doubtful: set[int] = set()  # rows that may be held without having been handed out
        self._ending: set[int] = set()  # rows that may have been ended

    async def open(self) -> None:
        """Connect, and refuse a schema that this version does not know."""
        await self._database.open()
        wanted = migrations("postgres")[-1].number
        found = await self._database.read(_version)
        if found != wanted:
            await self._database.close()
            raise SchemaOutdated(found=found, wanted=wanted)

    async def close(self) -> None:
        """Finish what was asked, then disconnect."""
        await self._database.close()

    # --- the inbox ----------------------------------------------------------------------------------

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        """Store updates, all or none, and return those that are now held."""
        locks = {replicas.lock_of(update.chat) for update in updates}
        return await self._take(
            lambda c: replicas.receive(c, updates, holder=self._holder, hold=hold), locks=locks
        )

    async def open_entries(self) -> tuple[InboxEntry, ...]:
        """Load everything that is not finished, in order of arrival."""
        return await self._database.read(lambda c: replicas.open_entries(c, owner=self._holder.owner))

    async def claim(self, limit: int) -> tuple[InboxEntry, ...]:
        """Take the oldest open row of each chat of which nobody holds one."""
        return await self._take(
            lambda c: replicas.claim(c, limit, holder=self._holder, mine=self._mine - self._doubtful)
        )

    async def renew(self) -> frozenset[int]:
        """Hold for longer what this process holds, and name it."""
        return await self._database.write(lambda c: replicas.renew(c, holder=self._holder, mine=self._mine))

    async def release(self, seqs: Collection[int]) -> None:
        """Give rows back that were not begun."""
        await self._database.write(lambda c: replicas.release(c, seqs, holder=self._holder))
        self._mine.difference_update(seqs)

    async def record_attempt(self, seq: int) -> None:
        """Count one more failure of a row."""
        await self._execute(_FAILED_ONCE, (seq, self._holder.owner))

    async def record_sent(self, seq: int, sent: Sequence[str | None]) -> None:
        """Note the messages of a row that have gone out so far."""
        await self._execute(_SENT, (json.dumps(list(sent)), seq, self._holder.owner))

    async def finish(self, entry: InboxEntry, result: Result) -> Finished:
        """End a row and apply what follows from it, in one transaction."""
        ended, key = False, self._key

        async def operation(connection: Connection) -> tuple[InboxEntry, ...]:
            nonlocal ended, key
            key = await self._present_key(connection, result.at)
            ended = await self._finish(connection, entry, result, key and key[:2])
            return await replicas.following(connection, entry.chat, holder=self._holder) if ended else ()

        def settle(delivered: bool) -> None:
            if delivered:
                self._key = key
                self._mine.discard(entry.seq)
                self._ending.discard(entry.seq)
            elif ended:
                self._ending.add(entry.seq)

        following = await self._take(operation, locks=replicas.locks_of(entry.chat, result), settle=settle)
        return Finished(ended=ended, following=following)

    async def retry(self, seqs: Collection[int] | None = None) -> int:
        """Open dead rows again, all of them when None, and return how many."""
        return await self._database.write(lambda c: replicas.retry(c, seqs))

    async def fulfil(self, wishes: Mapping[int, Received]) -> tuple[InboxEntry, ...]:
        """Turn wishes into rows of the inbox, in one transaction."""

        async def operation(connection: Connection) -> tuple[InboxEntry, ...]:
            updates = await run_in_postgres(connection, taking(wishes))
            return await replicas.receive(connection, updates, holder=self._holder, hold=True)

        chats = {replicas.lock_of(update.chat) for update in wishes.values()}
        return await self._take(operation, locks={LOCK, *chats})

    # --- people and leases -----------------------------------------------------------------------------

    async def chat_state(self, chat: ChatRef, user_id: str) -> ChatState:
        """Load what is remembered about a person in a chat."""
        return await self._database.read(lambda c: replicas.state_of(c, chat, user_id))

    async def lease(self, name: str) -> str | None:
        """Take a named lease, or renew it; return who has it when it is not free."""
        return await self._database.write(lambda c: self._lease(c, name))

    async def unlease(self, name: str) -> None:
        """Give a named lease back."""
        await self._execute(_UNLEASE, (name, self._holder.owner))

    # --- inside -------------------------------------------------------------------------------------

    async def _take(
        self,
        operation: Callable[[Connection], Awaitable[tuple[InboxEntry, ...]]],
        *,
        locks: Collection[str] = (),
        settle: Callable[[bool], None] | None = None,
    ) -> tuple[InboxEntry, ...]:
        """Run an operation that takes rows in hand, and remember which."""
        let_go: frozenset[int] = frozenset()

        async def all_of_it(connection: Connection) -> tuple[InboxEntry, ...]:
            nonlocal let_go
            let_go = frozenset(self._doubtful)
            if let_go:
                await replicas.release(connection, let_go, holder=self._holder)
            return await operation(connection)

        def remember(entries: tuple[InboxEntry, ...], delivered: bool) -> None:
            taken = {entry.seq for entry in entries}
            if delivered:
                self._doubtful -= let_go | taken
                self._mine |= taken
            else:
                self._doubtful |= taken - self._mine
            if settle is not None:
                settle(delivered)

        return await self._database.write(all_of_it, locks=locks, settle=remember)

    async def _finish(self, connection: Connection, entry: InboxEntry, result: Result, key: Key) -> bool:
        wording = self._retention_days > 0
        if await replicas.finish(connection, entry, result, holder=self._holder, key=key, wording=wording):
            return True
        return entry.seq in self._ending and await replicas.has_ended(
            connection, entry.seq, holder=self._holder
        )

    async def _present_key(self, connection: Connection, now: datetime) -> _StoredKey | None:
        """Find the key under which people are named now; each serves as long as wording is kept."""
        if not self._retention_days:
            return None
        oldest = (now - timedelta(days=self._retention_days)).timestamp()
        if self._key is not None and self._key[2] > oldest:
            return self._key
        await connection.execute(_LOCK_KEYS)
        row = await (await connection.execute(_KEY, (oldest,))).fetchone()
        row = row or await (await connection.execute(_NEW_KEY, (new_secret(), now.timestamp()))).fetchone()
        assert row is not None  # it was found or inserted
        return int(row[0]), bytes(row[1]), float(row[2])

    async def _lease(self, connection: Connection, name: str) -> str | None:
        row = await (await connection.execute(_HOLDER, (name,))).fetchone()
        free = [self._holder.owner, *([row[0]] if row is not None and is_gone(row[0]) else ())]
        values = {
            **{"name": name, "owner": self._holder.owner},
            **{"seconds": self._holder.seconds, "free": free},
        }
        if await (await connection.execute(_LEASE, values)).fetchone() is not None:
            return None
        row = await (await connection.execute(_HOLDER, (name,))).fetchone()
        return str(row[0]) if row is not None else "another process"

    async def _look(self, script: Callable[[], Script[T]]) -> T:
        return await self._database.read(lambda c: run_in_postgres(c, script()))

    async def _glance(self, script: Callable[[], Script[T]]) -> T:
        return await self._look(script)

    async def _run(self, script: Callable[[], Script[T]], *, locks: Collection[str] = ()) -> T:
        return await self._database.write(lambda c: run_in_postgres(c, script()), locks=locks)

    async def _schema(self) -> int:
        return await self._database.read(_version)

    async def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        async def operation(connection: Connection) -> None:
            await connection.execute(statement, values)

        await self._database.write(operation)


async def _version(connection: Connection) -> int:
    if (await (await connection.execute(POSTGRES_KNOWN)).fetchone()) != (True,):
        return 0
    row = await (await connection.execute(POSTGRES_VERSION)).fetchone()
    return int(row[0]) if row is not None else 0

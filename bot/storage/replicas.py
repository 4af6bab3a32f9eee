"""How do rows of the inbox move in PostgreSQL, where several processes work at once?

Each function runs in a transaction of the caller's. Whoever adds to a chat or ends a row of it has the lock of that
chat (`lock_of`), and the rows of a chat that a process holds come before all others of that chat.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Any

from psycopg import AsyncConnection

from bot.storage import content, votes, wishes
from bot.storage.effects import STATE_COLUMNS, forgets, read_state, state_after, written_state
from bot.storage.groups import (
    chats_changed,
    chosen_statement,
    for_psycopg,
    of_people,
    statements,
    with_chosen,
)
from bot.storage.inbox import Holder
from bot.storage.owner import is_gone
from bot.storage.pseudonym import pseudonym
from bot.storage.rows import (
    DECIDED_COLUMNS,
    ENTRY_COLUMNS,
    TAKEN_AWAY,
    Key,
    chat_name,
    decided,
    fresh_entry,
    read_entry,
    storable,
)
from bot.storage.scripts import in_postgres, run_in_postgres
from bot.storage.store import FOLLOWING_ROWS, ChatState, InboxEntry, Received, Result, client_note
from bot.types import ChatRef

CLOCK = "extract(epoch FROM clock_timestamp())::double precision"  # the database's, in seconds since 1970

_ANY_SEQ = 2**63 - 1
_LIVING = f"coalesce(lease_until, 0) >= {CLOCK}"
# What a process holds of a chat has no gaps, but for dead rows that were opened again: first and last tell all.
_OTHERS = f"""
    SELECT channel, chat_id FROM unnest(%(channels)s::text[], %(chats)s::text[]) AS asked (channel, chat_id)
    WHERE EXISTS (
        SELECT 1 FROM inbox WHERE seq IN (
            (SELECT min(seq) FROM inbox AS i WHERE i.channel = asked.channel AND i.chat_id = asked.chat_id
                AND state = 'new' AND seq < %(before)s),
            (SELECT max(seq) FROM inbox AS i WHERE i.channel = asked.channel AND i.chat_id = asked.chat_id
                AND state = 'new' AND seq < %(before)s)
        ) AND (owner IS DISTINCT FROM %(owner)s OR NOT {_LIVING})
    )
"""
_INSERT = f"""
    INSERT INTO inbox (channel, event_id, chat_id, user_id, payload, received_at, owner, lease_until)
    SELECT channel, event_id, chat_id, user_id, payload, received_at, owner,
        CASE WHEN owner IS NOT NULL THEN {CLOCK} + %(seconds)s END
    FROM unnest(%(channels)s::text[], %(events)s::text[], %(chats)s::text[], %(users)s::text[],
        %(payloads)s::text[], %(times)s::double precision[], %(owners)s::text[])
        WITH ORDINALITY AS new (channel, event_id, chat_id, user_id, payload, received_at, owner, n)
    ORDER BY n
    ON CONFLICT (channel, event_id) DO NOTHING
    RETURNING channel, event_id, seq
"""
_OPEN_ONE = (
    f"SELECT {ENTRY_COLUMNS} FROM inbox WHERE channel = %s AND event_id = %s AND state = 'new' FOR UPDATE"
)
_HELD_ELSEWHERE = f"""
    SELECT seq, owner, {_LIVING} FROM inbox
    WHERE channel = %s AND chat_id = %s AND state = 'new' AND lease_until IS NOT NULL AND owner <> %s
    ORDER BY seq FOR UPDATE
"""
_TAKE_AWAY = "UPDATE inbox SET owner = %s, lease_until = NULL WHERE seq = ANY(%s)"
_OPEN_ALL = f"SELECT {ENTRY_COLUMNS} FROM inbox WHERE state = 'new' ORDER BY seq"
_HOLDERS = f"SELECT DISTINCT owner FROM inbox WHERE state = 'new' AND lease_until >= {CLOCK}"
# Nobody holds a row that was not renewed; those of this very process come back only when it knows nothing of them.
_UNHELD = f"""
    (lease_until IS NULL OR owner = ANY(%(gone)s)
        OR (lease_until < {CLOCK} AND (owner <> %(owner)s OR seq <> ALL(%(mine)s))))
"""
_HEADS = f"""
    WITH heads AS (
        SELECT min(seq) AS seq FROM inbox WHERE state = 'new' GROUP BY channel, chat_id
        HAVING bool_and{_UNHELD.strip()} ORDER BY 1 LIMIT %(limit)s
    )
    SELECT {ENTRY_COLUMNS} FROM inbox
    WHERE seq IN (SELECT seq FROM heads) AND state = 'new' AND {_UNHELD} ORDER BY seq FOR UPDATE SKIP LOCKED
"""
_REST = f"""
    UPDATE inbox SET owner = %(taken_away)s, lease_until = NULL
    FROM (SELECT channel AS of_channel, chat_id AS of_chat, seq AS head FROM inbox WHERE seq = ANY(%(heads)s)) AS taken
    WHERE channel = of_channel AND chat_id = of_chat AND seq <> head AND state = 'new' AND lease_until IS NOT NULL
        AND {_UNHELD}
"""
_CLAIM = f"""
    UPDATE inbox SET owner = %(owner)s, lease_until = {CLOCK} + %(seconds)s
    WHERE seq = ANY(%(heads)s) AND NOT EXISTS (
        SELECT 1 FROM inbox AS other
        WHERE other.channel = inbox.channel AND other.chat_id = inbox.chat_id AND other.seq <> inbox.seq
            AND other.state = 'new' AND other.lease_until IS NOT NULL
    )
    RETURNING seq
"""
_TAKE = f"UPDATE inbox SET owner = %s, lease_until = {CLOCK} + %s WHERE seq = ANY(%s)"
_RENEW = f"""
    UPDATE inbox SET lease_until = {CLOCK} + %(seconds)s
    WHERE seq IN (
        SELECT seq FROM inbox
        WHERE state = 'new' AND lease_until IS NOT NULL AND owner = %(owner)s AND seq = ANY(%(mine)s)
        ORDER BY seq FOR UPDATE
    )
    RETURNING seq
"""
_RELEASE = """
    UPDATE inbox SET owner = NULL, lease_until = NULL WHERE seq = ANY(%s) AND state = 'new' AND owner = %s
"""
_FOLLOWING = f"""
    SELECT {ENTRY_COLUMNS}, {_LIVING} FROM inbox WHERE channel = %s AND chat_id = %s AND state = 'new'
    ORDER BY seq LIMIT %s FOR UPDATE
"""
_DONE = """
    UPDATE inbox
    SET state = 'done', finished_at = %s, note = %s, payload = '', chat_id = %s, user_id = '', key_id = %s,
        lease_until = NULL
    WHERE seq = %s AND state = 'new' AND owner = %s
"""
_DEAD = """
    UPDATE inbox SET state = 'dead', finished_at = %s, note = %s, lease_until = NULL
    WHERE seq = %s AND state = 'new' AND owner = %s
"""
_ENDED = "SELECT 1 FROM inbox WHERE seq = %s AND state <> 'new' AND owner = %s"
_DECIDED = f"""
    INSERT INTO decisions ({", ".join(DECIDED_COLUMNS)}) VALUES ({", ".join("%s" for _ in DECIDED_COLUMNS)})
"""
_RETRY = """
    UPDATE inbox SET state = 'new', attempts = 0, finished_at = NULL, note = NULL, owner = NULL
    WHERE state = 'dead' AND (%(seqs)s::bigint[] IS NULL OR seq = ANY(%(seqs)s))
"""
_LOAD = (
    f"SELECT {', '.join(STATE_COLUMNS)} FROM chat_state WHERE channel = %s AND chat_id = %s AND user_id = %s"
)
_SAVE = f"""
    INSERT INTO chat_state (channel, chat_id, user_id, {", ".join(STATE_COLUMNS)}, changed_at)
    VALUES (%s, %s, %s, {", ".join("%s" for _ in STATE_COLUMNS)}, %s)
    ON CONFLICT (channel, chat_id, user_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in (*STATE_COLUMNS, "changed_at"))}
"""

Connection = AsyncConnection[tuple[Any, ...]]


def lock_of(chat: ChatRef) -> str:
    """Name the lock that keeps order in a chat."""
    return f"{chat.channel} {chat.chat_id}"


def locks_of(chat: ChatRef, result: Result) -> set[str]:
    """Name the locks under which a row of a chat ends: those of all chats that change, and of what all share."""
    shared = {content.LOCK} if content.changes_content(result.effects) else set()
    shared |= {wishes.LOCK} if wishes.changes_wishes(result.effects) else set()
    return shared | {lock_of(each) for each in chats_changed(chat, result)}


async def receive(
    connection: Connection, updates: Sequence[Received], *, holder: Holder, hold: bool
) -> tuple[InboxEntry, ...]:
    """Store updates, and take those before which nothing of their chat waits that this process does not hold."""
    chats = {update.chat for update in updates}
    free = chats - await _with_others(connection, chats, holder, _ANY_SEQ) if hold else set()
    values = {
        "channels": [update.chat.channel for update in updates],
        "events": [update.event_id for update in updates],
        "chats": [update.chat.chat_id for update in updates],
        "users": [update.user_id for update in updates],
        "payloads": [update.payload for update in updates],
        "times": [update.received_at.timestamp() for update in updates],
        "owners": [holder.owner if update.chat in free else None for update in updates],
        "seconds": holder.seconds,
    }
    added = await (await connection.execute(_INSERT, values)).fetchall()
    fresh = {(channel, event): seq for channel, event, seq in added}
    entries = []
    for update in updates:
        seq = fresh.pop((update.chat.channel, update.event_id), None)
        if seq is None:
            known = await _taken_up(connection, update, holder) if hold else None
            entries += [known] if known else []
        elif update.chat in free:
            entries.append(fresh_entry(seq, update))
    return tuple(entries)


async def open_entries(connection: Connection, *, owner: str) -> tuple[InboxEntry, ...]:
    """Load everything that is not finished."""
    return tuple(read_entry(row, owner) for row in await (await connection.execute(_OPEN_ALL)).fetchall())


async def claim(
    connection: Connection, limit: int, *, holder: Holder, mine: Collection[int]
) -> tuple[InboxEntry, ...]:
    """Take the oldest row of each chat of which nobody holds a row.

    Args:
        connection: In a transaction.
        limit: How many at most.
        holder: Takes them.
        mine: What it knows to hold.
    """
    values: dict[str, Any] = {
        **{"limit": limit, "owner": holder.owner, "seconds": holder.seconds, "mine": list(mine)},
        **{"gone": await gone_holders(connection, holder.owner), "taken_away": TAKEN_AWAY},
    }
    rows = await (await connection.execute(_HEADS, values)).fetchall()
    if not rows:
        return ()
    values["heads"] = [row[0] for row in rows]
    await connection.execute(_REST, values)  # who wakes too late holds none of the chat
    taken = {seq for (seq,) in await (await connection.execute(_CLAIM, values)).fetchall()}
    return tuple(read_entry(row, holder.owner) for row in rows if row[0] in taken)


async def gone_holders(connection: Connection, owner: str) -> list[str]:
    """Name processes of this host that hold rows and have ended."""
    found = await (await connection.execute(_HOLDERS)).fetchall()
    return [other for (other,) in found if other != owner and is_gone(other)]


async def renew(connection: Connection, *, holder: Holder, mine: Collection[int]) -> frozenset[int]:
    """Hold rows for longer, and name them."""
    values = {"owner": holder.owner, "seconds": holder.seconds, "mine": list(mine)}
    return frozenset(seq for (seq,) in await (await connection.execute(_RENEW, values)).fetchall())


async def release(connection: Connection, seqs: Collection[int], *, holder: Holder) -> None:
    """Give rows back."""
    await connection.execute(_RELEASE, (list(seqs), holder.owner))


async def finish(
    connection: Connection, entry: InboxEntry, result: Result, *, holder: Holder, key: Key, wording: bool
) -> bool:
    """End a row; `wording` says whether the text of questions may be written; False when it is not held."""
    ending = (result.at.timestamp(), storable(result.note))
    if result.state == "done":
        named = (chat_name(key, entry.chat), key and key[0])
        ended = await connection.execute(_DONE, (*ending, *named, entry.seq, holder.owner))
    else:
        ended = await connection.execute(_DEAD, (*ending, entry.seq, holder.owner))
    if not ended.rowcount:
        return False
    await _apply(connection, entry, result)
    if not forgets(result):
        for outcome in result.outcomes:
            await connection.execute(_DECIDED, decided(entry, outcome, result, key, wording=wording))
        if votes.says_something(result):
            for statement, values in votes.writing(entry, result, key, await _secrets(connection)):
                await connection.execute(in_postgres(statement), values)
    return True


async def has_ended(connection: Connection, seq: int, *, holder: Holder) -> bool:
    """Whether this very process has ended a row before."""
    return await (await connection.execute(_ENDED, (seq, holder.owner))).fetchone() is not None


async def following(connection: Connection, chat: ChatRef, *, holder: Holder) -> tuple[InboxEntry, ...]:
    """Take the next rows of a chat of which a row has just been ended."""
    values = (chat.channel, chat.chat_id, FOLLOWING_ROWS)
    rows = await (await connection.execute(_FOLLOWING, values)).fetchall()
    if any(row[-2] == holder.owner for row in rows):
        return ()  # this process has rows of the chat in hand, and they come first
    free = list(takewhile(lambda row: not row[-1] or is_gone(row[-2]), rows))
    if free:
        await connection.execute(_TAKE, (holder.owner, holder.seconds, [row[0] for row in free]))
    return tuple(read_entry(row[:-1], holder.owner) for row in free)


async def retry(connection: Connection, seqs: Collection[int] | None) -> int:
    """Open dead rows again."""
    return (await connection.execute(_RETRY, {"seqs": None if seqs is None else list(seqs)})).rowcount


async def state_of(connection: Connection, chat: ChatRef, user_id: str) -> ChatState:
    """Load what is remembered about a person in a chat."""
    state = await _own_state(connection, chat, user_id)
    statement, values = chosen_statement(chat, user_id)
    found = await connection.execute(for_psycopg(statement).encode(), values)
    return with_chosen(state, await found.fetchall())


async def _with_others(
    connection: Connection, chats: Collection[ChatRef], holder: Holder, before: int
) -> set[ChatRef]:
    """Name the chats that have open rows before a given one that this process does not hold."""
    values = {
        "channels": [chat.channel for chat in chats],
        "chats": [chat.chat_id for chat in chats],
        "owner": holder.owner,
        "before": before,
    }
    found = await (await connection.execute(_OTHERS, values)).fetchall()
    return {ChatRef(channel=channel, chat_id=chat_id) for channel, chat_id in found}


async def _taken_up(connection: Connection, update: Received, holder: Holder) -> InboxEntry | None:
    """Take a known row that is open: whoever stored it may have died before that was acknowledged."""
    row = await (await connection.execute(_OPEN_ONE, (update.chat.channel, update.event_id))).fetchone()
    if row is None or await _with_others(connection, [update.chat], holder, row[0]):
        return None
    chat = (update.chat.channel, update.chat.chat_id)
    elsewhere = await (await connection.execute(_HELD_ELSEWHERE, (*chat, holder.owner))).fetchall()
    if any(living and not is_gone(owner) for _, owner, living in elsewhere):
        return None
    await connection.execute(_TAKE_AWAY, (TAKEN_AWAY, [seq for seq, _, _ in elsewhere]))
    await connection.execute(_TAKE, (holder.owner, holder.seconds, [row[0]]))
    return read_entry(row, holder.owner)


async def _apply(connection: Connection, entry: InboxEntry, result: Result) -> None:
    if forgets(result):
        await _forget(connection, entry)
    elif of_people(result.effects) or result.exchange is not None:
        state = state_after(await _own_state(connection, entry.chat, entry.user_id), result)
        person = (entry.chat.channel, entry.chat.chat_id, entry.user_id)
        await connection.execute(_SAVE, (*person, *written_state(state), result.at.timestamp()))
    for statement, values in statements(entry.chat, result):
        await connection.execute(for_psycopg(statement).encode(), values)
    await run_in_postgres(connection, wishes.following(entry, result))
    await run_in_postgres(connection, content.changing(entry.user_id, result.effects))


async def _own_state(connection: Connection, chat: ChatRef, user_id: str) -> ChatState:
    found = await connection.execute(_LOAD, (chat.channel, chat.chat_id, user_id))
    return read_state(await found.fetchone())


async def _forget(connection: Connection, entry: InboxEntry) -> None:
    person = (entry.chat.channel, entry.user_id)
    await connection.execute("DELETE FROM chat_state WHERE channel = %s AND user_id = %s", person)
    await connection.execute("DELETE FROM notes WHERE name = %s", (client_note(*person),))
    await connection.execute(
        "DELETE FROM inbox WHERE state = 'dead' AND channel = %s AND user_id = %s", person
    )
    secrets = await _secrets(connection)
    askers = [pseudonym(secret, *person) for secret in secrets]
    chats = [pseudonym(secret, "chat", entry.chat.channel, entry.chat.chat_id) for secret in secrets]
    await connection.execute("DELETE FROM decisions WHERE asker = ANY(%s)", (askers,))
    await connection.execute("DELETE FROM votes WHERE voter = ANY(%s)", (askers,))
    await connection.execute(
        "UPDATE inbox SET chat_id = '' WHERE state = 'done' AND chat_id = ANY(%s)", (chats,)
    )


async def _secrets(connection: Connection) -> list[bytes]:
    found = await (await connection.execute("SELECT secret FROM keys ORDER BY id")).fetchall()
    return [secret for (secret,) in found]

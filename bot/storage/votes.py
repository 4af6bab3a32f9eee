"""How is a person's vote on an answer written, whatever the store is made of?

A vote belongs to a pseudonym, never to an account's id. Pseudonyms change when the key does; a vote under an earlier
one moves to the present one when it is changed, so that it counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.effects import Remark, Unvote, Vote
from bot.storage.pseudonym import pseudonym
from bot.storage.rows import Key, storable
from bot.storage.scripts import Statement
from bot.storage.store import InboxEntry, Result, VoteCounts, VoteRecord

VOTES = """
    SELECT entry_id, voter, helpful, reason, comment, locale, revision, at FROM votes ORDER BY at, entry_id, voter
"""
VOTE_COUNTS = "SELECT entry_id, sum(helpful), count(*) FROM votes GROUP BY entry_id ORDER BY entry_id"
VOTES_OF = "SELECT at, entry_id, helpful FROM votes WHERE voter = :voter"

_MOVE = """
    UPDATE votes SET voter = :voter, key_id = :key WHERE entry_id = :entry AND voter = :earlier
"""
# The same vote again keeps what was said with it; another one does not.
_KEEP = """
    INSERT INTO votes (entry_id, voter, key_id, helpful, reason, locale, revision, at)
    VALUES (:entry, :voter, :key, :helpful, :reason, :locale, :revision, :at)
    ON CONFLICT (entry_id, voter) DO UPDATE SET
        reason = CASE WHEN votes.helpful = excluded.helpful
            THEN coalesce(excluded.reason, votes.reason) ELSE excluded.reason END,
        comment = CASE WHEN votes.helpful = excluded.helpful THEN votes.comment END,
        helpful = excluded.helpful, locale = excluded.locale, revision = excluded.revision, at = excluded.at
"""
# Under an id that the entry had before; where there is a vote under the present one, that is the later.
_RENAME = """
    UPDATE votes SET entry_id = :entry WHERE entry_id = :former AND voter = :voter
        AND NOT EXISTS (SELECT 1 FROM votes AS other WHERE other.entry_id = :entry AND other.voter = :voter)
"""
_DROP = "DELETE FROM votes WHERE entry_id = :former AND voter = :voter"
_REMARK = """
    UPDATE votes SET comment = :comment, at = :at WHERE entry_id = :entry AND voter = :voter AND helpful = 0
"""
_REMARK_MORE = """
    UPDATE votes SET comment = substr(coalesce(comment || :newline, '') || :comment, 1, :most), at = :at
    WHERE entry_id = :entry AND voter = :voter AND helpful = 0
"""
_MOST_REMARKED = 2000  # characters of all that a person wrote about one answer


def says_something(result: Result) -> bool:
    """Whether a row ends with a vote, with one taken back, or with a word about one."""
    return any(isinstance(effect, Vote | Unvote | Remark) for effect in result.effects)


def writing(entry: InboxEntry, result: Result, key: Key, secrets: Iterable[bytes]) -> Iterator[Statement]:
    """Write the votes of a row as statements; none when nobody is named.

    Args:
        entry: Whose person voted.
        result: Holds the votes.
        key: Under which people are named now.
        secrets: Of all keys that are still kept.
    """
    if key is None or not entry.user_id:
        return
    person = (entry.chat.channel, entry.user_id)
    voter = pseudonym(key[1], *person)
    earlier = [name for secret in secrets if (name := pseudonym(secret, *person)) != voter]
    for effect in result.effects:
        if isinstance(effect, Unvote):
            yield from _taking_back(effect, (voter, *earlier))
        if not isinstance(effect, Vote | Remark):
            continue
        named = {"entry": effect.entry_id, "voter": voter, "key": key[0]}
        yield from ((_MOVE, {**named, "earlier": name}) for name in earlier)
        for former in effect.former if isinstance(effect, Vote) else ():
            yield from ((_MOVE, {**named, "entry": former, "earlier": name}) for name in earlier)
            yield from ((statement, {**named, "former": former}) for statement in (_RENAME, _DROP))
        yield _statement(effect, named)


def read_vote(row: Sequence[Any]) -> VoteRecord:
    """Read a row of VOTES."""
    entry_id, voter, helpful, reason, comment, locale, revision, at = row
    return VoteRecord(
        entry_id=entry_id,
        voter=voter,
        helpful=bool(helpful),
        reason=reason,
        comment=comment,
        locale=locale,
        revision=revision,
        at=datetime.fromtimestamp(at, UTC),
    )


def read_counts(rows: Iterable[Sequence[Any]]) -> Mapping[str, VoteCounts]:
    """Read the rows of VOTE_COUNTS."""
    return {
        entry_id: VoteCounts(helpful=int(helpful), not_helpful=int(votes) - int(helpful))
        for entry_id, helpful, votes in rows
    }


def _taking_back(effect: Unvote, names: Iterable[str]) -> Iterator[Statement]:
    for name in names:
        for entry_id in (effect.entry_id, *effect.former):
            yield _DROP, {"former": entry_id, "voter": name}


def _statement(effect: Vote | Remark, named: dict[str, Any]) -> Statement:
    values = {**named, "at": effect.at.timestamp()}
    if isinstance(effect, Remark):
        said = {**values, "comment": storable(effect.text)}
        return (
            (_REMARK_MORE, {**said, "newline": "\n", "most": _MOST_REMARKED})
            if effect.more
            else (_REMARK, said)
        )
    said = {"helpful": int(effect.helpful), "reason": effect.reason}
    return _KEEP, {**values, **said, "locale": effect.locale, "revision": effect.revision}

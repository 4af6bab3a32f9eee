"""Which phrasings were accepted by one press? Those are taken back together, and others are not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.types import Learned

_NAME = 6  # bytes; a button has room for 64 letters
_BEGAN = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def press(who: str, at: datetime, entry_id: str) -> str:
    """Name a press: who added something to which entry at which moment. Twelve hexadecimal characters."""
    moment = (at - _BEGAN) // timedelta(microseconds=1)
    return blake2b(f"{who}\0{moment}\0{entry_id}".encode(), digest_size=_NAME).hexdigest()


def accepted_by(name: str, learned: Iterable[Learned]) -> tuple[Learned, ...]:
    """List the phrasings that a press of that name accepted, as far as they are still there."""
    return tuple(one for one in learned if press(one.who, one.at, one.entry_id) == name)

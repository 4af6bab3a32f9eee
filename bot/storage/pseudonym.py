"""Under which name does a finished row remember who asked?

An HMAC under a random key that is kept in the same store and destroyed with the rows that it names: people can be
counted, and found again by themselves, for as long as the retention setting says, and never afterwards.
"""

from __future__ import annotations

import hmac
import secrets

KEY_BYTES = 32
_NAME_CHARACTERS = 32  # of the hexadecimal digest: 128 bits


def new_secret() -> bytes:
    """Draw a new key."""
    return secrets.token_bytes(KEY_BYTES)


def pseudonym(secret: bytes, *parts: str) -> str:
    """Name something under a key; other keys give other names."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(secret, text, "sha256").hexdigest()[:_NAME_CHARACTERS]

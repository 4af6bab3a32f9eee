"""Which words does a message of a catalog list, that is never shown but looked for in what people write?"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=512)  # some twenty for each language
def listed(text: str) -> tuple[str, ...]:
    """List the words or expressions of a message, which are separated by commas, as they are written."""
    return tuple(word.strip() for word in text.split(",") if word.strip())

"""In which words does the page itself speak?

In those of the catalogs, in the language of the person who is acted, so that a page can be shown to people
who read no English. The texts stand in `bot.language.page_texts`.
"""

from __future__ import annotations

from bot.language.catalogs import SOURCE_LOCALE, Catalogs
from bot.language.formats import direction
from bot.language.negotiate import negotiate
from bot.language.page_texts import PAGE_TEXTS
from bot.language.pofile import INTERFACE
from bot.preview.arguments import JsonObject


def words_json(catalogs: Catalogs, tag: str) -> JsonObject:
    """Return the page's words in the language that fits a tag best, with its direction.

    Values stay in braces; the page fills them in.
    """
    locale = negotiate(tag, catalogs.locales) or SOURCE_LOCALE
    words = {
        text.context.removeprefix("page."): catalogs.lookup(
            locale, INTERFACE, text.context, text.message
        ).text
        for text in PAGE_TEXTS
    }
    return {"locale": locale, "direction": direction(locale), "words": words}

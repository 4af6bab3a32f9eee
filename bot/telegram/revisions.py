"""How do staff have the files read again, and go back to the version before?"""

from __future__ import annotations

from telegram import Update

from bot.effects import Effect, Pin
from bot.language import staff_texts
from bot.language.formats import isolate
from bot.telegram.answers import locale_of
from bot.telegram.changes import reload_text
from bot.telegram.pages import page
from bot.telegram.queued import Reader
from bot.telegram.staffroom import Staffroom
from bot.telegram.turn import Turn
from bot.types import Handled

_MOST_PROBLEMS = 10


async def on_reload(update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Read the files, and say what changed or what is wrong with them; going back to a version ends by it."""
    locale, revision = locale_of(update, turn), turn.assistant.revision
    reload = await staffroom.reload(turn.entry.user_id)
    if reload is None or not (reload.replaced or reload.problems):
        values = {"revision": isolate(revision, locale)}
        text = turn.assistant.catalogs.text(locale, staff_texts.RELOAD_SAME, **values)
    else:
        reader = Reader(assistant=turn.assistant, locale=locale)
        text = reload_text(reload, reader, most=_MOST_PROBLEMS)
    return Handled(replies=(page(text, locale),))


async def on_rollback(update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Go back to the last version before the present one that was fit to answer."""
    say, locale = turn.assistant.catalogs.text, locale_of(update, turn)
    previous = staffroom.previous()
    if previous is None:
        return Handled(replies=(page(say(locale, staff_texts.ROLLBACK_NONE), locale),))
    effects: tuple[Effect, ...] = (Pin(revision=previous, at=turn.entry.received_at),)
    text = say(locale, staff_texts.ROLLED_BACK, revision=isolate(previous, locale))
    return Handled(replies=(page(text, locale),), effects=effects)

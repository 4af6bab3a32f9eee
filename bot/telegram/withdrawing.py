"""How do staff take an answer out of service, and bring it back?"""

from __future__ import annotations

from telegram import Update

from bot.answering.compose import question_of
from bot.effects import Effect, Restore, Withdraw
from bot.knowledge.entries import Entry
from bot.language import staff_texts
from bot.language.formats import format_moment, isolate
from bot.language.texts import Text
from bot.telegram.answers import locale_of
from bot.telegram.pages import Rows, page
from bot.telegram.staffroom import Staffroom, named_entry, near_entries
from bot.telegram.turn import Turn
from bot.types import Button, Handled, Reply, Withdrawn

_EXAMPLE = "launch-date"
_MOST_TYPED = 60  # characters of an unknown name that are repeated
_MOST_LISTED = 20  # withdrawn answers that get a button


async def on_withdraw(update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Withdraw the answer of the entry that is named, or list those that are withdrawn."""
    name = _named(update)
    if not name:
        return Handled(replies=(await _listed(update, turn, staffroom),))
    return await _withdraw(name, update, turn, staffroom)


async def on_restore(update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Bring the answer of the entry back that is named, or offer those that are withdrawn."""
    name = _named(update)
    if not name:
        return Handled(replies=(await _listed(update, turn, staffroom),))
    return await _restore(name, update, turn, staffroom)


async def press_withdraw(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Withdraw the answer that a button names."""
    return await _withdraw(words[0], update, turn, staffroom)


async def press_restore(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Bring the answer back that a button names."""
    return await _restore(words[0], update, turn, staffroom)


async def _withdraw(name: str, update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    locale = locale_of(update, turn)
    entry = named_entry(name, turn.assistant)
    if entry is None:
        return Handled(replies=(_unknown(name, turn, locale),))
    known = (await _withdrawn(staffroom)).get(entry.id)
    values = _values(entry.id, turn, locale) | {"command": isolate(f"/restore {entry.id}", locale)}
    buttons: Rows = ((_button(staff_texts.RESTORE_BUTTON, "restore", entry.id, turn, locale),),)
    if known is not None:
        values |= _since(known, locale)
        return _said(staff_texts.WITHDRAWN_ALREADY, values, turn, locale, buttons)
    effect = Withdraw(entry_id=entry.id, at=turn.entry.received_at)
    return _said(staff_texts.WITHDRAWN_NOW, values, turn, locale, buttons, effect)


async def _restore(name: str, update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    locale = locale_of(update, turn)
    withdrawn = await _withdrawn(staffroom)
    entry = named_entry(name, turn.assistant)
    entry_id = entry.id if entry is not None and entry.id in withdrawn else name
    if entry_id not in withdrawn:  # an entry that is gone from the files may still be withdrawn
        if entry is None:
            return Handled(replies=(_unknown(name, turn, locale, "restore"),))
        return _said(staff_texts.RESTORE_NEEDLESS, _values(entry.id, turn, locale), turn, locale)
    values = _values(entry_id, turn, locale) | {"command": isolate(f"/withdraw {entry_id}", locale)}
    buttons: Rows = ((_button(staff_texts.WITHDRAW_BUTTON, "withdraw", entry_id, turn, locale),),)
    effect = Restore(entry_id=entry_id, at=turn.entry.received_at)
    return _said(staff_texts.RESTORED_NOW, values, turn, locale, buttons, effect)


async def _withdrawn(staffroom: Staffroom) -> dict[str, Withdrawn]:
    return {each.entry_id: each for each in (await staffroom.store.overlay()).withdrawn}


async def _listed(update: Update, turn: Turn, staffroom: Staffroom) -> Reply:
    say, locale = turn.assistant.catalogs.text, locale_of(update, turn)
    withdrawn = tuple((await _withdrawn(staffroom)).values())
    lines = [
        say(
            locale, staff_texts.WITHDRAWN_ITEM, **_values(each.entry_id, turn, locale), **_since(each, locale)
        )
        for each in withdrawn
    ]
    head = say(locale, staff_texts.WITHDRAWN_LIST if withdrawn else staff_texts.WITHDRAWN_NONE)
    example = isolate(f"/withdraw {_EXAMPLE}", locale)
    how = say(locale, staff_texts.WITHDRAW_HOW, command=example)
    rows = tuple(
        (_button(staff_texts.RESTORE_BUTTON, "restore", each.entry_id, turn, locale),)
        for each in withdrawn[-_MOST_LISTED:]
    )
    return page("\n\n".join((head, *lines, how)), locale, rows)


def _unknown(name: str, turn: Turn, locale: str, action: str = "withdraw") -> Reply:
    """Say that there is no such entry, and which have names like it."""
    say = turn.assistant.catalogs.text
    typed = name if len(name) <= _MOST_TYPED else name[: _MOST_TYPED - 1] + "…"
    said = [say(locale, staff_texts.ENTRY_UNKNOWN, entry=isolate(typed, locale))]
    near = near_entries(name, turn.assistant, locale)
    if near:
        said.append(say(locale, staff_texts.ENTRY_NEAR))
    label = staff_texts.WITHDRAW_BUTTON if action == "withdraw" else staff_texts.RESTORE_BUTTON
    return page(
        " ".join(said), locale, tuple((_button(label, action, each.id, turn, locale),) for each in near)
    )


def _said(
    text: Text,
    values: dict[str, str],
    turn: Turn,
    locale: str,
    buttons: Rows = (),
    effect: Effect | None = None,
) -> Handled:
    reply = page(turn.assistant.catalogs.text(locale, text, **values), locale, buttons)
    return Handled(replies=(reply,), effects=() if effect is None else (effect,))


def _values(entry_id: str, turn: Turn, locale: str) -> dict[str, str]:
    entry: Entry | None = turn.assistant.knowledge.entries.get(entry_id)
    question = entry_id if entry is None else question_of(entry, turn.assistant, locale)
    return {"question": isolate(question or entry_id, locale), "entry": isolate(entry_id, locale)}


def _since(withdrawn: Withdrawn, locale: str) -> dict[str, str]:
    moment = format_moment(withdrawn.at, locale)
    return {"moment": isolate(moment, locale), "who": isolate(withdrawn.who, locale)}


def _button(label: Text, action: str, entry_id: str, turn: Turn, locale: str) -> Button:
    written = turn.assistant.catalogs.text(locale, label, entry=isolate(entry_id, locale))
    return Button(label=written, action=f"{action}:{entry_id}")


def _named(update: Update) -> str:
    text = (update.message.text or "") if update.message else ""
    return " ".join(text.split()[1:])

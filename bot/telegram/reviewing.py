"""How do staff work through the questions that nobody could answer?

One message shows one question after the other. Nothing is remembered between two presses: a button names the
question, and the queue is made anew from the store. So two members of staff may press under the same question, on any
replica; whoever is late is told who was faster.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Message, Update

from bot.effects import Effect, Learn, Lift, SetAside, Unlearn, Verdict
from bot.language import staff_texts as said
from bot.language.formats import isolate, strip_isolates
from bot.language.texts import Text
from bot.staff.presses import accepted_by, press
from bot.staff.review import Cluster
from bot.telegram.answers import locale_of
from bot.telegram.impacts import locales_meant
from bot.telegram.pages import Rows, page
from bot.telegram.queued import (
    AGAIN,
    NEXT,
    SEE,
    UNDO,
    Reader,
    adding_button,
    cluster_page,
    lifting_button,
    queue_page,
)
from bot.telegram.staffroom import Order, Staffroom, candidates_of, named_entry, near_entries
from bot.telegram.turn import Turn
from bot.types import Handled, Learned, Reply

_MARK = re.compile(rf"#([0-9a-f]+)({AGAIN}?)\W*$")  # at the end of a message that asks for an entry
_MOST_TYPED = 100  # characters of a name that no entry has, when it is repeated

Press = Callable[[list[str], Update, Turn, Staffroom], Awaitable[Handled]]


async def on_review(update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Show the first question that waits."""
    queue = await staffroom.queue(turn.assistant)
    return Handled(replies=(queue_page(queue, _reader(update, turn)),))


async def press_next(_words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Show the first question that waits in place of what is there."""
    return await on_review(update, turn, staffroom)


async def press_see(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Show a question once more, also one that was decided."""
    reader, again = _reader(update, turn), words[-1] == AGAIN
    queue = await staffroom.queue(turn.assistant)
    cluster = queue.find(words[0]) or (await staffroom.everything(turn.assistant)).find(words[0])
    if cluster is None:
        return Handled(alert=reader.say(said.REVIEW_GONE), replies=(queue_page(queue, reader),))
    again = again or cluster not in queue.waiting
    return Handled(replies=(cluster_page(cluster, queue, reader, again=again),))


# --- verdicts -------------------------------------------------------------------------------------


def setting_aside(verdict: Verdict, text: Text) -> Press:
    """Make what a button does that decides on a question without adding it to an entry."""

    async def press(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
        cluster = await _undecided(words, update, turn, staffroom)
        if isinstance(cluster, Handled):
            return cluster
        reader = _reader(update, turn)
        effect = SetAside(questions=cluster.questions, verdict=verdict, at=turn.entry.received_at)
        queue = await staffroom.queue(turn.assistant, without=cluster.id)
        first = reader.say(text, question=reader.quoted(cluster.wordings[0].text))
        shown = queue_page(queue, reader, first=first)
        otherwise = reader.button(said.REVIEW_OTHERWISE, f"{SEE}{AGAIN}", cluster.id)
        rows: Rows = ((otherwise,), (lifting_button(cluster.id, reader),))
        return Handled(replies=(replace(shown, buttons=(*shown.buttons, *rows)),), effects=(effect,))

    return press


async def press_lift(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Take back the verdict by which a question is set aside."""
    reader, cluster = _reader(update, turn), (await staffroom.everything(turn.assistant)).find(words[0])
    verdicts = await staffroom.store.set_aside()
    told = [each for each in verdicts if cluster is not None and each.question in cluster.questions]
    if not told:
        return Handled(alert=reader.say(said.REVIEW_NO_UNDO))
    effects = tuple(
        Lift(
            questions=tuple(each.question for each in told if each.verdict == verdict),
            verdict=verdict,
            at=turn.entry.received_at,
        )
        for verdict in dict.fromkeys(each.verdict for each in told)
    )
    return Handled(replies=(_taken_back(reader),), effects=effects)


# --- adding to an entry ---------------------------------------------------------------------------


async def press_add(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Have it worked out what would change if a question were added to an entry, and say that it is.

    That takes seconds, in another process. What comes of it takes the place of this page, see `worked_out`.
    """
    cluster = await _undecided(words, update, turn, staffroom)
    if isinstance(cluster, Handled):
        return cluster
    reader, sign = _reader(update, turn), _sign(words)
    back: Rows = ((reader.button(said.REVIEW_BACK, f"{SEE}{sign}", cluster.id),),)
    candidates = candidates_of(cluster, words[1], turn.assistant)
    if not candidates:
        return Handled(replies=(page(reader.say(said.REVIEW_NO_WORDING), reader.locale, back),))
    order = Order(
        cluster_id=cluster.id,
        entry_id=words[1],
        candidates=candidates,
        again=bool(sign),
        locale=reader.locale,
        chat=turn.entry.chat,
        user_id=turn.entry.user_id,
        message_id=_message_id(update),
        event_id=turn.entry.event_id,
    )
    staffroom.work_out(order)
    working = reader.say(said.REVIEW_WORKING, **reader.entry(words[1]))
    return Handled(replies=(page(working, reader.locale, back),))


async def press_confirm(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Add a question to an entry."""
    cluster = await _undecided(words, update, turn, staffroom)
    if isinstance(cluster, Handled):
        return cluster
    reader, at = _reader(update, turn), turn.entry.received_at
    effects: tuple[Effect, ...] = tuple(
        Learn(locale=each.locale, entry_id=words[1], text=each.text, at=at)
        for each in candidates_of(cluster, words[1], turn.assistant)
        if each.locale in locales_meant(words[0], turn.assistant)
    )
    rows: Rows = (
        (reader.button(said.REVIEW_UNDO, UNDO, press(turn.entry.user_id, at, words[1])),),
        (reader.button(said.REVIEW_NEXT, NEXT, ""),),
    )
    added = page(reader.say(said.REVIEW_ADDED, **reader.entry(words[1])), reader.locale, rows)
    return Handled(replies=(added,), effects=effects)


async def press_undo(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Take back what somebody added to an entry by one press."""
    reader = _reader(update, turn)
    taken = accepted_by(words[0], (await staffroom.store.overlay()).learned)
    if not taken:
        return Handled(alert=reader.say(said.REVIEW_NO_UNDO))
    effects: tuple[Effect, ...] = tuple(
        Unlearn(locale=each.locale, text=each.text, why="undone", at=turn.entry.received_at) for each in taken
    )
    return Handled(replies=(_taken_back(reader),), effects=effects)


def _taken_back(reader: Reader) -> Reply:
    rows: Rows = ((reader.button(said.REVIEW_NEXT, NEXT, ""),),)
    return page(reader.say(said.REVIEW_UNDONE), reader.locale, rows)


# --- another entry --------------------------------------------------------------------------------


async def press_ask(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Handled:
    """Ask for the name of an entry, in a message of its own that a reply is typed to."""
    cluster = await _undecided(words, update, turn, staffroom)
    if isinstance(cluster, Handled):
        return cluster
    reader, queue = _reader(update, turn), await staffroom.queue(turn.assistant)
    sign = _sign(words)
    shown = cluster_page(cluster, queue, reader, again=bool(sign))
    mark = f"#{cluster.id}{sign}"
    asked = page(reader.say(said.REVIEW_WHICH, mark=isolate(mark, reader.locale)), reader.locale)
    back: Rows = ((reader.button(said.REVIEW_BACK, f"{SEE}{sign}", cluster.id),),)
    return Handled(replies=(replace(shown, buttons=back), replace(asked, asks=True)))


def named(message: Message, text: str, locale: str, turn: Turn) -> Handled | None:
    """Take a reply as the name of an entry that was asked for; None when it is none."""
    asked = message.reply_to_message
    if (
        turn.staffroom is None
        or asked is None
        or asked.from_user is None
        or asked.from_user.id != turn.bot_id
    ):
        return None
    mark = _MARK.search(asked.text or "")
    if mark is None or message.chat.type != message.chat.PRIVATE:
        return None
    reader, (cluster_id, sign) = Reader(assistant=turn.assistant, locale=locale), mark.groups()
    exact = named_entry(text, turn.assistant)
    entries = (exact,) if exact is not None else near_entries(text, turn.assistant, locale)
    if not entries:
        typed = text if len(text) <= _MOST_TYPED else text[: _MOST_TYPED - 1] + "…"
        values = {"entry": isolate(typed, locale), "mark": isolate(mark[0].strip(), locale)}
        again = page(reader.say(said.REVIEW_NOT_FOUND, **values), locale)
        return Handled(replies=(replace(again, asks=True),))
    rows = [(adding_button(entry.id, cluster_id, reader, sign),) for entry in entries]
    rows.append((reader.button(said.REVIEW_BACK, f"{SEE}{sign}", cluster_id),))
    return Handled(replies=(page(reader.say(said.REVIEW_FOUND), locale, tuple(rows)),))


# --- who decided ----------------------------------------------------------------------------------


async def _undecided(words: list[str], update: Update, turn: Turn, staffroom: Staffroom) -> Cluster | Handled:
    """Find the question that a button names; when somebody decided on it meanwhile, say who, and show the next one.

    Whoever has opened it once more, knowing that, may decide otherwise; but what is added has to be taken back first.
    """
    queue, cluster_id = await staffroom.queue(turn.assistant), words[0].partition("-")[0]
    found = next((cluster for cluster in queue.waiting if cluster.id == cluster_id), None)
    if found is not None:
        return found
    every = (await staffroom.everything(turn.assistant)).find(cluster_id)
    overlay = await staffroom.store.overlay()
    added = [each for each in overlay.learned if _is_about(each, every, update)]
    if every is not None and not added and _sign(words):
        return every
    reader = _reader(update, turn)
    who = added[-1].who if added else await _who_decided(every, staffroom)
    alert = reader.say(
        said.REVIEW_GONE if who is None else said.REVIEW_DECIDED, **({"who": who} if who else {})
    )
    return Handled(alert=alert, replies=(queue_page(queue, reader),))


async def _who_decided(cluster: Cluster | None, staffroom: Staffroom) -> str | None:
    if cluster is None:
        return None
    verdicts = [each for each in await staffroom.store.set_aside() if each.question in cluster.questions]
    return verdicts[-1].who if verdicts else None


def _is_about(learned: Learned, cluster: Cluster | None, update: Update) -> bool:
    """Whether somebody added one of the wordings; what is answered by now is told by the page that shows it."""
    if cluster is not None:
        return any((each.locale, each.text) == (learned.locale, learned.text) for each in cluster.wordings)
    message = update.callback_query.message if update.callback_query else None
    shown = (message.text or "") if isinstance(message, Message) else ""
    return learned.text in strip_isolates(shown)


def _reader(update: Update, turn: Turn) -> Reader:
    return Reader(assistant=turn.assistant, locale=locale_of(update, turn))


def _sign(words: list[str]) -> str:
    return AGAIN if words[-1] == AGAIN else ""


def _message_id(update: Update) -> str:
    message = update.callback_query.message if update.callback_query else None
    return str(message.message_id) if message is not None else ""

"""What does a person say about an answer, and what follows from it?

A vote counts once for each person and entry, in whatever chat, and may be changed or taken back. Whoever an answer did
not help may say why, and may add a line in a reply to the message that asks for it. Staff read both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telegram import Message, Update

from bot.effects import Effect, Prompted, Remark, Unvote, Vote, VoteReason
from bot.language import texts
from bot.telegram.card import Card, as_card, asking_why
from bot.telegram.pages import line
from bot.telegram.turn import Turn
from bot.types import Handled, Reply

_OPEN_FOR = timedelta(days=1)  # how long a reply to the message that asks for a line is that line
_RLM = "\u200f"  # rendering puts it before lines that begin with Latin letters
MAX_REMARK = 500  # characters of a line about an answer that are kept


def voted_helpful(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    """Count an answer as helpful."""
    vote = _vote(card, turn, helpful=True)
    toast = card.say(_said(vote, turn))
    return Handled(replies=(as_card(reply, _marked(card, vote, update)),), effects=(vote,), toast=toast)


def voted_not_helpful(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    """Count an answer as not helpful, and ask why."""
    vote = _vote(card, turn, helpful=False)
    return Handled(replies=(asking_why(reply, card),), effects=(vote,), toast=card.say(_said(vote, turn)))


def took_back(reply: Reply, card: Card, update: Update, turn: Turn) -> Handled:
    """Count a vote no longer; again once it is taken back, that is still true.

    Only a button that shows the vote does this: of the two presses of a double tap the second still says what the
    first said.
    """
    effect = Unvote(entry_id=card.entry.id, former=card.entry.aliases, at=turn.entry.received_at)
    shown = as_card(reply, replace(card, vote=None))
    return Handled(replies=(shown,), effects=(effect,), toast=card.say(texts.VOTE_TAKEN_BACK))


def said_why(reply: Reply, card: Card, update: Update, turn: Turn, *, reason: VoteReason) -> Handled:
    """Note why an answer did not help, and offer to take a line about it."""
    vote = _vote(card, turn, helpful=False, reason=reason)
    query = update.callback_query
    message = query.message if query else None
    effects: tuple[Effect, ...] = (vote,)
    if message is not None:
        asked_in = str(message.message_id)
        effects += (Prompted(entry_id=card.entry.id, message_id=asked_in, at=turn.entry.received_at),)
    shown = as_card(reply, _marked(card, vote, update), prompt=card.say(texts.VOTE_REMARK))
    said = _said(vote, turn)
    # "Not helpful" was counted when the question why was asked; in a group, somebody else may answer that.
    toast = card.say(texts.VOTE_REASON if said is texts.VOTE_SAME else said)
    return Handled(replies=(shown,), effects=effects, toast=toast)


def remarked(message: Message, text: str, locale: str, turn: Turn) -> Handled | None:
    """Take a reply as the line that was asked for; None when it is none."""
    answered = message.reply_to_message
    prompt = turn.state.prompt_in(str(answered.message_id)) if answered else None
    if answered is None or prompt is None or message.date - prompt.at > _OPEN_FOR:
        return None
    if str(message.message_id) not in prompt.remark_ids and not _asks_for_line(answered, turn):
        return None
    own, entry = str(message.message_id), turn.assistant.knowledge.resolve(prompt.entry_id)
    remark = Remark(
        entry_id=entry.id if entry else prompt.entry_id,
        text=text[:MAX_REMARK],
        asked_in=prompt.message_id,
        message_id=own,
        # An edit takes the place of a line that stands alone; beside others nobody could tell which one it was.
        more=prompt.remark_ids not in ((), (own,)),
        at=turn.entry.received_at,
    )
    return Handled(replies=(line(texts.VOTE_REMARKED, turn.assistant, locale),), effects=(remark,))


def _asks_for_line(message: Message, turn: Turn) -> bool:
    """Whether a message still asks for a line: what is opened in its place, such as choices, asks for something else."""
    if not message.text:
        return True  # nobody can tell
    say, shown = turn.assistant.catalogs.text, message.text.replace(_RLM, "")
    return any(
        say(locale, texts.VOTE_REMARK).replace(_RLM, "") in shown
        for locale in turn.assistant.catalogs.locales
    )


def is_private(update: Update) -> bool:
    """Whether a message has one reader, to whom their own vote may be shown."""
    chat = update.effective_chat
    return chat is not None and chat.type == chat.PRIVATE


def _vote(card: Card, turn: Turn, *, helpful: bool, reason: VoteReason | None = None) -> Vote:
    return Vote(
        entry_id=card.entry.id,
        former=card.entry.aliases,
        helpful=helpful,
        locale=card.locale,
        revision=turn.assistant.revision,
        at=turn.entry.received_at,
        reason=reason,
    )


def _said(vote: Vote, turn: Turn) -> texts.Text:
    before = turn.vote_on(vote.entry_id, *vote.former)
    if before is None:
        return texts.VOTE_COUNTED
    return texts.VOTE_SAME if before is vote.helpful else texts.VOTE_CHANGED


def _marked(card: Card, vote: Vote, update: Update) -> Card:
    return replace(card, vote=vote.helpful) if is_private(update) else card

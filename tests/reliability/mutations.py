"""Real updates, and what may go wrong with them on the way."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from bot.preview.botapi import BotApi
from tests.telegram.kinds import smallest, update_kinds

Update = dict[str, Any]
_QUESTIONS = (
    "When was the alliance launched?", "متى تأسس التحالف؟", "联盟是什么时候成立的？", "Когда был создан альянс?",
    "and where?", "1", "/start", "/start launch-date", "/language fr", "/topics", "/dance", "hello 👋🏽", "?",
    "What is it, who founded it and where is it?", "/language@alliance_preview_bot zh", "¿Cuánto cuesta?",
)  # fmt: skip
_PRESSES = ("entry:launch-date:en", "topics:0:fr", "topic:launch:0", "lang:ar", "lang:auto", "entry:gone")
_TEXTS = (
    "", " ", "x" * 5_000, "\ud83d", "\udc00\ud800", "\u202e\u2066", "e\u0301" * 300, "\x00", "\ufeff\u200d", "👨‍👩‍👧‍👦" * 50,
    "<b>&amp;<", "²", "٣", "௧", "１", "/", "/@", "@alliance_preview_bot", "@alliance_preview_bot " * 20, ":", "entry:",
    "entry::::", "topics:-1", "topics:99999999999", "topic:launch:²", "lang:", "lang:xx_YY", "ﷺ" * 200, "\u0000\ud800x",
    "zh-hant-TW-x-private", "a-", "-", "_", "launch-date:en", "launch-date:", ":en", "/start choose_language", "\n" * 99,
)  # fmt: skip
_NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63), 10**30, 10**300, 4096, 1087968824, 4242, -1001, 1.5, 1e300)
_OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"id": 5}, [1, "x", None], "NaN")


async def real_updates(seed: int) -> list[Update]:
    """Let people do in the emulation what people do, and add the smallest update of every kind."""
    api = BotApi("4242:test", seed=seed)
    ana, ben = api.user("Ana", language_code="fr"), api.user("Ben", language_code=None)
    group, closed = api.group("Teachers", ana, ben, forum=True), api.group("Friends", ana, with_bot=False)
    topic = api.topic(group, ana, "Topic")
    for text in _QUESTIONS:
        sent = await ana.send(text)
        await ana.send(f"@alliance_preview_bot {text}", group, thread=topic)
        await ana.send(f"@alliance_preview_bot {text}", closed)
        await ana.edit(sent, text + "!")
        await ben.type_inline(text)
    for data in _PRESSES:
        await ana.press(1, data)
    for kind in ("photo", "sticker", "voice", "document", "location", "contact"):
        await ana.attach(kind, caption="When was it launched?" if kind == "photo" else "")
    chosen = {"result_id": "launch-date:en", "from": ana.person.json(), "query": "when"}
    api.push("chosen_inline_result", chosen)
    answered = {**api.messages(ana)[0], "from": {"id": 4242, "is_bot": True, "first_name": "Bot"}}
    for text in ("2", "and where?"):
        keyboard = {"inline_keyboard": [[{"text": "1. x", "callback_data": "entry:launch-date:en"}]]}
        reply = {**answered, "message_id": 3, "reply_markup": keyboard}
        api.push("message", {**api.messages(ana)[1], "text": text, "reply_to_message": reply})
    kinds = [{kind: smallest(cls)} for kind, cls in update_kinds().items()]
    return [*({**update} for update in api.pending()), *({"update_id": 7, **content} for content in kinds)]


def mutated(update: Update, others: list[Update], rng: random.Random) -> Update:
    """Return an update with one to four faults."""
    update = copy.deepcopy(update)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        places = list(_places(update))
        if not places:
            break
        holder, key = rng.choice(places)
        rng.choice(_FAULTS)(holder, key, others, rng)
    return update


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a JSON value: what holds it, and under which key."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


def _drop(holder: Any, key: Any, _others: list[Update], _rng: random.Random) -> None:
    del holder[key]


def _retype(holder: Any, key: Any, _others: list[Update], rng: random.Random) -> None:
    holder[key] = copy.deepcopy(rng.choice((*_OTHERS, rng.choice(_TEXTS), rng.choice(_NUMBERS))))


def _number(holder: Any, key: Any, _others: list[Update], rng: random.Random) -> None:
    if isinstance(holder[key], int | float):
        holder[key] = rng.choice((rng.choice(_NUMBERS), holder[key] + rng.randint(-3, 3), -holder[key]))


def _text(holder: Any, key: Any, _others: list[Update], rng: random.Random) -> None:
    old = holder[key]
    if not isinstance(old, str):
        return
    cut = rng.randint(0, len(old))
    odd = rng.choice(_TEXTS)
    noise = "".join(
        chr(rng.choice((rng.randint(0, 0x2FF), rng.randint(0, 0x10FFFF)))) for _ in range(rng.randint(1, 9))
    )
    holder[key] = rng.choice(
        (odd, old[:cut] + odd + old[cut:], old[:cut], old * 3, old[:cut] + noise + old[cut:])
    )


def _nest(holder: Any, key: Any, _others: list[Update], rng: random.Random) -> None:
    depth = rng.choice((1, 2, 10, 100))
    for _ in range(depth):
        holder[key] = (
            [holder[key]]
            if rng.random() < 0.5
            else {rng.choice(("reply_to_message", "chat", "x")): holder[key]}
        )


def _double(holder: Any, key: Any, _others: list[Update], rng: random.Random) -> None:
    if isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif isinstance(holder[key], list):
        holder[key] = copy.deepcopy(holder[key]) * rng.choice((2, 40))
    else:
        holder[rng.choice(("text", "caption", "from", "data", "entities", "message", "chat"))] = (
            copy.deepcopy(holder[key])
        )


def _swap(holder: Any, key: Any, others: list[Update], rng: random.Random) -> None:
    """Put in something that stands elsewhere in another update."""
    other, place = rng.choice(list(_places(rng.choice(others))))
    holder[key] = copy.deepcopy(other[place])


def _graft(holder: Any, key: Any, others: list[Update], rng: random.Random) -> None:
    """Add a field that stands in another update."""
    other, place = rng.choice(list(_places(rng.choice(others))))
    if isinstance(holder, dict) and isinstance(place, str):
        holder[place] = copy.deepcopy(other[place])


_FAULTS: tuple[Callable[[Any, Any, list[Update], random.Random], None], ...] = (
    _drop, _retype, _number, _number, _text, _text, _text, _nest, _double, _swap, _graft,
)  # fmt: skip

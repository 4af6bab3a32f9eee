"""An update of every kind that the library knows is answered, or ignored for a reason that is counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram import Update

from bot.ops.metrics import KINDS
from bot.service import now
from bot.telegram.intake import ALLOWED_UPDATES, received
from bot.types import IgnoreReason
from tests.journeys.conftest import World
from tests.telegram.kinds import smallest, update_kinds

# What the smallest update of a kind is: an inline question and a press are answered, a message without text is
# a service message.
_ANSWERED = {"inline_query", "callback_query"}
_IGNORED = {
    "message": IgnoreReason.SERVICE,
    "edited_message": IgnoreReason.EDIT_NOT_TEXT,
    "channel_post": IgnoreReason.CHANNEL_POST,
    "edited_channel_post": IgnoreReason.CHANNEL_POST,
    "chosen_inline_result": IgnoreReason.INLINE_UNKNOWN,
    "my_chat_member": IgnoreReason.MEMBERSHIP,
}


def counted(world: World) -> dict[str, float]:
    """Read the counters of updates by kind and of ignored ones by reason."""
    found: dict[str, float] = {}
    for family in world.service.metrics.registry.collect():
        for sample in family.samples:
            if sample.name in ("alliance_bot_updates_total", "alliance_bot_ignored_total"):
                found[next(iter(sample.labels.values()))] = sample.value
    return found


async def receive(world: World, update: dict[str, Any]) -> None:
    """Take an update in as if Telegram had sent it, whatever was asked for, and wait until it is done."""
    world.service.worker.accept(await world.service.intake.receive(received([update], now())))
    await world.service.worker.idle()


def test_the_library_knows_these_kinds_and_no_others() -> None:
    kinds = set(update_kinds())
    assert kinds == set(Update.ALL_TYPES) == KINDS
    assert set(ALLOWED_UPDATES) <= kinds


@pytest.mark.parametrize("kind", sorted(update_kinds()))
async def test_an_update_of_every_kind_is_answered_or_counted_as_ignored(world: World, kind: str) -> None:
    before = counted(world)
    await receive(world, {"update_id": 77, kind: smallest(update_kinds()[kind])})
    after = counted(world)
    risen = {name for name, value in after.items() if value != before.get(name, 0.0)}
    reason = _IGNORED.get(kind, IgnoreReason.OTHER_KIND).value
    assert risen == ({kind} if kind in _ANSWERED else {kind, reason})
    assert await world.service.store.dead() == ()
    assert await world.service.store.open_entries() == ()


async def test_a_kind_that_is_not_known_yet_is_counted_too(world: World) -> None:
    before = counted(world)
    await receive(world, {"update_id": 78, "telepathy": {"thought": json.dumps("x")}})
    after = counted(world)
    assert after["other-kind"] == before["other-kind"] + 1
    assert after["other"] == 1

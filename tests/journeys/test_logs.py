"""What an operator reads while people talk to the bot, and what is nobody's business."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from bot.answering.assistant import Assistant
from tests.journeys.conftest import World, world_of
from tests.logs import real_logs

NAME, USERNAME, IDENTITY = "Zebedeia", "zebedeia_quux", 918273645
WORDS = ("spelunking", "gribbleflux")


async def conversation(world: World) -> int:
    """Let one person do whatever may be logged, well or badly; return the group's id."""
    user = world.api.user(NAME, username=USERNAME, identity=IDENTITY)
    await world.answer(await user.send("/start"))
    asked = await user.send(f"When was the alliance launched? {WORDS[0]}")
    await world.answer(asked)
    await user.edit(asked, f"Who launched the alliance? {WORDS[0]}")
    await world.answer(await user.send(f"zzzz {WORDS[1]} qqqq"))
    offered = await world.answer(await user.send("/topics"))
    label = offered["reply_markup"]["inline_keyboard"][0][0]["text"]
    await user.press(offered, label)
    chosen = await user.send("/language fr")
    await world.answer(chosen)
    await user.edit(chosen, f"/language {WORDS[0]}")
    await user.attach("photo", caption=WORDS[0])
    group = world.api.group("Zebedeia’s club", user)
    await world.answer(await user.send(f"/help@{world.service.bot.username} {WORDS[0]}", group))
    await user.send(f"{WORDS[1]} among ourselves", group)
    await finished(world)
    world.api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await user.send(f"Where is it? {WORDS[0]}")
    await finished(world)
    world.api.fail("sendMessage", 502, "Bad Gateway")
    await world.answer(await user.send(f"What is the alliance? {WORDS[0]}"))
    person = {"id": IDENTITY, "is_bot": False, "first_name": NAME, "username": USERNAME}
    poison = {"message_id": 7, "date": NAME, "from": person, "chat": {"id": IDENTITY, "type": "private"}}
    world.api.push("message", {**poison, "text": WORDS[0]})
    await finished(world)
    return int(group.id)


async def finished(world: World) -> None:
    """Wait until the bot has finished with everything, well or badly."""
    async with asyncio.timeout(10):
        while world.api.pending() or await world.service.store.open_entries():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


async def test_lines_carry_the_number_of_their_question_and_nothing_personal(
    assistant: Assistant, tmp_path: Path
) -> None:
    with real_logs() as configure:
        written = configure(form="json", level="info")
        async with world_of(assistant, tmp_path) as world:
            group = await conversation(world)
    text = "\n".join(written())
    for private in (NAME, USERNAME, *WORDS, str(IDENTITY), str(abs(group))):
        assert private.lower() not in text.lower()
    told = ("question_answered", "update_ignored", "delivery_refused", "delivery_failed", "handling_failed")
    assert [event for event in told if event not in text] == []
    lines: list[dict[str, Any]] = [json.loads(line) for line in written()]
    about = [line for line in lines if line["logger"].startswith("bot.worker")]
    assert [line for line in about if not isinstance(line.get("question"), int)] == []
    assert len({line["question"] for line in about}) > 5

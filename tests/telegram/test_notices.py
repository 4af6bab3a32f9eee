"""Which notices stand above which answers, and that trying again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.effects import NoticeShown
from bot.knowledge.entries import Notice
from bot.telegram.dispatch import Dispatcher
from bot.types import Location
from tests.telegram.conftest import NOW, Talk, nothing_kept, text_of

PLACE = Location(path=Path("notices.yaml"))
FAIR = Notice(
    id="fair", text="The <fair> opens & closes.", begins=date(2026, 11, 20), until=date(2026, 11, 23),
    topics=("tools",), location=PLACE,
)  # fmt: skip
SURVEY = Notice(
    id="survey", text="We have a survey.", begins=NOW.date(), until=date(2026, 12, 24), location=PLACE
)
UNTIL = datetime.fromisoformat("2026-12-25T00:00+00:00")


@pytest.fixture
def told(talk: Talk, garden: Assistant) -> Talk:
    knowledge = replace(garden.knowledge, notices=(FAIR, SURVEY))
    talk.dispatcher = Dispatcher(
        talk.dispatcher._application,
        assistant=lambda: replace(garden, knowledge=knowledge),
        kept_of=nothing_kept,
        retention_days=30,
        rate_limit=0,
    )
    return talk


async def test_a_notice_stands_once_above_the_next_answer(told: Talk) -> None:
    ana = told.user()
    await ana.send("date of the foundation")
    first = await told.said()
    assert text_of(first).startswith("<i>We have a survey.</i>")
    assert NoticeShown(notice_id="survey", until=UNTIL) in first.effects
    await ana.send("name of the founder")
    assert "survey" not in text_of(await told.said())


async def test_a_notice_about_a_topic_waits_for_an_answer_of_it(told: Talk) -> None:
    ana = told.user()
    await ana.send("date of the foundation")
    assert "fair" not in text_of(await told.said())
    await ana.send("best tool for digging")
    said = await told.said()
    assert text_of(said).startswith("<i>The &lt;fair&gt; opens &amp; closes.</i>")
    assert [effect for effect in said.effects if isinstance(effect, NoticeShown)] == [
        NoticeShown(notice_id="fair", until=datetime.fromisoformat("2026-11-24T00:00+00:00"))
    ]


async def test_pages_and_declined_questions_bring_no_notice(told: Talk) -> None:
    ana = told.user()
    for text in ("/start", "/topics", "qqqq zzzz wwww", "/language fr"):
        await ana.send(text)
        said = await told.said()
        assert "survey" not in text_of(said)
        assert not [effect for effect in said.effects if isinstance(effect, NoticeShown)]


async def test_a_pressed_entry_brings_it_too(told: Talk) -> None:
    ana = told.user()
    await ana.send("/start")
    shown = await told.deliver(await told.said())
    await ana.press(shown, shown["reply_markup"]["inline_keyboard"][0][0]["text"])
    assert "We have a survey." in text_of(await told.said())


async def test_a_notice_goes_with_an_edit_once_it_is_out_of_date(told: Talk, garden: Assistant) -> None:
    ana = told.user()
    await ana.send("date of the foundation")
    shown = await told.deliver(await told.said())
    assert "We have a survey." in shown["text"]
    await ana.press(shown, "Share")
    assert "We have a survey." in text_of(await told.said())
    over = replace(SURVEY, until=NOW.date() - timedelta(days=1))
    knowledge = replace(garden.knowledge, notices=(over,))
    told.dispatcher._assistant = lambda: replace(garden, knowledge=knowledge)
    await ana.press(shown, "Share")
    assert "survey" not in text_of(await told.said())


async def test_trying_again_says_the_same(told: Talk) -> None:
    ana = told.user()
    await ana.send("date of the foundation")
    entry = told.entry(dict(told.api.pending()[-1]))
    state = told.states.get((entry.chat.chat_id, entry.user_id))
    assert state is None
    first, second = await told.said(), None
    told.states.clear()
    second = await told.said()
    assert first == second


async def test_groups_are_told_nothing(told: Talk) -> None:
    ana = told.user()
    group = told.api.group("Club", ana)
    await ana.send("@garden_bot date of the foundation", group)
    assert "survey" not in text_of(await told.said())


async def test_privacy_speaks_of_notices_when_there_are_any(told: Talk, talk: Talk) -> None:
    await told.user().send("/privacy")
    assert "which notices you have seen" in text_of(await told.said())

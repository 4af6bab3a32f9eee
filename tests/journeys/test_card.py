"""An answer as people use it: its source, related questions, languages, links, votes, and what is edited later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Vote
from bot.language import texts
from bot.language.formats import own_name
from bot.preview.botapi import Chat, User
from bot.service import now
from bot.storage.store import Received, Result, VoteCounts
from bot.types import ChatRef
from tests.journeys.conftest import Message, World, buttons, links, world_of
from tests.journeys.test_public import LAUNCH_ARTICLE


@dataclass(frozen=True)
class Tongue:
    """What somebody of a language asks, and what they read."""

    client: str
    locale: str
    asked: str
    date: str
    other: str  # the language they switch to
    there: str  # the date in it
    where: str  # a short question


TONGUES = (
    Tongue(
        "en", "en", "When was the alliance launched?", "30 January 2024", "ru", "30 января 2024", "where?"
    ),
    Tongue("ar", "ar", "متى أُطلق التحالف؟", "30 يناير 2024", "en", "30 January 2024", "أين؟"),
    Tongue(
        "zh-hans",
        "zh_Hans",
        "世界数字教育联盟是什么时候成立的？",
        "2024年1月30日",
        "ar",
        "30 يناير 2024",
        "在哪里？",
    ),
    Tongue("ru", "ru", "Когда был создан альянс?", "30 января 2024", "zh_Hans", "2024年1月30日", "Где?"),
)
EVERYONE = pytest.mark.parametrize("tongue", TONGUES, ids=lambda tongue: tongue.locale)


@dataclass
class Reader:
    """Somebody with a card before them."""

    world: World
    user: User
    tongue: Tongue
    card: Message

    def say(self, text: texts.Text, **values: object) -> str:
        return self.world.service.assistant().catalogs.text(self.tongue.locale, text, **values)

    async def press(self, button: str | tuple[int, int]) -> dict[str, object]:
        """Press a button and return what the person is told over the chat."""
        press = await self.user.press(self.card, button)
        answered = await self.world.api.wait_for(lambda: press.answer)
        assert answered is not None
        await self.settled()
        return dict(answered)

    async def settled(self) -> None:
        """Wait until everything is handled, and look at the card again."""
        chat = self.card["chat"]["id"]
        await self.world.quiet(chat, len(self.world.api.messages(chat, by_bot=True)))
        same = [m for m in self.world.api.messages(chat) if m["message_id"] == self.card["message_id"]]
        (self.card,) = same

    @property
    def votes(self) -> list[str]:
        data = [button for row in self.card["reply_markup"]["inline_keyboard"] for button in row]
        return [b["text"] for b in data if str(b.get("callback_data")).startswith(("yes:", "no:", "unvote:"))]


async def reader(world: World, tongue: Tongue = TONGUES[0]) -> Reader:
    user = world.api.user("Ana", language_code=tongue.client)
    card = await world.answer(await user.send(tongue.asked))
    return Reader(world, user, tongue, card)


def data(message: Message) -> list[str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [str(button.get("callback_data", "")) for row in rows for button in row]


def kinds(message: Message) -> list[str]:
    return [entity["type"] for entity in message.get("entities", ())]


# --- the card -------------------------------------------------------------------------------------


@EVERYONE
async def test_an_answer_quotes_its_source_and_still_reads_as_plain_text(
    world: World, tongue: Tongue
) -> None:
    ana = await reader(world, tongue)
    assert "blockquote" in kinds(ana.card)
    assert tongue.date in ana.card["text"]
    assert "CEAIE" in ana.card["text"] or "China Education Association" in ana.card["text"]
    assert "2024" in ana.card["text"].rsplit("\n", 1)[-1]  # the date stands beside the source
    labels = buttons(ana.card)
    wanted = (texts.CARD_RELATED, texts.CARD_LANGUAGES, texts.CARD_SHARE)
    assert {ana.say(text) for text in wanted} <= set(labels)
    assert ana.votes == [ana.say(texts.CARD_HELPFUL), ana.say(texts.CARD_NOT_HELPFUL)]


@EVERYONE
async def test_one_source_opens_at_once_and_several_in_place(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    source = ana.card["reply_markup"]["inline_keyboard"][0][0]
    assert (source["text"], source["url"]) == (ana.say(texts.CARD_SOURCE, count=1), LAUNCH_ARTICLE)
    entry = next(e for e in world.service.assistant().knowledge.entries.values() if len(e.sources) > 3)
    ana.card = before = await world.answer(await ana.user.send(f"/start {entry.id}"))
    assert len(links(before)) == 3
    assert "expandable_blockquote" in kinds(before)
    await ana.press(ana.say(texts.CARD_SOURCE, count=len(entry.sources)))
    cited = [world.service.assistant().knowledge.sources[each].url for each in entry.sources]
    assert links(ana.card) == cited
    opening = [b["url"] for row in ana.card["reply_markup"]["inline_keyboard"] for b in row if "url" in b]
    assert opening == cited
    await ana.press(ana.say(texts.CARD_BACK))
    assert (ana.card["text"], ana.card["reply_markup"]) == (before["text"], before["reply_markup"])


@EVERYONE
async def test_a_short_question_in_reply_to_an_older_answer_is_about_that_one(
    world: World, tongue: Tongue
) -> None:
    ana = await reader(world, tongue)
    await world.answer(await ana.user.send("/start secretariat-opening"))
    latest = await world.answer(await ana.user.send(tongue.where))
    assert "entry:launch-place" not in data(latest)
    earlier = await world.answer(await ana.user.send(tongue.where, reply_to=ana.card["message_id"]))
    assert f"share:launch-place:{tongue.locale}" in data(earlier)
    assert f"share:launch-place:{tongue.locale}" not in data(latest)


@EVERYONE
async def test_related_questions_open_in_place_and_can_be_typed(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    await ana.press(ana.say(texts.CARD_RELATED))
    listed = [line for line in ana.card["text"].splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert len(listed) == 3
    offered = [what.split(":")[1] for what in data(ana.card) if what.startswith("entry:")]
    typed = {"en": "2", "ar": "٢", "zh_Hans": "二", "ru": "2."}[tongue.locale]
    answer = await world.answer(await ana.user.send(typed))
    assert f"share:{offered[1]}:{tongue.locale}" in data(answer)
    await ana.press(next(label for label in buttons(ana.card) if label.startswith("1. ")))
    assert f"share:{offered[0]}:{tongue.locale}" in data(ana.card)


@EVERYONE
async def test_another_language_in_place_changes_no_setting(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    before = ana.card
    await ana.press(ana.say(texts.CARD_LANGUAGES))
    assert own_name(tongue.locale) not in buttons(ana.card)
    await ana.press(own_name(tongue.other))
    assert tongue.there in ana.card["text"]
    back = ana.say(texts.CARD_LANGUAGE_BACK, language=own_name(tongue.locale))
    assert back in buttons(ana.card)
    abroad = replace(tongue, locale=tongue.other)
    there = Reader(world, ana.user, abroad, ana.card)
    await there.press(there.say(texts.CARD_HELPFUL))  # the card stays in the language it is in
    assert tongue.there in there.card["text"]
    ana.card = there.card
    await ana.press(back)
    assert tongue.date in ana.card["text"]
    assert ana.card["text"] == before["text"]
    again = await world.answer(await ana.user.send(tongue.asked))
    assert tongue.date in again["text"]


@EVERYONE
async def test_an_answer_is_shared_by_a_link_that_opens_it(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    await ana.press(ana.say(texts.CARD_SHARE))
    rows = ana.card["reply_markup"]["inline_keyboard"]
    send, copy = rows[0]
    assert send["url"].startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F")
    link = copy["copy_text"]["text"]
    assert link in ana.card["text"]
    ben = world.api.user("Ben", language_code=tongue.client)
    opened = await world.answer(await ben.send(f"/start {link.partition('?start=')[2]}"))
    assert tongue.date in opened["text"]
    assert ana.say(texts.BUTTON_TOPICS) in buttons(opened)


async def test_the_way_back_to_the_topics_stays_whatever_is_pressed(world: World) -> None:
    ana = await reader(world)
    ana.card = await world.answer(await ana.user.send("/start launch-date"))
    for label in (
        "Related questions",
        "Back to the answer",
        "Other language",
        "Русский",
        "Не помогло",
        "Он устарел",
    ):
        await ana.press(label)
        assert data(ana.card)[-2:] == ["topic:launch:0:en", "topics:0:en"], label


async def test_small_talk_and_what_is_not_known_get_no_card(world: World) -> None:
    user = world.api.user("Ana", language_code="en")
    for text in ("Hello!", "Who won the football match yesterday evening in Peru?"):
        answer = await world.answer(await user.send(text))
        if "reply_markup" in answer:
            assert not [what for what in data(answer) if what.startswith(("yes:", "share:", "rel:"))]


async def test_two_answers_in_one_message_have_their_sources_and_open_as_cards(world: World) -> None:
    user = world.api.user("Ana", language_code="en")
    answer = await world.answer(
        await user.send("When was the alliance launched and who is its secretary-general?")
    )
    assert sum(kind.endswith("blockquote") for kind in kinds(answer)) == 2
    assert data(answer) == ["open:launch-date:en", "open:secretary-general:en"]
    assert buttons(answer)[0] == "When was the alliance launched?"
    for opened in ("secretary-general", "launch-date"):
        before = len(world.api.messages(user, by_bot=True))
        await user.press(answer, f"open:{opened}:en")
        await world.quiet(user, before + 1)
        card = world.api.messages(user, by_bot=True)[-1]
        assert {f"share:{opened}:en", f"yes:{opened}:en"} <= set(data(card))


# --- votes ----------------------------------------------------------------------------------------


@EVERYONE
async def test_a_vote_is_counted_once_and_may_be_changed(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    helpful, not_helpful = ana.say(texts.CARD_HELPFUL), ana.say(texts.CARD_NOT_HELPFUL)
    told = await ana.press(helpful)
    assert (told["text"], told["show_alert"]) == (ana.say(texts.VOTE_COUNTED), False)
    assert ana.votes == [ana.say(texts.CARD_HELPFUL_YOURS), not_helpful]
    told = await ana.press(f"yes:launch-date:{tongue.locale}")  # a double tap
    assert told["text"] == ana.say(texts.VOTE_SAME)
    assert ana.votes == [ana.say(texts.CARD_HELPFUL_YOURS), not_helpful]
    assert await world.service.store.vote_counts() == {"launch-date": VoteCounts(helpful=1, not_helpful=0)}
    told = await ana.press(not_helpful)
    assert told["text"] == ana.say(texts.VOTE_CHANGED)
    assert ana.say(texts.VOTE_WHY) in ana.card["text"]
    await ana.press(ana.say(texts.CARD_BACK))
    assert ana.votes == [helpful, ana.say(texts.CARD_NOT_HELPFUL_YOURS)]
    assert await world.service.store.vote_counts() == {"launch-date": VoteCounts(helpful=0, not_helpful=1)}
    again = Reader(world, ana.user, tongue, await world.answer(await ana.user.send(tongue.asked)))
    assert again.votes == ana.votes


@EVERYONE
async def test_whoever_was_not_helped_says_why_and_adds_a_line(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    await ana.press(ana.say(texts.CARD_NOT_HELPFUL))
    await ana.press(ana.say(texts.VOTE_OUTDATED))
    assert ana.say(texts.VOTE_REMARK) in ana.card["text"]
    assert ana.votes[1] == ana.say(texts.CARD_NOT_HELPFUL_YOURS)
    line = await ana.user.send("2025 … <b>?</b>", reply_to=ana.card["message_id"])
    thanked = await world.answer(line)
    assert thanked["text"].strip("\u200f") == ana.say(texts.VOTE_REMARKED)
    await ana.user.edit(line, "2026")
    await ana.settled()
    (vote,) = await world.service.store.votes()
    assert (vote.entry_id, vote.helpful, vote.reason) == ("launch-date", False, "outdated")
    assert (vote.comment, vote.locale) == ("2026", tongue.locale)
    assert vote.revision == world.service.assistant().revision
    another = await ana.user.send(tongue.asked, reply_to=ana.card["message_id"])
    thanked = await world.answer(another)
    assert thanked["text"].strip("\u200f") == ana.say(texts.VOTE_REMARKED)
    await ana.user.edit(line, "2027")
    await ana.settled()
    (vote,) = await world.service.store.votes()
    assert vote.comment == f"2026\n{tongue.asked}\n2027"  # nothing of what was written is lost


@EVERYONE
async def test_a_line_may_be_written_about_an_earlier_answer_too(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    opened = await world.answer(await ana.user.send("/start members-now"))
    other = Reader(world, ana.user, tongue, opened)
    for card in (ana, other):
        await card.press(card.say(texts.CARD_NOT_HELPFUL))
        await card.press(card.say(texts.VOTE_WRONG))
    first = await ana.user.send("one", reply_to=ana.card["message_id"])
    await world.answer(first)
    second = await ana.user.send("two", reply_to=other.card["message_id"])
    await world.answer(second)
    await world.settled()
    comments = {vote.entry_id: vote.comment for vote in await world.service.store.votes()}
    assert comments == {"launch-date": "one", "members-now": "two"}


@EVERYONE
async def test_a_card_that_shows_something_else_asks_for_no_line(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    await ana.press(ana.say(texts.CARD_NOT_HELPFUL))
    await ana.press(ana.say(texts.VOTE_OUTDATED))
    await ana.press(ana.say(texts.CARD_RELATED))
    offered = [what.split(":")[1] for what in data(ana.card) if what.startswith("entry:")]
    chosen = await world.answer(await ana.user.send("2", reply_to=ana.card["message_id"]))
    assert f"share:{offered[1]}:{tongue.locale}" in data(chosen)
    await ana.press(ana.say(texts.CARD_BACK))
    asked = await world.answer(await ana.user.send(tongue.asked, reply_to=ana.card["message_id"]))
    assert tongue.date in asked["text"]
    (vote,) = await world.service.store.votes()
    assert vote.comment is None


@EVERYONE
async def test_whoever_was_helped_after_all_is_asked_for_no_line(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    await ana.press(ana.say(texts.CARD_NOT_HELPFUL))
    await ana.press(ana.say(texts.VOTE_OUTDATED))
    await ana.press(ana.say(texts.CARD_HELPFUL))
    await ana.settled()
    asked = await world.answer(await ana.user.send(tongue.asked, reply_to=ana.card["message_id"]))
    assert tongue.date in asked["text"]
    (vote,) = await world.service.store.votes()
    assert (vote.helpful, vote.comment) == (True, None)


@EVERYONE
async def test_a_vote_is_taken_back_where_it_is_shown(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    before = ana.card["reply_markup"]
    await ana.press(ana.say(texts.CARD_NOT_HELPFUL))
    told = await ana.press(ana.say(texts.VOTE_WRONG))
    assert told["text"] == ana.say(texts.VOTE_REASON)
    told = await ana.press(ana.say(texts.CARD_NOT_HELPFUL_YOURS))
    assert told["text"] == ana.say(texts.VOTE_TAKEN_BACK)
    assert ana.card["reply_markup"] == before
    assert await world.service.store.votes() == ()
    told = await ana.press(f"unvote:launch-date:{tongue.locale}")  # a double tap
    assert told["text"] == ana.say(texts.VOTE_TAKEN_BACK)
    told = await ana.press(ana.say(texts.CARD_HELPFUL))
    assert told["text"] == ana.say(texts.VOTE_COUNTED)
    asked = await world.answer(await ana.user.send(tongue.asked, reply_to=ana.card["message_id"]))
    assert tongue.date in asked["text"]  # no line is waited for any more


@EVERYONE
async def test_a_vote_in_private_is_the_same_vote_in_a_group(world: World, tongue: Tongue) -> None:
    ana = await reader(world, tongue)
    ben = world.api.user("Ben", language_code=tongue.client)
    group = world.api.group("Teachers", ana.user, ben)
    asked = await ana.user.send(f"@alliance_preview_bot {tongue.asked}", group)
    there = Reader(world, ana.user, tongue, await world.answer(asked, group))
    helpful, not_helpful = ana.say(texts.CARD_HELPFUL), ana.say(texts.CARD_NOT_HELPFUL)
    assert (await there.press(helpful))["text"] == ana.say(texts.VOTE_COUNTED)
    assert (await ana.press(helpful))["text"] == ana.say(texts.VOTE_SAME)
    assert ana.votes == [ana.say(texts.CARD_HELPFUL_YOURS), not_helpful]
    assert (await there.press(not_helpful))["text"] == ana.say(texts.VOTE_CHANGED)
    again = Reader(world, ana.user, tongue, await world.answer(await ana.user.send(tongue.asked)))
    assert again.votes == [helpful, ana.say(texts.CARD_NOT_HELPFUL_YOURS)]
    # Why it did not help is asked of everybody in the group; whoever says so has a vote of their own.
    beside = Reader(world, ben, tongue, there.card)
    assert (await beside.press(ana.say(texts.VOTE_WRONG)))["text"] == ana.say(texts.VOTE_COUNTED)
    counts = {"launch-date": VoteCounts(helpful=0, not_helpful=2)}
    assert await world.service.store.vote_counts() == counts
    await again.press(ana.say(texts.CARD_NOT_HELPFUL_YOURS))
    told = await there.press(f"yes:launch-date:{tongue.locale}")
    assert told["text"] == ana.say(texts.VOTE_COUNTED)


async def test_each_person_of_a_group_has_a_vote_and_nobody_s_is_shown(world: World) -> None:
    ana, ben = world.api.user("Ana", language_code="en"), world.api.user("Ben", language_code="en")
    group = world.api.group("Teachers", ana, ben)
    card = await world.answer(
        await ana.send("@alliance_preview_bot When was the alliance launched?", group), group
    )
    first = Reader(world, ana, TONGUES[0], card)
    second = Reader(world, ben, TONGUES[0], card)
    assert (await first.press("Helpful"))["text"] == "Thank you. Your vote has been counted."
    assert first.votes == ["Helpful", "Not helpful"]
    await second.press("Helpful")
    assert await world.service.store.vote_counts() == {"launch-date": VoteCounts(helpful=2, not_helpful=0)}
    await second.press("Not helpful")
    await second.press("It is wrong")
    line = await ben.send("The year.", group, reply_to=card["message_id"])
    await world.answer(line, group)
    await second.settled()
    kept = {vote.helpful: vote for vote in await world.service.store.votes()}
    assert (kept[False].reason, kept[False].comment, kept[True].comment) == ("wrong", "The year.", None)


async def test_forgetting_takes_the_votes_too_and_counts_them(world: World) -> None:
    ana = await reader(world)
    await ana.press("Helpful")
    said = await world.answer(await ana.user.send("/forgetme"))
    assert "2 records of answers, votes and questions" in said["text"]
    await ana.settled()
    assert await world.service.store.votes() == ()
    privacy = await world.answer(await ana.user.send("/privacy"))
    assert "I keep your vote" in privacy["text"]


# --- old buttons ----------------------------------------------------------------------------------


@pytest.fixture
async def renamed(assistant: Assistant) -> Assistant:
    """The knowledge a day later: launch-date was called launch-day before, and launch-place where-launched."""
    knowledge = assistant.knowledge
    entry = replace(knowledge.entries["launch-date"], aliases=("launch-day",))
    moved = replace(
        knowledge,
        entries={**knowledge.entries, entry.id: entry},
        aliases={**knowledge.aliases, "launch-day": entry.id},
    )
    return replace(assistant, knowledge=moved)


@EVERYONE
async def test_an_old_button_of_a_renamed_answer_shows_the_new_one(
    renamed: Assistant, tmp_path: Path, tongue: Tongue
) -> None:
    async with world_of(renamed, tmp_path) as world:
        ana = await reader(world, tongue)
        own, there = tongue.locale, tongue.other
        old_ones = (f"entry:launch-day:{own}", f"yes:launch-day:{own}", f"rel:launch-day:{own}")
        for old in (*old_ones, f"card:launch-day:{there}:{own}"):
            await ana.press(old)
        moved = world.service.assistant().catalogs.text(there, texts.CARD_MOVED)
        assert ana.card["text"].strip("\u200f").startswith(moved)
        assert tongue.there in ana.card["text"]
        assert list(await world.service.store.vote_counts()) == ["launch-date"]
        opened = await world.answer(await ana.user.send("/start launch-day"))
        assert tongue.date in opened["text"]


async def test_a_vote_goes_with_the_entry_when_it_is_renamed(renamed: Assistant, tmp_path: Path) -> None:
    async with world_of(renamed, tmp_path) as world:
        ana = await reader(world)
        await vote_of_yesterday(
            world,
            ana.user,
            Vote(entry_id="launch-day", helpful=False, locale="en", revision="r", at=now(), reason="wrong"),
        )
        assert list(await world.service.store.vote_counts()) == ["launch-day"]
        ana.card = await world.answer(await ana.user.send(TONGUES[0].asked))
        assert ana.votes == ["Helpful", "Not helpful (your vote)"]
        assert (await ana.press("Helpful"))["text"] == ana.say(texts.VOTE_CHANGED)
        counts = await world.service.store.vote_counts()
        assert counts == {"launch-date": VoteCounts(helpful=1, not_helpful=0)}


async def vote_of_yesterday(world: World, user: User, vote: Vote) -> None:
    """Have a vote in the store, as if it had been given before."""
    person = str(user.id)
    store, chat = world.service.store, ChatRef(channel="telegram", chat_id=person)
    (entry,) = await store.receive(
        [Received(chat=chat, user_id=person, event_id="vote", payload="{}", received_at=now())]
    )
    await store.finish(entry, Result(state="done", at=now(), effects=(vote,)))


@pytest.mark.parametrize("old", ["vote:up:launch-date", "answer:launch-date:ru", "launch-date:launch-date"])
async def test_a_button_of_another_time_shows_today_s_answer(world: World, old: str) -> None:
    ana = await reader(world)
    told = await ana.press(old)
    assert told["show_alert"] is True
    assert LAUNCH_ARTICLE in links(ana.card)


@pytest.mark.parametrize(
    "old", ["yes:gone-entry:en", "card:gone-entry:en:ru", "rel:gone-entry:en", "wrong:gone:en"]
)
async def test_a_button_of_an_answer_that_is_gone_says_so_in_place(world: World, old: str) -> None:
    ana = await reader(world)
    await ana.press(old)
    assert "no longer exists" in ana.card["text"]
    assert await world.service.store.votes() == ()


# --- deep links -----------------------------------------------------------------------------------


@EVERYONE
async def test_a_link_to_nothing_says_so_kindly_and_greets(world: World, tongue: Tongue) -> None:
    user = world.api.user("Ana", language_code=tongue.client)
    for payload in ("no-such-entry", "A" * 64, "_-_"):
        answer = await world.answer(await user.send(f"/start {payload}"))
        said = world.service.assistant().catalogs.text(tongue.locale, texts.LINK_GONE)
        assert answer["text"].strip("\u200f").startswith(said)
        assert len(buttons(answer)) >= 4


@EVERYONE
async def test_a_link_into_a_group_opens_the_answer_there(world: World, tongue: Tongue) -> None:
    ana = world.api.user("Ana", language_code=tongue.client)
    group = world.api.group("Teachers", ana)
    answer = await world.answer(await ana.send("/start@alliance_preview_bot launch-date", group), group)
    assert tongue.date in answer["text"]


# --- edited questions -----------------------------------------------------------------------------


async def edited(world: World, user: User, question: Message, text: str, chat: Chat | None = None) -> Message:
    answer = await world.answer(question, chat)
    await user.edit(question, text, chat)
    return await world.changed(answer, lambda m: "edit_date" in m)


@EVERYONE
async def test_an_edited_question_changes_card_and_buttons(world: World, tongue: Tongue) -> None:
    user = world.api.user("Ana", language_code=tongue.client)
    asked = await user.send("xqxq vbvb jkjk")
    changed = await edited(world, user, asked, tongue.asked)
    assert tongue.date in changed["text"]
    assert f"yes:launch-date:{tongue.locale}" in data(changed)
    await user.edit(asked, "xqxq vbvb jkjk")
    gone = await world.changed(changed, lambda m: tongue.date not in m["text"])
    assert not [what for what in data(gone) if what.startswith("yes:")]
    await world.quiet(user, 1)


async def test_an_edited_question_in_a_group_changes_the_answer_there(world: World) -> None:
    ana = world.api.user("Ana", language_code="en")
    group = world.api.group("Teachers", ana)
    asked = await ana.send("@alliance_preview_bot Where was the alliance launched?", group)
    changed = await edited(world, ana, asked, "@alliance_preview_bot When was the alliance launched?", group)
    assert "30 January 2024" in changed["text"]
    await world.quiet(group, 1)

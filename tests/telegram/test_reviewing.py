"""Staff work through the questions that nobody could answer, in one message of their private chat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Learn, Lift, SetAside, Unlearn
from bot.language import staff_texts
from bot.language.formats import strip_isolates
from bot.matching.hearing import Hearing
from bot.matching.index import Matcher
from bot.matching.together import Together
from bot.preview.botapi import User
from bot.staff.considering import Candidate
from bot.staff.presses import press
from bot.storage.store import ChatState, InboxEntry
from bot.telegram.impacts import is_impact
from bot.telegram.render import MAX_CALLBACK_BYTES
from bot.telegram.staffroom import Order
from bot.types import ChatRef, NormalizedText, Replied
from tests.telegram.conftest import FRENCH, NOW, STAFF, UNKNOWN, StaffTalk, buttons, text_of

OTHER = "vvvv kkkk jjjj"


@pytest.fixture
def keeper(stafftalk: StaffTalk) -> User:
    return stafftalk.api.user("Kim", language_code="en", identity=STAFF)


@pytest.fixture
async def two(stafftalk: StaffTalk) -> None:
    """Two questions wait: one that three people asked, and one that two did."""
    for who in (1, 2, 3):
        await stafftalk.asked(UNKNOWN, who=who)
    for who in (4, 5):
        await stafftalk.asked(OTHER, who=who)


async def opened(talk: StaffTalk, keeper: User) -> tuple[Replied, dict[str, Any]]:
    await keeper.send("/review")
    shown = await talk.said()
    return shown, await talk.deliver(shown)


def action(replied: Replied, kind: str) -> str:
    return next(each for _, each in buttons(replied) if each.partition(":")[0] == kind)


async def pressed(talk: StaffTalk, keeper: User, message: dict[str, Any], data: str) -> Replied:
    await keeper.press(message, data)
    return await talk.said()


def alert(replied: Replied) -> str:
    return str(replied.messages[0].body.get("text", ""))


# --- the queue ------------------------------------------------------------------------------------


async def test_without_questions_it_says_so(stafftalk: StaffTalk, keeper: User, garden: Assistant) -> None:
    await stafftalk.asked(UNKNOWN, who=1)
    shown, _ = await opened(stafftalk, keeper)
    assert garden.catalogs.text("en", staff_texts.REVIEW_EMPTY) in text_of(shown)
    assert garden.catalogs.text("en", staff_texts.REVIEW_FEW, few=1) in text_of(shown)
    assert buttons(shown) == []


@pytest.mark.usefixtures("two")
async def test_the_question_that_most_people_asked_comes_first(stafftalk: StaffTalk, keeper: User) -> None:
    shown, _ = await opened(stafftalk, keeper)
    said = text_of(shown)
    assert said.startswith("Question 1 of 2\n\nAsked 3 times by 3 people, last on 23 November 2026.")
    assert f"“{UNKNOWN}” (English, 3 times)" in said
    assert "Why it is here: not answered (3)" in said
    assert OTHER not in said
    assert [each.partition(":")[0] for _, each in buttons(shown)][-4:] == ["e", "n", "x", "l"]
    assert all(len(each.encode()) <= MAX_CALLBACK_BYTES for _, each in buttons(shown))


async def test_wordings_are_named_by_their_languages_in_that_of_the_reader(
    stafftalk: StaffTalk, garden: Assistant
) -> None:
    await stafftalk.asked(FRENCH, who=1, locale="fr")
    await stafftalk.asked(FRENCH, who=2, locale="fr")
    keeper = stafftalk.api.user("Kim", language_code="fr", identity=STAFF)
    shown, _ = await opened(stafftalk, keeper)
    assert f"«\u202f{FRENCH}\u202f» (français, 2\u00a0fois)".replace("\u00a0", " ") in text_of(shown).replace(
        "\u00a0", " "
    )


async def test_a_page_with_the_longest_wordings_is_one_message(stafftalk: StaffTalk, keeper: User) -> None:
    for number in range(12):
        for who in (1, 2):
            await stafftalk.asked(f"{UNKNOWN} {number} " + "wwww qqqq " * 390, who=who)
    shown, _ = await opened(stafftalk, keeper)
    assert [message.method for message in shown.messages] == ["sendMessage"]


# --- verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "verdict", "said"),
    [
        ("x", "not-ours", "Not for us"),
        ("n", "new-entry", "A new entry is to be written"),
        ("l", "later", "later"),
    ],
)
@pytest.mark.usefixtures("two")
async def test_a_verdict_is_noted_and_the_next_question_takes_the_place(
    stafftalk: StaffTalk, keeper: User, kind: str, verdict: str, said: str
) -> None:
    shown, message = await opened(stafftalk, keeper)
    after = await pressed(stafftalk, keeper, message, action(shown, kind))
    assert after.messages[1].method == "editMessageText"
    (effect,) = after.effects
    assert isinstance(effect, SetAside)
    assert (effect.verdict, effect.questions) == (verdict, (UNKNOWN.lower(),))
    assert said in text_of(after)
    assert "Question 1 of 1" in text_of(after)
    assert OTHER in text_of(after)


@pytest.mark.usefixtures("two")
async def test_what_is_known_of_a_question_need_not_be_found_out_after_each_press(
    stafftalk: StaffTalk, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    hear_all = Matcher.hear_all

    def noted(
        self: Matcher, texts: Sequence[tuple[NormalizedText, str | None]], together: Together
    ) -> list[Hearing]:
        heard.extend(text.original for text, _ in texts)
        return hear_all(self, texts, together)

    monkeypatch.setattr(Matcher, "hear_all", noted)
    shown, message = await opened(stafftalk, keeper)
    assert set(heard) == {UNKNOWN, OTHER}
    heard.clear()
    after = await pressed(stafftalk, keeper, message, action(shown, "x"))
    assert OTHER in text_of(after)
    assert heard == []


@pytest.mark.usefixtures("two")
async def test_whoever_is_late_is_told_who_was_faster(stafftalk: StaffTalk, keeper: User) -> None:
    shown, message = await opened(stafftalk, keeper)
    await stafftalk.apply(SetAside(questions=(UNKNOWN.lower(),), verdict="not-ours", at=NOW), who="5")
    cluster = action(shown, "x").partition(":")[2]
    for data in (*(f"{kind}:{cluster}" for kind in "xnle"), f"a:{cluster}:spade", f"c:{cluster}-1:spade"):
        late = await pressed(stafftalk, keeper, message, data)
        assert alert(late) == "Already decided by 5."
        assert late.effects == ()
        assert OTHER in text_of(late)


@pytest.mark.usefixtures("two")
async def test_a_verdict_can_be_changed_by_whoever_knows_it(stafftalk: StaffTalk, keeper: User) -> None:
    shown, message = await opened(stafftalk, keeper)
    after = await pressed(stafftalk, keeper, message, action(shown, "x"))
    await stafftalk.apply(*(each for each in after.effects if isinstance(each, SetAside)))
    again = await pressed(stafftalk, keeper, await stafftalk.deliver(after), action(after, "s!"))
    assert UNKNOWN in text_of(again)
    other = await pressed(stafftalk, keeper, await stafftalk.deliver(again), action(again, "l!"))
    assert [each.verdict for each in other.effects if isinstance(each, SetAside)] == ["later"]


@pytest.mark.parametrize("kind", ["x", "n", "l"])
@pytest.mark.usefixtures("two")
async def test_a_verdict_can_be_taken_back(stafftalk: StaffTalk, keeper: User, kind: str) -> None:
    shown, message = await opened(stafftalk, keeper)
    after = await pressed(stafftalk, keeper, message, action(shown, kind))
    await stafftalk.apply(*(each for each in after.effects if isinstance(each, SetAside)))
    again = await pressed(stafftalk, keeper, await stafftalk.deliver(after), action(after, "s!"))
    assert action(again, "v") == action(after, "v")
    undone = await pressed(stafftalk, keeper, await stafftalk.deliver(again), action(again, "v"))
    assert "The question waits in the queue again." in text_of(undone)
    (effect,) = undone.effects
    assert isinstance(effect, Lift)
    await stafftalk.apply(effect)
    assert await stafftalk.staffroom.store.set_aside() == ()
    twice = await pressed(stafftalk, keeper, message, action(after, "v"))
    assert "nothing to take back" in alert(twice)
    assert twice.effects == ()
    assert "Question 1 of 2" in text_of((await opened(stafftalk, keeper))[0])


async def test_what_an_entry_is_to_be_written_for_stays_within_reach(
    stafftalk: StaffTalk, keeper: User
) -> None:
    for who in (1, 2):
        await stafftalk.asked(UNKNOWN, who=who)
    await stafftalk.apply(SetAside(questions=(UNKNOWN.lower(),), verdict="new-entry", at=NOW), who="5")
    shown, message = await opened(stafftalk, keeper)
    assert f"• {UNKNOWN}" in text_of(shown)
    opened_again = await pressed(stafftalk, keeper, message, action(shown, "s!"))
    assert "Asked 2 times by 2 people" in text_of(opened_again)
    other = await pressed(
        stafftalk, keeper, await stafftalk.deliver(opened_again), action(opened_again, "x!")
    )
    assert [each.verdict for each in other.effects if isinstance(each, SetAside)] == ["not-ours"]


# --- adding ---------------------------------------------------------------------------------------


async def worked_out(talk: StaffTalk) -> Replied:
    row = await talk.own_row()
    handling = await talk.dispatcher.handle(row, ChatState())
    assert isinstance(handling, Replied)
    return handling


@pytest.mark.usefixtures("two")
async def test_a_question_is_added_after_its_impact_was_shown_and_taken_back_by_one_button(
    stafftalk: StaffTalk, keeper: User
) -> None:
    shown, message = await opened(stafftalk, keeper)
    cluster = action(shown, "x").partition(":")[2]
    working = await pressed(stafftalk, keeper, message, f"a:{cluster}:spade")
    assert "I am working out" in text_of(working)
    assert working.effects == ()
    told = await worked_out(stafftalk)
    assert told.messages[0].method == "editMessageText"
    assert told.messages[0].body["message_id"] == message["message_id"]
    assert f"To be added to “Which spade is best?” (spade):\n• {UNKNOWN}" in text_of(told)
    confirmed = await pressed(stafftalk, keeper, await stafftalk.deliver(told), action(told, "c"))
    assert confirmed.effects == (Learn(locale="en", entry_id="spade", text=UNKNOWN, at=NOW),)
    await stafftalk.apply(*(each for each in confirmed.effects if isinstance(each, Learn)))
    late = await pressed(stafftalk, keeper, message, action(shown, "x"))
    assert alert(late) == f"Already decided by {STAFF}."
    undone = await pressed(stafftalk, keeper, await stafftalk.deliver(confirmed), action(confirmed, "u"))
    assert undone.effects == (Unlearn(locale="en", text=UNKNOWN, why="undone", at=NOW),)
    await stafftalk.apply(*(each for each in undone.effects if isinstance(each, Unlearn)))
    twice = await pressed(stafftalk, keeper, message, action(confirmed, "u"))
    assert "nothing to take back" in alert(twice)
    assert "Question 1 of 2" in text_of((await opened(stafftalk, keeper))[0])


async def test_all_wordings_of_a_question_are_taken_back_at_once_and_noted_once(
    stafftalk: StaffTalk, keeper: User
) -> None:
    _, message = await opened(stafftalk, keeper)
    wordings = (("en", UNKNOWN), ("fr", FRENCH))
    added = [Learn(locale=locale, entry_id="spade", text=text, at=NOW) for locale, text in wordings]
    await stafftalk.apply(*added, who=str(STAFF))
    undone = await pressed(stafftalk, keeper, message, f"u:{press(str(STAFF), NOW, 'spade')}")
    await stafftalk.apply(*(each for each in undone.effects if isinstance(each, Unlearn)))
    records = await stafftalk.staffroom.store.audit()
    assert [(each.action, each.subject, each.phrasings) for each in records] == [
        ("unlearn", "spade", wordings),
        ("learn", "spade", wordings),
    ]


@pytest.mark.usefixtures("two")
async def test_what_was_added_to_two_entries_at_one_moment_is_taken_back_one_by_one(
    stafftalk: StaffTalk, keeper: User
) -> None:
    undo: dict[str, str] = {}
    for entry_id in ("spade", "founded-when"):
        shown, message = await opened(stafftalk, keeper)
        cluster = action(shown, "x").partition(":")[2]
        added = await pressed(stafftalk, keeper, message, f"c:{cluster}-1:{entry_id}")
        await stafftalk.apply(*(each for each in added.effects if isinstance(each, Learn)))
        undo[entry_id] = action(added, "u")
    assert {each.at for each in (await stafftalk.store.overlay()).learned} == {NOW}
    for entry_id, text in (("founded-when", OTHER), ("spade", UNKNOWN)):
        undone = await pressed(stafftalk, keeper, message, undo[entry_id])
        assert undone.effects == (Unlearn(locale="en", text=text, why="undone", at=NOW),)


async def test_a_button_of_an_earlier_version_takes_nothing_back(stafftalk: StaffTalk, keeper: User) -> None:
    _, message = await opened(stafftalk, keeper)
    await stafftalk.apply(Learn(locale="en", entry_id="spade", text=UNKNOWN, at=NOW), who=str(STAFF))
    undone = await pressed(stafftalk, keeper, message, f"u:{int(NOW.timestamp())}:{STAFF}")
    assert "nothing to take back" in alert(undone)
    assert undone.effects == ()


async def test_what_would_confuse_two_entries_is_refused_with_the_reason(stafftalk: StaffTalk) -> None:
    fit = Candidate(locale="en", entry_id="spade", text=UNKNOWN)
    confusing = Candidate(locale="fr", entry_id="spade", text="lieu de fondation du club")
    order = Order(
        cluster_id="0123456789",
        entry_id="spade",
        candidates=(fit, confusing),
        again=False,
        locale="en",
        chat=ChatRef(channel="telegram", chat_id=str(STAFF)),
        user_id=str(STAFF),
        message_id="5",
        event_id="8",
    )
    stafftalk.staffroom.work_out(order)
    told = await worked_out(stafftalk)
    said = strip_isolates(text_of(told))
    assert "This cannot be added to “Which spade is best?” (spade):\n• “lieu de fondation du club”: " in said
    assert "It is a way of asking “Where was the club founded?” (founded-where, French)." in said
    assert f"To be added to “Which spade is best?” (spade):\n• {UNKNOWN}" in said
    english = stafftalk.dispatcher._assistant().catalogs.locales.index("en")
    assert f"c:0123456789-{1 << english:x}:spade" in [each for _, each in buttons(told)]


async def test_what_cannot_be_worked_out_can_be_tried_again(stafftalk: StaffTalk, keeper: User) -> None:
    stafftalk.staffroom._prepared = None
    for who in (1, 2):
        await stafftalk.asked(UNKNOWN, who=who)
    shown, message = await opened(stafftalk, keeper)
    cluster = action(shown, "x").partition(":")[2]
    await pressed(stafftalk, keeper, message, f"a:{cluster}:spade")
    told = await worked_out(stafftalk)
    assert [each for _, each in buttons(told)] == [f"a:{cluster}:spade", f"s:{cluster}"]


@pytest.mark.usefixtures("two")
async def test_whoever_goes_back_is_not_shown_what_was_worked_out(stafftalk: StaffTalk, keeper: User) -> None:
    shown, message = await opened(stafftalk, keeper)
    cluster = action(shown, "x").partition(":")[2]
    working = await pressed(stafftalk, keeper, message, f"a:{cluster}:spade")
    assert len(stafftalk.staffroom.working) == 1
    back = await pressed(stafftalk, keeper, message, action(working, "s"))
    assert UNKNOWN in text_of(back)
    assert not stafftalk.staffroom.working


async def test_wordings_with_personal_data_are_not_added(stafftalk: StaffTalk, keeper: User) -> None:
    for who in (1, 2):
        await stafftalk.asked("zzzz qqqq wwww write to ana@example.org", who=who)
    shown, message = await opened(stafftalk, keeper)
    assert "ana@" not in text_of(shown)
    cluster = action(shown, "x").partition(":")[2]
    refused = await pressed(stafftalk, keeper, message, f"a:{cluster}:spade")
    assert "personal data" in text_of(refused)


# --- another entry --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("spade", "spade"), ("Which spade is the best?", "spade"), ("how do i grow roses", "flower-rose")],
)
@pytest.mark.usefixtures("two")
async def test_another_entry_is_found_by_its_name_or_its_question(
    stafftalk: StaffTalk, keeper: User, typed: str, offered: str
) -> None:
    shown, message = await opened(stafftalk, keeper)
    asked = await pressed(stafftalk, keeper, message, action(shown, "e"))
    assert asked.messages[-1].method == "sendMessage"
    assert asked.messages[-1].body["reply_markup"] == {"force_reply": True}
    prompt = await stafftalk.deliver(asked)
    await keeper.send(typed, reply_to=prompt["message_id"])
    found = await stafftalk.said()
    cluster = action(shown, "x").partition(":")[2]
    assert f"a:{cluster}:{offered}" in [each for _, each in buttons(found)]


@pytest.mark.usefixtures("two")
async def test_a_name_that_no_entry_is_like_is_asked_for_again(stafftalk: StaffTalk, keeper: User) -> None:
    shown, message = await opened(stafftalk, keeper)
    prompt = await stafftalk.deliver(await pressed(stafftalk, keeper, message, action(shown, "e")))
    await keeper.send("bibliothèque", reply_to=prompt["message_id"])
    again = await stafftalk.said()
    assert "No entry is like “bibliothèque”" in strip_isolates(text_of(again))
    retry = await stafftalk.deliver(again)
    await keeper.send("spade", reply_to=retry["message_id"])
    assert "a" in [each.partition(":")[0] for _, each in buttons(await stafftalk.said())]


async def test_a_reply_of_somebody_else_to_such_a_text_is_a_question(stafftalk: StaffTalk) -> None:
    ana = stafftalk.user()
    await ana.send("/help")
    message = await stafftalk.deliver(await stafftalk.said())
    ana.chat.messages[message["message_id"]]["text"] = "Which entry? #0123456789"
    await ana.send("spade", reply_to=message["message_id"])
    assert all(not each.startswith("a:") for _, each in buttons(await stafftalk.said()))


def test_a_row_of_telegram_is_never_taken_for_an_impact() -> None:
    entry = InboxEntry(
        seq=1,
        chat=ChatRef(channel="telegram", chat_id="7"),
        user_id="7",
        event_id="1",
        payload='{"impact":{}}',
        received_at=NOW,
    )
    assert not is_impact(entry)

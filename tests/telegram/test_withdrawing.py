"""Staff take answers out of service and bring them back, from their private chats."""

from __future__ import annotations

import pytest

from bot.answering.assistant import Assistant
from bot.effects import Restore, StaffEffect, Withdraw
from bot.language import staff_texts, texts
from bot.preview.botapi import User
from bot.storage.store import client_note
from bot.telegram.addressed import ANONYMOUS_ADMIN
from bot.types import Ignored, Replied
from tests.telegram.conftest import NOW, STAFF, StaffTalk, buttons, text_of

FOUNDED = "When was the club founded?"


@pytest.fixture
def keeper(stafftalk: StaffTalk) -> User:
    return stafftalk.api.user("Kim", language_code="en", identity=STAFF)


async def test_an_answer_is_withdrawn_by_the_name_of_its_entry(stafftalk: StaffTalk, keeper: User) -> None:
    await keeper.send("/withdraw founded-when")
    replied = await stafftalk.said()
    assert replied.effects == (Withdraw(entry_id="founded-when", at=NOW),)
    assert f"“{FOUNDED}” (founded-when)" in text_of(replied)
    assert "/restore founded-when" in text_of(replied)
    assert buttons(replied) == [("Bring back: founded-when", "restore:founded-when")]


@pytest.mark.parametrize("name", ["Founded-When", "founded when", "founded_when"])
async def test_a_name_may_be_typed_as_it_comes(stafftalk: StaffTalk, keeper: User, name: str) -> None:
    await keeper.send(f"/withdraw {name}")
    assert (await stafftalk.said()).effects == (Withdraw(entry_id="founded-when", at=NOW),)


async def test_it_is_brought_back_by_the_button(stafftalk: StaffTalk, keeper: User) -> None:
    await stafftalk.apply(Withdraw(entry_id="founded-when", at=NOW), who="5")
    await keeper.send("/withdraw founded-when")
    again = await stafftalk.said()
    assert again.effects == ()
    assert "already withdrawn" in text_of(again)
    assert "by 5" in text_of(again)
    await keeper.press(await stafftalk.deliver(again), "restore:founded-when")
    restored = await stafftalk.said()
    assert restored.effects == (Restore(entry_id="founded-when", at=NOW),)
    assert "/withdraw founded-when" in text_of(restored)


async def test_without_a_name_those_are_listed_that_are_withdrawn_and_by_whom(
    stafftalk: StaffTalk, keeper: User
) -> None:
    await stafftalk.apply(
        Withdraw(entry_id="founded-when", at=NOW), Withdraw(entry_id="gone-since", at=NOW), who="5"
    )
    await keeper.send("/withdraw")
    listed = await stafftalk.said()
    assert f"“{FOUNDED}” (founded-when), since 23 Nov 2026" in text_of(listed)
    assert "by 5" in text_of(listed)
    assert [action for _, action in buttons(listed)] == ["restore:founded-when", "restore:gone-since"]


async def test_what_is_gone_from_the_files_can_be_brought_back(stafftalk: StaffTalk, keeper: User) -> None:
    await stafftalk.apply(Withdraw(entry_id="gone-since", at=NOW), who="5")
    await keeper.send("/restore gone-since")
    assert (await stafftalk.said()).effects == (Restore(entry_id="gone-since", at=NOW),)


async def test_what_is_not_withdrawn_is_not_restored(stafftalk: StaffTalk, keeper: User) -> None:
    await keeper.send("/restore founder")
    replied = await stafftalk.said()
    assert replied.effects == ()
    assert "is not withdrawn" in text_of(replied)


async def test_without_any_the_list_says_how(stafftalk: StaffTalk, keeper: User, garden: Assistant) -> None:
    await keeper.send("/restore")
    said = text_of(await stafftalk.said())
    assert garden.catalogs.text("en", staff_texts.WITHDRAWN_NONE) in said
    assert "/withdraw" in said


@pytest.mark.parametrize(
    ("typed", "near"), [("founded-wen", "founded-when"), ("Who founded the club", "founder")]
)
async def test_an_unknown_name_offers_those_that_are_like_it(
    stafftalk: StaffTalk, keeper: User, typed: str, near: str
) -> None:
    await keeper.send(f"/withdraw {typed}")
    replied = await stafftalk.said()
    assert replied.effects == ()
    assert f"“{typed}”" in text_of(replied)
    offered = [action for _, action in buttons(replied)]
    assert f"withdraw:{near}" in offered
    await keeper.press(await stafftalk.deliver(replied), f"withdraw:{near}")
    assert (await stafftalk.said()).effects == (Withdraw(entry_id=near, at=NOW),)


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["/withdraw founder", "/restore founder", "/reload", "/rollback", "/review"]
)
async def test_to_others_there_is_no_such_command(
    stafftalk: StaffTalk, garden: Assistant, command: str
) -> None:
    await stafftalk.user().send(command)
    replied = await stafftalk.said()
    assert text_of(replied) == garden.catalogs.text("en", texts.UNKNOWN_COMMAND)
    assert replied.effects == ()


async def test_in_a_group_staff_are_sent_to_the_private_chat(
    stafftalk: StaffTalk, keeper: User, garden: Assistant
) -> None:
    group = stafftalk.api.group("Neighbours", keeper)
    await keeper.send("/withdraw@garden_bot founder", group)
    replied = await stafftalk.said()
    assert text_of(replied) == garden.catalogs.text("en", staff_texts.PRIVATE_ONLY)
    assert replied.effects == ()
    await keeper.send("/withdraw founder", group)  # it may be another bot's
    assert isinstance(await stafftalk.handle(), Ignored)


async def test_an_administrator_without_a_name_is_nobody_of_the_staff(
    stafftalk: StaffTalk, keeper: User, garden: Assistant
) -> None:
    group = stafftalk.api.group("Neighbours", keeper)
    await keeper.send("/withdraw@garden_bot founder", group, in_name=group)
    update = dict(stafftalk.api.pending()[-1])
    assert update["message"]["from"]["id"] == ANONYMOUS_ADMIN
    replied = await stafftalk.said(update)
    assert text_of(replied) == garden.catalogs.text("en", texts.UNKNOWN_COMMAND)


async def test_a_button_does_nothing_for_whoever_is_no_longer_staff(
    stafftalk: StaffTalk, garden: Assistant
) -> None:
    ana = stafftalk.user()
    await ana.send("/help")
    message = await stafftalk.deliver(await stafftalk.said())
    await ana.press(message, "withdraw:founder")
    handling = await stafftalk.handle()
    assert isinstance(handling, Replied)
    assert handling.messages[0].body["text"] == garden.catalogs.text("en", texts.BUTTON_OLD)
    assert not any(isinstance(effect, StaffEffect) for effect in handling.effects)


async def test_the_language_of_an_application_is_noted_for_what_is_told_unasked(stafftalk: StaffTalk) -> None:
    note = client_note("telegram", str(STAFF))
    await stafftalk.api.user("Kim", language_code="pt-br", identity=STAFF).send("/withdraw")
    await stafftalk.said()
    assert await stafftalk.store.note(note) == "pt_BR"
    keeper = stafftalk.api.user("Kim", language_code="fr", identity=STAFF)
    await keeper.send("/withdraw founded-when")
    card = await stafftalk.deliver(await stafftalk.said())
    assert await stafftalk.store.note(note) == "fr"
    await stafftalk.store.set_note(note, None)
    await keeper.press(card, "restore:founded-when")
    await stafftalk.said()
    assert await stafftalk.store.note(note) == "fr"
    await stafftalk.api.user("Ana", language_code="ru", identity=99).send("/withdraw")  # not of the staff
    await stafftalk.said()
    assert await stafftalk.store.note(client_note("telegram", "99")) is None

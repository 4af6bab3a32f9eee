"""What every store keeps of a group itself, whatever it is made of."""

from __future__ import annotations

import pytest

from bot.effects import Effect, ForgetChat, Migrated, SetChoices, SetGroupLocale, SetLocale, SetTopic
from bot.storage.store import ChatState, Exchange, Result, Store
from bot.types import ChatRef
from tests.storage.conftest import NOW, Peek, received

GROUP, SUPERGROUP = "-100", "-1001234"


class Group:
    """Ends rows of a store, one update after the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.events = 0

    async def happens(
        self, *effects: Effect, chat: str = GROUP, user: str = "1", exchange: Exchange | None = None
    ) -> None:
        self.events += 1
        (entry,) = await self.store.receive([received(self.events, chat, user)])
        result = Result(state="done", at=NOW, effects=effects, exchange=exchange)
        assert (await self.store.finish(entry, result)).ended

    async def state(self, user: str, chat: str = GROUP) -> ChatState:
        return await self.store.chat_state(ChatRef(channel="telegram", chat_id=chat), user)


@pytest.fixture
def group(store: Store) -> Group:
    return Group(store)


async def test_the_language_of_a_group_is_everybodys_and_a_person_of_it_has_none_of_their_own(
    group: Group, peek: Peek
) -> None:
    await group.happens(SetGroupLocale(locale="fr"), user="1")
    for user in ("1", "2", GROUP):
        state = await group.state(user)
        assert (state.locale, state.group_locale, state.chosen) == (None, "fr", "fr")
    assert await peek("SELECT user_id, locale FROM chat_state") == [("", "fr")]
    await group.happens(SetGroupLocale(locale=None), user="2")
    assert (await group.state("1")).chosen is None


async def test_a_persons_own_choice_comes_before_that_of_the_group(group: Group) -> None:
    await group.happens(SetGroupLocale(locale="fr"))
    await group.happens(SetLocale(locale="ru"), chat="2", user="2")
    state = await group.state("2")
    assert (state.locale, state.private_locale, state.chosen) == (None, "ru", "ru")
    assert (await group.state("1")).chosen == "fr"
    private = await group.state("2", chat="2")
    assert private == ChatState(locale="ru")


async def test_the_language_of_one_group_is_not_that_of_another(group: Group) -> None:
    await group.happens(SetGroupLocale(locale="fr"))
    assert (await group.state("1", chat="-200")).chosen is None


async def test_a_group_keeps_its_settings_and_its_people_when_it_becomes_a_supergroup(
    group: Group, peek: Peek
) -> None:
    await group.happens(SetGroupLocale(locale="fr"))
    said = (SetTopic(entry_id="launch-date", at=NOW), SetChoices(entry_ids=("a", "b"), at=NOW, locale="fr"))
    await group.happens(*said, SetLocale(locale="es"), exchange=Exchange(question_id="5", reply_ids=("6",)))
    await group.happens(Migrated(old=GROUP, new=SUPERGROUP))
    moved = await group.state("1", chat=SUPERGROUP)
    assert (moved.locale, moved.topic, moved.choices, moved.group_locale) == (
        *("es", "launch-date"),
        *(("a", "b"), "fr"),
    )
    assert moved.exchanges == ()  # message ids begin anew
    assert await peek("SELECT DISTINCT chat_id FROM chat_state") == [(SUPERGROUP,)]


async def test_both_messages_about_a_migration_change_the_same_once(group: Group, peek: Peek) -> None:
    await group.happens(SetGroupLocale(locale="fr"))
    await group.happens(Migrated(old=GROUP, new=SUPERGROUP, last=False), chat=SUPERGROUP, user="2")
    await group.happens(SetTopic(entry_id="launch-date", at=NOW), chat=SUPERGROUP)
    assert (await group.state("1")).group_locale == "fr"  # for what still waits in the old chat
    await group.happens(Migrated(old=GROUP, new=SUPERGROUP))
    assert await peek("SELECT DISTINCT chat_id FROM chat_state") == [(SUPERGROUP,)]
    assert (await group.state("1", chat=SUPERGROUP)).topic == "launch-date"
    assert (await group.state("1", chat=SUPERGROUP)).group_locale == "fr"


async def test_what_was_said_in_the_supergroup_before_the_settings_came_stays(group: Group) -> None:
    await group.happens(SetLocale(locale="es"), SetTopic(entry_id="old", at=NOW))
    await group.happens(SetTopic(entry_id="new", at=NOW), chat=SUPERGROUP)
    await group.happens(Migrated(old=GROUP, new=SUPERGROUP))
    state = await group.state("1", chat=SUPERGROUP)
    assert (state.locale, state.topic) == ("es", "new")


async def test_a_migration_takes_along_what_its_own_row_changes(group: Group) -> None:
    await group.happens(SetTopic(entry_id="launch-date", at=NOW), Migrated(old=GROUP, new=SUPERGROUP))
    assert (await group.state("1", chat=SUPERGROUP)).topic == "launch-date"
    assert await group.state("1") == ChatState()


async def test_a_group_that_the_bot_left_is_forgotten_with_its_people_and_no_other(
    group: Group, peek: Peek
) -> None:
    for chat in (GROUP, "-200"):
        await group.happens(SetGroupLocale(locale="fr"), chat=chat)
        await group.happens(SetLocale(locale="ru"), chat=chat)
    await group.happens(ForgetChat(), user="2")
    assert await peek("SELECT DISTINCT chat_id FROM chat_state") == [("-200",)]

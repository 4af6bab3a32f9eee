"""Votes count once for each person and entry, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.effects import Effect, Forget, Prompted, Remark, SetLocale, Unvote, Vote, VoteReason
from bot.storage.effects import read_state
from bot.storage.store import PROMPTS_KEPT, Prompt, Result, Store, VoteCounts, VoteRecord
from tests.storage.conftest import NOW, MakeStore, Peek, received

REVISION = "abc123"


def vote(
    helpful: bool, entry: str = "launch-date", *, reason: VoteReason | None = None, days: float = 0
) -> Vote:
    at = NOW + timedelta(days=days)
    return Vote(entry_id=entry, helpful=helpful, locale="fr", revision=REVISION, at=at, reason=reason)


def remark(text: str, entry: str = "launch-date", *, days: float = 0) -> Remark:
    return Remark(entry_id=entry, text=text, asked_in="55", message_id="9", at=NOW + timedelta(days=days))


async def says(
    store: Store, event: int, *effects: Effect, user: str = "7", chat: str | None = None, days: float = 0
) -> None:
    (entry,) = await store.receive([received(event, chat or user, user)])
    result = Result(state="done", at=NOW + timedelta(days=days), effects=effects)
    assert (await store.finish(entry, result)).ended


async def test_a_vote_is_kept_under_a_pseudonym(store: Store, peek: Peek) -> None:
    await says(store, 1, vote(True), user="4711")
    (kept,) = await store.votes()
    assert kept == VoteRecord(
        entry_id="launch-date",
        voter=kept.voter,
        helpful=True,
        reason=None,
        comment=None,
        locale="fr",
        revision=REVISION,
        at=NOW,
    )
    assert len(kept.voter) == 32
    assert "4711" not in str(await peek("SELECT * FROM votes"))


async def test_the_same_person_votes_once_and_may_change_their_mind(store: Store) -> None:
    for event, helpful in enumerate((True, True, False, True)):
        await says(store, event, vote(helpful))
    assert await store.vote_counts() == {"launch-date": VoteCounts(helpful=1, not_helpful=0)}
    assert await store.votes_of(received(1).chat, "7") == {"launch-date": True}


async def test_votes_of_a_person_count_once_in_whatever_chat(store: Store) -> None:
    await says(store, 1, vote(True), user="7", chat="7")
    await says(store, 2, vote(False), user="7", chat="-100")
    await says(store, 3, vote(False), user="8", chat="-100")
    assert await store.vote_counts() == {"launch-date": VoteCounts(helpful=0, not_helpful=2)}
    for chat in (received(1, "7").chat, received(2, "-100").chat):
        assert await store.votes_of(chat, "7") == {"launch-date": False}


async def test_a_vote_that_is_taken_back_is_gone_under_every_id_and_key(make_store: MakeStore) -> None:
    store = await make_store(retention_days=30)
    await says(store, 1, vote(False, "launch-day", reason="wrong"), vote(True, "other"))
    await says(store, 2, vote(False), user="8")
    await says(store, 3, Prompted(entry_id="launch-day", message_id="55", at=NOW))
    back = Unvote(entry_id="launch-date", former=("launch-day",), at=NOW)
    await says(store, 4, replace(back), days=31)  # by now there is another key
    assert await store.votes_of(received(1).chat, "7") == {"other": True}
    assert await store.votes_of(received(1).chat, "8") == {"launch-date": False}
    assert (await store.chat_state(received(1).chat, "7")).prompts == ()
    await says(store, 5, back, days=31)
    assert len(await store.votes()) == 2


async def test_the_latest_vote_of_a_person_comes_last(store: Store) -> None:
    await says(store, 1, vote(True, "b", days=1))
    await says(store, 2, vote(False, "a"))
    assert list(await store.votes_of(received(1).chat, "7")) == ["a", "b"]
    assert await store.votes_of(received(1).chat, "8") == {}


async def test_each_entry_is_counted_by_itself(store: Store) -> None:
    await says(store, 1, vote(True, "a"))
    await says(store, 2, vote(False, "b"))
    counts = await store.vote_counts()
    assert counts == {
        "a": VoteCounts(helpful=1, not_helpful=0),
        "b": VoteCounts(helpful=0, not_helpful=1),
    }


async def test_what_is_wrong_stays_with_the_vote_until_it_is_changed(store: Store) -> None:
    await says(store, 1, vote(False))
    await says(store, 2, vote(False, reason="outdated"))
    await says(store, 3, remark("It was \ud800 in May\0."))
    await says(store, 4, vote(False))  # a double tap takes nothing away
    (kept,) = await store.votes()
    assert (kept.reason, kept.comment) == ("outdated", "It was ? in May\N{REPLACEMENT CHARACTER}.")
    await says(store, 5, vote(True))
    (kept,) = await store.votes()
    assert (kept.helpful, kept.reason, kept.comment) == (True, None, None)


async def test_more_lines_are_added_to_what_was_written(store: Store) -> None:
    await says(store, 1, vote(False))
    await says(store, 2, remark("One."))
    await says(store, 3, replace(remark("Two."), more=True))
    assert [each.comment for each in await store.votes()] == ["One.\nTwo."]
    await says(store, 4, replace(remark("x" * 5000), more=True))
    (kept,) = await store.votes()
    assert len(kept.comment or "") == 2000


async def test_a_vote_under_a_former_id_of_the_entry_is_the_same_vote(store: Store) -> None:
    await says(store, 1, vote(False, "launch-day", reason="wrong"))
    await says(store, 2, vote(False, "launch-day"), user="8")
    renamed = replace(vote(False), former=("launch-day",))
    await says(store, 3, renamed)
    kept = {each.entry_id: each.reason for each in await store.votes() if each.reason}
    assert kept == {"launch-date": "wrong"}
    assert await store.votes_of(received(1).chat, "7") == {"launch-date": False}
    await says(store, 4, vote(True, "launch-day"))  # by a process with the former knowledge
    await says(store, 5, replace(renamed, helpful=True))
    assert await store.vote_counts() == {
        "launch-date": VoteCounts(helpful=1, not_helpful=0),
        "launch-day": VoteCounts(helpful=0, not_helpful=1),  # the other person's
    }


async def test_a_prompt_that_an_earlier_version_wrote_is_read() -> None:
    row = [
        None,
        None,
        None,
        "[]",
        None,
        None,
        "[]",
        None,
        0,
        '["e2", "55", 1700000000.0, "9"]',
        "[]",
        None,
    ]
    (prompt,) = read_state(row).prompts
    assert (prompt.entry_id, prompt.message_id, prompt.remark_ids) == ("e2", "55", ("9",))


async def test_a_remark_without_a_vote_against_is_not_kept(store: Store) -> None:
    await says(store, 1, remark("Hello"))
    assert await store.votes() == ()
    await says(store, 2, vote(True))
    await says(store, 3, remark("Hello"))
    (kept,) = await store.votes()
    assert kept.comment is None


async def test_a_vote_under_an_earlier_key_is_changed_and_not_counted_twice(make_store: MakeStore) -> None:
    store = await make_store(retention_days=30)
    await says(store, 1, vote(False, reason="wrong"))
    await says(store, 2, vote(False, days=31), days=31)  # by now there is another key
    (kept,) = await store.votes()
    assert (kept.reason, kept.at) == ("wrong", NOW + timedelta(days=31))
    await says(store, 3, remark("Still", days=31), days=31)
    assert [each.comment for each in await store.votes()] == ["Still"]


async def test_forgetting_erases_votes_under_every_key_and_counts_them(store: Store) -> None:
    await says(store, 1, vote(True, "a"))
    await says(store, 2, vote(False, "b", days=31), days=31)
    await says(store, 3, vote(False, "b"), user="8")
    assert await store.kept_of(received(1).chat, "7") == 2
    await says(store, 4, Forget(), days=31)
    assert await store.kept_of(received(1).chat, "7") == 0
    assert [each.entry_id for each in await store.votes()] == ["b"]
    assert await store.votes_of(received(1).chat, "7") == {}


async def test_votes_go_with_the_wording_and_then_their_key(make_store: MakeStore, peek: Peek) -> None:
    store = await make_store(retention_days=5)
    await says(store, 1, vote(True))
    await store.prune(NOW + timedelta(days=4))
    assert len(await store.votes()) == 1
    await store.prune(NOW + timedelta(days=6))
    assert await store.votes() == ()
    assert await peek("SELECT count(*) FROM keys") == [(0,)]


async def test_no_vote_is_written_where_nobody_is_named(make_store: MakeStore) -> None:
    store = await make_store(retention_days=0)
    await says(store, 1, vote(True))
    assert await store.votes() == ()


async def test_the_open_prompt_is_remembered_for_a_while(store: Store) -> None:
    chat = received(1).chat
    await says(store, 1, vote(False, "e2"))
    await says(store, 100, Prompted(entry_id="e2", message_id="55", at=NOW))
    state = await store.chat_state(chat, "7")
    assert state.prompt_in("55") == Prompt(entry_id="e2", message_id="55", at=NOW)
    assert state.prompt_in("54") is None
    await says(store, 101, remark("x", "e2"))
    state = await store.chat_state(chat, "7")
    assert state.prompts == (Prompt(entry_id="e2", message_id="55", at=NOW, remark_ids=("9",)),)
    for number in range(PROMPTS_KEPT):
        await says(store, 200 + number, Prompted(entry_id="e3", message_id=f"m{number}", at=NOW))
    assert (await store.chat_state(chat, "7")).prompt_in("55") is None


async def test_an_open_prompt_is_forgotten_after_days_of_silence_and_the_vote_is_not(store: Store) -> None:
    prompted = Prompted(entry_id="a", message_id="5", at=NOW)
    await says(store, 1, SetLocale(locale="fr"), vote(True, "a"), prompted)
    await store.prune(NOW + timedelta(days=4))
    state = await store.chat_state(received(1).chat, "7")
    assert (state.locale, state.prompts) == ("fr", ())
    assert await store.votes_of(received(1).chat, "7") == {"a": True}

"""What staff change, what held at any moment, and what remains of it, on every store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.effects import (
    Effect,
    Forget,
    Learn,
    Lift,
    Pin,
    Restore,
    SetAside,
    StaffEffect,
    Unlearn,
    Wish,
    Withdraw,
)
from bot.errors import StorageError
from bot.storage.store import AuditRecord, Result, SetAsideRecord, Store
from bot.types import Learned, Overlay, Withdrawn
from tests.storage.conftest import NOW, ONE, TWO, Backend, MakeStore, Peek, received


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def learn(text: str = "wen launch", entry: str = "launch-date", *, hours: float = 0) -> Learn:
    return Learn(locale="en", entry_id=entry, text=text, at=at(hours))


def undo(text: str = "wen launch", *, hours: float) -> Unlearn:
    return Unlearn(locale="en", text=text, why="undone", at=at(hours))


def aside(*questions: str, hours: float = 0) -> SetAside:
    return SetAside(questions=questions, verdict="not-ours", at=at(hours))


async def phrasings(store: Store, moment: datetime | None = None) -> list[tuple[str, str]]:
    return [(each.text, each.entry_id) for each in (await store.overlay(moment)).learned]


async def actions(store: Store) -> list[tuple[str, str]]:
    """What the audit says, oldest first."""
    return [(each.action, each.subject) for each in reversed(await store.audit())]


async def test_a_store_that_staff_never_touched_is_empty(store: Store) -> None:
    assert await store.overlay_version() == 0
    assert await store.overlay() == await store.overlay(NOW) == Overlay()
    assert (await store.audit(), await store.set_aside()) == ((), ())


async def test_every_process_sees_what_staff_decided_and_a_version_that_rose(make_store: MakeStore) -> None:
    one, two = await make_store(owner=ONE), await make_store(owner=TWO)
    await one.apply("ana", [learn(), Withdraw(entry_id="fees", at=at(1)), Pin(revision="abc", at=at(2))])
    assert await two.overlay_version() == 1
    assert await two.overlay() == Overlay(
        version=1,
        learned=(Learned(locale="en", entry_id="launch-date", text="wen launch", who="ana", at=NOW),),
        withdrawn=(Withdrawn(entry_id="fees", who="ana", at=at(1)),),
        pinned="abc",
    )
    undone: list[StaffEffect] = [
        undo(hours=3),
        Restore(entry_id="fees", at=at(3)),
        Pin(revision=None, at=at(3)),
    ]
    await two.apply("ben", undone)
    assert await one.overlay() == Overlay(version=2)


async def test_what_held_at_a_moment_can_be_told_ever_after(store: Store) -> None:
    exported = Unlearn(locale="en", text="wen moon", why="exported", at=at(6))
    steps: Sequence[StaffEffect] = (
        *(learn(hours=1), learn("wen moon", hours=2), Withdraw(entry_id="fees", at=at(3))),
        *(Pin(revision="abc", at=at(4)), undo(hours=5), exported, Restore(entry_id="fees", at=at(7))),
        *(Pin(revision=None, at=at(8)), learn(hours=9), Withdraw(entry_id="fees", at=at(10))),
    )
    for step in steps:
        await store.apply("ana", [step])

    async def held(hours: float) -> tuple[str, int, str | None]:
        then = await store.overlay(at(hours))
        assert then.version == 0
        return " ".join(each.text[4] for each in then.learned), len(then.withdrawn), then.pinned

    found = [await held(hours + 0.5) for hours in range(11)]
    assert [texts for texts, _, _ in found] == ["", "l", "l m", "l m", "l m", "m", "", "", "", "l", "l"]
    assert [count for _, count, _ in found] == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1]
    assert [pinned for _, _, pinned in found] == [*(None,) * 4, *("abc",) * 4, *(None,) * 3]
    assert await held(1) == ("l", 0, None)  # from the very moment
    assert await held(5) == ("m", 1, "abc")  # no longer at that moment
    assert await store.overlay_version() == len(steps)


async def test_what_changes_nothing_leaves_no_trace(store: Store) -> None:
    for _ in range(2):
        await store.apply("ana", [learn(), Withdraw(entry_id="fees", at=NOW), Pin(revision="abc", at=NOW)])
        await store.apply("ana", [aside("where is my wallet")])
    await store.apply("ben", [undo("never learned", hours=1), Restore(entry_id="launch-date", at=NOW)])
    await store.apply("ben", [])
    assert await actions(store) == [
        ("learn", "launch-date"),
        ("withdraw", "fees"),
        ("pin", "abc"),
        ("set-aside", "1"),
    ]
    assert await store.overlay_version() == 1


async def test_a_phrasing_belongs_to_the_entry_it_was_learned_for_last(store: Store) -> None:
    await store.apply("ana", [learn(entry="a", hours=1)])
    await store.apply("ben", [learn(entry="b", hours=2)])
    assert await phrasings(store) == [("wen launch", "b")]
    assert await phrasings(store, at(1.5)) == [("wen launch", "a")]
    await store.apply("ben", [Learn(locale="fr", entry_id="a", text="wen launch", at=at(3))])
    assert await phrasings(store) == [("wen launch", "b"), ("wen launch", "a")]
    await store.apply("ben", [undo(hours=4)])
    assert await phrasings(store) == [("wen launch", "a")]
    assert (await actions(store))[-1] == ("unlearn", "b")


async def test_the_audit_tells_who_did_what_newest_first(store: Store) -> None:
    await store.apply("ana", [learn()])
    await store.apply("ben", [undo(hours=1), aside("a", "b", hours=2)])
    await store.apply("cleo", [Pin(revision="abc", at=at(3)), Pin(revision=None, at=at(4))])
    newest = await store.audit(2)
    assert newest == (
        AuditRecord(who="cleo", action="pin", subject="", detail={}, at=at(4)),
        AuditRecord(who="cleo", action="pin", subject="abc", detail={}, at=at(3)),
    )
    set_aside, unlearned, learned = (await store.audit())[2:]
    assert (learned.who, learned.subject, learned.at) == ("ana", "launch-date", NOW)
    assert learned.detail == {"locale": "en", "text": "wen launch"}
    assert unlearned.detail == {"locale": "en", "text": "wen launch", "why": "undone"}
    assert (set_aside.action, set_aside.subject, set_aside.detail) == (
        *("set-aside", "2"),
        {"verdict": "not-ours"},
    )


async def test_the_wordings_of_one_press_are_one_row_of_the_audit(store: Store) -> None:
    wordings = (("en", "wen launch"), ("fr", "c'est quand ?"), ("fr", "quand \0"))
    told = (*wordings[:2], ("fr", "quand \N{REPLACEMENT CHARACTER}"))
    accepted = [Learn(locale=locale, entry_id="a", text=text, at=NOW) for locale, text in wordings]
    taken = [Unlearn(locale=locale, text=text, why="undone", at=at(1)) for locale, text in wordings]
    await store.apply("ana", accepted)
    await store.apply("ana", accepted)
    await store.apply("ben", taken)
    unlearned, learned = await store.audit()
    assert (learned.who, learned.action, learned.subject, learned.phrasings) == ("ana", "learn", "a", told)
    assert (unlearned.who, unlearned.action, unlearned.subject, unlearned.at) == (
        *("ben", "unlearn", "a"),
        at(1),
    )
    assert (unlearned.phrasings, unlearned.detail["why"]) == (told, "undone")
    assert await store.overlay_version() == 2
    assert await phrasings(store) == []


async def test_what_is_done_to_several_entries_at_once_is_a_row_for_each(store: Store) -> None:
    await store.apply("ana", [learn(), learn("wen moon", entry="moon"), learn("launch wen")])
    moved = [undo(hours=1), Unlearn(locale="en", text="wen moon", why="exported", at=at(1))]
    await store.apply("ana", [*moved, aside("a", hours=1), aside("b", hours=1)])
    assert await actions(store) == [
        ("learn", "launch-date"),
        ("learn", "moon"),
        ("unlearn", "launch-date"),
        ("unlearn", "moon"),
        *[("set-aside", "1")] * 2,
    ]
    assert [len(each.phrasings) for each in reversed(await store.audit())] == [2, 1, 1, 1, 0, 0]


async def test_a_row_of_an_earlier_version_is_read(store: Store, backend: Backend) -> None:
    await backend.execute(
        "INSERT INTO audit (who, action, subject, detail, at) VALUES"
        """ ('ana', 'unlearn', 'a', '{"locale": "en", "text": "wen", "why": "undone"}', 1)"""
    )
    (record,) = await store.audit()
    assert record.phrasings == (("en", "wen"),)
    assert record.detail == {"locale": "en", "text": "wen", "why": "undone"}


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"])
async def test_the_audit_is_never_changed(store: Store, backend: Backend, change: str) -> None:
    await store.apply("ana", [learn()])
    before = await store.audit()
    with pytest.raises((sqlite3.Error, StorageError), match="the audit is never"):
        await backend.execute(change)
    assert await store.audit() == before


async def test_the_last_verdict_on_a_question_counts(store: Store) -> None:
    await store.apply("ana", [aside("a", "b")])
    later = SetAside(questions=("b", "c", "c"), verdict="new-entry", at=at(1))
    await store.apply("ben", [later])
    assert await store.set_aside() == (
        SetAsideRecord(question="a", verdict="not-ours", who="ana", at=NOW),
        SetAsideRecord(question="b", verdict="new-entry", who="ben", at=at(1)),
        SetAsideRecord(question="c", verdict="new-entry", who="ben", at=at(1)),
    )
    assert [each.subject for each in await store.audit()] == ["2", "2"]
    assert await store.overlay_version() == 0  # no answer changes


async def test_a_verdict_is_taken_back_where_nobody_decided_otherwise_meanwhile(store: Store) -> None:
    await store.apply("ana", [aside("a", "b", "c")])
    await store.apply("ben", [SetAside(questions=("b",), verdict="later", at=at(1))])
    lift = Lift(questions=("a", "b", "never"), verdict="not-ours", at=at(2))
    for _ in range(2):
        await store.apply("cleo", [lift])
    assert [(each.question, each.verdict) for each in await store.set_aside()] == [
        ("c", "not-ours"),
        ("b", "later"),
    ]
    newest = (await store.audit())[0]
    assert newest == AuditRecord(
        who="cleo", action="lift", subject="1", detail={"verdict": "not-ours"}, at=at(2)
    )
    assert len(await store.audit()) == 3
    assert await store.overlay_version() == 0


async def test_verdicts_go_with_the_wording_of_questions_and_content_stays(make_store: MakeStore) -> None:
    store = await make_store(retention_days=5)
    await store.apply("ana", [aside("a"), learn(), Withdraw(entry_id="fees", at=NOW)])
    kept, audit = await store.overlay(), await store.audit()
    await store.prune(NOW + timedelta(days=4))
    assert len(await store.set_aside()) == 1
    await store.prune(NOW + timedelta(days=400))
    assert await store.set_aside() == ()
    assert (await store.overlay(), await store.audit()) == (kept, audit)


async def says(store: Store, event: int, *effects: Effect, user: str = "7") -> None:
    (entry,) = await store.receive([received(event, user, user)])
    assert (await store.finish(entry, Result(state="done", at=NOW, effects=effects))).ended


async def test_staff_in_a_chat_change_the_content_as_their_row_ends(store: Store, peek: Peek) -> None:
    (entry,) = await store.receive([received(1, "-100", "42")])
    result = Result(state="done", at=NOW, effects=(learn(), aside("a")))
    assert (await store.finish(entry, result)).ended
    assert not (await store.finish(entry, Result(state="done", at=NOW, effects=(learn("again"),)))).ended
    assert await phrasings(store) == [("wen launch", "launch-date")]
    assert {each.who for each in await store.audit()} == {"42"}
    assert [each.who for each in await store.set_aside()] == ["42"]
    assert len(await store.audit()) == 2
    assert await store.overlay_version() == 1
    assert await peek("SELECT * FROM chat_state") == []


async def test_whoever_is_forgotten_stays_in_the_audit(store: Store) -> None:
    await says(store, 1, learn())
    await says(store, 2, Forget())
    assert [each.who for each in await store.audit()] == ["7"]
    assert await phrasings(store) == [("wen launch", "launch-date")]


async def test_an_effect_that_fails_undoes_all_of_its_call(store: Store) -> None:
    with pytest.raises(StorageError):
        await store.apply("ana", [learn(), SetAside(questions=("a",), verdict="odd", at=NOW)])  # type: ignore[arg-type]
    assert (await store.overlay(), await store.audit()) == (Overlay(), ())


async def test_what_two_processes_learn_at_once_is_learned_once(make_store: MakeStore) -> None:
    stores = [await make_store(owner=ONE), await make_store(owner=TWO)]
    for number in range(20):
        same: list[StaffEffect] = [learn(f"phrasing {number}"), aside(f"question {number}")]
        await asyncio.gather(*(store.apply("ana", same) for store in stores))
    assert len(await phrasings(stores[0])) == len(await stores[1].set_aside()) == 20
    assert len(await stores[1].audit()) == 40
    assert await stores[1].overlay_version() == 20


@pytest.mark.parametrize("kind", ["learn", "wish"])
async def test_what_follows_from_two_rows_that_end_at_once_follows_from_each(
    make_store: MakeStore, kind: str
) -> None:
    stores = [await make_store(owner=ONE), await make_store(owner=TWO)]
    for number in range(10):
        effect: Effect = learn(f"phrasing {number}")
        if kind == "wish":
            effect = Wish(text=f"{number}?", locale="en", at=at(number))
        ends = []
        for place, store in enumerate(stores):
            (entry,) = await store.receive([received(number * 2 + place, f"{place}")])
            ends.append(store.finish(entry, Result(state="done", at=NOW, effects=(effect,))))
        assert all(end.ended for end in await asyncio.gather(*ends))
    assert len(await phrasings(stores[0])) == len(await stores[1].audit()) == (10 if kind == "learn" else 0)
    assert len({each.id for each in await stores[0].wishes()}) == (20 if kind == "wish" else 0)


async def test_texts_of_any_length_and_with_odd_characters_are_kept(store: Store) -> None:
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(4096))
    await store.apply("ana", [learn(long), aside(long), learn("half \ud83d and \0", hours=1)])
    await store.apply("ana", [learn(long), aside(long), learn("half \ud83d and \0", hours=1)])
    assert [text for text, _ in await phrasings(store)] == [long, "half ? and \N{REPLACEMENT CHARACTER}"]
    assert [each.question for each in await store.set_aside()] == [long]
    assert len(await store.audit()) == 3

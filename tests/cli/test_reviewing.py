"""The review queue in the terminal, over a real store and a small knowledge base."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Ran

from bot.cli.options import now
from bot.cli.program import app
from bot.effects import Learn, SetAside, Vote
from bot.staff.review import LATER
from bot.storage.choice import DATABASE
from bot.storage.sqlite import SqliteStore
from bot.storage.store import Received, Result
from bot.types import ChatRef, Outcome, Overlay
from tests.knowledge.conftest import MakeKnowledge, make_knowledge

__all__ = ["make_knowledge"]

STRANGE = "birthday of the whole thing"
T = TypeVar("T")


class Desk:
    """A terminal with a store, and people who ask."""

    def __init__(self, folder: Path, knowledge: Path) -> None:
        self.folder, self.knowledge = folder, knowledge
        self._asked = 0

    def run(self, *words: str, typed: Sequence[str] = ()) -> Ran:
        return CliRunner().invoke(app, ["review", *words], input="".join(f"{line}\n" for line in typed))

    def stored(self, use: Callable[[SqliteStore], Awaitable[T]]) -> T:
        async def used() -> T:
            store = SqliteStore(self.folder / DATABASE, retention_days=30)
            await store.open()
            try:
                return await use(store)
            finally:
                await store.close()

        return asyncio.run(used())

    def overlay(self) -> Overlay:
        return self.stored(lambda store: store.overlay())

    def asks(self, person: str, text: str, *, entry_id: str | None = None, against: bool = False) -> None:
        """Have a person ask; without an entry nobody could answer."""
        self._asked += 1
        event, at = str(self._asked), now() - timedelta(minutes=5)

        async def ask(store: SqliteStore) -> None:
            update = Received(
                chat=ChatRef(channel="telegram", chat_id=person),
                user_id=person,
                event_id=event,
                payload="{}",
                received_at=at,
            )
            (entry,) = await store.receive([update])
            outcome = Outcome(
                decision="answer" if entry_id else "abstain",
                entry_id=entry_id,
                probability=None,
                locale="en",
                question_text=text,
                asked_at=at,
                revision="an older one",
            )
            vote = Vote(
                entry_id=entry_id or "", helpful=False, locale="en", revision="x", at=at, reason="wrong"
            )
            effects = (vote,) if against else ()
            await store.finish(entry, Result(state="done", at=at, outcomes=(outcome,), effects=effects))

        self.stored(ask)


@pytest.fixture
def desk(make_knowledge: MakeKnowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "locales").mkdir()
    knowledge = make_knowledge()
    for name, folder in (("KNOWLEDGE_DIR", "knowledge"), ("LOCALES_DIR", "locales"), ("CACHE_DIR", "cache")):
        monkeypatch.setenv(f"ALLIANCE_BOT_{name}", str(tmp_path / folder))
    monkeypatch.setenv("ALLIANCE_BOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ALLIANCE_BOT_DATABASE_URL", raising=False)
    monkeypatch.setenv("LOGNAME", "editor")  # what getpass looks at first
    (tmp_path / "data").mkdir()
    return Desk(tmp_path / "data", knowledge)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Two people asked what nobody could answer, one of them by mail."""
    desk.asks("ana", STRANGE)
    desk.asks("ben", f"{STRANGE}?")
    return desk


def test_an_empty_queue_says_so(desk: Desk) -> None:
    for words in ((), ("--list",), ("--json",)):
        ran = desk.run(*words)
        assert ran.exit_code == 0
        assert "no question waits for a decision" in ran.output


def test_the_queue_is_listed(waiting: Desk) -> None:
    ran = waiting.run("--list")
    assert ran.exit_code == 0
    assert "asked by 2 people, 2 times" in ran.output
    assert f"en  “{STRANGE}”" in ran.output
    assert "nearest: " in ran.output
    (line,) = waiting.run("--json").stdout.splitlines()
    cluster = json.loads(line)
    assert (cluster["list"], cluster["askers"], cluster["reasons"]) == ("waiting", 2, {"unanswered": 2})
    assert {one["text"] for one in cluster["wordings"]} == {STRANGE, f"{STRANGE}?"}


def test_how_many_people_must_have_asked_is_a_setting_and_an_option(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "fewer than 3 people: 1" in waiting.run("--list", "--k", "3").output
    monkeypatch.setenv("ALLIANCE_BOT_REVIEW_ASKERS", "3")
    assert STRANGE not in waiting.run("--list").output
    assert STRANGE in waiting.run("--list", "--k", "2").output


def test_a_voted_down_answer_stands_in_the_list(desk: Desk) -> None:
    for person in ("ana", "ben"):
        desk.asks(person, "when did it start", entry_id="launch-when", against=True)
    assert "voted down: launch-when (wrong)" in desk.run("--list").output


def test_a_question_is_accepted_with_its_impact_and_taken_back(waiting: Desk) -> None:
    ran = waiting.run(typed=["a", "launch-when", "", "", "y", "q"])
    assert ran.exit_code == 0, ran.output
    assert "became answered" in ran.output
    (row,) = waiting.overlay().learned
    assert (row.locale, row.entry_id, row.who) == ("en", "launch-when", "editor")
    assert row.text.rstrip("?") == STRANGE
    assert "no question waits" in waiting.run("--list").output
    audit = waiting.run("audit").output
    assert "editor  learn  launch-when" in audit
    short = next(line.split()[3] for line in audit.splitlines() if line.startswith("accepted, not exported"))
    assert waiting.run("undo", short).exit_code == 0
    assert not waiting.overlay().learned
    assert STRANGE in waiting.run("--list").output
    assert waiting.run("audit").output.count("editor  unlearn") == 1
    gone = waiting.run("undo", short)
    assert gone.exit_code == 1
    assert "review audit" in gone.output


def test_it_can_be_taken_back_in_the_same_dialogue(waiting: Desk) -> None:
    waiting.asks("ana", "is there a canteen for dogs")
    waiting.asks("ben", "is there a canteen for dogs")
    ran = waiting.run(typed=["add", "launch-when", STRANGE, "", "y", "undo", "y", "quit"])
    assert ran.exit_code == 0, ran.output
    assert "accepted (" in ran.output
    assert "taken back" in ran.output
    assert not waiting.overlay().learned


@pytest.fixture
def accepted(waiting: Desk) -> Desk:
    """Somebody accepted a question in two wordings by one press in a chat, and another alone."""
    at = now()

    async def accept(store: SqliteStore) -> None:
        for texts, moment in (((f"{STRANGE}?", "its birthday"), at), (("how old",), at - timedelta(hours=1))):
            learned = [Learn(locale="en", entry_id="launch-when", text=text, at=moment) for text in texts]
            await store.apply("7", learned)

    waiting.stored(accept)
    return waiting


def test_what_one_press_accepted_is_taken_back_together_and_noted_once(accepted: Desk) -> None:
    alone = accepted.run("undo", "its birthday")
    assert "still accepted, by the same press: 1; `--all`" in alone.output
    accepted.run("undo", f"{STRANGE}?", "--all")
    assert [row.text for row in accepted.overlay().learned] == ["how old"]
    assert accepted.run("audit").output.count("editor  unlearn") == 2


def test_what_one_press_accepted_is_one_line_of_the_audit(accepted: Desk) -> None:
    assert f"7  learn  launch-when  en {STRANGE}?; en its birthday\n" in accepted.run("audit").output
    ran = accepted.run("undo", "its birthday", "--all")
    assert ran.exit_code == 0, ran.output
    assert ran.output.count("taken back: ") == 2
    said = f"editor  unlearn  launch-when  en {STRANGE}?; en its birthday; why undone\n"
    assert said in accepted.run("audit").output


def test_the_dialogue_takes_back_all_of_the_last_press(accepted: Desk) -> None:
    for person in ("ana", "ben"):
        accepted.asks(person, "is there a canteen for dogs")
    ran = accepted.run(typed=["undo", "y", "quit"])
    assert f"“{STRANGE}?” (en), “its birthday” (en) of launch-when, accepted by 7?" in ran.output
    assert [row.text for row in accepted.overlay().learned] == ["how old"]
    assert accepted.run("audit").output.count("unlearn") == 1


def test_a_name_that_does_not_exist_is_answered_with_near_ones(waiting: Desk) -> None:
    ran = waiting.run(typed=["a", "launch-wen", "-", "q"])
    assert "there is no entry launch-wen; near are: launch-when" in ran.output
    assert not waiting.overlay().learned


def test_what_would_confuse_is_refused(waiting: Desk) -> None:
    ran = waiting.run(typed=["a", "launch-when", "number of members", "", "q"])
    assert ran.exit_code == 0, ran.output
    assert "phrasing of member-count" in ran.output
    assert "refused" in ran.output
    assert not waiting.overlay().learned


@pytest.mark.parametrize(
    ("key", "verdict", "shown"),
    [("x", "not-ours", False), ("later", "later", False), ("n", "new-entry", True)],
)
def test_a_verdict_is_kept(waiting: Desk, key: str, verdict: str, shown: bool) -> None:
    ran = waiting.run(typed=[key])
    assert ran.exit_code == 0, ran.output
    (record,) = waiting.stored(lambda store: store.set_aside())
    assert (record.question, record.verdict, record.who) == (STRANGE, verdict, "editor")
    listed = waiting.run("--list").output
    assert ("TO BE WRITTEN" in listed) == shown
    assert (STRANGE in listed) == shown


def test_what_was_set_aside_is_listed_and_taken_back(waiting: Desk) -> None:
    for said in (waiting.run("aside"), waiting.run("aside", "--json")):
        assert "nothing is set aside" in said.output
    for verdict, told in (
        ("x", "not for us, said by editor"),
        ("l", "later until "),
        ("n", "an entry is to be written, said by editor"),
    ):
        waiting.run(typed=[verdict])
        listed = waiting.run("aside")
        assert told in listed.output
        assert f"    “{STRANGE}”" in listed.output
        (line,) = waiting.run("aside", "--json").stdout.splitlines()
        row = json.loads(line)
        assert (row["who"], row["questions"]) == ("editor", [STRANGE])
        assert f"[{row['id']}]" in listed.output
        ran = waiting.run("lift", row["id"] if verdict == "x" else f"{STRANGE.upper()}?")
        assert ran.exit_code == 0, ran.output
        assert f"“{STRANGE}”" in ran.output
        assert not waiting.stored(lambda store: store.set_aside())
        assert f"en  “{STRANGE}”" in waiting.run("--list").output
    assert waiting.run("audit").output.count("editor  lift  1  verdict ") == 3
    gone = waiting.run("lift", STRANGE)
    assert gone.exit_code == 1
    assert "review aside" in gone.output


def test_a_later_that_is_over_is_not_listed(waiting: Desk) -> None:
    at = now() - LATER
    later = SetAside(questions=(STRANGE,), verdict="later", at=at)
    waiting.stored(lambda store: store.apply("7", (later,)))
    assert "nothing is set aside" in waiting.run("aside").output


def test_a_verdict_is_taken_back_in_the_same_dialogue_and_its_question_shown_again(waiting: Desk) -> None:
    for person in ("ana", "ben"):
        waiting.asks(person, "is there a canteen for dogs")
    ran = waiting.run(typed=["x", "u", "y", "q"])
    assert ran.exit_code == 0, ran.output
    assert "Take back “not for us” about “" in ran.output
    assert ran.output.count("asked by 2 people") == 3
    assert not waiting.stored(lambda store: store.set_aside())
    assert "there is nothing to take back" in waiting.run(typed=["u", "q"]).output


def test_an_unknown_key_is_asked_again(waiting: Desk) -> None:
    ran = waiting.run(typed=["maybe", "q"])
    assert ran.exit_code == 0
    assert "“maybe” is none of these" in ran.output


def test_accepted_phrasings_are_exported_once(waiting: Desk) -> None:
    waiting.run(typed=["a", "launch-when", STRANGE, "", "y", "q"])
    ran = waiting.run("export")
    assert ran.exit_code == 0, ran.output
    file = waiting.knowledge / "learned" / "en.yaml"
    assert f'launch-when:\n  - "{STRANGE}"\n' in file.read_text(encoding="utf-8")
    assert not waiting.overlay().learned
    assert "no question waits" in waiting.run("--list").output
    written = file.stat().st_mtime_ns
    again = waiting.run("export")
    assert again.exit_code == 0
    assert "nothing to export" in again.output
    assert file.stat().st_mtime_ns == written

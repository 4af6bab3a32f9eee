"""A question is answered once more with the content of another day, and that day's records are compared."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.program import app
from bot.effects import Learn, Pin, StaffEffect, Withdraw
from bot.staff.history import HistoryError, last_commit
from bot.staff.replay import moment_of
from bot.storage.sqlite import SqliteStore
from bot.storage.store import InboxEntry, Received, Result
from bot.types import ChatRef, Outcome
from tests.staff.test_impact import edit, repository

__all__ = ["repository"]

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
APRIL, MAY, JUNE = (datetime(2026, month, 10, 9, 0, tzinfo=UTC) for month in (4, 5, 6))
QUESTION = "How many members are there?"

Replayed = Callable[..., tuple[int, str, str]]


def commit(folder: Path, message: str, at: datetime) -> str:
    who = ["-c", "user.name=Staff", "-c", "user.email=staff@example.org"]
    day = at.isoformat()
    environment = {**os.environ, "GIT_COMMITTER_DATE": day, "GIT_AUTHOR_DATE": day}
    git = ["git", "-C", str(folder), *who]
    subprocess.run([*git, "add", "."], check=True, capture_output=True)
    subprocess.run([*git, "commit", "-q", "-m", message, "--allow-empty"], check=True, env=environment)
    done = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def history(repository: Path) -> Path:
    """104 members in April, 120 from 10 May on, 130 in files that are not committed."""
    subprocess.run(["rm", "-rf", str(repository / ".git")], check=True)
    subprocess.run(["git", "-C", str(repository), "init", "-q"], check=True)
    commit(repository, "Begin", APRIL)
    edit(repository, "facts.yaml", "value: 104", "value: 120")
    commit(repository, "Count again", MAY)
    (repository / "README").write_text("Nothing that answers.")
    commit(repository, "Another file", JUNE)
    edit(repository, "facts.yaml", "value: 120", "value: 130")
    return repository


@pytest.fixture
def replayed(history: Path, tmp_path: Path) -> Replayed:
    def call(at: str, question: str = QUESTION, *options: str) -> tuple[int, str, str]:
        where = ["--knowledge", str(history / "knowledge"), "--locales", str(history / "locales")]
        environment = {
            "ALLIANCE_BOT_DATA_DIR": str(tmp_path / "data"),
            "ALLIANCE_BOT_CACHE_DIR": str(tmp_path / "cache"),
        }
        done = CliRunner().invoke(app, ["replay", "--at", at, question, *options, *where], env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit | HistoryError), done.exception
        said = str(done.exception) if isinstance(done.exception, HistoryError) else done.stderr
        return done.exit_code, done.stdout, said

    return call


class Kept:
    """The store that the command reads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "alliance-bot.sqlite3"
        self._number = 0

    def run(self, *outcomes: Outcome, effects: Sequence[StaffEffect] = (), retention: int = 3650) -> None:
        asyncio.run(self._run(outcomes, effects, retention))

    async def _run(self, outcomes: Sequence[Outcome], effects: Sequence[StaffEffect], retention: int) -> None:
        store = SqliteStore(self._file, retention_days=retention)
        await store.open()
        try:
            if effects:
                await store.apply("staff", effects)
            for outcome in outcomes:
                self._number += 1
                chat = ChatRef(channel="telegram", chat_id="1")
                received = Received(
                    chat=chat,
                    user_id="1",
                    event_id=str(self._number),
                    payload="{}",
                    received_at=outcome.asked_at,
                )
                entry: InboxEntry
                (entry,) = await store.receive([received])
                await store.finish(entry, Result(state="done", at=outcome.asked_at, outcomes=(outcome,)))
        finally:
            await store.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data")


def outcome(entry: str | None, at: datetime, text: str = QUESTION) -> Outcome:
    return Outcome(
        decision="answer" if entry else "abstain",
        entry_id=entry,
        probability=0.9,
        locale="en",
        question_text=text,
        asked_at=at,
        revision="abcdef012345",
    )


def test_the_content_of_the_day_answers(replayed: Replayed) -> None:
    status, april, _ = replayed("2026-04-30")
    assert status == 0
    assert "104 members" in april
    assert "120 members" in replayed("2026-05-31")[1]
    assert "120 members" in replayed("2026-07-01")[1]  # a commit of other files changes nothing
    assert "104 members" in replayed("2026-05-10T08:59")[1]
    assert "120 members" in replayed("2026-05-10T11:00+02:00")[1]
    assert "120 members" in replayed("2026-05-10")[1]  # a day alone is its end


def test_both_revisions_and_the_commit_are_named(replayed: Replayed) -> None:
    _, out, _ = replayed("2026-04-30")
    lines = out.splitlines()
    then = next(line for line in lines if line.startswith("content of "))
    now = next(line for line in lines if line.startswith("content today: "))
    assert "content of 2026-04-30 23:59 UTC: revision " in then
    assert "of 2026-04-10 09:00 UTC; no store here" in then
    assert then.split("revision ")[1].split()[0] != now.split("revision ")[1].split()[0]
    assert "program: today's" in lines
    assert lines[-1] == "no record of 2026-04-30 is kept of this question"


def test_today_is_the_day_that_is_replayed(replayed: Replayed, history: Path) -> None:
    edit(history, "facts.yaml", "review_by: 2027-05-23", "review_by: 2026-06-01")
    commit(history, "Look at it soon", JUNE - timedelta(days=20))
    assert "due for review" not in replayed("2026-06-01")[1]
    assert (
        "This information was due for review on 1 June 2026; please check the source."
        in replayed("2026-06-02")[1]
    )


def test_records_of_the_day_agree_or_differ(replayed: Replayed, kept: Kept) -> None:
    kept.run(
        outcome("member-count", JUNE, "  how MANY members are there ?"),
        outcome("launch-when", JUNE + timedelta(hours=2)),
        outcome(None, JUNE + timedelta(hours=3)),
        outcome("member-count", JUNE, "When was it launched?"),
        outcome("launch-when", JUNE + timedelta(days=1)),
    )
    _, out, _ = replayed("2026-06-10T12:00")
    assert [line for line in out.splitlines() if line.startswith("record")] == [
        "record of 2026-06-10 09:00 UTC: answer member-count (revision abcdef012345): agrees",
        "record of 2026-06-10 11:00 UTC: answer launch-when (revision abcdef012345): differs",
        "record of 2026-06-10 12:00 UTC: abstain (revision abcdef012345): differs",
    ]
    status, out, _ = replayed("2026-06-10", QUESTION, "--json")
    told = json.loads(out)
    assert (status, [record["agrees"] for record in told["records"]]) == (0, [True, False, False])
    assert told["reply"]["entry_id"] == "member-count"
    assert told["revision"] != told["revision_now"]


def test_records_without_wording_are_counted(replayed: Replayed, kept: Kept) -> None:
    kept.run(outcome("member-count", JUNE), retention=0)
    _, out, _ = replayed("2026-06-10")
    assert out.splitlines()[-1] == (
        "no record of 2026-06-10 is kept of this question; 1 of that day no longer say what was asked"
    )


def test_what_staff_had_accepted_and_withdrawn_then_counts(replayed: Replayed, kept: Kept) -> None:
    words = "Zorble quux frobnication"
    kept.run(
        effects=[
            Learn(locale="en", entry_id="member-count", text=words, at=JUNE),
            Withdraw(entry_id="launch-when", at=JUNE + timedelta(days=5)),
        ]
    )
    assert replayed("2026-06-09", words)[0] == 4
    status, out, _ = replayed("2026-06-10", words)
    assert status == 0
    assert "1 accepted phrasing and 0 withdrawn answers on top" in out
    assert replayed("2026-06-12", "When was it launched?")[0] == 0
    assert replayed("2026-06-16", "When was it launched?")[0] == 4


def test_files_that_staff_had_gone_back_to_answer(replayed: Replayed, kept: Kept) -> None:
    _, out, _ = replayed("2026-04-30", QUESTION, "--json")
    april = json.loads(out)["revision"]
    kept.run(effects=[Pin(revision=april, at=JUNE)])
    assert "120 members" in replayed("2026-06-09")[1]
    assert "104 members" in replayed("2026-06-11")[1]
    kept.run(effects=[Pin(revision="0123456789ab", at=JUNE + timedelta(days=5))])
    _, out, _ = replayed("2026-06-16")
    assert "120 members" in out
    assert "staff had gone back to files of revision 0123456789ab then; no commit holds them" in out


def test_a_day_before_the_first_commit_is_told_which_is_the_first(replayed: Replayed) -> None:
    status, _, said = replayed("2026-04-01")
    assert status == 1
    assert "no commit of knowledge and locales is older than 2026-04-01 23:59 UTC; the first is " in said
    assert said.endswith("of 2026-04-10 09:00 UTC")


def test_what_was_written_on_a_branch_counts_from_its_merge(history: Path) -> None:
    def run(*words: str) -> None:
        day = (JUNE + timedelta(days=9)).isoformat()
        environment = {**os.environ, "GIT_COMMITTER_DATE": day, "GIT_AUTHOR_DATE": day}
        git = ["git", "-C", str(history), "-c", "user.name=Staff", "-c", "user.email=staff@example.org"]
        subprocess.run([*git, *words], check=True, capture_output=True, env=environment)

    run("stash", "-q")
    run("checkout", "-q", "-b", "draft")
    edit(history, "facts.yaml", "value: 120", "value: 200")
    draft = commit(history, "Draft", JUNE + timedelta(days=1))
    run("checkout", "-q", "-")
    run("merge", "-q", "--no-ff", "-m", "Merge", "draft")
    folders = (history / "knowledge", history / "locales")
    assert last_commit(folders, JUNE + timedelta(days=5)).at == MAY
    merged = last_commit(folders, JUNE + timedelta(days=10))
    assert (merged.id != draft, merged.at) == (True, JUNE + timedelta(days=9))


def test_a_shallow_clone_is_told_to_fetch(history: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{history}", str(shallow)],
        check=True,
        capture_output=True,
    )
    folders = (shallow / "knowledge", shallow / "locales")
    with pytest.raises(HistoryError, match=r"shallow clone.*git fetch --unshallow"):
        last_commit(folders, MAY)
    assert last_commit(folders, NOW).at == JUNE


def test_files_that_were_never_committed_are_told_so(repository: Path) -> None:
    other = repository / "other"
    other.mkdir()
    with pytest.raises(HistoryError, match="no commit of this branch holds other"):
        last_commit((other,), NOW)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-05-01", datetime(2026, 5, 1, 23, 59, 59, 999999, UTC)),
        ("2026-05-01T09:30", datetime(2026, 5, 1, 9, 30, tzinfo=UTC)),
        ("2026-05-01 09:30", datetime(2026, 5, 1, 9, 30, tzinfo=UTC)),
        ("2026-05-01T09:30+03:00", datetime(2026, 5, 1, 6, 30, tzinfo=UTC)),
        ("2026-11-23", NOW),
    ],
)
def test_a_moment_is_a_day_or_a_time_in_utc(text: str, at: datetime) -> None:
    assert moment_of(text, NOW) == at


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "2026-11-24", "2026-11-23T12:01"])
def test_what_is_no_moment_or_lies_ahead_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no moment; write it as|lies in the future"):
        moment_of(text, NOW)


def test_the_command_says_what_is_wrong_with_its_options(replayed: Replayed) -> None:
    status, _, said = replayed("yesterday")
    assert (status, said) == (
        1,
        '--at: "yesterday" is no moment; write it as 2026-05-01 or 2026-05-01T09:30, in UTC\n',
    )
    status, _, said = replayed("2026-05-01", QUESTION, "--locale", "tlh")
    assert status == 1
    assert said.endswith('--locale: there was no catalog for "tlh"; there were: en, fr\n')


def test_content_that_today_s_program_cannot_read_is_named(replayed: Replayed, history: Path) -> None:
    edit(history, "facts.yaml", "value: 130", "valeu: 130")
    commit(history, "A slip", JUNE + timedelta(days=1))
    edit(history, "facts.yaml", "valeu: 130", "value: 130")
    where = ["--knowledge", str(history / "knowledge"), "--locales", str(history / "locales")]
    done = CliRunner().invoke(app, ["replay", "--at", "2026-06-12", QUESTION, *where])
    assert done.exit_code == 1
    assert "cannot be read by today's program; its files have errors:" in done.stderr

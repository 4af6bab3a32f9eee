"""How updates come in by webhook: stored, committed, and only then acknowledged with 200."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.errors import ConfigError, StorageError, StorageUnavailable
from bot.storage.sqlite import SqliteStore, connect
from bot.storage.store import InboxEntry, Received
from bot.storage.writer import Writer
from bot.telegram.webhook import SECRET_HEADER, webhook_route
from tests.telegram.conftest import NOW

SECRET = "right_horse-battery"
LIMIT = 10_000


class Kept(SqliteStore):
    """A real store that can be away, and that knows when it was asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._writer = Writer(lambda: self._counting(path))
        self.trouble: StorageError | None = None
        self.asked = 0
        self.commits = 0

    def _counting(self, path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(self._count)
        return connection

    def _count(self, statement: str) -> None:
        self.commits += statement == "COMMIT"

    async def receive(self, updates: Sequence[Received], *, hold: bool = True) -> tuple[InboxEntry, ...]:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return await super().receive(updates, hold=hold)


class Hook:
    """The route, mounted, and what came out of it."""

    def __init__(self, store: Kept) -> None:
        self.store = store
        self.accepted: list[InboxEntry] = []
        self.room = True
        route = webhook_route(
            "/hook",
            secret=SECRET,
            store=store,
            accept=self.accepted.extend,
            now=lambda: NOW,
            max_bytes=LIMIT,
            hold=lambda: self.room,
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=[route])), base_url="http://bot"
        )

    async def post(self, content: Any, *, secret: str | bytes | None = SECRET) -> httpx.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = [] if secret is None else [(SECRET_HEADER.encode(), _bytes(secret))]
        return await self.client.post("/hook", content=body, headers=headers)

    async def stored(self) -> list[str]:
        return [entry.event_id for entry in await self.store.open_entries()]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def update(number: int, chat: int = 5, text: str = "When?") -> dict[str, Any]:
    sender = {"id": chat, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": sender}
    return {"update_id": number, "message": {**message, "text": text}}


@pytest.fixture
async def hook(tmp_path: Path) -> AsyncIterator[Hook]:
    store = Kept(tmp_path / "bot.sqlite3")
    await store.open()
    hook = Hook(store)
    yield hook
    await hook.client.aclose()
    await store.close()


async def test_an_update_is_committed_before_it_is_acknowledged(hook: Hook, tmp_path: Path) -> None:
    answer = await hook.post(update(7))
    assert (answer.status_code, answer.content) == (200, b"")
    with sqlite3.connect(tmp_path / "bot.sqlite3") as other:  # what another process would find after a crash
        assert other.execute("SELECT event_id, state FROM inbox").fetchall() == [("7", "new")]
    other.close()
    (entry,) = hook.accepted
    assert (entry.event_id, entry.chat.chat_id, entry.user_id) == ("7", "5", "5")
    assert json.loads(entry.payload) == update(7)


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), b"\xff\xfe", "\u0639"]
)
async def test_without_the_secret_nothing_is_read(hook: Hook, secret: str | bytes | None) -> None:
    with capture_logs() as logs:
        answer = await hook.post(update(7), secret=secret)
    assert (answer.status_code, answer.content) == (403, b"")
    assert (hook.store.asked, hook.accepted) == (0, [])
    assert [log["event"] for log in logs] == ["webhook_refused"]
    assert SECRET not in repr(logs)


async def test_whoever_guesses_cannot_fill_the_log(hook: Hook) -> None:
    with capture_logs() as logs:
        for _ in range(50):
            await hook.post(update(7), secret="guess")
    assert len(logs) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_posts_are_taken(hook: Hook, method: str) -> None:
    answer = await hook.client.request(method, "/hook", headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 405
    assert hook.store.asked == 0


def test_a_webhook_without_a_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ALLIANCE_BOT_WEBHOOK_SECRET"):
        webhook_route(
            "/", secret="", store=Kept(tmp_path / "x"), accept=lambda entries: None, now=lambda: NOW
        )


async def test_a_body_beyond_the_limit_is_not_read(hook: Hook) -> None:
    large = json.dumps(update(7, text="x" * LIMIT)).encode()
    assert (await hook.post(large)).status_code == 413
    fits = json.dumps(update(8, text="")).encode()
    fits = fits.replace(b'"text": ""', b'"text": "' + b"x" * (LIMIT - len(fits)) + b'"')
    assert len(fits) == LIMIT
    assert (await hook.post(fits)).status_code == 200
    assert await hook.stored() == ["8"]


async def test_a_body_that_does_not_announce_its_length_has_the_same_limit(hook: Hook) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50 * LIMIT:
            sent += 1000
            yield b" " * 1000

    answer = await hook.client.post("/hook", content=endless(), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 413
    assert hook.store.asked == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"update_id"',
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": null}',
        b'{"update_id": 7.5}',
        b"[" * 9_000,
        b"\xff\xfe\x00",
        b'{"update_id": ' + b"9" * 5_000 + b"}",
    ],
)
async def test_a_body_without_an_update_is_taken_and_told_of(hook: Hook, body: bytes) -> None:
    with capture_logs() as logs:
        answer = await hook.post(body)
    assert answer.status_code == 200  # the same would come again for a day, before all that follows
    assert [(log["event"], log["log_level"]) for log in logs] == [("webhook_unreadable", "error")]
    assert hook.store.asked == 0


async def test_an_update_of_an_unknown_kind_is_stored_all_the_same(hook: Hook) -> None:
    assert (await hook.post({"update_id": 7, "news": {"deep": [1]}})).status_code == 200
    assert (await hook.post({"update_id": 8, "message": {"chat": "poison"}})).status_code == 200
    assert await hook.stored() == ["7", "8"]


async def test_a_text_in_broken_letters_is_stored(hook: Hook) -> None:
    raw = json.dumps(update(7)).encode().replace(b"When?", b"Wh\xffen \\ud83d")
    assert (await hook.post(raw)).status_code == 200
    (entry,) = hook.accepted
    assert entry.payload.isascii()


@pytest.mark.parametrize("trouble", [StorageUnavailable("disk full"), StorageError("refused")])
async def test_nothing_is_acknowledged_while_the_store_is_away(hook: Hook, trouble: StorageError) -> None:
    hook.store.trouble = trouble
    with capture_logs() as logs:
        answer = await hook.post(update(7))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert logs[0]["event"] == "webhook_not_stored"
    assert hook.accepted == []
    hook.store.trouble = None
    assert (await hook.post(update(7))).status_code == 200
    assert [entry.event_id for entry in hook.accepted] == ["7"]


async def test_a_store_that_is_not_open_is_away(tmp_path: Path) -> None:
    hook = Hook(Kept(tmp_path / "never-opened.sqlite3"))
    assert (await hook.post(update(7))).status_code == 503


async def test_a_repeated_update_is_stored_once_and_taken_up_again_while_it_is_open(hook: Hook) -> None:
    for _ in range(3):
        assert (await hook.post(update(7))).status_code == 200
    assert await hook.stored() == ["7"]
    assert {entry.seq for entry in hook.accepted} == {hook.accepted[0].seq}


async def test_without_room_updates_are_stored_but_not_taken_in_hand(hook: Hook) -> None:
    hook.room = False
    assert (await hook.post(update(7))).status_code == 200
    assert hook.accepted == []
    assert await hook.stored() == ["7"]


async def test_many_posts_at_once_share_commits(hook: Hook, tmp_path: Path) -> None:
    count = 300
    with sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # the writer waits, so that all posts are there when it goes on
        posts = [asyncio.create_task(hook.post(update(n, chat=n % 20))) for n in range(count)]
        async with asyncio.timeout(5):
            while hook.store.asked < count:  # noqa: ASYNC110 - nothing tells when a post has come that far
                await asyncio.sleep(0.005)
        assert not any(post.done() for post in posts)
        other.execute("ROLLBACK")
        answers = await asyncio.gather(*posts)
    other.close()
    assert [answer.status_code for answer in answers] == [200] * count
    assert sorted(await hook.stored(), key=int) == [str(n) for n in range(count)]
    assert len(hook.accepted) == count
    assert 1 <= hook.store.commits <= 2  # one for those that waited first, one for all the others
    for chat in range(20):
        order = [int(entry.event_id) for entry in hook.accepted if entry.chat.chat_id == str(chat)]
        assert order == sorted(order)

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.language.normalize import normalize
from bot.preview import page as preview_page
from bot.preview.arguments import Arguments
from bot.preview.botapi import BotApi
from bot.preview.page import Page, preview_app
from bot.preview.streams import Streams
from bot.types import (
    Abstain,
    AbstainReason,
    Answer,
    Bounds,
    Clarify,
    Decision,
    Evidence,
    Explanation,
    LocaleDecision,
    Match,
    PartExplanation,
    Ranking,
)

PARTS = tuple(
    path.name
    for path in Path(preview_page.__file__).with_name("static").glob("*.js")
    if path.name != "chat.js"
)
MATCHES = tuple(
    Match(entry_id=f"entry-{number}", phrasing="متى؟", locale="ar", score=1.0, probability=0.9 / number)
    for number in range(1, 8)
)


def explanation(decision: Decision | None = None) -> Explanation:
    evidence = Evidence(
        matched=("when",),
        repaired=(("lanuch", "launch"),),
        borrowed=(("کی", "fa"),),
        unknown=("zebra",),
        read_as="متى",
    )
    bounds = Bounds(answer=0.7, clarify=0.3)
    ranking = Ranking(
        matches=MATCHES, bounds=bounds, locale="ar", locale_sure=True, evidence=evidence, answerable=0.8
    )
    part = PartExplanation(
        text=normalize("متى؟"), ranking=ranking, decision=decision or Answer(match=MATCHES[0])
    )
    where = LocaleDecision(locale="ar", reason="question", unavailable="th")
    return Explanation(parts=(part,), locale=where, revision="3f9a1c20e4b7")


@pytest.fixture
def page(api: BotApi) -> Page:
    return Page(api, ("en", "ar", "zh_Hans"))


@pytest.fixture
async def web(page: Page) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(page.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


async def begun(web: httpx.AsyncClient, language: str = "fr") -> str:
    answer = await web.post("/api/conversations", json={"language": language})
    assert answer.status_code == 201
    return f"/api/conversations/{answer.json()['id']}"


async def said(api: BotApi, chat: int, text: str, **more: object) -> dict[str, Any]:
    message = await api.call("sendMessage", Arguments({"chat_id": chat, "text": text, **more}))
    assert isinstance(message, dict)
    return message


async def test_the_page_allows_nothing_from_elsewhere(web: httpx.AsyncClient) -> None:
    answer = await web.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    for name in ("style.css", "chat.js", *PARTS, "icon.svg"):
        assert (await web.get(f"/static/{name}")).status_code == 200
        assert f"/static/{name}" in answer.text or name in PARTS


async def test_the_files_name_no_other_address_and_no_unsafe_way(web: httpx.AsyncClient) -> None:
    for name in ("style.css", "chat.js", *PARTS):
        text = (await web.get(f"/static/{name}")).text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in text
        for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "@import"):
            assert danger not in text


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/..%2fpage.py", "/api/conversations/5", "/x"]
)
async def test_nothing_else_is_served(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 404


async def test_strangers_are_refused_before_anything_happens(api: BotApi, page: Page) -> None:
    transport = httpx.ASGITransport(page.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://rebound.example:8080") as web:
        assert (await web.get("/")).status_code == 403
        assert (await web.post(f"/bot{api.token}/getMe")).status_code == 403


async def test_the_bot_api_answers_under_the_same_roof(api: BotApi, web: httpx.AsyncClient) -> None:
    assert (await web.post(f"/bot{api.token}/getMe")).json()["result"]["is_bot"]


async def test_languages_come_with_their_own_names(web: httpx.AsyncClient) -> None:
    languages = (await web.get("/api/languages")).json()
    assert languages["bot"][1] == {"tag": "ar", "name": "العربية", "english": "Arabic"}
    assert languages["bot"][2]["tag"] == "zh-hans"
    assert {"de", "hi"} <= {language["tag"] for language in languages["others"]}


async def test_what_a_person_does_reaches_the_bot(api: BotApi, web: httpx.AsyncClient) -> None:
    base = await begun(web)
    message = (await web.post(f"{base}/messages", json={"text": "Bonjour"})).json()
    await web.post(f"{base}/edits", json={"message_id": message["message_id"], "text": "Salut"})
    chat = int(base.rpartition("/")[2])
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    answer = await said(api, chat, "?", reply_markup=keyboard)
    pressed = await web.post(f"{base}/presses", json={"message_id": answer["message_id"], "data": "a"})
    assert pressed.json()["id"]
    first, second, third = api.pending()
    assert first["message"]["from"]["language_code"] == "fr"
    assert second["edited_message"]["text"] == "Salut"
    assert third["callback_query"]["data"] == "a"
    await web.post(f"{base}/language", json={"language": "zh-hans"})
    await web.post(f"{base}/messages", json={"text": "你好"})
    assert api.pending()[-1]["message"]["from"]["language_code"] == "zh-hans"
    state = (await web.get(base)).json()
    assert [message["from"]["is_bot"] for message in state["messages"][str(chat)]] == [False, True, False]


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("messages", {"text": " "}, 422),
        ("messages", {"text": "x" * 4097}, 422),
        ("messages", {"text": "x" * 70_000}, 413),
        ("edits", {"text": "x", "message_id": 99}, 422),
        ("edits", {"text": "x"}, 422),
        ("presses", {"message_id": 1}, 422),
        ("language", {"language": "<b>"}, 422),
        ("messages", [], 400),
    ],
)
async def test_what_the_page_cannot_have_sent_is_refused(
    web: httpx.AsyncClient, path: str, content: object, status: int
) -> None:
    base = await begun(web)
    assert (await web.post(f"{base}/{path}", json=content)).status_code == status


async def test_a_form_from_another_page_is_refused(web: httpx.AsyncClient) -> None:
    base = await begun(web)
    assert (await web.post(f"{base}/messages", data={"text": "x"})).status_code == 415


async def test_an_explanation_stands_with_its_answer(api: BotApi, page: Page, web: httpx.AsyncClient) -> None:
    base = await begun(web)
    chat = int(base.rpartition("/")[2])
    await web.post(f"{base}/messages", json={"text": "متى؟"})
    page.observe(str(chat), api.pending()[0]["update_id"], explanation())
    answer = await said(api, chat, "في 2024")
    shown = (await web.get(f"{base}/explanations/{chat}/{answer['message_id']}")).json()
    [part] = shown["parts"]
    assert part["decision"] == {"kind": "answer", "entries": ["entry-1"], "probability": 0.9}
    assert [match["entry_id"] for match in part["matches"]] == [f"entry-{number}" for number in range(1, 6)]
    assert part["matches"][0]["direction"] == "rtl"
    assert part["repaired"] == [{"typed": "lanuch", "taken_for": "launch"}]
    assert part["borrowed"] == [{"word": "کی", "locale": "fa"}]
    assert part["read_as"] == "متى"
    assert part["bounds"] == {"answer": 0.7, "clarify": 0.3}
    assert part["answerable"] == 0.8
    assert shown["revision"] == "3f9a1c20e4b7"
    assert (shown["locale"]["locale"], shown["locale"]["unavailable"]) == ("ar", "th")
    message = (await web.get(base)).json()["messages"][str(chat)][-1]
    assert (message["explained"], message["locale"]) == (True, "ar")
    assert (await web.get(f"{base}/explanations/{chat}/1")).status_code == 404


@pytest.mark.parametrize(
    ("decision", "shown"),
    [
        (Clarify(matches=MATCHES[:2]), {"kind": "clarify", "entries": ["entry-1", "entry-2"]}),
        (
            Abstain(reason=AbstainReason.UNSURE, nearest=MATCHES[:1]),
            {"kind": "abstain", "reason": "unsure", "entries": ["entry-1"]},
        ),
    ],
)
async def test_every_decision_can_be_explained(
    api: BotApi, page: Page, web: httpx.AsyncClient, decision: Decision, shown: dict[str, object]
) -> None:
    base = await begun(web)
    chat = int(base.rpartition("/")[2])
    await web.post(f"{base}/messages", json={"text": "x"})
    page.observe(chat, api.pending()[0]["update_id"], explanation(decision))
    answer = await said(api, chat, "y")
    found = (await web.get(f"{base}/explanations/{chat}/{answer['message_id']}")).json()
    assert found["parts"][0]["decision"] == shown


async def test_an_explanation_for_a_chat_of_nobody_is_dropped(page: Page) -> None:
    page.observe(12345, 1, explanation())


async def test_a_stream_begins_with_everything_and_ends_when_told() -> None:
    closed = asyncio.Event()
    streams = Streams(closed)
    stream = streams.follow(1, lambda: {"type": "state"})
    assert await anext(stream) == "retry: 1000\n\n"
    assert json.loads((await anext(stream)).removeprefix("data: ")) == {"type": "state"}
    streams.tell(1, {"type": "message"})
    streams.tell(2, {"type": "other"})
    assert json.loads((await anext(stream)).removeprefix("data: ")) == {"type": "message"}
    closed.set()
    assert [event async for event in stream] in ([], [": still here\n\n"])


async def test_a_stream_that_lags_too_far_behind_ends() -> None:
    streams = Streams(asyncio.Event())
    stream = streams.follow(1, lambda: {})
    await anext(stream)
    for number in range(1001):
        streams.tell(1, {"number": number})
    assert [event async for event in stream] == []


async def test_events_follow_the_conversation(api: BotApi) -> None:
    app = preview_app(api, ("en",))
    page: Page = app.state.page
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as web:
        base = await begun(web)
        chat = int(base.rpartition("/")[2])
        stream = page.streams.follow(chat, lambda: {})
        await anext(stream)
        await anext(stream)
        await web.post(f"{base}/messages", json={"text": "hi"})
        await api.call("sendChatAction", Arguments({"chat_id": chat, "action": "typing"}))
        answer = await said(api, chat, "hello")
        await api.call("editMessageText", Arguments({**answer, "chat_id": chat, "text": "hi"}))
        await api.call("setMyCommands", Arguments({"commands": []}))
        found = [json.loads((await anext(stream)).removeprefix("data: ")) for _ in range(5)]
    assert [event["type"] for event in found] == ["message", "action", "message", "edit", "profile"]
    assert [found[0]["message"]["from"]["is_bot"], found[2]["message"]["from"]["is_bot"]] == [False, True]

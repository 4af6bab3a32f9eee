from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from telegram import Bot, Message, Update, User

from bot.preview.botapi import BotApi, Event
from tests.preview.conftest import Caller


async def test_the_library_understands_the_bots_own_account(call: Caller) -> None:
    account = User.de_json(await call("getMe"), None)
    assert account.is_bot
    assert account.id == 4242


async def test_a_wrong_token_is_refused(api: BotApi) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api.app), base_url="http://localhost"
    ) as client:
        answer = await client.post("/bot4242:other/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_refused(call: Caller) -> None:
    assert await call.refused("sendHologram", chat_id=1) == (404, "Not Found: method not found")


async def test_method_names_ignore_case(call: Caller) -> None:
    assert (await call("GETME"))["id"] == 4242


async def test_arguments_come_as_form_multipart_json_or_in_the_address(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    await ana.send("hi")
    keyboard = json.dumps({"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]})
    arguments = {"chat_id": str(ana.id), "text": "héllo ✓", "reply_markup": keyboard}
    answers = [
        await call.client.post("/sendMessage", data=arguments),
        await call.client.post("/sendMessage", data=arguments, files={"unused": ("a.bin", b"\0\1")}),
        await call.client.post("/sendMessage", json=arguments),
        await call.client.get("/sendMessage", params=arguments),
    ]
    for answer in answers:
        message = Message.de_json(answer.json()["result"], None)
        assert message.text == "héllo ✓"
        assert message.reply_markup is not None
        assert message.reply_markup.inline_keyboard[0][0].callback_data == "go"


async def test_a_body_that_is_no_json_is_refused(call: Caller) -> None:
    answer = await call.client.post(
        "/sendMessage", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.json()["description"] == "Bad Request: can't parse request body as JSON"


# --- updates --------------------------------------------------------------------------------------


async def test_updates_stay_until_an_offset_confirms_them(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    for text in ("one", "two", "three"):
        await ana.send(text)
    first = await call("getUpdates")
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert await call("getUpdates") == first
    rest = await call("getUpdates", offset=first[1]["update_id"])
    assert [update["message"]["text"] for update in rest] == ["two", "three"]
    assert [update["message"]["text"] for update in await call("getUpdates")] == ["two", "three"]
    assert await call("getUpdates", offset=first[2]["update_id"] + 1) == []
    assert api.pending() == ()


async def test_update_ids_follow_each_other_from_a_large_number(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    for _ in range(3):
        await ana.send("x")
    ids = [update["update_id"] for update in await call("getUpdates")]
    assert ids[0] >= 100_000_000
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_limit_and_negative_offset(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    for number in range(5):
        await ana.send(str(number))
    assert [update["message"]["text"] for update in await call("getUpdates", limit=2)] == ["0", "1"]
    assert [update["message"]["text"] for update in await call("getUpdates", offset=-1)] == ["4"]
    assert len(api.pending()) == 1


async def test_an_offset_far_in_the_future_confirms_nothing(api: BotApi, call: Caller) -> None:
    await api.user("Ana").send("still here")
    [update] = await call("getUpdates", offset=2_000_000_000)
    assert update["message"]["text"] == "still here"


async def test_a_long_poll_ends_when_something_arrives(api: BotApi, call: Caller) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    assert not poll.done()
    await api.user("Ana").send("hello")
    [update] = await asyncio.wait_for(poll, 1)
    assert Update.de_json(update, None).message is not None


async def test_a_second_poller_ends_the_wait_of_the_first(api: BotApi, call: Caller) -> None:
    first = asyncio.create_task(call.refused("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(call("getUpdates", timeout=20))
    code, description = await asyncio.wait_for(first, 1)
    assert code == 409
    assert description.startswith("Conflict: terminated by other getUpdates request")
    await api.user("Ana").send("for the second")
    assert len(await asyncio.wait_for(second, 1)) == 1


async def test_close_ends_a_wait_without_an_error(api: BotApi, call: Caller) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    api.close()
    assert await asyncio.wait_for(poll, 1) == []


async def test_only_allowed_updates_are_queued(api: BotApi, call: Caller) -> None:
    await call("getUpdates", allowed_updates=["callback_query"])
    await api.user("Ana").send("unseen")
    assert await call("getUpdates") == []
    await call("getUpdates", allowed_updates=[])
    await api.user("Ben").send("seen")
    assert len(await call("getUpdates")) == 1


async def test_updates_are_forgotten_after_a_day(api: BotApi, call: Caller, clock: list[float]) -> None:
    await api.user("Ana").send("old")
    clock[0] += 24 * 3600 + 1
    assert await call("getUpdates") == []


async def test_a_webhook_excludes_polling(api: BotApi, call: Caller) -> None:
    poll = asyncio.create_task(call.refused("getUpdates", timeout=20))
    await asyncio.sleep(0.02)
    await call("setWebhook", url="https://bot.example.org/x", allowed_updates=["message"])
    assert (await poll)[1] == "Conflict: terminated by setWebhook request"
    code, description = await call.refused("getUpdates")
    assert (code, description[:40]) == (409, "Conflict: can't use getUpdates method wh")
    info = await call("getWebhookInfo")
    assert (info["url"], info["allowed_updates"]) == ("https://bot.example.org/x", ["message"])
    await call("deleteWebhook")
    assert (await call("getWebhookInfo"))["url"] == ""
    assert await call("getUpdates") == []


async def test_deleting_the_webhook_can_drop_what_waits(api: BotApi, call: Caller) -> None:
    await api.user("Ana").send("gone")
    await call("deleteWebhook", drop_pending_updates=True)
    assert api.pending() == ()


async def test_a_webhook_needs_https(call: Caller) -> None:
    assert (await call.refused("setWebhook", url="http://x.org"))[1].startswith("Bad Request: bad webhook")


# --- the face for tests ---------------------------------------------------------------------------


async def test_a_seed_makes_everything_the_same() -> None:
    async def run() -> tuple[object, ...]:
        api = BotApi(seed=3, now=lambda: 1.0)
        ana = api.user("Ana")
        await ana.send("hi")
        press = await ana.press(99, "gone")
        return api.pending(), press.id

    assert await run() == await run()


async def test_wait_for_returns_what_was_found(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    await ana.send("hi")
    waiting = asyncio.create_task(api.wait_for(lambda: api.last_answer(ana)))
    await asyncio.sleep(0)
    await call("sendMessage", chat_id=ana.id, text="hello")
    assert (await waiting)["text"] == "hello"


async def test_wait_for_says_what_the_bot_did_last(api: BotApi, call: Caller) -> None:
    await call.refused("sendMessage", chat_id=1, text="x")
    with pytest.raises(TimeoutError, match="sendMessage: 400 Bad Request: chat not found"):
        await api.wait_for(lambda: None, 0.01)


async def test_a_listener_hears_everything_until_it_stops(api: BotApi, call: Caller) -> None:
    heard: list[Event] = []
    stop = api.listen(heard.append)
    ana = api.user("Ana")
    await ana.send("hi")
    await call("sendChatAction", chat_id=ana.id, action="typing")
    message = await call("sendMessage", chat_id=ana.id, text="hello")
    await call("editMessageText", chat_id=ana.id, message_id=message["message_id"], text="hi")
    await call("deleteMessage", chat_id=ana.id, message_id=message["message_id"])
    stop()
    await ana.send("unheard")
    assert [event.kind for event in heard] == ["message", "update", "action", "message", "edit", "delete"]
    assert {event.chat_id for event in heard} == {ana.id}


async def test_faults_hit_the_next_calls_only(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana")
    await ana.send("hi")
    api.fail("sendMessage", 429, "", retry_after=3)
    answer = await call.client.post("/sendMessage", json={"chat_id": ana.id, "text": "x"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3"
    assert answer.json()["parameters"] == {"retry_after": 3}
    assert answer.json()["description"] == "Too Many Requests: retry after 3"
    assert (await call("sendMessage", chat_id=ana.id, text="x"))["text"] == "x"


async def test_the_library_can_talk_to_it_over_its_own_request_class(api: BotApi) -> None:
    from telegram.request import HTTPXRequest

    class InProcess(HTTPXRequest):
        def _build_client(self) -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=httpx.ASGITransport(api.app))

    ana = api.user("Ana")
    await ana.send("/start@alliance_preview_bot now")
    bot = Bot(
        api.token, base_url="http://localhost/bot", request=InProcess(), get_updates_request=InProcess()
    )
    async with bot:
        [update] = await bot.get_updates(timeout=1)
        assert update.message is not None
        sent = await update.message.reply_html("<b>Hello</b>", do_quote=True)
        assert sent.text_html == "<b>Hello</b>"
        assert sent.reply_to_message is not None
        assert sent.reply_to_message.message_id == update.message.message_id
        await bot.set_my_commands([("help", "Helps")], language_code="fr")
        assert [command.command for command in await bot.get_my_commands(language_code="fr")] == ["help"]
        assert (await bot.get_chat(ana.id)).first_name == "Ana"
        assert (await bot.get_chat_member(ana.id, ana.id)).status == "member"
        assert (await bot.get_webhook_info()).url == ""

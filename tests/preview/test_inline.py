"""Inline questions and guest questions, as the emulation asks them and judges the answers."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import ChosenInlineResult, InlineQuery, Message, SentGuestMessage, Update

from bot.preview.botapi import BotApi
from tests.preview.conftest import Caller

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def article(identity: str = "launch:en", **fields: object) -> dict[str, Any]:
    content = {"message_text": "<b>Launched</b> in 2024.", "parse_mode": "HTML"}
    return {"type": "article", "id": identity, "title": "When?", "input_message_content": content, **fields}


async def test_an_inline_question_is_one_for_the_library_and_its_answer_is_shown(
    api: BotApi, call: Caller
) -> None:
    ana = api.user("Ana", language_code="fr")
    typed = await ana.type_inline("when was it launched")
    update = Update.de_json(api.pending()[-1], None)
    assert isinstance(update.inline_query, InlineQuery)
    assert update.inline_query.query == "when was it launched"
    assert update.inline_query.from_user.language_code == "fr"
    assert not update.inline_query.api_kwargs
    seen: list[object] = []
    api.listen(lambda event: seen.append((event.kind, event.content.get("user_id"))))
    button = {"text": "Language", "start_parameter": "language"}
    await call(
        "answerInlineQuery", inline_query_id=typed.id, results=[article()], is_personal=True, cache_time=10,
        next_offset="", button=button,
    )  # fmt: skip
    assert seen == [("inline", ana.id)]
    assert typed.answer is not None
    assert typed.answer["button"] == button
    assert [result["message"]["text"] for result in typed.results] == ["Launched in 2024."]


async def test_a_chosen_result_is_sent_by_the_person_and_told_to_the_bot(api: BotApi, call: Caller) -> None:
    ana, ben = api.user("Ana"), api.user("Ben")
    group = api.group("Friends", ana, ben, with_bot=False)
    typed = await ana.type_inline("launch", group)
    await call("answerInlineQuery", inline_query_id=typed.id, results=[article()])
    sent = Message.de_json(await ana.choose_inline(typed, "launch:en", group), None)
    assert sent.from_user is not None
    assert (sent.from_user.id, sent.via_bot and sent.via_bot.id) == (ana.id, 4242)
    assert sent.text == "Launched in 2024."
    update = Update.de_json(api.pending()[-1], None)
    assert isinstance(update.chosen_inline_result, ChosenInlineResult)
    assert update.chosen_inline_result.result_id == "launch:en"
    known = api.group("With the bot", ana)
    await ana.choose_inline(typed, 0, known)
    assert "via_bot" in api.pending()[-1]["message"]


async def test_the_server_answers_the_same_question_itself_for_a_while(
    api: BotApi, call: Caller, clock: list[float]
) -> None:
    ana, ben = api.user("Ana"), api.user("Ben")
    first = await ana.type_inline("launch")
    await call(
        "answerInlineQuery", inline_query_id=first.id, results=[article()], is_personal=True, cache_time=10
    )
    assert (await ana.type_inline("launch")).results == first.results
    assert (await ben.type_inline("launch")).answer is None
    clock[0] += 11
    assert (await ana.type_inline("launch")).answer is None
    assert len(api.pending()) == 3


async def test_an_inline_question_waits_once_and_not_for_long(
    api: BotApi, call: Caller, clock: list[float]
) -> None:
    ana = api.user("Ana")
    first, second = await ana.type_inline("a"), await ana.type_inline("b")
    await call("answerInlineQuery", inline_query_id=first.id, results=[])
    clock[0] += 16
    for identity in (first.id, second.id, "5"):
        refused = await call.refused("answerInlineQuery", inline_query_id=identity, results=[])
        assert refused == (400, f"Bad Request: {_TOO_OLD}")
    with pytest.raises(ValueError, match="256"):
        await ana.type_inline("x" * 257)


_PARSE = "can't parse inline query result: "
_LONG = {"message_text": "x" * 4097}


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ("{", "can't parse JSON encoded inline query results"),
        ({}, "expected an Array of inline query results"),
        ([article(str(number)) for number in range(51)], "too many inline query results specified"),
        ([5], f"{_PARSE}Inline query result must be an object"),
        ([{"id": "a"}], f'{_PARSE}Can\'t find field "type"'),
        ([{"type": "article"}], f'{_PARSE}Can\'t find field "id"'),
        ([article(type="poem")], f'{_PARSE}type "poem" is unsupported for the inline query result'),
        ([article(type="photo")], f'{_PARSE}type "photo" is not known to this emulation for the inline query result'),
        ([article(title=None)], f'{_PARSE}Can\'t find field "title"'),
        ([article(title=[])], f'{_PARSE}Field "title" must be of type String'),
        ([article(description=5)], f'{_PARSE}Field "description" must be of type String'),
        ([article(input_message_content=None)], f'{_PARSE}Can\'t find field "message_text"'),
        ([article(input_message_content=[])], f'{_PARSE}Field "input_message_content" must be of type Object'),
        ([article(input_message_content={})], f"{_PARSE}Message text is empty"),
        ([article(input_message_content={"message_text": " "})], "text must be non-empty"),
        ([article(input_message_content=_LONG)], "MESSAGE_TOO_LONG"),
        (
            [article(input_message_content={"message_text": "<b>x", "parse_mode": "HTML"})],
            f"{_PARSE}Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ([article(reply_markup={"inline_keyboard": [[{"text": "x"}]]})],
         f"{_PARSE}Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article("")], "RESULT_ID_EMPTY"),
        ([article(), article()], "RESULT_ID_DUPLICATE"),
        ([article(title=" ")], "ARTICLE_TITLE_EMPTY"),
    ],
)  # fmt: skip
async def test_results_are_refused_in_telegrams_words(
    api: BotApi, call: Caller, results: object, reason: str
) -> None:
    typed = await api.user("Ana").type_inline("a")
    refused = await call.refused("answerInlineQuery", inline_query_id=typed.id, results=results)
    assert refused == (400, f"Bad Request: {reason}")
    assert typed.answer is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"button": "{"}, "can't parse inline query results button JSON object"),
        ({"button": []}, "can't parse inline query results button: InlineQueryResultsButton must be an Object"),
        ({"button": {}}, 'can\'t parse inline query results button: Can\'t find field "text"'),
        ({"button": {"text": "x"}},
         "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field"),
        ({"button": {"text": "x", "start_parameter": ""}}, "can't use empty start_parameter"),
        ({"button": {"text": "x", "start_parameter": "a" * 65}}, "too long start_parameter specified"),
        ({"button": {"text": "x", "start_parameter": "a b"}}, "unallowed characters in start_parameter are used"),
        ({"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    ],
)  # fmt: skip
async def test_the_rest_of_an_answer_is_refused_in_telegrams_words(
    api: BotApi, call: Caller, arguments: dict[str, object], reason: str
) -> None:
    typed = await api.user("Ana").type_inline("a")
    refused = await call.refused("answerInlineQuery", inline_query_id=typed.id, results=[], **arguments)
    assert refused == (400, f"Bad Request: {reason}")


async def test_what_was_sent_with_a_button_can_be_edited_wherever_it_stands(
    api: BotApi, call: Caller
) -> None:
    ana = api.user("Ana")
    group = api.group("Friends", ana, with_bot=False)
    typed = await ana.type_inline("launch", group)
    keyboard = {"inline_keyboard": [[{"text": "Open", "url": "https://example.org"}]]}
    results = [article(), article("open", reply_markup=keyboard)]
    await call("answerInlineQuery", inline_query_id=typed.id, results=results)
    await ana.choose_inline(typed, "launch:en", group)
    update = Update.de_json(api.pending()[-1], None)
    assert update.chosen_inline_result is not None
    assert update.chosen_inline_result.inline_message_id is None
    await ana.choose_inline(typed, "open", group)
    update = Update.de_json(api.pending()[-1], None)
    assert update.chosen_inline_result is not None
    sent = update.chosen_inline_result.inline_message_id
    assert sent is not None
    assert await call("editMessageText", inline_message_id=sent, text="It is being checked.") is True
    changed = api.messages(group)[-1]
    assert (changed["text"], changed["via_bot"]["id"]) == ("It is being checked.", 4242)
    assert "reply_markup" not in changed
    assert api.messages(group)[-2]["text"] == "Launched in 2024."
    same = await call.refused("editMessageText", inline_message_id=sent, text="It is being checked.")
    assert "message is not modified" in str(same)
    unknown = await call.refused("editMessageText", inline_message_id="AgAAA5", text="It is being checked.")
    assert unknown == (400, "Bad Request: MESSAGE_ID_INVALID")


async def test_a_mention_where_the_bot_is_no_member_is_a_guest_question(api: BotApi, call: Caller) -> None:
    ana = api.user("Ana", language_code="ar")
    group = api.group("Friends", ana, with_bot=False)
    await ana.send("nobody is meant", group)
    assert api.pending() == ()
    asked = await ana.send("@alliance_preview_bot when?", group)
    (update,) = api.pending()
    message = Update.de_json(update, None).guest_message
    assert message is not None
    assert message.message_id == asked["message_id"]
    result = article("guest")
    sent = await call("answerGuestQuery", guest_query_id=message.guest_query_id, result=result)
    assert SentGuestMessage.de_json(sent, None).inline_message_id
    answer = Message.de_json(dict(api.messages(group)[-1]), None)
    assert answer.text == "Launched in 2024."
    assert answer.guest_bot_caller_user is not None
    assert answer.guest_bot_caller_user.id == ana.id
    again = await call.refused("answerGuestQuery", guest_query_id=message.guest_query_id, result=result)
    assert again == (400, f"Bad Request: {_TOO_OLD}")
    assert await call.refused("answerGuestQuery", guest_query_id="5") == (
        400,
        "Bad Request: result isn't specified",
    )
    unfit = await call.refused("answerGuestQuery", guest_query_id="5", result=5)
    assert unfit == (400, "Bad Request: inline query result must be an object")

"""What form a reply takes: escaping, links, buttons, direction, and cutting what is too long."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.preview.arguments import Arguments
from bot.preview.markup import message_text
from bot.telegram.cutting import MAX_ENTITIES, MAX_UNITS, split, utf16_length
from bot.telegram.render import MAX_ALERT, Target, action, directed, render, to_html
from bot.types import Button, ChatRef, Choice, Citation, OutgoingMessage, Part, Reply, RichText, Span

CHAT = ChatRef(channel="telegram", chat_id="7")
TARGET = Target(chat=CHAT, question_id="5")


def part(text: str, **fields: Any) -> Part:
    basis = {"decision": "answer", "kind": None, "entry_id": None, "facts": (), "probability": None}
    return Part(text=text, **{**basis, **fields})


def reply(*parts: Part, locale: str = "en", **fields: Any) -> Reply:
    return Reply(locale=locale, parts=parts, **fields)


def citation(title: str, url: str | None = "https://example.org/?a=1&b=2") -> Citation:
    return Citation(
        source_id="s",
        title=title,
        url=url,
        publisher="P",
        language="en",
        published=None,
        checked_on=date(2026, 11, 23),
        as_of=None,
        line=(Span(text="Source: "), Span(text=title, url=url), Span(text=", P")),
    )


def only(messages: tuple[OutgoingMessage, ...]) -> OutgoingMessage:
    (message,) = messages
    return message


def text(message: OutgoingMessage) -> str:
    return str(message.body["text"])


def keyboard(message: OutgoingMessage) -> list[list[dict[str, str]]]:
    markup = message.body["reply_markup"]
    assert isinstance(markup, dict)
    rows: list[list[dict[str, str]]] = markup["inline_keyboard"]
    return rows


def test_everything_that_is_not_ours_is_escaped() -> None:
    message = only(render([reply(part('<b>&amp; "x"</b>', citations=(citation("<i>T</i>"),)))], TARGET))
    assert text(message) == (
        '&lt;b&gt;&amp;amp; "x"&lt;/b&gt;\n\n'
        'Source: <a href="https://example.org/?a=1&amp;b=2">&lt;i&gt;T&lt;/i&gt;</a>, P'
    )
    assert message.body["parse_mode"] == "HTML"
    assert message.body["link_preview_options"] == {"is_disabled": True}


def test_notices_come_first_then_each_part_with_its_sources() -> None:
    replied = reply(
        part("one", citations=(citation("A"), citation("B", url=None))), part("two"), notices=("mind",)
    )
    lines = text(only(render([replied], TARGET))).split("\n\n")
    assert lines == [
        "<i>mind</i>",
        "one",
        'Source: <a href="https://example.org/?a=1&amp;b=2">A</a>, P\nSource: B, P',
        "two",
    ]


def test_sources_of_an_answer_stand_in_a_quote_that_folds_when_there_are_several() -> None:
    one = render([reply(part("one", citations=(citation("A"),), whole=True))], TARGET)
    assert text(only(one)).split("\n\n")[1].startswith("<blockquote>Source: ")
    two = render(
        [reply(part("two", citations=(citation("A"), citation("B")), whole=True), prompt="Why?")], TARGET
    )
    first, quote, prompt = text(only(two)).split("\n\n")
    assert (first, prompt) == ("two", "Why?")
    assert quote.startswith("<blockquote expandable>Source: ")
    assert quote.endswith(", P</blockquote>")


def test_quotes_count_among_the_entities() -> None:
    quoted = tuple((Span(text="x", url="https://e.org", quoted=True),) for _ in range(MAX_ENTITIES // 2 + 1))
    first, _ = split(quoted)
    assert to_html(first).count("<blockquote>") + to_html(first).count("<a ") == MAX_ENTITIES


def test_a_toast_goes_by_itself_and_an_alert_stays() -> None:
    pressed = Target(chat=CHAT, callback_id="c1")
    assert only(render([], pressed, toast="Thanks")).body == {
        "callback_query_id": "c1",
        "text": "Thanks",
        "show_alert": False,
    }
    assert only(render([], pressed, toast="Thanks", alert="No")).body["show_alert"] is True


def test_a_button_may_copy_a_text() -> None:
    rows = ((Button(label="Copy", copies="https://e.org"),),)
    assert keyboard(only(render([reply(part("x"), buttons=rows)], TARGET))) == [
        [{"text": "Copy", "copy_text": {"text": "https://e.org"}}]
    ]


def test_choices_are_numbered_through_all_parts_and_each_has_a_button() -> None:
    offered = (Choice(entry_id="a", label="A <1>"), Choice(entry_id="b", label="B" * 100))
    first = part("which?", choices=offered)
    second = part("or?", choices=(Choice(entry_id="c", label="C"),))
    more = (
        (Button(label="Topics", action="topics:0"), Button(label="Site", action="", url="https://e.org")),
    )
    message = only(render([reply(first, second, locale="fr", buttons=more)], TARGET))
    assert f"1. A &lt;1&gt;\n2. {'B' * 100}" in text(message)
    assert "3. C" in text(message)
    assert keyboard(message)[0] == [{"text": "1. A <1>", "callback_data": "entry:a:fr"}]
    assert keyboard(message)[1][0]["text"] == "2. " + "B" * 56 + "…"
    assert keyboard(message)[2] == [{"text": "3. C", "callback_data": "entry:c:fr"}]
    assert keyboard(message)[3] == [
        {"text": "Topics", "callback_data": "topics:0"},
        {"text": "Site", "url": "https://e.org"},
    ]


def test_buttons_stand_under_the_last_message_of_a_long_reply() -> None:
    long = reply(part("\n\n".join("x" * 1500 for _ in range(5))), buttons=((Button(label="B", action="a"),),))
    messages = render([long], TARGET)
    assert ["reply_markup" in message.body for message in messages] == [False, False, True]


@pytest.mark.parametrize("pressed", ["x" * 65, "é" * 33, ""])
def test_an_action_that_telegram_does_not_carry_is_a_fault(pressed: str) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        render([reply(part("t"), buttons=((Button(label="B", action=pressed),),))], TARGET)


def test_an_action_names_its_language_only_when_there_is_room() -> None:
    assert action("entry", "e" * 48, locale="zh_Hans") == f"entry:{'e' * 48}:zh_Hans"
    assert action("topic", "t" * 48, 12, locale="zh_Hans") == f"topic:{'t' * 48}:12"


def test_in_a_group_the_question_is_quoted() -> None:
    message = only(render([reply(part("t"))], Target(chat=CHAT, question_id="5", quote=True, thread_id=9)))
    assert message.body["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}
    assert message.body["message_thread_id"] == 9


def test_in_a_private_chat_nothing_is_quoted() -> None:
    message = only(render([reply(part("t"))], TARGET))
    assert "reply_parameters" not in message.body
    assert message.question_id == "5"


def test_a_pressed_button_is_answered_first_then_its_message_is_edited() -> None:
    target = Target(chat=CHAT, edit_ids=("12",), callback_id="c1")
    first, second = render([reply(part("t"))], target)
    assert (first.method, first.body, first.fleeting) == (
        "answerCallbackQuery",
        {"callback_query_id": "c1"},
        True,
    )
    assert (second.method, second.body["message_id"], second.fleeting) == ("editMessageText", 12, False)


def test_an_alert_is_short_enough() -> None:
    message = only(render([], Target(chat=CHAT, callback_id="c1"), alert="😀" * 300))
    assert utf16_length(str(message.body["text"])) <= MAX_ALERT


def test_an_edited_reply_that_became_shorter_takes_back_the_rest() -> None:
    messages = render([reply(part("t"))], Target(chat=CHAT, edit_ids=("12", "13")))
    assert [(message.method, message.body["message_id"]) for message in messages] == [
        ("editMessageText", 12),
        ("deleteMessage", 13),
    ]


def test_an_edited_reply_that_became_longer_goes_on_in_new_messages() -> None:
    long = reply(part("\n\n".join("x" * 3000 for _ in range(2))))
    messages = render([long], Target(chat=CHAT, edit_ids=("12",)))
    assert [message.method for message in messages] == ["editMessageText", "sendMessage"]


# --- direction ----------------------------------------------------------------------------------------


def test_arabic_lines_that_begin_with_latin_letters_are_marked() -> None:
    link = Span(text="WDEA", url="https://e.org")
    rich = (Span(text="سطر\n/help مساعدة\n"), link, Span(text=" تحالف\n1. ABC"))
    marked = "".join(span.text for span in directed(rich, "ar"))
    assert marked == "سطر\n\u200f/help مساعدة\n\u200fWDEA تحالف\n\u200f1. ABC"


def test_a_foreign_sentence_keeps_its_direction() -> None:
    sentence = (Span(text="It was launched in Shanghai.\nIn 2024."),)
    assert directed(sentence, "ar") == sentence


def test_a_line_in_several_spans_is_marked_once_at_its_beginning() -> None:
    rich = (Span(text="1. "), Span(text="ABC"), Span(text=" DEF"))
    assert "".join(span.text for span in directed(rich, "ar")) == "\u200f1. ABC DEF"


def test_other_languages_are_left_as_they_are() -> None:
    rich = (Span(text="abc\nعربي"),)
    assert directed(rich, "fr") == rich


# --- cutting ------------------------------------------------------------------------------------------


def joined(texts: tuple[RichText, ...]) -> str:
    return "".join(span.text for rich in texts for span in rich)


def test_what_fits_stays_together() -> None:
    paragraphs = [(Span(text="a" * 2000),), (Span(text="b" * 2000),), (Span(text="c" * 200),)]
    assert [sum(len(span.text) for span in rich) for rich in split(paragraphs)] == [4002, 200]


def test_a_long_paragraph_is_cut_between_lines_then_between_words() -> None:
    lines = "\n".join("word " * 300 for _ in range(4))
    texts = split([(Span(text=lines),)])
    assert all(sum(len(span.text) for span in rich) <= MAX_UNITS for rich in texts)
    assert len(texts) == 2
    assert all("".join(span.text for span in rich).startswith("word ") for rich in texts)


def test_a_link_is_moved_whole_to_the_next_message() -> None:
    link = Span(text="L" * 100, url="https://e.org")
    first, second = split([(Span(text="word " * 810), link, Span(text=" tail"))])
    assert all(span.url is None for span in first)
    assert second[0] == link


def test_more_links_than_telegram_marks_go_into_another_message() -> None:
    paragraphs = [(Span(text="L", url=f"https://e.org/{n}"),) for n in range(MAX_ENTITIES + 5)]
    first, second = split(paragraphs)
    assert sum(span.url is not None for span in first) == MAX_ENTITIES
    assert sum(span.url is not None for span in second) == 5


# Telegram takes three combining marks out of every text: ring above, double low line, double overline.
_LETTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"], exclude_characters="\u030a\u0333\u033f"
)
_WRITTEN = st.text(_LETTERS | st.sampled_from("  \n😀<&>e\u0301"), max_size=90)
_SPANS = st.builds(
    Span,
    text=_WRITTEN,
    url=st.sampled_from([None, None, "https://e.org/?a=1&b=<2>"]),
    style=st.sampled_from(["plain", "bold"]),
)
_RICH = st.lists(_SPANS, min_size=1, max_size=4).map(tuple)


@settings(max_examples=100, deadline=None)
@given(paragraphs=st.lists(_RICH, max_size=6), limit=st.integers(20, 60))
def test_cutting_keeps_every_character_and_every_limit(paragraphs: list[RichText], limit: int) -> None:
    texts = split(paragraphs, limit=limit)
    assert all(utf16_length("".join(span.text for span in rich)) <= limit for rich in texts)
    before = re.sub(r"\s", "", joined(tuple(paragraphs)))
    assert re.sub(r"\s", "", joined(texts)) == before


@settings(max_examples=100, deadline=None)
@given(rich=_RICH)
def test_what_is_rendered_is_accepted_and_read_back_unchanged(rich: RichText) -> None:
    plain = "".join(span.text for span in rich)
    if not plain.strip():
        return
    arguments = Arguments({"text": to_html(rich), "parse_mode": "HTML"})
    shown, _ = message_text(arguments)
    assert shown.split() == plain.split()
    assert html.unescape(re.sub(r"<[^>]*>", "", to_html(rich))) == plain

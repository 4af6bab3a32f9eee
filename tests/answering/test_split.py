from __future__ import annotations

from functools import partial

import pytest

from bot.answering.assistant import Assistant
from bot.answering.split import cuts


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("how many countries and regions joined", ("countries and regions",)),
        ("countries and regions and towns", ("countries and regions", "regions and towns")),
        ("who runs it and where is it", ()),  # a question begins behind it
    ],
)
def test_a_joining_word_is_given_with_its_neighbours(
    text: str, joined: tuple[str, ...], assistant: Assistant
) -> None:
    (cut,) = (cut for cut in cuts(text, "en", assistant.catalogs) if not cut.asks)
    assert cut.joined == joined


def test_each_piece_asks_where_each_sentence_does(assistant: Assistant) -> None:
    asks = {cut.each_asks for cut in cuts("Who runs it. Where is it?", "en", assistant.catalogs)}
    story = {cut.each_asks for cut in cuts("I am a teacher. Where is it?", "en", assistant.catalogs)}
    assert (asks, story) == ({True}, {False})


def pieces(text: str, locale: str, assistant: Assistant) -> list[tuple[str, ...]]:
    whole = partial(assistant.matcher.is_far_commoner, locale)
    return [cut.pieces for cut in cuts(text, locale, assistant.catalogs, whole=whole)]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("ما مبادرة ووهان ومن اقترحها", ("ما مبادرة ووهان", "من اقترحها")),
        ("من الوزير ومتى جاء وزير آخر", ("من الوزير", "متى جاء وزير آخر")),
        (
            "كم واحد حضر ومتى",
            ("كم واحد حضر ومتى",),
        ),  # "واحد" is no "and", and "when?" belongs to what is before it
    ],
)
def test_arabic_words_that_begin_like_the_joining_letter_stay_whole(
    text: str, cut: tuple[str, ...], assistant: Assistant
) -> None:
    assert pieces(text, "ar", assistant) == ([cut] if len(cut) > 1 else [])


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (
            "Where and when was it proposed, and who supported it?",
            ("Where and when was it proposed,", "who supported it?"),
        ),
        ("who runs it and what does it do and when", ("who runs it", "what does it do and when")),
    ],
)
def test_what_holds_only_question_words_is_no_piece(
    text: str, cut: tuple[str, ...], assistant: Assistant
) -> None:
    assert cut in pieces(text, "en", assistant)


def test_a_space_between_chinese_questions_stands_for_a_comma(assistant: Assistant) -> None:
    assert pieces("有官网吗 在哪里", "zh_Hans", assistant) == [("有官网吗", "在哪里")]
    assert pieces("首届大会 谁致辞", "zh_Hans", assistant) == []  # a heading, and what is asked of it

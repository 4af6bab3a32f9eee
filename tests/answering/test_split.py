from __future__ import annotations

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

"""Which entry has a text as its phrasing, word for word."""

from __future__ import annotations

from bot.language.normalize import normalize
from bot.matching.exact import Exact, text_key


def test_a_text_of_one_entry_is_found_and_one_of_two_entries_is_not() -> None:
    texts = {"Who leads it?": {3}, "What is it?": {0, 1}, "谁是主席": {2}, "?": {4}}
    exact = Exact.of({text_key(normalize(text)): owned for text, owned in texts.items()})
    assert [exact.get(text_key(normalize(text))) for text in texts] == [3, None, 2, 4]
    assert text_key(normalize("who LEADS it")) in exact
    assert text_key(normalize("who led it")) not in exact


def test_nothing_is_found_where_there_are_no_phrasings() -> None:
    nothing = Exact.of({})
    assert nothing.get(text_key(normalize("who leads it"))) is None

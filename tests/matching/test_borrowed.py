"""Words of another language are left to that one, and what both say counts."""

from __future__ import annotations

import pytest

from bot.answering.assistant import Assistant
from bot.language.normalize import normalize
from bot.matching.borrowed import borrowed, may_lend
from bot.matching.index import Matcher
from bot.matching.speaker import Speaker


def speaker_of(matcher: Matcher, locale: str) -> Speaker:
    return next(one for one in matcher.speakers if one.locale == locale)


def test_what_no_other_language_knows_is_borrowed_from_none(matcher: Matcher) -> None:
    french = speaker_of(matcher, "fr")
    assert borrowed(normalize("carte zeppelin"), {"zeppelin"}, french, matcher.speakers) is None


def test_a_text_that_is_all_borrowed_stays_whole(matcher: Matcher) -> None:
    french = speaker_of(matcher, "fr")
    assert borrowed(normalize("opening hours"), {"opening", "hours"}, french, matcher.speakers) is None


def test_the_language_that_knows_most_of_the_words_lends_them(matcher: Matcher) -> None:
    french = speaker_of(matcher, "fr")
    text = normalize("ma carte lost stolen zeppelin")
    lent = borrowed(text, {"lost", "stolen", "zeppelin"}, french, matcher.speakers)
    assert lent is not None
    assert (lent.lender.locale, lent.text.tokens) == ("en", ("lost", "stolen"))
    assert lent.taken_from(text).tokens == ("ma", "carte", "zeppelin")
    assert lent.told == (("lost", "en"), ("stolen", "en"))


def test_words_without_spaces_are_lent_whole(matcher: Matcher) -> None:
    english = speaker_of(matcher, "en")
    chinese = speaker_of(matcher, "zh_Hans")
    card = next(word for word in chinese.stems if len(word) == 2)
    lent = borrowed(normalize(f"library {card}"), {card}, english, matcher.speakers)
    assert lent is not None
    assert lent.words == {card}


@pytest.mark.parametrize(
    ("text", "locale", "entry_id", "word"),
    [
        ("ma carte de lecteur was stolen hier soir", "fr", "lost-card", ("stolen", "en")),
        ("puis-je garder ce roman longer s'il vous plaît", "fr", "renewal", ("longer", "en")),
    ],
)
def test_who_mixes_languages_is_told_which_words_were_understood_where(
    matcher: Matcher, text: str, locale: str, entry_id: str, word: tuple[str, str]
) -> None:
    ranking = matcher.rank(normalize(text), prefer=locale)
    assert ranking.matches[0].entry_id == entry_id
    assert word in ranking.evidence.borrowed
    assert word[0] not in ranking.evidence.unknown


def test_a_borrowed_word_decides_between_entries_that_the_rest_leaves_open(assistant: Assistant) -> None:
    """In Russian words the question could be about any conference, place or number."""
    ranked = assistant.matcher.rank(normalize("Сколько people пришло на конференцию в Ухань?"), prefer="ru")
    assert ranked.matches[0].entry_id == "attendance-2025"
    assert ("people", "en") in ranked.evidence.borrowed
    silent = assistant.matcher.rank(normalize("Сколько пришло на конференцию в Ухань?"), prefer="ru")
    assert ranked.locale == silent.locale == "ru"


def test_only_a_word_that_one_language_knows_and_another_does_not_may_be_lent(matcher: Matcher) -> None:
    english, french = speaker_of(matcher, "en"), speaker_of(matcher, "fr")
    assert may_lend(english, french, normalize("carte stolen"))
    assert not may_lend(english, french, normalize("carte zeppelin"))
    assert not may_lend(english, french, normalize("horaires"))

"""What is called unaffected is heard the same, with the other languages and without them."""

from __future__ import annotations

import pytest

from bot.answering.assistant import Assistant
from bot.knowledge.loader import load_evaluation
from bot.language.normalize import normalize
from bot.matching.index import Matcher
from bot.matching.unaffected import unaffected
from tests.conftest import ROOT


@pytest.mark.parametrize("locale", ["en", "es", "ru", "zh_Hans"])
def test_what_is_called_unaffected_is_ranked_the_same_without_the_language(
    assistant: Assistant, locale: str
) -> None:
    speakers, names = assistant.matcher.speakers, assistant.matcher.names
    kept = tuple(one for one in speakers if one.locale != locale)
    changed = tuple(one for one in speakers if one.locale == locale)
    without = Matcher(kept, names)
    items, _ = load_evaluation(ROOT / "knowledge")
    asked = [(normalize(item.question), item.locale) for each in items.values() for item in each[::4]]
    same = [
        (text, prefer)
        for text, prefer in asked
        if unaffected(text, prefer, kept=kept, changed=changed, names=names)
    ]
    assert len(same) > len(asked) / 3
    for text, prefer in same:
        assert (
            assistant.matcher.hear(text, prefer=prefer).ranking()
            == without.hear(text, prefer=prefer).ranking()
        )


def test_the_user_s_own_language_and_unknown_words_are_never_unaffected(assistant: Assistant) -> None:
    speakers, names = assistant.matcher.speakers, assistant.matcher.names
    kept = tuple(one for one in speakers if one.locale != "fr")
    changed = tuple(one for one in speakers if one.locale == "fr")
    english = normalize("When was the alliance launched?")
    assert not unaffected(english, "fr", kept=kept, changed=changed, names=names)
    assert not unaffected(
        normalize("Ghbdtn xyzzy"), "en", kept=kept, changed=changed, names=names
    )  # may be another keyboard
    assert unaffected(normalize("联盟是什么时候成立的?"), "en", kept=kept, changed=changed, names=names)
    assert unaffected(normalize(""), "en", kept=kept, changed=changed, names=names)


def test_a_text_that_may_be_read_in_other_letters_is_never_unaffected(assistant: Assistant) -> None:
    speakers, names = assistant.matcher.speakers, assistant.matcher.names
    kept = tuple(one for one in speakers if one.locale != "ru")
    changed = tuple(one for one in speakers if one.locale == "ru")
    assert unaffected(normalize("When was it launched"), "en", kept=kept, changed=changed, names=names)
    assert not unaffected(normalize("launched kogda"), "en", kept=kept, changed=changed, names=names)


def test_a_text_with_a_word_of_the_other_language_is_never_unaffected(assistant: Assistant) -> None:
    speakers, names = assistant.matcher.speakers, assistant.matcher.names
    kept = tuple(one for one in speakers if one.locale != "en")
    changed = tuple(one for one in speakers if one.locale == "en")
    russian = "Сколько человек пришло на конференцию в Ухань?"
    assert unaffected(normalize(russian), "ru", kept=kept, changed=changed, names=names)
    mixed = normalize(russian.replace("человек", "people"))
    assert not unaffected(mixed, "ru", kept=kept, changed=changed, names=names)


def test_a_phrasing_of_the_other_language_is_never_unaffected_whatever_its_letters(
    assistant: Assistant,
) -> None:
    speakers, names = assistant.matcher.speakers, assistant.matcher.names
    kept = tuple(one for one in speakers if one.locale != "zh_Hans")
    changed = tuple(one for one in speakers if one.locale == "zh_Hans")
    phrasing = next(text for text in changed[0].texts if text.isascii() and text.isupper())
    assert not unaffected(normalize(phrasing), "en", kept=kept, changed=changed, names=names)

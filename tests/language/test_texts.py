import re
from collections import Counter

import pytest

from bot.language import insight_texts, page_texts, texts, word_texts
from bot.language.catalogs import load_catalogs
from bot.language.messages import compare
from bot.language.normalize import normalize
from bot.language.texts import Text
from bot.language.word_texts import ORDINAL_WORDS
from tests.conftest import ROOT

TEXTS = {
    **{name: value for name, value in vars(texts).items() if isinstance(value, Text)},
    **{name: value for name, value in vars(word_texts).items() if isinstance(value, Text)},
    **{f"insights {name}": value for name, value in vars(insight_texts).items() if isinstance(value, Text)},
    **{text.context: text for text in page_texts.PAGE_TEXTS},
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_messages_are_well_formed(text: Text) -> None:
    assert compare(text.message, text.message, "en") == ()
    assert text.message == text.message.strip()
    assert text.message


def test_contexts_are_unique() -> None:
    counts = Counter(text.context for text in TEXTS.values())
    assert [context for context, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("text", [t for t in TEXTS.values() if t.context.startswith("command.")], ids=str)
def test_descriptions_of_commands_fit_into_the_menu(text: Text) -> None:
    assert len(text.message) <= 256  # Bot API, BotCommand.description


def test_the_places_of_a_list_are_named_in_every_language() -> None:
    catalogs, _ = load_catalogs(ROOT / "locales")
    for locale in catalogs.locales:
        places = re.split("[;；؛]", catalogs.text(locale, ORDINAL_WORDS))
        words = [normalize(word).folded for place in places for word in re.split("[,，،]", place)]
        assert len(places) == 4, locale  # as many as choices are ever offered
        assert len(set(words)) == len(words), locale
        assert all(words), locale

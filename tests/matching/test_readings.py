from __future__ import annotations

import pytest

from bot.language.normalize import normalize
from bot.matching.build import Example, build_matcher
from bot.matching.index import Matcher
from tests.matching.conftest import library

SCHOOL = {
    "ru": {
        "opening-hours": ("Когда открыта библиотека?", "часы работы", "до скольки вы открыты вечером"),
        "lost-card": ("Я потерял читательский билет", "билет украли", "как заменить потерянный билет"),
        "renewal": ("Можно ли продлить книгу?", "продление срока", "хочу оставить книгу ещё на неделю"),
    },
    "ar": {
        "opening-hours": ("متى تفتح المكتبة؟", "ساعات العمل", "إلى أي ساعة تفتحون مساءً"),
        "lost-card": ("فقدت بطاقة المكتبة", "سُرقت بطاقتي", "كيف أستبدل البطاقة المفقودة"),
        "renewal": ("هل يمكن تمديد الإعارة؟", "تجديد الاستعارة", "أريد الاحتفاظ بالكتاب مدة أطول"),
    },
}


@pytest.fixture(scope="module")
def school() -> Matcher:
    examples = [
        Example(locale=locale, entry_id=entry_id, text=text)
        for locale, entries in SCHOOL.items()
        for entry_id, texts in entries.items()
        for text in texts
    ]
    return build_matcher([*library("en"), *examples])


@pytest.mark.parametrize(
    ("typed", "locale", "entry_id", "read_as"),
    [
        ("kogda otkryta biblioteka", "ru", "opening-hours", "когда открыта библиотека"),
        ("rjulf jnrhsnf ,b,kbjntrf", "ru", "opening-hours", "когда открыта библиотека"),
        ("poteryal bilet", "ru", "lost-card", "потерял билет"),
        ("mata tafta7 al maktaba", "ar", "opening-hours", "متي تفتح المكتبه"),
        ("црут вщуы еру дшикфкн щзут", "en", "opening-hours", "when does the library open"),
    ],
)
def test_wrong_letters_are_read_as_what_was_meant(
    school: Matcher, typed: str, locale: str, entry_id: str, read_as: str
) -> None:
    ranking = school.rank(normalize(typed), prefer=locale)
    assert ranking.evidence.read_as == read_as
    assert (ranking.locale, ranking.matches[0].entry_id) == (locale, entry_id)


@pytest.mark.parametrize(
    "text", ["When does the library open?", "Когда открыта библиотека?", "цены на авиабилеты"]
)
def test_what_is_written_in_its_own_letters_stays_as_it_is(school: Matcher, text: str) -> None:
    assert school.rank(normalize(text)).evidence.read_as is None


def test_two_words_are_not_heard_as_another_language_than_the_users(school: Matcher) -> None:
    assert school.rank(normalize("poteryal bilet"), prefer="en").evidence.read_as is None


def test_another_language_than_the_users_needs_more_words(school: Matcher) -> None:
    half = normalize("bilet kogda zzzz qqqq xxxx")
    assert school.rank(half, prefer="en").evidence.read_as is None

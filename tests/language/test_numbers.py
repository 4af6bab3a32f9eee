from decimal import Decimal

import pytest

from bot.language.formats import Number, format_value
from bot.language.numbers import format_number, format_share, in_words, plural_category
from tests.language.conftest import LOCALES, plain, table


@pytest.mark.parametrize(
    ("locale", "written"),
    table("15,000", "15,000", "15 000", "15.000", "15 000", "15,000", "15.000", "15.000"),
)
def test_numbers(locale: str, written: str) -> None:
    assert plain(format_value(Number(15_000), locale)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        *table(
            "36.7 billion",
            "367亿",
            "36,7 milliards",
            "36,7 mil millones",
            "36,7 миллиарда",
            "36.7 مليار",
            "36,7 bilhões",
            "36,7 Milliarden",
        ),
        ("sw", "bilioni 36.7"),
    ],
)
def test_large_round_numbers_have_a_word(locale: str, written: str) -> None:
    assert plain(format_value(Number(36_700_000_000), locale)) == written


@pytest.mark.parametrize(
    ("number", "locale", "written"),
    [
        (1_000_000, "en", "1 million"),
        (1_000_000, "fr", "1 million"),  # Babel writes "1 millions"
        (1_500_000, "fr", "1,5 million"),
        (1_000_000, "es", "1 millón"),
        (1_000_000, "de", "1 Million"),
        (1_500_000, "de", "1,5 Millionen"),
        (3_000_000, "ar", "3 ملايين"),
        (100_000_000, "zh_Hans", "1亿"),
        (1_500_000, "zh_Hans", "150万"),
        (5_000_000, "ru", "5 миллионов"),
        (1_500_000, "ru", "1,5 миллиона"),
        (2_000_000, "ru", "2 млн"),  # "более двух миллионов": the word would have to change its case
        (21_000_000, "ru", "21 млн"),
        (Decimal("2500000"), "en", "2.5 million"),
        (1_230_000, "en", "1.23 million"),
    ],
)
def test_the_word_goes_with_the_number(number: int | Decimal, locale: str, written: str) -> None:
    assert plain(in_words(number, locale) or "") == written


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "number", [0, 104, 999_999, 1_234_567, 36_712_345_678, Decimal("1000000.5"), -5_000_000, 10**15]
)
def test_a_number_that_would_lose_something_has_no_word(number: int | Decimal, locale: str) -> None:
    assert in_words(number, locale) is None
    assert format_value(Number(number), locale) == format_number(number, locale)


@pytest.mark.parametrize(
    ("number", "locale", "category"),
    [
        (36_700_000_000, "fr", "many"),
        (1_500_000, "fr", "many"),  # "1,5 million de vues", which Babel counts like 1,500,001
        (1_500_001, "fr", "other"),
        (1_500_000, "es", "many"),
        (1_500_000, "pt", "many"),
        (1_500_000, "ru", "many"),
        (36_700_000_000, "ar", "other"),
        (1_500_000, "en", "other"),
        (1, "en", "one"),
        (3, "ar", "few"),
    ],
)
def test_what_is_counted_follows_the_word(number: int, locale: str, category: str) -> None:
    assert plural_category(number, locale) == category


@pytest.mark.parametrize(
    ("locale", "written"), table("71%", "71%", "71 %", "71 %", "71 %", "71%", "71%", "71 %")
)
def test_shares_are_whole_per_cents_of_the_locale(locale: str, written: str) -> None:
    assert plain(strip_marks(format_share(0.714, locale))) == written


def strip_marks(text: str) -> str:
    return text.replace("\u200e", "").replace("\u061c", "")


@pytest.mark.parametrize(
    ("share", "written"), [(0, "0%"), (0.0001, "1%"), (0.5, "50%"), (0.9999, "99%"), (1, "100%")]
)
def test_a_share_is_none_or_all_only_when_it_is(share: float, written: str) -> None:
    assert format_share(share, "en") == written

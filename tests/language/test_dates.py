from datetime import UTC, date, datetime

import pytest

from bot.language.dates import (
    Day,
    Days,
    Month,
    Period,
    PeriodEnd,
    format_date,
    format_date_value,
    format_days,
    format_halves,
    format_moment,
    format_month,
    format_period,
    format_short_day,
)
from tests.language.conftest import LOCALES, plain, table

FEBRUARY = date(2023, 2, 13), date(2023, 2, 14)
TWO_MONTHS = date(2024, 1, 31), date(2024, 2, 2)
TWO_YEARS = date(2024, 12, 30), date(2025, 1, 2)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        *table(
            "30 January 2024",
            "2024年1月30日",
            "30 janvier 2024",
            "30 de enero de 2024",
            "30 января 2024 года",
            "30 يناير 2024",
            "30 de janeiro de 2024",
            "30. Januar 2024",
        ),
        ("en_US", "January 30, 2024"),  # English of a country is written as there
        ("en_XA", "30 January 2024"),
    ],
)
def test_days(locale: str, written: str) -> None:
    assert plain(format_date_value(Day(date(2024, 1, 30)), locale)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        *table(
            "May 2025",
            "2025年5月",
            "mai 2025",
            "mayo de 2025",
            "май 2025 года",
            "مايو 2025",
            "maio de 2025",
            "Mai 2025",
        ),
        ("uk", "травень 2025 р."),
        ("pl", "maj 2025"),
        ("cs", "květen 2025"),
    ],
)
def test_months_stand_alone(locale: str, written: str) -> None:
    assert plain(format_date_value(Month(2025, 5), locale)) == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        *table(
            "13–14 February 2023",
            "2023年2月13日至14日",
            "13–14 février 2023",
            "13–14 de febrero de 2023",
            "13–14 февраля 2023 года",
            "13–14 فبراير 2023",
            "13 – 14 de fevereiro de 2023",
            "13.–14. Februar 2023",
        ),
        ("en_US", "February 13 – 14, 2023"),
        ("fa", "13 تا 14 فوریهٔ 2023"),
    ],
)
def test_periods(locale: str, written: str) -> None:
    assert plain(format_date_value(Period(*FEBRUARY), locale)) == written


@pytest.mark.parametrize(
    ("locale", "first", "last"),
    [
        ("en", "13", "14 February 2023"),
        ("zh_Hans", "2023年2月13日", "14日"),  # the year comes first, and is said there
        ("fr", "13", "14 février 2023"),
        ("es", "13", "14 de febrero de 2023"),
        ("ru", "13", "14 февраля 2023 года"),
        ("ar", "13", "14 فبراير 2023"),
        ("pt", "13", "14 de fevereiro de 2023"),
        ("de", "13.", "14. Februar 2023"),
        ("en_US", "February 13", "14, 2023"),
        ("fa", "13", "14 فوریهٔ 2023"),
    ],
)
def test_the_halves_of_a_period_say_once_what_they_share(locale: str, first: str, last: str) -> None:
    period = Period(*FEBRUARY)
    assert plain(format_date_value(PeriodEnd(period, "first"), locale)) == first
    assert plain(format_date_value(PeriodEnd(period, "last"), locale)) == last


@pytest.mark.parametrize(
    ("days", "locale", "written", "halves"),
    [
        (TWO_MONTHS, "en", "31 January – 2 February 2024", ("31 January", "2 February 2024")),
        (TWO_MONTHS, "de", "31. Januar – 2. Februar 2024", ("31. Januar", "2. Februar 2024")),
        (TWO_MONTHS, "zh_Hans", "2024年1月31日至2月2日", ("2024年1月31日", "2月2日")),
        (TWO_YEARS, "en", "30 December 2024 – 2 January 2025", ("30 December 2024", "2 January 2025")),
        (
            TWO_YEARS,
            "ru",
            "30 декабря 2024 года – 2 января 2025 года",
            ("30 декабря 2024 года", "2 января 2025 года"),
        ),
    ],
)
def test_a_period_over_months_or_years(
    days: tuple[date, date], locale: str, written: str, halves: tuple[str, str]
) -> None:
    assert plain(format_period(*days, locale)) == written
    assert tuple(map(plain, format_halves(*days, locale))) == halves


@pytest.mark.parametrize("locale", LOCALES)
def test_the_halves_of_a_period_are_its_text_without_the_sign_between(locale: str) -> None:
    for days in (FEBRUARY, TWO_MONTHS, TWO_YEARS):
        whole = plain(format_period(*days, locale))
        first, last = map(plain, format_halves(*days, locale))
        assert whole.startswith(first)
        assert whole.endswith(last)
        assert whole[len(first) : len(whole) - len(last)].strip() in ("–", "至")


@pytest.mark.parametrize(
    ("locale", "written"),
    table(
        "16, 17 and 19 September 2022",
        "2022年9月16日、17日和19日",
        "16, 17 et 19 septembre 2022",
        "16, 17 y 19 de septiembre de 2022",
        "16, 17 и 19 сентября 2022 года",
        "16 و17 و19 سبتمبر 2022",
        "16, 17 e 19 de setembro de 2022",
        "16., 17. und 19. September 2022",
    ),
)
def test_several_days_of_a_month_name_it_once(locale: str, written: str) -> None:
    days = Days((date(2022, 9, 16), date(2022, 9, 17), date(2022, 9, 19)))
    assert plain(format_date_value(days, locale)) == written


def test_several_days_of_different_months_are_written_in_full() -> None:
    days = (date(2022, 9, 30), date(2022, 10, 2))
    assert format_days(days, "en") == "30 September 2022 and 2 October 2022"
    assert format_days(days, "fr") == "30 septembre 2022 et 2 octobre 2022"


def test_the_first_of_a_month() -> None:
    assert format_date(date(2025, 3, 1), "fr") == "1er mars 2025"
    assert format_date(date(2025, 3, 11), "fr") == "11 mars 2025"
    assert format_date(date(2025, 3, 1), "pt") == "1º de março de 2025"
    assert format_date(date(2025, 3, 1), "pt_PT") == "1 de março de 2025"
    assert format_date(date(2025, 3, 1), "es") == "1 de marzo de 2025"
    assert format_halves(date(2025, 3, 1), date(2025, 3, 3), "fr") == ("1er", "3 mars 2025")
    assert format_days((date(2025, 3, 1), date(2025, 3, 3)), "fr") == "1er et 3 mars 2025"


@pytest.mark.parametrize(
    ("locale", "written"),
    table("5 Nov", "11月5日", "5 nov.", "5 nov", "5 нояб.", "5 نوفمبر", "5 de nov.", "5. Nov."),
)
def test_short_days_have_no_year(locale: str, written: str) -> None:
    assert plain(format_short_day(date(2026, 11, 5), locale)) == written


def test_moments_are_in_utc() -> None:
    at = datetime(2024, 1, 30, 14, 5, tzinfo=UTC)
    assert format_moment(at, "en") == "30 Jan 2024 14:05 UTC"
    assert format_moment(at, "de") == "30.01.2024 14:05 UTC"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_date_ends_with_a_full_stop_that_a_sentence_would_double(locale: str) -> None:
    first, last = TWO_YEARS
    dates = (
        format_date(first, locale),
        format_month(2024, 5, locale),
        format_period(first, last, locale),
        *format_halves(first, last, locale),
        format_days((first, last), locale),
    )
    assert [written for written in dates if written.endswith((".", "。"))] == []

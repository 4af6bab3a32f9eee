from decimal import Decimal

import pytest
from bidi import get_display

from bot.language.formats import (
    Link,
    Money,
    Number,
    Phone,
    Value,
    Year,
    direction,
    format_list,
    format_value,
    isolate,
    isolate_latin,
    language_name,
    own_name,
    strip_isolates,
)
from tests.language.conftest import LOCALES, plain, table


@pytest.mark.parametrize("locale", LOCALES)
def test_years_are_plain_digits(locale: str) -> None:
    assert format_value(Year(2024), locale) == "2024"


@pytest.mark.parametrize(
    ("value", "locale", "written"),
    [
        (Money(1500, "USD"), "en", "1,500 US dollars"),
        (Money(1, "USD"), "en", "1 US dollar"),
        (Money(Decimal("2.50"), "EUR"), "fr", "2,50 euros"),
        (Money(21, "RUB"), "ru", "21 российский рубль"),
        (Money(1500, "CNY"), "zh_Hans", "1,500人民币"),
        (Number(Decimal("3.5")), "de", "3,5"),
        (Link("https://wdea.bnu.edu.cn/"), "fr", "wdea.bnu.edu.cn"),
        (Link("HTTP://example.org/a/b?c=1"), "ar", "example.org/a/b?c=1"),
        (Phone("+86 10 5880 0000"), "ar", "+86 10 5880 0000"),
    ],
)
def test_other_values(value: Value, locale: str, written: str) -> None:
    assert plain(format_value(value, locale)) == written


@pytest.mark.parametrize(
    ("locale", "items", "joined"),
    [
        ("en", ["a", "b", "c"], "a, b, and c"),
        ("fr", ["a", "b"], "a et b"),
        ("zh_Hans", ["甲", "乙", "丙"], "甲、乙和丙"),
        ("ar", ["أ", "ب"], "أ وب"),
        ("es", ["español", "inglés"], "español e inglés"),
        ("es", ["francés", "español", "\u2068Italiano\u2069"], "francés, español e \u2068Italiano\u2069"),
        ("es", ["padres", "hijos"], "padres e hijos"),
        ("es", ["agua", "hielo"], "agua y hielo"),
        ("es", ["inglés", "ruso"], "inglés y ruso"),
        ("pt", ["português", "inglês"], "português e inglês"),
        ("de", ["Deutsch", "Englisch", "Arabisch"], "Deutsch, Englisch und Arabisch"),
        ("en", ["a"], "a"),
        ("en", [], ""),
    ],
)
def test_lists(locale: str, items: list[str], joined: str) -> None:
    assert format_list(items, locale) == joined


def test_names_in_a_list_keep_to_its_direction() -> None:
    names = ["English", "العربية", "Français"]
    assert format_list(names, "ar") == "\u2068English\u2069 والعربية و\u2068Français\u2069"
    assert format_list(names, "en") == "English, \u2068العربية\u2069, and Français"
    drawn = get_display("أجيب بهذه اللغات: {}.".format(isolate(format_list(names, "ar"), "ar")))
    assert drawn.index("English") > drawn.index("Français")


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("zh", "en", "Chinese"),
        ("zh_Hans", "fr", "chinois simplifié"),
        ("zh_Hans_SG", "en", "Simplified Chinese (Singapore)"),
        ("sr_Latn", "en", "Serbian (Latin)"),
        ("uk", "ru", "украинский"),
        ("sw", "ar", "السواحلية"),
        ("pt_BR", "en", "Brazilian Portuguese"),
        ("qqq", "en", "qqq"),
    ],
)
def test_names_of_languages(code: str, locale: str, name: str) -> None:
    assert language_name(code, locale) == name


@pytest.mark.parametrize(
    ("locale", "name"),
    table("English", "简体中文", "Français", "Español", "Русский", "العربية", "Português", "Deutsch"),
)
def test_own_names_are_labels(locale: str, name: str) -> None:
    assert own_name(locale) == name


def test_own_names_do_not_use_capitals_that_a_script_has_only_for_headlines() -> None:
    assert own_name("ka") == "ქართული"


@pytest.mark.parametrize(("locale", "expected"), [("ar", "rtl"), ("fa", "rtl"), ("he", "rtl"), ("en", "ltr")])
def test_direction(locale: str, expected: str) -> None:
    assert direction(locale) == expected


@pytest.mark.parametrize(
    ("text", "locale", "isolated"),
    [
        ("WDEA", "ar", True),
        ("104", "ar", True),
        ("-157", "ar", True),
        ("30 يناير 2024", "ar", True),
        ("التحالف العالمي", "ar", False),
        ("", "ar", False),
        ("  ", "ar", False),
        ("\u2068WDEA\u2069", "ar", False),
        ("\u2068WDEA\u2069 و\u2068IBM\u2069", "ar", False),
        ("WDEA 104", "en", False),
        ("التحالف", "en", True),
        ("Alliance (التحالف)", "fr", True),
    ],
)
def test_isolates_where_directions_mix(text: str, locale: str, isolated: bool) -> None:
    assert isolate(text, locale) == (f"\u2068{text}\u2069" if isolated else text)
    assert strip_isolates(isolate(text, locale)) == strip_isolates(text)


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("a\u2069b", "\u2068ab\u2069"),  # a stray PDI would end the isolate too early
        ("a\u2067b", "\u2068ab\u2069"),
        ("\u2069a\u2068", "\u2068a\u2069"),
        ("a \u2068b\u2069", "\u2068a \u2068b\u2069\u2069"),
        ("a\u202eb", "\u2068ab\u2069"),
    ],
)
def test_an_isolated_text_cannot_break_out(text: str, isolated: str) -> None:
    assert isolate(text, "ar") == isolated


@pytest.mark.parametrize("value", ["+20 / -157", "+1 (555) 010-99", "/help"])
def test_isolated_values_are_drawn_in_their_order(value: str) -> None:
    sentence = "القيمة {} هنا"
    assert value not in get_display(sentence.format(value))
    assert value in strip_isolates(get_display(sentence.format(isolate(value, "ar"))))


def test_latin_names_and_commands_inside_a_right_to_left_text_are_isolated() -> None:
    shown = isolate_latin("انظر /help أو (UNESCO IITE).", "ar")
    assert shown == "انظر \u2068/help\u2069 أو (\u2068UNESCO IITE\u2069)."
    name = "Alliance mondiale pour l’éducation numérique"
    assert isolate_latin(f"تسميه صحف «{name}».", "ar") == f"تسميه صحف «\u2068{name}\u2069»."
    assert isolate_latin("see /help", "en") == "see /help"

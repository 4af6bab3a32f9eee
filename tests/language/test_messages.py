from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.dates import Period, PeriodEnd
from bot.language.formats import Day, Link, Month, Number, Year, strip_isolates
from bot.language.messages import (
    MessageSyntaxError,
    MessageValueError,
    compare,
    needed_categories,
    parse,
    placeholders,
)
from tests.language.conftest import plain

RUSSIAN = "{n, plural, one {# учреждение} few {# учреждения} many {# учреждений} other {# учреждения}}"
ARABIC = (
    "{n, plural, zero {لا مؤسسات} one {مؤسسة واحدة} two {مؤسستان} few {# مؤسسات} many {# مؤسسة} "
    "other {# مؤسسة كاملة}}"
)
FRENCH = "{n, plural, one {# pays} other {# pays différents}}"
CHINESE = "{n, plural, other {#个国家}}"
ENGLISH = "{n, plural, one {# member} other {# members}}"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "1 учреждение"),
        (2, "2 учреждения"),
        (5, "5 учреждений"),
        (11, "11 учреждений"),
        (21, "21 учреждение"),
        (41, "41 учреждение"),
        (104, "104 учреждения"),
        (115, "115 учреждений"),
    ],
)
def test_russian_plurals(number: int, written: str) -> None:
    assert parse(RUSSIAN).format({"n": number}, "ru") == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "لا مؤسسات"),
        (1, "مؤسسة واحدة"),
        (2, "مؤسستان"),
        (5, "5 مؤسسات"),
        (11, "11 مؤسسة"),
        (21, "21 مؤسسة"),
        (41, "41 مؤسسة"),
        (100, "100 مؤسسة كاملة"),
        (104, "104 مؤسسات"),
        (115, "115 مؤسسة"),
    ],
)
def test_arabic_plurals(number: int, written: str) -> None:
    assert parse(ARABIC).format({"n": number}, "ar") == written


@pytest.mark.parametrize(
    ("message", "locale", "number", "written"),
    [
        (FRENCH, "fr", 0, "0 pays"),
        (FRENCH, "fr", 2, "2 pays différents"),
        (FRENCH, "fr", 1_000_000, "1 000 000 pays différents"),  # `many` is not there: other
        (FRENCH, "fr", Decimal("1.5"), "1,5 pays"),
        (CHINESE, "zh_Hans", 41, "41个国家"),
        (ENGLISH, "en", 1500, "1,500 members"),
        (ENGLISH, "en", Number(1), "1 member"),
    ],
)
def test_counts_are_formatted_in_the_locale(message: str, locale: str, number: object, written: str) -> None:
    assert parse(message).format({"n": number}, locale).replace("\u202f", " ") == written


def test_several_counts_in_one_sentence() -> None:
    message = parse(
        "В альянс вошли {a, plural, one {# член} few {# члена} many {# членов} other {# члена}} из "
        "{b, plural, one {# страны} few {# стран} many {# стран} other {# страны}}."
    )
    assert message.format({"a": 104, "b": 41}, "ru") == "В альянс вошли 104 члена из 41 страны."


def test_exact_forms_win_over_categories() -> None:
    message = parse("{n, plural, =0 {nothing} =1 {} one {one} other {#}}")
    assert [message.format({"n": n}, "en") for n in (0, 1, 2)] == ["nothing", "", "2"]


def test_select_and_nesting() -> None:
    message = parse("{who, select, a {{n, plural, one {# day {x}} other {# days {x}}}} other {nobody}}")
    assert message.format({"who": "a", "n": 3, "x": "left"}, "en") == "3 days left"
    assert message.format({"who": "b"}, "en") == "nobody"


def test_values_are_formatted_by_type() -> None:
    message = parse("{day} | {month} | {year} | {n} | {link} | {text} | {dates.1}")
    values = {
        "day": Day(date(2024, 1, 30)),
        "month": Month(2024, 1),
        "year": Year(2030),
        "n": Number(15000),
        "link": Link("https://wdea.bnu.edu.cn/"),
        "text": "as it is {n}",
        "dates.1": 7,
    }
    assert message.format(values, "en") == (
        "30 January 2024 | January 2024 | 2030 | 15,000 | wdea.bnu.edu.cn | as it is {n} | 7"
    )


@pytest.mark.parametrize(
    ("locale", "message", "written"),
    [
        ("en", "{n, plural, one {# view} other {# views}}", "1.5 million views"),
        ("fr", "{n, plural, one {# vue} many {# de vues} other {# vues}}", "1,5 million de vues"),
        ("ru", "{n, plural, one {# a} few {# b} many {# просмотров} other {# c}}", "1,5 миллиона просмотров"),
        ("ar", "{n, plural, zero {#} one {#} two {#} few {#} many {#} other {# مشاهدة}}", "1.5 مليون مشاهدة"),
        ("zh_Hans", "{n, plural, other {#次}}", "150万次"),
    ],
)
def test_a_large_number_counts_as_it_is_written(locale: str, message: str, written: str) -> None:
    assert plain(parse(message).format({"n": Number(1_500_000)}, locale)) == written


def test_a_count_of_the_interface_is_written_in_figures() -> None:
    assert parse(ENGLISH).format({"n": 1_500_000}, "en") == "1,500,000 members"


def test_an_abbreviation_at_the_end_of_a_sentence_does_not_double_its_full_stop() -> None:
    day = {"day": Day(date(2024, 1, 30))}
    assert plain(parse("Це було {day}.").format(day, "uk")) == "Це було 30 січня 2024 р."
    assert plain(parse("Це було {day}, так.").format(day, "uk")) == "Це було 30 січня 2024 р., так."
    assert parse("{name}.").format({"name": "العربية."}, "en", isolate=True) == "\u2068العربية.\u2069"
    assert parse("{name}...").format({"name": "Inc."}, "en") == "Inc...."
    assert parse("{name}.").format({"name": "and so on..."}, "en") == "and so on...."


def test_a_sentence_may_write_a_period_in_two_halves() -> None:
    period = Period(date(2023, 2, 13), date(2023, 2, 14))
    values = {
        "day": period,
        "day.first": PeriodEnd(period, "first"),
        "day.last": PeriodEnd(period, "last"),
    }
    assert parse("on {day}").format(values, "en") == "on 13–14 February 2023"
    halves = parse("del {day.first} al {day.last}")
    assert halves.format(values, "es") == "del 13 al 14 de febrero de 2023"


def test_inserted_values_are_isolated_where_directions_mix() -> None:
    message = parse("انطلق {name} في {n, plural, other {# دول}}")
    written = message.format({"name": "WDEA", "n": 3}, "ar", isolate=True)
    assert written == "انطلق \u2068WDEA\u2069 في \u20683\u2069 دول"
    assert strip_isolates(written) == message.format({"name": "WDEA", "n": 3}, "ar")
    assert parse("{name} in {n}").format({"name": "Shanghai", "n": 3}, "en", isolate=True) == "Shanghai in 3"
    assert parse("by {name}").format({"name": "التحالف"}, "en", isolate=True) == "by \u2068التحالف\u2069"


def test_a_missing_value_is_named() -> None:
    with pytest.raises(MessageValueError, match=r"no value for \{n\}; there are: m"):
        parse("{n}").format({"m": 1}, "en")


@pytest.mark.parametrize("value", ["5", True, None, Day(date(2024, 1, 1))])
def test_a_plural_needs_a_number(value: object) -> None:
    with pytest.raises(MessageValueError, match="needs a number"):
        parse(ENGLISH).format({"n": value}, "en")


def test_values_of_other_types_are_refused() -> None:
    with pytest.raises(MessageValueError, match="float"):
        parse("{n}").format({"n": 1.5}, "en")


def test_placeholders_and_their_kinds() -> None:
    message = parse("{a} {b, plural, one {{c}} other {# {b}}} {d, select, x {{e}} other {}} {a}")
    assert placeholders(message) == {"a": "value", "b": "plural", "c": "value", "d": "select", "e": "value"}


@pytest.mark.parametrize(
    ("text", "offset", "reason"),
    [
        ("a {", 3, "the message ends"),
        ("a }", 2, "Unexpected"),
        ("{}", 1, "placeholder name"),
        ("{a b}", 3, "Expected"),
        ("x {1st}", 2, "not a placeholder name"),
        ("{n, plural, one {a}}", 19, "other"),
        ("{n, plural, single {a} other {b}}", 0, "single"),
        ("x {n, plural, one {a} one {b} other {c}}", 22, "twice"),
        ("{d, date, short}", 0, '"date" of {d} is not allowed'),
        ("{d, number}", 0, '"number" of {d} is not allowed'),
        ("{n, selectordinal, other {#}}", 0, "selectordinal"),
        ("{n, plural, offset:1 other {#}}", 0, "offset"),
        ("{n, plural, other {{s, select, a {#} other {}}}}", 19, "# inside"),
        ("{n, plural, other {" * 12 + "}}" * 12, 151, "recursion"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, offset: int, reason: str) -> None:
    with pytest.raises(MessageSyntaxError) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert caught.value.code == "message-syntax"
    assert reason in caught.value.reason
    assert str(caught.value).endswith(f"(character {offset + 1})")


def test_the_ascii_apostrophe_is_refused() -> None:
    with pytest.raises(MessageSyntaxError) as caught:
        parse("d'{name}")
    assert (caught.value.code, caught.value.offset) == ("ascii-apostrophe", 1)


def refusal(text: str) -> MessageSyntaxError | None:
    try:
        parse(text)
    except MessageSyntaxError as exc:
        return exc
    return None


@settings(max_examples=300, deadline=None)
@given(st.text("{}#,'=01 \nabnplursecto", max_size=40) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    fault = refusal(text)
    assert fault is None or 0 <= fault.offset <= len(text) + 1
    assert not fault or compare("", text, "en") == ((fault.code, str(fault)),)


# --- compare --------------------------------------------------------------------------------------

SOURCE = "{n, plural, one {# member joined {place}} other {# members joined {place}}} on {day}."


@pytest.mark.parametrize(
    ("source", "translation", "locale", "codes"),
    [
        (SOURCE, SOURCE, "en", []),
        (SOURCE, "{day}：{place}有{n, plural, other {#个成员}}加入。", "zh_Hans", []),
        (SOURCE, "{day}, {place}: membres – {n}.", "fr", []),
        (SOURCE, "{day}: {n}.", "fr", ["dropped-placeholder"]),
        (SOURCE, "{day} {n} {place} {where}", "fr", ["unknown-placeholder"]),
        (SOURCE, "{day} {n, plural, one {{place}} other {#}}", "fr", ["dropped-placeholder"]),
        (SOURCE, "{day} {place} {n, plural, one {#} other {#}}", "ru", ["missing-category"]),
        (SOURCE, "{day} {place} {n, plural, one {#} two {#} other {#}}", "fr", ["unknown-category"]),
        (SOURCE, "{day} {place} {n, plural, one {#} many {#} other {#}}", "fr", []),
        (SOURCE, "{place} le {day} avec l'{n}", "fr", ["ascii-apostrophe"]),
        (SOURCE, "{place} {day", "fr", ["message-syntax"]),
        (SOURCE, "{place} {day} {n, number}", "fr", ["message-syntax"]),
        (SOURCE, "{day} {place} {n, select, other {x}}", "fr", ["placeholder-kind"]),
        ("on {day}", "le {day, plural, one {a} other {b}}", "fr", ["placeholder-kind"]),
        ("{s, select, a {x} other {y}}", "{s, select, b {x} other {y}}", "fr", ["select-options"]),
        ("{s, select, a {x} other {y}}", "{s, select, a {u} other {v}}", "fr", []),
        ("on {d.days}", "du {d.days.first} au {d.days.last}", "fr", []),
        ("from {d.first} to {d.last}", "{d}", "zh_Hans", []),
        ("on {d}", "le {d.first}", "fr", ["unknown-placeholder", "dropped-placeholder"]),
        (
            "from {d.first} to {d.last} {n, plural, one {#} other {#}}",
            "{n, plural, one {{d}} other {#}}",
            "fr",
            ["dropped-placeholder"],
        ),
        ("text", "texte ", "fr", ["white-space"]),
        ("text\n", "\ttexte", "fr", ["white-space", "white-space"]),
        ("broken {", "texte {n, plural, one {} other {}}", "fr", []),
        ("broken {", "texte {", "fr", ["message-syntax"]),
    ],
)
def test_compare_finds(source: str, translation: str, locale: str, codes: list[str]) -> None:
    assert [code for code, _ in compare(source, translation, locale)] == codes


def test_compare_says_which_category_is_missing() -> None:
    faults = compare(ENGLISH, "{n, plural, one {#} other {#}}", "ar")
    assert faults == (("missing-category", "{n, plural} has no form for zero, two, few, many in ar"),)


def test_compare_looks_into_nested_plurals() -> None:
    text = "{s, select, a {{n, plural, other {#}}} other {{n, plural, one {#} other {#}}}}"
    assert [code for code, _ in compare(text, text, "en")] == ["missing-category"]


def test_an_exact_form_covers_its_category() -> None:
    arabic = "{n, plural, =0 {x} one {x} two {x} few {x} many {x} other {x}}"
    assert compare(ENGLISH, arabic, "ar") == ()


@pytest.mark.parametrize(
    ("locale", "categories"),
    [
        ("en", ("one", "other")),
        ("fr", ("one", "other")),
        ("es", ("one", "other")),
        ("pt", ("one", "other")),
        ("it", ("one", "other")),
        ("zh_Hans", ("other",)),
        ("ru", ("one", "few", "many")),
        ("pl", ("one", "few", "many")),
        ("ar", ("zero", "one", "two", "few", "many", "other")),
        ("tr", ("one", "other")),
        ("he", ("one", "two", "other")),
        ("cy", ("zero", "one", "two", "few", "many", "other")),
    ],
)
def test_needed_categories_are_those_of_0_to_200(locale: str, categories: tuple[str, ...]) -> None:
    assert needed_categories(locale) == categories

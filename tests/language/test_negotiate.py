import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.negotiate import canonical, chain, negotiate

SEVEN = ("en", "ar", "es", "fr", "pt", "ru", "zh_Hans")
MANY = ("en", "en_GB", "es", "es_419", "he", "id", "nb", "pt", "pt_PT", "sr", "sr_Latn", "zh_Hans", "zh_Hant")

TAGS = [
    # tag, its CLDR id, what seven locales offer, what many locales offer
    ("zh", "zh", "zh_Hans", "zh_Hans"),
    ("zh-hans", "zh_Hans", "zh_Hans", "zh_Hans"),
    ("zh-CN", "zh_CN", "zh_Hans", "zh_Hans"),
    ("zh-SG", "zh_SG", "zh_Hans", "zh_Hans"),
    ("zh-hant", "zh_Hant", "zh_Hans", "zh_Hant"),
    ("zh-TW", "zh_TW", "zh_Hans", "zh_Hant"),
    ("zh-HK", "zh_HK", "zh_Hans", "zh_Hant"),
    ("zh-Hant-HK", "zh_Hant_HK", "zh_Hans", "zh_Hant"),
    ("zh-yue", "yue", "zh_Hans", "zh_Hant"),
    ("pt-br", "pt_BR", "pt", "pt"),
    ("pt-PT", "pt_PT", "pt", "pt_PT"),
    ("pt-AO", "pt_AO", "pt", "pt_PT"),
    ("es-MX", "es_MX", "es", "es_419"),
    ("es-419", "es_419", "es", "es_419"),
    ("es-ES", "es_ES", "es", "es"),
    ("en-US-u-hc-h12", "en_US", "en", "en"),
    ("en-AU", "en_AU", "en", "en"),
    ("en-UK", "en_GB", "en", "en_GB"),
    ("iw", "he", None, "he"),
    ("in", "id", None, "id"),
    ("no", "no", None, "nb"),
    ("nn", "nn", None, "nb"),
    ("nb-NO", "nb_NO", None, "nb"),
    ("sr-Latn-RS", "sr_Latn_RS", None, "sr_Latn"),
    ("sr-ME", "sr_ME", None, "sr_Latn"),
    ("sr", "sr", None, "sr"),
    ("sh", "sr_Latn", None, "sr_Latn"),
    ("tl", "fil", None, None),
    ("fr_FR.UTF-8", "fr_FR", "fr", None),
    ("fr_FR@euro", "fr_FR", "fr", None),
    ("FR", "fr", "fr", None),
    ("fr-XX", "fr", "fr", None),
    ("ar-EG", "ar_EG", "ar", None),
    ("de", "de", None, None),
    ("", None, None, None),
    (None, None, None, None),
    ("xx", None, None, None),
    ("und", None, None, None),
    ("C", None, None, None),
    ("x-private", None, None, None),
    ("*", None, None, None),
    ("français", None, None, None),
    ("en" + "-x" * 100, None, None, None),
]


@pytest.mark.parametrize(("tag", "locale", "seven", "many"), TAGS)
def test_tags(tag: str | None, locale: str | None, seven: str | None, many: str | None) -> None:
    assert canonical(tag) == locale
    assert negotiate(tag, SEVEN) == seven
    assert negotiate(tag, MANY) == many


def test_a_locale_that_exists_is_chosen() -> None:
    assert [negotiate(locale, MANY) for locale in MANY] == list(MANY)


def test_the_chain_goes_from_special_to_general() -> None:
    assert chain("es_MX", ("en", "es", "es_419")) == ("es_419", "es")
    assert chain("zh-TW", ("zh_Hans", "zh_Hant", "en")) == ("zh_Hant", "zh_Hans")
    assert chain("yue", ("zh_Hans", "zh_Hant", "yue")) == ("yue", "zh_Hant", "zh_Hans")


def test_readers_of_one_script_are_served_the_other_only_where_they_read_it() -> None:
    assert chain("sr_Latn", ("sr",)) == ("sr",)
    assert chain("sr", ("sr_Latn",)) == ("sr_Latn",)
    assert chain("pa_Arab", ("pa",)) == ()
    assert chain("uz_Arab", ("uz",)) == ()


def test_another_variant_of_the_language_is_better_than_nothing() -> None:
    assert negotiate("pt-PT", ("en", "pt_BR")) == "pt_BR"
    assert negotiate("pt", ("en", "pt_BR")) == "pt_BR"


def test_available_locales_come_back_as_they_are_spelt() -> None:
    assert negotiate("zh-TW", ("en", "zh-hant")) == "zh-hant"


@settings(deadline=None)
@given(st.text(max_size=30) | st.text("abzhHTSRS-_.@419", max_size=20))
def test_no_tag_raises(tag: str) -> None:
    locale = canonical(tag)
    assert locale is None or canonical(locale) == locale
    assert negotiate(tag, SEVEN) in (*SEVEN, None)

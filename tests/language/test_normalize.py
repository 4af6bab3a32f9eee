import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.han import SIMPLIFIED
from bot.language.normalize import MAX_MARKS, clean, contains_words, normalize, scripts

FOLDS = [
    # what is typed, what it is compared as
    ("When was WDEA launched?", "when was wdea launched"),
    ("  several\n\twords \u00a0 here ", "several words here"),
    ("What’s the bot's name", "whats the bots name"),
    ("L’alliance, c'est quoi ?", "l alliance c est quoi"),
    ("Jusqu'à aujourd’hui, quelqu’un d’autre", "jusqu a aujourdhui quelqu un d autre"),
    ("dell'alleanza", "dell alleanza"),
    ("O'Brien o'zbek ng'ombe п'ять", "obrien ozbek ngombe пять"),
    ("‘quoted’ words", "quoted words"),
    ("24/7—state-of-the-art_v2", "24 7 state of the art v2"),
    ("Sao Tomé & Príncipe", "sao tome principe"),
    ("Đồng bằng sông Cửu Long", "dong bang song cuu long"),
    ("İSTANBUL IŞIK", "istanbul isik"),
    ("istanbul ışık", "istanbul isik"),
    ("Straße, Łódź, Ærø, œuvre, þing", "strasse lodz aero oeuvre thing"),
    ("Ёлка Йод", "елка иод"),
    ("Ώρα ΟΔΟΣ οδός", "ωρα οδοσ οδοσ"),
    ("متى أُسِّس التحالف؟", "متي اسس التحالف"),
    ("إلى الآن آسيا ٱلعالم", "الي الان اسيا العالم"),
    ("جامعة الرقميّة مدرســـة", "جامعه الرقميه مدرسه"),
    ("می‌شود کتاب یک", "ميشود كتاب يك"),
    ("ہے کے", "هي كي"),
    ("שָׁלוֹם צה״ל", "שלום צהל"),
    ("क्यों हिंदी?", "क्यों हिंदी"),
    ("น้ำดื่ม", "น้ําดื่ม"),
    ("বাংলা ভাষা", "বাংলা ভাষা"),
    ("١٢٣ ۴۵ १२ ๓ １２", "123 45 12 3 12"),
    ("1️⃣ ½ x²", "1 1 2 x2"),
    ("ＷＤＥＡ ﬁne Ⅷ", "wdea fine viii"),
    ("世界數字教育聯盟成立於2024年", "世界数字教育联盟成立于 2024 年"),
    ("什麼時候沿著WDEA官網", "什么时候沿着 wdea 官网"),
    ("學校はいつ？", "學校はいつ"),
    ("ｽﾀｰｼｯﾌﾟ ガ", "スターシップ ガ"),
    ("동맹은 언제?", "동맹은 언제"),
    ("<b>bold</b> &amp; more", "b bold b amp more"),
    ("🎉🎉 !!! …", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), FOLDS)
def test_folds_what_people_write_differently(text: str, folded: str) -> None:
    assert normalize(text).folded == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wann wurde die Allianz gegründet", "wann wurde die allianz gegru\u0308ndet?"),
        ("liên minh được thành lập khi nào", "lien minh duoc thanh lap khi nao"),
        ("世界数字教育联盟什么时候成立", "世界數字教育聯盟什麼時候成立"),
        ("成立于2024年", "成立於 2024 年"),
        ("quand l'alliance", "QUAND L’ALLIANCE"),
        ("اين مقر التحالف", "أينَ مقرُّ التّحالُف؟"),
        ("کی تاسیس شد", "كي تاسيس شد"),
    ],
)
def test_two_spellings_of_a_question_are_one(one: str, other: str) -> None:
    assert normalize(one).folded == normalize(other).folded


def test_a_run_of_a_dense_script_is_one_token() -> None:
    assert normalize("WDEA是什么?").tokens == ("wdea", "是什么")
    assert normalize("同盟はいつ設立されましたか").tokens == ("同盟はいつ設立されましたか",)
    assert normalize("เมื่อไหร่ WDEA").tokens == ("เมื่อไหร่", "wdea")
    assert normalize("when was it").tokens == ("when", "was", "it")


HOSTILE = {
    "bidi override": "\u202e",
    "bidi isolate": "\u2067",
    "mark": "\u200f",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "NUL": "\x00",
    "escape": "\x1b",
    "lone surrogate": "\ud800",
    "noncharacter": "\uffff",
    "private use": "\ue000",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "hangul filler": "\u3164",
    "4,000 accents": "\u0301" * 4000,
    "4,000 Thai marks": "\u0e49" * 4000,
    "4,000 mixed marks": "\u0316\u0301" * 2000,
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    "text", ["When was it launched?", "когда основан", "متى تأسس", "成立时间", "क्यों हिंदी"]
)
def test_hostile_characters_change_nothing(text: str, hostile: str) -> None:
    for place in (0, 1, 3, len(text)):
        found = normalize(text[:place] + hostile + text[place:])
        assert found.folded == normalize(text).folded
        assert hostile not in found.original


def test_clean_keeps_what_a_person_wrote() -> None:
    assert clean(" <b>Café</b>\r\n2 > 1 & “é”\u2028Ünï\tx ") == "<b>Café</b>\n2 > 1 & “é”\nÜnï x"


def test_clean_keeps_honest_marks_and_drops_floods() -> None:
    honest = "ကျွန်ုပ်တို့ हिंदी น้ำ"
    assert clean(honest) == honest
    assert clean("a" + "\u0323" * MAX_MARKS) == unicodedata.normalize("NFC", "a" + "\u0323" * MAX_MARKS)
    assert clean("a" + "\u0323" * (MAX_MARKS + 1) + "b") == "ab"
    assert clean("a" + "\U0001e944" * 5000 + "b") == "ab"  # marks outside the Basic Multilingual Plane


def test_original_is_the_cleaned_text() -> None:
    assert normalize("a\u202eb\n<i>").original == "ab\n<i>"


ALPHABET = st.one_of(
    st.characters(),
    st.sampled_from(
        "aZéßıİñ'’` \n-.٣०๓½ﷺﬁ中國国かガｶﾞー한กำิ์हिंक़ািأإىةکیے"
        "\u06e2\u0301\u0e49\u093c\u0344\u0345\u1100\u1161\u202e\u200d\u0f73\ufb2c"
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    again = normalize(once.folded)
    assert again.folded == once.folded
    assert again.tokens == once.tokens
    assert clean(once.original) == once.original


@settings(max_examples=200, deadline=None)
@given(st.text(ALPHABET, max_size=40))
def test_folded_text_is_words_and_single_spaces(text: str) -> None:
    found = normalize(text)
    assert " ".join(found.tokens) == found.folded
    assert all(c == " " or unicodedata.category(c)[0] in "LMN" for c in found.folded)


@settings(max_examples=200, deadline=None)
@given(st.text("abc éйक한中", max_size=12), st.data())
def test_invisible_characters_anywhere_change_nothing(text: str, data: st.DataObject) -> None:
    invisible = data.draw(st.lists(st.sampled_from([h for h in HOSTILE.values() if len(h) == 1]), max_size=6))
    spoilt = text
    for character in invisible:
        place = data.draw(st.integers(0, len(spoilt)))
        spoilt = spoilt[:place] + character + spoilt[place:]
    assert normalize(spoilt) == normalize(text)


def test_every_character_folds_to_a_fixed_point() -> None:
    for code in [*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x10000), *range(0x1D400, 0x1D800)]:
        folded = normalize(chr(code)).folded
        assert normalize(folded).folded == folded, hex(code)


def test_simplified_characters_are_left_alone() -> None:
    assert not SIMPLIFIED.keys() & set(SIMPLIFIED.values())
    assert len(SIMPLIFIED) > 2900
    everything = "".join(map(chr, SIMPLIFIED.values()))
    assert normalize(everything).folded == everything


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", True),
        ("是", True),
        ("क", True),
        ("2024", False),
        ("🎉", False),
        ("?!", False),
        ("\x00\u202e", False),
    ],
)
def test_contains_words_needs_a_letter(text: str, words: bool) -> None:
    assert contains_words(normalize(text)) is words


def test_scripts_counts_letters_most_frequent_first() -> None:
    assert scripts("WDEA 是什么? 123") == {"Latn": 4, "Hani": 3}
    assert list(scripts("когда was")) == ["Cyrl", "Latn"]
    assert scripts("ひらカタ漢字 한글 กขค") == {"Thai": 3, "Hang": 2, "Hani": 2, "Hira": 2, "Kana": 2}
    assert scripts("ＡＢ ۱ !") == {"Latn": 2}
    assert scripts("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "When was the alliance launched? " * 3200,
        "Когда был основан альянс? " * 4000,
        "世界數字教育聯盟成立於哪一年？" * 6700,
        "a" + "\u0301\u0316" * 50_000,
        "l'" * 50_000,
        "'" * 100_000,
        "\u202e\x00\ud800" * 33_000,
    ],
    ids=["latin", "cyrillic", "han", "marks", "elisions", "apostrophes", "hostile"],
)
def test_long_texts_fold_in_time_that_grows_with_their_length(text: str) -> None:
    normalize(text[:100])  # fill the tables
    started = time.process_time()
    normalize(text)
    assert time.process_time() - started < 0.5  # some 0.03 s; a quadratic step would take minutes


def test_latin_texts_do_not_load_the_chinese_table() -> None:
    code = (
        "import sys; from bot.language.normalize import normalize\n"
        "normalize('Où est l’été? Когда?'); assert 'bot.language.han' not in sys.modules\n"
        "normalize('聯盟'); assert 'bot.language.han' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\u0430lliance", "alliance"),
        ("W\u0421EA", "wcea"),
        ("aльянс", "альянс"),
        ("ЮНЕСКО UNESCO", "юнеско unesco"),
    ],
)
def test_look_alike_letters_of_another_script_are_undone_within_a_word(written: str, meant: str) -> None:
    assert normalize(written).folded == meant

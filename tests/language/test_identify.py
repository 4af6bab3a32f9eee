import subprocess
import sys

import pytest

from bot.language.identify import identify, language_of_script


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When was the alliance founded?", "en"),
        ("Wann wurde die Allianz gegründet?", "de"),
        ("Quando è stata fondata l'alleanza?", "it"),
        ("İttifak ne zaman kuruldu?", "tr"),
        ("गठबंधन कब शुरू हुआ?", "hi"),
        ("Muungano ulianzishwa lini?", "sw"),
        ("同盟はいつ設立されましたか", "ja"),
        ("동맹은 언제 설립되었습니까?", "ko"),
        ("Kapan aliansi itu didirikan?", "id"),
        ("Liên minh được thành lập khi nào?", "vi"),
        ("lien minh duoc thanh lap khi nao", "vi"),
        ("اتحاد چه زمانی تأسیس شد؟", "fa"),
        ("متى تأسس التحالف العالمي؟", "ar"),
        ("Коли було засновано альянс?", "uk"),
        ("Когда был основан альянс?", "ru"),
        ("พันธมิตรก่อตั้งเมื่อใด", "th"),
        ("Πότε ιδρύθηκε η συμμαχία;", "el"),
        ("מתי נוסדה הברית?", "he"),
        ("联盟是什么时候成立的？", "zh"),
        ("聯盟是什麼時候成立的？", "zh"),
        ("Når ble alliansen grunnlagt?", "nb"),
        ("Hoeveel leden heeft de alliantie?", "nl"),
        ("WDEA kaç üyesi var?", "tr"),
        ("WDEA は何ですか", "ja"),
        ("Wann wurde die Allianz gegründet? https://wdea.bnu.edu.cn/en/news @some_bot 2024", "de"),
        ("W\u200bann wurde die \u202eAllianz gegründet?", "de"),
    ],
)
def test_questions(text: str, language: str) -> None:
    assert identify(text) == language


@pytest.mark.parametrize(
    "text",
    [
        *("", "?!", "2024", "🎉", "ok", "hello", "WDEA", "Shanghai", "Quando", "когда", "Huai Jinpeng"),
        *("launch date", "Wang Hong", "World Digital Education Alliance", "Beijing Normal University"),
        *(
            "Joint Secretariat Beijing",
            "asdf qwer zxcv",
            "lol lmao",
            "WDEA members",
            "https://wdea.bnu.edu.cn",
        ),
        *("ᚠᚢᚦ ᚨᚱᚲ", "\x00\u202e", "/start launch-date", "@alliance_bot"),
    ],
)
def test_names_and_fragments_say_nothing(text: str) -> None:
    assert identify(text) is None


def test_kana_comes_before_han() -> None:
    assert identify("設立年月日の件") == "ja"
    assert identify("設立年月日") == "zh"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("when was the 联盟 launched", "en"),
        ("联盟 launch 时间是什么时候", "zh"),
        ("Когда была основана WDEA Alliance?", "ru"),
    ],
)
def test_mixed_scripts_go_by_the_weight_of_letters(text: str, language: str) -> None:
    assert identify(text) == language


def test_among_limits_the_languages() -> None:
    assert identify("Wann wurde die Allianz gegründet?", among={"de", "fr"}) == "de"
    assert identify("Wann wurde die Allianz gegründet?", among={"fr"}) is None
    assert identify("동맹은 언제", among={"fr"}) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("동맹", "ko"),
        ("同盟は", "ja"),
        ("联盟", "zh"),
        ("hello there", None),
        ("когда", None),
        ("متى", None),
        ("", None),
    ],
)
def test_a_script_of_one_language_is_enough(text: str, language: str | None) -> None:
    assert language_of_script(text) == language


def test_the_model_is_loaded_only_when_letters_are_shared_by_languages() -> None:
    code = (
        "import sys; from bot.language.identify import identify\n"
        "assert identify('동맹은 언제 설립되었습니까?') == 'ko'\n"
        "assert identify('WDEA') is None\n"
        "assert not {'py3langid', 'numpy'} & sys.modules.keys()\n"
        "identify('Wann wurde die Allianz gegründet?')\n"
        "assert 'py3langid' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0

"""What the public does with the real application: `alliance-bot preview`, in a real browser."""

from __future__ import annotations

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from bot.language.normalize import clean
from tests.browser.conftest import look, resize
from tests.browser.driving import Shot, ask, every, one, opened, press, probe, texts, wait, why

QUESTIONS = {
    "en": ("When was the alliance launched?", "30 January 2024"),
    "ar": ("متى أُطلق التحالف؟", "30 يناير 2024"),
    "zh-Hans": ("联盟是什么时候成立的？", "2024年1月30日"),
}


def test_a_newcomer_starts_and_taps_an_example(browser: Chrome, preview: str, screenshot: Shot) -> None:
    opened(browser, preview)
    screenshot(browser, "journey-welcome")
    one(browser, "#start").click()
    wait(browser, lambda b: len(every(b, ".key")) >= 4)
    screenshot(browser, "journey-start")
    press(browser, every(browser, ".key")[0].text)
    wait(browser, lambda b: every(b, ".message:not(.own) .text a"))
    screenshot(browser, "journey-example")


def test_each_language_is_answered_in_itself(browser: Chrome, preview: str, screenshot: Shot) -> None:
    opened(browser, preview)
    for lang, (question, date) in QUESTIONS.items():
        answer = ask(browser, question)
        assert date in clean(answer)
        shown = every(browser, ".message:not(.own) .text")[-1]
        assert shown.get_attribute("lang") == lang
        direction = browser.execute_script("return getComputedStyle(arguments[0]).direction", shown)
        assert direction == ("rtl" if lang == "ar" else "ltr")
        assert every(browser, ".message:not(.own)")[-1].find_elements("css selector", ".text a")
        screenshot(browser, f"journey-{lang}")
    assert "launch-date" in why(browser)
    assert probe(browser, "contrast") == []
    assert probe(browser, "overflow") == []
    screenshot(browser, "journey-why")


def test_a_vague_question_is_asked_back_and_a_choice_tapped(
    browser: Chrome, preview: str, screenshot: Shot
) -> None:
    opened(browser, preview)
    ask(browser, "alliance members")
    assert 2 <= len(every(browser, ".key")) <= 5
    screenshot(browser, "journey-choices")
    asked = why(browser)
    assert "It asked back" in asked
    assert "nearest were offered" in asked
    screenshot(browser, "journey-why-choices")
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    before = texts(browser)[-1]
    press(browser, every(browser, ".key")[0].text)
    wait(browser, lambda b: texts(b)[-1] != before)
    screenshot(browser, "journey-chosen")


def test_the_language_is_switched_by_command_and_by_the_application(
    browser: Chrome, preview: str, screenshot: Shot
) -> None:
    opened(browser, preview)
    ask(browser, "/language")
    press(browser, "Русский")
    wait(browser, lambda b: "рус" in texts(b)[-1].lower())
    answer = ask(browser, "When was the alliance launched?")
    assert "30 января 2024" in clean(answer)
    screenshot(browser, "journey-russian")
    one(browser, "#restart").click()
    wait(browser, lambda b: one(b, "#welcome").is_displayed())
    Select(one(browser, "#language")).select_by_value("fr")
    wait(browser, lambda b: texts(b, "#commands-list span")[1] == "Comment poser une question")
    assert ask(browser, "/help").startswith("Posez")


def test_what_nobody_knows_is_said_openly(browser: Chrome, preview: str) -> None:
    opened(browser, preview)
    ask(browser, "How do I bake sourdough bread?")
    assert "It said that it does not know" in why(browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_arabic_on_a_telephone(browser: Chrome, preview: str, screenshot: Shot, scheme: str) -> None:
    look(browser, scheme)
    resize(browser, 360, 740)
    opened(browser, preview)
    Select(one(browser, "#language")).select_by_value("ar")
    ask(browser, "/start")
    ask(browser, QUESTIONS["ar"][0])
    assert probe(browser, "overflow") == []
    assert probe(browser, "contrast") == []
    screenshot(browser, f"journey-arabic-telephone-{scheme}")
    one(browser, "#commands").click()
    wait(browser, lambda b: len(every(b, "[role=menuitem]")) >= 4)
    screenshot(browser, f"journey-arabic-commands-{scheme}")

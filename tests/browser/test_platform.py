"""Groups, topics, inline mode, links, edits and faults: the real application, seen in a real browser.

The ten pictures of the most important journeys are written with ALLIANCE_BOT_SCREENSHOTS=<folder>.
"""

from __future__ import annotations

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bot.language.normalize import clean
from tests.browser.conftest import resize
from tests.browser.driving import Shot, ask, every, one, probe, texts, wait
from tests.browser.places import become, begin, choose_language, fault, go, say, topic, type_inline

LANGUAGES = ("en", "ar", "zh-hans", "ru")
QUESTION = {
    "en": "When was the alliance launched?",
    "ar": "متى أُطلق التحالف؟",
    "zh-hans": "联盟是什么时候成立的？",
    "ru": "Когда был создан альянс?",
}
OTHER = {
    "en": "Where was the alliance launched?",
    "ar": "أين أُطلق التحالف؟",
    "zh-hans": "联盟在哪里成立？",
    "ru": "Где был создан альянс?",
}
VAGUE = {"en": "alliance members", "ar": "أعضاء التحالف", "zh-hans": "联盟 成员", "ru": "члены альянса"}
UNKNOWN = {
    "en": "How do I bake sourdough bread?",
    "ar": "كيف أخبز خبز العجين المخمّر؟",
    "zh-hans": "怎么做酸面包？",
    "ru": "Как испечь хлеб на закваске?",
}
NOT_KNOWN = {
    "en": "Did Liu Limin retire?",
    "ar": "هل تقاعد ليو ليمين؟",
    "zh-hans": "刘利民退休了吗？",
    "ru": "Лю Лиминь вышел на пенсию?",
}
AND = {"en": "{} And {}", "ar": "{} و{}", "zh-hans": "{}{}", "ru": "{} И {}"}
SHARE = {"en": "Share", "ar": "مشاركة", "zh-hans": "分享", "ru": "Поделиться"}
MENTION = "@alliance_preview_bot"
YEAR = "2024"


@pytest.mark.parametrize("language", LANGUAGES)
def test_private_chat(browser: Chrome, preview: str, screenshot: Shot, language: str) -> None:
    begin(browser, preview, language)
    assert YEAR in clean(ask(browser, QUESTION[language]))
    screenshot(browser, f"ten-01-answer-{language}")
    ask(browser, VAGUE[language])
    screenshot(browser, f"ten-02-clarify-{language}")
    ask(browser, UNKNOWN[language])
    screenshot(browser, f"ten-03-abstain-{language}")
    ask(browser, AND[language].format(QUESTION[language], OTHER[language]))
    screenshot(browser, f"ten-04-two-in-one-{language}")
    ask(browser, "/language")
    screenshot(browser, f"ten-05-language-{language}")
    assert probe(browser, "overflow") == []
    tall = "return document.documentElement.scrollHeight - document.documentElement.clientHeight"
    assert browser.execute_script(tall) == 0  # only the list of messages scrolls


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_with_two_people_and_a_topic(
    browser: Chrome, preview: str, screenshot: Shot, language: str
) -> None:
    begin(browser, preview, language)
    go(browser, "group")
    say(browser, QUESTION[language])
    answer = ask(browser, f"{MENTION} {QUESTION[language]}")
    assert YEAR in clean(answer)
    assert len(texts(browser)) == 1  # the first message was none of the bot's business
    screenshot(browser, f"ten-06-group-{language}")
    become(browser, "Ben")
    wait(browser, lambda b: len(every(b, ".message.own")) == 0)
    topic(browser, 1)
    wait(browser, lambda b: one(b, "#welcome").is_displayed())
    assert YEAR in clean(ask(browser, f"{MENTION} {QUESTION['en']}"))
    assert len(every(browser, ".message")) == 2
    topic(browser, 0)
    wait(browser, lambda b: len(every(b, ".message")) == 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_inline_mode(browser: Chrome, preview: str, screenshot: Shot, language: str) -> None:
    begin(browser, preview, language)
    go(browser, "outside")
    titles = type_inline(browser, QUESTION[language])
    assert titles
    screenshot(browser, f"ten-07-inline-results-{language}")
    one(browser, "#composer-text").send_keys(Keys.ARROW_DOWN, "")
    items = every(browser, "#results button")
    items[1].send_keys(Keys.ENTER)  # the first one leads to the private chat
    wait(browser, lambda b: every(b, ".message.own .via"))
    assert MENTION in one(browser, ".message.own .via").text
    assert probe(browser, "contrast") == []
    screenshot(browser, f"ten-07-inline-sent-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edited_question_changes_its_answer(
    browser: Chrome, preview: str, screenshot: Shot, language: str
) -> None:
    begin(browser, preview, language)
    before = ask(browser, QUESTION[language])
    one(browser, ".message.own [data-does=edit]").click()
    box = one(browser, "#composer-text")
    assert box.get_attribute("value") == QUESTION[language]
    browser.execute_script("arguments[0].value = arguments[1]", box, OTHER[language])
    box.send_keys(" ", Keys.BACKSPACE, Keys.ENTER)
    wait(browser, lambda b: texts(b)[0] != before)
    assert len(texts(browser)) == 1
    screenshot(browser, f"ten-08-edited-{language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_helpful_asks_why(browser: Chrome, preview: str, screenshot: Shot, language: str) -> None:
    begin(browser, preview, language)
    ask(browser, QUESTION[language])
    before = texts(browser, ".key")
    every(browser, ".key")[-1].click()  # "Not helpful"
    wait(browser, lambda b: texts(b, ".key") != before)
    screenshot(browser, f"ten-10-not-helpful-{language}")
    reasons = texts(browser, ".key")
    every(browser, ".key")[0].click()  # "Wrong"
    wait(browser, lambda b: texts(b, ".key") != reasons)
    screenshot(browser, f"ten-10-reason-{language}")
    assert len(texts(browser)) == 1  # asked in place


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_about_an_answer_is_written_as_a_reply_to_it(
    browser: Chrome, preview: str, screenshot: Shot, language: str
) -> None:
    begin(browser, preview, language)
    ask(browser, QUESTION[language])
    before = texts(browser, ".key")
    every(browser, ".key")[-1].click()  # "Not helpful"
    wait(browser, lambda b: texts(b, ".key") != before)
    reasons = texts(browser, ".key")
    every(browser, ".key")[1].click()  # "Out of date"
    wait(browser, lambda b: texts(b, ".key") != reasons)
    every(browser, ".message:not(.own) [data-does=reply]")[-1].click()
    thanks = ask(browser, "2025")
    assert YEAR not in thanks
    assert "?" not in thanks
    screenshot(browser, f"line-{language}")
    assert probe(browser, "overflow") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_shared_and_its_link_copied(
    browser: Chrome, preview: str, screenshot: Shot, language: str
) -> None:
    begin(browser, preview, language)
    ask(browser, QUESTION[language])
    before = texts(browser, ".key")
    shares = next(at for at, key in enumerate(every(browser, ".key")) if key.text == SHARE[language])
    every(browser, ".key")[shares].click()
    wait(browser, lambda b: texts(b, ".key") != before)
    screenshot(browser, f"share-{language}")
    send, copy = every(browser, ".key")[:2]
    copy.click()
    box, link = one(browser, "#composer-text"), "https://t.me/alliance_preview_bot?start=launch-date"
    box.send_keys(Keys.CONTROL, "v")
    wait(browser, lambda b: box.get_attribute("value") == link)
    box.clear()
    send.click()
    wait(browser, lambda b: link in str(box.get_attribute("value")))
    assert len(texts(browser)) == 1  # nothing was sent without the person


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_into_a_group_opens_the_answer_there(browser: Chrome, preview: str, language: str) -> None:
    begin(browser, preview, language)
    one(browser, "#link").click()
    wait(browser, lambda b: one(b, "#link-panel").is_displayed())
    one(browser, "#link-text").send_keys("t.me/alliance_preview_bot?startgroup=launch-date", Keys.ENTER)
    wait(browser, lambda b: any(YEAR in clean(text) for text in texts(b)))
    assert texts(browser, ".message.own .text")[-1].startswith("/start@alliance_preview_bot launch-date")


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_work_through_the_questions_that_wait(
    browser: Chrome, unused_preview: str, screenshot: Shot, language: str
) -> None:
    begin(browser, unused_preview, language)
    ask(browser, NOT_KNOWN[language])
    become(browser, "Ben")  # who is of the staff
    choose_language(browser, language)
    ask(browser, NOT_KNOWN[language])
    shown = ask(browser, "/review")
    assert NOT_KNOWN[language] in clean(shown)
    screenshot(browser, f"review-{language}")
    every(browser, ".message:last-child .key")[0].click()  # "Add to …"
    wait(browser, lambda b: texts(b)[-1] != shown)
    screenshot(browser, f"review-pressed-{language}")
    assert probe(browser, "overflow") == []


def test_whoever_blocks_the_bot_gets_nothing_and_later_everything_new(browser: Chrome, preview: str) -> None:
    begin(browser, preview)
    fault(browser, "blocked")
    say(browser, QUESTION["en"])
    one(browser, "#trouble-off").click()
    wait(browser, lambda b: not one(b, "#trouble-line").is_displayed())
    assert YEAR in clean(ask(browser, QUESTION["en"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_open_in_the_emulation(browser: Chrome, preview: str, screenshot: Shot, language: str) -> None:
    begin(browser, preview, language)
    go(browser, "group")
    one(browser, "#link").click()
    wait(browser, lambda b: one(b, "#link-panel").is_displayed())
    field = one(browser, "#link-text")
    field.send_keys("https://example.org/", Keys.ENTER)
    wait(browser, lambda b: one(b, "#link-wrong").text)
    field.clear()
    field.send_keys("t.me/alliance_preview_bot?start=launch-date", Keys.ENTER)
    wait(browser, lambda b: YEAR in clean(texts(b)[-1]))
    assert texts(browser, ".message.own .text") == ["/start launch-date"]
    screenshot(browser, f"ten-09-link-{language}")
    begin(browser, preview, language)
    browser.get(f"{preview}?start=launch-date")
    wait(browser, lambda b: YEAR in clean(texts(b)[-1]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_are_shown_and_pass(browser: Chrome, preview: str, screenshot: Shot, language: str) -> None:
    begin(browser, preview, language)
    fault(browser, "busy", amount=1)
    try:
        assert "429" in one(browser, "#trouble-text").text
        before = one(browser, "#trouble-text").text
        say(browser, QUESTION[language])
        wait(browser, lambda b: one(b, "#trouble-text").text != before)
        assert texts(browser) == []
        screenshot(browser, f"fault-{language}")
        assert probe(browser, "contrast") == []
    finally:
        one(browser, "#trouble-off").click()
    wait(browser, lambda b: not one(b, "#trouble-line").is_displayed())
    wait(browser, lambda b: YEAR in clean(texts(b)[-1]))


@pytest.mark.parametrize("kind", ["slow", "down", "cut"])
def test_a_fault_ends_after_its_calls(browser: Chrome, preview: str, kind: str) -> None:
    begin(browser, preview)
    fault(browser, kind, amount=300 if kind == "slow" else None, times=1)
    say(browser, QUESTION["en"])
    wait(browser, lambda b: not one(b, "#trouble-line").is_displayed())
    wait(browser, lambda b: YEAR in clean(texts(b)[-1]))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_fits_on_a_telephone(
    browser: Chrome, preview: str, screenshot: Shot, language: str
) -> None:
    resize(browser, 360, 740)
    begin(browser, preview, language)
    direction = browser.execute_script("return getComputedStyle(document.body).direction")
    assert direction == ("rtl" if language == "ar" else "ltr")
    go(browser, "group")
    ask(browser, f"{MENTION} {QUESTION[language]}")
    for name in ("overflow", "targets", "contrast"):
        assert probe(browser, name) == []
    screenshot(browser, f"telephone-group-{language}")
    one(browser, "#trouble").click()
    wait(browser, lambda b: one(b, "#trouble-panel").is_displayed())
    assert probe(browser, "overflow") == []
    screenshot(browser, f"telephone-faults-{language}")
    browser.find_element(By.ID, "trouble-close").click()

"""The chat page in a real browser, with a scripted bot behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser.conftest import Served, look, resize
from tests.browser.driving import Shot, ask, one, opened, probe, texts, wait
from tests.browser.scripted import ANSWERS, TOPICS


def test_asks_in_three_languages_and_shows_each_in_its_direction(
    browser: Chrome, served: Served, screenshot: Shot
) -> None:
    opened(browser, served.url)
    screenshot(browser, "page-welcome")
    for locale, (question, _answer) in ANSWERS.items():
        ask(browser, question)
        text = browser.find_elements(By.CSS_SELECTOR, ".message:not(.own) .text")[-1]
        assert text.get_attribute("lang") == locale.replace("_", "-")
        style = "return getComputedStyle(arguments[0]).direction"
        assert browser.execute_script(style, text) == ("rtl" if locale == "ar" else "ltr")
    screenshot(browser, "page-three-languages")
    link = browser.find_elements(By.CSS_SELECTOR, ".message:not(.own) .text a")[0]
    assert link.get_attribute("href") == "https://en.moe.gov.cn/news/"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert (
        browser.find_elements(By.CSS_SELECTOR, ".message:not(.own) .text strong")[0].text == "30 January 2024"
    )


def test_a_button_edits_its_message_in_place(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    one(browser, "#start").click()
    key = wait(
        browser, lambda b: next(k for k in b.find_elements(By.CSS_SELECTOR, ".key") if k.text == TOPICS[1])
    )
    key.click()
    wait(browser, lambda b: "30 January 2024" in texts(b)[0])
    assert len(texts(browser)) == 1
    assert [k.text for k in browser.find_elements(By.CSS_SELECTOR, ".key")] == ["Back"]
    assert wait(browser, lambda b: one(b, "#toast").text == "Here it is")
    assert "edited" in one(browser, ".message:not(.own) .meta").text


def test_an_alert_waits_to_be_read(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    one(browser, "#start").click()
    wait(
        browser, lambda b: next(k for k in b.find_elements(By.CSS_SELECTOR, ".key") if k.text == TOPICS[2])
    ).click()
    wait(browser, lambda b: one(b, "#alert").is_displayed())
    assert one(browser, "#alert-text").text == "Not known yet"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait(browser, lambda b: not one(b, "#alert").is_displayed())
    url_key = browser.find_elements(By.CSS_SELECTOR, "a.key")[0]
    assert url_key.get_attribute("href") == "https://example.org/"


def test_the_drawer_says_why(browser: Chrome, served: Served, screenshot: Shot) -> None:
    opened(browser, served.url)
    ask(browser, ANSWERS["en"][0])
    wait(browser, lambda b: b.find_elements(By.XPATH, "//button[.='Why this answer?']"))[-1].click()
    body = wait(browser, lambda b: one(b, "#why-body") if one(b, "#why").is_displayed() else None)
    for said in (
        "93%",
        "72%",
        "launch-date",
        "lanuched → launched",
        "zebra",
        "surely written in it",
        "3f9a1c20e4b7",
    ):
        assert said in body.text
    assert len(body.find_elements(By.CSS_SELECTOR, ".match")) == 5
    bar = browser.execute_script(
        "const bar = document.querySelector('.gauge i');"
        "return bar.getBoundingClientRect().width / bar.parentNode.getBoundingClientRect().width"
    )
    assert bar == pytest.approx(0.93, abs=0.01)
    screenshot(browser, "page-why-wide")
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait(browser, lambda b: not one(b, "#why").is_displayed())
    assert browser.switch_to.active_element.text == "Why this answer?"


def test_the_drawer_speaks_the_language_of_the_page(
    browser: Chrome, served: Served, screenshot: Shot
) -> None:
    opened(browser, served.url)
    ask(browser, ANSWERS["en"][0])
    Select(one(browser, "#language")).select_by_value("ar")
    wait(browser, lambda b: b.execute_script("return document.documentElement.dir") == "rtl")
    wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "[data-does=why]"))[-1].click()
    body = wait(browser, lambda b: one(b, "#why-body") if one(b, "#why").is_displayed() else None)
    assert browser.execute_script("return getComputedStyle(arguments[0]).direction", body) == "rtl"
    assert "أجاب البوت" in body.text
    assert "الإنجليزية" in body.text
    assert "why_" not in body.text
    assert probe(browser, "overflow") == []
    screenshot(browser, "page-why-ar")
    Select(one(browser, "#language")).select_by_value("fr")
    wait(browser, lambda b: "Le bot a répondu" in one(b, "#why-body").text)


def test_an_edited_question_reaches_the_bot(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    ask(browser, "When was the zebra launched?")
    one(browser, ".message.own .quiet").click()
    box = one(browser, "#composer-text")
    assert box.get_attribute("value") == "When was the zebra launched?"
    box.clear()
    box.send_keys("And now?", Keys.ENTER)
    wait(browser, lambda b: texts(b, ".message.own .text") == ["And now?"])
    wait(browser, lambda b: texts(b)[-1].endswith(": And now?"))


def test_the_commands_follow_the_applications_language(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    Select(one(browser, "#language")).select_by_value("fr")
    wait(browser, lambda b: texts(b, "#commands-list span") == ["Comment demander"])
    Select(one(browser, "#language")).select_by_value("de")
    wait(browser, lambda b: texts(b, "#commands-list span") == ["How to ask", "Start"])
    names = [option.text for option in Select(one(browser, "#language")).options]
    assert names[0] == "English"
    assert any("العربية" in name for name in names)
    assert {"", "de", "hi", "zh-hans"} <= {
        o.get_attribute("value") for o in Select(one(browser, "#language")).options
    }


def test_everything_works_with_the_keyboard_alone(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the message box"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "composer-text"
    browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB)
    commands = browser.switch_to.active_element
    assert commands.get_attribute("id") == "commands"
    commands.send_keys(Keys.ENTER)
    wait(browser, lambda b: b.switch_to.active_element.get_attribute("role") == "menuitem")
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert "/start" in browser.switch_to.active_element.text
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    wait(browser, lambda b: len(texts(b)) == 1)
    assert browser.switch_to.active_element.get_attribute("id") == "composer-text"


def test_names_and_roles_for_a_screen_reader(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    ask(browser, ANSWERS["en"][0])
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    shown = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree
        if not node.get("ignored") and "role" in node
    ]
    for role, name in (
        ("log", "Conversation"), ("textbox", "Your message"), ("button", "Send"), ("button", "Commands"),
        ("button", "New conversation"), ("combobox", "Your app’s language"), ("button", "Why this answer?"),
    ):  # fmt: skip
        assert (role, name) in shown
    assert any(role == "article" and name.startswith("Alliance Bot, ") for role, name in shown)
    nameless = [
        node for node in shown if node[0] in {"button", "link", "combobox", "textbox"} and not node[1]
    ]
    assert nameless == []
    assert one(browser, "#log").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(browser: Chrome, served: Served, screenshot: Shot, scheme: str) -> None:
    look(browser, scheme)
    opened(browser, served.url)
    assert probe(browser, "contrast") == []
    one(browser, "#start").click()
    wait(browser, lambda b: texts(b))
    for question, _answer in ANSWERS.values():
        ask(browser, question)
    ask(browser, "Is the zebra a member?")
    one(browser, "#commands").click()
    assert probe(browser, "contrast") == []
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait(browser, lambda b: b.find_elements(By.XPATH, "//button[.='Why this answer?']"))[-1].click()
    wait(browser, lambda b: one(b, "#why").is_displayed())
    assert probe(browser, "contrast") == []
    screenshot(browser, f"page-{scheme}")


def test_the_theme_can_be_switched_and_is_remembered(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    paper = "return getComputedStyle(document.body).backgroundColor"
    light = browser.execute_script(paper)
    one(browser, "#theme").click()
    assert one(browser, "#theme").get_attribute("aria-pressed") == "true"
    assert browser.execute_script(paper) != light
    browser.refresh()
    wait(browser, lambda b: one(b, "#theme").get_attribute("aria-pressed") == "true")
    look(browser, "dark")
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    wait(browser, lambda b: one(b, "#theme").get_attribute("aria-pressed") == "true")
    one(browser, "#theme").click()
    assert browser.execute_script(paper) == light


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_cut_off_at_any_width(
    browser: Chrome, served: Served, screenshot: Shot, width: int
) -> None:
    resize(browser, width, 740)
    opened(browser, served.url)
    one(browser, "#start").click()
    wait(browser, lambda b: texts(b))
    for question, _answer in ANSWERS.values():
        ask(browser, question)
    ask(browser, "W" * 200)
    assert probe(browser, "overflow") == []
    assert probe(browser, "targets") == []
    screenshot(browser, f"page-{width}")
    wait(browser, lambda b: b.find_elements(By.XPATH, "//button[.='Why this answer?']"))[-1].click()
    wait(browser, lambda b: one(b, "#why").is_displayed())
    assert probe(browser, "overflow") == []
    screenshot(browser, f"page-why-{width}")


def test_less_motion_is_respected(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    ask(browser, "hello")
    moving = "return getComputedStyle(document.querySelector('.message')).animationName"
    assert browser.execute_script(moving) == "none"
    look(browser, "light", motion="no-preference")
    assert browser.execute_script(moving) == "rise"


def test_typing_is_shown_until_the_answer(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    served.bot.pause = 0.8
    try:
        box = one(browser, "#composer-text")
        box.send_keys("hello", Keys.ENTER)
        wait(browser, lambda b: one(b, "#typing").is_displayed())
        assert one(browser, "#typing-text").text == "Alliance Bot is typing…"
        wait(browser, lambda b: texts(b))
        assert not one(browser, "#typing").is_displayed()
    finally:
        served.bot.pause = 0.0


def test_a_conversation_survives_reloading_until_a_new_one_begins(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    ask(browser, "hello")
    browser.refresh()
    wait(browser, lambda b: len(texts(b)) == 1)
    one(browser, "#restart").click()
    wait(browser, lambda b: one(b, "#welcome").is_displayed())
    assert texts(browser) == []


def test_markup_in_a_message_stays_text(browser: Chrome, served: Served) -> None:
    opened(browser, served.url)
    ask(browser, "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;")
    assert texts(browser)[-1].endswith(": <img src=x onerror=alert(1)><script>alert(2)</script>&amp;")
    assert browser.find_elements(By.CSS_SELECTOR, "#log img, #log script") == []


@pytest.mark.parametrize("letters", ["Aaß", "联盟教育何时", "متىأطلقف", "Жы", "नमस"])
def test_glyphs_are_really_drawn(browser: Chrome, served: Served, letters: str) -> None:
    opened(browser, served.url)
    *drawn, missing = probe(browser, "glyphs", letters)
    assert missing not in drawn
    assert len(set(drawn)) == len(letters)
    assert all(set(picture.split(",")) != {"0"} for picture in drawn)


def test_the_whole_browser_talks_to_this_machine_only(
    start_browser: Callable[..., Chrome], served: Served, tmp_path: Path
) -> None:
    record = tmp_path / "net.json"
    browser = start_browser(f"--log-net-log={record}")
    try:
        opened(browser, served.url)
        ask(browser, ANSWERS["en"][0])
    finally:
        browser.quit()
    # The browser would like to call home; its resolver knows no name, so what counts is who was connected to.
    recorded = json.loads(record.read_text())
    names = {number: name for name, number in recorded["constants"]["logEventTypes"].items()}
    events = [(names[event["type"]], event.get("params", {})) for event in recorded["events"]]
    tried = {
        params["address"] for name, params in events if name == "TCP_CONNECT_ATTEMPT" and "address" in params
    }
    assert {address.rpartition(":")[0] for address in tried} == {"127.0.0.1"}
    assert not [name for name, _ in events if name in {"UDP_BYTES_SENT", "HOST_RESOLVER_DNS_TASK"}]

"""What a person does with the page's chats, people and panels."""

from __future__ import annotations

from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser.driving import every, one, texts, wait

KINDS = ("private", "group", "outside")  # in the order of the list


def begin(browser: Chrome, url: str, language: str = "en") -> None:
    """Open the page with nothing remembered, and set the application's language."""
    browser.get(url)
    browser.execute_script("sessionStorage.clear()")
    browser.get(url)
    wait(browser, lambda b: one(b, "#welcome").is_displayed() and every(b, "#where option"))
    choose_language(browser, language)


def choose_language(browser: Chrome, language: str) -> None:
    """Set the language of the application of the person who is acted."""
    Select(one(browser, "#language")).select_by_value(language)
    start = "zh-Hans" if language.startswith("zh") else language
    wait(browser, lambda b: b.execute_script("return document.documentElement.lang") == start)


def go(browser: Chrome, kind: str) -> None:
    """Look at another chat."""
    Select(one(browser, "#where")).select_by_index(KINDS.index(kind))


def become(browser: Chrome, name: str) -> None:
    """Write as somebody else from now on."""
    select = Select(one(browser, "#who"))
    select.select_by_index(next(i for i, option in enumerate(select.options) if option.text.startswith(name)))


def topic(browser: Chrome, index: int) -> None:
    """Look at another topic of the forum; 0 is the General one."""
    Select(one(browser, "#topic")).select_by_index(index)


def say(browser: Chrome, text: str) -> None:
    """Send a message without waiting for an answer."""
    before = len(texts(browser, ".message.own .text"))
    box = one(browser, "#composer-text")
    browser.execute_script("arguments[0].value = arguments[1]", box, text)
    box.send_keys(" ", Keys.BACKSPACE, Keys.ENTER)
    wait(browser, lambda b: len(texts(b, ".message.own .text")) > before)


def type_inline(browser: Chrome, question: str) -> list[str]:
    """Type a question after the bot's name and return the titles of what is offered."""
    box = one(browser, "#composer-text")
    text = f"@alliance_preview_bot {question}"
    script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input')); arguments[0].focus()"
    browser.execute_script(script, box, text)
    wait(browser, lambda b: one(b, "#results").is_displayed() and every(b, "#results b"))
    return texts(browser, "#results b")


def fault(browser: Chrome, kind: str, amount: int | None = None, times: int | None = None) -> None:
    """Switch a fault on."""
    one(browser, "#trouble").click()
    wait(browser, lambda b: one(b, "#trouble-panel").is_displayed())
    Select(one(browser, "#trouble-kind")).select_by_value(kind)
    for name, value in (("amount", amount), ("times", times)):
        if value is not None:
            field = one(browser, f"#trouble-{name}")
            field.clear()
            field.send_keys(str(value))
    one(browser, "#trouble-form .primary").click()
    wait(browser, lambda b: one(b, "#trouble-line").is_displayed())

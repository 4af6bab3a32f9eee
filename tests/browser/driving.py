"""What a person's hands and eyes do in the browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PROBES = Path(__file__).with_name("probes")
Shot = Callable[[Chrome, str], Path]


# What looking for something raises while the page is still being built or redrawn.
NOT_YET = (NoSuchElementException, StaleElementReferenceException, IndexError, StopIteration)


def wait(browser: Chrome, found: Callable[[Chrome], Any]) -> Any:
    """Wait until something is there."""
    return WebDriverWait(browser, 15, poll_frequency=0.05, ignored_exceptions=NOT_YET).until(found)


def one(browser: Chrome, selector: str) -> WebElement:
    """Find one element, waiting for it."""
    found: WebElement = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, selector))
    return found


def every(browser: Chrome, selector: str) -> list[WebElement]:
    """Find all elements that are there now."""
    return browser.find_elements(By.CSS_SELECTOR, selector)


def texts(browser: Chrome, selector: str = ".message:not(.own) .text") -> list[str]:
    """Read texts, the bot's messages unless told otherwise."""
    script = "return [...document.querySelectorAll(arguments[0])].map(node => node.textContent)"
    found: list[str] = browser.execute_script(script, selector)
    return found


def opened(browser: Chrome, url: str) -> None:
    """Open the page and wait until it is connected."""
    browser.get(url)
    wait(browser, lambda b: one(b, "#status").text == "Local preview" and one(b, "#welcome").is_displayed())


def ask(browser: Chrome, text: str) -> str:
    """Type a question, send it with Enter and return the bot's next message."""
    before = len(texts(browser))
    box = one(browser, "#composer-text")
    browser.execute_script(
        "arguments[0].value = arguments[1]", box, text
    )  # drivers cannot type all of Unicode
    box.send_keys(" ", Keys.BACKSPACE, Keys.ENTER)
    wait(browser, lambda b: len(texts(b)) > before)
    return texts(browser)[-1]


def press(browser: Chrome, label: str) -> None:
    """Press the last button under a message that has this label."""
    keys = wait(browser, lambda b: [key for key in every(b, ".key") if key.text == label])
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", keys[-1])
    keys[-1].click()


def why(browser: Chrome) -> str:
    """Open the drawer of the last explained answer and read it."""
    buttons = wait(browser, lambda b: b.find_elements(By.XPATH, "//button[.='Why this answer?']"))
    buttons[-1].click()
    wait(browser, lambda b: one(b, "#why").is_displayed())
    return one(browser, "#why-body").text


def probe(browser: Chrome, name: str, *arguments: object) -> list[str]:
    """Run one of the probes and return what it found."""
    found: list[str] = browser.execute_script((PROBES / f"{name}.js").read_text("utf-8"), *arguments)
    return found

"""The report on what people asked, opened and printed in a real browser.

Pictures of it are written with ALLIANCE_BOT_SCREENSHOTS=<folder>.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from selenium.webdriver import Chrome

from bot.answering.assistant import Assistant
from bot.staff.figures import Due, Insights, Period, Stale, Unanswered
from bot.staff.insight_page import report_page
from bot.staff.insights import insights
from tests.browser.conftest import log, resize
from tests.browser.driving import Shot, every, one, probe, texts, wait
from tests.staff.records import november

LOCALES = ("en", "ar", "ru", "zh_Hans", "fr", "es", "pt")
PAGES: dict[str, str] = {}


class Pages(BaseHTTPRequestHandler):
    """Serves the pages that a test has put there."""

    def do_GET(self) -> None:
        content = PAGES.get(self.path, "").encode()
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def figures(assistant: Assistant) -> Insights:
    """A month in which there is something to show everywhere."""
    records, votes = november()
    today = date(2026, 12, 1)
    clusters = (
        Unanswered(
            text="How can my school apply for the next conference, and until when?",
            locale="en",
            questions=9,
            people=7,
        ),
        Unanswered(text="كيف يمكن لمدرستي الانضمام إلى التحالف (WDEA)؟", locale="ar", questions=4, people=4),
        Unanswered(text="我们学校怎么报名？", locale="zh_Hans", questions=3, people=3),
    )
    period = Period(first=date(2026, 11, 1), last=date(2026, 11, 30))
    found = insights(records, votes, assistant, period=period, today=today, clusters=clusters)
    due = tuple(
        Due(entry_id=entry_id, review_by=date(2026, 11, day))
        for entry_id, day in (("launch-date", 2), ("members-count", 21), ("launch-place", 28))
    )
    stale = (
        Stale(locale="fr", current=560, ages=(4, 2, 1, 3, 1), missing=2),
        Stale(locale="ar", current=569, ages=(1, 0, 0, 0, 0), missing=0),
    )
    return replace(found, due=due, stale=stale)


@pytest.fixture(scope="module")
def show(assistant: Assistant, figures: Insights) -> Iterator[Callable[[Chrome, str], None]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def opened(browser: Chrome, locale: str) -> None:
        PAGES[f"/{locale}"] = report_page(figures, assistant, locale)
        browser.get(f"http://127.0.0.1:{server.server_port}/{locale}")

    yield opened
    server.shutdown()
    server.server_close()


def whole(browser: Chrome, width: int) -> None:
    """Make the window as high as the page."""
    resize(browser, width, 800)
    height = browser.execute_script("return document.documentElement.scrollHeight")
    resize(browser, width, height)


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_overlaps_overflows_or_fades(
    browser: Chrome, show: Callable[[Chrome, str], None], screenshot: Shot, locale: str
) -> None:
    show(browser, locale)
    for width in (1280, 390):
        whole(browser, width)
        screenshot(browser, f"insights-{locale}-{width}")
        assert probe(browser, "charts") == []
    for summary in every(browser, "summary"):
        summary.click()
    assert probe(browser, "charts") == []
    assert probe(browser, "contrast") == []


def test_it_asks_nobody_for_anything(browser: Chrome, show: Callable[[Chrome, str], None]) -> None:
    show(browser, "en")
    sent = [
        entry for entry in log(browser, "performance") if '"Network.requestWillBeSent"' in entry["message"]
    ]
    asked = [entry for entry in sent if '"url":"data:' not in entry["message"]]
    assert len(asked) == 1
    assert every(browser, "script, link[rel=stylesheet], img, iframe, object") == []


def test_arabic_letters_are_text_that_runs_from_the_right(
    browser: Chrome, show: Callable[[Chrome, str], None]
) -> None:
    show(browser, "ar")
    whole(browser, 1280)
    assert browser.execute_script("return document.documentElement.dir") == "rtl"
    assert "جميع اللغات" in texts(browser, "figure text")
    assert every(browser, "figure path") == []
    label, figure = browser.execute_script(
        "return [...document.querySelector('figure > svg').querySelectorAll('text')].slice(0, 2)"
        ".map(node => node.getBoundingClientRect().right)"
    )
    assert label > figure  # a row begins at the right
    first, last = browser.execute_script(
        "const bars = document.querySelectorAll('figure > svg')[0].querySelectorAll('rect');"
        "return [bars[0].getBoundingClientRect().x, bars[10].getBoundingClientRect().x]"
    )
    assert first > last  # and so does time


def test_a_table_opens_behind_each_chart(browser: Chrome, show: Callable[[Chrome, str], None]) -> None:
    show(browser, "en")
    assert len(every(browser, "figure > svg")) == len(every(browser, "details")) == 11
    assert not one(browser, "details table").is_displayed()
    one(browser, "summary").click()
    wait(browser, lambda b: one(b, "details table").is_displayed())
    assert len(texts(browser, "details:first-of-type tbody tr")) > 20


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_it_prints_its_charts_and_the_tables_that_are_open(
    browser: Chrome, show: Callable[[Chrome, str], None], screenshot: Shot, locale: str
) -> None:
    show(browser, locale)
    every(browser, "summary")[1].click()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    whole(browser, 680)
    screenshot(browser, f"insights-{locale}-print")
    assert probe(browser, "charts") == []
    shown = [details.is_displayed() for details in every(browser, "details")]
    assert shown == [place == 1 for place in range(11)]
    printed = browser.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False}
    )
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

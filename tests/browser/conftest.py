"""A real Chromium, driven through its own driver, that can reach nothing but this machine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from bot.language.catalogs import load_catalogs
from bot.preview.botapi import BotApi
from bot.preview.page import Page
from tests.browser.scripted import ScriptedBot
from tests.conftest import ROOT

LOCALES = ("en", "ar", "de", "es", "fr", "pt", "ru", "zh_Hans")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--lang=en", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider,AutofillServerCommunication",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def driver_path() -> str:
    """Where the driver is; nothing is ever downloaded."""
    found = os.environ.get("ALLIANCE_BOT_CHROMEDRIVER") or shutil.which("chromedriver")
    if not found:
        pytest.skip("no chromedriver: install it, or name it in ALLIANCE_BOT_CHROMEDRIVER")
    return found


@pytest.fixture(scope="session")
def start_browser(driver_path: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Chrome]:
    """Start a browser with a profile of its own; the caller quits it."""

    def start(*flags: str) -> Chrome:
        options = ChromeOptions()
        binary = shutil.which("chromium") or shutil.which("google-chrome")
        if binary:
            options.binary_location = binary
        profile = tmp_path_factory.mktemp("profile")
        for flag in (*FLAGS, f"--user-data-dir={profile}", *flags):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        return Chrome(options=options, service=Service(executable_path=driver_path))

    return start


@pytest.fixture(scope="session")
def shared_browser(start_browser: Callable[..., Chrome]) -> Iterator[Chrome]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        browser = start_browser()
        yield browser
        browser.quit()


@pytest.fixture
def browser(shared_browser: Chrome) -> Iterator[Chrome]:
    """A wide window with nothing remembered, in the light theme."""
    shared_browser.set_window_rect(width=1200, height=860)
    shared_browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    look(shared_browser, "light")
    log(shared_browser, "performance")
    log(shared_browser, "browser")
    yield shared_browser
    _nothing_went_wrong(shared_browser)
    if shared_browser.current_url.startswith("http"):
        shared_browser.execute_script("sessionStorage.clear(); localStorage.clear()")
    shared_browser.get("about:blank")


def _nothing_went_wrong(browser: Chrome) -> None:
    """See that there was no error on the console, and no request that left this machine."""
    assert [entry for entry in log(browser, "browser") if entry["level"] == "SEVERE"] == []
    events = [json.loads(entry["message"])["message"] for entry in log(browser, "performance")]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    urls = [urlsplit(params["request"]["url"]) for params in sent]
    hosts = {url.hostname for url in urls if url.scheme != "data"}
    assert hosts <= {"127.0.0.1"}


def log(browser: Chrome, kind: str) -> list[dict[str, str]]:
    """Return what was logged since the last look, and forget it."""
    read: Callable[[str], list[dict[str, str]]] = browser.get_log  # the library leaves it without types
    return read(kind)


def look(browser: Chrome, scheme: str, *, motion: str = "reduce") -> None:
    """Let the system prefer light or dark, and less motion or not."""
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": motion},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def resize(browser: Chrome, width: int, height: int) -> None:
    """Give the page exactly this size, smaller than a window can be."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


@pytest.fixture(scope="session")
def screenshot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Chrome, str], Path]:
    """Save what is seen, to be looked at (ALLIANCE_BOT_SCREENSHOTS names the folder)."""
    named = os.environ.get("ALLIANCE_BOT_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def save(browser: Chrome, name: str) -> Path:
        path = folder / f"{name}.png"
        assert browser.save_screenshot(str(path))
        return path

    return save


class Served:
    """The page with the scripted bot behind it, on a free port of this machine."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    async def _run(self) -> None:
        self.api = BotApi("1:browser", seed=5)
        page = Page(self.api, LOCALES, load_catalogs(ROOT / "locales")[0])
        self.bot = ScriptedBot(self.api, page)
        self.loop = asyncio.get_running_loop()
        config = uvicorn.Config(page.app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        polling = asyncio.create_task(self.bot.run())
        self.ready.set()
        await self.server.serve(sockets=[self.socket])
        polling.cancel()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.api.close)
        self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    server = Served()
    server.thread.start()
    server.ready.wait(10)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def preview(cache_dir: Path) -> Iterator[str]:
    """The command itself, in a process of its own; ready when it says so."""
    with previewing(cache_dir) as address:
        yield address


@pytest.fixture
def unused_preview(cache_dir: Path) -> Iterator[str]:
    """The same for one test alone: only in the first pages that are opened somebody is of the staff."""
    with previewing(cache_dir) as address:
        yield address


@contextmanager
def previewing(cache_dir: Path) -> Iterator[str]:
    """Run the command and give the address of its page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "preview", "--port", str(port)]
    environment = {**os.environ, "ALLIANCE_BOT_CACHE_DIR": str(cache_dir), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = iter(process.stderr.readline, "")
        lines = []
        for line in said:
            lines.append(line)
            if "is ready" in line:
                break
        assert lines, process.wait(10)
        assert "is ready" in lines[-1], lines
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0

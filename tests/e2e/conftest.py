"""A running instance and a real browser: the server in threads, letters over a real SMTP socket."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from app.config import ROOT, Settings
from app.db import set_writing
from tests.smtp_server import Sink, free_port, smtp_server

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Violations only: describing every element that is all right takes twice as long as the checks.
AXE_RUN = """tags => axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']
}).then(found => found.violations)"""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium from the system, or Playwright's own where that is installed."""
    installed = next((path for path in CHROMIUM if Path(path).exists()), None)
    browser = playwright.chromium.launch(executable_path=installed, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, sink: Sink) -> Settings:
    """The server listens on a free port, and letters carry that address."""
    port = free_port()
    return replace(settings, mail_url=sink.url, public_url=f"http://127.0.0.1:{port}", port=port)


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[str]:
    """The application served on a socket; gives its address. Forms keep their CSRF protection."""
    app.config["WTF_CSRF_ENABLED"] = True
    set_writing(False)  # the test's own reading must not hold the write lock
    web = make_server("127.0.0.1", settings.port, app, threaded=True)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    yield settings.public_url
    web.shutdown()
    thread.join()
    web.server_close()


OpenPage = Callable[..., Page]


@contextmanager
def opened(
    browser: Browser, *, width: int = 360, javascript: bool = True, locale: str = "zh-CN"
) -> Iterator[Page]:
    """A fresh browser profile with one page."""
    height = PHONE["height"] if width <= PHONE["width"] else DESK["height"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=javascript, locale=locale
    )
    page = context.new_page()
    try:
        yield page
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule and the elements concerned."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(AXE_RUN, AXE_TAGS)
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width

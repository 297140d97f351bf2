"""A running instance and a real browser: the server in threads, letters over a real SMTP socket."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from app.config import Settings
from app.db import set_writing
from tests.e2e.browsing import PATIENCE_MS
from tests.e2e.installation import Installation, installed
from tests.servers import free_port
from tests.smtp_server import Sink, smtp_server

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
POLL_SECONDS = 0.02  # how soon a server notices that it is to stop
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium from the system, or Playwright's own where that is installed."""
    installed = next((path for path in CHROMIUM if Path(path).exists()), None)
    browser = playwright.chromium.launch(executable_path=installed, args=list(QUIET))
    expect.set_options(timeout=PATIENCE_MS)
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
    thread = threading.Thread(target=web.serve_forever, args=[POLL_SECONDS])
    thread.start()
    yield settings.public_url
    web.shutdown()
    thread.join()
    web.server_close()


@pytest.fixture(scope="module")
def installation(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One server and one database for all tests of a module; each test invites its own people."""
    folder = tmp_path_factory.mktemp("installation")
    database = folder / "test.sqlite"
    shutil.copy(migrated_sqlite, database)
    with installed(database, folder) as running:
        yield running

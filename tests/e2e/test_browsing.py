"""Browser tests judge a page only when it stands."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.e2e.browsing import faults, follow, opened, sideways
from tests.servers import free_port

HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
FIRST_PAGE = f"{HEAD}<main><h1>First</h1><a href=/next>Next</a></main>"
STYLED_LATE = f"""{HEAD}<style>p {{ width: 2000px }}</style>
<link rel=stylesheet href=/late.css><main><h1>Next</h1><p>Wide until the stylesheet is there"""
LATE_SECONDS = 0.3
POLL_SECONDS = 0.02


@pytest.fixture
def site() -> Iterator[str]:
    """Two pages; the stylesheet of the second one comes late."""
    app = Flask(__name__)
    app.add_url_rule("/", "first", lambda: FIRST_PAGE)
    app.add_url_rule("/next", "next", lambda: STYLED_LATE)
    app.add_url_rule("/late.css", "late", late_stylesheet)
    web = make_server("127.0.0.1", free_port(), app, threaded=True)
    thread = threading.Thread(target=web.serve_forever, args=[POLL_SECONDS])
    thread.start()
    yield f"http://127.0.0.1:{web.server_port}"
    web.shutdown()
    thread.join()
    web.server_close()


def late_stylesheet() -> Response:
    time.sleep(LATE_SECONDS)
    return Response("p { width: 10px }", mimetype="text/css")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_page_is_followed_until_its_stylesheets_are_there(
    browser: Browser, site: str, javascript: bool
) -> None:
    with opened(browser, javascript=javascript) as page:
        page.goto(site)
        follow(page.locator("a"))
        width = page.evaluate("() => document.documentElement.scrollWidth")

    assert width == 360


@pytest.mark.browser
def test_a_look_waits_for_the_stylesheets_of_a_page_that_just_begins(
    browser: Browser, site: str
) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/next", wait_until="commit")
        too_wide = sideways(page)
        page.goto(f"{site}/next", wait_until="commit")
        found = faults(page, 360)

    assert too_wide == 0
    assert found == []


@pytest.mark.browser
def test_a_page_that_fits_a_desk_only_is_too_wide_for_a_phone(browser: Browser) -> None:
    with opened(browser) as page:
        page.set_content(f"{HEAD}<main><h1>Wide</h1><p style='width: 500px'>wide</main>")
        found = faults(page, 360, 1280, 320)

    assert [line.split(" is ")[1] for line in found] == [
        "148 px too wide at 360 px",
        "188 px too wide at 320 px",
    ]


def test_every_click_says_whether_it_leads_to_another_page() -> None:
    bare = re.compile(r"\.(?:dbl)?click\(")

    clicking = {
        file.name
        for file in Path(__file__).parent.glob("*.py")
        if bare.search(file.read_text(encoding="utf-8"))
    }

    assert clicking == {"browsing.py"}

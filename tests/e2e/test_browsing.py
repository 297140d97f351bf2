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

from tests.e2e.browsing import faults, follow, opened, sideways, wait_until_saved
from tests.e2e.keyboard import Keyboard
from tests.servers import free_port

HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
RING = "<style>:focus { outline: 3px solid }</style>"
FIRST_PAGE = f"{HEAD}<main><h1>First</h1><a href=/next>Next</a></main>"
STYLED_LATE = f"""{HEAD}<style>p {{ width: 2000px }}</style>
<link rel=stylesheet href=/late.css><main><h1>Next</h1><p>Wide until the stylesheet is there"""
FOCUSED_LATE = f"""{HEAD}{RING}<main><h1>Next</h1>
<button autofocus disabled>Asks for the focus</button>
<script>
setTimeout(() => {{
  const button = document.querySelector("button"); button.disabled = false; button.focus();
}}, 300)
</script>"""
SAVED_EARLY = f"""{HEAD}<main><h1>Form</h1><p id=state>Saved</p>
<script>
function answer() {{
  sessionStorage.setItem("unsent-1", "an answer");
  setTimeout(() => {{ document.title = "Sent"; sessionStorage.removeItem("unsent-1"); }}, 300);
}}
</script>"""
LATE_SECONDS = 0.3
POLL_SECONDS = 0.02


@pytest.fixture
def site() -> Iterator[str]:
    """Pages of which one gets its stylesheet late, one its focus, and one sends late."""
    app = Flask(__name__)
    app.add_url_rule("/", "first", lambda: FIRST_PAGE)
    app.add_url_rule("/asking", "asking", lambda: RING + FIRST_PAGE.replace("/next", "/focused"))
    app.add_url_rule("/focused", "focused", lambda: FOCUSED_LATE)
    app.add_url_rule("/saving", "saving", lambda: SAVED_EARLY)
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
def test_keys_go_on_when_a_page_has_put_the_focus_where_it_wants_it(
    browser: Browser, site: str
) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/asking")
        keys = Keyboard(page)
        keys.tab_to(tag="a")
        keys.follow()
        stop = keys.here()

    assert stop is not None
    assert stop.text == "Asks for the focus"


@pytest.mark.browser
def test_a_form_is_saved_when_nothing_waits_to_be_sent_whatever_it_says(
    browser: Browser, site: str
) -> None:
    with opened(browser) as page:
        page.goto(f"{site}/saving")
        page.evaluate("() => answer()")
        wait_until_saved(page)
        title = page.title()

    assert title == "Sent"


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
    assert files_with(r"\.(?:dbl)?click\(") == {"browsing.py"}


def test_nobody_believes_the_words_of_a_form_that_all_is_saved() -> None:
    assert files_with(r"#state\"\)\)\.to_have_text\(") == {"browsing.py"}


def files_with(pattern: str) -> set[str]:
    """The files of browser tests in which this is found."""
    return {
        file.name
        for file in Path(__file__).parent.glob("*.py")
        if re.search(pattern, file.read_text(encoding="utf-8"))
    }

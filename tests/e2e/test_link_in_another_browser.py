"""A forwarded link in a round that asks for codes: two browsers, and every byte each is sent."""

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.db import db
from tests.codes import TYPED, code_in, strict_scene
from tests.e2e.browsing import (
    PHONE,
    faults,
    follow,
    follow_twice,
    new_profile,
    tap,
    wait_until_saved,
)
from tests.e2e.company import deliver
from tests.smtp_server import Sink

pytestmark = pytest.mark.browser

INSIDE = ("/r", "/r/p/1", "/r/p/2", "/r/compare/1", "/r/check", "/r/done", "/r/p/1/relation")
ANSWER = re.compile(rb'<input type="?radio[^>]* checked|"a-[^"]+": ?"\d"')
EITHER = pytest.mark.parametrize("javascript", [True, False], ids=["JavaScript", "plain"])
# As somebody would who writes the first cookie by hand: the refusal of a form carries a token.
SAVE = """async ([request, name]) => {
    const send = (place, fields) =>
        fetch(place, {method: 'POST', body: new URLSearchParams(fields)});
    const refused = await (await send('/r/p/1', {request, [name]: '5'})).text();
    const csrf_token = refused.match(/name="csrf_token" value="([^"]+)"/)[1];
    const sent = await send('/r/p/1', {request, csrf_token, [name]: '5', action: 'save'});
    const saved = await send('/r/p/1/save', {request, csrf_token, [name]: '5', revision: '0'});
    return [sent.status, saved.status];
}"""


class Recorder:
    """Keeps every byte that the server sends, by the name of the browser, as it was before gzip."""

    def __init__(self, served: Any) -> None:
        self.served = served
        self.sent: dict[str, list[bytes]] = defaultdict(list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        packed: list[bool] = []

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            packed.append(("Content-Encoding", "gzip") in headers)
            self.sent[environ.get("HTTP_USER_AGENT", "")].append(repr(headers).encode())
            return start_response(status, headers, *rest)

        body = b"".join(self.served(environ, started))
        plain = gzip.decompress(body) if packed[-1] and body else body
        self.sent[environ.get("HTTP_USER_AGENT", "")].append(plain)
        return [body]

    def answers(self, name: str) -> list[str]:
        """What of the reviewer's answers went to a browser; empty when not a byte did."""
        every = b"\n".join(self.sent[name])
        return [found.decode() for found in ANSWER.findall(every)] + [TYPED] * (
            TYPED.encode() in every
        )

    def forget(self) -> None:
        self.sent.clear()


@dataclass(frozen=True, kw_only=True)
class Forwarded:
    """A reviewer's link that several browsers have, with the server and what it sends."""

    app: Flask
    site: str
    sink: Sink
    recorder: Recorder
    token: str
    request_id: int

    @property
    def link(self) -> str:
        return f"{self.site}/i/{self.token}"

    def mailed_code(self) -> str:
        """Let the worker send what is due, and read the mailbox."""
        deliver(self.app)
        return code_in(self.sink.received)


@pytest.fixture
def forwarded(app: Flask, server: str, sink: Sink) -> Forwarded:
    scene = strict_scene()
    request_id = scene.requests[0].id
    db.session.rollback()
    app.wsgi_app = recorder = Recorder(app.wsgi_app)  # type: ignore[method-assign]
    return Forwarded(
        app=app,
        site=server,
        sink=sink,
        recorder=recorder,
        token=scene.token,
        request_id=request_id,
    )


@contextmanager
def profile(browser: Browser, name: str, *, javascript: bool = True) -> Iterator[BrowserContext]:
    """A browser that the server knows by its name."""
    context = browser.new_context(
        viewport=PHONE, user_agent=name, java_script_enabled=javascript, locale="en"
    )
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()


def press_start(page: Page, link: str) -> None:
    page.goto(link)
    follow(page.locator("form[action$='/start'] button"))


def fill_in_a_draft(page: Page, link: str) -> None:
    """Two answers and a comment, saved by the page itself."""
    press_start(page, link)
    follow(page.locator("a.button").first)
    for number in (1, 2):
        tap(page.locator(f"#q{number} label").nth(1))
    page.locator("textarea").first.fill(TYPED)
    wait_until_saved(page)


def look_everywhere(page: Page, site: str) -> set[int]:
    """Statuses of every page inside, by its address, back and loaded again."""
    statuses = set()
    for place in INSIDE:
        for answer in (page.goto(f"{site}{place}"), page.reload()):
            assert answer is not None
            statuses.add(answer.status)
    page.go_back()
    return statuses


def enter_code(page: Page, code: str) -> None:
    page.locator("#code").fill(code)
    follow(page.locator("form[action$='/code'] button"))


@EITHER
def test_not_a_byte_of_a_draft_reaches_another_browser_without_the_code(
    browser: Browser, forwarded: Forwarded, javascript: bool
) -> None:
    site, link, recorder = forwarded.site, forwarded.link, forwarded.recorder
    with profile(browser, "A") as own, profile(browser, "B", javascript=javascript) as other:
        fill_in_a_draft(first := own.new_page(), link)
        look_everywhere(first, site)
        assert len(recorder.answers("A")) > 2
        page = other.new_page()

        press_start(page, link)
        expect(page.locator("#code")).to_be_visible()
        page.reload()
        page.go_back()
        page.go_forward()
        statuses = look_everywhere(page, site)
        other.add_cookies([{"name": "review", "value": forwarded.token, "url": site}])
        statuses |= look_everywhere(page, site)
        saved = page.evaluate(SAVE, [str(forwarded.request_id), "a-any"])
        press_start(page, link)
        enter_code(page, "000000")
        expect(page.locator("#code-error")).to_be_visible()
        assert (statuses, saved) == ({403}, [403, 403])
        assert recorder.answers("B") == []

        enter_code(page, forwarded.mailed_code())
        follow(page.locator("a.button").first)
        expect(page.locator("textarea").first).to_have_value(TYPED)
        expect(page.locator("#q1 input").nth(1)).to_be_checked()

        for number in (1, 2):
            page.goto(f"{site}/r/p/{number}")
            follow(page.locator("button[value=submit]"))
            follow(page.locator("button[value=submit_anyway]"))
        recorder.forget()
        for each in (page, first):
            look_everywhere(each, site)
            each.goto(link)
        assert (recorder.answers("A"), recorder.answers("B")) == ([], [])


def test_a_second_press_in_a_hurry_asks_for_no_code_and_spoils_none(
    browser: Browser, forwarded: Forwarded
) -> None:
    with profile(browser, "A") as own, profile(browser, "B") as other:
        page = own.new_page()
        page.goto(forwarded.link)
        follow_twice(page.locator("form[action$='/start'] button"))
        expect(page.locator("a.button").first).to_be_visible()
        press_start(page := other.new_page(), forwarded.link)
        page.locator("#code").fill(forwarded.mailed_code())
        follow_twice(page.locator("form[action$='/code'] button"))
        expect(page.locator("a.button").first).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "heading"),
    [("zh-CN", "请输入邮件中的验证码"), ("en", "Enter the code from your mail")],
)
def test_the_page_for_a_code_suits_everybody(
    browser: Browser, forwarded: Forwarded, locale: str, heading: str
) -> None:
    forwarded.app.test_client().post(f"/i/{forwarded.token}/start")
    context = new_profile(browser, locale=locale)
    page = context.new_page()
    page.goto(f"{forwarded.link}/code?lang={locale[:2]}")
    found = faults(page, 320, 1280)
    press_start(page, forwarded.link)
    found += faults(page, 320, 1280)
    enter_code(page, "000000")
    found += faults(page, 320, 1280)
    shown = page.locator("h1").text_content()
    context.close()

    assert found == []
    assert shown == heading

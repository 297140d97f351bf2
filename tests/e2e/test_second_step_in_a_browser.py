"""Two-step sign-in in a real browser, in both languages, with and without scripts."""

import pytest
from playwright.sync_api import Browser, Page

from app.auth.models import Role
from app.db import db
from tests.e2e.browsing import faults, follow, opened
from tests.factories import PASSWORD, make_account
from tests.second_steps import CODE_PAGE, PAGE, code_now

WIDTHS = (320, 360, 1280)


def send(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    follow(page.locator("main form .btn-primary").first)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_somebody_sets_it_up_and_signs_in_with_it(server: str, browser: Browser, lang: str) -> None:
    account = make_account(role=Role.HR, locale=lang, email="wang.xiaoming@firm.example")
    db.session.commit()

    found: list[str] = []
    locale = {"zh": "zh-CN", "en": "en-GB"}[lang]
    with opened(browser, locale=locale) as page:
        page.goto(f"{server}/sign-in?lang={lang}")
        send(page, email=account.email, password=PASSWORD)
        follow(page.locator(f"footer a[href='{PAGE}']"))
        found += faults(page, *WIDTHS)
        secret = (page.locator(".second-step-secret").text_content() or "").replace(" ", "")
        send(page, code="000", password=PASSWORD)
        found += faults(page, *WIDTHS)
        send(page, code=code_now(secret), password=PASSWORD)
        found += faults(page, *WIDTHS)
        codes = page.locator(".recovery-codes li").all_text_contents()
        follow(page.locator("main a.btn-primary"))
        page.goto(server + PAGE)
        found += faults(page, *WIDTHS)
        follow(page.locator("header form button"))
        send(page, email=account.email, password=PASSWORD)
        found += faults(page, *WIDTHS)
        at_code = page.url
        send(page, code="000000")
        found += faults(page, *WIDTHS)
        send(page, code=codes[0])
        found += faults(page, *WIDTHS)

        assert at_code == server + CODE_PAGE
        assert page.url == f"{server}/hr"
        assert len(codes) == 8
        assert found == []


@pytest.mark.browser
def test_no_scripts_are_needed_for_it(server: str, browser: Browser) -> None:
    account = make_account(role=Role.HR)
    db.session.commit()

    with opened(browser, javascript=False) as page:
        page.goto(f"{server}/sign-in")
        send(page, email=account.email, password=PASSWORD)
        page.goto(server + PAGE)
        secret = (page.locator(".second-step-secret").text_content() or "").replace(" ", "")
        send(page, code=code_now(secret), password=PASSWORD)
        follow(page.locator("header form button"))
        send(page, email=account.email, password=PASSWORD)
        send(page, code=code_now(secret, later=1))  # the other one has been used

        assert page.url == f"{server}/hr"

"""The pages before sign-in, in a real browser."""

import pytest
from playwright.sync_api import Browser

from app.auth.models import Role
from app.db import db
from tests.e2e.browsing import faults, follow, opened
from tests.factories import PASSWORD, make_account

PAGES = ("/sign-in", "/forgot", "/set-password/x", "/nowhere", "/r/nowhere")
WIDTHS = (360, 1280)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_before_sign_in_are_accessible(server: str, browser: Browser, lang: str) -> None:
    found: list[str] = []
    with opened(browser) as page:
        for path in PAGES:
            page.goto(f"{server}{path}?lang={lang}")
            found += faults(page, *WIDTHS)

    assert found == []


@pytest.mark.browser
def test_somebody_in_hr_signs_in_and_out(server: str, browser: Browser) -> None:
    account = make_account(role=Role.HR)
    db.session.commit()

    with opened(browser, width=1280, locale="en-GB") as page:
        page.goto(f"{server}/sign-in")
        page.get_by_label("E-mail").fill(account.email)
        page.get_by_label("Password").fill(PASSWORD)
        follow(page.get_by_role("button", name="Sign in"))
        signed_in_at = page.url
        follow(page.get_by_role("button", name="Sign out"))

        assert signed_in_at.endswith("/hr")
        assert page.url.endswith("/sign-in")

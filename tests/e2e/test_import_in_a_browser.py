"""HR brings a workbook in, in a real browser: wrong file, corrected file, list of people."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.auth.models import Account, Role
from app.db import db
from app.workbooks.sample import write_sample
from tests.e2e.browsing import faults, follow, opened
from tests.factories import PASSWORD, make_account
from tests.workbook_files import PEOPLE, RELATIONS, make_workbook, person, relation

WIDTHS = (360, 1280)


@pytest.fixture
def hr() -> Account:
    account = make_account(role=Role.HR)
    db.session.commit()
    return account


@pytest.fixture
def wrong_file(tmp_path: Path) -> Path:
    path = tmp_path / "人员 2026.xlsx"
    path.write_bytes(
        make_workbook(
            people=[*PEOPLE, person("５", "", manager_number="1O", email="A@firm.example")],
            relations=[*RELATIONS, relation("2", "1", "朋友")],
        )
    )
    return path


@pytest.fixture
def right_file(tmp_path: Path) -> Path:
    path = tmp_path / "sample.xlsx"
    path.write_bytes(write_sample(people=20))
    return path


def sign_in(page: Page, server: str, hr: Account, lang: str) -> None:
    page.goto(f"{server}/sign-in?lang={lang}")
    page.locator("#email").fill(hr.email)
    page.locator("#password").fill(PASSWORD)
    follow(page.locator("main button"))


def upload(page: Page, server: str, file: Path) -> None:
    page.goto(f"{server}/hr/import")
    page.locator("input[type=file]").set_input_files(file)
    follow(page.locator("main form button"))


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_the_import_is_accessible(
    *,
    server: str,
    browser: Browser,
    hr: Account,
    wrong_file: Path,
    right_file: Path,
    lang: str,
) -> None:
    found: list[str] = []
    with opened(browser) as page:
        sign_in(page, server, hr, lang)
        page.goto(f"{server}/hr/people")
        found += faults(page, *WIDTHS)
        page.goto(f"{server}/hr/import")
        follow(page.locator("main form button"))
        found += faults(page, *WIDTHS)
        upload(page, server, wrong_file)
        assert page.locator(".note-error").count() == 1
        found += faults(page, *WIDTHS)
        upload(page, server, right_file)
        found += faults(page, *WIDTHS)
        follow(page.locator("main form button"))
        assert page.url.endswith("/hr/people")
        found += faults(page, *WIDTHS)
        page.locator("main form input[name=q]").fill("nobody at all")
        follow(page.locator("main form button"))
        found += faults(page, *WIDTHS)

    assert found == []


@pytest.mark.browser
def test_the_import_needs_no_javascript(
    server: str, browser: Browser, hr: Account, right_file: Path
) -> None:
    with opened(browser, width=1280, javascript=False) as page:
        sign_in(page, server, hr, "en")
        upload(page, server, right_file)
        assert "Ready to import" in page.locator("main").inner_text()
        follow(page.locator("main form button"))

        assert "Imported:" in page.locator("main").inner_text()
        assert page.locator("tbody tr").count() == 50

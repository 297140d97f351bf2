"""A filter that opens a letter's links in a whole browser leaves no trace either."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.config import Settings
from app.db import db
from app.mail.opting_out import opt_out_link
from tests.dumps import everything
from tests.e2e.browsing import opened
from tests.e2e.company import deliver, launch_company, mailed_link
from tests.smtp_server import Sink

MILLISECONDS = 10_000  # how long a filter lets a page's script run


@pytest.mark.browser
@pytest.mark.usefixtures("server")
def test_ten_seconds_of_script_behind_a_link_change_nothing(
    browser: Browser, app: object, settings: Settings, sink: Sink, tmp_path: Path
) -> None:
    company = launch_company(settings)
    deliver(app)
    link = mailed_link(sink, company.customer)
    opt_out = opt_out_link(str(company.customer.email), settings)
    db.session.rollback()
    before = everything(tmp_path / "test.sqlite")

    with opened(browser) as page:
        for address in (link, f"{link}/decline", f"{link}/not-me"):
            page.clock.install()
            page.goto(address)
            page.clock.run_for(MILLISECONDS)
        page.goto(opt_out)
        page.clock.run_for(MILLISECONDS)
        page.wait_for_load_state("networkidle")
        cookies = page.context.cookies()

    assert cookies == []
    assert everything(tmp_path / "test.sqlite") == before

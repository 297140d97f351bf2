"""Where a deadline is shown with its day, hour and zone, a narrow phone still shows all of it."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.auth.models import Account, Role
from app.db import db, set_writing
from app.people.models import Person
from tests.e2e.browsing import faults, follow, opened
from tests.factories import PASSWORD, make_account
from tests.rounds import launch, make_team

pytestmark = pytest.mark.browser


def addresses_while_collected() -> dict[str, str]:
    """A round that collects; gives the pages that name its deadline, with who reads them."""
    set_writing(True)
    team = make_team(members=2)
    launch(team.cycle)
    hr = make_account(role=Role.HR).email
    found = {
        "/me": account_of(team.members[0]).email,
        "/m": account_of(team.director).email,
        f"/hr/c/{team.cycle.id}/ratings": hr,
        f"/hr/c/{team.cycle.id}/close": hr,
    }
    db.session.commit()
    set_writing(False)
    return found


def account_of(person: Person) -> Account:
    account = make_account()
    person.account_id = account.id
    return account


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_of_a_round_that_collects_fit_a_narrow_phone(
    app: Flask, server: str, browser: Browser, lang: str
) -> None:
    found = []
    with opened(browser) as page:
        for path, reader in addresses_while_collected().items():
            page.context.clear_cookies()
            page.goto(f"{server}/sign-in")
            page.fill("input[name=email]", reader)
            page.fill("input[name=password]", PASSWORD)
            follow(page.locator("main button"))
            page.goto(f"{server}{path}?lang={lang}")
            assert "24:00" in page.inner_text("main")
            found += faults(page, 320, 360)

    assert found == []

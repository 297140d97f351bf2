"""The pages of records and plans in a real browser: for everybody's eyes, and saving by itself."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.auth.models import Account
from app.db import db, set_writing
from tests.e2e.browsing import faults, follow, opened
from tests.factories import PASSWORD
from tests.record_world import Talk, freeze, make_talk, write_both_parts

pytestmark = pytest.mark.browser


def enter(page: Page, server: str, account: Account) -> None:
    page.context.clear_cookies()
    page.goto(f"{server}/sign-in")
    page.fill("input[name=email]", account.email)
    page.fill("input[name=password]", PASSWORD)
    follow(page.locator("main button"))


def written(app: Flask, *, is_frozen: bool) -> Talk:
    """A shared record, or a frozen one; the browser finds the database free to write."""
    set_writing(True)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    talk = make_talk()
    write_both_parts(client, talk)
    if is_frozen:
        assert freeze(client, talk) == 302
    app.config["WTF_CSRF_ENABLED"] = True
    db.session.rollback()
    set_writing(False)
    return talk


@pytest.mark.parametrize("is_frozen", [False, True])
@pytest.mark.parametrize("look", [(360, "zh"), (1280, "en")])
def test_every_page_of_a_record_is_accessible_and_fits(
    app: Flask, server: str, browser: Browser, is_frozen: bool, look: tuple[int, str]
) -> None:
    width, lang = look
    talk = written(app, is_frozen=is_frozen)
    pid = talk.participant_id
    pages = [
        (talk.manager, [talk.page, f"/m/p/{pid}/plan"]),
        (talk.employee, [talk.own_page, "/me/record", "/me/plan"]),
        (talk.hr, ["/hr/interviews", f"/hr/interviews/{pid}"]),
    ]
    found = []
    with opened(browser, width=width) as page:
        for account, paths in pages:
            enter(page, server, account)
            for path in paths:
                page.goto(f"{server}{path}?lang={lang}")
                found += faults(page, width)

    assert found == []


def test_a_record_saves_itself_while_the_manager_writes(
    app: Flask, server: str, browser: Browser
) -> None:
    talk = written(app, is_frozen=False)
    with opened(browser, width=1280) as page:
        enter(page, server, talk.manager)
        page.goto(server + talk.page)
        page.fill("#training", "写到一半的培训需求")
        page.wait_for_selector("#save-state:text-is('已保存。')")
        page.fill("#differing_views", "第二次改动")
        follow(page.locator("button[value=save]"))
        page.wait_for_selector(".note-done")

    db.session.rollback()  # this side still looks at the database as it was
    part = talk.interview.manager_part
    assert (part["training"], part["differing_views"]) == ("写到一半的培训需求", "第二次改动")


def test_a_record_is_saved_and_answered_without_javascript(
    app: Flask, server: str, browser: Browser
) -> None:
    talk = written(app, is_frozen=True)
    with opened(browser, width=360, javascript=False) as page:
        enter(page, server, talk.employee)
        page.goto(server + talk.own_page)
        page.check("#decision-disagree")
        page.fill("#note", "目标偏高。")
        follow(page.locator(".answer button"))
        page.wait_for_selector("text=已确认（")

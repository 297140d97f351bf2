"""Question by question for two people: saved while one answers, also after the line was dead."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.config import Settings
from app.db import db
from app.feedback.drafts import read_draft
from app.feedback.models import FeedbackRequest, Reviewer
from tests.e2e.browsing import faults, follow, opened, tap, wait_until_saved
from tests.e2e.company import Company, deliver, launch_company, mailed_link
from tests.smtp_server import Sink

PEOPLE = 2
SAVED = 204


@pytest.fixture
def company(server: str, app: Flask, settings: Settings) -> Company:
    launched = launch_company(settings)
    deliver(app)
    return launched


def drafts_of(company: Company, token: str) -> list[list[str]]:
    """What is saved about each person, in the order of the list's requests."""
    db.session.rollback()
    db.session.expire_all()
    requests = db.session.scalars(
        select(FeedbackRequest.id)
        .join(Reviewer)
        .where(Reviewer.person_id == company.colleague.id)
        .order_by(FeedbackRequest.id)
    )
    return sorted(sorted(read_draft(token, one).values.values()) for one in requests)


def choose(page: Page, question: int, person: int, label: str) -> None:
    row = page.locator("fieldset").nth(question * PEOPLE + person)
    tap(row.locator("label", has_text=label).first)


@pytest.mark.browser
def test_each_answer_reaches_its_own_form_also_after_the_line_was_dead(
    browser: Browser, company: Company, sink: Sink
) -> None:
    link = mailed_link(sink, company.colleague)
    with opened(browser) as page:
        page.goto(link)
        follow(page.locator("form[action$='/start'] button"))
        follow(page.locator("a[href$='/r/compare/1']"))
        assert faults(page, 320) == []
        choose(page, 0, 0, "经常")
        choose(page, 0, 1, "很少")
        wait_until_saved(page, "已保存")
        page.context.set_offline(True)
        choose(page, 1, 0, "经常")
        choose(page, 1, 1, "很少")
        expect(page.locator("#state")).to_have_class("bad")
        page.context.set_offline(False)
        wait_until_saved(page, "已保存")
        page.reload()
        assert page.locator("input:checked").count() == 2 * PEOPLE
        assert drafts_of(company, link.rsplit("/", 1)[1]) == [["2", "2"], ["4", "4"]]

        follow(page.locator("button[value=next]"))
        assert re.search(r"/r/compare/2$", page.url)


@pytest.mark.browser
def test_a_form_that_another_page_submitted_does_not_hold_up_the_others(
    browser: Browser, company: Company, sink: Sink
) -> None:
    link = mailed_link(sink, company.colleague)
    with opened(browser) as page:
        page.goto(link)
        follow(page.locator("form[action$='/start'] button"))
        follow(page.locator("a[href$='/r/compare/1']"))
        place = page.locator("[data-save]").first.get_attribute("data-save")
        assert place is not None
        other = page.context.new_page()
        other.goto(page.url.replace("/r/compare/1", place.removesuffix("/save")))
        follow(other.locator("button[value=submit]"))
        follow(other.locator("button[value=submit_anyway]"))

        choose(page, 0, 0, "经常")
        expect(page.locator("#state")).to_contain_text("不能再保存")
        with page.expect_response(lambda reply: reply.status == SAVED):
            choose(page, 0, 1, "很少")

        assert drafts_of(company, link.rsplit("/", 1)[1]) == [[], ["2"]]

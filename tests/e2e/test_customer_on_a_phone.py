"""All that a customer does on a phone, from the letter to the end, counted: taps, fields, pages."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import func, select

from app.config import Settings
from app.db import db
from app.feedback.consenting.models import Consent
from app.feedback.launching.service import launch_cycle
from app.feedback.models import Reviewer, Submission
from app.people.groups import PersonKind
from app.people.models import Person
from tests.e2e.browsing import follow, opened, tap
from tests.e2e.company import Company, deliver, launch_company, mailed_link
from tests.factories import make_cycle, make_participant
from tests.smtp_server import Sink

ITEMS = 7
BOXES = 1
TAPS = 1 + ITEMS + 1  # agree, one for each question, submit
MOST_LETTERS = 2  # the invitation and, at the end, the thanks
FIELDS = """() => [...new Set([...document.querySelectorAll(
    'main input:not([type=hidden]), main textarea, main select'
)].map(field => field.name))]"""


class Finger:
    """Counts what a customer has to touch, and on how many pages."""

    def __init__(self) -> None:
        self.taps = 0
        self.pages = 1

    def go_on(self, control: Locator) -> None:
        self.taps += 1
        self.pages += 1
        follow(control)

    def choose(self, control: Locator) -> None:
        self.taps += 1
        tap(control)


@pytest.fixture
def company(server: str, app: Flask, settings: Settings) -> Company:
    launched = launch_company(settings)
    deliver(app)
    return launched


def fields_on(page: Page) -> list[str]:
    """Names of what a person could fill in."""
    names: list[str] = page.evaluate(FIELDS)
    return names


def count(table: type[Consent | Submission]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def letters_to(sink: Sink, address: str) -> list[str]:
    found = [letter for letter in sink.received if address in letter["To"]]
    return [str(part.get_content()) for one in found if (part := one.get_body(("plain",)))]


@pytest.mark.browser
def test_a_customer_is_done_with_nine_taps_on_three_pages_and_one_box_that_may_stay_empty(
    browser: Browser, company: Company, sink: Sink, app: Flask
) -> None:
    link, address = mailed_link(sink, company.customer), company.customer.email or ""
    db.session.rollback()
    finger = Finger()
    with opened(browser) as page:
        page.goto(link)
        assert fields_on(page) == []
        finger.go_on(page.locator("form[action$='/start'] button"))
        assert page.locator("fieldset").first.is_visible()
        kinds = sorted(name[:2] for name in fields_on(page))
        questions = page.locator("fieldset")
        for number in range(questions.count()):
            finger.choose(questions.nth(number).locator("label").nth(3))
        finger.go_on(page.locator("button[value=submit]"))
        assert re.search(r"/r/done$", page.url)
    deliver(app)

    assert kinds == ["a-"] * ITEMS + ["c-"] * BOXES
    assert (finger.taps, finger.pages) == (TAPS, 3)
    assert (count(Consent), count(Submission)) == (1, 1)
    assert len(letters_to(sink, address)) <= MOST_LETTERS


@pytest.mark.browser
def test_one_tap_in_a_letter_ends_the_letters_of_later_rounds_too(
    browser: Browser, company: Company, sink: Sink, settings: Settings
) -> None:
    [letter] = letters_to(sink, company.customer.email or "")
    ended = re.search(r"http\S+/o/\S+", letter)
    person_id, reviewed = company.customer.id, company.reviewed[0].id
    scheme = company.participants[0].scheme
    db.session.rollback()
    assert ended is not None
    finger = Finger()
    with opened(browser) as page:
        page.goto(ended[0])
        assert fields_on(page) == []
        finger.go_on(page.locator("main form button"))
    later = make_cycle(launched=False)
    later.customer_rest_days = 0
    make_participant(later, db.session.get_one(Person, reviewed), scheme)
    db.session.commit()
    launch_cycle(later.id, link_key=settings.link_key, company="远航工业")
    asked = db.session.scalars(
        select(Reviewer.person_id)
        .join(Person, Reviewer.person_id == Person.id)
        .where(Reviewer.cycle_id == later.id, Person.kind == PersonKind.CUSTOMER)
    ).all()

    assert finger.taps == 1
    assert len(asked) == 2
    assert person_id not in asked

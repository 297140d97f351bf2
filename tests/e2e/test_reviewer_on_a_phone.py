"""From the mailed link to the thank-you page on a phone, with JavaScript and without."""

import gzip
import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.config import Settings
from app.db import db
from app.feedback.models import Submission
from app.people.groups import RaterGroup
from tests.e2e.browsing import faults, follow, opened, tap
from tests.e2e.company import Company, deliver, launch_company, mailed_link
from tests.smtp_server import Sink

INTERNAL_ITEMS = 30
CUSTOMER_ITEMS = 7
GZIP_LIMIT = 15_000
RAW_LIMIT = 60_000
WIDTHS = (320, 360, 1280)
FOCUS = (0xFF, 0xBF, 0x47)


@pytest.fixture
def company(server: str, app: Flask, settings: Settings) -> Company:
    launched = launch_company(settings)
    deliver(app)
    return launched


def submissions(group: RaterGroup) -> list[Submission]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Submission).where(Submission.rater_group == group)))


def come_in(page: Page, link: str) -> None:
    """Open the mailed link and press Start."""
    page.goto(link)
    follow(page.locator("form[action$='/start'] button"))


def choose_all(page: Page, label: str) -> int:
    """Tap the same answer for every question; gives how many there were."""
    questions = page.locator("fieldset")
    for number in range(questions.count()):
        tap(questions.nth(number).locator("label", has_text=label).first)
    return questions.count()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_colleague_reviews_two_people_from_one_letter(
    browser: Browser, company: Company, sink: Sink, javascript: bool
) -> None:
    with opened(browser, javascript=javascript) as page:
        come_in(page, mailed_link(sink, company.colleague))
        follow(page.locator("a.button").first)
        assert choose_all(page, "经常") == INTERNAL_ITEMS
        page.locator("textarea").first.fill("会议前先发议程，大家少争半小时。")
        follow(page.locator("button[value=submit]"))
        assert choose_all(page, "总是") == INTERNAL_ITEMS
        follow(page.locator("button[value=submit]"))

        assert re.search(r"/r/done$", page.url)
        expect(page.locator("h1")).to_be_visible()

    kept = submissions(RaterGroup.PEER)
    assert len(kept) == 2
    assert sorted({value for row in kept for value in row.answers.values()}) == [4, 5]
    assert "会议前先发议程，大家少争半小时。" in {
        text for row in kept for text in row.comments.values()
    }


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_customer_needs_two_taps_to_the_first_question_and_one_page(
    browser: Browser, company: Company, sink: Sink, javascript: bool
) -> None:
    with opened(browser, javascript=javascript) as page:
        come_in(page, mailed_link(sink, company.customer))
        assert page.locator("fieldset").first.is_visible()
        assert choose_all(page, "经常") == CUSTOMER_ITEMS
        follow(page.locator("button[value=submit]"))

        assert re.search(r"/r/done$", page.url)

    assert len(submissions(RaterGroup.CUSTOMER)) == 1


@pytest.mark.browser
def test_unanswered_questions_are_asked_for_once_and_may_stay_open(
    browser: Browser, company: Company, sink: Sink
) -> None:
    with opened(browser, javascript=False) as page:
        come_in(page, mailed_link(sink, company.customer))
        tap(page.locator("fieldset").first.locator("label").first)
        follow(page.locator("button[value=submit]"))
        assert page.locator("button[value=submit_anyway]").is_visible()
        assert submissions(RaterGroup.CUSTOMER) == []
        follow(page.locator("button[value=submit_anyway]"))

    [kept] = submissions(RaterGroup.CUSTOMER)
    assert sorted(kept.answers.values(), key=str) == [1, *[None] * (CUSTOMER_ITEMS - 1)]


@pytest.mark.browser
def test_a_saved_form_is_there_again_on_another_device(
    browser: Browser, company: Company, sink: Sink
) -> None:
    link = mailed_link(sink, company.customer)
    with opened(browser, javascript=False) as phone:
        come_in(phone, link)
        tap(phone.locator("fieldset").first.locator("label").nth(3))
        follow(phone.locator("button[value=save]"))

    with opened(browser, width=1280) as desk:
        come_in(desk, link)
        if not desk.locator("fieldset").count():
            follow(desk.locator("a.button").first)
        assert desk.locator("fieldset").first.locator("input").nth(3).is_checked()


@pytest.mark.browser
def test_what_was_typed_is_saved_by_itself_with_javascript(
    browser: Browser, company: Company, sink: Sink
) -> None:
    link = mailed_link(sink, company.customer)
    with opened(browser) as page:
        come_in(page, link)
        with page.expect_response(re.compile(r"/save$")) as saved:
            tap(page.locator("fieldset").first.locator("label").nth(2))
        assert saved.value.ok

    with opened(browser) as later:
        come_in(later, link)
        if not later.locator("fieldset").count():
            follow(later.locator("a.button").first)
        assert later.locator("fieldset").first.locator("input").nth(2).is_checked()


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_the_reviewer_is_accessible(
    browser: Browser, company: Company, sink: Sink, lang: str
) -> None:
    found: list[str] = []
    with opened(browser) as page:
        link = mailed_link(sink, company.colleague)
        for address in (f"{link}?lang={lang}", f"{link}/decline", f"{link}/not-me", f"{link[:-5]}"):
            page.goto(address)
            found += faults(page, *WIDTHS)
        come_in(page, link)
        root = page.url.split("/r")[0]
        for path in ("/r", "/r/p/1", "/r/p/1/decline", "/r/decline"):
            page.goto(root + path)
            found += faults(page, *WIDTHS)
        page.goto(f"{root}/r/p/1")
        follow(page.locator("button[value=submit]"))
        found += faults(page, *WIDTHS)
        follow(page.locator("button[value=submit_anyway]"))
        found += faults(page, *WIDTHS)
        page.goto(f"{root}/r/p/1")
        found += faults(page, *WIDTHS)

    assert found == []


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_an_answer_moves_nothing_on_the_page(
    browser: Browser, company: Company, sink: Sink, width: int
) -> None:
    with opened(browser, width=width) as page:
        come_in(page, f"{mailed_link(sink, company.customer)}?lang=en")
        question = page.locator("fieldset").first
        question.scroll_into_view_if_needed()
        before = question.bounding_box()
        labels = question.locator("label")
        for number in range(labels.count()):
            tap(labels.nth(number))
            assert question.bounding_box() == before, labels.nth(number).inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_mark_of_the_focus_is_whole_on_every_side(
    browser: Browser, company: Company, sink: Sink, width: int
) -> None:
    with opened(browser, width=width) as page:
        come_in(page, mailed_link(sink, company.customer))
        labels = page.locator("fieldset").first.locator("label")
        for at in (0, labels.count() - 1):
            labels.nth(at).evaluate("label => label.scrollIntoView({block: 'center'})")
            labels.nth(at).locator("input").focus()
            page.keyboard.press("Space")
            box = labels.nth(at).bounding_box()
            assert box is not None
            picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
            middle, reach = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), 3
            edges = {
                "left": (box["x"] - reach, middle[1]),
                "right": (box["x"] + box["width"] + reach, middle[1]),
                "above": (middle[0], box["y"] - reach),
                "below": (middle[0], box["y"] + box["height"] + reach),
            }
            seen = {side: picture.getpixel((int(x), int(y))) for side, (x, y) in edges.items()}
            assert seen == dict.fromkeys(edges, FOCUS)


COVERED = """mark => {
  const box = document.activeElement.closest("label, textarea, .r > *").getBoundingClientRect();
  const whole = document.activeElement.matches(".r > input")
    ? document.activeElement.nextElementSibling.getBoundingClientRect() : box;
  return whole.bottom + mark > document.querySelector(".bar").getBoundingClientRect().top
    ? document.activeElement.id || document.activeElement.name : null;
}"""
MARK = 5  # pixels around what has the focus


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360])
def test_the_bar_at_the_foot_never_covers_the_mark_of_the_focus(
    browser: Browser, company: Company, sink: Sink, width: int
) -> None:
    """At several heights, so that any answer comes to lie right above the bar."""
    covered = []
    with opened(browser, width=width) as page:
        come_in(page, f"{mailed_link(sink, company.customer)}?lang=en")
        for height in range(480, 680, 40):
            page.set_viewport_size({"width": width, "height": height})
            page.locator("fieldset input").first.focus()
            for _number in range(CUSTOMER_ITEMS):
                for key in ("Space", *["ArrowDown"] * 5, "Tab"):
                    page.keyboard.press(key)
                    covered.append(page.evaluate(COVERED, MARK))

    assert [name for name in covered if name] == []


@pytest.mark.browser
def test_the_form_is_one_small_request_to_ourselves(
    browser: Browser, company: Company, sink: Sink
) -> None:
    with opened(browser) as page:
        come_in(page, mailed_link(sink, company.colleague))
        root = page.url.split("/r")[0]
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto(f"{root}/r/p/1")
        assert answer is not None
        body = answer.body()

    assert [address for address in asked if not address.startswith("data:")] == [f"{root}/r/p/1"]
    assert len(gzip.compress(body)) <= GZIP_LIMIT
    assert len(body) <= RAW_LIMIT


@pytest.mark.browser
def test_a_scanner_that_runs_scripts_and_waits_changes_nothing(
    browser: Browser, company: Company, sink: Sink, app: Flask
) -> None:
    before = list(db.session.connection().connection.driver_connection.iterdump())  # type: ignore[union-attr]
    db.session.rollback()
    with opened(browser) as page:
        page.goto(mailed_link(sink, company.colleague))
        page.wait_for_timeout(1_500)
        cookies = page.context.cookies()

    after = list(db.session.connection().connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert after == before
    assert cookies == []

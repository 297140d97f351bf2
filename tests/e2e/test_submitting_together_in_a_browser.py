"""Three forms submitted by one press on a phone, with JavaScript and without."""

import gzip

import pytest
from playwright.sync_api import Browser, Page, expect

from app.clock import now
from app.db import db, writing
from app.feedback.drafts import read_draft, save_draft
from app.people.groups import RaterGroup
from tests.e2e.browsing import faults, follow, follow_twice, opened, tap
from tests.e2e.installation import Installation, Invited

PEERS = (RaterGroup.PEER,) * 3
WIDTHS = (320, 360, 1280)
GZIP_LIMIT = 15_000
ITEMS = 30
CHANGED = 2
WORDS = "He sends an agenda before each meeting.\nPlease keep that up."


def come_in(page: Page, installation: Installation, *groups: RaterGroup) -> Invited:
    """Open a new mailed link and press Start."""
    invited = installation.invite(*groups)
    page.goto(invited.link)
    follow(page.locator("form[action$='/start'] button"))
    return invited


def answer_all(page: Page, number: int, *, words: str = "") -> None:
    """Fill in a form of the list, write a comment, and save it for later."""
    page.goto(f"{page.url.partition('/r')[0]}/r/p/{number}")
    questions = page.locator("fieldset")
    assert questions.count() == ITEMS
    for place in range(ITEMS):
        tap(questions.nth(place).locator("label").nth(place % 6))
    page.locator("textarea").first.fill(words)
    follow(page.locator("button[value=save]"))


def save(installation: Installation, invited: Invited, place: int, changes: dict[str, str]) -> None:
    """As another phone would, behind the same link."""
    with installation.app.app_context(), writing():
        request_id = invited.request_ids[place]
        known = read_draft(invited.token, request_id).revision
        save_draft(
            token=invited.token, request_id=request_id, changes=changes, base=known, now=now()
        )
        db.session.commit()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_one_press_submits_what_the_page_shows(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    with opened(browser, javascript=javascript, locale="en-GB") as page:
        invited = come_in(page, installation, *PEERS)
        for number in (1, 2, 3):
            answer_all(page, number, words=WORDS if number == 1 else "")
        follow(page.locator("a[href$='/r/check']"))
        assert not javascript or faults(page, *WIDTHS) == []

        summaries = page.locator("details.sent summary")
        tap(summaries.first)
        expect(page.locator("details.sent blockquote").first).to_have_text(WORDS)
        assert page.locator("details.sent").first.locator("ul li").count() == ITEMS
        assert not javascript or faults(page, *WIDTHS) == []
        follow_twice(page.locator("main form button"))

        assert page.url.endswith("/r/done")
        assert page.locator(".people li").count() == len(PEERS)
    kept = installation.kept(invited)
    assert sorted(len(row.comments) for row in kept) == [0, 0, 1]
    levels = [None if place % 6 == 5 else place % 6 + 1 for place in range(ITEMS)]
    assert [list(row.answers.values()) for row in kept] == [levels] * 3


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_what_changed_on_another_phone_is_shown_before_anything_is_submitted(
    browser: Browser, installation: Installation, javascript: bool
) -> None:
    with opened(browser, javascript=javascript, locale="en-GB") as page:
        invited = come_in(page, installation, *PEERS)
        answer_all(page, 1)
        answers = drafted_of_any(installation, invited)
        for place in range(len(PEERS)):
            save(installation, invited, place, answers)
        page.reload()
        follow(page.locator("a[href$='/r/check']"))
        first = next(iter(answers))
        for place in range(CHANGED):
            save(installation, invited, place, {first: "5"})

        follow(page.locator("main form button"))

        expect(page.locator("#problem h2")).to_have_text("Please check once more")
        expect(page.locator("#problem")).to_contain_text("Nothing was submitted.")
        assert installation.kept(invited) == []
        assert not javascript or faults(page, *WIDTHS) == []
        follow(page.locator("main form button"))
        assert page.url.endswith("/r/done")
    assert [row.answers[first[2:]] for row in installation.kept(invited)].count(5) == CHANGED


def drafted_of_any(installation: Installation, invited: Invited) -> dict[str, str]:
    """The answers of whichever form has any: the list has an order of its own."""
    with installation.app.app_context():
        for request_id in invited.request_ids:
            values = read_draft(invited.token, request_id).values
            if values:
                return {name: text for name, text in values.items() if name.startswith("a-")}
    raise AssertionError("nothing was saved")


@pytest.mark.browser
def test_two_people_with_the_longest_forms_stay_a_small_page(
    browser: Browser, installation: Installation
) -> None:
    with opened(browser, locale="en-GB") as page:
        invited = come_in(page, installation, *PEERS[:2])
        answer_all(page, 1, words=WORDS * 3)
        answer_all(page, 2, words=WORDS * 3)
        with installation.app.test_client() as client:
            client.set_cookie("review", invited.token)
            packed = client.get("/r/check", headers={"Accept-Encoding": "gzip"}).data

    assert b"Submit all (2)" in gzip.decompress(packed)
    assert len(packed) <= GZIP_LIMIT

"""From the mailed link to the thanks with one finger: taps, pages and fields, counted."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.e2e.browsing import follow, tap

FORM = re.compile(r"/r/p/\d+")


class NotDoneError(Exception):
    """The way did not end where it should; the text says where it did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """What somebody touched. `first` counts the taps until the first question is on the screen."""

    people: int
    first: int
    taps: int
    pages: int
    ratings: int
    boxes: int

    @property
    def spare(self) -> int:
        """Taps that are neither an answer nor the submission of a form."""
        return self.taps - self.ratings - self.people


@dataclass
class Finger:
    """Counts what it does."""

    taps: int = 0
    pages: int = field(default=1)

    def go_on(self, control: Locator) -> None:
        self.taps += 1
        self.pages += 1
        follow(control)

    def choose(self, control: Locator) -> None:
        self.taps += 1
        tap(control)


def walk(page: Page, link: str) -> Walk:
    """Answer every question about everybody, write nothing, and be done."""
    finger, first, people, ratings, boxes = Finger(), 0, 0, 0, 0
    page.goto(link)
    finger.go_on(page.locator("form[action$='/start'] button"))
    if not page.locator("fieldset").count():
        finger.go_on(page.locator("main a.button").first)
    while FORM.search(page.url):
        first = first or finger.taps
        questions = page.locator("fieldset")
        people += 1
        ratings += questions.count()
        boxes += page.locator("textarea").count()
        for number in range(questions.count()):
            finger.choose(questions.nth(number).locator("label").nth(number % 5))
        finger.go_on(page.locator("button[value=submit]"))
    if not page.url.endswith("/r/done"):
        raise NotDoneError(page.url)
    return Walk(
        people=people,
        first=first,
        taps=finger.taps,
        pages=finger.pages,
        ratings=ratings,
        boxes=boxes,
    )

"""A part of the tour: reviewers say that they were asked as the wrong group, and HR hears of it."""

from playwright.sync_api import Page

from tests.e2e.browsing import follow, tap
from tests.e2e.sweep import Sweep


def say_wrong(page: Page) -> None:
    """A colleague chooses a relation, a customer presses the one button there is; said once."""
    form = page.locator("main form[action$='/relation']")
    for choice in form.locator("input[name=claimed]").all()[-1:]:
        choice.check(force=True)
    if form.count():
        follow(form.locator("button"))


def hear_of_relations(hr: Page, site: str, cycle_id: int, sweep: Sweep) -> None:
    """The page of the round with all its questions unfolded, and the close before they are settled.

    Nothing is decided: the close is to find something undecided.
    """
    hr.goto(f"{site}/hr/c/{cycle_id}")
    assert hr.locator("#relations").count() == 1
    sweep.after(hr, f"{site}/hr/c/{cycle_id}", _unfold)
    sweep.visit(hr, f"{site}/hr/c/{cycle_id}/close")


def _unfold(page: Page) -> None:
    for question in page.locator("details.leave-out summary").all():
        tap(question)

"""A part of the tour: before the release HR looks comments through and hides a passage of one."""

from playwright.sync_api import Page

from tests.e2e.browsing import follow
from tests.e2e.sweep import Sweep


def look_comments_through(hr: Page, site: str, cycle_id: int, sweep: Sweep) -> None:
    """A comment, what cannot be hidden, how it would read, and what is hidden of it."""
    hr.goto(f"{site}/hr/c/{cycle_id}/comments")
    address = hr.locator("a.hide-link").first.get_attribute("href") or ""
    comment = site + address
    sweep.visit(hr, comment)
    sweep.after(hr, comment, _look)
    sweep.after(hr, comment, _choose)
    hr.goto(comment)
    _choose(hr)
    follow(hr.locator("button[value=hide]"))
    sweep.visit(hr, f"{site}/hr/c/{cycle_id}/comments")
    sweep.visit(hr, comment)


def _look(page: Page) -> None:
    """Nothing is chosen yet."""
    follow(page.locator("form.narrow button"))


def _choose(page: Page) -> None:
    """Words that are selected in the comment are taken over."""
    page.focus("#comment")
    page.evaluate("document.getElementById('comment').setSelectionRange(0, 4)")
    page.wait_for_function("document.getElementById('passage').value !== ''")
    page.check("#reason-person")
    follow(page.locator("form.narrow button"))

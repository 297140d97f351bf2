"""A part of the tour: HR makes a new version of a questionnaire, writes badly, and is advised."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e.browsing import follow
from tests.e2e.sweep import Sweep

SAVE = "main form.editor > .actions button[value=save]"

PAGES = ("competencies", "scale", "comments", "preview", "preview/form", "publish", "workbook")
SUBMIT = "main form button[value=submit]"


def edit_a_draft(hr: Page, site: str, sweep: Sweep, learn: Callable[[], None]) -> None:
    """Every page of the editor, from the list on; `learn` reads anew what has been entered."""
    hr.goto(f"{site}/hr/q")
    follow(hr.locator("main th a").first)
    follow(hr.locator("form[action$='/versions'] button"))
    draft = hr.url
    items = site + str(hr.locator("a[href*='/competencies/']").first.get_attribute("href"))
    for act in (_write_badly, _leave_out_a_text):
        hr.goto(items)
        act(hr)
        learn()
        sweep.after(hr, items, act)
    for page in (draft, items, *(f"{draft}/{name}" for name in PAGES)):
        sweep.visit(hr, page)
    sweep.after(hr, f"{draft}/preview/form", lambda page: follow(page.locator(SUBMIT)))
    sweep.after(hr, f"{draft}/preview/form", _reach_the_end)
    sweep.after(hr, f"{draft}/scale", _save_over)
    sweep.after(hr, f"{draft}/competencies", lambda page: follow(page.locator(SAVE)))


def _write_badly(page: Page) -> None:
    page.locator("textarea[name^='zh-']").nth(1).fill("我经常拜访客户并且及时回复,不拖延。")
    page.locator("textarea[name^='en-']").nth(1).fill("Visit customers and never fail to.")
    follow(page.locator(SAVE))


def _leave_out_a_text(page: Page) -> None:
    page.locator("textarea[name^='zh-']").nth(1).fill("")
    follow(page.locator(SAVE))


def _reach_the_end(page: Page) -> None:
    follow(page.locator(SUBMIT))
    follow(page.locator("button[value=submit_anyway]"))


def _save_over(page: Page) -> None:
    """Two tabs of one page: the second to save is told."""
    other = page.context.new_page()
    other.goto(re.sub(r"[?#].*", "", page.url))
    other.locator("#zh-level1").fill("从来没有")
    follow(other.locator(SAVE))
    other.close()
    page.locator("#zh-level1").fill("从未")
    follow(page.locator(SAVE))

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
    sweep.after(hr, items, _ask_nobody)
    hr.goto(items)
    _ask_few(hr)
    for page in (draft, items, f"{draft}/publish"):
        sweep.visit(hr, page)


def begin_one(hr: Page, site: str, sweep: Sweep, learn: Callable[[], None]) -> None:
    """A questionnaire of HR's own: empty, filled from the library, published, used in a scheme."""
    new = f"{site}/hr/q/new"
    sweep.visit(hr, new)
    sweep.after(hr, new, lambda page: follow(page.locator(SAVE)))
    hr.goto(new)
    hr.locator("#zh-names").fill("项目经理问卷")
    hr.locator("#en-names").fill("Project managers")
    follow(hr.locator(SAVE))
    draft = hr.url
    learn()
    for page in (draft, f"{draft}/publish", f"{draft}/library", f"{site}/hr/q/library"):
        sweep.visit(hr, page)
    for _competency in range(4):
        hr.goto(f"{draft}/library")
        follow(hr.locator(".library-entry form button").first)
    sweep.visit(hr, f"{draft}/library")
    hr.goto(f"{draft}/publish")
    follow(hr.locator("main form.editor > .actions button"))
    sweep.visit(hr, f"{draft}/schemes")
    hr.goto(f"{draft}/schemes")
    scheme = site + str(hr.locator(".scheme-list a").first.get_attribute("href"))
    sweep.visit(hr, scheme)
    sweep.after(hr, scheme, _choose_nothing)


def _ask_nobody(page: Page) -> None:
    for box in page.locator("fieldset.asked").first.locator("input").all():
        box.uncheck()
    follow(page.locator(SAVE))


def _ask_few(page: Page) -> None:
    """Direct reports are asked nothing of this competency, which is worth a word of advice."""
    for box in page.locator("input[name^='groups-'][value='subordinate']").all():
        box.uncheck()
    follow(page.locator(SAVE))


def _choose_nothing(page: Page) -> None:
    for choice in page.locator("main form select").all():
        choice.select_option("")
    follow(page.locator("main form.editor > .actions button"))


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

"""A part of the tour: somebody sets two-step sign-in up, signs in with it, and turns it off."""

from playwright.sync_api import Page

from tests.e2e.browsing import follow
from tests.e2e.sweep import LANGS, Sweep
from tests.second_steps import CODE_PAGE, PAGE, code_now


def sign_in_by_two_steps(page: Page, site: str, email: str, password: str, sweep: Sweep) -> None:
    """The reader is signed in before and after, with the password alone."""
    page.goto(f"{site}{PAGE}?lang=zh")
    secret = (page.locator(".second-step-secret").text_content() or "").replace(" ", "")
    _send(page, code="000", password=password)
    sweep.look(page, "zh")
    _send(page, code=code_now(secret), password=password)
    sweep.look(page, "zh")
    codes = page.locator(".recovery-codes li").all_text_contents()
    page.goto(f"{site}{PAGE}?lang=en")
    page.locator("#code").fill(codes[0])
    page.locator("#password").fill(password)
    follow(page.locator("button[value=codes]"))
    sweep.look(page, "en")
    codes = page.locator(".recovery-codes li").all_text_contents()
    sweep.visit(page, site + PAGE)
    follow(page.locator("header form button"))
    page.goto(f"{site}/sign-in")
    _send(page, email=email, password=password)
    sweep.visit(page, site + CODE_PAGE)
    for lang in LANGS:
        page.goto(f"{site}{CODE_PAGE}?lang={lang}")
        _send(page, code="000")
        sweep.look(page, lang)
    _send(page, code=codes[0])
    page.goto(site + PAGE)
    page.locator("#code").fill(codes[1])
    page.locator("#password").fill(password)
    follow(page.locator("button[value=off]"))


def _send(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    follow(page.locator("main form .btn-primary").first)
